// Package memlog keeps a log in memory, for tests and for what is only tried
// out. It forgets everything when it is closed.
package memlog

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"frontierwatch/geo/log"
)

// Log is a log in memory. Use New.
type Log struct {
	mu      sync.Mutex
	idle    sync.WaitGroup // scans that are under way
	closed  bool
	entries []log.Entry // entries[i] has Seq i+1; what is in it never changes
	records map[name][]log.Seq
	count   map[log.Kind]int64
}

// name is what identifies a record.
type name struct {
	kind log.Kind
	id   string
}

// New returns an empty log.
func New() *Log {
	return &Log{records: map[name][]log.Seq{}, count: map[log.Kind]int64{}}
}

// Append implements the log of the corpus.
func (l *Log) Append(ctx context.Context, entries []log.Entry) ([]log.Result, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil, log.ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	for i := range entries {
		if err := entries[i].Admissible(); err != nil {
			return nil, fmt.Errorf("entry %d of the batch %w", i, err)
		}
	}
	results := make([]log.Result, len(entries))
	for i := range entries {
		results[i] = l.append(&entries[i])
	}
	return results, nil
}

func (l *Log) append(e *log.Entry) log.Result {
	revisions := l.records[name{e.Kind, e.ID}]
	if e.Op == log.Create {
		if len(revisions) == 0 {
			return l.write(*e, nil)
		}
		for _, seq := range []log.Seq{revisions[0], revisions[len(revisions)-1]} {
			if bytes.Equal(l.at(seq).Body, e.Body) {
				return l.there(log.Already, seq, revisions)
			}
		}
		return l.there(log.Conflict, revisions[len(revisions)-1], revisions)
	}
	if len(revisions) == 0 {
		return log.Result{Outcome: log.Missing}
	}
	if e.Revision == len(revisions)+1 && l.fits(e, revisions) {
		return l.redact(*e, revisions)
	}
	if e.Revision >= 1 && e.Revision <= len(revisions) {
		seq := revisions[e.Revision-1]
		if same := l.at(seq); same.Op == e.Op && bytes.Equal(same.Body, e.Body) {
			return l.there(log.Already, seq, revisions)
		}
	}
	return l.there(log.Conflict, revisions[len(revisions)-1], revisions)
}

// fits says whether the next entry of a record can be one: nothing but a Redact
// follows one that erased it, and a Redact has a body for every entry.
func (l *Log) fits(e *log.Entry, revisions []log.Seq) bool {
	if e.Op == log.Redact {
		return len(e.Past) == len(revisions)
	}
	if l.at(revisions[len(revisions)-1]).Op != log.Redact {
		return true
	}
	for _, seq := range slices.Backward(revisions) {
		if e := l.at(seq); e.Op == log.Create || e.Op == log.Correct {
			return !e.Erased()
		}
	}
	return true
}

// redact writes an entry, and where it is a Redact overwrites those before it. Scans
// that are under way go on with what was.
func (l *Log) redact(e log.Entry, revisions []log.Seq) log.Result {
	if e.Op == log.Redact {
		l.entries = slices.Clone(l.entries)
		for i, body := range e.Past {
			l.at(revisions[i]).Body = bytes.Clone(body)
		}
		e.Past, e.Body = nil, nil
	}
	return l.write(e, revisions)
}

func (l *Log) at(seq log.Seq) *log.Entry { return &l.entries[seq-1] }

// there is the result for an entry that was not written because of seq.
func (l *Log) there(o log.Outcome, seq log.Seq, revisions []log.Seq) log.Result {
	e := l.at(seq)
	return log.Result{Outcome: o, Seq: seq, FID: e.FID, Revision: len(revisions), Recorded: e.Recorded}
}

func (l *Log) write(e log.Entry, revisions []log.Seq) log.Result {
	e.Seq = log.Seq(len(l.entries) + 1)
	e.Revision = len(revisions) + 1
	e.Recorded = e.Recorded.UTC().Truncate(time.Millisecond)
	if n := len(l.entries); n > 0 && e.Recorded.Before(l.entries[n-1].Recorded) {
		e.Recorded = l.entries[n-1].Recorded
	}
	if len(revisions) > 0 {
		e.FID = l.at(revisions[0]).FID
	} else {
		l.count[e.Kind]++
		e.FID = l.count[e.Kind]
	}
	e.Body, e.Says = bytes.Clone(e.Body), nil
	l.entries = append(l.entries, e)
	l.records[name{e.Kind, e.ID}] = append(revisions, e.Seq)
	return log.Result{Outcome: log.Appended, Seq: e.Seq, FID: e.FID, Revision: e.Revision, Recorded: e.Recorded}
}

// Scan implements the log of the corpus.
func (l *Log) Scan(ctx context.Context, after log.Seq, yield func(log.Entry) error) error {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return log.ErrClosed
	}
	l.idle.Add(1)
	entries := l.entries[min(after, log.Seq(len(l.entries))):]
	l.mu.Unlock()
	defer l.idle.Done()
	for _, e := range entries {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err := yield(e); err != nil {
			return err
		}
	}
	return nil
}

// Head implements the log of the corpus.
func (l *Log) Head(context.Context) (log.Seq, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return 0, log.ErrClosed
	}
	return log.Seq(len(l.entries)), nil
}

// Close waits for scans that are under way. A second Close does nothing.
func (l *Log) Close() error {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	l.idle.Wait()
	return nil
}
