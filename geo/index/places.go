package index

import (
	"context"
	"math"
	"math/bits"

	"github.com/paulmach/orb"

	"frontierwatch/geo/report"
)

// Places yields where the reports are that answer q, in no particular order. A
// report of a point yields it alone, without its version, which is seldom in the
// cache: this is for maps of very many. One of a stretch, or of nowhere, yields its
// version, which may not be kept. Limit, After and Count of q are passed over; the
// error is that of the context.
func (s Snapshot) Places(ctx context.Context, q report.Query, yield func(p orb.Point, v *report.Version)) error {
	if s.state == nil {
		return nil
	}
	q.After = nil
	search := newSearch(ctx, s, q)
	defer search.done()
	search.plan.need = math.MaxInt
	one := func(number uint32) {
		v := search.version(number)
		if p := v.Point; p != nil && in(p.Bound(), *p) {
			yield(*p, nil)
			return
		}
		yield(orb.Point{}, v)
	}
	for _, k := range search.tail() {
		one(k.number)
	}
	for r := range s.state.runs {
		if c, ok := search.open(r); ok {
			c.places(yield, one)
		}
	}
	return search.err
}

// places yields where the versions are that the cursor would still yield. What is
// not at a cell goes to one.
func (c *cursor) places(yield func(orb.Point, *report.Version), one func(uint32)) {
	s := c.search
	plain := s.match == nil && !c.kinds && s.at.all(c.run.newest+1)
	for c.turn() {
		sure := uint64(0)
		if plain {
			sure = c.word &^ c.run.replaced.word(c.block)
		}
		for ; c.word != 0; c.word &= c.word - 1 {
			bit := bits.TrailingZeros64(c.word)
			i := c.block*block + bit
			if sure>>bit&1 == 0 && !c.keeps(i) {
				continue
			}
			if lon := c.run.lon[i]; lon != elsewhere {
				yield(cell{lon, c.run.lat[i]}.point(), nil)
			} else {
				one(c.run.numbers[i])
			}
		}
	}
}
