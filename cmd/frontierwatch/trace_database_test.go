//go:build unix

package main

import (
	"bytes"
	"testing"

	otlp "go.opentelemetry.io/proto/otlp/trace/v1"
)

// What a database is asked for a report stands within the commit, by its first word.
func TestTracesOfADatabase(t *testing.T) {
	dsn := postgres(t).DSN("postgres")
	c := newCollector(t)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", c.URL)
	s := start(t, morning, "serve", "--store", dsn, "--listen", "127.0.0.1:0")
	if code, text := ask(t, "POST", s.url+"/collections/reports/items", "", sent(hidden, 49, "")); code != 201 {
		t.Fatalf("%d %s", code, text)
	}
	if code := s.stop(); code != exitDone {
		t.Fatalf("stopped with %d", code)
	}
	batches := c.named("postgresql batch")
	if len(batches) < 2 || !spanIn(batches, c.named("commit")...) || !spanIn(batches, c.named("apply")...) || !spanIn(batches, c.named("read log")...) {
		t.Errorf("%v", batches)
	}
	for _, b := range batches {
		if b.Kind != otlp.Span_SPAN_KIND_CLIENT || spanValue(b, "db.system.name") != "postgresql" {
			t.Errorf("%v", b)
		}
	}
	if all := c.named("postgresql LISTEN"); len(all) > 0 {
		t.Errorf("what no request asks for has spans: %v", all)
	}
	for _, secret := range []string{hidden, "report_events", dsn} {
		if bytes.Contains(c.raw.Bytes(), []byte(secret)) {
			t.Errorf("%s was sent", secret)
		}
	}
}
