package hotspot

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
	"frontierwatch/geo/series"
)

// voiced is counts of reports that are given as "SOURCE SEGMENT DAY PEOPLE".
func voiced(t *testing.T, voices []Voice, reports ...[4]any) *Input {
	t.Helper()
	line, areas := border(t)
	set := series.New(line)
	for i, r := range reports {
		v := &report.Version{Report: report.Report{
			ID: fmt.Sprint(i), Source: r[0].(string), Unit: report.Persons, Count: report.Count{Best: int64(r[3].(int))},
			Start: scenarioStart.AddDate(0, 0, r[2].(int)),
		}}
		v.End, v.Place.Segment = v.Start, r[1].(int)
		set.Replace(nil, v)
	}
	return NewInput(set.Snapshot(), report.Persons, areas, voices...)
}

// daily is a report a day, days from to to.
func daily(source string, segment, from, to, people int) (reports [][4]any) {
	for d := from; d <= to; d++ {
		reports = append(reports, [4]any{source, segment, d, people})
	}
	return reports
}

func on(day int) time.Time { return scenarioStart.AddDate(0, 0, day) }

func TestWhatAGapTakesAway(t *testing.T) {
	stretch := frontier.Stretch{Part: frontier.Main, From: frontier.KM(20), To: frontier.KM(40)}
	reports := append(daily("big", 3, 0, 99, 3), daily("small", 9, 0, 99, 1)...)
	for name, c := range map[string]struct {
		gap  report.Gap
		more [][4]any
		at   map[[2]int]float64 // segment and day: how complete
	}{
		"of what it brought": {report.Gap{From: on(50), To: on(60), Share: 0.2}, nil, map[[2]int]float64{{3, 49}: 1, {3, 50}: 0.4, {3, 60}: 0.4, {3, 61}: 1, {30, 55}: 0.4, {50, 55}: 1}},
		"on a stretch":       {report.Gap{From: on(50), Stretch: stretch}, nil, map[[2]int]float64{{1, 55}: 1, {2, 55}: 0.25, {3, 99}: 0.25, {4, 55}: 1}},
		"of a part of a segment": {report.Gap{From: on(50), To: on(50), Stretch: frontier.Stretch{Part: frontier.Main, From: frontier.KM(31), To: frontier.KM(32)}}, nil,
			map[[2]int]float64{{2, 50}: 1, {3, 50}: 0.25, {4, 50}: 1}},
		"of another part": {report.Gap{From: on(50), Stretch: frontier.Stretch{Part: frontier.Alaska, From: frontier.KM(20), To: frontier.KM(40)}}, nil, map[[2]int]float64{{2, 55}: 1}},
	} {
		in := voiced(t, []Voice{{Source: "big", Unit: report.Persons, Gaps: []report.Gap{c.gap}}}, append(slices.Clone(reports), c.more...)...)
		for at, want := range c.at {
			x := exposure(in, nil, in.zones[at[0]], at[1], at[1]+1, at[1]+1)[0]
			if want-x > 1e-9 || x-want > 1e-9 {
				t.Errorf("%s: segment %d, day %d: %g, want %g", name, at[0], at[1], x, want)
			}
		}
	}
}

// A source that is the only one says that nothing is reported. What arrives there all
// the same ends that, at its segment and from its day on; nothing ends it elsewhere.
func TestAReportEndsAGapThatLeavesNothing(t *testing.T) {
	stretch := frontier.Stretch{Part: frontier.Main, From: frontier.KM(50), To: frontier.KM(60)}
	voices := []Voice{{Source: "only", Unit: report.Persons, Gaps: []report.Gap{{From: on(50), To: on(80)}, {From: on(90), To: on(95), Stretch: stretch}}}}
	in := voiced(t, voices, append(daily("only", 3, 0, 49, 3), daily("only", 3, 70, 99, 3)...)...)
	for day, want := range map[int]float64{49: 1, 50: 0, 69: 0, 70: 1, 80: 1} {
		if x := exposure(in, nil, in.zones[3], day, day+1, day+1)[0]; x != want {
			t.Errorf("day %d: %g, want %g", day, x, want)
		}
	}
	if x := exposure(in, nil, in.zones[5], 92, 93, 93)[0]; x != 0 {
		t.Errorf("nothing has arrived at segment 5, and it is complete by %g", x)
	}
}

// A day is judged by what is known of silences before it.
func TestWhenASourceIsSilent(t *testing.T) {
	weekly := func(from, to int) (reports [][4]any) {
		for d := from; d <= to; d += 7 {
			reports = append(reports, [4]any{"big", 3, d, 50})
		}
		return reports
	}
	reports := append(weekly(0, 140), daily("small", 9, 0, 420, 1)...)
	for name, c := range map[string]struct {
		voice Voice
		limit int // days
	}{
		"by its pace":            {Voice{Source: "big"}, 49}, // seven times seven days
		"by its cadence":         {Voice{Source: "big", Cadence: 7 * 24 * time.Hour}, 14},
		"by a cadence of a day":  {Voice{Source: "big", Cadence: 24 * time.Hour}, 10},
		"by a cadence of a year": {Voice{Source: "big", Cadence: 365 * 24 * time.Hour}, 49},
	} {
		in := voiced(t, []Voice{c.voice}, reports...)
		known := func(before int) bool { return exposure(in, nil, in.zones[3], 145, 146, before)[0] < 1 }
		if known(140+c.limit) || !known(141+c.limit) {
			t.Errorf("%s: known after %d days %v, a day later %v", name, c.limit-1, known(140+c.limit), known(141+c.limit))
		}
		for day, want := range map[int]float64{140: 1, 141: 0.5, 250: 0.5, 322: 0.5, 323: 1} { // 182 days later it is gone
			if x := exposure(in, nil, in.zones[3], day, day+1, 400)[0]; x != want {
				t.Errorf("%s: day %d: %g, want %g", name, day, x, want)
			}
		}
	}
	if _, ok := Patience([]int{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, 0); ok {
		t.Error("eleven pauses tell a pace")
	}
}

// Of a source that brought everything nothing is known until anybody reports.
func TestTheOnlySourceIsSilent(t *testing.T) {
	in := voiced(t, nil, append(daily("only", 3, 0, 99, 2), append(daily("new", 4, 150, 200, 1), daily("far", 100, 0, 200, 1)...)...)...)
	for day, want := range map[int]float64{99: 1, 100: 0, 149: 0, 150: 1} {
		if x := exposure(in, nil, in.zones[3], day, day+1, 190)[0]; x != want {
			t.Errorf("day %d: %g, want %g", day, x, want)
		}
	}
	if x := exposure(in, nil, in.zones[100], 120, 121, 190)[0]; x != 1 {
		t.Errorf("where it never was it takes away %g", 1-x)
	}
}

func TestWithheld(t *testing.T) {
	stretch := frontier.Stretch{Part: frontier.Main, From: frontier.KM(50), To: frontier.KM(60)}
	gap := report.Gap{From: on(20), To: on(29), Stretch: stretch, Withheld: true}
	none := func(series.Day) bool { return false }
	day := func(n int) series.Day { return series.DayOf(on(n)) }
	for name, c := range map[string]struct {
		unit    report.Unit
		spoil   func(*report.Gap)
		segment int
		want    int
	}{
		"there":            {report.Persons, nil, 5, 10},
		"elsewhere":        {report.Persons, nil, 6, 0},
		"of another unit":  {report.Claims, nil, 5, 0},
		"not withheld":     {report.Persons, func(g *report.Gap) { g.Withheld = false }, 5, 0},
		"everywhere":       {report.Persons, func(g *report.Gap) { g.Stretch = frontier.Stretch{} }, 6, 10},
		"where it is not":  {report.Persons, func(g *report.Gap) { g.Stretch = frontier.Stretch{} }, 200, 0},
		"some of the rest": {report.Persons, func(g *report.Gap) { g.Share = 0.9 }, 5, 10},
	} {
		g := gap
		if c.spoil != nil {
			c.spoil(&g)
		}
		in := voiced(t, []Voice{{Source: "only", Unit: c.unit, Gaps: []report.Gap{g}}}, append(daily("only", 3, 0, 15, 1), daily("far", 200, 0, 60, 1)...)...)
		b := NewBaseline(in, on(60))
		if got := b.Withheld(c.segment, day(0), day(60), none); got != c.want {
			t.Errorf("%s: on %d days, want %d", name, got, c.want)
		}
		if got := b.Withheld(c.segment, day(0), day(60), func(series.Day) bool { return true }); got != 0 {
			t.Errorf("%s: what was reported is not withheld, and is on %d days", name, got)
		}
	}
}

// What a source says or keeps silent about later changes nothing that was found before:
// the same days, with the reports after them cut off.
func TestSilenceAndGapsOfTheFutureChangeNothing(t *testing.T) {
	voices := []Voice{{Source: "big", Unit: report.Persons, Gaps: []report.Gap{{From: on(100), To: on(130), Share: 0.5}, {From: on(350)}}}}
	var reports [][4]any
	for segment := range 40 {
		for d := segment % 5; d < 400; d += 5 {
			if d < 250 || d > 330 {
				reports = append(reports, [4]any{"big", segment, d, 1 + segment*d%3})
			}
			reports = append(reports, [4]any{"small", segment, d, 1})
		}
	}
	silent := 0
	for _, today := range []int{140, 249, 260, 275, 300, 340, 380} {
		var known [][4]any
		for _, r := range reports {
			if r[2].(int) <= today {
				known = append(known, r)
			}
		}
		setting := Setting{Threshold: 0.3}
		short, all := Run(voiced(t, voices, known...), on(today), setting), Run(voiced(t, voices, reports...), on(today), setting)
		if diff := cmp.Diff(short, all, unexported); diff != "" {
			t.Errorf("day %d: known then (-), with all (+):\n%s", today, diff)
		}
		for _, h := range all.Hotspots {
			if h.Silent != nil {
				silent++
			}
		}
	}
	if silent == 0 {
		t.Error("no hot spot is in a silence: this test tests little")
	}
}
