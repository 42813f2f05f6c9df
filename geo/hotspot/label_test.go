package hotspot

import (
	"testing"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
	"frontierwatch/geo/series"
	"frontierwatch/geo/trend"
)

// told is a runner over 30 segments where every tenth day somebody came to the
// first segment, and nobody to the second but as told: people by day, the last
// being day 799.
func told(t *testing.T, people map[int]float64) (*Runner, *day) {
	t.Helper()
	in := &Input{start: 1000, days: 800}
	areas := make([]int, 30)
	for i := range areas {
		in.segments = append(in.segments, frontier.Segment{Index: i, Stretch: frontier.Stretch{From: frontier.KM(float64(i)), To: frontier.KM(float64(i + 1))}})
	}
	in.setAreas(areas)
	var rows table
	for d := range in.days {
		if d%10 == 0 || d == in.days-1 {
			rows = append(rows, row{in.start + series.Day(d), 0, 1})
		}
		if n := people[d]; n > 0 {
			rows = append(rows, row{in.start + series.Day(d), 1, n})
		}
	}
	in.counts = rows
	r := &Runner{in: in, past: &past{in: in, last: 799, fits: map[int]*fit{}}}
	return r, r.past.day(799)
}

// run8 is weekly counts, the newest last, each on the last day of its week.
func run8(weekly ...float64) map[int]float64 {
	people := map[int]float64{}
	for i, n := range weekly {
		people[799-7*(len(weekly)-1-i)] = n
	}
	return people
}

func TestLabels(t *testing.T) {
	quiet, usual := window{first: 1, last: 1}, window{first: 0, last: 1} // which has 2.8 people in 28 days
	steady := run8(4, 4, 4, 4, 4, 4, 4, 4)
	always := uint64(1<<56 - 1)
	for _, c := range []struct {
		name   string
		people map[int]float64
		w      window
		track  track
		want   string
	}{
		{"first raised 27 days ago", steady, quiet, track{first: 100, firstRaised: 772, raised: always}, "new"},
		{"first raised 28 days ago", steady, quiet, track{first: 100, firstRaised: 771, raised: always}, "persistent"},
		{"where people always came", steady, usual, track{first: 772, firstRaised: 772, raised: always}, "persistent"},
		{"never raised, first listed lately", steady, quiet, track{first: 790, firstRaised: -1}, "new"},
		{"never raised, listed for long", steady, quiet, track{first: 700, firstRaised: -1}, "persistent"},
		{"half as many", run8(9, 9, 9, 9, 10, 10, 3, 3), quiet, track{first: 700, firstRaised: 700, raised: always}, "diminishing"},
		{"new comes before diminishing", run8(9, 9, 9, 9, 10, 10, 3, 3), quiet, track{first: 780, firstRaised: 780, raised: always}, "new"},
		{"twice as many", run8(9, 9, 9, 9, 3, 3, 10, 10), quiet, track{first: 700, firstRaised: 700, raised: always}, "intensifying"},
		{"a little more each week", run8(1, 2, 3, 4, 5, 6, 7, 8), quiet, track{first: 700, firstRaised: 700, raised: always}, "intensifying"},
		{"raised in two weeks apart", steady, quiet, track{first: 700, firstRaised: 700, raised: 1<<2 | 1<<30}, "sporadic"},
		{"raised for two weeks", steady, quiet, track{first: 700, firstRaised: 700, raised: 1<<2 | 1<<9}, "persistent"},
	} {
		r, d := told(t, c.people)
		if got := r.label(d, c.w, c.track); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// With half of the reporting gone half of the people are no fall.
func TestHalfTheReportingIsNoFall(t *testing.T) {
	r, d := told(t, run8(9, 9, 9, 9, 10, 10, 3, 3))
	if _, down := r.turns(d, window{first: 1, last: 1}); !down {
		t.Fatal("a fall it is")
	}
	r.in.declared = []declared{{0, r.in.start + 786, r.in.start + 799, 0.3}}
	r.past.fits = map[int]*fit{}
	if up, down := r.turns(r.past.day(799), window{first: 1, last: 1}); up || down {
		t.Errorf("up %v, down %v, with three tenths of the reporting", up, down)
	}
}

func TestSeasonNeedsAYear(t *testing.T) {
	in, _ := simulated(t, "rises1")
	p := &past{in: in, last: in.days - 1, fits: map[int]*fit{}}
	for _, c := range []struct {
		weeks int
		want  bool
	}{{51, false}, {52, true}} {
		f := p.day((c.weeks+guardWeeks)*week - 1).fit
		if f.k1-f.k0 != c.weeks {
			t.Fatalf("a baseline of %d weeks, want %d", f.k1-f.k0, c.weeks)
		}
		if got := f.season[0] != [trend.Harmonics]float64{}; got != c.want {
			t.Errorf("%d weeks of baseline: a season %v", c.weeks, got)
		}
	}
}

// Where nobody ever came the rate is small, but a number.
func TestBaselineOfNobody(t *testing.T) {
	in := &Input{start: 1000, days: 300, segments: make([]frontier.Segment, 5), counts: table{{1000, 0, 0}, {1299, 0, 9}}}
	in.setAreas(make([]int, 5))
	p := &past{in: in, last: 299, fits: map[int]*fit{}}
	d := p.day(299)
	for s, lambda := range d.fit.lambda {
		if !(lambda > 0 && lambda < 0.01) {
			t.Errorf("λ of segment %d is %g", s, lambda)
		}
	}
}

// Only those count as its agencies that reported in its own window.
func TestAgenciesOfTheWindow(t *testing.T) {
	line, areas := border(t)
	set := series.New(line)
	for i, c := range []struct {
		source  string
		day     int
		segment int
	}{{"a", 299, 7}, {"b", 293, 8}, {"c", 292, 7}, {"d", 299, 9}, {"e", 299, 6}, {"f", 300, 7}} {
		v := &report.Version{Report: report.Report{ID: c.source, Source: c.source, Unit: report.Persons, Count: report.Count{Best: int64(i)}, Start: scenarioStart.AddDate(0, 0, c.day)}}
		v.End, v.Place.Segment = v.Start, c.segment
		set.Replace(nil, v)
	}
	in := NewInput(set.Snapshot(), report.Persons, areas)
	in.start = series.DayOf(scenarioStart)
	r := &Runner{in: in}
	fed := r.fed(&day{t: 299}, []track{{now: window{first: 7, last: 8, days: 7}}})
	if got := fed[0].agencies(nil); len(got) != 2 || got[0] != "a" || got[1] != "b" {
		t.Errorf("agencies %v, want a and b", got)
	}
}
