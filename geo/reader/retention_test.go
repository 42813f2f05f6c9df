package reader_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/reader"
	"frontierwatch/geo/report"
	"frontierwatch/geo/series"
)

// located is a version of a report, placed as a corpus places it.
func located(t *testing.T, f *frontier.Frontier, r report.Report) *report.Version {
	t.Helper()
	v := &report.Version{Report: r}
	if r.Point == nil {
		v.Place = frontier.Place{Part: r.Stretch.Part, Measure: r.Stretch.From + r.Stretch.Length()/2}
		v.Place.Segment = f.SegmentAt(v.Place.Part, v.Place.Measure)
		return v
	}
	var err error
	if v.Place, err = f.Locate(*r.Point, frontier.Meters(math.Inf(1))); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestPositionsGrowCoarseWithAge(t *testing.T) {
	f := line(t)
	now := time.Date(2018, 1, 1, 0, 0, 0, 0, time.UTC)
	k := reader.Retention{Kilometre: 90 * 24 * time.Hour, Segment: 365 * 24 * time.Hour}
	for _, x := range []struct {
		days int
		of   reader.Retention
		want string
	}{
		{89, k, "exact"}, {90, k, "14000 15000"}, {364, k, "14000 15000"}, {365, k, "10000 20000"}, {5000, k, "10000 20000"},
		{5000, reader.Retention{}, "exact"}, {5000, reader.Retention{Kilometre: time.Hour}, "14000 15000"}, {91, reader.Retention{Segment: k.Kilometre}, "10000 20000"},
	} {
		uncertainty := frontier.Meters(3)
		end := now.AddDate(0, 0, -x.days)
		r := report.Report{ID: "a", Point: &orb.Point{-99.8, 49.01}, Start: end, End: end, Uncertainty: &uncertainty, SourceRef: "kept"}
		got := x.of.Kept(f, located(t, f, r), now)
		text := "exact"
		if got.Stretch != nil {
			text = fmt.Sprint(float64(got.Stretch.From), " ", float64(got.Stretch.To))
		}
		if text != x.want || (got.Point == nil) != (text != "exact") || (got.Uncertainty == nil) != (text != "exact") || got.SourceRef != "kept" || got.End != r.End {
			t.Errorf("%d days under %+v: %s, want %s (%+v)", x.days, x.of, text, x.want, got)
		}
	}
}

// However coarse, people are counted in the segments and days where they were, and
// doing it again changes nothing.
func TestCoarseningKeepsTheCounts(t *testing.T) {
	f := line(t)
	end := f.Length(frontier.Main)
	now := time.Date(2018, 1, 1, 0, 0, 0, 0, time.UTC)
	rapid.Check(t, func(rt *rapid.T) {
		r := report.Report{ID: "a", Unit: report.Persons, Count: report.Count{Best: 5}, Relation: report.BetweenPorts, Start: now.AddDate(0, 0, -400)}
		r.End = r.Start.Add(time.Duration(rapid.IntRange(0, 100).Draw(rt, "hours")) * time.Hour)
		if rapid.Bool().Draw(rt, "point") {
			r.Point = &orb.Point{rapid.Float64Range(-100.1, -98.9).Draw(rt, "lon"), 49.01}
		} else {
			from := frontier.Meters(rapid.IntRange(0, int(end)-2).Draw(rt, "from"))
			r.Stretch = &frontier.Stretch{From: from, To: min(end, from+frontier.Meters(rapid.IntRange(1, 30_000).Draw(rt, "length")))}
		}
		v := located(t, f, r)
		for _, k := range []reader.Retention{{Kilometre: time.Hour}, {Segment: time.Hour}} {
			got := k.Kept(f, v, now)
			if again := k.Kept(f, located(t, f, got), now); *again.Stretch != *got.Stretch {
				rt.Fatalf("%v became %v", *got.Stretch, *again.Stretch)
			}
			if s := *got.Stretch; s.From < 0 || s.To > end || s.From >= s.To {
				rt.Fatalf("%v is no stretch", s)
			}
			before, after := series.New(f), series.New(f)
			before.Replace(nil, v)
			after.Replace(nil, located(t, f, got))
			for i := range f.Segments() {
				a, b := before.Snapshot().Days(report.Persons, i, 17000, 18000), after.Snapshot().Days(report.Persons, i, 17000, 18000)
				for d := range a {
					if (a[d].Reports > 0) != (b[d].Reports > 0) || v.Point != nil && a[d] != b[d] {
						rt.Fatalf("segment %d: %v became %v", i, a[d], b[d])
					}
				}
			}
		}
	})
}
