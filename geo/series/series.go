// Package series counts people by segment, UTC day and unit, as the reports that
// stand say, and keeps the counts true through corrections and retractions.
//
// Only what is said to have happened between ports, or at a relation that is not
// known, is counted, and nothing that was rejected. A report over an interval or a
// stretch is spread evenly over its days, and over its segments by length. A day of
// a segment is active if a report touches it, be it a reported zero.
//
// # Bounds
//
// There are two counts of everything. All adds up every report. Once counts reports
// that say they may count the same people (overlaps) once: of the reports that
// overlaps tie together, directly or through others, in one unit, it keeps those of
// the one source that counts the most people; and of reports of that source that
// name each other only the largest. Where others of those lie within its stretch and
// its days, they say where some of its people were: they are counted there, and what
// is left of the largest on all of its stretch. So an agency's own figures add up, as
// they do in its own tables, but those of two agencies about the same people do
// not. Emerson in January and February 2017: local police 143, Parliament 143 for
// February, the Royal Canadian Mounted Police 19 and 142, all tied: Once is 161, All
// is 447. Ties go to the lesser name, so that the order of arrival does not matter.
//
// # Exactness
//
// People are whole numbers of 2^-20 persons. A report's shares add up to it exactly,
// and taking it out subtracts the very numbers that were added, so that nothing
// drifts: after any history the counts equal those of a set that was only ever given
// the reports that stand. A test does that recount.
//
// # Cost
//
// A row (segment) holds differences from day to day in blocks of 64 days, so that a
// report costs two or three of them for each segment it touches, however long its
// interval. Rows belong to layers of alike reports (unit, source, direction,
// marking). Everything is copied on write, at most once between two snapshots: a
// snapshot is a pointer, and readers and the writer never wait for each other. One
// report costs 1 µs in bulk and 2.6 µs if it is to be seen at once; a century over a
// whole part of 8 segments 14 µs; one more part of a total that 5,000 others overlap
// 2 ms (go test -bench ., one core).
package series

import (
	"slices"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

// Set is the writer's side. Its methods are for one goroutine at a time.
type Set struct {
	line   *frontier.Frontier
	epoch  uint64 // of the nodes that no snapshot has seen
	root   *root
	kept   map[string]*report.Version // every report that is counted, by id; nil: find knows them
	find   func(id string) *report.Version
	links  links
	groups groups
}

// New is an empty set over a frontier. It remembers what it counts.
func New(f *frontier.Frontier) *Set {
	kept := map[string]*report.Version{}
	s := Over(f, func(id string) *report.Version { return kept[id] })
	s.kept = kept
	return s
}

// Over is a set that does not remember what it counts, and takes far less memory
// for it. find is asked instead: when the set is read, it must give the version of a
// report that stands, as the set was told by Replace; nil: none does.
func Over(f *frontier.Frontier, find func(id string) *report.Version) *Set {
	return &Set{line: f, epoch: 1, root: &root{epoch: 1}, find: find, links: newLinks(), groups: groups{of: map[string]*group{}, all: map[*group]bool{}}}
}

// Replace takes the report that old is a version of out of the counts, and puts
// next in. Nil, or one that is not to be counted, stands for nothing. A version of
// a report that is counted already takes its place; but a set that does not
// remember must be told it as old, as it was.
func (s *Set) Replace(old, next *report.Version) {
	if old != nil {
		s.take(old)
	}
	if next == nil {
		return
	}
	if s.kept != nil {
		s.take(next)
	}
	if counts(next) {
		s.put(next)
	}
}

// Add puts in versions of reports that are not counted yet. It is Replace for many,
// in half the time.
func (s *Set) Add(versions ...*report.Version) {
	for some := range slices.Chunk(versions, fetched) {
		s.fetch(some)
		for _, v := range some {
			s.Replace(nil, v)
		}
	}
}

// fetched is how many versions are looked up at once.
const fetched = 64

// fetch brings near the cells that versions are about to be counted in. They lie
// anywhere, four steps away, and to take each step for all of the versions lets the
// memory work at several at once. What it returns means nothing, but that they were
// looked at.
//
//go:noinline
func (s *Set) fetch(versions []*report.Version) (touched int) {
	var rows [fetched]*row
	var blocks [fetched]*block
	for i, v := range versions {
		if v.Stretch != nil || v.Place.Segment < 0 || v.Place.Segment >= len(s.line.Segments()) {
			continue
		}
		if k, found := s.root.layer(v); found {
			rows[i] = s.root.layers[k].row(v.Place.Segment)
		}
	}
	for i, r := range rows[:len(versions)] {
		if r != nil && len(r.blocks) > 0 {
			blocks[i] = r.blocks[len(r.blocks)-1]
		}
	}
	for i, b := range blocks[:len(versions)] {
		if b != nil {
			day := DayOf(versions[i].Start) & (blockDays - 1)
			touched += b.index + int(b.all[day]) + int(b.once[day]) + int(b.reports[day])
		}
	}
	return touched
}

// counts says whether a version is one that detection may rest on.
func counts(v *report.Version) bool {
	switch v.Relation {
	case report.BetweenPorts, report.RelationUnknown, "":
		return !v.Deleted && v.Status != report.Rejected
	}
	return false
}

func (s *Set) put(v *report.Version) {
	if s.kept != nil {
		s.kept[v.ID] = v
	}
	s.add(v, people(v), +1, both)
	s.links.put(v)
}

// take takes out what is counted of the report of v; that is v itself, if the set
// does not remember.
func (s *Set) take(v *report.Version) {
	if s.kept != nil {
		v = s.kept[v.ID]
	}
	if v == nil || !counts(v) {
		return
	}
	delete(s.kept, v.ID)
	if n := s.counted(v); n == people(v) {
		s.add(v, n, -1, both)
	} else {
		s.add(v, people(v), -1, allOnly)
		s.add(v, n, -1, onceOnly)
	}
	s.groups.drop(v.ID)
	s.links.take(v)
}

// counted is how many people of a report Once counts.
func (s *Set) counted(v *report.Version) int64 {
	if n, less := s.links.less[v.ID]; less {
		return n
	}
	return people(v)
}

// stands is the version of a report that is counted, nil if none is.
func (s *Set) stands(id string) *report.Version {
	if v := s.find(id); v != nil && counts(v) {
		return v
	}
	return nil
}

// Snapshot is the set as it is now, for any goroutine and any time.
func (s *Set) Snapshot() Snapshot {
	s.settle()
	s.epoch++
	return Snapshot{line: s.line, root: s.root, linked: s.groups.show()}
}

// settle decides again which of the reports that overlap are counted once, where
// something has changed. It waits for the snapshot so that reading a whole log
// decides once about each.
func (s *Set) settle() {
	for _, tied := range s.links.changed(s.stands) {
		keep := once(tied, s.links)
		for _, v := range tied {
			before, now := s.counted(v), keep[v.ID]
			if before == now {
				continue
			}
			s.add(v, before, -1, onceOnly)
			s.add(v, now, +1, onceOnly)
			if s.links.less[v.ID] = now; now == people(v) {
				delete(s.links.less, v.ID)
			}
		}
		s.groups.put(s.line, tied, keep)
	}
}
