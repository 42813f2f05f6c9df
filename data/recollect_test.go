package data_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/paulmach/orb"

	"frontierwatch/data"
	"frontierwatch/data/memlog"
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/guard"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
	"frontierwatch/geo/series"
)

// history is a corpus to which something happens, day after day.
type history struct {
	*testing.T
	*rand.Rand
	corpus   *data.Corpus
	today    time.Time
	n        int // reports
	revision map[string]int
	reports  map[string]report.Report
	police   report.Source
}

// happen lets something happen and says what.
func (h *history) happen() string {
	switch h.IntN(16) {
	case 0:
		h.today = h.today.AddDate(0, 0, 1+h.IntN(3))
		return "a day"
	case 1:
		if h.IntN(2) == 0 {
			h.today = h.today.AddDate(0, 0, 12+h.IntN(20)) // nobody reports
			return "a silence"
		}
		fallthrough
	case 2:
		return h.source()
	case 3:
		h.post()
		return "a post"
	case 4, 5:
		return h.correct()
	case 6:
		return h.retract()
	case 7:
		if id := h.any(); id != "" && h.IntN(3) == 0 {
			h.must(h.corpus.Erase(context.Background(), "tester", id, "court order"))
			delete(h.reports, id)
			return "an erasure"
		}
	}
	return h.arrive()
}

func (h *history) must(err error) {
	if err != nil {
		h.Helper()
		h.Fatal(err)
	}
}

// any is the id of a report that stands.
func (h *history) any() (id string) {
	for range 20 {
		id = fmt.Sprint("h", h.IntN(h.n+1))
		if _, ok := h.reports[id]; ok {
			return id
		}
	}
	return ""
}

// report is one of lately, mostly; of long ago, of a stretch, tied to others, or of
// others than the police, sometimes.
func (h *history) report(id string) report.Report {
	r := walk(id, -104+0.3*h.Float64(), 1+h.Int64N(4))
	r.Start = h.today.Add(-time.Duration(h.IntN(5*24)) * time.Hour)
	switch h.IntN(8) {
	case 0:
		r.Start = h.today.Add(-time.Duration(h.IntN(900*24)) * time.Hour)
		r.Point = &orb.Point{-109.5 + 13*h.Float64(), 49.01}
	case 1:
		r.Point, r.Stretch = nil, &frontier.Stretch{Part: frontier.Main, From: frontier.KM(100), To: frontier.KM(100 + 40*h.Float64())}
		r.Start = h.today.Add(-time.Duration(h.IntN(120*24)) * time.Hour)
		r.Relation = report.RelationUnknown
	case 2:
		r.Source, r.Point = "guards", &orb.Point{-99 + 0.2*h.Float64(), 49.01}
	case 3:
		r.Unit = report.Claims
	case 4:
		if other, ok := h.reports[h.any()]; ok {
			r.Overlaps, r.Start, r.Source = []string{other.ID}, other.Start, "guards"
		}
	case 5: // the total of a month, as published
		r.Point, r.Stretch = nil, &frontier.Stretch{Part: frontier.Main, From: frontier.KM(300), To: frontier.KM(310 + 200*h.Float64())}
		r.Source, r.Relation, r.Count = "guards", report.RelationUnknown, report.Count{Best: 90, Min: 80, Max: 90}
		r.Start = h.today.AddDate(0, 0, -30-h.IntN(300))
		r.End = r.Start.AddDate(0, 0, 30)
		return r
	}
	r.End = r.Start
	if h.IntN(6) == 0 {
		r.End = r.Start.AddDate(0, 0, h.IntN(4))
	}
	if r.End.After(h.today) {
		r.End = h.today
	}
	return r
}

func (h *history) arrive() string {
	var some []report.Report
	for range 1 + h.IntN(3) {
		h.n++
		some = append(some, h.report(fmt.Sprint("h", h.n)))
	}
	for i, a := range add(h.T, h.corpus, some...) {
		h.must(a.Err)
		h.reports[some[i].ID], h.revision[some[i].ID] = some[i], 1
	}
	return "reports"
}

func (h *history) correct() string {
	id := h.any()
	if id == "" {
		return h.arrive()
	}
	next := h.reports[id]
	if h.IntN(2) == 0 {
		next = h.report(id)
	}
	next.Count = report.Count{Best: 7, Min: 1, Max: 9}
	if h.IntN(4) == 0 {
		next.Status = report.Rejected
	}
	h.revision[id]++
	added, err := h.corpus.Correct(context.Background(), "tester", []report.Report{next}, []int{h.revision[id]})
	h.must(err)
	h.must(added[0].Err)
	h.reports[id] = next
	return "a correction"
}

func (h *history) retract() string {
	id := h.any()
	if id == "" {
		return h.arrive()
	}
	h.revision[id]++
	added, err := h.corpus.Retract(context.Background(), "tester", id, h.revision[id])
	h.must(err)
	h.must(added.Err)
	delete(h.reports, id)
	return "a retraction"
}

// source changes what is said of the police: how often they report, and what they
// leave out.
func (h *history) source() string {
	day := func(ago int) string { return h.today.AddDate(0, 0, -ago).Format(time.DateOnly) }
	switch h.IntN(4) {
	case 0:
		h.police.Cadence = time.Duration(h.IntN(8)) * 24 * time.Hour
	case 1:
		h.police.Gaps = ""
	case 2:
		h.police.Gaps = day(30+h.IntN(300)) + "/" + day(h.IntN(30)) + " 0.5"
	case 3:
		h.police.Gaps = "main 400-500 " + day(h.IntN(200)) + "/.. 0 withheld"
	}
	h.must(h.corpus.PutSource(context.Background(), "tester", h.police))
	return "what is said of a source"
}

func (h *history) post() {
	from := frontier.KM(400 + 100*h.Float64())
	next := guard.Post{
		ID: fmt.Sprint("post", h.IntN(4)), Kind: "patrol", Name: "a patrol", Agency: "police", Stretch: frontier.Stretch{Part: frontier.Main, From: from, To: from + frontier.KM(20)},
		ActiveFrom: h.today.AddDate(0, 0, -h.IntN(60)),
	}
	posts, err := h.corpus.Posts(context.Background(), log.AsOf{})
	h.must(err)
	var old *guard.Post
	if i := slices.IndexFunc(posts, func(p guard.PostState) bool { return p.ID == next.ID }); i >= 0 {
		old = &posts[i].Post
	}
	h.must(h.corpus.SwapPost(context.Background(), "tester", old, &next))
}

func newHistory(t *testing.T, seed uint64) *history {
	h := &history{T: t, Rand: rand.New(rand.NewPCG(seed, 7)), today: now, revision: map[string]int{}, reports: map[string]report.Report{}, police: police}
	guards := report.Source{ID: "guards", Agency: "guards", Country: "USA", Unit: report.Persons, TLP: report.Green}
	h.corpus = open(t, memlog.New(), func(cfg *data.Config) {
		cfg.Now, cfg.Sources = func() time.Time { return h.today }, append(cfg.Sources, guards)
	})
	late(t, h.corpus)
	return h
}

// Whatever happens, and in whatever order days are asked for, what is found by what is
// remembered is what is found from nothing.
func TestWhatIsRememberedChangesNothing(t *testing.T) {
	t.Parallel()
	all := cmp.Exporter(func(reflect.Type) bool { return true })
	spots, steps, before, changes := 0, 50, "", 0
	for seed := range uint64(3) {
		h := newHistory(t, seed)
		for i := range steps {
			what := h.happen()
			for range h.IntN(3) { // several at a time
				what += ", " + h.happen()
			}
			day := h.today
			if h.IntN(5) == 0 {
				day = day.AddDate(0, 0, -h.IntN(40))
			}
			if h.IntN(20) == 0 {
				day = day.AddDate(0, 0, 40-h.IntN(400))
			}
			found, slowly := h.corpus.FoundBothWays(day)
			if !reflect.DeepEqual(found, slowly) {
				t.Fatalf("seed %d, step %d, after %s: from nothing (-), by what is remembered (+):\n%s", seed, i, what, cmp.Diff(slowly, found, all, cmpopts.EquateNaNs()))
			}
			for _, r := range found {
				spots += len(r.Hotspots) + len(r.Lapsed)
			}
			if text := fmt.Sprint(found[report.Persons].Hotspots); text != before {
				before, changes = text, changes+1
			}
			if i%5 == 0 {
				a, b := h.corpus.BaselineBothWays(report.Persons, day)
				sameBaseline(t, a, b, series.DayOf(day))
			}
		}
	}
	if spots < 200 || changes < 100 {
		t.Errorf("%d hot spots, which changed %d times: the test shows little", spots, changes)
	}
}

// sameBaseline holds what is said of a year against each other.
func sameBaseline(t *testing.T, a, b *hotspot.Baseline, day series.Day) {
	t.Helper()
	x, y := a.Over(day-365, day), b.Over(day-365, day)
	for segment := 0; segment < 100; segment += 7 {
		for d := day - 365; d+28 <= day; d += 28 {
			p, known := x.Band(segment, d, d+27)
			q, really := y.Band(segment, d, d+27)
			_, c := x.Weight(x.Area(segment), d, d+27)
			_, e := y.Weight(y.Area(segment), d, d+27)
			if p != q || known != really || c != e {
				t.Fatalf("segment %d, from day %d: %+v %v, from nothing %+v %v", segment, d, p, c, q, e)
			}
		}
	}
}

// Any number may ask while it changes; each gets the answer of a state that was.
func TestManyAskWhileItChanges(t *testing.T) {
	h := newHistory(t, 9)
	var asking sync.WaitGroup
	stop := make(chan struct{})
	for i := range 4 {
		day := h.today.AddDate(0, 0, -i%2)
		asking.Go(func() {
			for {
				if found, slowly := h.corpus.FoundBothWays(day); !reflect.DeepEqual(found, slowly) {
					t.Error("what was found is not that of its state")
				}
				select {
				case <-stop:
					return
				default:
				}
			}
		})
	}
	for range 30 {
		h.arrive()
		h.correct()
	}
	close(stop)
	asking.Wait()
}
