package api

import (
	"context"
	"time"

	"frontierwatch/geo/guard"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// Correct and Retract, as the corpus does them.

func (f *fake) Correct(_ context.Context, actor string, reports []report.Report, revisions []int) ([]report.Added, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.full != nil {
		return nil, f.full
	}
	all := make([]report.Added, len(reports))
	for i, r := range reports {
		old, ok := f.index.Snapshot().Get(r.ID, log.AsOf{})
		if !ok {
			all[i].Err = report.ErrNotFound
			continue
		}
		if revisions[i] != old.Revision+1 {
			all[i].Err = report.ErrConflict
			continue
		}
		checked := f.checkNew(r)
		if all[i].Err = checked.Err; checked.Err == nil {
			all[i].Version = f.write(actor, old, checked.Version)
		}
	}
	return all, nil
}

func (f *fake) Retract(_ context.Context, actor, id string, revision int) (report.Added, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.full != nil {
		return report.Added{}, f.full
	}
	old, ok := f.index.Snapshot().Get(id, log.AsOf{})
	if !ok || old.Deleted {
		return report.Added{Err: report.ErrNotFound}, nil
	}
	if revision != old.Revision+1 {
		return report.Added{Err: report.ErrConflict}, nil
	}
	gone := *old
	gone.Deleted = true
	return report.Added{Version: f.write(actor, old, &gone)}, nil
}

func (f *fake) write(actor string, old, v *report.Version) *report.Version {
	f.head++
	f.actor, f.recorded = actor, noon().Add(time.Duration(f.head)*time.Millisecond)
	v.Seq, v.FID, v.Recorded, v.Revision, v.Replaces = f.head, old.FID, f.recorded, old.Revision+1, old.Seq
	f.index.Add(v)
	op := log.Correct
	if v.Deleted {
		op = log.Retract
	}
	f.entries = append(f.entries, entryOf(v, op))
	f.awaken()
	return v
}

// checkNew is check for a report whose id is taken.
func (f *fake) checkNew(r report.Report) report.Added {
	id := r.ID
	r.ID = "\x00" // nobody's
	a := f.check(r)
	if a.Version != nil {
		a.Version.ID = id
	}
	return a
}

func (f *fake) SwapPost(context.Context, string, *guard.Post, *guard.Post) error { return f.full }

func (f *fake) SwapSource(context.Context, string, *report.Source, *report.Source) error {
	return f.full
}

func entryOf(v *report.Version, op log.Operation) log.Entry {
	e := log.Entry{Seq: v.Seq, FID: v.FID, Kind: log.Report, ID: v.ID, Revision: v.Revision, Op: op, Recorded: v.Recorded, Actor: "secret", Reason: "secret"}
	if op != log.Retract {
		e.Body = report.AppendBody(nil, &v.Report)
	}
	return e
}

// Entries hands every body out in one buffer, since bodies may not be kept.
func (f *fake) Entries(_ context.Context, after log.Seq, yield func(log.Entry) error) error {
	f.mu.Lock()
	entries := f.entries
	f.mu.Unlock()
	var buffer []byte
	for _, e := range entries {
		if e.Seq <= after {
			continue
		}
		buffer = append(buffer[:0], e.Body...)
		e.Body = buffer
		if err := yield(e); err != nil {
			return err
		}
	}
	return f.broken
}

// awaken tells those who wait that there is another entry, with mu held.
func (f *fake) awaken() {
	if f.passed != nil {
		close(f.passed)
		f.passed = nil
	}
}

func (f *fake) Wait(ctx context.Context, after log.Seq) error {
	for {
		f.mu.Lock()
		head := f.head
		if f.passed == nil {
			f.passed = make(chan struct{})
		}
		passed := f.passed
		f.mu.Unlock()
		if head > after {
			return nil
		}
		select {
		case <-passed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
