package index

import (
	"context"
	"math"
	"math/bits"

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

// packs tells of a whole run, bundle by bundle, pack by pack and point by point. What
// must be looked at, since it was replaced or is no point, it finds.
func (c *cursor) packs(to report.Places) *ranks {
	t, b := c.run.tree, &cells{math.MinInt32, math.MinInt32, math.MaxInt32, math.MaxInt32}
	if !c.inside {
		b = &c.search.asked[0]
	}
	found := c.search.borrow(c.run.len())
	t.search(b, func(n node) step {
		start, end := t.span(n)
		if n.whole {
			if number, ok := to.Within(n.box.corners()); ok && !c.some(t.ranks[start:end]) {
				total := t.total(n)
				to.Together(number, int(end-start), total.lon, total.lat)
				return c.onward()
			}
		}
		if !n.pack() {
			return closer
		}
		for k := start; k < end; k++ {
			switch lon, lat, rank := t.lon[k], t.lat[k], t.ranks[k]; {
			case n.from < t.points && !n.whole && !b.has(lon, lat):
			case n.from >= t.points || c.gone && c.run.replaced.has(int(rank)):
				found.add(rank)
			default:
				to.At(lon, lat)
			}
		}
		return c.onward()
	})
	return found
}

// onward goes on unless the search is given up.
func (c *cursor) onward() step {
	if c.search.tired() {
		return out
	}
	return onward
}

// some says whether any of some ranks was replaced.
func (c *cursor) some(ranks []uint32) bool {
	if !c.gone {
		return false
	}
	for _, rank := range ranks {
		if c.run.replaced.has(int(rank)) {
			return true
		}
	}
	return false
}
