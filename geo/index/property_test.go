package index

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// small lays few rows out as live does many, so that every way is gone.
func small() tuning { return tuning{tail: 4, young: 12, tree: 6, load: 20} }

// history draws what a log of reports may hold: creations, corrections that move
// a report in place and time, retractions and returns, published before or after
// the version they replace. Places and times lie on a coarse grid, so that edges
// and instants are hit.
type history struct {
	versions []*report.Version
	newest   map[string]*report.Version
}

func (h *history) draw(t *rapid.T) *report.Version {
	id := fmt.Sprint("r", rapid.IntRange(1, 40).Draw(t, "id"))
	v := &report.Version{Revision: 1, Seq: log.Seq(rapid.IntRange(1, 2).Draw(t, "gap"))}
	if n := len(h.versions); n > 0 {
		v.Seq += h.versions[n-1].Seq
	}
	v.Recorded = epoch.Add(time.Duration(v.Seq) * time.Hour)
	old := h.newest[id]
	if old != nil {
		v.FID, v.Revision, v.Replaces = old.FID, old.Revision+1, old.Seq
	} else {
		v.FID = int64(len(h.newest) + 1)
	}
	if old != nil && !old.Deleted && rapid.IntRange(0, 3).Draw(t, "retract") == 0 {
		v.Report, v.Deleted = old.Report, true
	} else {
		v.Report = drawReport(t, id)
	}
	if h.newest == nil {
		h.newest = map[string]*report.Version{}
	}
	h.newest[id] = v
	h.versions = append(h.versions, v)
	return v
}

func drawReport(t *rapid.T, id string) report.Report {
	r := report.Report{ID: id, Start: drawTime(t, "start")}
	r.End = r.Start.Add(rapid.SampledFrom([]time.Duration{0, 0, 0, time.Millisecond, time.Hour, 80 * 24 * time.Hour}).Draw(t, "lasting"))
	r.Unit = rapid.SampledFrom([]report.Unit{report.Persons, report.Persons, report.Claims}).Draw(t, "unit")
	r.Source = rapid.SampledFrom([]string{"police", "police", "radio"}).Draw(t, "source")
	if rapid.Bool().Draw(t, "published") {
		r.Published = epoch.Add(time.Duration(rapid.IntRange(0, 200).Draw(t, "known")) * time.Hour)
	}
	if rapid.IntRange(0, 3).Draw(t, "rough") > 0 {
		r.Point = &orb.Point{drawDegrees(t, -125), drawDegrees(t, 49)}
		return r
	}
	from := frontier.KM(float64(rapid.IntRange(0, 20).Draw(t, "from")) * 10)
	r.Stretch = &frontier.Stretch{From: from, To: from + frontier.KM(float64(rapid.IntRange(0, 12).Draw(t, "length"))*10)}
	return r
}

// drawTime is one of few instants of five months, some of them a millisecond
// apart.
func drawTime(t *rapid.T, label string) time.Time {
	day := rapid.SampledFrom([]int{0, 1, 30, 31, 58, 59, 90, 120, 149}).Draw(t, label)
	return epoch.AddDate(0, 0, day).Add(time.Duration(rapid.IntRange(0, 2).Draw(t, label)) * time.Millisecond)
}

// drawBetween is such an instant, or one between two of them.
func drawBetween(t *rapid.T, label string) time.Time {
	return drawTime(t, label).Add(rapid.SampledFrom([]time.Duration{0, 0, 1, 400_000, 999_999}).Draw(t, label))
}

// drawDegrees is on a grid of eighths, or beside it: by what a record keeps, which
// is less than floats of 32 bits tell apart, or by less than that.
func drawDegrees(t *rapid.T, origin float64) float64 {
	d := origin + float64(rapid.IntRange(0, 16).Draw(t, "degrees"))/8
	return d + rapid.SampledFrom([]float64{0, 0, 0, 1e-7, -1e-7, 1e-9, -1e-9}).Draw(t, "hair")
}

func drawQuery(t *rapid.T, head log.Seq) report.Query {
	q := report.Query{Limit: rapid.IntRange(1, 30).Draw(t, "limit"), Count: rapid.Bool().Draw(t, "count")}
	for range rapid.SampledFrom([]int{0, 0, 1, 1, 2, 3}).Draw(t, "boxes") {
		west, south := drawDegrees(t, -125), drawDegrees(t, 49)
		q.Boxes = append(q.Boxes, orb.Bound{
			Min: orb.Point{west, south},
			Max: orb.Point{west + float64(rapid.IntRange(-1, 8).Draw(t, "width"))/8, south + float64(rapid.IntRange(0, 8).Draw(t, "height"))/8},
		})
	}
	if rapid.Bool().Draw(t, "bounded") {
		q.From = drawBetween(t, "from")
	}
	if rapid.Bool().Draw(t, "bounded") {
		q.To = drawBetween(t, "to")
	}
	if rapid.IntRange(0, 2).Draw(t, "pinned") == 0 {
		q.AsOf.Seq = log.Seq(rapid.IntRange(1, int(head)+2).Draw(t, "seq"))
	}
	if rapid.IntRange(0, 2).Draw(t, "bounded") == 0 {
		q.AsOf.Known = epoch.Add(time.Duration(rapid.IntRange(0, 200).Draw(t, "known")) * time.Hour)
	}
	if rapid.IntRange(0, 2).Draw(t, "behind") == 0 {
		q.After = &report.Key{Start: drawBetween(t, "after"), FID: int64(rapid.IntRange(0, 41).Draw(t, "fid"))}
	}
	if rapid.IntRange(0, 2).Draw(t, "kind") == 0 {
		unit := rapid.SampledFrom([]report.Unit{report.Persons, report.Claims, report.Signs}).Draw(t, "unit")
		q.Kind = func(k report.Kind) bool { return k.Unit == unit || k.Source == "radio" }
	}
	if rapid.IntRange(0, 3).Draw(t, "matched") == 0 {
		q.Match = func(v *report.Version) bool { return v.FID%2 == 0 }
	}
	return q
}

// Every snapshot, however much was added since it was taken, answers as the
// obvious index of the versions up to its head; those taken while a log is read, as
// long as nothing is added.
func TestAnswersAreThoseOfTheSlowIndex(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, h := newIndex(zigzag, small()), history{}
		type taken struct {
			snapshot Snapshot
			slow     slow
		}
		var all []taken
		grow := func() {
			for n := rapid.IntRange(0, 60).Draw(t, "versions"); n > 0; {
				some := rapid.IntRange(1, n).Draw(t, "together")
				for range some {
					h.draw(t)
				}
				x.Add(h.versions[len(h.versions)-some:]...)
				n -= some
			}
			all = append(all, taken{x.Snapshot(), slow{slices.Clone(h.versions), zigzag}})
		}
		check := func(at taken) {
			for range 4 {
				sameAnswer(t, at.snapshot, at.slow, drawQuery(t, at.slow.head()))
			}
			sameStanding(t, at.snapshot, at.slow, drawQuery(t, at.slow.head()).AsOf)
			if err := at.snapshot.Check(); err != nil {
				t.Fatal(err)
			}
		}
		grow()
		if rapid.Bool().Draw(t, "load") {
			x.Load(func() error {
				grow()
				check(all[1])
				all = all[:1]
				grow()
				return nil
			})
		}
		grow()
		for _, at := range all {
			check(at)
		}
	})
}

func sameAnswer(t *rapid.T, s Snapshot, slow slow, q report.Query) {
	t.Helper()
	got, err := s.Query(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	want := slow.query(q)
	q.Lean = true
	lean, err := s.Query(context.Background(), q)
	if err != nil || lean.Versions != nil || lean.N != got.N || got.At != nil || got.N != len(got.Versions) || lean.Matched != got.Matched {
		t.Fatalf("%+v\nlean it is %+v, else %+v, %v", q, lean, got, err)
	}
	for i, v := range got.Versions {
		if !same(lean.At(i), v) {
			t.Fatalf("%+v: lean version %d is another", q, i)
		}
	}
	if !slices.EqualFunc(got.Versions, want.Versions, same) {
		t.Fatalf("%+v\ngot versions %v\n        want %v", q, seqs(got.Versions), seqs(want.Versions))
	}
	if got.Matched != want.Matched || got.Head != want.Head {
		t.Fatalf("%+v\nmatched %d at %d, want %d at %d", q, got.Matched, got.Head, want.Matched, want.Head)
	}
	if (got.Next == nil) != (want.Next == nil) || got.Next != nil && *got.Next != *want.Next {
		t.Fatalf("%+v\nnext %v, want %v", q, got.Next, want.Next)
	}
}

func sameStanding(t *rapid.T, s Snapshot, slow slow, at log.AsOf) {
	t.Helper()
	want := slow.standing(at)
	var got []*report.Version
	s.Versions(at, func(v *report.Version) bool {
		got = append(got, s.History(v.ID)[v.Revision-1])
		if !same(got[len(got)-1], v) {
			t.Fatalf("%+v: yields %+v, and its history has %+v", at, v, got[len(got)-1])
		}
		return true
	})
	slices.SortFunc(got, func(a, b *report.Version) int { return int(a.Seq) - int(b.Seq) })
	if !slices.EqualFunc(got, want, same) {
		t.Fatalf("%+v: %v stand, want %v", at, seqs(got), seqs(want))
	}
	for _, v := range want {
		if got, ok := s.Get(v.ID, at); !ok || !same(got, v) {
			t.Fatalf("%+v: Get(%s) is not version %d", at, v.ID, v.Seq)
		}
	}
	if all := slow.standing(log.AsOf{}); s.Len() != len(all) {
		t.Fatalf("Len is %d, want %d", s.Len(), len(all))
	}
}

// same says whether two versions say the same, all of it.
func same(a, b *report.Version) bool { return reflect.DeepEqual(a, b) }

func seqs(versions []*report.Version) (seqs []log.Seq) {
	for _, v := range versions {
		seqs = append(seqs, v.Seq)
	}
	return seqs
}
