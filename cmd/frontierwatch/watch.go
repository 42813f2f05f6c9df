package main

import (
	"context"
	"log/slog"

	"frontierwatch/api"
	"frontierwatch/api/hook"
	"frontierwatch/data"
	"frontierwatch/data/postgis"
)

// watch is what an operator sees of a server besides its answers: lines of the log,
// traces and numbers. It is there before the store is opened, which may take longer
// than anything else.
type watch struct {
	logger  *slog.Logger
	traces  *traces
	metrics *metrics // nil: nobody asks for numbers
}

// watch makes what the flags and the environment ask for; stop sends what is left.
func (c *listenFlag) watch(s *session) (w *watch, stop func(), err error) {
	w = &watch{logger: slog.New(slog.NewTextHandler(s.err, nil))}
	if w.traces, err = newTraces(s, w.logger); err != nil {
		return nil, nil, err
	}
	if c.MetricsListen != "" {
		w.metrics = newMetrics(version())
	}
	return w, w.traces.stopper(s, w.logger), nil
}

// stages is what a corpus is opened with; nil: nobody wants to know.
func (w *watch) stages() data.Observe {
	switch {
	case w == nil || w.traces.provider == nil && w.metrics == nil:
		return nil
	case w.metrics == nil:
		return w.traces.stage
	case w.traces.provider == nil:
		return w.metrics.stage
	}
	return func(ctx context.Context, stage data.Stage, n int) (context.Context, func(error)) {
		_, counted := w.metrics.stage(ctx, stage, n)
		ctx, traced := w.traces.stage(ctx, stage, n)
		return ctx, func(err error) { counted(err); traced(err) }
	}
}

// statements is what a database is opened with; nil: nobody wants to know.
func (w *watch) statements() postgis.Observe {
	if w == nil || w.traces.provider == nil {
		return nil
	}
	return w.traces.statement
}

// into tells the API and the deliverer of it.
func (w *watch) into(c api.Config, corpus *data.Corpus, hooks *hooks) api.Config {
	var calls []func(int) func(hook.Attempt)
	if w.traces.provider != nil {
		c.Tracing = w.traces.provider
		calls = append(calls, w.traces.delivery)
	}
	if w.metrics != nil {
		c.Observer = w.metrics
		w.metrics.over(corpus, hooks.journal, c.Now)
		calls = append(calls, w.metrics.delivery)
	}
	if c.Deliverer != nil && len(calls) > 0 {
		c.Deliverer.Observe = func(tries int) func(hook.Attempt) {
			var ended []func(hook.Attempt)
			for _, begin := range calls {
				ended = append(ended, begin(tries))
			}
			return func(a hook.Attempt) {
				for _, end := range ended {
					end(a)
				}
			}
		}
	}
	return c
}
