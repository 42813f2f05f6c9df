package data_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"frontierwatch/data"
	"frontierwatch/data/memlog"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// A source of its own pace has stopped; one that has not is not silent, at any time
// that is asked about, live and after a start.
func TestASourceThatStopsIsSilent(t *testing.T) {
	ctx := context.Background()
	steady := report.Source{ID: "steady", Agency: "Steady", Unit: report.Persons, TLP: report.Green}
	stopped := report.Source{ID: "stopped", Agency: "Stopped", Unit: report.Persons, TLP: report.Green}
	store := memlog.New()
	c := open(t, store, func(cfg *data.Config) { cfg.Sources = []report.Source{steady, stopped} })
	add := func(source string, daysAgo int) {
		r := walk(fmt.Sprint(source, "-", daysAgo), -100, 1)
		r.Source, r.Start = source, now.AddDate(0, 0, -daysAgo)
		r.End, r.Published = r.Start, r.Start
		if added, err := c.Add(ctx, "tester", []report.Report{r}); err != nil || added[0].Err != nil {
			t.Fatal(err, added)
		}
	}
	for d := 100; d >= 1; d -= 3 {
		add("steady", d)
		if d > 40 {
			add("stopped", d)
		}
	}
	silent := func(at log.AsOf) map[string]bool {
		all, err := c.Sources(ctx, at)
		if err != nil {
			t.Fatal(err)
		}
		found := map[string]bool{}
		for _, s := range all {
			found[s.ID] = s.Silent
		}
		return found
	}
	if got := silent(log.AsOf{}); got["steady"] || !got["stopped"] {
		t.Errorf("now: %v", got)
	}
	if got := silent(log.AsOf{Known: now.AddDate(0, 0, -35)}); got["stopped"] {
		t.Errorf("before it was: %v", got)
	}
	if got := silent(log.AsOf{Known: now.AddDate(0, 0, -10)}); !got["stopped"] || got["steady"] {
		t.Errorf("ten days ago: %v", got)
	}
}

// What a source says of a gap counts from when it said so: since it was written down,
// or since the day that it names.
func TestGapsAreKnownFromWhenTheyWereSaid(t *testing.T) {
	ctx := context.Background()
	at := now
	gappy := police
	c := open(t, memlog.New(), func(cfg *data.Config) { cfg.Now = func() time.Time { return at } })
	for d := 200; d >= 1; d-- {
		r := walk(fmt.Sprint("r", d), -100, 1)
		r.Start = now.AddDate(0, 0, -d)
		r.End, r.Published = r.Start, r.Start
		if added, err := c.Add(ctx, "tester", []report.Report{r}); err != nil || added[0].Err != nil {
			t.Fatal(err, added)
		}
	}
	v, err := c.Report(ctx, "r1", log.AsOf{})
	if err != nil {
		t.Fatal(err)
	}
	segment := v.Place.Segment
	completeness := func(q hotspot.Query) float64 {
		t.Helper()
		q.Unit, q.Window = report.Persons, 7
		all, err := c.Segments(ctx, q)
		if err != nil {
			t.Fatal(err)
		}
		return all[segment].Completeness
	}
	day := func(n int) string { return now.AddDate(0, 0, n).Format(time.DateOnly) }
	if got := completeness(hotspot.Query{At: now}); got != 1 {
		t.Fatalf("complete by %v before anything was said", got)
	}
	gappy.Gaps = day(-60) + "/" + day(2) + " 0.25"
	if err := c.PutSource(ctx, "tester", gappy); err != nil {
		t.Fatal(err)
	}
	written := at
	if got := completeness(hotspot.Query{At: now}); got != 0.25 {
		t.Errorf("complete by %v, want a quarter", got)
	}
	if got := completeness(hotspot.Query{At: now.AddDate(0, 0, -70)}); got != 1 {
		t.Errorf("before the gap: %v", got)
	}
	if got := completeness(hotspot.Query{At: now.AddDate(0, 0, -30), AsOf: log.AsOf{Known: written.AddDate(0, 0, -1)}}); got != 1 {
		t.Errorf("before it was written down: %v", got)
	}
	gappy.Gaps += " known " + day(-50)
	if err := c.PutSource(ctx, "tester", gappy); err != nil {
		t.Fatal(err)
	}
	if got := completeness(hotspot.Query{At: now.AddDate(0, 0, -30), AsOf: log.AsOf{Known: written.AddDate(0, 0, -1)}}); got != 0.25 {
		t.Errorf("after the day on which it was said: %v", got)
	}
	if got := completeness(hotspot.Query{At: now.AddDate(0, 0, -55), AsOf: log.AsOf{Known: written.AddDate(0, 0, -55)}}); got != 1 {
		t.Errorf("before the day on which it was said: %v", got)
	}
	gappy.Gaps = "since yesterday"
	if err := c.PutSource(ctx, "tester", gappy); err == nil {
		t.Error("a gap that is none was taken")
	}
}
