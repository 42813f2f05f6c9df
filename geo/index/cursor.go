package index

import (
	"math/bits"
)

// cursor yields the versions of one run that answer a search, newest first. It
// goes from block to block towards the past; the bits of word are the rows of
// the current block that are still to be looked at.
type cursor struct {
	search *search
	run    *run
	limit  int // ranks from here on are out of the question
	since  int // ranks from here on start in the interval, those before may reach into it
	first  int // ranks before are out of the question: none lasts so long
	block  int // the current one
	word   uint64
	found  *ranks // candidates by the tree; nil while the rows are scanned
	inside bool   // one box holds the whole run, or none was asked for
	kinds  bool   // there are kinds in the run that are not asked for
	gone   bool   // something in the run was replaced
}

// open is a cursor over a run; false: nothing in it can answer.
func (s *search) open(r *run) (cursor, bool) {
	c := cursor{search: s, run: r, limit: r.len(), inside: s.anywhere, gone: r.gone.Load() > 0}
	if r.oldest >= s.at.limit || r.last < s.from || !c.near() || !c.alike() {
		return c, false
	}
	if s.to < r.start[r.len()-1] {
		c.limit = r.until(s.to)
	}
	if s.behind {
		c.limit = min(c.limit, r.before(s.after, s.fid))
	}
	if s.from > r.start[0] {
		c.since = r.since(s.from)
		if c.first = c.since; r.longest > 0 {
			c.first = r.since(s.from - r.longest)
		}
	}
	c.block = blocks(c.limit)
	return c, c.limit > c.first
}

// near says whether the run lies where a box is.
func (c *cursor) near() bool {
	if c.inside {
		return true
	}
	near := false
	for _, b := range c.search.boxes {
		near = near || c.run.placed > 0 && b.Intersects(c.run.bound)
		c.inside = c.inside || c.run.placed == c.run.len() && holds(b, c.run.bound)
	}
	return near
}

// alike says whether the run has something of a kind that is asked for.
func (c *cursor) alike() bool {
	if c.search.kind == nil {
		return true
	}
	some := false
	for k, word := range c.run.present {
		for ; word != 0; word &= word - 1 {
			kind := k*block + bits.TrailingZeros64(word)
			if kind == manyKinds || !c.search.ofKind(uint32(kind)) {
				c.kinds = true
			}
			some = some || kind == manyKinds || c.search.ofKind(uint32(kind))
		}
	}
	return some
}

// next is the next rank, −1 when there are no more or the search is given up.
func (c *cursor) next() int {
	for {
		for c.word != 0 {
			bit := bits.Len64(c.word) - 1
			c.word &^= 1 << bit
			if i := c.block*block + bit; c.keeps(i) {
				c.search.plan.kept++
				return i
			}
		}
		if !c.turn() {
			return -1
		}
	}
}

// keeps says whether a candidate stands and is such as is asked for.
func (c *cursor) keeps(i int) bool {
	s, number := c.search, c.run.numbers[i]
	if c.kinds && !s.likes(c.run.kinds[i], number) {
		return false
	}
	return s.stands(number, c.gone && c.run.replaced.has(i)) && s.matches(number)
}

// turn goes to the next block that has candidates; false: there is none.
func (c *cursor) turn() bool {
	for c.block > c.first/block && !c.search.tired() {
		if c.found == nil && c.wantsTree() {
			c.found = c.ask()
		}
		if c.found != nil {
			c.block = c.found.below(c.block) + 1
		}
		if c.block--; c.block < c.first/block {
			break
		}
		if c.word = c.candidates(); c.word != 0 {
			return true
		}
	}
	if c.found != nil {
		c.search.giveBack(c.found)
		c.found = nil
	}
	return false
}

func (c *cursor) wantsTree() bool {
	return c.run.tree != nil && !c.inside && c.search.plan.prefersTree(c.run.len(), c.left())
}

// left is how many rows a scan would still have before it.
func (c *cursor) left() int { return min(c.block*block, c.limit) - c.first }

// candidates are the rows of the current block whose place and interval answer.
func (c *cursor) candidates() uint64 {
	if c.block*block < c.since && c.run.latest[c.block] < c.search.from {
		return 0
	}
	word := ^uint64(0)
	if rest := c.limit - c.block*block; rest < block {
		word = 1<<rest - 1
	}
	if c.found != nil {
		if word &= c.found.words[c.block]; c.run.extents != nil && !c.inside {
			word = c.crossing(word)
		}
	} else if !c.inside {
		looked := bits.OnesCount64(word)
		word = c.placed(word)
		c.search.plan.seen += looked
		c.search.plan.hits += bits.OnesCount64(word)
	}
	if c.block*block < c.since {
		word = c.lasting(word)
	}
	return word
}

// placed keeps the rows that meet a box.
func (c *cursor) placed(word uint64) (kept uint64) {
	base := c.block * block
	end := min(base+block, c.run.len())
	for i := range c.search.asked {
		kept |= c.search.asked[i].which(c.run.lon[base:end], c.run.lat[base:end])
	}
	if kept &= word; c.run.extents == nil {
		return kept
	}
	for w := word &^ kept; w != 0; w &= w - 1 {
		bit := bits.TrailingZeros64(w)
		if c.run.lon[base+bit] == elsewhere && c.crosses(base+bit) {
			kept |= 1 << bit
		}
	}
	return kept
}

// crossing keeps, of rows that the tree has found, those that do meet a box: of
// what is elsewhere than at a point it only knows the extent.
func (c *cursor) crossing(word uint64) uint64 {
	base := c.block * block
	for w := word; w != 0; w &= w - 1 {
		bit := bits.TrailingZeros64(w)
		if c.run.lon[base+bit] == elsewhere && !c.crosses(base+bit) {
			word &^= 1 << bit
		}
	}
	return word
}

func (c *cursor) crosses(i int) bool {
	extent := c.run.extents[uint32(i)]
	return extent != nil && c.search.crosses(c.run.numbers[i], *extent)
}

// lasting keeps the rows whose interval reaches into the one asked for.
func (c *cursor) lasting(word uint64) (kept uint64) {
	base := c.block * block
	for w := word; w != 0; w &= w - 1 {
		bit := bits.TrailingZeros64(w)
		if c.run.end(base+bit) >= c.search.from {
			kept |= 1 << bit
		}
	}
	return kept
}

// ask is the candidates of the whole run by its tree.
func (c *cursor) ask() *ranks {
	r, t := c.run, c.run.tree
	found := c.search.borrow(r.len())
	hits := 0
	for i := range c.search.asked {
		b := &c.search.asked[i]
		t.search(b, func(n node) step {
			if !n.whole && !n.pack() {
				return closer
			}
			from, to := t.span(n)
			if n.whole || n.from >= t.points {
				for _, rank := range t.ranks[from:to] {
					found.add(rank)
				}
				hits += int(to - from)
				return onward
			}
			which := b.which(t.lon[from:to], t.lat[from:to])
			hits += bits.OnesCount64(which)
			for ; which != 0; which &= which - 1 {
				found.add(t.ranks[int(from)+bits.TrailingZeros64(which)])
			}
			return onward
		})
	}
	c.search.plan.seen += r.len()
	c.search.plan.hits += min(hits, r.len())
	return found
}
