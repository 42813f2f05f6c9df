package postgis

import (
	"context"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
)

// Observe is told when a statement goes to the server, and ended when it is answered.
// The statement is its first word (SELECT, COMMIT), or batch for several that go
// together, n in number; nothing is said of what is in it. It may be called from any
// goroutine, and must not wait.
type Observe func(ctx context.Context, statement string, n int) (ended func(error))

// tracer tells of what pgx does. It implements pgx.QueryTracer and pgx.BatchTracer.
type tracer struct{ observe Observe }

type endedKey struct{}

func (t tracer) begin(ctx context.Context, statement string, n int) context.Context {
	var once sync.Once // pgx tells of a batch that could not be sent twice
	ended := t.observe(ctx, statement, n)
	return context.WithValue(ctx, endedKey{}, func(err error) { once.Do(func() { ended(err) }) })
}

func end(ctx context.Context, err error) {
	if ended, ok := ctx.Value(endedKey{}).(func(error)); ok {
		ended(err)
	}
}

// TraceQueryStart implements pgx.QueryTracer.
func (t tracer) TraceQueryStart(ctx context.Context, _ *pgx.Conn, q pgx.TraceQueryStartData) context.Context {
	word, _, _ := strings.Cut(strings.TrimSpace(q.SQL), " ")
	return t.begin(ctx, strings.ToUpper(word), 1)
}

// TraceQueryEnd implements pgx.QueryTracer.
func (t tracer) TraceQueryEnd(ctx context.Context, _ *pgx.Conn, q pgx.TraceQueryEndData) {
	end(ctx, q.Err)
}

// TraceBatchStart implements pgx.BatchTracer.
func (t tracer) TraceBatchStart(ctx context.Context, _ *pgx.Conn, b pgx.TraceBatchStartData) context.Context {
	return t.begin(ctx, "batch", b.Batch.Len())
}

// TraceBatchQuery implements pgx.BatchTracer: a batch is told of as a whole.
func (t tracer) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

// TraceBatchEnd implements pgx.BatchTracer.
func (t tracer) TraceBatchEnd(ctx context.Context, _ *pgx.Conn, b pgx.TraceBatchEndData) {
	end(ctx, b.Err)
}
