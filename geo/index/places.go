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
// version. Limit, After and Count of q are passed over; the error is that of the
// context.
func (s Snapshot) Places(ctx context.Context, q report.Query, yield func(p orb.Point, v *report.Version)) error {
	if s.state == nil {
		return nil
	}
	q.After = nil
	search := newSearch(ctx, s, q)
	defer search.done()
	search.plan.need = math.MaxInt
	one := func(r row) {
		if r.point[0] == r.point[0] {
			yield(r.point, nil)
			return
		}
		yield(orb.Point{}, r.version)
	}
	for _, v := range search.tail() {
		one(s.index.row(v))
	}
	for r := range s.state.runs {
		if c, ok := search.open(r); ok {
			c.places(yield)
		}
	}
	return search.err
}

// places yields where the versions are that the cursor would still yield.
func (c *cursor) places(yield func(orb.Point, *report.Version)) {
	s := c.search
	plain := s.match == nil && s.at.Known.IsZero() && c.run.newest <= s.at.Seq
	for c.turn() {
		sure := uint64(0)
		if plain {
			sure = c.word &^ c.run.replaced.word(c.block)
		}
		for ; c.word != 0; c.word &= c.word - 1 {
			bit := bits.TrailingZeros64(c.word)
			i := c.block*block + bit
			if sure>>bit&1 == 0 {
				if v := c.run.versions[i]; !s.stands(v, c.run.replaced.has(i)) || s.match != nil && !s.match(v) {
					continue
				}
			}
			if p := (orb.Point{c.run.lon[i], c.run.lat[i]}); p[0] == p[0] {
				yield(p, nil)
			} else {
				yield(orb.Point{}, c.run.versions[i])
			}
		}
	}
}
