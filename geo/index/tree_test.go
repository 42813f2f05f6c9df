package index

import (
	"context"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// crowd is a long log in which some reports lie on stretches or at finer points, some
// last, and some are corrected, so that trees have many bundles with all of that in them.
func crowd(n int) []*report.Version {
	random := rand.New(rand.NewPCG(11, 12))
	versions, newest := synthetic(n, 9), map[string]*report.Version{}
	for i, v := range versions {
		v.Unit, v.Source = report.Persons, []string{"police", "radio"}[random.IntN(2)]
		switch random.IntN(20) {
		case 0:
			from := frontier.KM(5000 * random.Float64())
			v.Point, v.Stretch = nil, &frontier.Stretch{From: from, To: from + frontier.KM(300*random.Float64())}
		case 1:
			v.Point[0] += 1e-9
		case 2:
			v.End = v.Start.Add(time.Duration(random.IntN(2000)) * time.Hour)
		case 3:
			if old := newest[versions[random.IntN(i+1)].ID]; old != nil {
				v.ID, v.FID, v.Revision, v.Replaces = old.ID, old.FID, old.Revision+1, old.Seq
			}
		}
		newest[v.ID] = v
	}
	return versions
}

// randomQuestion is about a box of any size, of all times or a few weeks.
func randomQuestion(random *rand.Rand) report.Query {
	q := report.Query{Limit: 1 + random.IntN(300), Count: true}
	if random.IntN(8) > 0 {
		width := math.Pow(10, 2*random.Float64()-1)
		at := orb.Point{-125 + 55*random.Float64(), 49 + 0.03*random.NormFloat64()}
		q.Boxes = []orb.Bound{{Min: at, Max: orb.Point{at[0] + width, at[1] + width/2}}}
	}
	if random.IntN(2) == 0 {
		q.From = epoch.AddDate(0, 0, random.IntN(1000))
		q.To = q.From.AddDate(0, 0, random.IntN(60))
	}
	switch random.IntN(6) {
	case 0:
		q.Kind = func(k report.Kind) bool { return k.Source == "radio" }
	case 1:
		q.AsOf.Seq = log.Seq(1 + random.IntN(20_000))
	}
	return q
}

// Trees of many bundles find, count and tell of what scanning finds.
func TestTreesAnswerAsScansDo(t *testing.T) {
	versions, random := crowd(20_000), rand.New(rand.NewPCG(1, 2))
	scans := live()
	scans.tree = math.MaxInt
	trees, slow := newIndex(zigzag, tuning{tail: 512, young: 4096, tree: 64, load: 4096}), newIndex(zigzag, scans)
	for _, x := range []*Index{trees, slow} {
		x.Load(func() error { x.Add(versions[:16_000]...); return nil })
		x.Add(versions[16_000:]...)
		if err := x.Snapshot().Check(); err != nil {
			t.Fatal(err)
		}
	}
	matched := 0
	for range 200 {
		q := randomQuestion(random)
		got, err := trees.Snapshot().Query(context.Background(), q)
		want, err2 := slow.Snapshot().Query(context.Background(), q)
		if err != nil || err2 != nil || got.Matched != want.Matched || !slices.Equal(seqs(got.Versions), seqs(want.Versions)) {
			t.Fatalf("%+v: %d matched, want %d\n%v\n%v, %v, %v", q, got.Matched, want.Matched, seqs(got.Versions), seqs(want.Versions), err, err2)
		}
		matched += want.Matched
		side := 0.5 + 8*random.Float64()
		a, b := told{side: side, sums: map[int][3]int64{}}, told{side: side, sums: map[int][3]int64{}}
		trees.Snapshot().Places(context.Background(), q, &a)
		slow.Snapshot().Places(context.Background(), q, &b)
		slices.Sort(a.places)
		slices.Sort(b.places)
		if !maps.Equal(a.sums, b.sums) || !slices.Equal(a.places, b.places) {
			t.Fatalf("%+v\n%s\n%s", q, cmp.Diff(b.sums, a.sums), cmp.Diff(b.places, a.places))
		}
	}
	if matched < 100_000 {
		t.Errorf("%d reports matched: the test shows little", matched)
	}
}

// What meets a box in degrees meets it in cells, and what lies in it does.
func TestCellsAroundABoxMeetWhatItMeets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(label string) orb.Bound {
			at, size := orb.Point{drawDegrees(t, -125), drawDegrees(t, 49)}, rapid.SampledFrom([]float64{0, 1e-9, 1e-8, 1e-7, 1}).Draw(t, label)
			return orb.Bound{Min: at, Max: orb.Point{at[0] + size, at[1] + size}}
		}
		box, extent := draw("box"), draw("extent")
		in, around := cellsIn(box), cellsAround(extent)
		if box.Intersects(extent) && !in.meets(&around) {
			t.Fatalf("%v meets %v, and %v does not meet %v", box, extent, in, around)
		}
		if in.holds(&around) && !holds(box, extent) {
			t.Fatalf("%v holds %v, and %v does not hold %v", in, around, box, extent)
		}
	})
}
