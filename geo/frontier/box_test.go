package frontier

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
)

func box(west, south, east, north float64) orb.Bound {
	return orb.Bound{Min: orb.Point{west, south}, Max: orb.Point{east, north}}
}

func TestCrosses(t *testing.T) {
	unit := box(0, 0, 1, 1)
	for _, c := range []struct {
		name, line string
		want       bool
	}{
		{"a point inside", "0.5 0.5", true},
		{"a point on the corner", "1 1", true},
		{"a point beside", "1.0000001 0.5", false},
		{"through", "-1 0.5, 2 0.5", true},
		{"inside, no vertex outside", "0.2 0.2, 0.8 0.8", true},
		{"past the corner", "0.5 1.6, 1.6 0.5", false},
		{"touching the corner", "0.5 1.5, 1.5 0.5", true},
		{"along an edge", "0.2 1, 0.8 1", true},
		{"along an edge, beyond it", "1.2 1, 1.8 1", false},
		{"the second edge", "5 5, 2 2, 0.5 0.5", true},
		{"a short way off", "-1 2, 3 2", false},
	} {
		if got := Crosses(points(t, c.line), unit); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	if Crosses(nil, unit) {
		t.Error("a line of no point crosses a box")
	}
	if Crosses(orb.LineString{{math.NaN(), 0.5}}, unit) {
		t.Error("what is not a number crosses a box")
	}
	if point := box(0.5, 0.5, 0.5, 0.5); !Crosses(points(t, "0 0, 1 1"), point) || Crosses(points(t, "0 0, 1 1.000001"), point) {
		t.Error("a box that is a point is crossed by the lines through it and no others")
	}
}

// A place of the line in the box, found by looking at many, means that they meet;
// and no place near the box means that they do not.
func TestCrossesAgreesWithLooking(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	met := 0
	for range 20_000 {
		at := func() orb.Point { return orb.Point{r.Float64()*4 - 2, r.Float64()*4 - 2} }
		a, b, c := at(), at(), at()
		target := box(c[0], c[1], c[0]+0.5, c[1]+r.Float64())
		inside, near := false, false
		for i := range 201 {
			p := between(a, b, float64(i)/200)
			inside = inside || target.Contains(p)
			near = near || target.Pad(0.03).Contains(p)
		}
		got := Crosses(orb.LineString{a, b}, target)
		if inside && !got || !near && got {
			t.Fatalf("%v to %v and %v: %v, and looking says inside %v, near %v", a, b, target, got, inside, near)
		}
		if got {
			met++
		}
	}
	if met < 1000 || met > 19_000 {
		t.Errorf("%d of 20000 cases cross: the cases are no test", met)
	}
}

func TestMeets(t *testing.T) {
	f := whole(t)
	emerson := box(-97.3, 48.9, -97.1, 49.1)
	for _, c := range []struct {
		stretch Stretch
		want    bool
	}{
		{Stretch{Main, KM(4280), KM(4290)}, true},
		{Stretch{Main, KM(4300), KM(4310)}, false},
		{Stretch{Alaska, 0, f.Length(Alaska)}, false},
		{Stretch{Main, 0, f.Length(Main)}, true},
	} {
		if got := f.Meets(c.stretch, emerson); got != c.want {
			t.Errorf("%v meets the box round Emerson: %v, want %v", c.stretch, got, c.want)
		}
	}
}
