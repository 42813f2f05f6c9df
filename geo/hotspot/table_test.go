package hotspot

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontierwatch/geo/frontier"
)

const (
	someAreas    = "source,segment,chainage_start_km,chainage_end_km\nmb,0,0,10\nmb,1,10,20\nnd,2,20,26.5\nyt,3,0,10\nyt,4,10,20\n"
	someCounts   = "date,segment,count,note\n2016-01-03,2,4,\n2016-01-01,0,1.5,\n2016-01-03,2,1,again\n2016-01-09,4,0,\n"
	someCoverage = "source,from,to,coverage\nyt,2016-01-02,2016-01-04,0.4\n"
)

func TestTableIsRead(t *testing.T) {
	in, err := ReadTable(strings.NewReader(someCounts), strings.NewReader(someAreas), strings.NewReader(someCoverage))
	if err != nil {
		t.Fatal(err)
	}
	first, last, ok := in.Span()
	if !ok || first.Format(time.DateOnly) != "2016-01-01" || last.Format(time.DateOnly) != "2016-01-09" {
		t.Errorf("from %s to %s, %v", first, last, ok)
	}
	if diff := cmp.Diff([]int{0, 0, 1, 2, 2}, in.areas); diff != "" {
		t.Error(diff)
	}
	if in.segments[2].Stretch.Part != frontier.Main || in.segments[3].Stretch.Part == in.segments[2].Stretch.Part || !in.joined(1) || in.joined(2) {
		t.Errorf("a part begins where the chainage leaps: %+v", in.segments)
	}
	f := newFrame(in, 0, in.days)
	for _, c := range []struct {
		segment, from, to int
		want              float64
	}{{0, 0, 1, 1.5}, {2, 0, 2, 0}, {2, 2, 3, 5}, {4, 0, 9, 0}} {
		if got := f.count(c.segment, c.segment, c.from, c.to); got != c.want {
			t.Errorf("segment %d on days %d to %d: %g, want %g", c.segment, c.from, c.to, got, c.want)
		}
	}
	if f.activeUpTo(9)[4] != 1 || f.activeUpTo(9)[2] != 1 || f.activeUpTo(9)[3] != 0 {
		t.Errorf("active days: %v", f.activeUpTo(9))
	}
	if x := exposure(in, nil, 2, 0, 5, 5); !cmp.Equal(x, []float64{1, 0.4, 0.4, 0.4, 1}) {
		t.Errorf("completeness of yt: %v", x)
	}
}

func TestTableWithoutChainageIsOnePart(t *testing.T) {
	in, err := ReadTable(strings.NewReader("date,segment,count\n"), strings.NewReader("segment,source\n0,a\n1,a\n2,b\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, ok := in.Span(); ok || !in.joined(0) || !in.joined(1) {
		t.Errorf("%+v", in.segments)
	}
}

// Every fault names the file, the line and what would be right.
func TestTableFaults(t *testing.T) {
	swap := func(text, old, new string) string {
		if !strings.Contains(text, old) {
			t.Fatalf("%q is not in %q", old, text)
		}
		return strings.Replace(text, old, new, 1)
	}
	for _, c := range []struct{ counts, areas, coverage, want string }{
		{"", someAreas, someCoverage, "counts: the header"},
		{swap(someCounts, "segment", "cell"), someAreas, someCoverage, "counts: the header has no column segment"},
		{swap(someCounts, "2016-01-01", "01.01.2016"), someAreas, someCoverage, `counts: line 3: date "01.01.2016"`},
		{swap(someCounts, "2016-01-01", "1816-01-01"), someAreas, someCoverage, `counts: line 3: date "1816-01-01"`},
		{swap(someCounts, ",4,0", ",5,0"), someAreas, someCoverage, `counts: line 5: segment "5" is not one of 0 to 4`},
		{swap(someCounts, "1.5", "-1"), someAreas, someCoverage, `counts: line 3: count "-1"`},
		{swap(someCounts, "1.5", "NaN"), someAreas, someCoverage, `counts: line 3: count "NaN"`},
		{swap(someCounts, "1.5,", "1.5"), someAreas, someCoverage, "counts: record on line 3: wrong number of fields"},
		{someCounts, swap(someAreas, "mb,1", "mb,2"), someCoverage, `areas: line 3: segment "2": want 1`},
		{someCounts, swap(someAreas, "26.5", "20"), someCoverage, "areas: line 4: it ends at km 20 and begins at km 20"},
		{someCounts, swap(someAreas, "26.5", "x"), someCoverage, `areas: line 4: chainage_end_km "x"`},
		{someCounts, someAreas, swap(someCoverage, "yt", "bc"), `coverage: line 2: source "bc" has no segment`},
		{someCounts, someAreas, swap(someCoverage, "0.4", "1.4"), `coverage: line 2: coverage "1.4"`},
		{someCounts, someAreas, swap(someCoverage, "2016-01-04", "2016-01-01"), "coverage: line 2: it ends 2016-01-01, before it begins"},
	} {
		_, err := ReadTable(strings.NewReader(c.counts), strings.NewReader(c.areas), strings.NewReader(c.coverage))
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("got %v, want %s …", err, c.want)
		}
	}
}

func FuzzReadTable(f *testing.F) {
	f.Add(someCounts, someAreas, someCoverage)
	f.Add("date,segment,count\n2016-01-01,0,1\n2016-12-31,0,9\n", "segment,source\n0,a\n", "source,from,to,coverage\n")
	f.Add("date,segment,count\n1900-01-01,0,1e9\n2199-12-31,0,9\n", "segment,source\n0,a\n", "source,from,to,coverage\na,1900-01-01,2199-01-01,0\n")
	f.Fuzz(func(t *testing.T, counts, areas, coverage string) {
		in, err := ReadTable(strings.NewReader(counts), strings.NewReader(areas), strings.NewReader(coverage))
		if err != nil {
			return
		}
		_, last, ok := in.Span()
		if !ok {
			return
		}
		r := Run(in, last, Setting{Threshold: 0.1})
		for _, h := range r.Hotspots {
			if h.First < 0 || h.Last >= len(in.segments) || h.First > h.Last || !(h.Score > 0) || !(h.Observed >= 5) || !(h.Expected > 0) || h.ID == "" {
				t.Errorf("%+v", h)
			}
		}
	})
}
