package data_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"frontierwatch/data"
	"frontierwatch/data/memlog"
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/guard"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// crowd is a corpus to which many reports come, by a watch that stands until it is
// moved.
type crowd struct {
	*testing.T
	corpus  *data.Corpus
	elapsed atomic.Int64
	n       int

	detected atomic.Int64             // how often detection began
	running  atomic.Int64             // now
	most     atomic.Int64             // at a time
	hold     atomic.Pointer[struct{}] // set: detection that is begun waits for let
	let      chan struct{}
}

func newCrowd(t *testing.T) *crowd {
	w := &crowd{T: t, let: make(chan struct{})}
	w.elapsed.Store(int64(time.Hour))
	w.corpus = open(t, memlog.New(), func(cfg *data.Config) {
		cfg.Elapsed = func() time.Duration { return time.Duration(w.elapsed.Load()) }
		cfg.Observe = func(ctx context.Context, stage data.Stage, _ int) (context.Context, func(error)) {
			if stage != data.StageDetect {
				return ctx, func(error) {}
			}
			w.detected.Add(1)
			if n := w.running.Add(1); n > w.most.Load() {
				w.most.Store(n)
			}
			if w.hold.Load() != nil {
				<-w.let
			}
			return ctx, func(error) { w.running.Add(-1) }
		}
	})
	late(t, w.corpus)
	w.pass(time.Minute)
	return w
}

func (w *crowd) pass(d time.Duration) { w.elapsed.Add(int64(d)) }

// come stores so many reports of a surge, all at once.
func (w *crowd) come(n int) {
	w.Helper()
	reports := make([]report.Report, n)
	for i := range reports {
		w.n++
		reports[i] = walk(fmt.Sprint("c", w.n), -101+0.2*float64(w.n%5), 1)
		reports[i].Start = now.Add(-time.Duration(w.n%72) * time.Hour)
		reports[i].End = reports[i].Start
	}
	for _, a := range add(w, w.corpus, reports...) {
		if a.Err != nil {
			w.Fatal(a.Err)
		}
	}
}

func (w *crowd) found() log.Seq {
	seq, _ := w.corpus.Found(context.Background(), now)
	return seq
}

// behind is by how many entries detection is behind what is visible.
func (w *crowd) behind() int { return int(headOf(w.corpus) - w.found()) }

func TestAQuietCorpusIsNeverBehind(t *testing.T) {
	w, random := newCrowd(t), rand.New(rand.NewPCG(3, 1))
	for i := range 60 { // never a thousand within a second
		n := 1 + random.IntN(330)
		if i%3 == 0 {
			w.pass(time.Second)
		}
		w.come(n)
		if b := w.behind(); b != 0 {
			t.Fatalf("step %d: %d entries behind", i, b)
		}
		w.pass(time.Duration(random.IntN(100)) * time.Millisecond)
	}
	// The control: where a thousand come within a second, the same question finds it behind.
	w.come(1000)
	w.found()
	w.come(1)
	if w.behind() != 1 {
		t.Errorf("a thousand within a second: %d behind", w.behind())
	}
}

func TestWhileMuchArrivesTheNewestFindingIsGiven(t *testing.T) {
	w := newCrowd(t)
	w.come(1000)
	first := headOf(w.corpus)
	if w.found() != first {
		t.Fatal("there was no finding, and yet one was given")
	}
	detected := w.detected.Load()
	for range 5 { // 245 ms
		w.pass(49 * time.Millisecond)
		w.come(100)
		if w.found() != first {
			t.Fatal("found anew before a quarter of a second had passed")
		}
	}
	if w.corpus.Settled(); w.detected.Load() != detected {
		t.Error("something was found that nobody asked for")
	}
	w.pass(5 * time.Millisecond)
	if w.found() != first {
		t.Error("an asker waited for what is found beside")
	}
	if w.corpus.Settled(); w.detected.Load() == detected || w.behind() != 0 {
		t.Errorf("a quarter of a second later it is %d behind", w.behind())
	}
	second := w.found()
	w.come(100)
	if w.found() != second {
		t.Error("found anew at once")
	}
	w.pass(time.Second)
	w.come(1000) // it is as busy as it was
	if w.behind() != 0 {
		t.Error("a finding was given that is a second old")
	}
	w.come(50)
	if w.behind() != 50 {
		t.Errorf("%d behind, of 50 that came since", w.behind())
	}
	w.pass(time.Second) // nothing arrives any more
	if w.behind() != 0 {
		t.Error("behind, and nothing arrives any more")
	}
}

// There is one at a time beside askers, of whatever day, and those who have none wait for
// what is being found.
func TestFindingsAreMadeOneAtATime(t *testing.T) {
	w := newCrowd(t)
	w.come(1000)
	w.found()
	yesterday := now.AddDate(0, 0, -1)
	w.corpus.Found(context.Background(), yesterday)
	w.pass(300 * time.Millisecond)
	w.come(1000)
	w.hold.Store(&struct{}{})
	for range 10 {
		w.found()
		w.corpus.Found(context.Background(), yesterday)
	}
	w.pass(800 * time.Millisecond) // what was given is too old, what is being found is not
	w.come(1000)
	given := make(chan log.Seq)
	go func() { given <- w.found() }()
	w.hold.Store(nil)
	close(w.let)
	if got, head := <-given, headOf(w.corpus); got != head-1000 {
		t.Errorf("who waited was given position %d of %d", got, head)
	}
	if w.corpus.Settled(); w.most.Load() != 1 {
		t.Errorf("detection ran %d times at a time", w.most.Load())
	}
}

// What must be seen at once is seen at once, however much arrives.
func TestNothingIsGivenOfBefore(t *testing.T) {
	w, ctx := newCrowd(t), context.Background()
	w.come(1000)
	check := func(what string, behind bool, do func() error) {
		t.Helper()
		w.pass(time.Second)
		w.come(1000)
		w.found()
		w.come(1)
		if w.behind() != 1 {
			t.Fatalf("before %s it is %d behind", what, w.behind())
		}
		if err := do(); err != nil {
			t.Fatal(what, err)
		}
		if got := w.behind() > 0; got != behind {
			t.Errorf("after %s: behind %v, want %v", what, got, behind)
		}
	}
	flags, err := w.corpus.Flags(ctx, hotspot.Query{})
	if err != nil || len(flags) == 0 {
		t.Fatal("there are no flags", err)
	}
	check("a report", true, func() error { w.come(1); return nil }) // the control
	check("a file", false, func() error { w.come(300); w.corpus.Settle(); return nil })
	check("a step about a flag", false, func() error {
		return w.corpus.PutFlag(ctx, "analyst", flags[0].ID, hotspot.Acknowledged, "under_review", hotspot.Query{})
	})
	check("a post", false, func() error {
		stretch := frontier.Stretch{Part: frontier.Main, From: frontier.KM(400), To: frontier.KM(420)}
		return w.corpus.SwapPost(ctx, "tester", nil, &guard.Post{ID: "p", Kind: "patrol", Name: "a patrol", Agency: "police", Stretch: stretch})
	})
	check("a source", false, func() error {
		changed := police
		changed.Cadence = 48 * time.Hour
		return w.corpus.PutSource(ctx, "tester", changed)
	})
	check("an erasure", false, func() error { return w.corpus.Erase(ctx, "tester", "c1", "court order") })
}

// What watches findings asks for nothing earlier, and so is never behind.
func TestWhoWatchesIsNotBehind(t *testing.T) {
	w, ctx := newCrowd(t), context.Background()
	w.come(1000)
	w.found()
	before, err := w.corpus.Hotspots(ctx, hotspot.Query{At: now})
	w.come(400)
	after, err2 := w.corpus.Hotspots(ctx, hotspot.Query{At: now})
	seq := w.found()
	given, err3 := w.corpus.Hotspots(ctx, hotspot.Query{At: now, AsOf: log.AsOf{Seq: seq}})
	if err != nil || err2 != nil || err3 != nil {
		t.Fatal(err, err2, err3)
	}
	if cmp.Equal(before, after) {
		t.Error("400 people more, and nothing is found otherwise")
	}
	if !cmp.Equal(before, given) {
		t.Error("what is given as of the finding is not the finding")
	}
}

// answers is all that is said of a position.
type answers struct {
	Spots    []hotspot.Hotspot
	Flags    []hotspot.Flag
	Segments []hotspot.SegmentState
	Receipt  hotspot.Receipt
	Steps    []hotspot.Taken
}

func answersAt(t *testing.T, c *data.Corpus, seq log.Seq) (a answers) {
	t.Helper()
	ctx, q := context.Background(), hotspot.Query{At: now, AsOf: log.AsOf{Seq: seq}}
	var errs [5]error
	a.Spots, errs[0] = c.Hotspots(ctx, q)
	a.Flags, errs[1] = c.Flags(ctx, q)
	a.Segments, errs[2] = c.Segments(ctx, q)
	if len(a.Flags) > 0 {
		a.Receipt, errs[3] = c.Receipt(ctx, a.Flags[0].ID, q)
		_, a.Steps, errs[4] = c.Flag(ctx, a.Flags[0].ID, q)
	}
	for _, err := range errs {
		if err != nil {
			t.Error(err)
		}
	}
	return a
}

// What is told as of a position while much arrives is what is found for it afterwards,
// from nothing but the log.
func TestAFindingIsThatOfItsPosition(t *testing.T) {
	t.Parallel()
	w, ctx, random := newCrowd(t), context.Background(), rand.New(rand.NewPCG(4, 4))
	told, changes, behind := map[log.Seq]answers{}, 0, 0
	for i := range 12 {
		w.come(300 + random.IntN(300))
		switch i {
		case 3:
			from := frontier.KM(600)
			if err := w.corpus.SwapPost(ctx, "tester", nil, &guard.Post{ID: "p", Kind: "patrol", Name: "a patrol", Agency: "police", Stretch: frontier.Stretch{Part: frontier.Main, From: from, To: from + frontier.KM(30)}}); err != nil {
				t.Fatal(err)
			}
		case 6:
			flags, err := w.corpus.Flags(ctx, hotspot.Query{At: now})
			if err == nil {
				err = w.corpus.PutFlag(ctx, "analyst", flags[0].ID, hotspot.Acknowledged, "under_review", hotspot.Query{At: now})
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		seq := w.found()
		if w.behind() > 0 {
			behind++
		}
		if _, ok := told[seq]; !ok {
			told[seq], changes = answersAt(t, w.corpus, seq), changes+1
		}
		w.corpus.Settled()
		w.pass(time.Duration(random.IntN(300)) * time.Millisecond)
	}
	w.come(500)
	w.corpus.Unlearn()
	var last *answers
	for seq, a := range told {
		if diff := cmp.Diff(answersAt(t, w.corpus, seq), a); diff != "" {
			t.Fatalf("position %d, from the log (-), as it was told (+):\n%s", seq, diff)
		}
		last = &a
	}
	if changes < 5 || behind < 4 || last == nil || len(last.Flags) == 0 {
		t.Errorf("%d positions, %d times behind, %+v: the test shows little", changes, behind, last)
	}
	// The control: another position says something else.
	if cmp.Equal(answersAt(t, w.corpus, headOf(w.corpus)), *last) {
		t.Error("500 people more, and nothing is said otherwise")
	}
}

// Many write and many ask; each is told of a position that is not a second old.
func TestManyAskWhileMuchArrives(t *testing.T) {
	w := newCrowd(t)
	w.come(1000)
	var at sync.Map // position → when it had passed
	var writing, asking sync.WaitGroup
	for k := range 3 {
		writing.Go(func() {
			for i := range 40 {
				r := walk(fmt.Sprint("w", k, "-", i), -101, 2)
				r.Point = &orb.Point{-101 + float64(k), 49.01}
				var more []report.Report
				for n := range 60 {
					r.ID = fmt.Sprint("w", k, "-", i, "-", n)
					more = append(more, r)
				}
				add(t, w.corpus, more...)
				at.Store(headOf(w.corpus), time.Duration(w.elapsed.Load()))
				w.pass(7 * time.Millisecond)
			}
		})
	}
	stop := make(chan struct{})
	told := make([]map[log.Seq][]hotspot.Hotspot, 3)
	for k := range told {
		told[k] = map[log.Seq][]hotspot.Hotspot{}
		asking.Go(func() {
			for last := log.Seq(0); ; {
				begun := time.Duration(w.elapsed.Load())
				seq := w.found()
				if seq < last {
					t.Errorf("told of %d, before of %d", seq, last)
				}
				last = seq
				at.Range(func(passed, when any) bool { // what had been visible for a second is in it
					if passed.(log.Seq) > seq && begun-when.(time.Duration) >= time.Second {
						t.Errorf("told of %d, and %d had been there for %s", seq, passed, begun-when.(time.Duration))
					}
					return true
				})
				spots, err := w.corpus.Hotspots(context.Background(), hotspot.Query{At: now, AsOf: log.AsOf{Seq: seq}})
				if err != nil {
					t.Error(err)
				}
				told[k][seq] = spots
				select {
				case <-stop:
					return
				default:
				}
			}
		})
	}
	writing.Wait()
	close(stop)
	asking.Wait()
	w.corpus.Settled()
	w.corpus.Unlearn()
	checked := 0
	for _, all := range told {
		for seq, spots := range all {
			if checked++; checked > 20 {
				return
			}
			again, err := w.corpus.Hotspots(context.Background(), hotspot.Query{At: now, AsOf: log.AsOf{Seq: seq}})
			if diff := cmp.Diff(again, spots); err != nil || diff != "" {
				t.Fatalf("position %d: %v %s", seq, err, diff)
			}
		}
	}
}

// What is found beside ends with the corpus, and nothing is begun after.
func TestFindingBesideEndsWithTheCorpus(t *testing.T) {
	w := newCrowd(t)
	w.come(1000)
	w.found()
	w.pass(300 * time.Millisecond)
	w.come(500)
	w.hold.Store(&struct{}{})
	w.found()
	closed := make(chan error)
	go func() { closed <- w.corpus.Close() }()
	w.hold.Store(nil)
	close(w.let)
	if err := <-closed; err != nil {
		t.Fatal(err)
	}
	if w.behind() != 0 { // it was found, and Close has waited for it
		t.Errorf("%d behind", w.behind())
	}
	w.pass(300 * time.Millisecond)
	before := w.detected.Load()
	w.found()
	if w.detected.Load() != before {
		t.Error("something was begun after the end")
	}
}
