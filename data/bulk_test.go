package data_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontierwatch/data"
	"frontierwatch/data/memlog"
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// What is begun first is written first, whoever waits first.
func TestBegunInOrder(t *testing.T) {
	c := open(t, memlog.New())
	ctx := context.Background()
	first, err := c.Begin(ctx, "tester", []report.Report{walk("a", -100, 3)})
	if err != nil {
		t.Fatal(err)
	}
	second, err := c.Begin(ctx, "tester", []report.Report{walk("a", -100, 4), walk("b", -100, 1)})
	if err != nil {
		t.Fatal(err)
	}
	later, err := second()
	if err != nil || !errors.Is(later[0].Err, report.ErrConflict) || later[1].Err != nil {
		t.Errorf("begun second: %+v, %v", later, err)
	}
	if earlier, err := first(); err != nil || earlier[0].Err != nil || earlier[0].Already {
		t.Errorf("begun first: %+v, %v", earlier, err)
	}
	if v, err := c.Report(ctx, "a", log.AsOf{}); err != nil || v.Count.Best != 3 {
		t.Errorf("what was begun first is %+v, %v", v, err)
	}
	none, err := c.Begin(ctx, "tester", []report.Report{walk("c", -50, 1)})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := none(); err != nil || got[0].Err == nil {
		t.Errorf("nothing to write: %+v, %v", got, err)
	}
}

// Large batches are brought into memory beside the next commit: what is waited for
// is there all the same, and the log and memory agree.
func TestManyBegun(t *testing.T) {
	l := memlog.New()
	c := open(t, l)
	const batches, each = 12, 700
	var waits []func() ([]report.Added, error)
	for i := range batches {
		reports := make([]report.Report, each)
		for k := range reports {
			reports[k] = walk(fmt.Sprintf("r%d-%d", i, k%(each-1)), -100, 1) // the last is the first again
		}
		wait, err := c.Begin(context.Background(), "tester", reports)
		if err != nil {
			t.Fatal(err)
		}
		waits = append(waits, wait)
	}
	for i, wait := range waits {
		added, err := wait()
		if err != nil || len(added) != each || !added[each-1].Already || added[0].Already || added[0].Err != nil {
			t.Fatalf("batch %d: %d results, %v", i, len(added), err)
		}
		if _, err := c.Report(context.Background(), fmt.Sprintf("r%d-%d", i, each-2), log.AsOf{}); err != nil {
			t.Errorf("batch %d is not to be seen: %v", i, err)
		}
	}
	if head, _ := c.Head(); head != batches*(each-1) {
		t.Errorf("the head is %d", head)
	}
	if err := c.Verify(); err != nil {
		t.Error(err)
	}
}

// A log whose entry cannot be read is not opened, wherever that entry stands.
func TestAnEntryThatCannotBeReadIsNamed(t *testing.T) {
	for _, at := range []log.Seq{1, 255, 256, 257, 2000} {
		l := broken{memlog.New(), at}
		entries := make([]log.Entry, 2000)
		for i := range entries {
			r := walk(fmt.Sprint("r", i), -100, 1)
			entries[i] = log.Entry{Kind: log.Report, ID: r.ID, Op: log.Create, Revision: 1, Recorded: now, Body: report.AppendBody(nil, &r)}
		}
		if _, err := l.Append(context.Background(), entries); err != nil {
			t.Fatal(err)
		}
		_, err := data.Open(context.Background(), data.Config{Frontier: parallel(t), Log: l, Sources: []report.Source{police}})
		if want := fmt.Sprintf("entry %d of the log (report r%d)", at, at-1); err == nil || len(err.Error()) < len(want) || err.Error()[:len(want)] != want {
			t.Errorf("entry %d: %v", at, err)
		}
	}
}

// broken is a log with one entry that is no report.
type broken struct {
	data.Log
	at log.Seq
}

func (b broken) Scan(ctx context.Context, after log.Seq, yield func(log.Entry) error) error {
	return b.Log.Scan(ctx, after, func(e log.Entry) error {
		if e.Seq == b.at {
			e.Body = []byte("{}")
		}
		return yield(e)
	})
}

// telling is a log that looks at what entries bring along.
type telling struct {
	data.Log
	*testing.T
	told *int
}

func (l telling) Append(ctx context.Context, entries []log.Entry) ([]log.Result, error) {
	for _, e := range entries {
		says, ok := e.Says.(*report.Report)
		if !ok {
			continue
		}
		*l.told++
		if read, err := report.DecodeBody(e.Body); err != nil || !cmp.Equal(read, *says) {
			l.Errorf("%s is said to be\n%+v", e.Body, *says)
		}
	}
	return l.Log.Append(ctx, entries)
}

// What an entry brings along is exactly what its body is read as, however finely it
// was given, and the log itself keeps no hold of it.
func TestEntriesBringWhatTheirBodiesSay(t *testing.T) {
	l := telling{memlog.New(), t, new(int)}
	c := open(t, l)
	fine := walk("fine", -100.123456789, 3)
	fine.Start = fine.Start.Add(-1234567 * time.Nanosecond).In(time.FixedZone("", 3600))
	metres, stretch := frontier.Meters(12.3456789), walk("stretch", -100, 2)
	fine.Uncertainty, fine.Overlaps = &metres, []string{"a", "b"}
	stretch.Point, stretch.Stretch = nil, &frontier.Stretch{Part: frontier.Main, From: 1000.00123, To: 20_000.98765}
	add(t, c, fine, stretch, walk("plain", -100, 1))
	fine.Count.Best, fine.Count.Max = 4, 4
	if got, err := c.Correct(context.Background(), "tester", []report.Report{fine}, []int{2}); err != nil || got[0].Err != nil {
		t.Fatal(got, err)
	}
	if *l.told != 4 {
		t.Errorf("%d entries brought something along", *l.told)
	}
	if err := l.Scan(context.Background(), 0, func(e log.Entry) error {
		if e.Says != nil {
			t.Errorf("entry %d still says %v", e.Seq, e.Says)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}
