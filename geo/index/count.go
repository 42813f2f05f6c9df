package index

import (
	"math/bits"
)

// count is how many versions answer. Most are counted without being looked at:
// whole runs, and whole packs of a tree, that lie in the box and in the interval;
// then the few that were replaced are taken off again.
func (s *search) count() int {
	n := len(s.tail())
	for _, r := range s.snapshot.state.young {
		n += s.countRun(r)
	}
	for _, p := range s.snapshot.state.parts {
		if !s.mayHold(p) {
			continue
		}
		for _, r := range p.runs {
			n += s.countRun(r)
		}
	}
	return n
}

func (s *search) countRun(r *run) (n int) {
	c, ok := s.open(r)
	if !ok {
		return 0
	}
	if s.match == nil && s.at.all(r.newest+1) {
		n, ok = c.countStarting()
		if ok { // what is left are those that start before the interval
			c.limit = min(c.limit, c.since)
			c.block = blocks(c.limit)
		}
	}
	return n + c.countEach()
}

// countEach looks at each version that the cursor would still yield.
func (c *cursor) countEach() (n int) {
	s := c.search
	plain := s.match == nil && !c.kinds && s.at.all(c.run.newest+1)
	for c.turn() {
		if plain {
			replaced := c.run.replaced.word(c.block)
			n += bits.OnesCount64(c.word &^ replaced)
			c.word &= replaced
		}
		for ; c.word != 0; c.word &= c.word - 1 {
			if c.keeps(c.block*block + bits.TrailingZeros64(c.word)) {
				n++
			}
		}
	}
	return n
}

// countStarting counts the versions that start in the interval; false: they must
// be looked at one by one.
func (c *cursor) countStarting() (n int, ok bool) {
	r := c.run
	switch {
	case c.since >= c.limit:
		return 0, true
	case c.inside && !c.kinds:
		n = c.limit - c.since
	case c.inside:
		for i := c.since; i < c.limit; i++ {
			if c.search.likes(r.kinds[i], r.numbers[i]) {
				n++
			}
		}
	case r.tree == nil || len(c.search.asked) != 1:
		return 0, false
	default:
		n = c.countPacks(&c.search.asked[0])
	}
	return n - c.countReplaced(), true
}

// countPacks counts by the tree.
func (c *cursor) countPacks(b *box) (n int) {
	r, from, to := c.run, uint32(c.since), uint32(c.limit)
	all := !c.kinds && from == 0 && int(to) == r.len()
	r.tree.boxes.Search(b.low, b.high, func(low, high [2]float32, k uint32) bool {
		pack, whole := r.tree.pack(k), b.holds(low, high)
		switch {
		case whole && all:
			n += len(pack)
			return !c.search.tired()
		case all && r.extents == nil:
			n += b.cells.count(r.lon, r.lat, pack)
			return !c.search.tired()
		}
		for _, rank := range pack {
			if rank-from < to-from && (whole || c.meets(b, int(rank))) && (!c.kinds || c.search.likes(r.kinds[rank], r.numbers[rank])) {
				n++
			}
		}
		return !c.search.tired()
	})
	return n
}

func (c *cursor) meets(b *box, i int) bool {
	lon := c.run.lon[i]
	return b.cells.has(lon, c.run.lat[i]) || lon == elsewhere && c.crosses(i)
}

// countReplaced is how many of the versions that start in the interval were
// counted though another stands in their place.
func (c *cursor) countReplaced() (n int) {
	r := c.run
	if r.gone.Load() == 0 {
		return 0
	}
	for k := c.since / block; k < blocks(c.limit); k++ {
		for word := r.replaced.word(k); word != 0; word &= word - 1 {
			i := k*block + bits.TrailingZeros64(word)
			if i >= c.since && i < c.limit && (c.inside || c.meets(&c.search.asked[0], i)) &&
				(!c.kinds || c.search.likes(r.kinds[i], r.numbers[i])) && !c.search.stands(r.numbers[i], true) {
				n++
			}
		}
	}
	return n
}
