package main

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"frontierwatch/api"
	"frontierwatch/data"
	"frontierwatch/data/memlog"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// newThrong is a world to which, by a watch that stands, more than a thousand reports
// have come just now, that partners may see.
func newThrong(t *testing.T) *world {
	t.Helper()
	line := along49(t)
	var clock atomic.Int64
	clock.Store(evening.Unix())
	now := func() time.Time { return time.Unix(clock.Load(), 0).UTC() }
	corpus, err := data.Open(t.Context(), data.Config{
		Frontier: line, Log: memlog.New(), Now: now, Sources: sources(), Elapsed: func() time.Duration { return time.Hour },
	})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{corpus: corpus, door: newDoor(corpus, nil, now), clock: &clock}
	t.Cleanup(func() { w.door.Close(); corpus.Close() })
	for _, name := range []string{"partner", "analyst"} {
		_, k := tokenOf(name)
		if err := w.door.PutKey(t.Context(), "test", nil, &k); err != nil {
			t.Fatal(err)
		}
	}
	w.serve(func(*api.Config) {})
	w.come(t, 0)
	return w
}

// come stores a thousand reports and more, with ids of a turn.
func (w *world) come(t *testing.T, turn int) {
	t.Helper()
	var all []report.Report
	for i := range 1200 {
		at := evening.Add(-time.Duration(24*10+i%50) * time.Hour) // partners see nothing younger
		all = append(all, report.Report{
			ID: fmt.Sprintf("t%d-%d", turn, i), Point: &orb.Point{-100.2 - float64(i%60)*0.01, 49.01}, Start: at, End: at,
			Count: report.Count{Best: 1, Min: 1, Max: 1}, Unit: report.Persons, Direction: report.Northbound, Relation: report.BetweenPorts,
			Source: "shared", Status: report.Confirmed, TLP: report.Green,
		})
	}
	added, err := w.corpus.Add(t.Context(), "test", all)
	for _, a := range added {
		if err == nil {
			err = a.Err
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

// However much arrives, a tile shows nothing that was erased, taken back or marked
// otherwise since, to whom it may not be shown; and no class is given what was drawn for
// another.
func TestTilesForgetAtOnceWhileMuchArrives(t *testing.T) {
	const target = "/tiles/6/14/21.mvt?layers=reports"
	w := newThrong(t)
	tile := func(name string, headers ...string) string {
		token, _ := tokenOf(name)
		return w.answer("GET", target, token, "", headers...)
	}
	turn := 0
	for _, step := range []struct {
		what  string
		kept  bool // what was drawn is still given
		alter func(id string) error
	}{
		{"a report", true, func(string) error { return nil }}, // the control
		{"a retraction", false, func(id string) error {
			_, err := w.corpus.Retract(t.Context(), "test", id, 2)
			return err
		}},
		{"another marking", false, func(id string) error {
			v, err := w.corpus.Report(t.Context(), id, log.AsOf{})
			if err != nil {
				return err
			}
			marked := v.Report
			marked.TLP = report.Red
			added, err := w.corpus.Correct(t.Context(), "test", []report.Report{marked}, []int{2})
			if err == nil {
				err = added[0].Err
			}
			return err
		}},
		{"an erasure", false, func(id string) error { return w.corpus.Erase(t.Context(), "test", id, "court order") }},
	} {
		before := map[string]string{}
		for _, name := range []string{"partner", "analyst"} {
			before[name] = tile(name)
			if status(before[name]) != "200" {
				t.Fatalf("%s: %s", name, before[name])
			}
		}
		if before["partner"] == before["analyst"] {
			t.Errorf("%s: partners are given what analysts are", step.what)
		}
		turn++
		w.come(t, turn)
		if err := step.alter(fmt.Sprintf("t%d-7", turn-1)); err != nil {
			t.Fatal(step.what, err)
		}
		for name, was := range before {
			now := tile(name)
			if kept := now == was; kept != step.kept {
				t.Errorf("%s, %s: the tile is the one of before: %v, want %v", step.what, name, kept, step.kept)
			}
			if got := status(tile(name, "If-None-Match: "+tagOf(now))); got != "304" {
				t.Errorf("%s, %s: with its tag it is answered %s", step.what, name, got)
			}
			if got := status(tile(name, "If-None-Match: "+tagOf(was))); (got == "304") != step.kept {
				t.Errorf("%s, %s: with the tag of before it is answered %s", step.what, name, got)
			}
		}
	}
}
