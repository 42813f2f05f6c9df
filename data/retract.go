package data

import (
	"context"

	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// Retract takes a report back by a new entry; what stood before can still be
// asked for. revision is the number that the entry makes, one more than the one
// it takes back. The version it returns is deleted and says what the report said.
// A report that is retracted already, or never was, is report.ErrNotFound; one
// that somebody else has changed meanwhile is report.ErrConflict.
func (c *Corpus) Retract(ctx context.Context, actor, id string, revision int) (report.Added, error) {
	if old, ok := c.state.Load().reports.Get(id, log.AsOf{}); !ok || old.Deleted {
		return report.Added{Err: report.ErrNotFound}, nil
	}
	ch := change{entry: log.Entry{
		Kind: log.Report, ID: id, Op: log.Retract, Revision: revision, Recorded: c.now().UTC(), Actor: actor,
	}}
	results, err := c.commit(ctx, []change{ch})
	if err != nil {
		return report.Added{}, err
	}
	return c.state.Load().outcome(ch, results[0]), nil
}
