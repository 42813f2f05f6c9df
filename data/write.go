package data

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// Add stores reports, each on its own: one that is refused does not keep the
// others from being stored. It returns when they are durable and visible.
func (c *Corpus) Add(ctx context.Context, actor string, reports []report.Report) ([]report.Added, error) {
	return c.store(ctx, actor, log.Create, reports, func(int) int { return 1 })
}

// Correct replaces reports by their next revisions; revisions[i] is the number
// that reports[i] makes, one more than the one it replaces.
func (c *Corpus) Correct(ctx context.Context, actor string, reports []report.Report, revisions []int) ([]report.Added, error) {
	return c.store(ctx, actor, log.Correct, reports, func(i int) int { return revisions[i] })
}

// Check says what Add would refuse or have already, and stores nothing.
func (c *Corpus) Check(_ context.Context, reports []report.Report) []report.Added {
	s := c.state.Load()
	added := make([]report.Added, len(reports))
	for i := range reports {
		r := report.Rounded(reports[i])
		place, err := c.accept(s, &r)
		if err != nil {
			added[i].Err = err
			continue
		}
		if old, ok := s.reports.Get(r.ID, log.AsOf{}); ok {
			added[i].Already = string(report.AppendBody(nil, &old.Report)) == string(report.AppendBody(nil, &r))
			if !added[i].Already {
				added[i].Err = report.ErrConflict
				continue
			}
		}
		added[i].Version = &report.Version{Report: r, Place: place, Revision: 1}
	}
	return added
}

// without tells what became of one change.
func without(_ *state, _ change, result log.Result) report.Added {
	switch result.Outcome {
	case log.Conflict:
		return report.Added{Err: report.ErrConflict}
	case log.Missing:
		return report.Added{Err: report.ErrNotFound}
	}
	return report.Added{Already: result.Outcome == log.Already}
}

// outcome tells it with the version, at a state that holds it.
func (s *state) outcome(c change, result log.Result) report.Added {
	added := without(s, c, result)
	if added.Err != nil {
		return added
	}
	v, ok := s.reports.Get(c.entry.ID, log.AsOf{Seq: result.Seq})
	if !ok {
		return report.Added{Err: fmt.Errorf("report %s is in the log at %d but not in memory", c.entry.ID, result.Seq)}
	}
	added.Version = v
	return added
}

// accept checks a report, which is rounded, against the house: the record's own rules, a
// source that is registered, a place on the frontier. Every fault is in the error. A
// report without a label gets that of its source.
func (c *Corpus) accept(s *state, r *report.Report) (frontier.Place, error) {
	faults := report.ValidateRounded(r, c.now())
	source, ok := s.sources.find(r.Source, log.AsOf{})
	if !ok && r.Source != "" {
		faults = append(faults, report.Fault{Member: "/properties/source", Detail: "is not a registered source; use one of " + s.sourceIDs()})
	}
	if r.TLP == "" {
		r.TLP = source.TLP
	}
	if placeless(r, faults) {
		return frontier.Place{}, faults
	}
	at, err := place(c.frontier, r, c.limit)
	if err == nil && len(faults) == 0 {
		return at, nil
	}
	var more report.Faults
	if errors.As(err, &more) {
		faults = append(faults, more...)
	} else if err != nil && len(faults) > 0 {
		faults = append(faults, report.Fault{Member: "/geometry", Detail: err.Error()})
	}
	if len(faults) > 0 {
		return at, faults
	}
	return at, err
}

// placeless says whether the place of a report is wrong in itself, so that
// there is nothing to locate.
func placeless(r *report.Report, faults report.Faults) bool {
	return (r.Point == nil) == (r.Stretch == nil) || slices.ContainsFunc(faults, func(f report.Fault) bool {
		return strings.HasPrefix(f.Member, "/geometry") || strings.HasPrefix(f.Member, "/properties/stretch")
	})
}

func (s *state) sourceIDs() string {
	var ids []string
	s.sources.each(log.AsOf{}, func(_ int64, source report.Source) { ids = append(ids, source.ID) })
	return strings.Join(ids, ", ")
}

// PutSource registers a source or changes what is said of it.
func (c *Corpus) PutSource(ctx context.Context, actor string, source report.Source) error {
	if faults := report.ValidateSource(source); len(faults) > 0 {
		return faults
	}
	s := c.state.Load()
	e := log.Entry{Kind: log.Source, ID: source.ID, Body: report.AppendSource(nil, &source)}
	old, revision := s.sources.newest(source.ID)
	if revision > 0 && string(report.AppendSource(nil, &old)) == string(e.Body) {
		return nil
	}
	return c.put(ctx, actor, e, revision, change{source: &source})
}

func (c *Corpus) put(ctx context.Context, actor string, e log.Entry, revision int, ch change) error {
	e.Op, e.Revision, e.Actor, e.Recorded = log.Create, revision+1, actor, c.now().UTC()
	if revision > 0 {
		e.Op = log.Correct
	}
	ch.entry = e
	results, err := c.commit(ctx, []change{ch})
	if err != nil {
		return err
	}
	if o := results[0].Outcome; o != log.Appended && o != log.Already {
		return fmt.Errorf("%s %s %w", e.Kind, e.ID, errMeanwhile)
	}
	return nil
}

var errMeanwhile = errors.New("was changed by somebody else at the same time; read it again")
