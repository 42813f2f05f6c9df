package data_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"frontierwatch/data"
	"frontierwatch/data/memlog"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

func TestRetractionsLeaveThePastAsItWas(t *testing.T) {
	ctx := context.Background()
	l := memlog.New()
	c := open(t, l)
	add(t, c, walk("a", -100, 3), walk("b", -100, 4))
	for name, x := range map[string]struct {
		id       string
		revision int
		err      error
	}{
		"a report that never was":  {"never", 2, report.ErrNotFound},
		"a revision that is there": {"a", 1, report.ErrConflict},
		"a revision too far":       {"a", 3, report.ErrConflict},
	} {
		if got, err := c.Retract(ctx, "tester", x.id, x.revision); err != nil || !errors.Is(got.Err, x.err) {
			t.Errorf("%s: %v, %v", name, got.Err, err)
		}
	}
	got, err := c.Retract(ctx, "tester", "a", 2)
	if err != nil || got.Err != nil {
		t.Fatal(err, got.Err)
	}
	v := got.Version
	if !v.Deleted || v.Revision != 2 || v.Seq != 3 || v.Replaces != 1 || v.Count.Best != 3 || v.FID != 1 {
		t.Errorf("%+v", v)
	}
	if again, err := c.Retract(ctx, "tester", "a", 3); err != nil || !errors.Is(again.Err, report.ErrNotFound) {
		t.Errorf("retracted twice: %v, %v", again.Err, err)
	}
	retracted := func(c *data.Corpus) {
		t.Helper()
		if _, err := c.Report(ctx, "a", log.AsOf{}); !errors.Is(err, report.ErrNotFound) {
			t.Errorf("it still stands: %v", err)
		}
		if before, err := c.Report(ctx, "a", log.AsOf{Seq: 2}); err != nil || before.Count.Best != 3 {
			t.Errorf("it did not stand before: %v", err)
		}
		for seq, want := range map[log.Seq]int{0: 1, 2: 2, 3: 1} {
			page, err := c.Reports(ctx, report.Query{Limit: 10, Count: true, AsOf: log.AsOf{Seq: seq}})
			if err != nil || page.Matched != want {
				t.Errorf("at %d: %d reports, want %d: %v", seq, page.Matched, want, err)
			}
		}
		segments, err := c.Segments(ctx, hotspot.Query{At: now, Unit: report.Persons, Window: 7})
		if err != nil {
			t.Fatal(err)
		}
		observed := 0.0
		for _, s := range segments {
			observed += s.Observed
		}
		if observed != 4 {
			t.Errorf("%v people are counted, want the 4 of the other report", observed)
		}
		if err := c.Verify(); err != nil {
			t.Error(err)
		}
	}
	retracted(c)
	retracted(open(t, replayed(t, l)))
}

// replayed is the log of a corpus, to be read anew.
func replayed(t *testing.T, l *memlog.Log) *memlog.Log {
	t.Helper()
	fresh := memlog.New()
	err := l.Scan(context.Background(), 0, func(e log.Entry) error {
		_, err := fresh.Append(context.Background(), []log.Entry{e})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return fresh
}

func TestRetractingWhereTheLogIsClosed(t *testing.T) {
	c := open(t, memlog.New())
	add(t, c, walk("a", -100, 3))
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if _, err := c.Retract(ctx, "tester", "a", 2); !errors.Is(err, log.ErrClosed) {
		t.Errorf("%v", err)
	}
}
