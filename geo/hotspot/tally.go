package hotspot

import (
	"slices"

	"frontierwatch/geo/report"
	"frontierwatch/geo/series"
)

// tally is the counts of one unit, added up as detection asks for them, and brought
// from one snapshot to the next at the cost of what differs. People are whole numbers
// of 2^-20, and fewer than 2^33, so that sums are exact in whatever order they come. It
// is for one goroutine at a time, and what it hands out holds until it is moved on.
type tally struct {
	standing // the snapshot
	areas    []int
	n        int // areas

	begin series.Day // of the columns
	days  int
	all   [][]series.Cell            // all[area][day−begin]
	of    map[string][][]series.Cell // by source

	byWeek weeks

	// The newest days by segment: cells[(day−from)·segments + segment], and their sums,
	// which are right up to the day stale.
	from    series.Day
	people  []float64
	reports []int32
	sums    frame
	stale   series.Day
}

const (
	// tallyDays is how many days there are cells of segments for: the longest window, and
	// what is looked at of the days before.
	tallyDays = longest + 128
	// tallySlack is by how many days more than it must it grows.
	tallySlack = 32
	// tallyMost is over how many days reports may be spread for a tally to be kept.
	tallyMost = 40 * 366
)

// newTally has counted nothing yet.
func newTally(unit report.Unit, areas []int, n int) *tally {
	return &tally{standing: standing{unit: unit}, areas: areas, n: n, of: map[string][][]series.Cell{}}
}

// move brings the tally to a snapshot of the same frontier and says from which day on
// it counts otherwise, if it does. held is false where it would take too much memory;
// then it is of no use any more.
func (t *tally) move(to series.Snapshot) (changed series.Day, differs, held bool) {
	held = true
	if t.all == nil { // then all of it is added
		if first, last, ok := to.Span(t.unit); ok {
			held = t.reach(first, last)
			t.from, t.stale = last+1-tallyDays, last+1-tallyDays
		}
	}
	to.Differences(t.Snapshot, t.unit, func(k *series.Kind, segment int, d series.Day, more series.Cell) {
		if !differs || d < changed {
			changed, differs = d, true
		}
		if held = held && t.reach(d, d); held {
			t.add(k.Source, segment, d, more)
		}
	})
	t.Snapshot = to
	return changed, differs, held
}

// reach makes room for the days from one to another; false: there would be too many.
func (t *tally) reach(first, last series.Day) bool {
	if t.all != nil && t.begin <= first && last < t.begin+series.Day(t.days) {
		return true
	}
	begin, end := first-tallySlack, last+1+tallySlack
	if t.all != nil {
		if first >= t.begin {
			begin = t.begin
		}
		if last < t.begin+series.Day(t.days) {
			end = t.begin + series.Day(t.days)
		}
	}
	if end-begin > tallyMost {
		return false
	}
	widened := func(old [][]series.Cell) [][]series.Cell {
		next := make([][]series.Cell, t.n)
		for area := range next {
			next[area] = make([]series.Cell, end-begin)
			if old != nil {
				copy(next[area][t.begin-begin:], old[area])
			}
		}
		return next
	}
	t.all = widened(t.all)
	for source, columns := range t.of {
		t.of[source] = widened(columns)
	}
	t.begin, t.days = begin, int(end-begin)
	return true
}

// add counts more of a source on a day.
func (t *tally) add(source string, segment int, d series.Day, more series.Cell) {
	own := t.of[source]
	if own == nil {
		own = make([][]series.Cell, t.n)
		for area := range own {
			own[area] = make([]series.Cell, t.days)
		}
		t.of[source] = own
	}
	t.byWeek.add(segment, d, more.Once)
	area := t.areas[segment]
	for _, columns := range [...][][]series.Cell{t.all, own} {
		c := &columns[area][d-t.begin]
		c.Once, c.All, c.Reports = c.Once+more.Once, c.All+more.All, c.Reports+more.Reports
	}
	if d < t.from {
		return
	}
	t.extend(d)
	at := int(d-t.from)*len(t.areas) + segment
	t.people[at] += more.Once
	t.reports[at] += int32(more.Reports)
	t.stale = min(t.stale, d)
}

// extend makes room for the cells of a day, and forgets the oldest where there are
// too many.
func (t *tally) extend(to series.Day) {
	n := len(t.areas)
	days := int(to-t.from) + 1
	if more := days*n - len(t.people); more > 0 {
		t.people, t.reports = append(t.people, make([]float64, more)...), append(t.reports, make([]int32, more)...)
	}
	if old := days - tallyDays; old > tallySlack {
		t.people, t.reports = slices.Delete(t.people, 0, old*n), slices.Delete(t.reports, 0, old*n)
		t.from += series.Day(old)
		t.sums, t.stale = frame{}, t.from
	}
}

// frame is the sums of the newest days up to a day of an input; nil: there are none.
func (t *tally) frame(start series.Day, last int) *frame {
	n, to := len(t.areas), start+series.Day(last)
	if n == 0 || to < t.from || to > t.from+tallyDays+tallySlack*2 {
		return nil
	}
	t.extend(to)
	days := len(t.people) / n
	if more := (days+1)*n - len(t.sums.people); more > 0 {
		t.sums.people, t.sums.active = append(t.sums.people, make([]float64, more)...), append(t.sums.active, make([]int32, more)...)
	}
	summed := int(t.stale-t.from) * n
	people, active := t.sums.people[summed+n:], t.sums.active[summed+n:]
	for i, more := range t.people[summed:] {
		people[i] = t.sums.people[summed+i] + more
		active[i] = t.sums.active[summed+i]
		if t.reports[summed+i] > 0 {
			active[i]++
		}
	}
	t.stale = t.from + series.Day(days)
	t.sums.n, t.sums.lo = n, int(t.from-start)
	t.sums.hi = t.sums.lo + days
	return &t.sums
}

// span is what series.Snapshot.Span is.
func (t *tally) span() (first, last series.Day, ok bool) {
	reported := func(i int) bool {
		return slices.ContainsFunc(t.all, func(column []series.Cell) bool { return column[i].Reports > 0 })
	}
	i, j := 0, t.days-1
	for i <= j && !reported(i) {
		i++
	}
	for j > i && !reported(j) {
		j--
	}
	return t.begin + series.Day(i), t.begin + series.Day(j), i <= j
}

func (t *tally) totals(areas []int, n int, from, to series.Day) [][]series.Cell {
	if !t.by(areas) {
		return t.standing.totals(areas, n, from, to)
	}
	return t.cut(t.all, from, to)
}

func (t *tally) totalsOf(source string, areas []int, n int, from, to series.Day) [][]series.Cell {
	if !t.by(areas) {
		return t.standing.totalsOf(source, areas, n, from, to)
	}
	return t.cut(t.of[source], from, to)
}

// by says whether it is by these areas that the tally is added up.
func (t *tally) by(areas []int) bool {
	return len(areas) > 0 && len(areas) == len(t.areas) && &areas[0] == &t.areas[0]
}

// cut is the days of columns from one to another, both included.
func (t *tally) cut(columns [][]series.Cell, from, to series.Day) [][]series.Cell {
	some := make([][]series.Cell, t.n)
	n, a, b := max(0, int(to-from)+1), int(from-t.begin), int(to-t.begin)+1
	for area := range some {
		switch {
		case columns == nil:
			some[area] = make([]series.Cell, n)
		case n > 0 && a >= 0 && b <= t.days:
			some[area] = columns[area][a:b:b]
		default:
			some[area] = make([]series.Cell, n)
			if x, y := max(a, 0), min(b, t.days); x < y {
				copy(some[area][x-a:], columns[area][x:y])
			}
		}
	}
	return some
}
