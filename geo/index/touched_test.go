package index

import (
	"context"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// Where nothing is said to have touched a box, a question about it has the answer that
// it had; and where points are all there is, nothing is said of others.
func TestUntouchedBoxesAnswerAsBefore(t *testing.T) {
	untouched := 0
	rapid.Check(t, func(t *rapid.T) {
		x, h := newIndex(zigzag, small()), history{}
		grow := func() {
			for range rapid.IntRange(0, 30).Draw(t, "versions") {
				x.Add(h.draw(t))
			}
		}
		grow()
		before := x.Snapshot()
		grow()
		now := x.Snapshot()
		for range 4 {
			at, size := orb.Point{drawDegrees(t, -125), drawDegrees(t, 49)}, float64(rapid.IntRange(0, 4).Draw(t, "size"))/8
			if n := len(h.versions); n > 0 && rapid.Bool().Draw(t, "where something is") {
				if p := h.versions[rapid.IntRange(0, n-1).Draw(t, "which")].Point; p != nil {
					at = *p
				}
			}
			box := orb.Bound{Min: at, Max: orb.Point{at[0] + size, at[1] + size}}
			touched := now.Touched(before.Head, box)
			if !touched {
				untouched++
				q := report.Query{Boxes: []orb.Bound{box}, Limit: 1000}
				was, _ := before.Query(context.Background(), q)
				is, err := now.Query(context.Background(), q)
				if err != nil || !slices.EqualFunc(was.Versions, is.Versions, same) {
					t.Fatalf("%v is untouched, and its reports were %v and are %v", box, seqs(was.Versions), seqs(is.Versions))
				}
			}
			if want := slowTouched(h.versions, before.Head, box); touched && !want {
				t.Fatalf("%v is touched by nothing since %d", box, before.Head)
			}
		}
	})
	if untouched == 0 {
		t.Error("every box was touched: the test shows nothing")
	}
}

// slowTouched looks at every version since, and at every one of the same report.
func slowTouched(versions []*report.Version, after log.Seq, box orb.Bound) bool {
	near := func(v *report.Version) bool {
		if v.Point != nil {
			return box.Contains(*v.Point)
		}
		return v.Stretch != nil && box.Intersects(zigzag(*v.Stretch).Bound())
	}
	for _, v := range versions {
		if v.Seq <= after {
			continue
		}
		for _, other := range versions {
			if other.ID == v.ID && other.Seq <= v.Seq && near(other) {
				return true
			}
		}
	}
	return false
}

func TestVeryMuchTouchesEverything(t *testing.T) {
	x := newIndex(zigzag, live())
	nowhere := orb.Bound{Min: orb.Point{10, 10}, Max: orb.Point{11, 11}}
	x.Add(synthetic(mostTouched+1, 3)...)
	if s := x.Snapshot(); !s.Touched(0, nowhere) || s.Touched(1, nowhere) || s.Touched(s.Head, nowhere) || (Snapshot{}).Touched(0, nowhere) {
		t.Error("very much touches every box, a little less only where it is")
	}
}
