package hotspot

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
	"frontierwatch/geo/series"
	"github.com/google/go-cmp/cmp"
)

// cut is the input as it stood on a day: nothing after it, and no declaration that
// reaches beyond it.
func cut(in *Input, day series.Day) *Input {
	short := *in
	var rows table
	for _, r := range in.counts.(table) {
		if r.day <= day {
			rows = append(rows, r)
		}
	}
	short.counts, short.declared = rows, nil
	for _, d := range in.declared {
		d.last = min(d.last, day)
		if d.first <= day {
			short.declared = append(short.declared, d)
		}
	}
	short.days = int(rows[len(rows)-1].day-in.start) + 1
	return &short
}

// What is said of a day is the same whether or not the days after it are known.
func TestTheFutureChangesNothing(t *testing.T) {
	t.Parallel()
	in, _ := simulated(t, "rises2")
	for _, t0 := range []int{200, 735, 877, 1001, 1095} {
		day := (in.start + series.Day(t0)).Time()
		whole, short := Run(in, day, Setting{}), Run(cut(in, in.start+series.Day(t0)), day, Setting{})
		if diff := cmp.Diff(short, whole, unexported); diff != "" {
			t.Errorf("day %d: with the future cut off (-), with all (+):\n%s", t0, diff)
		}
		if t0 > 750 && len(whole.Hotspots) == 0 {
			t.Errorf("day %d has no hot spots: this test tests nothing", t0)
		}
	}
}

// The control: a change of the past is seen.
func TestThePastChangesSomething(t *testing.T) {
	in, _ := simulated(t, "rises2")
	day := (in.start + 800).Time()
	before := Run(in, day, Setting{})
	changed := *in
	rows := append(slices.Clone(in.counts.(table)), row{in.start + 100, 444, 500})
	slices.SortStableFunc(rows, func(a, b row) int { return int(a.day - b.day) })
	changed.counts = rows
	if cmp.Equal(before, Run(&changed, day, Setting{}), unexported) {
		t.Error("500 people change nothing 700 days later")
	}
	changed.counts = in.counts.(table)[:len(in.counts.(table))/2]
	if cmp.Equal(before, Run(&changed, day, Setting{}), unexported) {
		t.Error("half of the counts change nothing")
	}
}

var unexported = cmp.AllowUnexported(Result{}, sums{})

// A day asked for by itself is named as by one who was there from the beginning.
func TestRunKnowsTheNamesOfARunner(t *testing.T) {
	t.Parallel()
	in, _ := simulated(t, "rises3")
	from := (in.start + firstDay).Time()
	r := NewRunner(in, from, judgedTo, Setting{})
	asked := rand.New(rand.NewPCG(5, 5))
	old, lapsed := 0, 0
	for day := from; !day.After(judgedTo); day = day.AddDate(0, 0, 1) {
		all := r.Step()
		if asked.IntN(100) != 0 {
			continue
		}
		all.Lapsed = r.Lapsed()
		lapsed += len(all.Lapsed)
		if diff := cmp.Diff(all, Run(in, day, Setting{}), unexported); diff != "" {
			t.Errorf("%s: there all the time (-), asked by itself (+):\n%s", day.Format(time.DateOnly), diff)
		}
		for _, h := range all.Hotspots {
			if day.Sub(h.FirstSeen) > 60*24*time.Hour {
				old++
			}
		}
	}
	if old == 0 || lapsed == 0 {
		t.Errorf("%d hot spots were older than 60 days, %d lapsed: this test tests little", old, lapsed)
	}
}

// The same over the counts of reports, with corrections: the state of the log as
// it stood and the days up to today are all that is used.
func TestReportsOfTheFutureChangeNothing(t *testing.T) {
	t.Parallel()
	line, areas := border(t)
	for seed := range uint64(12) {
		random := rand.New(rand.NewPCG(seed, 1))
		today := 300 + random.IntN(100)
		now, later := series.New(line), series.New(line)
		for i := range 1500 {
			from := random.IntN(500)
			v := &report.Version{Report: report.Report{
				ID: fmt.Sprint(i), Source: fmt.Sprint(random.IntN(3)), Unit: report.Persons,
				Count: report.Count{Best: int64(random.IntN(4))}, Start: scenarioStart.AddDate(0, 0, from),
			}}
			v.End = v.Start
			v.Place.Segment = random.IntN(60)
			later.Replace(nil, v)
			if from <= today {
				now.Replace(nil, v)
			}
		}
		day := scenarioStart.AddDate(0, 0, today)
		a := Run(NewInput(now.Snapshot(), report.Persons, areas), day, Setting{})
		b := Run(NewInput(later.Snapshot(), report.Persons, areas), day, Setting{})
		if diff := cmp.Diff(a, b, unexported); diff != "" {
			t.Fatalf("known today (-), with what came later (+):\n%s", diff)
		}
	}
}

// Windows of frontier parts that are no neighbours.
func TestNeverAcrossParts(t *testing.T) {
	line, areas := border(t)
	set := series.New(line)
	for i := range 200 {
		v := &report.Version{Report: report.Report{ID: fmt.Sprint(i), Unit: report.Persons, Count: report.Count{Best: 2}, Start: scenarioStart.AddDate(0, 0, i)}}
		v.End, v.Place.Segment = v.Start, 638+i%8 // four of main, four of alaska
		set.Replace(nil, v)
	}
	r := NewRunner(NewInput(set.Snapshot(), report.Persons, areas), scenarioStart, scenarioStart.AddDate(0, 0, 250), Setting{Threshold: 0.01})
	found := 0
	for range 250 {
		for _, h := range r.Step().Hotspots {
			found++
			a, b := line.Segments()[h.First].Stretch, line.Segments()[h.Last].Stretch
			if a.Part != b.Part || h.Stretch != (frontier.Stretch{Part: a.Part, From: a.From, To: b.To}) {
				t.Fatalf("%v from %v to %v", h.Stretch, a, b)
			}
		}
	}
	if found == 0 {
		t.Error("no hot spot to look at")
	}
}
