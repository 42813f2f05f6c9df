package trend

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// LogUpper is the natural logarithm of P(X ≥ count) for a negative binomial X
// with a mean and a variance: I_{E/(E+r)}(count, r) with r = E²/(V−E). Between
// integers, where spread reports put counts, it is the same smooth function.
//
// A count ≤ 0 is certain (0); a mean ≤ 0 never counts (−Inf). It is NaN where the
// variance is not above the mean: then X is no negative binomial.
func LogUpper(count, mean, variance float64) float64 {
	switch {
	case count <= 0:
		return 0
	case mean <= 0:
		return math.Inf(-1)
	case !(variance > mean):
		return math.NaN()
	}
	r := mean * mean / (variance - mean)
	return logBetaInc(mean/(mean+r), r/(mean+r), count, r)
}

// LogUpperLeast is no more than LogUpper, at a third of its cost: I_x(a, b) without all
// but the first terms of its series, of which none is negative (DLMF 8.17.8).
func LogUpperLeast(count, mean, variance float64) float64 {
	if count <= 0 || mean <= 0 || !(variance > mean) {
		return LogUpper(count, mean, variance)
	}
	r := mean * mean / (variance - mean)
	x, y := mean/(mean+r), r/(mean+r)
	sum, term := 1.0, 1.0
	for n := 0.0; n < 12; n++ {
		term *= x * (count + r + n) / (count + 1 + n)
		sum += term
	}
	return min(0, logBetaFront(x, y, count, r)+math.Log(sum))
}

// RateAbove is the probability of at least count of all count+before events in
// the newer of two periods if the rate were the same in both: the exact
// conditional test of two Poisson rates (Przyborowski and Wilenski 1940), one-sided.
// The exposures are durations, or what was expected; it is 1 for a count ≤ 0, and
// where there is no newer exposure 0.
func RateAbove(count, exposure, before, exposureBefore float64) float64 {
	switch {
	case count <= 0:
		return 1
	case exposure <= 0:
		return 0
	case exposureBefore <= 0:
		return 1
	}
	all := exposure + exposureBefore
	return math.Exp(logBetaInc(exposure/all, exposureBefore/all, count, before+1))
}

// GammaQuantile is the value that a gamma variable of a shape > 0 and a rate > 0
// stays below with probability p in [0, 1].
func GammaQuantile(p, shape, rate float64) float64 {
	return mathext.GammaIncRegInv(shape, p) / rate
}
