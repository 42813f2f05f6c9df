package view

import (
	"context"
	"fmt"
	"slices"

	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// entry is what the view shows for a row. e is the entry of the master that the row
// comes from.
func (l *Log) entry(ctx context.Context, e *log.Entry, rows []row, at int) (log.Entry, error) {
	l.mu.Lock()
	of := &l.records[rows[at].record]
	shown := log.Entry{
		Seq: log.Seq(at + 1), FID: int64(of.fid), Kind: of.kind, ID: of.id, Revision: int(rows[at].revision),
		Op: log.Correct, Recorded: e.Recorded,
	}
	l.mu.Unlock()
	own := e.Kind == shown.Kind && e.ID == shown.ID
	switch {
	case own && e.Op == log.Retract:
		shown.Op = log.Retract
		return shown, nil
	case shown.Revision == 1:
		shown.Op = log.Create
	}
	switch {
	case shown.Kind != log.Report:
		shown.Body = slices.Clone(e.Body)
		if shown.Kind == log.Flag {
			shown.Reason = e.Reason // one of a list
		}
		return shown, nil
	case own:
		r, err := report.DecodeBody(e.Body)
		if err != nil {
			return shown, fmt.Errorf("entry %d of the master: %w", e.Seq, err)
		}
		shown.Body = l.body(r, at)
		return shown, nil
	}
	v, err := l.master.Report(ctx, shown.ID, log.AsOf{Seq: e.Seq})
	if err != nil {
		return shown, fmt.Errorf("told again at entry %d of the master: %w", e.Seq, err)
	}
	shown.Body = l.body(v.Report, at)
	return shown, nil
}

// body is a report as the class is shown it in a row.
func (l *Log) body(r report.Report, at int) []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	shown := l.class.Shown(l.master.Frontier(), r, l.sources[r.Source].source, func(id string) bool {
		i, ok := l.known[name{log.Report, id}]
		return ok && int(l.records[i].first) <= at
	})
	return report.AppendBody(nil, &shown)
}
