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
	before := map[Kind]*layer{}
	for _, l := range old.layers() {
		if l.kind.Unit == unit {
			before[l.kind] = l
		}
	}
	for _, l := range s.layers() {
		if l.kind.Unit == unit {
			d.layers(before[l.kind], l)
			delete(before, l.kind)
		}
	}
	for _, l := range before {
		d.layers(l, nil)
	}
	return d.first, d.ok
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

func (d *difference) layers(a, b *layer) {
	if a == b {
		return
	}
	n := 0
	for _, l := range []*layer{a, b} {
		if l != nil {
			n = len(l.pages)
		}
	}
	page := func(l *layer, i int) *page {
		if l == nil {
			return nil
		}
		return l.pages[i]
	}
	for i := range n {
		if x, y := page(a, i), page(b, i); x != y {
			for k := range pageSize {
				d.rows(x.row(k), y.row(k))
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
	if a == b {
		return
	}
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
			d.blocks(p.index, p, q)
		case len(x) == 0 || y[0].index < x[0].index:
			q, y = y[0], y[1:]
			d.blocks(q.index, p, q)
		default:
			p, q, x, y = x[0], y[0], x[1:], y[1:]
			d.blocks(p.index, p, q)
		}
	}
}

func (d *difference) blocks(index int, a, b *block) {
	if a == b {
		return
	}
	for k := range blockDays {
		if a.all[k] != b.all[k] || a.once[k] != b.once[k] || a.reports[k] != b.reports[k] {
			d.at(Day(index)<<blockBits + Day(k))
			return
		}
	}
}
