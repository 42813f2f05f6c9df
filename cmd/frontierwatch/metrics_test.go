package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"frontierwatch/api"
	"frontierwatch/api/hook"
	"frontierwatch/api/live"
	"frontierwatch/data"
	"frontierwatch/data/memlog"
	"frontierwatch/geo/report"
)

// measured is a corpus whose stages are counted, and the numbers.
func measured(t *testing.T) (*data.Corpus, *metrics) {
	t.Helper()
	m, now := newMetrics("1.2.3"), func() time.Time { return morning }
	corpus, err := openObserved(t.Context(), memlog.New(), now, nil, m.stage)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { corpus.Close() })
	m.over(corpus, nil, now)
	return corpus, m
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

// sent is a report as it is posted.
func sent(id string, lat float64, more string) string {
	return fmt.Sprintf(`{"type":"Feature","id":%q,"geometry":{"type":"Point","coordinates":[-97.2,%g]},"properties":{"observed_start":"2025-12-31T02:00:00Z","count_best":3%s}}`, id, lat, more)
}

func TestMetricsSayWhatHappened(t *testing.T) {
	corpus, m := measured(t)
	handler := api.New(api.Config{Corpus: corpus, Now: func() time.Time { return morning }, Observer: m})
	for _, x := range []struct {
		method, target, body string
		status               int
	}{
		{"POST", "/collections/reports/items", sent("a", 49, ""), 201},
		{"POST", "/collections/reports/items", sent("a", 49, ""), 200},
		{"POST", "/collections/reports/items", sent("a", 49.01, ""), 409},
		{"POST", "/collections/reports/items", sent("far", 20, `,"unit":"claims"`), 422},
		{"POST", "/collections/reports/items", sent("person", 49, `,"name":"whatever a caller sends"`), 422},
		{"POST", "/collections/reports/items", sent("unit", 49, `,"unit":"whatever a caller sends"`), 422},
		{"POST", "/collections/reports/items", `{`, 400},
		{"POST", "/imports", "{}\n" + strings.ReplaceAll(sent("far", 20, ""), "\n", "") + "\n" + sent("b", 49, `,"count_min":9`) + "\n" + sent("c", 49, "") + "\n", 200},
		{"POST", "/imports?dryRun=true", "{}\n", 422},
		{"GET", "/hotspots", "", 200},
		{"GET", "/hotspots", "", 200},
		{"GET", "/nothing/" + strings.Repeat("x", 50), "", 404},
		{"GET", "/collections/reports/items/a", "", 200},
	} {
		r := httptest.NewRequest(x.method, "http://localhost"+x.target, strings.NewReader(x.body))
		r.Header.Set("Content-Type", "application/geo+json")
		if strings.Contains(x.target, "imports") {
			r.Header.Set("Content-Type", "application/x-ndjson")
		}
		w := httptest.NewRecorder()
		if handler.ServeHTTP(w, r); w.Code != x.status {
			t.Errorf("%s %s: %d %s", x.method, x.target, w.Code, w.Body)
		}
	}
	text := exposed(t, m)
	for _, want := range []string{
		`frontierwatch_reports_total{country="none",outcome="stored",unit="persons"} 2`,
		`frontierwatch_reports_total{country="none",outcome="already",unit="persons"} 1`,
		`frontierwatch_reports_total{country="none",outcome="refused",unit="claims"} 1`,
		`frontierwatch_refused_total{reason="too_far"} 2`,
		`frontierwatch_refused_total{reason="conflict"} 1`,
		`frontierwatch_refused_total{reason="faults"} 4`,
		`frontierwatch_refused_total{reason="unreadable"} 1`,
		"frontierwatch_commit_duration_seconds_count 2",
		`frontierwatch_write_stage_duration_seconds_count{stage="wait"} 4`,
		`frontierwatch_write_stage_duration_seconds_count{stage="commit"} 4`,
		`frontierwatch_write_stage_duration_seconds_count{stage="apply"} 4`,
		"frontierwatch_detection_duration_seconds_count 1",
		"frontierwatch_log_head 2", "frontierwatch_index_reports 2", "frontierwatch_ready 1", "frontierwatch_event_streams 0", "frontierwatch_follower_lag_entries 0", "frontierwatch_stale_seconds 0",
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
	if t.Failed() {
		t.Log(regexp.MustCompile(`(?m)^(frontierwatch_(reports|refused|commit|write).*(total|count)).*$`).FindAllString(text, -1))
	}
}

func TestMetricsAreNamedAsPrometheusWants(t *testing.T) {
	c, m := measured(t)
	reports := []report.Report{metricReport("a", 49, 1), metricReport("far", 20, 1)}
	added, err := c.Add(context.Background(), "local", reports)
	if err != nil {
		t.Fatal(err)
	}
	m.Sent(reports, added, nil, time.Second)
	m.delivery(0)(hook.Attempt{Status: 200})
	m.Answered("GET", "/", 200, time.Second)
	problems, err := testutil.GatherAndLint(m.registry)
	if err != nil || len(problems) > 0 {
		t.Errorf("%v %v", err, problems)
	}
}

// Hubs that are gone are forgotten, the others are added up.
func TestMetricsOfStreams(t *testing.T) {
	_, m := measured(t)
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

// What agencies send by keys of their own is counted like everything else.
func TestMetricsCountAgencies(t *testing.T) {
	store := filepath.Join(t.TempDir(), "frontier.gpkg")
	admin := told(t, "keys", "create", "--store", store, "--tier", "admin", "--scope", "read,report,curate,admin")
	s := start(t, morning, "serve", "--store", store, "--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0")
	defer s.stop()
	if code, text := ask(t, "POST", s.url+"/collections/sources/items", admin, `{"type":"Feature","id":"rcmp","geometry":null,"properties":{"agency":"RCMP","country":"CAN","unit":"persons","tlp":"GREEN"}}`); code != 201 {
		t.Fatalf("%d %s", code, text)
	}
	code, text := ask(t, "POST", s.url+"/keys", admin, `{"tier":"agency","agency":"RCMP","country":"CAN","source":"rcmp","scopes":["read","report"]}`)
	var made struct {
		Token string `json:"key"`
	}
	if err := json.Unmarshal([]byte(text), &made); code != 201 || err != nil || made.Token == "" {
		t.Fatalf("%d %s", code, text)
	}
	for _, body := range []string{sent("a", 49, ""), sent("a", 49, ""), sent("b", 49, `,"source":"local"`), sent("c", 20, "")} {
		ask(t, "POST", s.url+"/collections/reports/items", made.Token, body)
	}
	_, text = ask(t, "GET", s.metrics, "", "")
	for _, want := range []string{
		`frontierwatch_reports_total{country="CAN",outcome="stored",unit="persons"} 1`,
		`frontierwatch_reports_total{country="CAN",outcome="already",unit="persons"} 1`,
		`frontierwatch_refused_total{reason="too_far"} 1`,
		`frontierwatch_refused_total{reason="faults"} 1`,
		`frontierwatch_write_stage_duration_seconds_count{stage="commit"}`,
		`frontierwatch_webhooks_pending 0`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, regexp.MustCompile(`(?m)^frontierwatch_(re|we|wr).*$`).FindAllString(text, -1))
		}
	}
}

// Messages that nobody took are waiting, for as long as the oldest.
func TestMetricsOfWebhooks(t *testing.T) {
	answer := 503
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(answer) }))
	defer receiver.Close()
	store := filepath.Join(t.TempDir(), "frontier.gpkg")
	admin := told(t, "keys", "create", "--store", store, "--tier", "admin", "--scope", "read,report,curate,admin")
	s := start(t, morning, "serve", "--store", store, "--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0", "--deliver-loopback")
	defer s.stop()
	if code, text := ask(t, "POST", s.url+"/subscriptions", admin, `{"url":"`+receiver.URL+`","collections":["reports"]}`); code != 201 {
		t.Fatalf("%d %s", code, text)
	}
	if code, text := ask(t, "POST", s.url+"/collections/reports/items", admin, sent("a", 49, "")); code != 201 {
		t.Fatalf("%d %s", code, text)
	}
	for { // until the call has been made
		if _, text := ask(t, "GET", s.metrics, "", ""); strings.Contains(text, `frontierwatch_webhook_attempts_total{outcome="refused"} 1`) {
			if !strings.Contains(text, "frontierwatch_webhooks_pending 1\n") || !strings.Contains(text, "frontierwatch_webhooks_oldest_pending_seconds 0\n") {
				t.Error(text)
			}
			return
		}
	}
}

// The page for operators says what each number is, and names none that there is not;
// Prometheus reads its rules.
func TestNumbersArePublished(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("docs", "operators.md"))
	if err != nil {
		t.Fatal(err)
	}
	store := filepath.Join(t.TempDir(), "frontier.gpkg")
	s := start(t, morning, "serve", "--store", store, "--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0", "--retain-every", "24h", "--retain", "*=90/365")
	defer s.stop()
	ask(t, "POST", s.url+"/collections/reports/items", "", sent("a", 49, ""))
	ask(t, "POST", s.url+"/collections/reports/items", "", sent("a", 20, ""))
	ask(t, "GET", s.url+"/hotspots", "", "")
	_, exposed := ask(t, "GET", s.metrics, "", "")
	published := map[string]bool{"frontierwatch_webhook_attempts_total": true} // which nobody has made here
	for _, m := range regexp.MustCompile(`(?m)^# TYPE (frontierwatch_\w+)`).FindAllStringSubmatch(exposed, -1) {
		published[m[1]] = true
		if !strings.Contains(string(text), m[1]) {
			t.Errorf("%s is not on the page", m[1])
		}
	}
	if len(published) < 18 {
		t.Errorf("only %d numbers: %v", len(published), published)
	}
	for _, m := range regexp.MustCompile(`frontierwatch_\w+`).FindAllString(string(text), -1) {
		if name := strings.TrimSuffix(m, "_bucket"); !published[name] && strings.Count(name, "_") > 1 {
			t.Errorf("the page names %s, which there is not", name)
		}
	}
	if missing("promtool") {
		t.Skip("skipped: promtool is not installed; the rules were not read by Prometheus")
	}
	for _, b := range docsBlocks(string(text)) {
		if b.info != "yaml alerts.yml" {
			continue
		}
		file := filepath.Join(t.TempDir(), "alerts.yml")
		if err := os.WriteFile(file, []byte(b.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if said, err := exec.Command("promtool", "check", "rules", file).CombinedOutput(); err != nil || !strings.Contains(string(said), "13 rules found") {
			t.Errorf("%v %s", err, said)
		}
		return
	}
	t.Error("the page has no rules")
}
