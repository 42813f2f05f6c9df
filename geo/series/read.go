package series

import (
	"cmp"
	"fmt"
	"slices"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

// Snapshot is the counts at one moment, immutable and safe for any number of
// goroutines. The zero value counts nothing, on no frontier.
type Snapshot struct {
	line   *frontier.Frontier
	root   *root
	linked map[report.Unit][]*Linked
}

// Cell is what one segment and day counts.
type Cell struct {
	Once    float64 // people, those reports that overlap counted once
	All     float64 // people, every report counted
	Reports int     // that touch the day; 0: nobody reported
}

// Frontier is the line that the counts are on.
func (s Snapshot) Frontier() *frontier.Frontier { return s.line }

// Version changes with every change of counts; it is 0 while nothing is counted.
func (s Snapshot) Version() uint64 {
	for _, l := range s.layers() {
		if l.reports > 0 {
			return s.root.version
		}
	}
	return 0
}

// Units lists the units that something is counted in, sorted.
func (s Snapshot) Units() (units []report.Unit) {
	for _, l := range s.layers() {
		if l.reports > 0 {
			units = append(units, l.kind.Unit)
		}
	}
	return slices.Compact(units) // layers are sorted by unit first
}

func (s Snapshot) layers() []*layer {
	if s.root == nil {
		return nil
	}
	return s.root.layers
}

// Days counts one segment, from one day to another, both included, in one unit.
// There is a cell for each day; none where the frontier has no such segment or the
// days are the wrong way round.
func (s Snapshot) Days(unit report.Unit, segment int, from, to Day) []Cell {
	if s.line == nil || segment < 0 || segment >= len(s.line.Segments()) || to < from {
		return nil
	}
	cells := make([]Cell, to-from+1)
	for _, l := range s.layers() {
		if l.kind.Unit == unit {
			l.row(segment).each(from, to, func(d Day, c cell) {
				sum, more := &cells[d-from], c.cell()
				sum.Once, sum.All, sum.Reports = sum.Once+more.Once, sum.All+more.All, sum.Reports+more.Reports
			})
		}
	}
	return cells
}

// Each yields every cell of a unit that a report touches, of the days from one to
// another, both included: layer by layer, so that a cell may come several times
// with different kinds, segment by segment, in the order of days.
func (s Snapshot) Each(unit report.Unit, from, to Day, yield func(k *Kind, segment int, d Day, c Cell)) {
	for _, l := range s.layers() {
		if l.kind.Unit != unit {
			continue
		}
		l.eachRow(func(segment int, r *row) {
			r.each(from, to, func(d Day, c cell) {
				yield(&l.kind, segment, d, c.cell())
			})
		})
	}
}

// EachOf yields what Each does, of some segments.
func (s Snapshot) EachOf(unit report.Unit, segments []int, from, to Day, yield func(k *Kind, segment int, d Day, c Cell)) {
	for _, l := range s.layers() {
		if l.kind.Unit != unit {
			continue
		}
		for _, segment := range segments {
			l.row(segment).each(from, to, func(d Day, c cell) { yield(&l.kind, segment, d, c.cell()) })
		}
	}
}

// Span is the first and the last day on which anything of a unit is counted; ok is
// false where nothing is.
func (s Snapshot) Span(unit report.Unit) (first, last Day, ok bool) {
	for _, l := range s.layers() {
		if l.kind.Unit != unit {
			continue
		}
		l.eachRow(func(_ int, r *row) {
			a, b, some := r.span()
			if some && (!ok || a < first) {
				first = a
			}
			if some && (!ok || b > last) {
				last = b
			}
			ok = ok || some
		})
	}
	return first, last, ok
}

// Totals adds up groups of segments, for each day from one to another, both
// included: totals[group][day−from]. groups has the group of each segment, from 0
// to n−1. It costs little however long the intervals of reports are.
func (s Snapshot) Totals(unit report.Unit, groups []int, n int, from, to Day) (totals [][]Cell) {
	return s.totals(unit, groups, n, from, to, func(*Kind) bool { return true })
}

// TotalsOf adds up what one source reported, as Totals does.
func (s Snapshot) TotalsOf(source string, unit report.Unit, groups []int, n int, from, to Day) (totals [][]Cell) {
	return s.totals(unit, groups, n, from, to, func(k *Kind) bool { return k.Source == source })
}

// Sources lists those that something of a unit is counted of, sorted.
func (s Snapshot) Sources(unit report.Unit) (sources []string) {
	for _, l := range s.layers() {
		if l.kind.Unit == unit && l.reports > 0 {
			sources = append(sources, l.kind.Source)
		}
	}
	return slices.Compact(sources) // of a unit, layers are sorted by source
}

func (s Snapshot) totals(unit report.Unit, groups []int, n int, from, to Day, of func(*Kind) bool) (totals [][]Cell) {
	steps := make([][]cell, n)
	for g := range steps {
		steps[g] = make([]cell, max(0, to-from+1))
	}
	for _, l := range s.layers() {
		if l.kind.Unit == unit && of(&l.kind) {
			l.eachRow(func(segment int, r *row) { r.stepsInto(steps[groups[segment]], from, to) })
		}
	}
	totals = make([][]Cell, n)
	for g := range totals {
		totals[g] = make([]Cell, len(steps[g]))
		var sum cell
		for i, step := range steps[g] {
			sum.all, sum.once, sum.reports = sum.all+step.all, sum.once+step.once, sum.reports+step.reports
			totals[g][i] = sum.cell()
		}
	}
	return totals
}

func (l *layer) row(segment int) *row {
	if p := l.pages[segment/pageSize]; p != nil {
		return p.rows[segment%pageSize]
	}
	return nil
}

func (l *layer) eachRow(yield func(segment int, r *row)) {
	for i, p := range l.pages {
		if p == nil {
			continue
		}
		for j, r := range p.rows {
			if r != nil {
				yield(i*pageSize+j, r)
			}
		}
	}
}

// cell is the running sum of a row.
type cell struct {
	all, once mass
	reports   int32
}

func (c cell) cell() Cell {
	return Cell{Once: c.once.people(), All: c.all.people(), Reports: int(c.reports)}
}

func (c *cell) step(b *block, i Day) {
	c.all += b.all[i]
	c.once += b.once[i]
	c.reports += b.reports[i]
}

// each yields the days in [from, to] on which somebody reported.
func (r *row) each(from, to Day, yield func(Day, cell)) {
	if r == nil {
		return
	}
	begin, c := r.before(from)
	for i := begin; i < len(r.blocks); i++ {
		b := r.blocks[i]
		first := Day(b.index) << blockBits
		if first > to {
			return
		}
		for k := range Day(blockDays) {
			c.step(b, k)
			if c.reports > 0 && from <= first+k && first+k <= to {
				yield(first+k, c)
			}
		}
		if c.reports == 0 {
			continue
		}
		next := to + 1 // of the days until the next block, all alike
		if i+1 < len(r.blocks) {
			next = min(next, Day(r.blocks[i+1].index)<<blockBits)
		}
		for d := max(from, first+blockDays); d < next; d++ {
			yield(d, c)
		}
	}
}

// before is the last block that begins on a day or before it, or the first, with what is
// counted on the day before that block. From the nearer end: past the last block nothing is
// counted.
func (r *row) before(d Day) (i int, c cell) {
	i, found := slices.BinarySearchFunc(r.blocks, int(d>>blockBits), func(b *block, index int) int { return cmp.Compare(b.index, index) })
	if !found {
		i = max(0, i-1)
	}
	if 2*i < len(r.blocks) {
		for _, b := range r.blocks[:i] {
			c.addAll(b, +1)
		}
		return i, c
	}
	for _, b := range r.blocks[i:] {
		c.addAll(b, -1)
	}
	return i, c
}

// addAll adds up the days of a block.
func (c *cell) addAll(b *block, sign mass) {
	var sum cell
	for i := range Day(blockDays) {
		sum.step(b, i)
	}
	c.all, c.once, c.reports = c.all+sign*sum.all, c.once+sign*sum.once, c.reports+int32(sign)*sum.reports
}

// span is the first and the last day on which somebody reported.
func (r *row) span() (first, last Day, ok bool) {
	var c cell
	for _, b := range r.blocks {
		for k := range Day(blockDays) {
			before := c.reports > 0
			c.step(b, k)
			d := Day(b.index)<<blockBits + k
			if c.reports > 0 && !ok {
				first, ok = d, true
			}
			if before && c.reports == 0 {
				last = d - 1
			}
		}
	}
	return first, last, ok
}

// stepsInto adds the changes from day to day, those before from all on the first
// day.
func (r *row) stepsInto(steps []cell, from, to Day) {
	for _, b := range r.blocks {
		for k := range Day(blockDays) {
			if d := max(from, Day(b.index)<<blockBits+k); d <= to {
				steps[d-from].step(b, k)
			}
		}
	}
}

// Check walks every invariant and says which is broken first.
func (s Snapshot) Check() error {
	for i, l := range s.layers() {
		if i > 0 && byKind(s.root.layers[i-1].kind, l.kind) >= 0 {
			return fmt.Errorf("series: layer %v is out of order", l.kind)
		}
		if want := (len(s.line.Segments()) + pageSize - 1) / pageSize; len(l.pages) != want {
			return fmt.Errorf("series: layer %v has %d pages and not %d", l.kind, len(l.pages), want)
		}
		if err := l.check(); err != nil {
			return fmt.Errorf("series: layer %v: %w", l.kind, err)
		}
	}
	return nil
}

func (l *layer) check() (err error) {
	var all, once mass
	touched := false
	l.eachRow(func(segment int, r *row) {
		a, o, t, fault := r.check()
		all, once, touched = all+a, once+o, touched || t
		if fault != nil && err == nil {
			err = fmt.Errorf("segment %d: %w", segment, fault)
		}
	})
	switch {
	case err != nil:
		return err
	case all != l.all || once != l.once:
		return fmt.Errorf("its cells add up to %v and %v, its reports to %v and %v", all.people(), once.people(), l.all.people(), l.once.people())
	case l.reports < 0 || touched && l.reports == 0:
		return fmt.Errorf("%d reports, and days they touch: %v", l.reports, touched)
	}
	return nil
}

// check adds up a row, days between its blocks included.
func (r *row) check() (all, once mass, touched bool, err error) {
	var c cell
	for i, b := range r.blocks {
		first := Day(b.index) << blockBits
		if i > 0 {
			gap := mass(b.index-r.blocks[i-1].index-1) << blockBits
			if gap < 0 {
				return all, once, touched, fmt.Errorf("block %d is out of order", b.index)
			}
			all, once = all+gap*c.all, once+gap*c.once
		}
		for k := range Day(blockDays) {
			c.step(b, k)
			all, once, touched = all+c.all, once+c.once, touched || c.reports > 0
			if c.once < 0 || c.all < c.once || c.reports < 0 || c.all > 0 && c.reports == 0 {
				return all, once, touched, fmt.Errorf("%s: once %v, all %v people in %d reports",
					(first + k).Time().Format("2006-01-02"), c.once.people(), c.all.people(), c.reports)
			}
		}
	}
	if c != (cell{}) {
		return all, once, touched, fmt.Errorf("it does not end: %v people in %d reports", c.all.people(), c.reports)
	}
	return all, once, touched, nil
}
