package series

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"frontierwatch/geo/report"
)

// cellOf says which cell it is.
type cellOf struct {
	kind    Kind
	segment int
	day     Day
}

// differences is by how much each cell differs, by looking at all of them.
func differences(a, b Snapshot, unit report.Unit, from, to Day) map[cellOf]Cell {
	all := map[cellOf]Cell{}
	put := func(sign int) func(k *Kind, segment int, d Day, c Cell) {
		return func(k *Kind, segment int, d Day, c Cell) {
			sum := all[cellOf{*k, segment, d}]
			sum.Once, sum.All, sum.Reports = sum.Once+float64(sign)*c.Once, sum.All+float64(sign)*c.All, sum.Reports+sign*c.Reports
			all[cellOf{*k, segment, d}] = sum
		}
	}
	a.Each(unit, from, to, put(-1))
	b.Each(unit, from, to, put(+1))
	maps.DeleteFunc(all, func(_ cellOf, c Cell) bool { return c == Cell{} })
	return all
}

// yielded is what Differences yields; a cell that comes twice is wrong.
func yielded(a, b Snapshot, unit report.Unit) map[cellOf]Cell {
	all := map[cellOf]Cell{}
	b.Differences(a, unit, func(k *Kind, segment int, d Day, more Cell) {
		at := cellOf{*k, segment, d}
		if _, twice := all[at]; twice {
			more.Reports = -1 << 20
		}
		all[at] = more
	})
	return all
}

// slowly is the first day on which a cell differs, by looking at all of them.
func slowly(a, b Snapshot, unit report.Unit, from, to Day) (first Day, ok bool) {
	for at := range differences(a, b, unit, from, to) {
		if !ok || at.day < first {
			first, ok = at.day, true
		}
	}
	return first, ok
}

func TestChangedIsTheFirstDayThatDiffers(t *testing.T) {
	f := line(t)
	begin := date(t, "2016-01-01")
	rapid.Check(t, func(r *rapid.T) {
		set := New(f)
		old := set.Snapshot()
		for range rapid.IntRange(1, 12).Draw(r, "steps") {
			for range rapid.IntRange(0, 3).Draw(r, "changes") {
				v := &report.Version{Report: report.Report{
					ID:     fmt.Sprint("r", rapid.IntRange(0, 9).Draw(r, "id")),
					Source: rapid.SampledFrom([]string{"a", "b"}).Draw(r, "source"), Unit: rapid.SampledFrom([]report.Unit{report.Persons, report.Claims}).Draw(r, "unit"),
					Count: report.Count{Best: rapid.Int64Range(0, 3).Draw(r, "count")}, Start: begin.AddDate(0, 0, rapid.IntRange(0, 300).Draw(r, "start")),
				}}
				v.End = v.Start.Add(time.Duration(rapid.IntRange(0, 90).Draw(r, "length")) * 24 * time.Hour)
				v.Place.Segment = rapid.IntRange(0, 3).Draw(r, "segment")
				v.Deleted = rapid.IntRange(0, 4).Draw(r, "deleted") == 0
				if rapid.Bool().Draw(r, "tied") {
					v.Overlaps = []string{fmt.Sprint("r", rapid.IntRange(0, 9).Draw(r, "other"))}
				}
				set.Replace(nil, v)
			}
			next := set.Snapshot()
			for _, unit := range []report.Unit{report.Persons, report.Claims, report.Signs} {
				got, some := next.Changed(old, unit)
				want, really := slowly(old, next, unit, DayOf(begin)-10, DayOf(begin)+500)
				if diff := cmp.Diff(differences(old, next, unit, DayOf(begin)-10, DayOf(begin)+500), yielded(old, next, unit), cmpopts.EquateEmpty()); diff != "" {
					r.Fatalf("%s: by looking at all cells (-), yielded (+):\n%s", unit, diff)
				}
				if some != really || some && got != want {
					r.Fatalf("%s: day %d, %v; by looking at all of them %d, %v", unit, got, some, want, really)
				}
			}
			old = next
		}
	})
}

func TestSnapshotsOfTwoFrontiersHaveNothingInCommon(t *testing.T) {
	v := version(t, "a x persons 3 2016-05-01 #1")
	a, b := New(line(t)), New(line(t))
	b.Replace(nil, v)
	if day, ok := b.Snapshot().Changed(a.Snapshot(), report.Persons); !ok || day != DayOf(v.Start) {
		t.Errorf("%d, %v", day, ok)
	}
	if _, ok := a.Snapshot().Changed(a.Snapshot(), report.Persons); ok {
		t.Error("nothing differs from itself")
	}
}
