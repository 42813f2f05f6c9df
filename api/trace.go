package api

import (
	"context"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// Rules of the spans: what a caller sends never becomes part of one, but for the
// number of the request and the two numbers of a traceparent. That leaves methods,
// routes of the API document, statuses, tiers and counts.

const (
	headerTraceParent = "Traceparent"

	attributeRequestID = "frontierwatch.request_id"
	attributeTier      = "frontierwatch.reader.tier"
	attributeReports   = "frontierwatch.reports"
)

// tracer makes the spans of the API; nil: there are none, and nothing is spent on them.
func (c *Config) tracer() trace.Tracer {
	if c.Tracing == nil {
		return nil
	}
	return c.Tracing.Tracer("frontierwatch/api", trace.WithInstrumentationVersion(c.Version))
}

// traced begins the span of a request. It begins when the request came, but is made
// only now that it is known who asks: of those who have no credential nobody may
// decide by a header what is recorded here, so that their trace is only linked to.
func (g *gate) traced(ctx context.Context, r *http.Request, a admission, begun time.Time) (context.Context, trace.Span) {
	options := []trace.SpanStartOption{
		trace.WithSpanKind(trace.SpanKindServer), trace.WithTimestamp(begun), trace.WithAttributes(attribute.String("http.request.method", method(r.Method))),
	}
	if a.refused == nil {
		options = append(options, trace.WithAttributes(attribute.String(attributeTier, a.reader.Tier.String())))
	}
	switch parent, ok := parentOf(r.Header); {
	case ok && g.vouched(r, a):
		ctx = trace.ContextWithRemoteSpanContext(ctx, parent)
	case ok:
		options = append(options, trace.WithNewRoot(), trace.WithLinks(trace.Link{SpanContext: parent}))
	}
	return g.tracer.Start(ctx, method(r.Method), options...)
}

// vouched says whether a request came with a credential that was found to be good.
// Where nobody is told apart what looks like one is none.
func (g *gate) vouched(r *http.Request, a admission) bool {
	return g.config.Access != nil && a.refused == nil && a.reader.ID != "" && r.Header.Get("Authorization") != ""
}

// answered says in the span of a request what became of it.
func (s *server) answered(c echo.Context, id string) {
	if s.tracer == nil {
		return
	}
	span, status := trace.SpanFromContext(c.Request().Context()), c.Response().Status
	if !span.IsRecording() {
		return
	}
	if route := c.Path(); route != "" {
		span.SetName(method(c.Request().Method) + " " + route)
		span.SetAttributes(attribute.String("http.route", route))
	}
	span.SetAttributes(attribute.Int("http.response.status_code", status), attribute.String(attributeRequestID, id))
	if status >= http.StatusInternalServerError {
		span.SetStatus(codes.Error, "")
	}
}

// parentOf reads the header traceparent (W3C Trace Context, 3.2); false: there is
// none, or it is not valid, which must be treated alike. Of tracestate and baggage,
// which can hold anything, nothing is read.
func parentOf(h http.Header) (trace.SpanContext, bool) {
	values := h[headerTraceParent]
	if len(values) != 1 || len(values[0]) < 55 {
		return trace.SpanContext{}, false
	}
	version, text := values[0][:2], values[0]
	later := version != "00" // which may have more after another dash
	if !lowerHex(version) || version == "ff" || !later && len(text) > 55 || len(text) > 55 && text[55] != '-' {
		return trace.SpanContext{}, false
	}
	if text[2] != '-' || text[35] != '-' || text[52] != '-' || !lowerHex(text[53:55]) {
		return trace.SpanContext{}, false
	}
	var c trace.SpanContextConfig
	var err error
	if c.TraceID, err = trace.TraceIDFromHex(text[3:35]); err != nil {
		return trace.SpanContext{}, false
	}
	if c.SpanID, err = trace.SpanIDFromHex(text[36:52]); err != nil {
		return trace.SpanContext{}, false
	}
	flags, _ := hex.DecodeString(text[53:55])
	c.TraceFlags, c.Remote = trace.TraceFlags(flags[0])&(trace.FlagsSampled|trace.FlagsRandom), true
	return trace.NewSpanContext(c), true
}

func lowerHex(s string) bool {
	return strings.Trim(s, "0123456789abcdef") == ""
}
