package series

import (
	"frontierwatch/geo/report"
)

// Changed is the first day on which anything of a unit is counted otherwise than in
// an older snapshot, in whatever kind and segment; ok is false where nothing is. Days
// before it have the same cells in both. What the two snapshots share is not looked
// at, so that it costs what has changed. Snapshots of two frontiers have nothing in
// common.
func (s Snapshot) Changed(old Snapshot, unit report.Unit) (first Day, ok bool) {
	if s.line != old.line {
		return old.from(unit, s)
	}
	d := difference{}
	s.differing(old, unit, func(_ *Kind, _ int, a, b *row) { d.rows(a, b) })
	return d.first, d.ok
}

// Differences yields every segment and day on which a unit is counted otherwise than
// in an older snapshot of the same frontier, or in the zero one, kind by kind, and by
// how much: what was added to a cell, or taken from it. Days of a kind and segment
// come in order. It costs what has changed.
func (s Snapshot) Differences(old Snapshot, unit report.Unit, yield func(k *Kind, segment int, d Day, more Cell)) {
	s.differing(old, unit, func(k *Kind, segment int, a, b *row) {
		var c cell
		last := Day(0)
		eachPair(a, b, func(p, q *block) bool {
			first := Day(q.index) << blockBits
			for d := last; c != (cell{}) && d < first; d++ {
				yield(k, segment, d, c.cell())
			}
			last = first + blockDays
			if p == q && c == (cell{}) {
				return true
			}
			for i := range Day(blockDays) {
				c.all += q.all[i] - p.all[i]
				c.once += q.once[i] - p.once[i]
				c.reports += q.reports[i] - p.reports[i]
				if c != (cell{}) {
					yield(k, segment, first+i, c.cell())
				}
			}
			return true
		})
	})
}

// differing yields the rows of a unit that are not shared with an older snapshot, the
// older one first; nil: there is none.
func (s Snapshot) differing(old Snapshot, unit report.Unit, yield func(k *Kind, segment int, a, b *row)) {
	before := map[Kind]*layer{}
	for _, l := range old.layers() {
		if l.kind.Unit == unit {
			before[l.kind] = l
		}
	}
	for _, l := range s.layers() {
		if l.kind.Unit == unit {
			differingRows(before[l.kind], l, yield)
			delete(before, l.kind)
		}
	}
	for _, l := range before {
		differingRows(l, nil, yield)
	}
}

// from is the first day of what either of two snapshots counts.
func (s Snapshot) from(unit report.Unit, other Snapshot) (first Day, ok bool) {
	a, _, okA := s.Span(unit)
	b, _, okB := other.Span(unit)
	if okA && okB {
		return min(a, b), true
	}
	if okA {
		return a, true
	}
	return b, okB
}

// difference is the first day that was found to differ.
type difference struct {
	first Day
	ok    bool
}

func (d *difference) at(day Day) {
	if !d.ok || day < d.first {
		d.first, d.ok = day, true
	}
}

func differingRows(a, b *layer, yield func(k *Kind, segment int, a, b *row)) {
	if a == b {
		return
	}
	one := b
	if one == nil {
		one = a
	}
	page := func(l *layer, i int) *page {
		if l == nil {
			return nil
		}
		return l.pages[i]
	}
	for i := range one.pages {
		x, y := page(a, i), page(b, i)
		if x == y {
			continue
		}
		for k := range pageSize {
			if p, q := x.row(k), y.row(k); p != q {
				yield(&one.kind, i*pageSize+k, p, q)
			}
		}
	}
}

func (p *page) row(k int) *row {
	if p == nil {
		return nil
	}
	return p.rows[k]
}

// rows compares the steps from day to day: up to the first that differs, the days are
// the same.
func (d *difference) rows(a, b *row) {
	eachPair(a, b, func(p, q *block) bool {
		if p == q {
			return true
		}
		for k := range blockDays {
			if p.all[k] != q.all[k] || p.once[k] != q.once[k] || p.reports[k] != q.reports[k] {
				d.at(Day(q.index)<<blockBits + Day(k))
				return false
			}
		}
		return true
	})
}

// eachPair yields the blocks of two rows in the order of days, an empty one where a
// row has none, until yield says no.
func eachPair(a, b *row, yield func(p, q *block) bool) {
	var x, y []*block
	if a != nil {
		x = a.blocks
	}
	if b != nil {
		y = b.blocks
	}
	none := &block{}
	for len(x) > 0 || len(y) > 0 {
		p, q := none, none
		switch {
		case len(y) == 0 || len(x) > 0 && x[0].index < y[0].index:
			p, x = x[0], x[1:]
			none.index = p.index
		case len(x) == 0 || y[0].index < x[0].index:
			q, y = y[0], y[1:]
			none.index = q.index
		default:
			p, q, x, y = x[0], y[0], x[1:], y[1:]
		}
		if !yield(p, q) {
			return
		}
	}
}
