package view

import (
	"context"
	"math"
	"time"

	"frontierwatch/data"
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/guard"
	"frontierwatch/geo/log"
	"frontierwatch/geo/reader"
	"frontierwatch/geo/report"
)

var anyDistance = frontier.Meters(math.Inf(1))

// week is what a public view was made for: it stands until the next week is
// released, so that the same cell says the same to everybody until then, or until
// something is erased.
type week struct {
	until    time.Time // the log up to here
	redacted log.Seq   // as it was after this entry
	says     says      // of all that is said
}

// stands says whether the view still holds: ErrRebuilt, it does not.
func (w *week) stands(master *data.Corpus) error {
	if released(master.Config().Now()).After(w.until) || master.Redacted() != w.redacted {
		return ErrRebuilt
	}
	return nil
}

// openPublic is a corpus over the cells that the public is told of.
func openPublic(ctx context.Context, master *data.Corpus) (*View, error) {
	return openCells(ctx, master, suppressed)
}

// openCells is a corpus over what is said of the cells of a master.
func openCells(ctx context.Context, master *data.Corpus, say func(people float64) (span, bool)) (*View, error) {
	cfg := master.Config()
	w := &week{until: released(cfg.Now()), redacted: master.Redacted()}
	g, err := gather(ctx, master, cfg.Frontier, cfg.Sources, w.until)
	if err != nil {
		return nil, err
	}
	var l listed
	for _, c := range g.cells(cfg.Frontier, w.until.Add(-late), say) {
		l.add(c.report(cfg.Frontier))
	}
	w.says.begin([]report.Source{publishedSource()})
	for i := range l.entries {
		w.says.add(&l.entries[i])
	}
	cfg.Log, cfg.Sources, cfg.Posts = &l, []report.Source{publishedSource()}, []guard.Post{}
	corpus, err := data.Open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	return &View{Corpus: corpus, master: master, class: reader.Class{}, weeks: w, ended: make(chan struct{})}, nil
}

// listed is a log of reports that nobody adds to.
type listed struct{ entries []log.Entry }

// add puts a report in, recorded when it was published.
func (l *listed) add(r report.Report) {
	n := len(l.entries) + 1
	l.entries = append(l.entries, log.Entry{
		Seq: log.Seq(n), FID: int64(n), Kind: log.Report, ID: r.ID, Revision: 1, Op: log.Create, Recorded: r.Published, Body: report.AppendBody(nil, &r),
	})
}

// Append refuses.
func (*listed) Append(context.Context, []log.Entry) ([]log.Result, error) { return nil, errReadOnly }

// Head is how many there are.
func (l *listed) Head(context.Context) (log.Seq, error) { return log.Seq(len(l.entries)), nil }

// Close does nothing.
func (*listed) Close() error { return nil }

// Scan yields them in turn.
func (l *listed) Scan(ctx context.Context, after log.Seq, yield func(log.Entry) error) error {
	for _, e := range l.entries[min(after, log.Seq(len(l.entries))):] {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err := yield(e); err != nil {
			return err
		}
	}
	return nil
}
