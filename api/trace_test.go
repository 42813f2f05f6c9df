package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
)

// tracedServer answers with spans that are kept.
type tracedServer struct {
	*testing.T
	http.Handler
	corpus *fake
	kept   *tracetest.InMemoryExporter
}

func newTracedServer(t *testing.T, sampler sdk.Sampler, set ...func(*Config)) *tracedServer {
	t.Helper()
	s := &tracedServer{T: t, corpus: newFake(), kept: tracetest.NewInMemoryExporter()}
	provider := sdk.NewTracerProvider(sdk.WithSyncer(s.kept), sdk.WithSampler(sampler))
	t.Cleanup(func() { provider.Shutdown(context.Background()) })
	c := Config{Corpus: s.corpus, Access: doorOfTwo{s.corpus}, Now: noon, Version: "1.2.3", Tracing: provider}
	for _, f := range set {
		f(&c)
	}
	s.Handler = New(c)
	return s
}

// ask sends a request and returns the spans that it made, those within others first.
func (s *tracedServer) ask(key, method, target, body string, headers ...string) (tracetest.SpanStubs, int) {
	s.Helper()
	s.kept.Reset()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/geo+json")
	if key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return s.kept.GetSpans(), w.Code
}

// said is the attributes of a span as a text.
func said(s tracetest.SpanStub) string {
	all := make([]string, len(s.Attributes))
	for i, a := range s.Attributes {
		all[i] = fmt.Sprintf("%s=%s", a.Key, a.Value.String())
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

func TestSpansOfRequests(t *testing.T) {
	s := newTracedServer(t, sdk.AlwaysSample())
	for _, x := range []struct{ key, method, target, body, names, said string }{
		{"a", "POST", "/collections/reports/items", reportText("one", -97, "2017-01-01T00:00:00Z", 3), "append reports, POST /collections/reports/items",
			"frontierwatch.reader.tier=analyst frontierwatch.request_id=r http.request.method=POST http.response.status_code=201 http.route=/collections/reports/items"},
		{"p", "GET", "/collections/reports/items/one?f=json", "", "GET /collections/reports/items/:id",
			"frontierwatch.reader.tier=partner frontierwatch.request_id=r http.request.method=GET http.response.status_code=200 http.route=/collections/reports/items/:id"},
		{"", "GET", "/hotspots", "", "detect hotspots, GET /hotspots",
			"frontierwatch.reader.tier=public frontierwatch.request_id=r http.request.method=GET http.response.status_code=200 http.route=/hotspots"},
		{"", "GET", "/nothing/like/it", "", "GET",
			"frontierwatch.reader.tier=public frontierwatch.request_id=r http.request.method=GET http.response.status_code=404"},
		{"", "BREW", "/hotspots", "", "other", "frontierwatch.request_id=r http.request.method=other http.response.status_code=401"},
		{"wrong", "GET", "/hotspots", "", "GET", "frontierwatch.request_id=r http.request.method=GET http.response.status_code=401"},
	} {
		spans, _ := s.ask(x.key, x.method, x.target, x.body, "X-Request-Id", "r")
		var names []string
		for _, span := range spans {
			names = append(names, span.Name)
		}
		if got := strings.Join(names, ", "); got != x.names {
			t.Errorf("%s %s makes the spans %s", x.method, x.target, got)
			continue
		}
		server := spans[len(spans)-1]
		if got := said(server); got != x.said || server.SpanKind != trace.SpanKindServer || server.Parent.IsValid() {
			t.Errorf("%s %s: %s, %v, in %v", x.method, x.target, got, server.SpanKind, server.Parent)
		}
		for _, child := range spans[:len(spans)-1] {
			if child.Parent.SpanID() != server.SpanContext.SpanID() || child.SpanContext.TraceID() != server.SpanContext.TraceID() {
				t.Errorf("%s is not within %s", child.Name, server.Name)
			}
			if child.StartTime.Before(server.StartTime) || child.EndTime.After(server.EndTime) {
				t.Errorf("%s is longer than %s", child.Name, server.Name)
			}
		}
	}
}

const (
	sampledParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	droppedParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"
)

// The trace of a caller goes on here only if somebody vouches for the caller.
func TestParentsOfStrangersAreOnlyLinkedTo(t *testing.T) {
	parent, _ := parentOf(http.Header{headerTraceParent: {sampledParent}})
	open := func(c *Config) { c.Access = nil }
	for _, x := range []struct {
		name, key string
		set       []func(*Config)
		goesOn    bool
	}{
		{"a key", "a", nil, true}, {"no key", "", nil, false}, {"a wrong key", "wrong", nil, false},
		{"nobody is told apart", "", []func(*Config){open}, false}, {"nobody is told apart, and a key", "a", []func(*Config){open}, false},
	} {
		s := newTracedServer(t, sdk.AlwaysSample(), x.set...)
		spans, _ := s.ask(x.key, "GET", "/conformance", "", "Traceparent", sampledParent)
		span := spans[len(spans)-1]
		inside := span.Parent.SpanID() == parent.SpanID() && span.SpanContext.TraceID() == parent.TraceID() && len(span.Links) == 0
		linked := !span.Parent.IsValid() && span.SpanContext.TraceID() != parent.TraceID() && len(span.Links) == 1 && span.Links[0].SpanContext.Equal(parent)
		if inside != x.goesOn || linked == x.goesOn {
			t.Errorf("%s: in %v with links %v", x.name, span.Parent, span.Links)
		}
		if spans, _ := s.ask(x.key, "GET", "/conformance", "", "Traceparent", sampledParent, "Traceparent", sampledParent); spans[0].Parent.IsValid() || len(spans[0].Links) > 0 {
			t.Errorf("%s: of two parents one is believed", x.name)
		}
	}
}

// A stranger can neither have recorded what would not be, nor the other way round.
func TestStrangersDoNotDecideWhatIsRecorded(t *testing.T) {
	for _, x := range []struct {
		root        sdk.Sampler
		key, parent string
		spans       int
	}{
		{sdk.NeverSample(), "", sampledParent, 0}, {sdk.NeverSample(), "wrong", sampledParent, 0}, {sdk.NeverSample(), "a", sampledParent, 1},
		{sdk.AlwaysSample(), "", droppedParent, 1}, {sdk.AlwaysSample(), "wrong", droppedParent, 1}, {sdk.AlwaysSample(), "a", droppedParent, 0},
	} {
		s := newTracedServer(t, sdk.ParentBased(x.root))
		if spans, _ := s.ask(x.key, "GET", "/conformance", "", "Traceparent", x.parent); len(spans) != x.spans {
			t.Errorf("with key %q and %s: %d spans", x.key, x.parent, len(spans))
		}
	}
}

// Nothing that a caller sends is in a span, wherever it stands in the request.
func TestSpansHoldNothingOfCallers(t *testing.T) {
	const canary = "canary"
	s := newTracedServer(t, sdk.AlwaysSample())
	headers := []string{"Traceparent", sampledParent, "Tracestate", "a=" + canary, "Baggage", "a=" + canary, "User-Agent", canary, "Referer", "http://" + canary, "Origin", "http://" + canary,
		"X-Forwarded-For", canary, "Idempotency-Key", canary, "Cookie", canary, "X-Request-Id", "not an id " + canary}
	for _, key := range []string{"", "a", canary} {
		for _, x := range []struct{ method, target, body string }{
			{"POST", "/collections/reports/items", reportText(canary, -97, "2017-01-01T00:00:00Z", 3)},
			{"POST", "/collections/reports/items", canary},
			{"POST", "/imports?" + canary, canary},
			{"DELETE", "/collections/reports/items/" + canary, ""},
			{"GET", "/collections/flags/items/" + canary, ""},
			{"GET", "/collections/flags/items/" + canary + "/receipt", ""},
			{"GET", "/hotspots?bbox=" + canary, ""},
			{"GET", "/collections/reports/items?filter=id%3D'" + canary + "'", ""},
			{"GET", "/" + canary, ""}, {canary, "/hotspots", ""}, {"GET", "/collections/" + canary + "/items", ""},
		} {
			spans, _ := s.ask(key, x.method, x.target, x.body, headers...)
			if len(spans) == 0 {
				t.Errorf("%s %s makes no span", x.method, x.target)
			}
			if text := fmt.Sprintf("%+v", spans); strings.Contains(text, canary) {
				t.Errorf("%s %s: %s", x.method, x.target, text)
			}
		}
	}
	spans, _ := s.ask("", "GET", "/", "", "X-Request-Id", canary) // the control: a number of a request is there
	if !strings.Contains(fmt.Sprintf("%+v", spans), canary) {
		t.Error("the texts of spans are not looked through")
	}
}

// That the server failed is said, without the reason; that a caller did is not.
func TestFailuresInSpans(t *testing.T) {
	s := newTracedServer(t, sdk.AlwaysSample())
	s.ask("a", "POST", "/collections/reports/items", reportText("one", -97, "2017-01-01T00:00:00Z", 3))
	conflict, code := s.ask("a", "POST", "/collections/reports/items", reportText("one", -97, "2017-01-01T00:00:00Z", 4))
	if code != 409 || len(conflict) != 2 || conflict[0].Status.Code != codes.Unset || conflict[1].Status.Code != codes.Unset {
		t.Errorf("a conflict: %d %+v", code, conflict)
	}
	s.corpus.full = errors.New("canary")
	failed, code := s.ask("a", "POST", "/collections/reports/items", reportText("two", -97, "2017-01-01T00:00:00Z", 4))
	if code != 500 || len(failed) != 2 || failed[0].Status.Code != codes.Error || failed[1].Status.Code != codes.Error {
		t.Errorf("a failure: %d %+v", code, failed)
	}
	if strings.Contains(fmt.Sprintf("%+v", failed), "canary") {
		t.Error("the reason is in a span")
	}
}

// panicking is a corpus that says in its panic what nobody may know.
type panicking struct{ Corpus }

func (panicking) Ready() error { panic("canary") }

func TestPanicsAreNotWrittenIntoSpans(t *testing.T) {
	s := newTracedServer(t, sdk.AlwaysSample(), func(c *Config) { c.Corpus = panicking{c.Corpus}; c.Access = nil })
	spans, code := s.ask("", "GET", "/readyz", "")
	if code != 500 || len(spans) != 1 || strings.Contains(fmt.Sprintf("%+v", spans), "canary") {
		t.Errorf("%d %+v", code, spans)
	}
	outer := &gate{tracer: sdk.NewTracerProvider(sdk.WithSyncer(s.kept)).Tracer("")}
	s.kept.Reset()
	func() {
		defer func() { recover() }()
		outer.hand(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("canary") }), httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil), admission{}, time.Now())
	}()
	if spans := s.kept.GetSpans(); len(spans) != 1 || strings.Contains(fmt.Sprintf("%+v", spans), "canary") {
		t.Errorf("%+v", spans)
	}
}

// Without tracing the corpus is asked directly, and handing a request on takes as
// much memory as putting into it what the gate found out.
func TestNoTracingCostsNothing(t *testing.T) {
	f := newFake()
	if s := newServer(Config{Corpus: f, Now: noon}); s.corpus != Corpus(f) || s.tracer != nil {
		t.Error("something stands before the corpus")
	}
	w, r, a := httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil), admission{reader: Owner()}
	nothing := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	plain := func(h http.Handler, w http.ResponseWriter, r *http.Request, a admission) {
		h.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), admissionKey{}, a)))
	}
	least := testing.AllocsPerRun(100, func() { plain(nothing, w, r, a) })
	hand := func(g *gate) float64 {
		return testing.AllocsPerRun(100, func() { g.hand(nothing, w, r, a, time.Time{}) })
	}
	if got := hand(&gate{}); got > least {
		t.Errorf("%v allocations, and %v are needed", got, least)
	}
	if got := hand(&gate{tracer: sdk.NewTracerProvider().Tracer("")}); got <= least { // the control
		t.Errorf("a span takes %v allocations", got)
	}
}

func FuzzTraceParent(f *testing.F) {
	for _, text := range []string{
		sampledParent, droppedParent, "", "00", sampledParent + "-", "01" + sampledParent[2:] + "-more", "ff" + sampledParent[2:], strings.ToUpper(sampledParent),
		"00-00000000000000000000000000000000-b7ad6b7169203331-01", "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", sampledParent[:53] + "ff", sampledParent[:53] + "0g",
		"cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.", sampledParent + "0",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		h := http.Header{headerTraceParent: {text}}
		if strings.HasPrefix(text, "00") && len(text) >= 55 && (len(text) > 55 || text[53:] > "03") {
			return // OpenTelemetry takes a dash too much here, and refuses flags that are to be ignored
		}
		want := trace.SpanContextFromContext(propagation.TraceContext{}.Extract(context.Background(), propagation.HeaderCarrier(h)))
		got, ok := parentOf(h)
		if ok != got.IsValid() {
			t.Errorf("%q: %v and %+v", text, ok, got)
		}
		if got.TraceID() != want.TraceID() || got.SpanID() != want.SpanID() || got.TraceFlags() != want.TraceFlags() || got.IsRemote() != want.IsRemote() {
			t.Errorf("%q: %+v, and OpenTelemetry reads %+v", text, got, want)
		}
	})
}
