package api

import (
	"context"
	"net/http"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"frontierwatch/geo/guard"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/report"
)

// tracedCorpus makes a span of what takes long in a request: of what is appended to
// the log, until it is durable, and of detection. What nobody has asked for by a
// request that is recorded has none.
type tracedCorpus struct {
	Corpus
	tracer trace.Tracer
}

// spanned runs something in a span, and says in the span whether the server failed; that
// a caller asked for what cannot be is no failure.
func spanned[T any](ctx context.Context, c *tracedCorpus, name string, run func(context.Context) (T, error), about ...attribute.KeyValue) (T, error) {
	if !trace.SpanFromContext(ctx).IsRecording() {
		return run(ctx)
	}
	ctx, span := c.tracer.Start(ctx, name, trace.WithAttributes(about...))
	defer func() { span.End() }() // not directly: it would write down what a panic says
	got, err := run(ctx)
	if err != nil && ctx.Err() == nil && problemOf(err).Status >= http.StatusInternalServerError {
		span.SetStatus(codes.Error, "") // the text could say of whom
	}
	return got, err
}

// alone is spanned, for what has no result but an error.
func alone(ctx context.Context, c *tracedCorpus, name string, run func(context.Context) error) error {
	_, err := spanned(ctx, c, name, func(ctx context.Context) (struct{}, error) { return struct{}{}, run(ctx) })
	return err
}

// Add implements Corpus.
func (c *tracedCorpus) Add(ctx context.Context, actor string, reports []report.Report) ([]report.Added, error) {
	return spanned(ctx, c, "append reports", func(ctx context.Context) ([]report.Added, error) {
		return c.Corpus.Add(ctx, actor, reports)
	}, attribute.Int(attributeReports, len(reports)))
}

// Correct implements Corpus.
func (c *tracedCorpus) Correct(ctx context.Context, actor string, reports []report.Report, revisions []int) ([]report.Added, error) {
	return spanned(ctx, c, "append corrections", func(ctx context.Context) ([]report.Added, error) {
		return c.Corpus.Correct(ctx, actor, reports, revisions)
	}, attribute.Int(attributeReports, len(reports)))
}

// Retract implements Corpus.
func (c *tracedCorpus) Retract(ctx context.Context, actor, id string, revision int) (report.Added, error) {
	return spanned(ctx, c, "append retraction", func(ctx context.Context) (report.Added, error) {
		return c.Corpus.Retract(ctx, actor, id, revision)
	})
}

// SwapPost implements Corpus.
func (c *tracedCorpus) SwapPost(ctx context.Context, actor string, old, next *guard.Post) error {
	return alone(ctx, c, "append post", func(ctx context.Context) error { return c.Corpus.SwapPost(ctx, actor, old, next) })
}

// SwapSource implements Corpus.
func (c *tracedCorpus) SwapSource(ctx context.Context, actor string, old, next *report.Source) error {
	return alone(ctx, c, "append source", func(ctx context.Context) error { return c.Corpus.SwapSource(ctx, actor, old, next) })
}

// PutFlag implements Corpus.
func (c *tracedCorpus) PutFlag(ctx context.Context, actor, id, state, reason string, q hotspot.Query) error {
	return alone(ctx, c, "append flag", func(ctx context.Context) error { return c.Corpus.PutFlag(ctx, actor, id, state, reason, q) })
}

// Segments implements Corpus.
func (c *tracedCorpus) Segments(ctx context.Context, q hotspot.Query) ([]hotspot.SegmentState, error) {
	return spanned(ctx, c, "detect segments", func(ctx context.Context) ([]hotspot.SegmentState, error) { return c.Corpus.Segments(ctx, q) })
}

// Series implements Corpus.
func (c *tracedCorpus) Series(ctx context.Context, q hotspot.Query) (hotspot.Series, error) {
	return spanned(ctx, c, "detect series", func(ctx context.Context) (hotspot.Series, error) { return c.Corpus.Series(ctx, q) })
}

// Hotspots implements Corpus.
func (c *tracedCorpus) Hotspots(ctx context.Context, q hotspot.Query) ([]hotspot.Hotspot, error) {
	return spanned(ctx, c, "detect hotspots", func(ctx context.Context) ([]hotspot.Hotspot, error) { return c.Corpus.Hotspots(ctx, q) })
}

// Flags implements Corpus.
func (c *tracedCorpus) Flags(ctx context.Context, q hotspot.Query) ([]hotspot.Flag, error) {
	return spanned(ctx, c, "detect flags", func(ctx context.Context) ([]hotspot.Flag, error) { return c.Corpus.Flags(ctx, q) })
}

// Flag implements Corpus.
func (c *tracedCorpus) Flag(ctx context.Context, id string, q hotspot.Query) (flag hotspot.Flag, taken []hotspot.Taken, err error) {
	err = alone(ctx, c, "detect flag", func(ctx context.Context) (err error) {
		flag, taken, err = c.Corpus.Flag(ctx, id, q)
		return err
	})
	return flag, taken, err
}

// Receipt implements Corpus.
func (c *tracedCorpus) Receipt(ctx context.Context, id string, q hotspot.Query) (hotspot.Receipt, error) {
	return spanned(ctx, c, "detect receipt", func(ctx context.Context) (hotspot.Receipt, error) { return c.Corpus.Receipt(ctx, id, q) })
}
