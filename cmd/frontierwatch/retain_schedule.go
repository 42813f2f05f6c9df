package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"frontierwatch/data"
	"frontierwatch/geo/report"
)

// retainFlag is when a serving process makes old positions coarser by itself.
type retainFlag struct {
	retentionFlag
	RetainEvery time.Duration `placeholder:"TIME" help:"Make positions coarser that have become old enough, at start and then so often, by the rules of --retain (never); of several nodes over a database one is enough, and more do no harm."`
}

// check refuses a schedule that cannot be kept, and rules without one: they would look
// as if they held.
func (f *retainFlag) check() error {
	_, err := f.rules()
	switch {
	case err != nil:
		return err
	case f.RetainEvery == 0 && len(f.Retain) > 0:
		return wrongUse{fmt.Errorf("--retain says from when on positions are coarse, and nothing says when that is done: give --retain-every, like 24h")}
	case f.RetainEvery != 0 && f.RetainEvery < time.Minute:
		return wrongUse{fmt.Errorf("--retain-every %s is less than a minute", f.RetainEvery)}
	}
	return nil
}

// retaining makes old positions coarser in a corpus that is being served.
type retaining struct {
	corpus  *data.Corpus
	rules   retentions
	now     func() time.Time
	logger  *slog.Logger
	coarser prometheus.Counter
	last    prometheus.Gauge
}

func newRetaining(corpus *data.Corpus, rules retentions, now func() time.Time, w *watch) *retaining {
	r := &retaining{
		corpus: corpus, rules: rules, now: now, logger: w.logger,
		coarser: prometheus.NewCounter(prometheus.CounterOpts{Name: "frontierwatch_retention_reports_total", Help: "Reports whose positions were made coarser by this node, as the rules of retention have it."}),
		last:    prometheus.NewGauge(prometheus.GaugeOpts{Name: "frontierwatch_retention_last_success_timestamp_seconds", Help: "When the rules of retention were last applied to all reports; 0: not since this node was started."}),
	}
	if w.metrics != nil {
		w.metrics.registry.MustRegister(r.coarser, r.last)
	}
	return r
}

// start does it until the context ends or the returned function is called, which waits
// for what is under way.
func (f *retainFlag) start(ctx context.Context, corpus *data.Corpus, now func() time.Time, w *watch) (stop func()) {
	if f.RetainEvery == 0 {
		return func() {}
	}
	rules, _ := f.rules() // check has
	return every(ctx, f.RetainEvery, newRetaining(corpus, rules, now, w).run)
}

// run does it now and at every tick. What fails is told of, and tried again at the next.
func (r *retaining) run(ctx context.Context, ticks <-chan time.Time) {
	for {
		head, _ := r.corpus.Head()
		r.logger.Info("retention begins", "entries", head)
		n, err := r.once(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			r.logger.Error("retention failed", "error", err.Error())
		default:
			r.coarser.Add(float64(n))
			r.last.Set(float64(r.now().Unix()))
			r.logger.Info("retention done", "coarser", n)
		}
		select {
		case <-ticks:
		case <-ctx.Done():
			return
		}
	}
}

// often is how many versions are looked at between two lines of the log.
const often = 250_000

// once makes coarser what is due, and returns how many reports that were. The log is read
// once, which takes about as long as opening the store did, and twice more where something
// was due; writers wait for the last.
func (r *retaining) once(ctx context.Context) (int, error) {
	kept, looked := r.rules.kept(r.corpus.Frontier(), r.now()), 0
	return r.corpus.Rewrite(ctx, localSource().ID, retention, func(v *report.Version) report.Report {
		if looked++; looked%often == 0 {
			r.logger.Info("retention", "looked", looked, "at", v.Seq)
		}
		return kept(v)
	})
}
