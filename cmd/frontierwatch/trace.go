package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/go-logr/logr"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"frontierwatch/api/hook"
	"frontierwatch/data"
)

// flushing is how long a collector that does not answer may hold up the end: the next
// server may be waiting for the store.
const flushing = 5 * time.Second

// traces sends spans to a collector. The zero value sends none: nothing of it runs,
// and the API makes none.
type traces struct {
	provider *sdk.TracerProvider
}

// exports says whether the standard variables ask for traces; fault is why they are
// asked for in a way that is not known here. An endpoint switches them on, and so does
// otlp as the exporter, which has an endpoint of its own.
func exports(getenv func(string) string) (wanted bool, fault string) {
	value := func(names ...string) string {
		for _, name := range names {
			if v := strings.TrimSpace(getenv(name)); v != "" {
				return v
			}
		}
		return ""
	}
	endpoint := value("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
	if strings.EqualFold(value("OTEL_SDK_DISABLED"), "true") {
		return false, ""
	}
	switch exporter := value("OTEL_TRACES_EXPORTER"); {
	case exporter == "none", exporter == "" && endpoint == "":
		return false, ""
	case exporter != "" && exporter != "otlp":
		return false, "OTEL_TRACES_EXPORTER is neither otlp nor none"
	}
	if p := value("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"); p != "" && p != "http/protobuf" {
		return false, "OTEL_EXPORTER_OTLP_PROTOCOL is not http/protobuf, which is the only one here"
	}
	return true, ""
}

// newTraces begins to send spans, if the environment asks for it. What is wrong there
// is said in the log, and does not keep the program from serving. The endpoint, its
// headers and certificates, the sampler, the sizes of batches and the limits of spans
// are read by the modules of OpenTelemetry.
func newTraces(ctx context.Context, logger *slog.Logger) (*traces, error) {
	wanted, fault := exports(os.Getenv)
	if fault != "" {
		logger.Warn("traces are off", "reason", fault)
	}
	if !wanted {
		return &traces{}, nil
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		if !errors.Is(err, resource.ErrPartialResource) { // which has the text of the variable, and is said below
			logger.Warn("traces", "error", err)
		}
	}))
	otel.SetLogger(logr.FromSlogHandler(terse{logger.Handler()}))
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, fmt.Errorf("traces: %w", err)
	}
	about, err := resource.New(ctx, resource.WithTelemetrySDK(),
		resource.WithAttributes(attribute.String("service.name", "frontierwatch"), attribute.String("service.version", version())),
		resource.WithFromEnv()) // the last one decides
	if err != nil {
		logger.Warn("traces: OTEL_RESOURCE_ATTRIBUTES cannot be read whole")
	}
	return &traces{sdk.NewTracerProvider(sdk.WithBatcher(exporter), sdk.WithResource(about))}, nil
}

// stage implements data.Observe. Within a request that is recorded it is a span of that;
// the reading of a log when a server starts is one of its own.
func (t *traces) stage(ctx context.Context, stage data.Stage, entries int) (context.Context, func(error)) {
	if stage != data.StageRead && !trace.SpanFromContext(ctx).IsRecording() {
		return ctx, func(error) {}
	}
	ctx, span := t.provider.Tracer("frontierwatch/data").Start(ctx, string(stage))
	if entries > 0 {
		span.SetAttributes(attribute.Int("frontierwatch.entries", entries))
	}
	return ctx, ending(span)
}

// statement implements postgis.Observe, within what is recorded.
func (t *traces) statement(ctx context.Context, statement string, n int) func(error) {
	if !trace.SpanFromContext(ctx).IsRecording() {
		return func(error) {}
	}
	_, span := t.provider.Tracer("frontierwatch/data/postgis").Start(ctx, "postgresql "+statement, trace.WithSpanKind(trace.SpanKindClient),
		trace.WithAttributes(attribute.String("db.system.name", "postgresql"), attribute.String("db.operation.name", statement)))
	if n > 1 {
		span.SetAttributes(attribute.Int("db.operation.batch.size", n))
	}
	return ending(span)
}

// ending ends a span, and says whether it failed; not how, which could say of whom.
func ending(span trace.Span) func(error) {
	return func(err error) {
		if err != nil {
			span.SetStatus(codes.Error, "")
		}
		span.End()
	}
}

// delivery is the span of a call to who has subscribed: how often it was tried before
// and how it ended, and not who was told what. The receiver is told nothing of it.
func (t *traces) delivery(tries int) func(hook.Attempt) {
	_, span := t.provider.Tracer("frontierwatch/api/hook").Start(context.Background(), "deliver webhook",
		trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(attribute.String("http.request.method", "POST"), attribute.Int("http.request.resend_count", tries)))
	return func(a hook.Attempt) {
		if a.Status != 0 {
			span.SetAttributes(attribute.Int("http.response.status_code", a.Status))
		}
		if a.Status < 200 || a.Status >= 300 {
			span.SetStatus(codes.Error, "")
		}
		span.End()
	}
}

// stopper is how the spans that are left are sent, after everything that makes some has
// ended: for as long as flushing, but not beyond the time that there is from the end of
// ctx on, unless that leaves less than a second.
func (t *traces) stopper(ctx context.Context, logger *slog.Logger) (stop func()) {
	if t.provider == nil {
		return func() {}
	}
	ended := make(chan time.Time, 1)
	unhook := context.AfterFunc(ctx, func() { ended <- time.Now() })
	return func() {
		left := graceful
		if !unhook() {
			left -= time.Since(<-ended)
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), max(min(left, flushing), time.Second))
		defer cancel()
		if err := t.provider.Shutdown(ctx); err != nil {
			logger.Warn("traces: some were not sent", "error", err)
		}
	}
}

// terse leaves out everything but the message: what OpenTelemetry says of a header or
// an address that it cannot read has the text of it, which may be a secret.
type terse struct{ slog.Handler }

// Handle implements slog.Handler.
func (h terse) Handle(ctx context.Context, r slog.Record) error {
	return h.Handler.Handle(ctx, slog.NewRecord(r.Time, r.Level, "traces: "+r.Message, r.PC))
}

// WithAttrs implements slog.Handler.
func (h terse) WithAttrs([]slog.Attr) slog.Handler { return h }

// WithGroup implements slog.Handler.
func (h terse) WithGroup(string) slog.Handler { return h }
