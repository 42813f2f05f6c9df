package data_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"frontierwatch/data"
	"frontierwatch/data/memlog"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// early is a log that tells what becomes of entries before it writes them, and whose
// disk fails when it is told to.
type early struct {
	data.Log
	held   chan chan error // each append waits for what becomes of it
	told   int             // how often something was known early
	unread error           // of Scan
}

var errDisk = errors.New("the disk has failed")

func (l *early) Append(context.Context, []log.Entry) ([]log.Result, error) {
	return nil, errors.New("nothing is known early of what is appended like this")
}

func (l *early) AppendEarly(ctx context.Context, entries []log.Entry, known func([]log.Result)) ([]log.Result, error) {
	head, _ := l.Head(ctx)
	results := make([]log.Result, len(entries))
	for i, e := range entries {
		at := head + log.Seq(i) + 1
		results[i] = log.Result{Outcome: log.Appended, Seq: at, FID: int64(at), Revision: 1, Recorded: e.Recorded}
	}
	l.told++
	known(results)
	fate := make(chan error)
	l.held <- fate
	if err := <-fate; err != nil {
		return nil, err
	}
	return l.Log.Append(ctx, entries)
}

func (l *early) Scan(ctx context.Context, after log.Seq, yield func(log.Entry) error) error {
	if l.unread != nil {
		return l.unread
	}
	return l.Log.Scan(ctx, after, yield)
}

// crowd stores reports of several callers at once, after one alone; that one's commit
// fails or not, and so does theirs.
func (l *early) crowd(t *testing.T, c *data.Corpus, name string, fates ...error) (errs []error) {
	t.Helper()
	var waits []func() ([]report.Added, error)
	begin := func(id string) {
		wait, err := c.Begin(context.Background(), "tester", []report.Report{walk(id, -100, 1)})
		if err != nil {
			t.Fatal(err)
		}
		waits = append(waits, wait)
	}
	begin(fmt.Sprint("before-", l.told)) // one that was not there yet
	first := <-l.held
	for i := range 5 {
		begin(fmt.Sprint(name, i+1))
	}
	first <- fates[0]
	(<-l.held) <- fates[1]
	for _, wait := range waits {
		added, err := wait()
		if err == nil {
			err = added[0].Err
		}
		errs = append(errs, err)
	}
	return errs
}

// What is written is brought into memory before it is durable, and is nowhere when it
// does not become so.
func TestWhatWasKnownTooEarlyIsForgotten(t *testing.T) {
	l := &early{Log: memlog.New(), held: make(chan chan error)}
	c := open(t, l)
	there := func(name string, want bool) {
		t.Helper()
		for i := range 5 {
			_, err := c.Report(context.Background(), fmt.Sprint(name, i+1), log.AsOf{})
			if got := err == nil; got != want {
				t.Errorf("%s%d is there: %v, want %v", name, i+1, got, want)
			}
		}
		if err := c.Verify(); err != nil {
			t.Error(err)
		}
	}
	for _, err := range l.crowd(t, c, "a", nil, nil) {
		if err != nil {
			t.Fatal(err)
		}
	}
	there("a", true)
	for i, err := range l.crowd(t, c, "b", nil, errDisk) {
		if (err != nil) != (i > 0) || i > 0 && !errors.Is(err, errDisk) {
			t.Errorf("b%d: %v", i, err)
		}
	}
	there("b", false)
	if err := c.Ready(); !errors.Is(err, errDisk) {
		t.Errorf("the corpus says it is %v", err)
	}
	for i, err := range l.crowd(t, c, "b", nil, nil) {
		if err != nil {
			t.Errorf("b%d again: %v", i, err)
		}
	}
	there("b", true)
	lone := fmt.Sprint("before-", l.told)
	for i, err := range l.crowd(t, c, "c", errDisk, nil) {
		if (err != nil) != (i == 0) || i == 0 && !errors.Is(err, errDisk) {
			t.Errorf("c%d: %v", i, err)
		}
	}
	there("c", true)
	if _, err := c.Report(context.Background(), lone, log.AsOf{}); err == nil {
		t.Error("one alone is there, which the disk did not take")
	}
	if l.told != 8 {
		t.Errorf("something was known early %d times, want 8: of each crowd and of what came before it", l.told)
	}
}

// As long as what did not happen cannot be told from what did, because the log cannot be
// read, nothing of it is shown and callers are told.
func TestWhatCannotBeForgottenIsNotShown(t *testing.T) {
	l := &early{Log: memlog.New(), held: make(chan chan error)}
	c := open(t, l)
	l.unread = errors.New("the log cannot be read")
	l.crowd(t, c, "a", nil, errDisk)
	errs := l.crowd(t, c, "b", nil, nil)
	for i, err := range errs {
		if !errors.Is(err, l.unread) {
			t.Errorf("b%d: %v", i, err)
		}
	}
	if head, _ := c.Head(); head > 1 {
		t.Errorf("readers see position %d", head)
	}
	l.unread = nil
	for i, err := range l.crowd(t, c, "c", nil, nil) {
		if err != nil {
			t.Errorf("c%d: %v", i, err)
		}
	}
	if err := c.Verify(); err != nil {
		t.Error(err)
	}
	want, _ := l.Head(context.Background())
	if head, _ := c.Head(); head != want || want != 13 {
		t.Errorf("readers see position %d of %d, want 13", head, want)
	}
	for i := range 5 {
		if _, err := c.Report(context.Background(), fmt.Sprint("b", i+1), log.AsOf{}); err != nil {
			t.Errorf("b%d: %v", i+1, err)
		}
		if _, err := c.Report(context.Background(), fmt.Sprint("a", i+1), log.AsOf{}); err == nil {
			t.Errorf("a%d is there, which the disk did not take", i+1)
		}
	}
}

// idle is a log that has something to do for some times, and must not be busy then.
type idle struct {
	data.Log
	busy  atomic.Bool
	times chan bool // whether there is more to do
	t     *testing.T
}

func (l *idle) Append(ctx context.Context, entries []log.Entry) ([]log.Result, error) {
	l.busy.Store(true)
	defer l.busy.Store(false)
	return l.Log.Append(ctx, entries)
}

func (l *idle) Idle() bool {
	if l.busy.Load() {
		l.t.Error("the log is let do something else while it writes")
	}
	more, ok := <-l.times
	if !ok {
		l.t.Error("the log is asked again when it has nothing more to do")
	}
	return more
}

// Who writes waits for what the log does meanwhile, and the log is let do it until there
// is nothing more.
func TestALogMayDoSomethingWhenNobodyWrites(t *testing.T) {
	l := &idle{Log: memlog.New(), times: make(chan bool), t: t}
	c := open(t, l)
	l.times <- true
	wait, err := c.Begin(context.Background(), "tester", []report.Report{walk("a", -100, 1)})
	if err != nil {
		t.Fatal(err)
	}
	l.times <- true // that of a already, or the next
	if _, err := wait(); err != nil {
		t.Fatal(err)
	}
	l.times <- false
	close(l.times)
	for i := range 3 {
		added, err := c.Add(context.Background(), "tester", []report.Report{walk(fmt.Sprint("b", i), -100, 1)})
		if err != nil || added[0].Err != nil {
			t.Fatal(err, added)
		}
	}
}
