package index

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

// search is one query on its way through a snapshot, in the hands of one
// goroutine.
type search struct {
	snapshot Snapshot
	ctx      context.Context
	at       position
	anywhere bool // no boxes were asked for
	boxes    []orb.Bound
	asked    []cells // the same
	from, to int64   // milliseconds, inclusive; the least and the greatest of all where open
	kind     func(report.Kind) bool
	match    func(*report.Version) bool

	behind     bool // only what lies behind a key; not while counting
	after, fid int64

	kinds   []report.Kind
	liked   []uint8   // of each kind, whether it is asked for: 0 is not known yet
	scratch *unpacked // for match and what else looks at versions
	plan    plan
	work    int   // blocks looked at, to ask the context now and then
	err     error // why the search was given up

	lent []*ranks // in use
	free []*ranks // not any more
}

// newSearch reads a query. Boxes that are no boxes (not a number, or the wrong
// way round) hold nothing.
func newSearch(ctx context.Context, s Snapshot, q report.Query) *search {
	found := &search{
		snapshot: s, ctx: ctx, at: s.position(q.AsOf), anywhere: len(q.Boxes) == 0,
		from: math.MinInt64, to: math.MaxInt64, kind: q.Kind, match: q.Match,
		plan: plan{ask: s.index.tuning.ask},
	}
	for _, b := range q.Boxes {
		if in(b, b.Min) {
			found.boxes, found.asked = append(found.boxes, b), append(found.asked, cellsIn(b))
		}
	}
	if !q.From.IsZero() {
		found.from = notBefore(q.From)
	}
	if !q.To.IsZero() {
		found.to = q.To.UnixMilli()
	}
	if k := q.After; k != nil {
		found.behind, found.after, found.fid = true, k.Start.UnixMilli(), k.FID
		if moment(found.after) != k.Start.UTC() { // all of that millisecond is behind it
			found.after, found.fid = found.after+1, math.MinInt64
		}
	}
	if q.Kind != nil {
		found.kinds = *s.index.revisions.book.kinds.Load()
		found.liked = make([]uint8, len(found.kinds))
	}
	return found
}

// notBefore is the first millisecond that is not before an instant.
func notBefore(t time.Time) int64 {
	if ms := t.UnixMilli(); !moment(ms).Before(t) {
		return ms
	}
	return t.UnixMilli() + 1
}

// holds says whether a cell lies in one of the boxes.
func (s *search) holds(lon, lat int32) bool {
	for i := range s.asked {
		if s.asked[i].has(lon, lat) {
			return true
		}
	}
	return false
}

// meets says whether the place of a row meets one of the boxes.
func (s *search) meets(r *row) bool {
	return s.anywhere || s.holds(r.cell.lon, r.cell.lat) || r.extent != nil && s.crosses(r.number, *r.extent)
}

// crosses says whether the line of a stretch meets one of the boxes. The line is
// only drawn where its extent does not settle it.
func (s *search) crosses(number uint32, extent orb.Bound) bool {
	var line orb.LineString
	for _, b := range s.boxes {
		if !b.Intersects(extent) {
			continue
		}
		if holds(b, extent) || extent.Min == extent.Max {
			return true
		}
		if line == nil {
			line = s.snapshot.index.line(*s.version(number).Stretch)
		}
		if frontier.Crosses(line, b) {
			return true
		}
	}
	return false
}

// version is one to look at, until the next is.
func (s *search) version(number uint32) *report.Version {
	if s.scratch == nil {
		s.scratch = &unpacked{}
	}
	return s.snapshot.index.revisions.book.unpack(s.scratch, number)
}

// matches asks what the query has for it.
func (s *search) matches(number uint32) bool { return s.match == nil || s.match(s.version(number)) }

// ofKind says whether the kind with a number is asked for. Those that are younger
// than the search are not there at its position.
func (s *search) ofKind(kind uint32) bool {
	if s.kind == nil || int(kind) >= len(s.liked) {
		return s.kind == nil
	}
	if s.liked[kind] == 0 {
		s.liked[kind] = 1
		if s.kind(s.kinds[kind]) {
			s.liked[kind] = 2
		}
	}
	return s.liked[kind] == 2
}

// likes is ofKind of a version, by its column.
func (s *search) likes(kind uint16, number uint32) bool {
	if kind < manyKinds || s.kind == nil {
		return s.ofKind(uint32(kind))
	}
	return s.kind(s.version(number).Kind())
}

// stands says whether a version stands at the position asked about. replaced is
// whether a later one exists, perhaps beyond that position.
func (s *search) stands(number uint32, replaced bool) bool {
	if number >= s.at.limit {
		return false
	}
	known := s.snapshot.index.revisions
	if s.at.bounded {
		if h := known.book.head(number); !s.at.knows(number, &h) {
			return false
		}
	}
	return !(replaced && known.replaced(number, s.at))
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

// borrow lends an empty set of ranks below n, until it is given back or the search is
// done.
func (s *search) borrow(n int) *ranks {
	var set *ranks
	if last := len(s.free) - 1; last >= 0 {
		set, s.free = s.free[last], s.free[:last]
	} else if set, _ = s.snapshot.index.spare.Get().(*ranks); set == nil {
		set = &ranks{}
	}
	set.reach(n)
	s.lent = append(s.lent, set)
	return set
}

// giveBack takes a set back, for the next run: one that was just used is in the cache.
func (s *search) giveBack(set *ranks) {
	i := slices.Index(s.lent, set)
	s.lent = slices.Delete(s.lent, i, i+1)
	set.clear()
	s.free = append(s.free, set)
}

// done gives everything back to the index.
func (s *search) done() {
	for len(s.lent) > 0 {
		s.giveBack(s.lent[0])
	}
	for _, set := range s.free {
		s.snapshot.index.spare.Put(set)
	}
	s.free = nil
}
