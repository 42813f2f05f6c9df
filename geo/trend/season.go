package trend

import "math"

// Harmonics is how many terms a season has: two waves, a year and half a year
// long, each with a cosine and a sine.
const Harmonics = 4

// Year is the length of a year in days.
const Year = 365.25

// Waves are the terms of a season on a day, counted from any fixed one.
func Waves(day float64) [Harmonics]float64 {
	t := 2 * math.Pi * math.Mod(day, Year) / Year
	return [Harmonics]float64{math.Cos(t), math.Sin(t), math.Cos(2 * t), math.Sin(2 * t)}
}

const (
	seasonSteps   = 8
	seasonSettled = 1e-13 // a step that changes no digit that matters, after which there is none
	seasonClip    = 4.0   // of the linear predictor, to either side
	seasonScale   = 3.0   // overdispersion: what was counted weighs a third
	seasonRidge   = 4.0   // on the waves: no season unless the counts insist
	seasonJitter  = 1e-9  // on every diagonal, so that it can be solved
	seasonLeast   = 20.0  // of counts, below which no season is fitted
)

// FitSeason fits ln E(y) = ln offset + level + waves·b by a Poisson likelihood
// with a ridge, and returns b; zero where the counts are too few to say. All three
// have one element a period; offsets of 0 say nothing and are passed over.
func FitSeason(y, offset []float64, waves [][Harmonics]float64) (b [Harmonics]float64) {
	total := 0.0
	for _, v := range y {
		total += v
	}
	if total < seasonLeast {
		return b
	}
	var all [Harmonics + 1]float64
	for range seasonSteps {
		gradient, hessian := seasonSlope(y, offset, waves, all)
		step, largest := solve(hessian, gradient), 0.0
		for i := range all {
			all[i] += step[i]
			largest = max(largest, math.Abs(step[i]))
		}
		if largest < seasonSettled {
			break
		}
	}
	copy(b[:], all[1:])
	return b
}

type (
	vector [Harmonics + 1]float64
	matrix [Harmonics + 1]vector
)

// seasonSlope is the gradient of the penalised likelihood and its negative
// Hessian.
func seasonSlope(y, offset []float64, waves [][Harmonics]float64, b vector) (g vector, h matrix) {
	for k := range y {
		x := vector{1}
		copy(x[1:], waves[k][:])
		eta := 0.0
		for i := range x {
			eta += b[i] * x[i]
		}
		mu := offset[k] * math.Exp(max(-seasonClip, min(seasonClip, eta)))
		for i := range x {
			g[i] += (y[k] - mu) / seasonScale * x[i]
			for j := range i + 1 { // the lower half is all that is solved with
				h[i][j] += mu / seasonScale * x[i] * x[j]
			}
		}
	}
	for i := range b {
		h[i][i] += seasonJitter
		if i > 0 {
			g[i] -= seasonRidge * b[i]
			h[i][i] += seasonRidge
		}
	}
	return g, h
}

// solve is h⁻¹ g for a positive definite h, by Cholesky's decomposition.
func solve(h matrix, g vector) (x vector) {
	for i := range h {
		for j := range i + 1 {
			sum := h[i][j]
			for k := range j {
				sum -= h[i][k] * h[j][k]
			}
			if i == j {
				h[i][i] = math.Sqrt(sum)
			} else {
				h[i][j] = sum / h[j][j]
			}
		}
	}
	for i := range h {
		x[i] = g[i]
		for k := range i {
			x[i] -= h[i][k] * x[k]
		}
		x[i] /= h[i][i]
	}
	for i := len(h) - 1; i >= 0; i-- {
		for k := i + 1; k < len(h); k++ {
			x[i] -= h[k][i] * x[k]
		}
		x[i] /= h[i][i]
	}
	return x
}

// Season is the factor by which the days of a year differ. Its mean over a year is
// 1; for no waves it is 1 always.
type Season struct {
	b    [Harmonics]float64
	mean float64 // of the plain exponential
}

// NewSeason is the season that FitSeason's b gives.
func NewSeason(b [Harmonics]float64) Season {
	s := Season{b, 1}
	if b != [Harmonics]float64{} {
		mean := 0.0
		for d := range 365 {
			mean += s.Of(Waves(float64(d))) / 365
		}
		s.mean = mean
	}
	return s
}

// At is the factor of a day.
func (s Season) At(day float64) float64 { return s.Of(Waves(day)) }

// Of is the factor where the terms are these: those of a day, or the means over a
// week.
func (s Season) Of(waves [Harmonics]float64) float64 {
	sum := 0.0
	for i, w := range waves {
		sum += s.b[i] * w
	}
	return math.Exp(sum) / s.mean
}
