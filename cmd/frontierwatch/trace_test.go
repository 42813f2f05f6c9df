package main

import (
	"bytes"
	"compress/gzip"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	otlp "go.opentelemetry.io/proto/otlp/trace/v1"
	"go.uber.org/goleak"
	"google.golang.org/protobuf/proto"
)

// collecting is a collector of spans.
type collecting struct {
	*httptest.Server

	mu      sync.Mutex
	spans   []*otlp.Span
	about   map[string]string // of who sent them
	raw     bytes.Buffer      // all that was sent, unpacked
	headers http.Header
}

func newCollector(t *testing.T) *collecting {
	t.Helper()
	for _, name := range []string{"OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_SERVICE_NAME",
		"OTEL_RESOURCE_ATTRIBUTES", "OTEL_TRACES_SAMPLER", "OTEL_TRACES_SAMPLER_ARG", "OTEL_TRACES_EXPORTER", "OTEL_SDK_DISABLED"} {
		t.Setenv(name, "") // whoever runs the tests may have set them
	}
	c := &collecting{about: map[string]string{}}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := c.take(r); err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "application/x-protobuf")
	}))
	t.Cleanup(c.Close)
	return c
}

func (c *collecting) take(r *http.Request) error {
	var body io.Reader = r.Body
	if r.Header.Get("Content-Encoding") == "gzip" {
		var err error
		if body, err = gzip.NewReader(body); err != nil {
			return err
		}
	}
	text, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	if r.URL.Path != "/v1/traces" || r.Header.Get("Content-Type") != "application/x-protobuf" {
		return fmt.Errorf("%s of %s", r.URL.Path, r.Header.Get("Content-Type"))
	}
	var sent collector.ExportTraceServiceRequest
	if err := proto.Unmarshal(text, &sent); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.raw.Write(text)
	c.headers = r.Header
	for _, of := range sent.ResourceSpans {
		for _, a := range of.Resource.Attributes {
			c.about[a.Key] = a.Value.GetStringValue()
		}
		for _, scope := range of.ScopeSpans {
			c.spans = append(c.spans, scope.Spans...)
		}
	}
	return nil
}

// named are the spans of a name.
func (c *collecting) named(name string) (all []*otlp.Span) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.spans {
		if s.Name == name {
			all = append(all, s)
		}
	}
	return all
}

func spanValue(s *otlp.Span, key string) string {
	for _, a := range s.Attributes {
		if a.Key == key {
			if a.Value.GetStringValue() == "" {
				return fmt.Sprint(a.Value.GetIntValue())
			}
			return a.Value.GetStringValue()
		}
	}
	return ""
}

// told runs a command and returns what it prints.
func told(t *testing.T, args ...string) string {
	t.Helper()
	var out, fault bytes.Buffer
	if code := run(t.Context(), args, stdio{strings.NewReader(""), &out, &fault}, func() time.Time { return morning }); code != exitDone {
		t.Fatalf("%v: %d %s", args, code, fault.String())
	}
	return strings.TrimSpace(out.String())
}

// ask sends a request and returns its status and answer.
func ask(t *testing.T, method, url, key, body string, headers ...string) (int, string) {
	t.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	return answer.StatusCode, string(text)
}

const (
	hidden     = "canary"
	traceOf    = "0af7651916cd43dd8448eb211c80319c"
	parentSpan = "b7ad6b7169203331"
)

// The program sends the spans of what it was asked, with all that it still has when it
// is stopped, and nothing of what callers sent.
func TestTracesReachTheCollector(t *testing.T) {
	c := newCollector(t)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", c.URL)
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=frontier")
	t.Setenv("OTEL_SERVICE_NAME", "watch-7")
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test")
	called := make(chan http.Header, 10)
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { called <- r.Header }))
	defer receiver.Close()

	store := filepath.Join(t.TempDir(), "frontier.gpkg")
	key := told(t, "keys", "create", "--store", store, "--tier", "admin", "--scope", "read,report,curate,admin")
	s := start(t, morning, "serve", "--store", store, "--listen", "127.0.0.1:0", "--deliver-loopback")
	parent := "00-" + traceOf + "-" + parentSpan + "-01"
	if code, text := ask(t, "POST", s.url+"/subscriptions", key, `{"url":"`+receiver.URL+`/`+hidden+`","collections":["reports"]}`); code != 201 {
		t.Fatalf("%d %s", code, text)
	}
	if code, text := ask(t, "POST", s.url+"/collections/reports/items", key, `{"type":"Feature","id":"`+hidden+`","geometry":{"type":"Point","coordinates":[-97.2,49]},
		"properties":{"observed_start":"2017-02-04T02:00:00Z","count_best":3}}`, "Traceparent", parent, "X-Request-Id", "number-1"); code != 201 {
		t.Fatalf("%d %s", code, text)
	}
	if code, text := ask(t, "GET", s.url+"/hotspots?bbox=-98,48,-96,50&"+hidden+"="+hidden, "", "", "Traceparent", parent, "Tracestate", "a="+hidden, "User-Agent", hidden); code != 200 && code != 400 {
		t.Fatalf("%d %s", code, text)
	}
	if code, text := ask(t, "GET", s.url+"/hotspots?bbox=-98,48,-96,50", key, ""); code != 200 {
		t.Fatalf("%d %s", code, text)
	}
	call := <-called
	if code := s.stop(); code != exitDone {
		t.Fatalf("stopped with %d", code)
	}
	if call.Get("Traceparent") != "" {
		t.Error("who has subscribed is told of the trace")
	}
	checkSpans(t, c)
	for _, secret := range []string{hidden, key, "-98", receiver.URL} {
		if bytes.Contains(c.raw.Bytes(), []byte(secret)) {
			t.Errorf("%s was sent", secret)
		}
	}
	if !bytes.Contains(c.raw.Bytes(), []byte("number-1")) {
		t.Error("what was sent is not looked through")
	}
}

// checkSpans holds what was sent against what was asked.
func checkSpans(t *testing.T, c *collecting) {
	t.Helper()
	if c.about["service.name"] != "watch-7" || c.about["deployment.environment.name"] != "test" || c.about["service.version"] != version() || c.headers.Get("X-Tenant") != "frontier" {
		t.Errorf("sent by %v with %v", c.about, c.headers)
	}
	posted, added := c.named("POST /collections/reports/items"), c.named("append reports")
	if len(posted) != 1 || len(added) != 1 {
		t.Fatalf("%d and %d spans", len(posted), len(added))
	}
	if p := posted[0]; hex.EncodeToString(p.TraceId) != traceOf || hex.EncodeToString(p.ParentSpanId) != parentSpan || spanValue(p, "http.response.status_code") != "201" ||
		spanValue(p, "frontierwatch.reader.tier") != "admin" || spanValue(p, "frontierwatch.request_id") != "number-1" || p.Kind != otlp.Span_SPAN_KIND_SERVER {
		t.Errorf("%v", p)
	}
	if !bytes.Equal(added[0].ParentSpanId, posted[0].SpanId) || spanValue(added[0], "frontierwatch.reports") != "1" {
		t.Errorf("%v", added[0])
	}
	for _, stage := range []string{"wait to write", "commit", "apply"} {
		if all := c.named(stage); len(all) == 0 || !spanIn(all, added[0]) || spanValue(all[len(all)-1], "frontierwatch.entries") != "1" {
			t.Errorf("%s: %v", stage, all)
		}
	}
	if read := c.named("read log"); len(read) == 0 || len(read[0].ParentSpanId) != 0 {
		t.Errorf("read log: %v", read)
	}
	if computed := c.named("detect"); len(computed) == 0 || !spanIn(c.named("detect hotspots"), c.named("GET /hotspots")...) {
		t.Errorf("detect: %v", computed)
	}
	asked, detected := c.named("GET /hotspots"), c.named("detect hotspots")
	if len(asked) != 2 || len(detected) == 0 {
		t.Fatalf("%d and %d spans", len(asked), len(detected))
	}
	if p := asked[0]; hex.EncodeToString(p.TraceId) == traceOf || len(p.ParentSpanId) != 0 || len(p.Links) != 1 || hex.EncodeToString(p.Links[0].TraceId) != traceOf || p.Links[0].TraceState != "" {
		t.Errorf("of a stranger: %v", p)
	}
	if p := detected[len(detected)-1]; !bytes.Equal(p.ParentSpanId, asked[1].SpanId) {
		t.Errorf("%v", p)
	}
	delivered := c.named("deliver webhook")
	if len(delivered) != 1 || spanValue(delivered[0], "http.response.status_code") != "200" || len(delivered[0].ParentSpanId) != 0 || delivered[0].Kind != otlp.Span_SPAN_KIND_CLIENT {
		t.Errorf("%v", delivered)
	}
}

// spanIn says whether one of some spans is within one of others.
func spanIn(spans []*otlp.Span, of ...*otlp.Span) bool {
	return slices.ContainsFunc(spans, func(s *otlp.Span) bool {
		return slices.ContainsFunc(of, func(o *otlp.Span) bool { return bytes.Equal(s.ParentSpanId, o.SpanId) })
	})
}

func TestWhenTracesAreOn(t *testing.T) {
	type env = map[string]string
	const endpoint, exporter, protocol = "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_TRACES_EXPORTER", "OTEL_EXPORTER_OTLP_PROTOCOL"
	for _, x := range []struct {
		env       env
		on, fault bool
	}{
		{env{}, false, false},
		{env{endpoint: "http://collector:4318"}, true, false},
		{env{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://collector:4318/v1/traces"}, true, false},
		{env{exporter: "otlp"}, true, false},
		{env{exporter: "none", endpoint: "http://collector:4318"}, false, false},
		{env{exporter: "zipkin", endpoint: "http://collector:4318"}, false, true},
		{env{"OTEL_SDK_DISABLED": "True", endpoint: "http://collector:4318"}, false, false},
		{env{"OTEL_SDK_DISABLED": "no", endpoint: "http://collector:4318"}, true, false},
		{env{endpoint: "http://collector:4318", protocol: "http/protobuf"}, true, false},
		{env{endpoint: "http://collector:4318", protocol: "grpc"}, false, true},
		{env{endpoint: "http://collector:4318", protocol: "grpc", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "http/protobuf"}, true, false},
		{env{protocol: "grpc"}, false, false},
		{env{"OTEL_SERVICE_NAME": "x", "OTEL_TRACES_SAMPLER": "always_on", "OTEL_EXPORTER_OTLP_HEADERS": "a=b"}, false, false},
	} {
		if on, fault := exports(func(name string) string { return x.env[name] }); on != x.on || fault != "" != x.fault {
			t.Errorf("%v: %v %q", x.env, on, fault)
		}
	}
}

// Where traces are off nothing runs for them, and nobody is told of any.
func TestTracesThatAreOffAreNothing(t *testing.T) {
	c := newCollector(t)
	logger := slog.New(slog.DiscardHandler)
	before := goleak.IgnoreCurrent()
	for _, name := range []string{"OTEL_SDK_DISABLED=true", "OTEL_TRACES_EXPORTER=none", "OTEL_EXPORTER_OTLP_ENDPOINT="} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", c.URL)
			variable, value, _ := strings.Cut(name, "=")
			t.Setenv(variable, value)
			traces, err := newTraces(t.Context(), logger)
			if err != nil || traces.provider != nil {
				t.Errorf("%v %v", traces, err)
			}
			traces.stopper(t.Context(), logger)()
			if err := goleak.Find(before); err != nil {
				t.Error(err)
			}
		})
	}
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", c.URL) // the control
	traces, err := newTraces(t.Context(), logger)
	if err != nil || traces.provider == nil {
		t.Fatalf("%v %v", traces, err)
	}
	if goleak.Find(before, goleak.IgnoreAnyFunction("net/http.(*Server).Serve")) == nil {
		t.Error("nothing runs where traces are on")
	}
	traces.stopper(t.Context(), logger)()
	if err := goleak.Find(before); err != nil {
		t.Errorf("after they were stopped: %v", err)
	}
}

// The sampler is that of the standard variables.
func TestTracesAreSampledAsTold(t *testing.T) {
	for _, x := range []struct {
		sampler, arg string
		spans        int
	}{{"always_off", "", 0}, {"parentbased_traceidratio", "0", 0}, {"parentbased_traceidratio", "1", 1}} {
		c := newCollector(t)
		t.Setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", c.URL+"/v1/traces")
		t.Setenv("OTEL_TRACES_SAMPLER", x.sampler)
		t.Setenv("OTEL_TRACES_SAMPLER_ARG", x.arg)
		logger := slog.New(slog.DiscardHandler)
		traces, err := newTraces(t.Context(), logger)
		if err != nil {
			t.Fatal(err)
		}
		_, span := traces.provider.Tracer("").Start(t.Context(), "asked")
		span.End()
		traces.stopper(t.Context(), logger)()
		if got := len(c.named("asked")); got != x.spans {
			t.Errorf("%s %s: %d spans", x.sampler, x.arg, got)
		}
	}
}

// What is wrong with the variables is said, and not with the words of their values.
func TestFaultsOfTracesHoldNoSecrets(t *testing.T) {
	c := newCollector(t)
	c.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusUnauthorized) })
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", strings.Replace(c.URL, "http://", "http://user:"+hidden+"@", 1))
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "authorization:"+hidden+",x-key="+hidden)
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", hidden)
	var said bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&said, nil))
	traces, err := newTraces(t.Context(), logger)
	if err != nil {
		t.Fatal(err)
	}
	_, span := traces.provider.Tracer("").Start(t.Context(), "asked")
	span.End()
	traces.stopper(t.Context(), logger)()
	if strings.Contains(said.String(), hidden) {
		t.Errorf("%s", said.String())
	}
	for _, want := range []string{"parse headers", "OTEL_RESOURCE_ATTRIBUTES", "401"} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("%s is not in\n%s", want, said.String())
		}
	}
}
