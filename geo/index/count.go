package index

import (
	"math/bits"
	"slices"
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

// countPacks counts by the tree: all of a bundle or a pack that lies in the box, and
// of one that does in part its places one by one.
func (c *cursor) countPacks(b *cells) (count int) {
	r, t, from, to := c.run, c.run.tree, uint32(c.since), uint32(c.limit)
	always := from == 0 && int(to) == r.len()
	t.search(b, func(n node) step {
		start, end := t.span(n)
		switch {
		case c.search.tired():
			return out
		case n.whole && always && !c.kinds:
			count += int(end - start)
		case !n.pack():
			return closer
		case n.whole && !c.kinds:
			count += between(t.ranks[start:end], from, to)
		case n.from < t.points && always && !c.kinds:
			count += bits.OnesCount64(b.which(t.lon[start:end], t.lat[start:end]))
		default:
			for k := start; k < end; k++ {
				rank := t.ranks[k]
				if rank-from < to-from && (n.whole || c.meets(b, int(rank))) && (!c.kinds || c.search.likes(r.kinds[rank], r.numbers[rank])) {
					count++
				}
			}
		}
		return onward
	})
	return count
}

// between is how many of ascending ranks lie in [from, to).
func between(ranks []uint32, from, to uint32) int {
	a, _ := slices.BinarySearch(ranks, from)
	b, _ := slices.BinarySearch(ranks[a:], to)
	return b
}

func (c *cursor) meets(b *cells, i int) bool {
	lon := c.run.lon[i]
	return b.has(lon, c.run.lat[i]) || lon == elsewhere && c.crosses(i)
}

// countReplaced is how many of the versions that start in the interval were
// counted though another stands in their place.
func (c *cursor) countReplaced() (n int) {
	r := c.run
	if !c.gone {
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
