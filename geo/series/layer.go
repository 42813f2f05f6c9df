package series

import (
	"cmp"
	"slices"

	"frontierwatch/geo/report"
)

// Kind is what the reports of a layer have in common.
type Kind struct {
	Unit       report.Unit
	Source     string
	Direction  report.Direction
	TLP        report.TLP
	Releasable report.Countries
}

func kindOf(v *report.Version) Kind {
	return Kind{v.Unit, v.Source, v.Direction, v.TLP, v.Releasable}
}

// is says whether kindOf(v) is k.
func (k *Kind) is(v *report.Version) bool {
	return k.Unit == v.Unit && k.Source == v.Source && k.Direction == v.Direction && k.TLP == v.TLP && k.Releasable == v.Releasable
}

func byKind(a, b Kind) int {
	return cmp.Or(cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Direction, b.Direction),
		cmp.Compare(a.TLP, b.TLP), cmp.Compare(a.Releasable, b.Releasable))
}

// The tree of a set. Every node has the epoch it was made or copied in; the writer
// changes a node only in its own epoch and copies it otherwise.
type (
	root struct {
		epoch   uint64
		version uint64
		layers  []*layer // by kind
	}
	layer struct {
		epoch     uint64
		kind      Kind
		reports   int
		all, once mass    // of all its cells
		pages     []*page // of the segments in turn; nil: nothing there
	}
	page struct {
		epoch uint64
		rows  [pageSize]*row
	}
	row struct {
		epoch  uint64
		blocks []*block // by index
	}
	// block is how much each day of 64 has more than the day before it.
	block struct {
		epoch     uint64
		index     int // of the block: its first day is index·64
		all, once [blockDays]mass
		reports   [blockDays]int32
	}
)

const (
	pageSize  = 64
	blockBits = 6
	blockDays = 1 << blockBits
)

// counted says which of the two counts something goes into.
type counted uint8

const (
	both counted = iota
	allOnly
	onceOnly
)

// add puts so many people of a version into the counts (sign +1) or takes them
// out (−1).
func (s *Set) add(v *report.Version, people int64, sign int, where counted) {
	r := s.ownRoot()
	r.version++
	l := s.ownLayer(r, v)
	if where != onceOnly {
		l.reports += sign
	}
	over := days(v)
	places(s.line, v, people, func(segment int, share mass) {
		a := amount{share: mass(sign) * share, where: where}
		if where != onceOnly {
			l.all += a.share
			a.reports = int32(sign)
		}
		if where != allOnly {
			l.once += a.share
		}
		a.spread(s, s.ownRow(l, segment), over)
	})
}

// spread changes the counts of some days, those with one unit more than the others
// first.
func (a amount) spread(s *Set, r *row, over span) {
	n := mass(over.last - over.first + 1)
	each, rest := a.share, mass(0)
	if n > 1 {
		each, rest = a.share/n, a.share%n
	}
	more := over.first + Day(max(rest, -rest))
	a.change(s, r, over.first, each+sgn(rest), +1)
	if more > over.first {
		a.step(s, r, more, -sgn(rest))
	}
	a.change(s, r, over.last+1, -each, -1)
}

func sgn(m mass) mass { return mass(cmp.Compare(m, 0)) }

// amount is what one report changes in a row.
type amount struct {
	share   mass
	where   counted
	reports int32
}

// change makes the count of a day and those after it differ by m, and the number
// of reports by that of the amount, turned by sign.
func (a amount) change(s *Set, r *row, d Day, m mass, sign int32) {
	b := a.step(s, r, d, m)
	b.reports[d&(blockDays-1)] += sign * a.reports
}

func (a amount) step(s *Set, r *row, d Day, m mass) *block {
	b := s.ownBlock(r, int(d>>blockBits))
	i := d & (blockDays - 1)
	if a.where != onceOnly {
		b.all[i] += m
	}
	if a.where != allOnly {
		b.once[i] += m
	}
	return b
}

func (s *Set) ownRoot() *root {
	if s.root.epoch != s.epoch {
		own := *s.root
		own.epoch, own.layers = s.epoch, slices.Clone(own.layers)
		s.root = &own
	}
	return s.root
}

// layer is where that of a version is, or would be. To see that two kinds are not one
// costs far less than to see which comes first, and mostly there are few.
func (r *root) layer(v *report.Version) (int, bool) {
	const few = 8
	if len(r.layers) <= few {
		for i, l := range r.layers {
			if l.kind.is(v) {
				return i, true
			}
		}
	}
	return slices.BinarySearchFunc(r.layers, kindOf(v), func(l *layer, k Kind) int { return byKind(l.kind, k) })
}

func (s *Set) ownLayer(r *root, v *report.Version) *layer {
	i, found := r.layer(v)
	if !found {
		pages := (len(s.line.Segments()) + pageSize - 1) / pageSize
		r.layers = slices.Insert(r.layers, i, &layer{epoch: s.epoch, kind: kindOf(v), pages: make([]*page, pages)})
	}
	if r.layers[i].epoch != s.epoch {
		own := *r.layers[i]
		own.epoch, own.pages = s.epoch, slices.Clone(own.pages)
		r.layers[i] = &own
	}
	return r.layers[i]
}

func (s *Set) ownRow(l *layer, segment int) *row {
	at := &l.pages[segment/pageSize]
	switch {
	case *at == nil:
		*at = &page{epoch: s.epoch}
	case (*at).epoch != s.epoch:
		own := **at
		own.epoch = s.epoch
		*at = &own
	}
	r := &(*at).rows[segment%pageSize]
	switch {
	case *r == nil:
		*r = &row{epoch: s.epoch}
	case (*r).epoch != s.epoch:
		*r = &row{epoch: s.epoch, blocks: slices.Clone((*r).blocks)}
	}
	return *r
}

func (s *Set) ownBlock(r *row, index int) *block {
	// Reports come mostly in the order of time: look at the end first.
	i, found := len(r.blocks)-1, false
	if i >= 0 && r.blocks[i].index == index {
		found = true
	} else {
		i, found = slices.BinarySearchFunc(r.blocks, index, func(b *block, index int) int { return cmp.Compare(b.index, index) })
	}
	if !found {
		r.blocks = slices.Insert(r.blocks, i, &block{epoch: s.epoch, index: index})
	}
	if r.blocks[i].epoch != s.epoch {
		own := *r.blocks[i]
		own.epoch = s.epoch
		r.blocks[i] = &own
	}
	return r.blocks[i]
}
