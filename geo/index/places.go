package index

import (
	"context"
	"math"
	"math/bits"

	"github.com/paulmach/orb"

	"frontierwatch/geo/report"
)

// Places tells where the reports are that answer q, in no particular order. Versions
// of reports at points are not read, since they are seldom in the cache, and packs of
// them are told of as a whole where that is wanted: this is for maps of very many.
// Limit, After and Count of q are passed over; the error is that of the context.
func (s Snapshot) Places(ctx context.Context, q report.Query, to report.Places) error {
	if s.state == nil {
		return nil
	}
	q.After = nil
	search := newSearch(ctx, s, q)
	defer search.done()
	search.plan.need = math.MaxInt
	for _, k := range search.tail() {
		search.tell(k.number, to)
	}
	for r := range s.state.runs {
		c, ok := search.open(r)
		switch {
		case !ok:
		case c.packed():
			c.found = c.packs(to)
			fallthrough
		default:
			c.places(to)
		}
	}
	return search.err
}

// tell reads a version to tell of it.
func (s *search) tell(number uint32, to report.Places) {
	v := s.version(number)
	if v.Point != nil {
		if c, ok := cellOf(*v.Point); ok {
			to.At(c.lon, c.lat)
			return
		}
	}
	to.Other(v)
}

// plain says whether everything in the run that stands answers, but for place and
// time.
func (c *cursor) plain() bool {
	return c.search.match == nil && !c.kinds && c.search.at.all(c.run.newest+1)
}

// packed says whether the run may be told of by packs: all of it is in the interval and
// in the tree, if it can answer, and no pack can be found twice.
func (c *cursor) packed() bool {
	return c.run.tree != nil && (!c.search.anywhere || c.run.placed == c.run.len()) && c.plain() && c.limit == c.run.len() && c.since == 0 && len(c.search.boxes) <= 1
}

// places tells of what the cursor would still yield.
func (c *cursor) places(to report.Places) {
	plain := c.plain()
	for c.turn() {
		sure := uint64(0)
		if plain {
			sure = c.word &^ c.run.replaced.word(c.block)
		}
		for ; c.word != 0; c.word &= c.word - 1 {
			bit := bits.TrailingZeros64(c.word)
			i := c.block*block + bit
			if sure>>bit&1 == 1 || c.keeps(i) {
				c.tell(i, to)
			}
		}
	}
}

// tell tells of a version by its rank.
func (c *cursor) tell(i int, to report.Places) {
	if lon := c.run.lon[i]; lon != elsewhere {
		to.At(lon, c.run.lat[i])
		return
	}
	to.Other(c.search.version(c.run.numbers[i]))
}

// packs tells of a whole run, pack by pack. What it cannot tell so, it finds: that is
// told of in the order of ranks, in which it lies in memory.
func (c *cursor) packs(to report.Places) *ranks {
	r, t := c.run, c.run.tree
	found := c.search.borrow(r.len())
	one := func(low, high [2]float32, k uint32) bool {
		whole := c.inside || c.search.asked[0].holds(low, high)
		ranks := t.pack(k)
		if whole && r.lon[ranks[0]] != elsewhere && !c.some(ranks) {
			if number, ok := to.Within(widened(low, high)); ok {
				to.Together(number, len(ranks), t.sums[k].lon, t.sums[k].lat)
				return !c.search.tired()
			}
		}
		for _, rank := range ranks {
			if lon := r.lon[rank]; whole || lon == elsewhere || c.search.holds(lon, r.lat[rank]) {
				found.add(rank)
			}
		}
		return !c.search.tired()
	}
	if c.inside {
		t.boxes.Scan(one)
	} else {
		b := &c.search.asked[0]
		t.boxes.Search(b.low, b.high, one)
	}
	return found
}

// some says whether any of some ranks was replaced.
func (c *cursor) some(ranks []uint32) bool {
	if c.run.gone.Load() == 0 {
		return false
	}
	for _, rank := range ranks {
		if c.run.replaced.has(int(rank)) {
			return true
		}
	}
	return false
}

// widened is a box that surely holds what was in one before it was rounded.
func widened(low, high [2]float32) (a, b orb.Point) {
	down, up := float32(math.Inf(-1)), float32(math.Inf(1))
	for i := range low {
		a[i], b[i] = float64(math.Nextafter32(low[i], down)), float64(math.Nextafter32(high[i], up))
	}
	return a, b
}
