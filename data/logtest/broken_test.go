package logtest_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"frontierwatch/geo/log"
)

// brokenLog keeps the contract but for one defect, which its name says. Without
// one it is whole.
type brokenLog struct {
	defect string

	mu      sync.Mutex
	closed  bool
	idle    sync.WaitGroup
	entries []log.Entry
}

// defects is every way in which a log of this kind can be broken.
func defects() []string {
	return []string{
		"numbers from 0", "leaves gaps", "one fid for all kinds", "new fid for each revision", "fid spent on what is refused",
		"loses the actor", "loses the reason", "loses the body of a correction", "ids without case", "ids without space at the end",
		"appends a create again", "takes any body as already there", "knows the first body only", "knows the current body only",
		"takes any next revision", "does not compare the operation", "forgets old revisions", "says the revision asked for",
		"creates by correcting", "ids shared by kinds", "looks only at earlier batches", "one refusal refuses all",
		"takes any operation", "writes the entries before the bad one", "ignores a context that is done",
		"keeps microseconds", "times fall", "keeps the zone", "already with its own time",
		"scan includes the position", "scan from the newest", "scan beyond the head fails", "scan chases the head", "scan ignores errors",
		"scan hides errors", "scan ignores its context", "scan holds the lock", "scan shows half batches", "scan skips the last",
		"head one behind", "head counts calls", "close leaves it open", "close does not wait", "empty batch appends", "results are short",
	}
}

func (l *brokenLog) is(defect string) bool { return l.defect == defect }

func (l *brokenLog) Append(ctx context.Context, entries []log.Entry) ([]log.Result, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil, log.ErrClosed
	}
	if ctx.Err() != nil && !l.is("ignores a context that is done") {
		return nil, ctx.Err()
	}
	before := slices.Clone(l.entries)
	if len(entries) == 0 && l.is("empty batch appends") {
		l.entries = append(l.entries, log.Entry{})
	}
	var results []log.Result
	for i, e := range entries {
		if e.Op != log.Create && e.Op != log.Correct && e.Op != log.Retract && !l.is("takes any operation") {
			if !l.is("writes the entries before the bad one") {
				l.entries = before
			}
			return nil, errors.New("unknown operation")
		}
		known := l.entries
		if l.is("looks only at earlier batches") {
			known = before
		}
		r := l.one(e, known)
		results = append(results, r)
		if r.Outcome != log.Appended && l.is("one refusal refuses all") {
			l.entries = before
		}
		if l.is("scan shows half batches") && i == len(entries)/2 {
			l.mu.Unlock()
			time.Sleep(100 * time.Microsecond) // lets readers see what they must not
			l.mu.Lock()
		}
	}
	if l.is("results are short") && len(results) > 1 {
		results = results[:1]
	}
	return results, nil
}

func (l *brokenLog) same(a, b string) bool {
	switch {
	case l.is("ids without case"):
		return bytes.EqualFold([]byte(a), []byte(b))
	case l.is("ids without space at the end"):
		return string(bytes.TrimRight([]byte(a), " ")) == string(bytes.TrimRight([]byte(b), " "))
	}
	return a == b
}

func (l *brokenLog) one(e log.Entry, known []log.Entry) log.Result {
	var there []log.Entry
	for _, old := range known {
		if (old.Kind == e.Kind || l.is("ids shared by kinds")) && l.same(old.ID, e.ID) {
			there = append(there, old)
		}
	}
	n := len(there)
	if e.Op == log.Create {
		return l.create(e, there)
	}
	if n == 0 {
		if l.is("creates by correcting") {
			return l.write(e, there)
		}
		return log.Result{Outcome: log.Missing}
	}
	if e.Revision == n+1 || e.Revision > n && l.is("takes any next revision") {
		return l.write(e, there)
	}
	if e.Revision >= 1 && e.Revision <= n && !(l.is("forgets old revisions") && e.Revision < n) {
		old := there[e.Revision-1]
		if (old.Op == e.Op || l.is("does not compare the operation")) && (bytes.Equal(old.Body, e.Body) || l.is("does not compare the operation")) {
			return l.result(log.Already, old, e, n)
		}
	}
	return l.result(log.Conflict, there[n-1], e, n)
}

func (l *brokenLog) create(e log.Entry, there []log.Entry) log.Result {
	n := len(there)
	switch {
	case n == 0 || l.is("appends a create again"):
		return l.write(e, there)
	case !l.is("knows the current body only") && bytes.Equal(there[0].Body, e.Body), l.is("takes any body as already there"):
		return l.result(log.Already, there[0], e, n)
	case !l.is("knows the first body only") && bytes.Equal(there[n-1].Body, e.Body):
		return l.result(log.Already, there[n-1], e, n)
	}
	if l.is("fid spent on what is refused") {
		l.entries[len(l.entries)-1].FID += 1 << 20 // taken out again in fid
	}
	return l.result(log.Conflict, there[n-1], e, n)
}

func (l *brokenLog) result(o log.Outcome, old, e log.Entry, revision int) log.Result {
	if l.is("says the revision asked for") {
		revision = e.Revision
	}
	if l.is("already with its own time") && o == log.Already {
		old.Recorded = e.Recorded
	}
	return log.Result{Outcome: o, Seq: old.Seq, FID: old.FID, Revision: revision, Recorded: old.Recorded}
}

func (l *brokenLog) fid(e log.Entry, there []log.Entry) int64 {
	ids := map[string]bool{}
	spent := int64(0)
	for i := range l.entries {
		old := &l.entries[i]
		if old.Kind == e.Kind || l.is("one fid for all kinds") {
			ids[string(old.Kind)+" "+old.ID] = true
		}
		spent += old.FID >> 20
	}
	if len(there) > 0 && !l.is("new fid for each revision") {
		return there[0].FID
	}
	if l.is("new fid for each revision") {
		return int64(len(l.entries) + 1)
	}
	return int64(len(ids)) + 1 + spent
}

func (l *brokenLog) write(e log.Entry, there []log.Entry) log.Result {
	e.Seq, e.FID, e.Revision = log.Seq(len(l.entries)+1), l.fid(e, there), len(there)+1
	if l.is("numbers from 0") {
		e.Seq--
	}
	if l.is("leaves gaps") {
		e.Seq = 2*e.Seq - 1
	}
	if !l.is("keeps the zone") {
		e.Recorded = e.Recorded.UTC()
	}
	if !l.is("keeps microseconds") {
		e.Recorded = e.Recorded.Truncate(time.Millisecond)
	}
	if n := len(l.entries); n > 0 && e.Recorded.Before(l.entries[n-1].Recorded) && !l.is("times fall") {
		e.Recorded = l.entries[n-1].Recorded
	}
	if l.is("loses the actor") {
		e.Actor = ""
	}
	if l.is("loses the reason") {
		e.Reason = ""
	}
	if l.is("loses the body of a correction") && e.Op == log.Correct {
		e.Body = there[0].Body
	}
	l.entries = append(l.entries, e)
	return l.result(log.Appended, e, e, e.Revision)
}

func (l *brokenLog) Scan(ctx context.Context, after log.Seq, yield func(log.Entry) error) error {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return log.ErrClosed
	}
	if l.is("scan holds the lock") {
		l.mu.Unlock()
		return errors.New("would wait for itself for ever")
	}
	l.idle.Add(1)
	defer l.idle.Done()
	if l.is("scan includes the position") && after > 0 {
		after--
	}
	if l.is("scan beyond the head fails") && after > log.Seq(len(l.entries)) {
		l.mu.Unlock()
		return errors.New("no such position")
	}
	entries := slices.Clone(l.entries[min(int(after), len(l.entries)):])
	if l.is("scan skips the last") && len(entries) > 0 {
		entries = entries[:len(entries)-1]
	}
	if l.is("scan from the newest") {
		slices.Reverse(entries)
	}
	l.mu.Unlock()
	for i := 0; i < len(entries); i++ {
		if ctx.Err() != nil && !l.is("scan ignores its context") {
			return ctx.Err()
		}
		e := entries[i]
		e.FID &= 1<<20 - 1
		if err := yield(e); err != nil && !l.is("scan ignores errors") {
			if l.is("scan hides errors") {
				return nil
			}
			return err
		}
		if l.is("scan chases the head") && len(entries) < 1000 {
			l.mu.Lock()
			entries = append(entries, l.entries[int(after)+len(entries):]...)
			l.mu.Unlock()
		}
	}
	return nil
}

func (l *brokenLog) Head(context.Context) (log.Seq, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := log.Seq(len(l.entries))
	switch {
	case l.closed:
		return 0, log.ErrClosed
	case l.is("head one behind") && n > 0:
		return n - 1, nil
	case l.is("head counts calls"):
		l.entries = append(l.entries, log.Entry{Seq: n + 1})
	}
	return n, nil
}

func (l *brokenLog) Close() error {
	l.mu.Lock()
	l.closed = !l.is("close leaves it open")
	l.mu.Unlock()
	if !l.is("close does not wait") {
		l.idle.Wait()
	}
	return nil
}
