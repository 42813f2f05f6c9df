package view

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"frontierwatch/data"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
	"frontierwatch/geo/reader"
	"frontierwatch/geo/report"
	"frontierwatch/geo/series"
)

func TestRanges(t *testing.T) {
	for _, x := range []struct {
		people float64
		want   string
	}{
		{0, "nothing"}, {4.999999, "nothing"}, {5, "5–9"}, {9.9, "5–9"}, {10, "10–19"}, {19.99, "10–19"}, {20, "20–49"}, {49, "20–49"},
		{50, "50–99"}, {143, "100–199"}, {200, "200–499"}, {999, "500–999"}, {1000, "1000–1999"}, {1e15, "1000000000000000–1999999999999999"},
	} {
		got := "nothing"
		if s, ok := suppressed(x.people); ok {
			got = fmt.Sprintf("%d–%d", s.low, s.high)
			if s.middle() < s.low || s.middle() > s.high {
				t.Errorf("the middle of %s is %d", got, s.middle())
			}
		}
		if got != x.want {
			t.Errorf("%g people: %s, want %s", x.people, got, x.want)
		}
	}
	all := ranges()
	for i := 1; i < len(all); i++ {
		if all[i].low != all[i-1].high+1 {
			t.Errorf("%v follows %v", all[i], all[i-1])
		}
	}
}

func TestWeeksAreReleasedOnMondays(t *testing.T) {
	for _, x := range []struct{ now, want string }{
		{"2017-03-01T12:00:00Z", "2017-02-27"}, {"2017-02-27T00:00:00Z", "2017-02-27"}, {"2017-02-26T23:59:59Z", "2017-02-20"}, {"1969-12-31T00:00:00Z", "1969-12-29"},
	} {
		now, err := time.Parse(time.RFC3339, x.now)
		if err != nil {
			t.Fatal(err)
		}
		if got := released(now); got.Format(time.DateOnly) != x.want || got.Weekday() != time.Monday {
			t.Errorf("%s: %s", x.now, got)
		}
	}
}

// truth is what happened: people by cell.
type truth map[cell]int64

const (
	firstWeek = "2016-12-26" // a Monday
	someWeeks = 4
	places    = 5 // segments
)

// drawTruths draws two truths that differ only within what is said of each cell.
func drawTruths(t *rapid.T) (a, b truth) {
	a, b = truth{}, truth{}
	begin, _ := time.Parse(time.DateOnly, firstWeek)
	for w := range someWeeks {
		for segment := range places {
			for _, unit := range []report.Unit{report.Persons, report.Claims} {
				of := rapid.SampledFrom([]span{{0, 4}, {0, 4}, {0, 4}, {5, 9}, {10, 19}, {20, 49}}).Draw(t, "range")
				c := cell{week: series.DayOf(begin) + series.Day(7*w), segment: segment, unit: unit}
				a[c], b[c] = rapid.Int64Range(of.low, of.high).Draw(t, "one"), rapid.Int64Range(of.low, of.high).Draw(t, "other")
			}
		}
	}
	return a, b
}

// report makes a truth into reports, of a few people each, at any time of the week.
func (u truth) report(t *rapid.T, master *data.Corpus) {
	var all []report.Report
	order := []cell{}
	for c := range u {
		order = append(order, c)
	}
	slices.SortFunc(order, func(a, b cell) int {
		return int(a.week-b.week)*100 + (a.segment-b.segment)*10 + len(a.unit) - len(b.unit)
	})
	for _, c := range order {
		for left, n := u[c], 0; left > 0; n++ {
			some := min(left, rapid.Int64Range(1, 9).Draw(t, "some"))
			left -= some
			at := c.week.Time().Add(time.Duration(rapid.IntRange(0, 7*24*60-1).Draw(t, "minute")) * time.Minute)
			middle := master.Frontier().At(0, master.Frontier().Segments()[c.segment].Stretch.From+5000)
			all = append(all, report.Report{
				ID: fmt.Sprint(c.week, "-", c.segment, "-", c.unit, "-", n), Point: &orb.Point{middle[0], middle[1] + 0.01}, Start: at, End: at,
				Count: report.Count{Best: some, Min: some, Max: some}, Unit: c.unit, Direction: report.Northbound, Relation: report.BetweenPorts,
				Source: "rcmp", Status: report.Confirmed, TLP: report.Clear,
			})
		}
	}
	// What the public is told nothing of: other markings, and what is too new.
	for i, tlp := range []report.TLP{report.Green, report.Amber, report.Red, report.Clear} {
		r := walk(fmt.Sprint("other", i), "rcmp", tlp, -99.95)
		r.Start = master.Config().Now().AddDate(0, 0, -rapid.IntRange(0, 8).Draw(t, "new"))
		r.End, r.Count = r.Start, report.Count{Best: 50, Min: 50, Max: 50 + rapid.Int64Range(0, 99).Draw(t, "more")}
		if tlp == report.Clear && rapid.Bool().Draw(t, "for one country") {
			r.Releasable, r.Start, r.End = report.CAN, wednesday.AddDate(0, 0, -40), wednesday.AddDate(0, 0, -40)
		}
		all = append(all, r)
	}
	for i, a := range add(t, master, all...) {
		if a.Err != nil {
			t.Fatal(all[i].ID, a.Err)
		}
	}
}

// probe subtracts answers from each other until there are single cells: boxes that
// differ by a segment, times that differ by a week, knowledge that differs by a release.
func probe(t tester, v *View) map[cell]float64 {
	ctx := context.Background()
	begin, _ := time.Parse(time.DateOnly, firstWeek)
	found := map[cell]float64{}
	total := func(unit report.Unit, at log.AsOf, segments int, days series.Day) float64 {
		s, err := v.Series(ctx, hotspot.Query{Unit: unit, AsOf: at})
		if err != nil {
			t.Fatal(err)
		}
		groups := make([]int, len(v.Frontier().Segments()))
		for i := range groups {
			groups[i] = 1
			if i < segments {
				groups[i] = 0
			}
		}
		sum := 0.0
		for _, c := range s.Counts.Totals(unit, groups, 2, series.DayOf(begin), series.DayOf(begin)+days-1)[0] {
			sum += c.Once
		}
		return sum
	}
	for _, unit := range []report.Unit{report.Persons, report.Claims} {
		for w := range series.Day(someWeeks) {
			for segment := range places {
				c := cell{week: series.DayOf(begin) + 7*w, segment: segment, unit: unit}
				box := func(days series.Day) float64 {
					return total(unit, log.AsOf{}, segment+1, days) - total(unit, log.AsOf{}, segment, days)
				}
				found[c] = box(7*(w+1)) - box(7*w)
				known := func(weeks series.Day) float64 {
					at := log.AsOf{Known: begin.AddDate(0, 0, int(7*weeks)).Add(late)}
					return total(unit, at, segment+1, 400) - total(unit, at, segment, 400)
				}
				if got := known(w+1) - known(w); math.Abs(got-found[c]) > 1e-4 {
					t.Fatalf("%v: %g people by weeks, %g by what was known", c, found[c], got)
				}
			}
		}
	}
	return found
}

// few are the cells that tell of less than k people.
func few(found map[cell]float64) (cells []cell) {
	for c, people := range found {
		if people > 1e-4 && people < leastPeople-1e-4 {
			cells = append(cells, c)
		}
	}
	return cells
}

// Nothing that the public can ask tells two truths apart which agree in the ranges of
// their cells, nor lets it reckon a cell of less than five; and what it can reckon of a
// cell is its range.
func TestThePublicCannotReckonSmallCells(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		one, other := drawTruths(t)
		var views []*View
		for _, u := range []truth{one, other} {
			c := at(wednesday)
			master := openMaster(t, c.read)
			defer master.Close()
			c.set(wednesday.AddDate(0, 0, -7)) // recorded before the release
			u.report(t, master)
			c.set(wednesday)
			kept := New(Config{Master: master})
			defer kept.Close()
			views = append(views, viewOf(t, kept, reader.Class{}))
		}
		found := probe(t, views[0])
		if cells := few(found); len(cells) > 0 {
			t.Fatalf("cells under k: %v", cells)
		}
		for c, people := range found {
			want := 0.0
			if s, ok := suppressed(float64(one[c])); ok {
				want = float64(s.middle())
			}
			if math.Abs(people-want) > 1e-4 {
				t.Fatalf("%v had %d people, the public reckons %g, want %g", c, one[c], people, want)
			}
		}
		days := []time.Time{wednesday, wednesday.AddDate(0, 0, -35)}
		positions := []log.AsOf{{}, {Seq: 3}, {Known: wednesday.AddDate(0, 0, -20)}}
		detect := rapid.IntRange(0, 5).Draw(t, "detect") == 0 // which takes long
		a, b := answers(views[0], someIDs, positions, days, detect), answers(views[1], someIDs, positions, days, detect)
		if diff := cmp.Diff(a, b, cmpopts.EquateNaNs(), cmpopts.EquateErrors()); diff != "" {
			t.Fatalf("two truths are told apart:\n%s", diff[:min(len(diff), 3000)])
		}
	})
}

// The control: what is not suppressed is found out by the same probe.
func TestTheProbeFindsSmallCells(t *testing.T) {
	c := at(wednesday.AddDate(0, 0, -7))
	master := openMaster(t, c.read)
	begin, _ := time.Parse(time.DateOnly, firstWeek)
	r := walk("a", "rcmp", report.Clear, -99.93) // three people
	r.Start, r.End = begin.Add(50*time.Hour), begin.Add(50*time.Hour)
	add(t, master, r)
	c.set(wednesday)
	open, err := openCells(context.Background(), master, func(people float64) (span, bool) {
		return span{int64(people), int64(people)}, people > 0
	})
	if err != nil {
		t.Fatal(err)
	}
	defer open.end(nil)
	if cells := few(probe(t, open)); len(cells) != 1 || cells[0].segment != 0 || cells[0].week != series.DayOf(begin) {
		t.Errorf("found out: %v", cells)
	}
	closed := viewOf(t, openViews(t, master), reader.Class{})
	if cells := few(probe(t, closed)); len(cells) != 0 {
		t.Errorf("suppressed, found out: %v", cells)
	}
}

// A cell says the same to everybody from one release to the next, whatever comes in
// meanwhile and whenever a server is started.
func TestCellsStandUntilTheNextRelease(t *testing.T) {
	c := at(wednesday.AddDate(0, 0, -7))
	master := openMaster(t, c.read)
	views := openViews(t, master)
	put := func(id string, people int64, ago int) {
		r := walk(id, "rcmp", report.Clear, -99.93)
		r.Start = wednesday.AddDate(0, 0, -ago)
		r.End, r.Count = r.Start, report.Count{Best: people, Min: people, Max: people}
		if a := add(t, master, r)[0]; a.Err != nil {
			t.Fatal(a.Err)
		}
	}
	put("a", 7, 30)
	put("too-late", 70, 12)
	c.set(wednesday)
	first := viewOf(t, views, reader.Class{})
	const want = "1 at 1: main-0000:2017-W05:persons/1/1/1"
	if got := ids(t, first); got != want {
		t.Fatalf("released: %s", got)
	}
	page, _ := first.Reports(context.Background(), report.Query{Limit: 1})
	v := page.Versions[0]
	if v.Count != (report.Count{Best: 7, Min: 5, Max: 9}) || v.Stretch == nil || v.Stretch.Length() != 10_000 || v.Source != "published" || v.SourceRef != "" ||
		v.Start != time.Date(2017, 1, 30, 0, 0, 0, 0, time.UTC) || v.End != time.Date(2017, 2, 5, 23, 59, 59, 999e6, time.UTC) || v.Published != time.Date(2017, 2, 20, 0, 0, 0, 0, time.UTC) || !v.Recorded.Equal(v.Published) {
		t.Errorf("the cell is %+v", v)
	}
	put("b", 30, 30)
	if again := viewOf(t, views, reader.Class{}); again != first || ids(t, again) != want {
		t.Error("a cell changed between releases")
	}
	if started := viewOf(t, openViews(t, master), reader.Class{}); ids(t, started) != want || started.Edition(1) != first.Edition(1) {
		t.Errorf("another server says %s", ids(t, started))
	}
	c.set(wednesday.AddDate(0, 0, 7))
	next := viewOf(t, views, reader.Class{})
	if got := ids(t, next); got != "2 at 2: main-0000:2017-W07:persons/2/2/1 main-0000:2017-W05:persons/1/1/1" || next.Edition(2) == first.Edition(2) {
		t.Errorf("the next release: %s", got)
	}
}

// Segments and the coverage tell the public and partners nothing by the hour.
func TestNothingByTheHour(t *testing.T) {
	ctx := context.Background()
	c := at(wednesday)
	master := openMaster(t, c.read)
	views := openViews(t, master)
	for _, class := range []reader.Class{{}, {Tier: reader.Partner}, {Tier: reader.Agency, Country: report.CAN}, {Tier: reader.Analyst}} {
		v := viewOf(t, views, class)
		states, err := v.Segments(ctx, hotspot.Query{})
		if err != nil {
			t.Fatal(err)
		}
		told := slices.ContainsFunc(states, func(s hotspot.SegmentState) bool { return s.Guarded != nil })
		coverage := v.Coverage(wednesday, report.DirectionUnknown)
		hours := coverage.Hours[12].Length() > 0 || coverage.Now.Length() > 0
		_, err = v.Guard(ctx, log.AsOf{})
		if told != class.Hourly() || hours != class.Hourly() || (err == nil) != class.Hourly() || coverage.Some.Length() == 0 {
			t.Errorf("%s: segments %v, coverage %v, guard %v", class.Tier, told, hours, err)
		}
	}
}
