package trend

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestMannKendallTurnsWithTheSeries(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ints := rapid.SliceOfN(rapid.IntRange(0, 6), 0, 12).Draw(t, "x")
		x := make([]float64, len(ints))
		for i := range ints {
			x[i] = float64(ints[i])
		}
		s, v, z := MannKendall(x)
		slices.Reverse(x)
		s2, v2, z2 := MannKendall(x)
		if s2 != -s || v2 != v || z2 != -z || math.IsNaN(z) {
			t.Fatalf("%v: %g %g %g, backwards %g %g %g", x, s, v, z, s2, v2, z2)
		}
	})
}

func TestMannKendallOfNothing(t *testing.T) {
	for _, x := range [][]float64{nil, {3}, {2, 2, 2, 2}} {
		if s, _, z := MannKendall(x); s != 0 || z != 0 {
			t.Errorf("%v: S %g, Z %g", x, s, z)
		}
	}
}

func TestQuantile(t *testing.T) {
	for _, c := range []struct {
		x       []float64
		p, want float64
	}{
		{[]float64{7}, 0.98, 7},
		{[]float64{3, 1, 2}, 0.5, 2},
		{[]float64{4, 1, 3, 2}, 0.5, 2.5},
		{[]float64{0, 10}, 0.98, 9.8},
		{[]float64{1, 2, 3, 4, 5}, 0, 1},
		{[]float64{1, 2, 3, 4, 5}, 1, 5},
	} {
		if got := Quantile(c.x, c.p); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("Quantile(%v, %g) = %g, want %g", c.x, c.p, got, c.want)
		}
	}
	if !math.IsNaN(Quantile(nil, 0.5)) {
		t.Error("the quantile of nothing is a number")
	}
}
