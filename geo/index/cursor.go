package index

import (
	"math/bits"

	"frontierwatch/geo/report"
)

// cursor yields the versions of one run that answer a search, newest first. It
// goes from block to block towards the past; the bits of word are the rows of
// the current block that are still to be looked at.
type cursor struct {
	search *search
	run    *run
	limit  int // ranks from here on are out of the question
	since  int // ranks from here on start in the interval, those before may reach into it
	block  int // the current one
	word   uint64
	found  *ranks // candidates by the tree; nil while the rows are scanned
	inside bool   // one box holds the whole run, or none was asked for
}

// open is a cursor over a run; false: nothing in it can answer.
func (s *search) open(r *run) (cursor, bool) {
	c := cursor{search: s, run: r, limit: r.len(), inside: s.anywhere}
	if r.oldest > s.at.Seq || r.last < s.fromMS || !c.near() {
		return c, false
	}
	if !s.to.IsZero() {
		c.limit = r.until(s.to)
	}
	if s.after != nil {
		c.limit = min(c.limit, r.before(*s.after))
	}
	if !s.from.IsZero() {
		c.since = r.since(s.from)
	}
	c.block = blocks(c.limit)
	return c, c.limit > 0
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

// next is the next version, nil when there are no more or the search is given up.
func (c *cursor) next() *report.Version {
	for {
		for c.word != 0 {
			bit := bits.Len64(c.word) - 1
			c.word &^= 1 << bit
			i := c.block*block + bit
			v := c.run.versions[i]
			if c.search.stands(v, c.run.replaced.has(i)) && (c.search.match == nil || c.search.match(v)) {
				c.search.plan.kept++
				return v
			}
		}
		if !c.turn() {
			return nil
		}
	}
}

// turn goes to the next block that has candidates; false: there is none.
func (c *cursor) turn() bool {
	for c.block > 0 && !c.search.tired() {
		if c.found == nil && c.wantsTree() {
			c.found = c.ask()
		}
		if c.found != nil {
			c.block = c.found.below(c.block) + 1
		}
		if c.block--; c.block < 0 {
			break
		}
		if c.word = c.candidates(); c.word != 0 {
			return true
		}
	}
	return false
}

func (c *cursor) wantsTree() bool {
	return c.run.tree != nil && !c.inside && c.search.plan.prefersTree(c.run.len(), c.left())
}

// left is how many rows a scan would still have before it.
func (c *cursor) left() int { return min(c.block*block, c.limit) - min(c.since, c.block*block)/2 }

// candidates are the rows of the current block whose place and interval answer.
func (c *cursor) candidates() uint64 {
	if c.run.latest[c.block] < c.search.fromMS {
		return 0
	}
	word := ^uint64(0)
	if rest := c.limit - c.block*block; rest < block {
		word = 1<<rest - 1
	}
	if c.found != nil {
		word &= c.found.words[c.block]
	}
	if !c.inside && word != 0 {
		looked := bits.OnesCount64(word)
		word = c.placed(word)
		if c.found == nil {
			c.search.plan.seen += looked
			c.search.plan.hits += bits.OnesCount64(word)
		}
	}
	if c.block*block < c.since {
		word = c.lasting(word)
	}
	return word
}

// placed keeps the rows that meet a box.
func (c *cursor) placed(word uint64) (kept uint64) {
	base := c.block * block
	for w := word; w != 0; w &= w - 1 {
		bit := bits.TrailingZeros64(w)
		x, y := c.run.lon[base+bit], c.run.lat[base+bit]
		for i := range c.search.boxes {
			b := &c.search.boxes[i]
			if x >= b.Min[0] && x <= b.Max[0] && y >= b.Min[1] && y <= b.Max[1] {
				kept |= 1 << bit
				break
			}
		}
		if x != x && c.crosses(base+bit) {
			kept |= 1 << bit
		}
	}
	return kept
}

func (c *cursor) crosses(i int) bool {
	extent := c.run.extents[uint32(i)]
	return extent != nil && c.search.crosses(c.run.versions[i], *extent)
}

// lasting keeps the rows whose interval reaches into the one asked for.
func (c *cursor) lasting(word uint64) (kept uint64) {
	base := c.block * block
	for w := word; w != 0; w &= w - 1 {
		bit := bits.TrailingZeros64(w)
		end := c.run.end[base+bit]
		if end > c.search.fromMS || end == c.search.fromMS && c.search.overlaps(c.run.versions[base+bit]) {
			kept |= 1 << bit
		}
	}
	return kept
}

// ask is the candidates of the whole run by its tree.
func (c *cursor) ask() *ranks {
	n := c.run.len()
	found := c.search.borrow(n)
	hits := 0
	for _, b := range c.search.boxes {
		c.run.tree.Search(single(b.Min), single(b.Max), func(_, _ [2]float32, i uint32) bool {
			found.add(i)
			hits++
			return true
		})
	}
	c.search.plan.seen += n
	c.search.plan.hits += min(hits, n)
	return found
}

// count is how many versions the cursor would still yield.
func (c *cursor) count() (n int) {
	s := c.search
	plain := s.match == nil && s.at.Known.IsZero() && c.run.newest <= s.at.Seq
	for c.turn() {
		if plain {
			replaced := c.run.replaced.word(c.block)
			n += bits.OnesCount64(c.word &^ replaced)
			c.word &= replaced
		}
		for ; c.word != 0; c.word &= c.word - 1 {
			i := c.block*block + bits.TrailingZeros64(c.word)
			if v := c.run.versions[i]; s.stands(v, c.run.replaced.has(i)) && (s.match == nil || s.match(v)) {
				n++
			}
		}
	}
	return n
}
