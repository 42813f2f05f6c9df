package index

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"frontierwatch/geo/report"
)

// Places are those of the versions that the obvious index finds.
func TestPlacesAreThoseOfTheSlowIndex(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, h := newIndex(zigzag, small()), history{}
		for range rapid.IntRange(0, 120).Draw(t, "versions") {
			x.Add(h.draw(t))
		}
		slow := slow{h.versions, zigzag}
		for range 4 {
			q := drawQuery(t, slow.head())
			var got, want []string
			if err := x.Snapshot().Places(context.Background(), q, func(p orb.Point, v *report.Version) {
				if v != nil {
					got = append(got, fmt.Sprint(v.Seq))
				} else {
					got = append(got, fmt.Sprint(p))
				}
			}); err != nil {
				t.Fatal(err)
			}
			q.After, q.Limit, q.Count = nil, math.MaxInt, false
			for _, v := range slow.query(q).Versions {
				if v.Point != nil {
					want = append(want, fmt.Sprint(*v.Point))
				} else {
					want = append(want, fmt.Sprint(v.Seq))
				}
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Fatalf("%+v\ngot  %v\nwant %v", q, got, want)
			}
		}
	})
}

func TestPlacesOfNothingAndOfAnEndedContext(t *testing.T) {
	never := func(orb.Point, *report.Version) { t.Error("a place") }
	if err := (Snapshot{}).Places(context.Background(), report.Query{}, never); err != nil {
		t.Error(err)
	}
	x := newIndex(zigzag, live())
	versions := synthetic(50_000, 3)
	x.Load(func() error { x.Add(versions...); return nil })
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := x.Snapshot().Places(ctx, report.Query{}, func(orb.Point, *report.Version) {}); err == nil {
		t.Error("an ended context is no error")
	}
}

// BenchmarkPlaces is a tile of zoom 6: 5.6 degrees.
func BenchmarkPlaces(b *testing.B) {
	x, _ := loaded(b, 1_000_000)
	s := x.Snapshot()
	n := 0
	for b.Loop() {
		n = 0
		s.Places(context.Background(), report.Query{Boxes: []orb.Bound{{Min: orb.Point{-101.25, 48.9}, Max: orb.Point{-95.625, 52.5}}}}, func(orb.Point, *report.Version) { n++ })
	}
	b.ReportMetric(float64(n), "places")
}
