package frontier

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
)

// distances are from GeographicLib 2.1 (C. Karney, "Algorithms for geodesics",
// 2013, exact to 15 nm), computed with its Python package. The first is an example
// of its manual, and so is the first of those opposite each other.
var distances = []struct {
	a, b orb.Point
	want float64
}{
	{orb.Point{-73.8, 40.6}, orb.Point{-0.5, 51.6}, 5551759.400319}, // New York to London
	{orb.Point{0, 0}, orb.Point{0, 90}, 10001965.729313},            // a quarter of a meridian
	{orb.Point{0, 0}, orb.Point{1, 0}, 111319.490793},               // along the equator
	{orb.Point{179.9, 60}, orb.Point{-179.9, 60}, 11159.996065},
	{orb.Point{-95.7, 38.9}, orb.Point{-95.7, 49}, 1122225.100173},
	{orb.Point{0, 90}, orb.Point{50, -90}, 20003931.458625},

	{orb.Point{-133.36571, 48.53981}, orb.Point{-133.365706, 48.539806}, 0.533944},
	{orb.Point{-136.07788, 46.15618}, orb.Point{-136.077805, 46.156107}, 9.970188},
	{orb.Point{-81.76653, 68.58788}, orb.Point{-81.768972, 68.587965}, 99.981988},
	{orb.Point{-101.28568, 48.12469}, orb.Point{-101.272436, 48.123189}, 999.994882},
	{orb.Point{-133.14244, 46.67634}, orb.Point{-133.078709, 46.686299}, 4999.974833},
	{orb.Point{-79.65992, 68.86778}, orb.Point{-79.893118, 68.898862}, 10000.016665},
	{orb.Point{-126.68576, 65.13317}, orb.Point{-126.191926, 65.050008}, 24999.999654},
	{orb.Point{-86.83979, 60.03308}, orb.Point{-87.196237, 60.169738}, 24999.988933},
	{orb.Point{-134.58285, 67.47349}, orb.Point{-134.940916, 67.296707}, 25000.011244},
	{orb.Point{-103.55942, 61.34802}, orb.Point{-102.544095, 61.580245}, 60000.005839},
	{orb.Point{-134.38838, 55.52348}, orb.Point{-135.034468, 56.345158}, 99999.999515},
	{orb.Point{-100.47472, 67.04523}, orb.Point{-98.317017, 66.752049}, 99999.983034},
	{orb.Point{-98.64486, 68.32079}, orb.Point{-100.327166, 68.974859}, 99990.027753},
	{orb.Point{-103.38044, 66.5325}, orb.Point{-100.202504, 64.190648}, 299999.968522},
	{orb.Point{-109.10282, 59.20803}, orb.Point{-88.361983, 63.444578}, 1200000.009222},
	{orb.Point{-80.86817, 50.57028}, orb.Point{-17.48782, 79.884734}, 4000000.007852},
	{orb.Point{-94.65004, 42.96187}, orb.Point{-18.830837, -1.83774}, 9000000.013139},
}

func TestDistance(t *testing.T) {
	for _, d := range distances {
		tolerance := 0.0005
		if d.want < short {
			tolerance = 0.0002
		}
		for _, got := range []Meters{Distance(d.a, d.b), Distance(d.b, d.a)} {
			if math.Abs(float64(got)-d.want) > tolerance {
				t.Errorf("%v to %v is %.6f m, want %.6f within %g", d.a, d.b, float64(got), d.want, tolerance)
			}
		}
		// The oracle of Locate is good for itself.
		if got := vincenty(d.a, d.b); math.Abs(float64(got)-d.want) > 0.0005 {
			t.Errorf("Vincenty: %v to %v is %.6f m, want %.6f", d.a, d.b, float64(got), d.want)
		}
	}
}

func TestDistanceOppositeEachOther(t *testing.T) {
	for _, d := range []struct {
		a, b orb.Point
		want float64
	}{
		{orb.Point{174.81, -41.32}, orb.Point{-5.50, 40.96}, 19959679.267354},
		{orb.Point{0, 0}, orb.Point{180, 0}, 20003931.458625},
		{orb.Point{0, 0}, orb.Point{179.5, 0.5}, 19936288.578965},
	} {
		if got := float64(Distance(d.a, d.b)); math.Abs(got/d.want-1) > 0.005 {
			t.Errorf("%v to %v is %.0f m, want %.0f within 0.5 %%", d.a, d.b, got, d.want)
		}
	}
}

func TestDistanceOfNothing(t *testing.T) {
	p := orb.Point{-97.2, 49}
	if d := Distance(p, p); d != 0 {
		t.Errorf("a point is %g m from itself", float64(d))
	}
	if d := Distance(p, orb.Point{math.NaN(), 49}); !math.IsNaN(float64(d)) {
		t.Errorf("the distance to NaN is %g, want NaN", float64(d))
	}
	if d := Distance(orb.Point{math.Inf(1), 49}, p); !math.IsNaN(float64(d)) {
		t.Errorf("the distance to infinity is %g, want NaN", float64(d))
	}
}
