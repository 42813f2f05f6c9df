package data

import (
	"context"
	"fmt"

	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// Begin is Add that does not wait: it checks and places reports and hands them over
// to be written. wait returns what Add does, but no versions: who stores a file wants
// to know what was refused, and reading each report back would take longer than to
// place it. Who begins with the next reports before waiting for these stores a file up
// to twice as fast; what was begun first is written first.
func (c *Corpus) Begin(ctx context.Context, actor string, reports []report.Report) (wait func() ([]report.Added, error), err error) {
	return c.begin(ctx, actor, log.Create, reports, func(int) int { return 1 }, without)
}

func (c *Corpus) store(ctx context.Context, actor string, op log.Operation, reports []report.Report, revision func(int) int) ([]report.Added, error) {
	wait, err := c.begin(ctx, actor, op, reports, revision, (*state).outcome)
	if err != nil {
		return nil, err
	}
	return wait()
}

func (c *Corpus) begin(ctx context.Context, actor string, op log.Operation, reports []report.Report, revision func(int) int, outcome func(*state, change, log.Result) report.Added) (func() ([]report.Added, error), error) {
	s, now := c.state.Load(), c.now().UTC()
	added := make([]report.Added, len(reports))
	w := &write{changes: make([]change, 0, len(reports)), done: make(chan struct{})}
	of := make([]int, 0, len(reports)) // which report a change belongs to
	bodies := make([]byte, 0, len(reports)*bodySize)
	rounded := make([]report.Report, len(reports))
	for i := range reports {
		r := &rounded[i]
		*r = report.Rounded(reports[i])
		place, err := c.accept(s, r)
		if err != nil {
			added[i].Err = err
			continue
		}
		from := len(bodies)
		bodies = report.AppendBody(bodies, r)
		w.changes = append(w.changes, change{
			entry: log.Entry{
				Kind: log.Report, ID: r.ID, Op: op, Revision: revision(i), Recorded: now, Actor: actor,
				Body: bodies[from:len(bodies):len(bodies)], Says: r,
			},
			report: r, place: place,
		})
		of = append(of, i)
	}
	if len(w.changes) == 0 {
		return func() ([]report.Added, error) { return added, nil }, nil
	}
	if err := c.hand(ctx, w); err != nil {
		return nil, err
	}
	return func() ([]report.Added, error) {
		results, err := c.wait(ctx, w)
		if err != nil {
			return nil, err
		}
		after := c.state.Load()
		for k, result := range results {
			added[of[k]] = outcome(after, w.changes[k], result)
		}
		return added, nil
	}, nil
}

// bodySize is how long most bodies are at the most.
const bodySize = 384

// wait is until a write that was handed over is durable and visible.
func (c *Corpus) wait(ctx context.Context, w *write) ([]log.Result, error) {
	select {
	case <-w.done:
		return w.results, w.err
	case <-ctx.Done():
		return nil, fmt.Errorf("%w: %w", log.ErrUnknown, context.Cause(ctx))
	}
}
