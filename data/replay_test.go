package data_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"frontierwatch/data"
	"frontierwatch/data/memlog"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// everything is all that a corpus answers, at one position of the log.
type everything struct {
	Reports  []*report.Version
	Sources  []report.SourceState
	Segments []hotspot.SegmentState
	Hotspots []hotspot.Hotspot
	Flags    []hotspot.Flag
}

func ask(t *testing.T, c *data.Corpus, at log.AsOf) everything {
	t.Helper()
	ctx := context.Background()
	page, err := c.Reports(ctx, report.Query{AsOf: at, Limit: 1 << 20})
	sources, err1 := c.Sources(ctx, at)
	q := hotspot.Query{AsOf: at, At: now}
	segments, err2 := c.Segments(ctx, q)
	spots, err3 := c.Hotspots(ctx, q)
	flags, err4 := c.Flags(ctx, q)
	if err := errors.Join(err, err1, err2, err3, err4); err != nil {
		t.Fatal(err)
	}
	return everything{page.Versions, sources, segments, spots, flags}
}

// fill adds reports of two years, a surge at the end, and corrects some of them.
func fill(t *testing.T, c *data.Corpus, random *rand.Rand) {
	t.Helper()
	var reports []report.Report
	for i := range 600 {
		r := walk(fmt.Sprintf("r%d", i), -109+12*random.Float64(), 1+random.Int64N(3))
		if i%3 == 0 {
			r.Point = &orb.Point{-100, 49.01}
		}
		r.Start = now.Add(-time.Duration(random.IntN(730*24)) * time.Hour)
		if i > 500 {
			r.Point, r.Start = &orb.Point{-104, 48.99}, now.Add(-time.Duration(random.IntN(20*24))*time.Hour)
		}
		r.End = r.Start.Add(time.Duration(random.IntN(3)) * 24 * time.Hour)
		if r.End.After(now) {
			r.End = r.Start
		}
		reports = append(reports, r)
	}
	for _, a := range add(t, c, reports...) {
		if a.Err != nil {
			t.Fatal(a.Err)
		}
	}
	var revised []report.Report
	var revisions []int
	for i := 0; i < len(reports); i += 17 {
		reports[i].Count = report.Count{Best: 9, Min: 1, Max: 12}
		revised, revisions = append(revised, reports[i]), append(revisions, 2)
	}
	if _, err := c.Correct(context.Background(), "tester", revised, revisions); err != nil {
		t.Fatal(err)
	}
}

// What is read from the log at start is what was live, now and at every position.
func TestReplayIsLive(t *testing.T) {
	l := memlog.New()
	live := open(t, keptOpen{l})
	fill(t, live, rand.New(rand.NewPCG(1, 2)))
	again := open(t, keptOpen{l})
	head, _ := live.Head()
	for _, at := range []log.AsOf{{}, {Seq: 1}, {Seq: head / 2}, {Seq: head}, {Known: now.AddDate(0, 0, -30)}} {
		was, is := ask(t, live, at), ask(t, again, at)
		if diff := cmp.Diff(was, is); diff != "" {
			t.Errorf("as of %+v, live − replayed:\n%s", at, diff)
		}
	}
	if was := ask(t, live, log.AsOf{}); len(was.Hotspots) == 0 || len(was.Reports) != 600 {
		t.Errorf("%d hot spots, %d reports: the test shows nothing", len(was.Hotspots), len(was.Reports))
	}
	if err := errors.Join(live.Verify(), again.Verify()); err != nil {
		t.Error(err)
	}
}

// A position that was answered once is answered alike for ever.
func TestThePastStays(t *testing.T) {
	c := open(t, memlog.New())
	random := rand.New(rand.NewPCG(3, 4))
	fill(t, c, random)
	head, _ := c.Head()
	before := ask(t, c, log.AsOf{Seq: head})
	for i := range 40 {
		add(t, c, walk(fmt.Sprintf("later%d", i), -104, 5))
	}
	if diff := cmp.Diff(before, ask(t, c, log.AsOf{Seq: head})); diff != "" {
		t.Errorf("before − after more reports:\n%s", diff)
	}
	if diff := cmp.Diff(before.Segments, ask(t, c, log.AsOf{}).Segments); diff == "" {
		t.Error("200 people more are seen nowhere")
	}
}

// The newest report of a source is right after corrections too.
func TestLatestOfSources(t *testing.T) {
	c := open(t, memlog.New())
	early, late := walk("early", -100, 1), walk("late", -100, 1)
	early.Start, early.End = now.AddDate(0, 0, -3), now.AddDate(0, 0, -3)
	add(t, c, early, late)
	is := func(want time.Time) {
		t.Helper()
		for _, at := range []log.AsOf{{}, {Known: now.AddDate(1, 0, 0)}} { // kept, and looked for
			if got := ask(t, c, at).Sources[0].LastReport; !got.Equal(want) {
				t.Errorf("as of %+v the newest report ends %s, want %s", at, got, want)
			}
		}
	}
	is(late.End)
	late.Start, late.End = now.AddDate(0, 0, -5), now.AddDate(0, 0, -5)
	if _, err := c.Correct(context.Background(), "tester", []report.Report{late}, []int{2}); err != nil {
		t.Fatal(err)
	}
	is(early.End)
}

func TestManyWritersAndReaders(t *testing.T) {
	c := open(t, memlog.New())
	const writers, each = 8, 50
	var writing, reading sync.WaitGroup
	stop := make(chan struct{})
	for range 4 {
		reading.Go(func() {
			for last := log.Seq(0); ; {
				select {
				case <-stop:
					return
				default:
				}
				page, err := c.Reports(context.Background(), report.Query{Limit: 1 << 20, Count: true})
				if err != nil || page.Matched != len(page.Versions) || page.Head < last {
					t.Errorf("matched %d, %d versions, head %d after %d: %v", page.Matched, len(page.Versions), page.Head, last, err)
					return
				}
				last = page.Head
			}
		})
	}
	for w := range writers {
		writing.Go(func() {
			for i := range each {
				id := fmt.Sprintf("w%d-%d", w, i)
				added, err := c.Add(context.Background(), "tester", []report.Report{walk(id, -100, 1)})
				if err != nil || added[0].Err != nil {
					t.Error(err, added)
					return
				}
				if _, err := c.Report(context.Background(), id, log.AsOf{}); err != nil {
					t.Errorf("acknowledged and not visible: %v", err)
				}
			}
		})
	}
	writing.Wait()
	close(stop)
	reading.Wait()
	if head, _ := c.Head(); head != writers*each {
		t.Errorf("head %d after %d reports", head, writers*each)
	}
	if err := c.Verify(); err != nil {
		t.Error(err)
	}
}

// keptOpen is a log that survives the closing of its corpus.
type keptOpen struct{ data.Log }

func (keptOpen) Close() error { return nil }

// A log that fails keeps the corpus as it is, and the corpus says so until the
// log takes something again.
func TestAFailingLog(t *testing.T) {
	l := &failing{Log: memlog.New()}
	c := open(t, l)
	add(t, c, walk("a", -100, 1))
	l.err = log.ErrFull
	if _, err := c.Add(context.Background(), "tester", []report.Report{walk("b", -100, 1)}); !errors.Is(err, log.ErrFull) {
		t.Errorf("added to a full log: %v", err)
	}
	if err := c.Ready(); !errors.Is(err, log.ErrFull) {
		t.Errorf("ready: %v", err)
	}
	if _, err := c.Report(context.Background(), "b", log.AsOf{}); !errors.Is(err, report.ErrNotFound) {
		t.Errorf("what the log did not take: %v", err)
	}
	l.err = nil
	if got := add(t, c, walk("b", -100, 1))[0]; got.Err != nil || got.Already || got.Version.Seq != 2 {
		t.Errorf("when the log takes again: %+v", got)
	}
	if err := c.Ready(); err != nil {
		t.Errorf("ready again: %v", err)
	}
}

type failing struct {
	data.Log
	err error // set between calls only
}

func (l *failing) Append(ctx context.Context, entries []log.Entry) ([]log.Result, error) {
	if l.err != nil {
		return nil, l.err
	}
	return l.Log.Append(ctx, entries)
}

// A caller that gives up is told that nothing is known; the write goes on.
func TestGivingUp(t *testing.T) {
	l := &held{Log: memlog.New(), entered: make(chan struct{}), release: make(chan struct{})}
	c := open(t, l)
	ctx, cancel := context.WithCancel(context.Background())
	result := make(chan error)
	go func() {
		_, err := c.Add(ctx, "tester", []report.Report{walk("a", -100, 1)})
		result <- err
	}()
	<-l.entered
	cancel()
	if err := <-result; !errors.Is(err, log.ErrUnknown) || !errors.Is(err, context.Canceled) {
		t.Errorf("given up: %v", err)
	}
	close(l.release)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Report(context.Background(), "a", log.AsOf{}); err != nil {
		t.Errorf("what was under way when Close was called is lost: %v", err)
	}
	if _, err := c.Add(context.Background(), "tester", []report.Report{walk("b", -100, 1)}); !errors.Is(err, log.ErrClosed) {
		t.Errorf("added after Close: %v", err)
	}
	if err := c.Ready(); !errors.Is(err, log.ErrClosed) {
		t.Errorf("ready after Close: %v", err)
	}
}

type held struct {
	data.Log
	entered, release chan struct{}
}

func (l *held) Append(ctx context.Context, entries []log.Entry) ([]log.Result, error) {
	close(l.entered)
	<-l.release
	return l.Log.Append(ctx, entries)
}
