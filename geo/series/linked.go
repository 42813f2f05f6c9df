package series

import (
	"cmp"
	"slices"
	"sync"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

// Linked is reports in one unit that say, directly or through others, that they may
// count the same people: two or more. It is what Once and All differ by.
type Linked struct {
	line  *frontier.Frontier
	tied  []*report.Version
	keep  map[string]int64 // how many people of each Once counts
	first string           // the least id
	told  sync.Once        // the rest is told when it is first asked for
	known linkedKnown
}

type linkedKnown struct {
	once, all int64
	reports   []LinkedReport
	touch     map[int][]span // days by segment
}

// LinkedReport is one of them.
type LinkedReport struct {
	ID, Source  string
	People      int64 // its best count
	First, Last Day   // that it is about, both included
	Once        int64 // how many of them Once counts
}

// Unit is what they count.
func (l *Linked) Unit() report.Unit { return l.tied[0].Unit }

// People is how many there are: those that Once counts, and every report's.
func (l *Linked) People() (once, all int64) { k := l.tell(); return k.once, k.all }

// Len is how many reports there are.
func (l *Linked) Len() int { return len(l.tied) }

// Reports lists them, by source, then id. It is shared and must not be changed.
func (l *Linked) Reports() []LinkedReport { return l.tell().reports }

// Touches says whether any of the reports is about a segment on any day from one to
// another, both included.
func (l *Linked) Touches(segment int, from, to Day) bool {
	return slices.ContainsFunc(l.tell().touch[segment], func(s span) bool { return s.first <= to && from <= s.last })
}

func (l *Linked) tell() *linkedKnown {
	l.told.Do(func() {
		k := &l.known
		k.touch = map[int][]span{}
		for _, v := range l.tied {
			over := days(v)
			r := LinkedReport{ID: v.ID, Source: v.Source, People: people(v), First: over.first, Last: over.last, Once: l.keep[v.ID]}
			k.all += r.People
			k.once += r.Once
			k.reports = append(k.reports, r)
			places(l.line, v, r.People, func(segment int, _ mass) { k.touch[segment] = append(k.touch[segment], over) })
		}
		slices.SortFunc(k.reports, func(a, b LinkedReport) int { return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.ID, b.ID)) })
	})
	return &l.known
}

// Linked lists the sets of reports that are linked, in one unit, by the first report
// of each. It is shared and must not be changed.
func (s Snapshot) Linked(unit report.Unit) []*Linked {
	if s.linked == nil {
		return nil
	}
	return s.linked[unit]
}

// EachIn yields every cell of a segment and unit that a report touches, of the days
// from one to another, both included: kind by kind, each in the order of days.
func (s Snapshot) EachIn(unit report.Unit, segment int, from, to Day, yield func(k *Kind, d Day, c Cell)) {
	if s.line == nil || segment < 0 || segment >= len(s.line.Segments()) {
		return
	}
	for _, l := range s.layers() {
		if l.kind.Unit == unit {
			l.row(segment).each(from, to, func(d Day, c cell) { yield(&l.kind, d, c.cell()) })
		}
	}
}

// groups is the sets of linked reports as the writer keeps them. It changes what has
// changed only: of a set of thousands one more part costs thousands of look-ups.
type groups struct {
	of    map[string]*group         // by the id of each report that is in one
	all   map[*group]bool           //
	shown map[report.Unit][]*Linked // as the newest snapshot has them
	stale bool                      // shown is not what all is any more
	round uint64                    // of settling
}

type group struct {
	linked *Linked // nil: it has been taken apart and waits to be settled
	round  uint64
}

// drop takes a report out of its set. Those that were tied to it are settled again,
// and with them whoever else was in the set.
func (g *groups) drop(id string) {
	if of := g.of[id]; of != nil {
		delete(g.of, id)
		of.linked, g.stale = nil, true
	}
}

// put takes in a set as it was decided. One report alone is no set.
func (g *groups) put(f *frontier.Frontier, tied []*report.Version, keep map[string]int64) {
	g.stale = true
	if len(tied) < 2 {
		if of := g.of[tied[0].ID]; of != nil && of.round != g.round {
			of.linked = nil
		}
		delete(g.of, tied[0].ID)
		return
	}
	var into *group
	for _, v := range tied {
		if of := g.of[v.ID]; of != nil && of.round != g.round {
			into = of
			break
		}
	}
	if into == nil {
		into = &group{}
		g.all[into] = true
	}
	first := tied[0].ID
	for _, v := range tied {
		first = min(first, v.ID)
		if of := g.of[v.ID]; of != into {
			if of != nil && of.round != g.round {
				of.linked = nil // it is part of this one now
			}
			g.of[v.ID] = into
		}
	}
	*into = group{&Linked{line: f, tied: tied, keep: keep, first: first}, g.round}
}

// show lists the sets for a snapshot.
func (g *groups) show() map[report.Unit][]*Linked {
	g.round++
	if !g.stale {
		return g.shown
	}
	g.stale, g.shown = false, map[report.Unit][]*Linked{}
	for of := range g.all {
		if of.linked == nil {
			delete(g.all, of)
			continue
		}
		g.shown[of.linked.Unit()] = append(g.shown[of.linked.Unit()], of.linked)
	}
	for _, all := range g.shown {
		slices.SortFunc(all, func(a, b *Linked) int { return cmp.Compare(a.first, b.first) })
	}
	return g.shown
}
