package hotspot

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
	"frontierwatch/geo/series"
)

func close6(a, b float64) bool { return math.Abs(a-b) <= 1e-6*max(1, math.Abs(b)) }

func TestFalseAlarmsAMonth(t *testing.T) {
	for _, c := range []struct{ h, want float64 }{
		{2, 7.45}, {3, 7.45 * math.Pow(10, -0.69)}, {3.23, 1.0555}, {5, 7.45 * math.Pow(10, -2.07)}, {6, 0.05}, {12, 0.05},
	} {
		if got := falseAlarms(c.h); math.Abs(got-c.want) > 1e-4*c.want {
			t.Errorf("a score of %g: %g a month, want %g", c.h, got, c.want)
		}
	}
	for h := 2.0; h < 8; h += 0.01 {
		if falseAlarms(h+0.01) > falseAlarms(h) {
			t.Fatalf("%g is more of an alarm than %g", h, h+0.01)
		}
	}
}

func TestDiscovery(t *testing.T) {
	n0 := func(h float64) float64 { return math.Pow(10, 2.190-0.819*h) }
	got := discovery([]window{{score: 6}, {score: 3}, {score: 2.9}, {score: 0.5}})
	for i, want := range []float64{n0(6), min(n0(3)/2, n0(2.9)/3), n0(2.9) / 3, 1} {
		if !close6(got[i], want) {
			t.Errorf("q of hot spot %d is %g, want %g", i, got[i], want)
		}
	}
}

func TestLevel(t *testing.T) {
	for _, c := range []struct {
		threshold, score, observed, low float64
		want                            Level
	}{
		{0, 2.6, 50, 9, Low},
		{0, 3.23, 50, 9, Low},
		{0, 3.24, 50, 9, Medium},
		{0, 4.4999, 50, 9, Medium},
		{0, 4.5, 50, 9, High},
		{0, 6, 20, 2, Critical},
		{0, 6, 19.9, 2, High},
		{0, 6, 20, 1.99, High},
		{0, 5.99, 50, 9, High},
		{2, 2.2, 50, 9, Medium},   // raised is raised
		{7, 6.5, 50, 9, Low},      // and not raised is not
		{5, 4.8, 50, 9, Low},      //
		{5, 5.2, 5, 1.2, High},    //
		{3.23, 3.3, 5, 1, Medium}, //
	} {
		h := Hotspot{Score: c.score, Observed: c.observed, RatioLow: c.low}
		h.Level = Setting{Threshold: c.threshold}.level(h)
		if h.Level != c.want {
			t.Errorf("%+v: %s", c, h.Level)
		}
		if threshold := (Setting{Threshold: c.threshold}).threshold(); h.Raised() != (c.score > threshold) {
			t.Errorf("%+v: raised %v at a threshold of %g", c, h.Raised(), threshold)
		}
	}
}

func TestRatioIsThatOfTheGoldenValues(t *testing.T) {
	// R: qgamma(c(.5, .025, .975), 1+12/2, rate=1+3/2)
	median, low, high := ratio(window{observed: 12, expected: 3, spread: 2})
	for _, c := range [][2]float64{{median, 2.66785482981991}, {low, 1.12574522060795}, {high, 5.22378960900747}} {
		if math.Abs(c[0]/c[1]-1) > 1e-8 {
			t.Errorf("%.12g, want %.12g", c[0], c[1])
		}
	}
}

func TestSporadic(t *testing.T) {
	weeks := func(w ...int) (raised uint64) { // week 0 is the newest
		for _, i := range w {
			raised |= 1 << (7*i + 3)
		}
		return raised
	}
	for _, c := range []struct {
		raised uint64
		want   bool
	}{
		{0, false}, {weeks(0), true}, {weeks(5), true}, {weeks(0, 1), false}, {weeks(0, 2), true}, {weeks(3, 4, 5), false},
		{weeks(1, 2, 7), true}, {weeks(0, 2, 4, 6), false}, {1<<56 - 1, false}, {weeks(0) | 1<<56, true},
	} {
		if got := sporadic(c.raised); got != c.want {
			t.Errorf("raised %056b: %v", c.raised, got)
		}
	}
}

func TestSentence(t *testing.T) {
	spot := Hotspot{
		Unit: report.Persons, Stretch: frontier.Stretch{From: 4_430_000, To: 4_450_000}, Observed: 39, Expected: 0.326,
		WindowDays: 56, RecurrenceDays: 608.8, Completeness: 1,
	}
	for _, c := range []struct {
		change func(*Hotspot)
		weeks  int
		want   string
	}{
		{func(h *Hotspot) {}, 104,
			"km 4430–4450: 39 people in 56 days where its own last two years, season and reporting allowed for, expect 0.3; " +
				"chance alone shows the like somewhere on the frontier once in 20 months."},
		{func(h *Hotspot) {
			h.Unit, h.Stretch.Part, h.Observed, h.Expected, h.Completeness, h.RecurrenceDays = report.Claims, frontier.Alaska, 12.49, 0.02, 0.831, 29.3
		}, 60,
			"alaska km 4430–4450: 12 claims in 56 days where its own last 60 weeks, season and reporting allowed for, expect 0.02; " +
				"83 % of its reporting arrived; chance alone shows the like somewhere on the frontier once in 29 days."},
		{func(h *Hotspot) { h.Observed, h.Expected, h.RecurrenceDays = 7.25, 3.04, 2000 }, 104,
			"km 4430–4450: 7.2 people in 56 days where its own last two years, season and reporting allowed for, expect 3.0; " +
				"chance alone shows the like somewhere on the frontier once in 5 years."},
	} {
		h := spot
		c.change(&h)
		if diff := cmp.Diff(c.want, sentence(h, c.weeks)); diff != "" {
			t.Error(diff)
		}
	}
}

func TestWhatFedAHotspot(t *testing.T) {
	kind := func(source string, d report.Direction, l report.TLP, c report.Countries) series.Kind {
		return series.Kind{Source: source, Direction: d, TLP: l, Releasable: c}
	}
	name := func(s string) string { return strings.ToUpper(s[:1]) }
	for _, c := range []struct {
		name      string
		fed       fed
		agencies  []string
		direction report.Direction
		marking   Marking
	}{
		{"one", fed{kind("rcmp", report.Northbound, report.Green, 0): 4}, []string{"R"}, report.Northbound, Marking{TLP: report.Green}},
		{"strictest, narrowest", fed{
			kind("rcmp", report.Northbound, report.Green, report.CAN|report.USA): 4,
			kind("cbsa", report.DirectionUnknown, report.Amber, report.CAN):      1,
			kind("rest", "", report.Clear, 0):                                    1,
		}, []string{"C", "R"}, report.Northbound, Marking{TLP: report.Amber, Releasable: report.CAN}},
		{"both ways, for nobody in common", fed{
			kind("rcmp", report.Northbound, report.Green, report.CAN): 4,
			kind("usbp", report.Southbound, report.Green, report.USA): 1,
		}, []string{"R", "U"}, report.DirectionUnknown, Marking{TLP: report.Red}},
		{"nobody southbound", fed{
			kind("rcmp", report.Northbound, "", 0): 4,
			kind("usbp", report.Southbound, "", 0): 0,
		}, []string{"R", "U"}, report.Northbound, Marking{}},
		{"nothing known", fed{}, nil, report.DirectionUnknown, Marking{}},
	} {
		if diff := cmp.Diff(c.agencies, c.fed.agencies(name)); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
		if got := c.fed.direction(); got != c.direction {
			t.Errorf("%s: direction %s", c.name, got)
		}
		if got := c.fed.marking(); got != c.marking {
			t.Errorf("%s: marking %+v", c.name, got)
		}
	}
}

func TestFlagsAreRaisedAndUnguarded(t *testing.T) {
	day := time.Date(2017, 3, 5, 0, 0, 0, 0, time.UTC)
	spot := func(first int, level Level) Hotspot {
		return Hotspot{First: first, Level: level, Day: day, WindowDays: 14, Direction: report.Northbound,
			Stretch: frontier.Stretch{From: frontier.KM(float64(first))}, Marking: Marking{TLP: report.Amber, Releasable: report.CAN}}
	}
	share := func(s frontier.Stretch, from, to time.Time, d report.Direction) (float64, float64) {
		if d != report.Northbound || !to.Equal(day.AddDate(0, 0, 1)) || to.Sub(from) != 14*24*time.Hour {
			t.Errorf("asked for %s from %s to %s", d, from, to)
		}
		return s.From.KM() / 10, 0.1 // the unguarded share is its kilometre
	}
	spots := []Hotspot{spot(9, Low), spot(9, Medium), spot(4, Critical), spot(5, High)}
	flags := Flags(spots, share, Setting{})
	want := []Flag{
		{Hotspot: spots[1], UnguardedShare: 0.9, UnknownShare: 0.1, State: "open", TLP: report.Amber, Releasable: report.CAN},
		{Hotspot: spots[3], UnguardedShare: 0.5, UnknownShare: 0.1, State: "open", TLP: report.Amber, Releasable: report.CAN},
	}
	if diff := cmp.Diff(want, flags); diff != "" {
		t.Error(diff)
	}
	if n := len(Flags(spots, share, Setting{UnguardedShare: 0.3})); n != 3 {
		t.Errorf("%d flags at a share of 0.3, want 3", n)
	}
}

func TestAreasFollowPartsAndProvinces(t *testing.T) {
	var segments []frontier.Segment
	for _, s := range []string{"NB", "NB", "QC", "NB", "NB"} {
		segments = append(segments, frontier.Segment{AdminCA: s})
	}
	segments[4].Stretch.Part = frontier.Alaska
	if diff := cmp.Diff([]int{0, 0, 1, 2, 3}, Areas(segments)); diff != "" {
		t.Error(diff)
	}
}

func TestResultOfNothing(t *testing.T) {
	line, areas := border(t)
	day := time.Date(2017, 3, 5, 0, 0, 0, 0, time.UTC)
	empty := series.New(line)
	for name, r := range map[string]Result{
		"nothing at all":  {},
		"no reports":      Run(NewInput(empty.Snapshot(), report.Persons, areas), day, Setting{}),
		"before them all": Run(NewInput(later(line, day), report.Persons, areas), day.AddDate(0, 0, -3), Setting{}),
	} {
		if o, e, x := r.Segment(4, 28); len(r.Hotspots) != 0 || o != 0 || e != 0 || x != 1 {
			t.Errorf("%s: %d hot spots, observed %g, expected %g, completeness %g", name, len(r.Hotspots), o, e, x)
		}
	}
	// Too short a history: what was observed is known, what to expect is not.
	r := Run(NewInput(later(line, day), report.Persons, areas), day.AddDate(0, 0, 5), Setting{})
	if o, e, x := r.Segment(4, 28); r.Segments() != 890 || len(r.Hotspots) != 0 || o != 50 || e != 0 || x != 1 {
		t.Errorf("%d segments, %d hot spots, observed %g, expected %g, completeness %g", r.Segments(), len(r.Hotspots), o, e, x)
	}
	if o, _, _ := r.Segment(4, 3); o != 50 { // the week holds it
		t.Errorf("a window of 3 days: %g", o)
	}
	if o, _, _ := r.Segment(4, 365); o != 50 {
		t.Errorf("a window of a year: %g", o)
	}
	if o, _, _ := r.Segment(4711, 28); o != 0 {
		t.Errorf("no such segment: %g", o)
	}
}

// later is 50 people at segment 4 on one day.
func later(line *frontier.Frontier, day time.Time) series.Snapshot {
	set := series.New(line)
	v := &report.Version{Report: report.Report{ID: "a", Unit: report.Persons, Start: day, End: day, Count: report.Count{Best: 50}}}
	v.Place.Segment = 4
	set.Replace(nil, v)
	return set.Snapshot()
}

func TestByScore(t *testing.T) {
	a, b := Hotspot{Score: 5, First: 9}, Hotspot{Score: 4, First: 1}
	if ByScore(a, b) >= 0 || ByScore(b, a) <= 0 || ByScore(a, a) != 0 {
		t.Error("the higher score does not come first")
	}
}
