package data

import (
	"bytes"
	"context"
	"fmt"

	"frontierwatch/geo/guard"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// SwapPost puts next in the place of old, which must be what stands under its id:
// nothing is lost that somebody else has written meanwhile. Without old, next is
// a new post; without next, old is retracted. It answers report.Faults for a post
// that is not valid, report.ErrConflict where something else stands there, or
// stood there once, and report.ErrNotFound where nothing does. A new post that is
// there already, or a change that changes nothing, is no error and no entry.
func (c *Corpus) SwapPost(ctx context.Context, actor string, old, next *guard.Post) error {
	if next != nil {
		placed, err := guard.Place(c.frontier, *next)
		if faults := guard.ValidatePost(*next); len(faults) > 0 {
			return faults
		}
		if err != nil {
			return err
		}
		next = &placed
	}
	return swap[guard.Post]{
		kind: log.Post, records: c.state.Load().posts, body: guard.AppendPost,
		id:     func(p *guard.Post) string { return p.ID },
		change: func(p *guard.Post) change { return change{post: p} },
	}.do(ctx, c, actor, old, next)
}

// SwapSource does for sources what SwapPost does for posts. A source that has
// reported cannot be retracted (report.ErrConflict): its reports name it.
func (c *Corpus) SwapSource(ctx context.Context, actor string, old, next *report.Source) error {
	if next != nil {
		if faults := report.ValidateSource(*next); len(faults) > 0 {
			return faults
		}
	} else if _, reported := c.state.Load().latest[old.ID]; reported {
		return fmt.Errorf("source %s has reported: %w", old.ID, report.ErrConflict)
	}
	return swap[report.Source]{
		kind: log.Source, records: c.state.Load().sources, body: report.AppendSource,
		id:     func(s *report.Source) string { return s.ID },
		change: func(s *report.Source) change { return change{source: s} },
	}.do(ctx, c, actor, old, next)
}

// swap is how records of one kind are changed.
type swap[T any] struct {
	kind    log.Kind
	records records[T]
	body    func([]byte, *T) []byte
	id      func(*T) string
	change  func(*T) change
}

func (s swap[T]) do(ctx context.Context, c *Corpus, actor string, old, next *T) error {
	entries, err := s.changes(old, next)
	if err != nil || len(entries) == 0 {
		return err
	}
	for i := range entries {
		e := &entries[i].entry
		e.Kind, e.Actor, e.Recorded = s.kind, actor, c.now().UTC()
	}
	results, err := c.commit(ctx, entries)
	if err != nil {
		return err
	}
	for _, r := range results {
		if r.Outcome != log.Appended && r.Outcome != log.Already {
			return report.ErrConflict
		}
	}
	return nil
}

// changes are the entries that put next in the place of old. A record that every
// corpus has is in the log only when it is first changed.
func (s swap[T]) changes(old, next *T) ([]change, error) {
	of := next
	if of == nil {
		of = old
	}
	id := s.id(of)
	current, stands := s.records.find(id, log.AsOf{})
	_, revision := s.records.newest(id)
	if old == nil {
		switch known := len(s.records.versions[id]) > 0; {
		case stands && s.same(&current, next):
			return nil, nil
		case known:
			return nil, report.ErrConflict
		}
		return []change{s.entry(log.Create, 1, next)}, nil
	}
	switch {
	case !stands:
		return nil, report.ErrNotFound
	case !s.same(&current, old):
		return nil, report.ErrConflict
	case next != nil && s.same(old, next):
		return nil, nil
	case next != nil && revision == 0:
		return []change{s.entry(log.Create, 1, next)}, nil
	case next != nil:
		return []change{s.entry(log.Correct, revision+1, next)}, nil
	case revision == 0:
		gone := change{entry: log.Entry{ID: id, Op: log.Retract, Revision: 2}}
		return []change{s.entry(log.Create, 1, old), gone}, nil
	}
	return []change{{entry: log.Entry{ID: id, Op: log.Retract, Revision: revision + 1}}}, nil
}

func (s swap[T]) entry(op log.Operation, revision int, v *T) change {
	ch := s.change(v)
	ch.entry = log.Entry{ID: s.id(v), Op: op, Revision: revision, Body: s.body(nil, v)}
	return ch
}

func (s swap[T]) same(a, b *T) bool { return bytes.Equal(s.body(nil, a), s.body(nil, b)) }
