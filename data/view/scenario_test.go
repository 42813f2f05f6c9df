package view

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"frontierwatch/data"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
	"frontierwatch/geo/reader"
	"frontierwatch/geo/report"
)

// crossing fills a master with forty weeks of a quiet line, and three bursts of the last
// days: one that all report, one of RED reports, one that agencies of Canada may know of.
func crossing(t *testing.T, master *data.Corpus) {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	var reports []report.Report
	put := func(id, source string, tlp report.TLP, to report.Countries, lon float64, days int) {
		r := walk(id, source, tlp, lon)
		r.Releasable = to
		r.Start = wednesday.AddDate(0, 0, -days).Add(-time.Duration(random.IntN(11)) * time.Hour)
		r.End = r.Start
		reports = append(reports, r)
	}
	for i := range 800 {
		put(fmt.Sprint("quiet", i), []string{"rcmp", "cbp", "strict", "red"}[i%4], someTLPs[i%len(someTLPs)], releasing[i%len(releasing)], -99.9+3.8*random.Float64(), random.IntN(280))
	}
	for i := range 25 {
		put(fmt.Sprint("all", i), "rcmp", report.Green, 0, -98.5, i%9)
		put(fmt.Sprint("secret", i), "red", report.Red, 0, -97.3, i%9)
		put(fmt.Sprint("canada", i), "rcmp", report.Amber, report.CAN, -96.5, i%9)
	}
	for i, a := range add(t, master, reports...) {
		if a.Err != nil {
			t.Fatal(reports[i].ID, a.Err)
		}
	}
}

// What is found, flagged and receipted follows what is seen too.
func TestDetectionFollowsWhatIsSeen(t *testing.T) {
	c := at(wednesday)
	master := openMaster(t, c.read)
	crossing(t, master)
	ctx := context.Background()
	flags, err := master.Flags(ctx, hotspot.Query{})
	if err != nil || len(flags) < 3 {
		t.Fatalf("the master has %d flags, %v: nothing to withhold", len(flags), err)
	}
	for _, f := range flags { // an analyst leads each
		if err := master.PutFlag(ctx, "analyst", f.ID, hotspot.Acknowledged, "under_review", hotspot.Query{}); err != nil {
			t.Fatal(err)
		}
	}
	views := openViews(t, master)
	found := map[string]int{}
	for n, class := range classesOf() {
		t.Run(n, func(t *testing.T) {
			v := viewOf(t, views, class)
			fresh := newSlow(t, master, class).open(settings(t, c.read))
			defer fresh.Close()
			sameAnswers(t, v, fresh, []string{"quiet0", "secret0", "nothing"}, []time.Time{wednesday}, n != "of no country" && n != "CBSA")
			seen, err := v.Flags(ctx, hotspot.Query{})
			if err != nil {
				t.Fatal(err)
			}
			found[n] = len(seen)
			for _, f := range seen {
				if n == "partner" && f.Marking.TLP != report.Green && f.Marking.TLP != report.Clear {
					t.Errorf("a flag of partners is marked %s", f.Marking.TLP)
				}
				if _, taken, err := v.Flag(ctx, f.ID, hotspot.Query{}); err != nil || len(taken) > 0 && taken[0].Actor != "" {
					t.Errorf("what was done about %s: %+v, %v", f.ID, taken, err)
				}
			}
		})
	}
	if found["partner"] == 0 || found["partner"] >= found["RCMP"] || found["RCMP"] >= len(flags) {
		t.Errorf("flags by class %v, of %d", found, len(flags))
	}
}

// The control: a view that lets one withheld report through is found out.
func TestALeakIsFound(t *testing.T) {
	c := at(wednesday)
	master := openMaster(t, c.read)
	add(t, master, walk("seen", "rcmp", report.Green, -98), walk("unseen", "rcmp", report.Red, -98))
	class := reader.Class{Tier: reader.Partner}
	fresh := newSlow(t, master, class).open(settings(t, c.read))
	defer fresh.Close()
	leaky := &View{Corpus: master, master: master, class: class}
	if got := ids(t, fresh); got != "1 at 1: seen/1/1/1" {
		t.Fatalf("the fresh corpus has %s", got)
	}
	inner := &failure{TB: t}
	func() {
		defer func() { _ = recover() }()
		sameAnswers(inner, leaky, fresh, []string{"seen", "unseen"}, []time.Time{wednesday}, false)
	}()
	if !strings.Contains(inner.text, "unseen") {
		t.Errorf("found out: %q", inner.text)
	}
}

// failure is a test whose failing is wanted.
type failure struct {
	testing.TB
	text string
}

func (f *failure) Helper() {}
func (f *failure) Fatalf(format string, args ...any) {
	f.text = fmt.Sprintf(format, args...)
	panic("failed")
}

// A report whose marking becomes stricter is gone, its past too, and whoever follows
// is told to begin again. When it is milder again it is a new report.
func TestStricterMarkingsHoldForThePast(t *testing.T) {
	ctx := context.Background()
	c := at(wednesday)
	master := openMaster(t, c.read)
	views := openViews(t, master)
	class := reader.Class{Tier: reader.Partner}
	a, b := walk("a", "rcmp", report.Green, -98), walk("b", "rcmp", report.Green, -97)
	add(t, master, a, b)
	early := viewOf(t, views, class)
	edition := early.Edition(1)
	if got := ids(t, early); got != "2 at 2: b/2/2/1 a/1/1/1" {
		t.Fatal(got)
	}
	ended := make(chan error)
	go func() { ended <- early.Follow(ctx, 2, func(log.Entry) error { return nil }) }()
	mark := func(tlp report.TLP, revision int) {
		a.TLP = tlp
		if added, err := master.Correct(ctx, "x", []report.Report{a}, []int{revision}); err != nil || added[0].Err != nil {
			t.Fatal(added, err)
		}
	}
	mark(report.Red, 2)
	later := viewOf(t, views, class)
	if got := ids(t, later); got != "1 at 1: b/1/1/1" {
		t.Errorf("then there is %s", got)
	}
	if _, err := later.Report(ctx, "a", log.AsOf{Known: c.read()}); !errors.Is(err, report.ErrNotFound) {
		t.Errorf("the past of what is withheld: %v", err)
	}
	if err := <-ended; !errors.Is(err, ErrRebuilt) {
		t.Errorf("who follows hears %v", err)
	}
	if later.Edition(1) == edition {
		t.Error("both views have one edition")
	}
	if got := ids(t, early); got != "2 at 2: b/2/2/1 a/1/1/1" {
		t.Errorf("a request under way has %s", got)
	}
	mark(report.Green, 3)
	last := viewOf(t, views, class)
	if last != later {
		t.Error("what becomes visible needs no new view")
	}
	if got := ids(t, last); got != "2 at 2: a/2/2/1 b/1/1/1" {
		t.Errorf("then there is %s", got)
	}
}
