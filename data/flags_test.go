package data_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontierwatch/data"
	"frontierwatch/data/memlog"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// flagged is a corpus over a log with the surge of fill, and the id of its flag.
func flagged(t *testing.T, l data.Log) (*data.Corpus, string) {
	t.Helper()
	c := open(t, l)
	fill(t, c, rand.New(rand.NewPCG(1, 2)))
	flags, err := c.Flags(context.Background(), hotspot.Query{})
	if err != nil || len(flags) == 0 || flags[0].State != hotspot.Open {
		t.Fatalf("%+v, %v", flags, err)
	}
	return c, flags[0].ID
}

func stateOf(t *testing.T, c *data.Corpus, id string, at log.AsOf) string {
	t.Helper()
	flags, err := c.Flags(context.Background(), hotspot.Query{AsOf: at, At: now})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range flags {
		if f.ID == id {
			return f.State
		}
	}
	return "none"
}

func TestFlagsLiveInTheLog(t *testing.T) {
	l := memlog.New()
	c, id := flagged(t, keptOpen{l})
	ctx := context.Background()
	before := headOf(c)
	for _, step := range []struct {
		state, reason string
		want          error
	}{
		{hotspot.Closed, "J. Doe said so", hotspot.ErrStep},
		{hotspot.Acknowledged, "under_review", nil},
		{hotspot.Acknowledged, "passed_on", hotspot.ErrState},
		{hotspot.Closed, "explained", nil},
		{hotspot.Acknowledged, "under_review", hotspot.ErrState},
	} {
		if err := c.PutFlag(ctx, "analyst", id, step.state, step.reason, hotspot.Query{}); !errors.Is(err, step.want) {
			t.Errorf("%+v: %v", step, err)
		}
	}
	if err := c.PutFlag(ctx, "analyst", "nothing", hotspot.Closed, "explained", hotspot.Query{}); !errors.Is(err, hotspot.ErrNotFound) {
		t.Errorf("a flag that is none: %v", err)
	}
	if headOf(c) != before+2 {
		t.Errorf("%d entries were written, want 2", headOf(c)-before)
	}
	again := open(t, keptOpen{l})
	for name, corpus := range map[string]*data.Corpus{"live": c, "read from the log": again} {
		for at, want := range map[log.AsOf]string{
			{}:                        hotspot.Closed,
			{Seq: before}:             hotspot.Open,
			{Seq: before + 1}:         hotspot.Acknowledged,
			{Seq: before + 2}:         hotspot.Closed,
			{Known: now}:              hotspot.Closed,
			{Known: now.Add(-1)}:      "none", // the reports themselves were not known
			{Seq: before, Known: now}: hotspot.Open,
		} {
			if got := stateOf(t, corpus, id, at); got != want {
				t.Errorf("%s, as of %+v: %s, want %s", name, at, got, want)
			}
		}
		_, steps, err := corpus.Flag(ctx, id, hotspot.Query{})
		if err != nil || len(steps) != 2 || steps[0].Actor != "analyst" || steps[0].Reason != "under_review" || !steps[1].Recorded.Equal(now) || steps[1].Seq != uint64(before+2) {
			t.Errorf("%s: %+v, %v", name, steps, err)
		}
	}
}

// Of two who do something at the same time, one is told.
func TestOnlyOneStepIsTaken(t *testing.T) {
	c, id := flagged(t, memlog.New())
	var group sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		group.Go(func() {
			step := [][2]string{{hotspot.Acknowledged, "under_review"}, {hotspot.Closed, "data_error"}}[i%2]
			errs[i] = c.PutFlag(context.Background(), fmt.Sprint("analyst", i), id, step[0], step[1], hotspot.Query{})
		})
	}
	group.Wait()
	_, steps, err := c.Flag(context.Background(), id, hotspot.Query{})
	if err != nil || len(steps) == 0 || len(steps) > 2 || len(steps) == 2 && steps[0].State != hotspot.Acknowledged {
		t.Errorf("%+v, %v", steps, err)
	}
	for i, err := range errs {
		if err != nil && !errors.Is(err, hotspot.ErrState) {
			t.Errorf("analyst %d: %v", i, err)
		}
	}
}

// A flag stands while its hot spot is below the watch list, for 28 days.
func TestFlagsCloseByThemselves(t *testing.T) {
	at := now
	c := open(t, memlog.New(), func(cfg *data.Config) { cfg.Now = func() time.Time { return at } })
	ctx := context.Background()
	var reports []report.Report
	for i := range 500 { // a quiet year, with reports every day
		r := walk(fmt.Sprint("q", i), -109+12*float64(i*37%500)/500, 1)
		r.Start = now.Add(-time.Duration(i) * 20 * time.Hour)
		r.End = r.Start
		reports = append(reports, r)
	}
	for i := range 12 { // a week of walking in
		r := walk(fmt.Sprint("s", i), -104, 3)
		r.Start = now.AddDate(0, 0, -i/2)
		r.End = r.Start
		reports = append(reports, r)
	}
	add(t, c, reports...)
	var id string
	lastListed, lastFlagged := time.Time{}, time.Time{}
	for day := range 150 {
		at = now.AddDate(0, 0, day)
		if day > 0 {
			add(t, c, report.Report{ID: fmt.Sprint("z", day), Point: reports[day%400].Point, Start: at, End: at, Count: report.Count{Best: 1, Min: 1, Max: 1},
				Unit: report.Persons, Direction: report.Northbound, Relation: report.BetweenPorts, Source: "police", Status: report.Confirmed})
		}
		spots, err1 := c.Hotspots(ctx, hotspot.Query{})
		flags, err2 := c.Flags(ctx, hotspot.Query{})
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		if day == 0 {
			if len(flags) != 1 || flags[0].FirstRaised.IsZero() {
				t.Fatalf("%+v", flags)
			}
			id = flags[0].ID
		}
		for _, h := range spots {
			if h.ID == id {
				lastListed = h.Day
			}
		}
		for _, f := range flags {
			if f.ID != id {
				t.Fatalf("another flag: %+v", f.Hotspot)
			}
			if lastFlagged = at.Truncate(24 * time.Hour); !f.Day.Equal(lastListed) {
				t.Fatalf("on %s it is as of %s, it was listed last on %s", at, f.Day, lastListed)
			}
			if r, err := c.Receipt(ctx, id, hotspot.Query{}); err != nil || !r.Result.Flagged || r.Day != f.Day.Format(time.DateOnly) {
				t.Fatalf("its receipt on %s: %+v, %v", at, r.Result, err)
			}
		}
	}
	if lastListed.Before(now.AddDate(0, 0, 5)) || lastListed.After(now.AddDate(0, 0, 100)) {
		t.Fatalf("listed until %s: the test shows nothing", lastListed)
	}
	if diff := cmp.Diff(lastListed.AddDate(0, 0, 27), lastFlagged); diff != "" {
		t.Errorf("28 days after it was listed last (-), it was closed (+): %s", diff)
	}
}
