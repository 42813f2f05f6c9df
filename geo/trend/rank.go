package trend

import (
	"math"
	"slices"
)

// MannKendall is the test for a monotonic trend (Mann 1945, Kendall 1975): S, its
// variance with ties allowed for, and the standardised Z with the correction for
// continuity, positive for a rise. Z is 0 where there is nothing to rank: fewer
// than two values, or all of them equal.
func MannKendall(x []float64) (s, variance, z float64) {
	for i := range x {
		for j := range i {
			switch {
			case x[i] > x[j]:
				s++
			case x[i] < x[j]:
				s--
			}
		}
	}
	weight := func(n float64) float64 { return n * (n - 1) * (2*n + 5) }
	variance = weight(float64(len(x)))
	sorted := slices.Sorted(slices.Values(x))
	for from := 0; from < len(sorted); {
		to := from
		for to < len(sorted) && sorted[to] == sorted[from] {
			to++
		}
		variance -= weight(float64(to - from))
		from = to
	}
	variance /= 18
	if variance <= 0 || s == 0 {
		return s, max(0, variance), 0
	}
	return s, variance, (s - math.Copysign(1, s)) / math.Sqrt(variance)
}

// Quantile is the value below which a share p in [0, 1] of the values lies, by
// linear interpolation between the two nearest (type 7 of Hyndman and Fan 1996).
// It is NaN for no values. It sorts a copy.
func Quantile(x []float64, p float64) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(x))
	at := p * float64(len(sorted)-1)
	below := int(at)
	if below+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[below] + (at-float64(below))*(sorted[below+1]-sorted[below])
}
