package data

import (
	"context"
	"fmt"
	"slices"

	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// Erase overwrites everything that a report ever said, in the log and in memory. Its
// id stays, with who wrote when, as a tombstone: it is never used again, and no asOf
// brings the report back. What was reckoned from it is reckoned again. The error is
// report.ErrNotFound where there is none, or nothing is left of it.
//
// It takes as long as opening the corpus, in which writers wait.
func (c *Corpus) Erase(ctx context.Context, actor, id, reason string) error {
	old, ok := c.Version(id, log.AsOf{})
	if !ok {
		return fmt.Errorf("report %q: %w", id, report.ErrNotFound)
	}
	written, err := c.overwrite(ctx, actor, reason, []*rewritten{{id: id, bodies: make([][]byte, old.Revision)}})
	if err == nil && written == 0 {
		err = fmt.Errorf("report %q %w", id, errMeanwhile)
	}
	return err
}

// Rewrite overwrites what reports said, in all their versions, with what coarse makes
// of it, and returns of how many. Reports of which nothing changes are left alone. What
// coarse is given is a version as the log has it; it must be pure, and must make nothing
// more of what it has made. Without actor nothing is written and it is only counted.
//
// What somebody else wrote of a report meanwhile, or overwrote by another node, is read
// again: two that do the same at once leave what one would have left.
func (c *Corpus) Rewrite(ctx context.Context, actor, reason string, coarse func(v *report.Version) report.Report) (int, error) {
	n := 0
	for range rewriteTries {
		due, err := c.due(ctx, coarse)
		if err != nil || len(due) == 0 || actor == "" {
			return n + len(due), err
		}
		written, err := c.overwrite(ctx, actor, reason, due)
		if n += written; err != nil || written == len(due) {
			return n, err
		}
	}
	return n, fmt.Errorf("some reports %w", errMeanwhile)
}

// rewriteTries is how often what is due is read, where others write it too.
const rewriteTries = 5

// overwrite writes what is due, and returns of how many reports it was: not of those that
// somebody else wrote meanwhile.
func (c *Corpus) overwrite(ctx context.Context, actor, reason string, due []*rewritten) (written int, err error) {
	var changes []change
	for _, d := range due {
		changes = append(changes, c.redaction(actor, d.id, reason, d.bodies))
	}
	results, err := c.commit(ctx, changes)
	if err != nil {
		return 0, err
	}
	for _, r := range results {
		if r.Outcome == log.Appended {
			written++
		}
	}
	return written, nil
}

func (c *Corpus) redaction(actor, id, reason string, past [][]byte) change {
	return change{entry: log.Entry{
		Kind: log.Report, ID: id, Op: log.Redact, Revision: len(past) + 1, Recorded: c.now().UTC(), Actor: actor, Reason: reason, Past: past,
	}}
}

// rewritten is a report with the bodies of all its entries as they are to be.
type rewritten struct {
	id      string
	bodies  [][]byte
	differs bool // one of them from what is there
}

// due reads the log for the reports of which something is to be overwritten, in the
// order of their first appearance: first for which they are, since most are not, then
// for what they said, which somebody else may have overwritten meanwhile.
func (c *Corpus) due(ctx context.Context, coarse func(*report.Version) report.Report) (due []*rewritten, err error) {
	of := map[string]*rewritten{}
	err = c.rewriting(ctx, coarse, func(e *log.Entry, body []byte) {
		if of[e.ID] == nil && string(body) != string(e.Body) {
			of[e.ID] = &rewritten{id: e.ID}
		}
	})
	if err != nil || len(of) == 0 {
		return nil, err
	}
	err = c.rewriting(ctx, coarse, func(e *log.Entry, body []byte) {
		r := of[e.ID]
		if r == nil {
			return
		}
		if len(r.bodies) == 0 {
			due = append(due, r)
		}
		r.bodies = append(r.bodies, slices.Clone(body))
		r.differs = r.differs || string(body) != string(e.Body)
	})
	return slices.DeleteFunc(due, func(r *rewritten) bool { return !r.differs }), err
}

// rewriting reads the entries about reports and yields the body that each is to have,
// which may not be kept; that of one without a body is nil.
func (c *Corpus) rewriting(ctx context.Context, coarse func(*report.Version) report.Report, yield func(e *log.Entry, body []byte)) error {
	w := writer{frontier: c.frontier}
	var body []byte
	return c.Entries(ctx, 0, func(e log.Entry) error {
		if e.Kind != log.Report {
			return nil
		}
		ch, err := w.decode(e)
		if err != nil {
			return err
		}
		if ch.report == nil {
			yield(&e, nil)
			return nil
		}
		next := coarse(&report.Version{Report: *ch.report, Place: ch.place, FID: e.FID, Seq: e.Seq, Revision: e.Revision, Recorded: e.Recorded})
		body = report.AppendBody(body[:0], &next)
		yield(&e, body)
		return nil
	})
}

// forget makes memory anew from the log, once something in it was overwritten: what
// memory has read before then is nowhere any more.
func (c *Corpus) forget() error {
	if !c.writer.stale {
		return nil
	}
	var fresh writer
	if err := fresh.init(c.config); err != nil {
		return err
	}
	err := fresh.reports.Load(func() error {
		return c.log.Scan(context.Background(), 0, fresh.replay)
	})
	if err != nil {
		return fmt.Errorf("read the log again: %w", err)
	}
	fresh.stale = false
	c.writer = fresh
	c.found.forget(fresh.redacted)
	return nil
}

// Redacted is the position of the newest entry that overwrote others; 0: there is none.
// What was answered before for an earlier position need not be the answer any more.
func (c *Corpus) Redacted() log.Seq { return c.state.Load().redacted }
