package data_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"frontierwatch/data"
	"frontierwatch/data/memlog"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// common is a memory log that several corpora write.
type common struct {
	*memlog.Log
	mu   sync.Mutex // one append at a time, whoever does it
	more chan struct{}
}

func newCommon() *common { return &common{Log: memlog.New(), more: make(chan struct{})} }

func (l *common) Append(ctx context.Context, entries []log.Entry) ([]log.Result, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	close(l.more)
	l.more = make(chan struct{})
	return l.Log.Append(ctx, entries)
}

func (l *common) Wait(ctx context.Context, after log.Seq) error {
	for {
		l.mu.Lock()
		more := l.more
		head, err := l.Head(ctx)
		l.mu.Unlock()
		if err != nil || head > after {
			return err
		}
		select {
		case <-more:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func (l *common) Close() error { return nil } // the others still need it

func TestCorporaOverOneLogAgree(t *testing.T) {
	l := newCommon()
	corpora := []*data.Corpus{open(t, l), open(t, l), open(t, l)}
	const each = 40
	var all sync.WaitGroup
	for n, c := range corpora {
		all.Go(func() {
			for i := range each {
				r := walk(fmt.Sprintf("%d-%d", n, i), -100+float64(i)/100, 1)
				if got := add(t, c, r)[0]; got.Err != nil || got.Version.ID != r.ID {
					t.Errorf("corpus %d, report %d: %+v", n, i, got)
				}
				same := add(t, c, walk("same", -101, 2))[0] // every corpus, every time
				if same.Err != nil || same.Version == nil {
					t.Errorf("corpus %d: a report that others sent too: %+v", n, same)
				}
			}
		})
	}
	all.Wait()
	want := everyone(t, corpora[0])
	if len(want) != len(corpora)*each+1 {
		t.Fatalf("%d reports, want %d", len(want), len(corpora)*each+1)
	}
	for n, c := range corpora {
		if err := c.Wait(t.Context(), log.Seq(len(want)-1)); err != nil {
			t.Fatal(err)
		}
		if got := everyone(t, c); !slices.Equal(got, want) {
			t.Errorf("corpus %d holds %v, the first %v", n, got, want)
		}
		if err := c.Verify(); err != nil {
			t.Errorf("corpus %d: %v", n, err)
		}
	}
}

// everyone lists id and position of every report, after catching up.
func everyone(t *testing.T, c *data.Corpus) (all []string) {
	t.Helper()
	if err := c.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	page, err := c.Reports(t.Context(), report.Query{Limit: 10_000})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range page.Versions {
		all = append(all, fmt.Sprint(v.ID, " ", v.Seq, " ", v.FID))
	}
	return all
}

func TestAConflictWithAnotherCorpus(t *testing.T) {
	l := newCommon()
	one, two := open(t, l), open(t, l)
	add(t, one, walk("a", -100, 3))
	if got := add(t, two, walk("a", -100, 4))[0]; !errors.Is(got.Err, report.ErrConflict) {
		t.Errorf("another body under an id of the other corpus: %+v", got)
	}
	if got := add(t, two, walk("a", -100, 3))[0]; got.Err != nil || !got.Already || got.Version.Seq != 1 {
		t.Errorf("the same report through the other corpus: %+v", got)
	}
}

func TestFollowMissesNothing(t *testing.T) {
	c := open(t, memlog.New())
	add(t, c, walk("before", -100, 1))
	const n = 200
	enough := errors.New("enough")
	got := make(chan []log.Seq)
	for _, after := range []log.Seq{0, 1} {
		go func() {
			var seqs []log.Seq
			err := c.Follow(t.Context(), after, func(e log.Entry) error {
				seqs = append(seqs, e.Seq)
				if _, err := c.Report(t.Context(), e.ID, log.AsOf{}); err != nil {
					t.Errorf("entry %d is told of, but not visible: %v", e.Seq, err)
				}
				if e.Seq == n {
					return enough
				}
				return nil
			})
			if !errors.Is(err, enough) {
				t.Errorf("following ended with %v", err)
			}
			got <- seqs
		}()
	}
	for i := range n - 1 {
		add(t, c, walk(fmt.Sprint("r", i), -100, 1))
	}
	for range 2 {
		seqs := <-got
		for i, seq := range seqs {
			if seq != seqs[0]+log.Seq(i) {
				t.Fatalf("entry %d follows %d", seq, seqs[i-1])
			}
		}
	}
}

func TestFollowEnds(t *testing.T) {
	c := open(t, memlog.New())
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- c.Follow(ctx, 0, func(log.Entry) error { return nil }) }()
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("following ended with %v", err)
	}
}

// cut is a log that cannot be reached while it is told so.
type cut struct {
	*common
	off atomic.Bool
}

func (l *cut) Wait(ctx context.Context, after log.Seq) error {
	if l.off.Load() {
		return log.ErrUnreachable
	}
	ctx, stop := context.WithTimeout(ctx, time.Millisecond)
	defer stop()
	if err := l.common.Wait(ctx, after); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil // there may be something
}

func (l *cut) Append(ctx context.Context, entries []log.Entry) ([]log.Result, error) {
	if l.off.Load() {
		return nil, log.ErrUnreachable
	}
	return l.common.Append(ctx, entries)
}

// Cut off, a corpus goes on answering, takes nothing, and says since when.
func TestACorpusThatIsCutOff(t *testing.T) {
	l := &cut{common: newCommon()}
	c := open(t, l)
	add(t, c, walk("before", -100, 1))
	until := func(what string, reached func() bool) {
		t.Helper()
		for !reached() {
			if t.Context().Err() != nil {
				t.Fatal(what)
			}
			runtime.Gosched()
		}
	}
	if !c.Stale().IsZero() || c.Ready() != nil {
		t.Errorf("in reach: stale since %v, ready %v", c.Stale(), c.Ready())
	}
	l.off.Store(true)
	until("never not ready", func() bool { return c.Ready() != nil })
	if !errors.Is(c.Ready(), log.ErrUnreachable) || c.Stale().IsZero() {
		t.Errorf("cut off: stale since %v, ready %v", c.Stale(), c.Ready())
	}
	if _, err := c.Report(t.Context(), "before", log.AsOf{}); err != nil {
		t.Errorf("cut off, what was read before cannot be read: %v", err)
	}
	if _, err := c.Add(t.Context(), "tester", []report.Report{walk("meanwhile", -100, 1)}); !errors.Is(err, log.ErrUnreachable) {
		t.Errorf("cut off, a report ends with %v", err)
	}
	l.off.Store(false)
	until("never ready again", func() bool { return c.Ready() == nil })
	if !c.Stale().IsZero() {
		t.Errorf("in reach again: stale since %v", c.Stale())
	}
}
