package data

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
	"frontierwatch/geo/series"
)

// Replayed is a day as it would have been seen when it ended.
type Replayed struct {
	Day      time.Time // UTC
	Known    time.Time // what was known at or before this is all that was used
	Reports  int       // that were known and stood
	Hotspots []hotspot.Hotspot
	Flags    []hotspot.Flag
}

// Replay yields every UTC day from one to another, both included, with the hot spots
// and flags that would have been found then: those of asOf the last millisecond of
// the day. It stops at the first error of yield and returns it.
func (c *Corpus) Replay(ctx context.Context, from, to time.Time, unit report.Unit, yield func(Replayed) error) error {
	s := c.state.Load()
	past, err := c.newPast(ctx, s.head)
	if err != nil {
		return err
	}
	for day := from.UTC().Truncate(24 * time.Hour); !day.After(to); day = day.AddDate(0, 0, 1) {
		if err := ctx.Err(); err != nil {
			return err
		}
		at := log.AsOf{Seq: s.head, Known: day.AddDate(0, 0, 1).Add(-time.Millisecond)}
		past.until(at.Known)
		r := Replayed{Day: day, Known: at.Known, Reports: len(past.standing)}
		var lapsed []hotspot.Hotspot
		for _, result := range past.find(day, unit, s.voices(at), s.method(at)) {
			r.Hotspots, lapsed = append(r.Hotspots, result.Hotspots...), append(lapsed, result.Lapsed...)
		}
		slices.SortFunc(r.Hotspots, hotspot.ByScore)
		r.Flags = s.flags(r.Hotspots, lapsed, at)
		if err := yield(r); err != nil {
			return err
		}
	}
	return nil
}

// past is the counts as they became known, moved forward in time.
type past struct {
	corpus   *Corpus
	events   []event // that are still to come, by when they were known
	newest   map[string]log.Seq
	standing map[string]bool
	series   *series.Set
	memories memories
}

// event is a version of a report that became known.
type event struct {
	known   time.Time
	seq     log.Seq
	id      string
	version *report.Version // nil: it was retracted
}

// newPast reads the versions of all reports from the log, up to a position.
func (c *Corpus) newPast(ctx context.Context, head log.Seq) (*past, error) {
	p := &past{corpus: c, newest: map[string]log.Seq{}, standing: map[string]bool{}, series: series.New(c.frontier), memories: memories{}}
	w := writer{frontier: c.frontier}
	err := c.entries(ctx, 0, head, func(e log.Entry) error {
		if e.Kind != log.Report || e.Op == log.Redact || e.Erased() {
			return nil
		}
		ch, err := w.decode(e)
		if err != nil {
			return fmt.Errorf("entry %d of the log: %w", e.Seq, err)
		}
		next := event{known: e.Recorded, seq: e.Seq, id: e.ID}
		if ch.report != nil {
			next.version = &report.Version{Report: *ch.report, Place: ch.place, FID: e.FID, Seq: e.Seq, Revision: e.Revision, Recorded: e.Recorded}
			next.known = next.version.Known()
		}
		p.events = append(p.events, next)
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(p.events, func(a, b event) int { return cmp.Or(a.known.Compare(b.known), cmp.Compare(a.seq, b.seq)) })
	return p, nil
}

// until takes in what became known up to a time. Of several versions of a report the
// newest in the log stands, in whatever order they became known.
func (p *past) until(known time.Time) {
	n := 0
	for ; n < len(p.events) && !p.events[n].known.After(known); n++ {
		e := &p.events[n]
		if e.seq < p.newest[e.id] {
			continue
		}
		p.newest[e.id] = e.seq
		if e.version == nil {
			delete(p.standing, e.id)
			p.series.Replace(&report.Version{Report: report.Report{ID: e.id}}, nil)
			continue
		}
		p.standing[e.id] = true
		p.series.Replace(nil, e.version)
	}
	p.events = p.events[n:]
}

// find is what detection finds on a day, by unit. Days are asked for in turn.
func (p *past) find(day time.Time, only report.Unit, voices []hotspot.Voice, setting hotspot.Setting) (all []hotspot.Result) {
	counts := p.series.Snapshot()
	for _, unit := range counts.Units() {
		if only == "" || only == unit {
			all = append(all, p.memories.of(unit).Find(counts, unit, p.corpus.areas, voices, day, setting))
		}
	}
	return all
}
