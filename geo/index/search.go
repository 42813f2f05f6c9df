package index

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// search is one query on its way through a snapshot, in the hands of one
// goroutine.
type search struct {
	snapshot Snapshot
	ctx      context.Context
	at       log.AsOf // Seq is set
	anywhere bool     // no boxes were asked for
	boxes    []orb.Bound
	from, to time.Time // zero: open
	fromMS   int64     // of from; the least of all where it is open
	match    func(*report.Version) bool
	after    *report.Key // nil while counting

	plan plan
	work int   // blocks looked at, to ask the context now and then
	err  error // why the search was given up

	lent []*ranks // to be given back
}

// newSearch reads a query. Boxes that are no boxes (not a number, or the wrong
// way round) hold nothing.
func newSearch(ctx context.Context, s Snapshot, q report.Query) *search {
	found := &search{
		snapshot: s, ctx: ctx, at: s.at(q.AsOf), anywhere: len(q.Boxes) == 0,
		from: q.From, to: q.To, fromMS: math.MinInt64, match: q.Match, after: q.After,
		plan: plan{ask: s.index.tuning.ask},
	}
	for _, b := range q.Boxes {
		if in(b, b.Min) {
			found.boxes = append(found.boxes, b)
		}
	}
	if !q.From.IsZero() {
		found.fromMS = q.From.UnixMilli()
	}
	return found
}

// overlaps says whether a version's interval meets the one asked for.
func (s *search) overlaps(v *report.Version) bool {
	return (s.to.IsZero() || !v.Start.After(s.to)) && (s.from.IsZero() || !ending(v).Before(s.from))
}

// meets says whether the place of a row meets one of the boxes.
func (s *search) meets(r *row) bool {
	if s.anywhere || r.extent != nil && s.crosses(r.version, *r.extent) {
		return true
	}
	return slices.ContainsFunc(s.boxes, func(b orb.Bound) bool { return in(b, r.point) })
}

// crosses says whether the line of a stretch meets one of the boxes. The line is
// only drawn where its extent does not settle it.
func (s *search) crosses(v *report.Version, extent orb.Bound) bool {
	var line orb.LineString
	for _, b := range s.boxes {
		if !b.Intersects(extent) {
			continue
		}
		if holds(b, extent) {
			return true
		}
		if line == nil {
			line = s.snapshot.index.line(*v.Stretch)
		}
		if frontier.Crosses(line, b) {
			return true
		}
	}
	return false
}

// stands says whether a version stands at the position asked about. replaced is
// whether a later one exists, perhaps beyond that position.
func (s *search) stands(v *report.Version, replaced bool) bool {
	return known(v, s.at) && !(replaced && s.snapshot.index.revisions.replaced(v, s.at))
}

// tired says whether the search is to be given up; it asks the context once in
// so many blocks.
func (s *search) tired() bool {
	const patience = 64
	if s.work++; s.work%patience == 0 && s.err == nil && s.ctx.Err() != nil {
		s.err = context.Cause(s.ctx)
	}
	return s.err != nil
}

// borrow lends an empty set of ranks below n for as long as the search lasts.
func (s *search) borrow(n int) *ranks {
	set, _ := s.snapshot.index.spare.Get().(*ranks)
	if set == nil {
		set = &ranks{}
	}
	set.reach(n)
	s.lent = append(s.lent, set)
	return set
}

// done gives back what was lent.
func (s *search) done() {
	for _, set := range s.lent {
		set.clear()
		s.snapshot.index.spare.Put(set)
	}
	s.lent = nil
}
