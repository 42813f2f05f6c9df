package main

import (
	"context"
	"io"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"frontierwatch/api"
	"frontierwatch/api/live"
	"frontierwatch/data/memlog"
	"frontierwatch/geo/report"
)

func measuredCorpus(t *testing.T) (*measured, *metrics) {
	t.Helper()
	corpus, err := openCorpus(t.Context(), memlog.New(), func() time.Time { return morning }, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { corpus.Close() })
	m := newMetrics(corpus, "1.2.3")
	return &measured{Corpus: corpus, m: m}, m
}

func metricReport(id string, lat float64, count int64) report.Report {
	at := morning.Add(-time.Hour)
	return report.Report{
		ID: id, Point: &orb.Point{-97.2, lat}, Start: at, End: at, Count: report.Count{Best: count, Min: count, Max: count}, Unit: report.Persons,
		Direction: "unknown", Relation: "unknown", Status: "unverified", Source: "local",
	}
}

// exposed is what Prometheus reads.
func exposed(t *testing.T, m *metrics) string {
	t.Helper()
	w := httptest.NewRecorder()
	promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}).ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	text, _ := io.ReadAll(w.Result().Body)
	return string(text)
}

func TestMetricsSayWhatHappened(t *testing.T) {
	c, m := measuredCorpus(t)
	wrong := metricReport("wrong", 49, -1)
	wrong.Unit = "whatever a caller sends"
	all := []report.Report{metricReport("a", 49, 1), metricReport("far", 20, 1), wrong}
	for range 2 {
		if _, err := c.Add(context.Background(), "local", all); err != nil {
			t.Fatal(err)
		}
	}
	handler := api.New(m.measure(api.Config{Corpus: c.Corpus, Now: func() time.Time { return morning }}, newDoor(c.Corpus, nil, func() time.Time { return morning })))
	for _, target := range []string{"/hotspots", "/hotspots", "/nothing/" + strings.Repeat("x", 50), "/collections/reports/items/a"} {
		handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", target, nil))
	}
	text := exposed(t, m)
	for _, want := range []string{
		`frontierwatch_reports_total{country="none",outcome="stored",unit="persons"} 1`,
		`frontierwatch_reports_total{country="none",outcome="already",unit="persons"} 1`,
		`frontierwatch_reports_total{country="none",outcome="refused",unit="other"} 2`,
		`frontierwatch_refused_total{reason="too_far"} 2`,
		`frontierwatch_refused_total{reason="faults"} 2`,
		"frontierwatch_commit_duration_seconds_count 1",
		"frontierwatch_detection_duration_seconds_count 1",
		"frontierwatch_log_head 1", "frontierwatch_index_reports 1", "frontierwatch_ready 1", "frontierwatch_event_streams 0", "frontierwatch_follower_lag_entries 0",
		`frontierwatch_source_silent{source="local"} 0`, `frontierwatch_source_last_report_timestamp_seconds{source="local"}`,
		`frontierwatch_http_request_duration_seconds_count{method="GET",route="/hotspots",status="200"} 2`,
		`frontierwatch_http_request_duration_seconds_count{method="GET",route="/collections/reports/items/:id",status="200"} 1`,
		`version="1.2.3"`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s", want)
		}
	}
	for _, secret := range []string{"whatever", "xxxx"} {
		if strings.Contains(text, secret) {
			t.Errorf("what a caller sent is a label: %s", secret)
		}
	}
}

func TestMetricsAreNamedAsPrometheusWants(t *testing.T) {
	c, m := measuredCorpus(t)
	if _, err := c.Add(context.Background(), "local", []report.Report{metricReport("a", 49, 1), metricReport("far", 20, 1)}); err != nil {
		t.Fatal(err)
	}
	m.Answered("GET", "/", 200, time.Second)
	problems, err := testutil.GatherAndLint(m.registry)
	if err != nil || len(problems) > 0 {
		t.Errorf("%v %v", err, problems)
	}
}

// Hubs that are gone are forgotten, the others are added up.
func TestMetricsOfStreams(t *testing.T) {
	_, m := measuredCorpus(t)
	there := true
	m.Streams(func() (live.State, bool) { return live.State{Streams: 2, Lag: 5}, there })
	m.Streams(func() (live.State, bool) { return live.State{Streams: 3, Lag: 1}, true })
	if streams, lag := m.streams(); streams != 5 || lag != 5 {
		t.Errorf("%d %d", streams, lag)
	}
	there = false
	if streams, lag := m.streams(); streams != 3 || lag != 1 || len(m.hubs) != 1 {
		t.Errorf("%d %d", streams, lag)
	}
}

func TestMetricsAddress(t *testing.T) {
	for address, fine := range map[string]bool{
		"": true, "127.0.0.1:9090": true, "localhost:0": true, "[::1]:9090": true, "10.0.0.4:9090": true,
		":9090": false, "0.0.0.0:9090": false, "8.8.8.8:9090": false, "9090": false, "example.org:9090": false,
	} {
		f := metricsFlag{MetricsListen: address}
		if got := f.check() == nil; got != fine {
			t.Errorf("%q: %v", address, f.check())
		}
	}
}
