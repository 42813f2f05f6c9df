package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

func TestRulesOfRetention(t *testing.T) {
	for text, want := range map[string]string{
		"":                    "*: 2160h0m0s 8760h0m0s",
		"*=30/90":             "*: 720h0m0s 2160h0m0s",
		"rcmp=0/1 *=0/0":      "*: 0s 0s rcmp: 0s 24h0m0s",
		"rcmp=1/2":            "rcmp: 24h0m0s 48h0m0s",
		"a:b.c=1/2":           "a:b.c: 24h0m0s 48h0m0s",
		"rcmp=1/2 rcmp=1/2":   "wrong",
		"rcmp=1":              "wrong",
		"rcmp":                "wrong",
		"=1/2":                "wrong",
		"rcmp=-1/2":           "wrong",
		"rcmp=1/2/3":          "wrong",
		"rcmp=1/99999":        "wrong",
		"rcmp=1d/2":           "wrong",
		"other=1/2 rcmp=1/":   "wrong",
		"other=1/2 rcmp=1/ 2": "wrong",
	} {
		f := retentionFlag{}
		if text != "" {
			f.Retain = strings.Split(text, " ")
		}
		got := "wrong"
		if rules, err := f.rules(); err == nil {
			var all []string
			for _, name := range []string{"*", "a:b.c", "rcmp"} {
				if rule, ok := rules[name]; ok {
					all = append(all, fmt.Sprint(name, ": ", rule.Kilometre, " ", rule.Segment))
				}
			}
			got = strings.Join(all, " ")
		}
		if got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// A server makes positions coarser when they become old enough, by the rule of each source,
// while it serves; what they were is nowhere in the file any more.
func TestRetentionGoesOnWhileServing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "frontier.gpkg")
	store := storeFlag{Store: path}
	var clock atomic.Int64
	clock.Store(morning.Unix())
	now := func() time.Time { return time.Unix(clock.Load(), 0).UTC() }
	said, ticks := make(chan string, 20), make(chan time.Time)
	w := &watch{logger: slog.New(slog.NewTextHandler(&lines{to: said}, nil)), metrics: newMetrics("1.2.3")}
	s := &session{Context: t.Context(), stdio: stdio{strings.NewReader(""), io.Discard, io.Discard}, now: now}
	corpus, err := store.open(s, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"rcmp", "cbp"} {
		if err := corpus.PutSource(t.Context(), "test", report.Source{ID: id, Agency: id, Unit: report.Persons, TLP: report.Green}); err != nil {
			t.Fatal(err)
		}
	}
	for i, source := range []string{"rcmp", "cbp", "local"} {
		r := report.Report{
			ID: source, Point: &orb.Point{-97.2312345, 49.0054321}, Start: morning.AddDate(0, 0, -i), End: morning.AddDate(0, 0, -i), Count: report.Count{Best: 3, Min: 3, Max: 3},
			Unit: report.Persons, Direction: report.Northbound, Relation: report.BetweenPorts, Status: report.Confirmed, Source: source, TLP: report.Green,
		}
		if added, err := corpus.Add(t.Context(), "test", []report.Report{r}); err != nil || added[0].Err != nil {
			t.Fatal(err, added)
		}
	}
	f := retainFlag{retentionFlag: retentionFlag{Retain: []string{"rcmp=30/60", "*=90/365"}}, RetainEvery: time.Hour}
	rules, err := f.rules()
	if err != nil || f.check() != nil {
		t.Fatal(err, f.check())
	}
	r := newRetaining(corpus, rules, now, w)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan bool)
	go func() { r.run(ctx, ticks); close(done) }()
	kinds := func() string {
		text := ""
		for _, id := range []string{"rcmp", "cbp", "local"} {
			v, err := corpus.Report(t.Context(), id, log.AsOf{})
			if err != nil {
				t.Fatal(err)
			}
			if v.Point != nil {
				text += " exact"
			} else {
				text += fmt.Sprintf(" %.0fm", float64(v.Stretch.Length()))
			}
		}
		return text
	}
	total := 0
	for i, step := range []struct {
		days, coarser int
		want          string
	}{
		{0, 0, " exact exact exact"}, {29, 0, " exact exact exact"}, {30, 1, " 1000m exact exact"}, {60, 1, " 10000m exact exact"},
		{90, 2, " 10000m 1000m 1000m"}, {365, 2, " 10000m 10000m 10000m"}, {366, 0, " 10000m 10000m 10000m"},
	} {
		clock.Store(morning.AddDate(0, 0, step.days).Unix())
		if i > 0 {
			ticks <- now()
		}
		if line := <-said; !strings.Contains(line, `"retention begins" entries=`) {
			t.Fatal(line)
		}
		total += step.coarser
		if line := <-said; !strings.Contains(line, fmt.Sprintf(`"retention done" coarser=%d`, step.coarser)) || kinds() != step.want {
			t.Errorf("after %d days: %s, %s, want %d, %s", step.days, line, kinds(), step.coarser, step.want)
		}
	}
	if n, last := testutil.ToFloat64(r.coarser), testutil.ToFloat64(r.last); int(n) != total || int64(last) != clock.Load() {
		t.Errorf("the numbers say %g, last at %g", n, last)
	}
	if !strings.Contains(exposed(t, w.metrics), "frontierwatch_retention_reports_total 6") {
		t.Error("the numbers are not exposed")
	}
	stop()
	<-done
	if err := corpus.Close(); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(path); err != nil || bytes.Contains(text, []byte("49.0054321")) || !bytes.Contains(text, []byte("rcmp")) {
		t.Errorf("%v: the exact position is in the file still", err)
	}
}

// What fails is told of, and tried again.
func TestRetentionThatFailsGoesOn(t *testing.T) {
	said, ticks := make(chan string, 20), make(chan time.Time)
	w := newWorld(t, everyReport, everySource)
	r := newRetaining(w.corpus, retentions{others: afterDays(0, 1)}, w.door.now, &watch{logger: slog.New(slog.NewTextHandler(&lines{to: said}, nil))})
	w.corpus.Close()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan bool)
	go func() { r.run(ctx, ticks); close(done) }()
	for range 2 {
		<-said
		if line := <-said; !strings.Contains(line, "retention failed") {
			t.Errorf("it said %s", line)
		}
		ticks <- w.door.now()
	}
	stop()
	<-done
	if testutil.ToFloat64(r.last) != 0 {
		t.Error("it failed, and counts as done")
	}
}

func TestSchedulesOfRetentionThatCannotBeKept(t *testing.T) {
	for _, args := range [][]string{
		{"--retain", "rcmp=30/90"}, {"--retain-every", "1s"}, {"--retain-every", "24h", "--retain", "rcmp=30"},
	} {
		var said strings.Builder
		code := run(t.Context(), append([]string{"serve", "--store", filepath.Join(t.TempDir(), "a.gpkg"), "--listen", "127.0.0.1:0"}, args...), stdio{strings.NewReader(""), io.Discard, &said}, time.Now)
		if code != exitUse || !strings.Contains(said.String(), "--retain") {
			t.Errorf("%v: exit %d, %s", args, code, said.String())
		}
	}
}
