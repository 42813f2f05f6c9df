package data_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"frontierwatch/data"
	"frontierwatch/data/memlog"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// stages writes down what an observer is told: when a stage begins, for whom, with how
// many entries, and when it ends.
type stages struct {
	mu   sync.Mutex
	told []string
	open int
}

type stageKey struct{}

func (s *stages) observe(ctx context.Context, stage data.Stage, n int) (context.Context, func(error)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open++
	s.told = append(s.told, fmt.Sprintf("%v>%s %d", ctx.Value(stageKey{}), stage, n))
	return context.WithValue(ctx, stageKey{}, stage), func(err error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.open--
		s.told = append(s.told, fmt.Sprintf("%s ended %v", stage, err))
	}
}

// take is what was told since it was asked the last time.
func (s *stages) take(t *testing.T) []string {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open != 0 {
		t.Errorf("%d stages have no end: %q", s.open, s.told)
	}
	told := s.told
	s.told = nil
	return told
}

// watchedLog says in which context it is called, and fails when it is told to.
type watchedLog struct {
	data.Log
	in   []any
	ctxs []context.Context
	fail error
}

func (l *watchedLog) Append(ctx context.Context, entries []log.Entry) ([]log.Result, error) {
	l.in, l.ctxs = append(l.in, ctx.Value(stageKey{})), append(l.ctxs, ctx)
	if l.fail != nil {
		return nil, l.fail
	}
	return l.Log.Append(ctx, entries)
}

func TestStagesAreTold(t *testing.T) {
	var s stages
	l := &watchedLog{Log: memlog.New()}
	c := open(t, l, func(cfg *data.Config) { cfg.Observe = s.observe })
	if got, want := s.take(t), []string{"<nil>>read log 0", "read log ended <nil>"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	ctx := context.WithValue(context.Background(), stageKey{}, "me")
	if _, err := c.Add(ctx, "tester", []report.Report{walk("a", -100, 3), walk("b", -100, 3)}); err != nil {
		t.Fatal(err)
	}
	want := []string{"me>wait to write 2", "wait to write ended <nil>", "me>commit 2", "commit ended <nil>", "me>apply 2", "apply ended <nil>"}
	if got := s.take(t); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if !slices.Equal(l.in, []any{data.StageCommit}) {
		t.Errorf("the log was written within %v", l.in)
	}
	l.fail = errors.New("no disk")
	if _, err := c.Add(ctx, "tester", []report.Report{walk("c", -100, 3)}); err == nil {
		t.Fatal("stored without a disk")
	}
	want = []string{"me>wait to write 1", "wait to write ended <nil>", "me>commit 1", "commit ended no disk", "me>apply 1", "apply ended no disk"}
	if got := s.take(t); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if _, err := c.Add(ctx, "tester", []report.Report{walk("far", 20, 3)}); err != nil {
		t.Fatal(err)
	}
	if got := s.take(t); len(got) > 0 {
		t.Errorf("nothing was written: %q", got)
	}
}

// What was found once is not detected again, whoever asks.
func TestDetectionIsTold(t *testing.T) {
	var s stages
	c := open(t, memlog.New(), func(cfg *data.Config) { cfg.Observe = s.observe })
	add(t, c, walk("a", -100, 3))
	s.take(t)
	ctx := context.WithValue(context.Background(), stageKey{}, "me")
	for _, x := range []struct {
		q    hotspot.Query
		want []string
	}{
		{hotspot.Query{}, []string{"me>detect 0", "detect ended <nil>"}},
		{hotspot.Query{}, nil},
		{hotspot.Query{At: now.Add(-48 * time.Hour)}, []string{"me>detect 0", "detect ended <nil>"}},
		{hotspot.Query{AsOf: log.AsOf{Known: now.Add(-time.Hour)}}, []string{"me>detect 0", "detect ended <nil>"}},
	} {
		if _, err := c.Flags(ctx, x.q); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Segments(ctx, x.q); err != nil {
			t.Fatal(err)
		}
		if got := s.take(t); !slices.Equal(got, x.want) {
			t.Errorf("%v: %q", x.q, got)
		}
	}
}

// A caller who does not wait does not call off what is written with others.
func TestWritingIsNotCalledOffByOneCaller(t *testing.T) {
	var s stages
	l := &watchedLog{Log: memlog.New()}
	c := open(t, l, func(cfg *data.Config) { cfg.Observe = s.observe })
	ctx, leave := context.WithCancel(context.Background())
	wait, err := c.Begin(ctx, "tester", []report.Report{walk("a", -100, 3)})
	leave()
	if err != nil {
		t.Fatal(err)
	}
	_, _ = wait()
	add(t, c, walk("b", -100, 3)) // which is written after the other
	for _, within := range l.ctxs {
		if within.Err() != nil {
			t.Errorf("the log was called with a context that could end: %v", within.Err())
		}
	}
	if _, err := c.Report(context.Background(), "a", log.AsOf{}); err != nil {
		t.Error(err)
	}
}
