package trend

import (
	"math"
	"math/rand/v2"
	"testing"
)

// weeks are the terms of n weeks, each a mean over its seven days.
func weeks(n int) (waves [][Harmonics]float64) {
	for k := range n {
		var mean [Harmonics]float64
		for d := range 7 {
			for i, w := range Waves(float64(7*k + d)) {
				mean[i] += w / 7
			}
		}
		waves = append(waves, mean)
	}
	return waves
}

func TestSeasonIsFound(t *testing.T) {
	truth := [Harmonics]float64{0.6, -0.3, 0.1, 0.2}
	waves := weeks(104)
	y, offset := make([]float64, 104), make([]float64, 104)
	for k := range y {
		eta := 0.2
		for i := range truth {
			eta += truth[i] * waves[k][i]
		}
		offset[k] = 400
		y[k] = offset[k] * math.Exp(eta)
	}
	got := FitSeason(y, offset, waves)
	for i := range truth {
		if math.Abs(got[i]-truth[i]) > 0.002 {
			t.Errorf("wave %d: %.4f, made with %.4f", i, got[i], truth[i])
		}
	}
}

func TestSeasonOfFewIsNone(t *testing.T) {
	y, offset := make([]float64, 104), make([]float64, 104)
	for k := range y {
		offset[k] = 0.1
	}
	y[3] = 19.9
	if got := FitSeason(y, offset, weeks(104)); got != [Harmonics]float64{} {
		t.Errorf("19.9 people are no season: %v", got)
	}
	y[4] = 0.2
	if got := FitSeason(y, offset, weeks(104)); got == [Harmonics]float64{} {
		t.Error("20.1 people allow a season")
	}
}

// The fit is where the slope vanishes, whatever the counts.
func TestSeasonIsTheSummitOfItsLikelihood(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	waves := weeks(104)
	for range 50 {
		y, offset := make([]float64, 104), make([]float64, 104)
		for k := range y {
			offset[k] = 0.5 + random.Float64()
			y[k] = math.Floor(3 * random.Float64() * offset[k] * math.Exp(waves[k][0]*random.NormFloat64()))
		}
		b := FitSeason(y, offset, waves)
		at := summit(y, offset, waves, b)
		g, _ := seasonSlope(y, offset, waves, at)
		for i := range g {
			if math.Abs(g[i]) > 1e-6 {
				t.Fatalf("slope %d is %g at the fit %v", i, g[i], at)
			}
		}
	}
}

// summit adds the level that belongs to the waves b: the one whose total agrees.
func summit(y, offset []float64, waves [][Harmonics]float64, b [Harmonics]float64) (all vector) {
	copy(all[1:], b[:])
	total, fitted := 0.0, 0.0
	for k := range y {
		eta := 0.0
		for i := range b {
			eta += b[i] * waves[k][i]
		}
		total += y[k]
		fitted += offset[k] * math.Exp(eta)
	}
	all[0] = math.Log(total / fitted)
	return all
}

func TestSeasonHasMeanOne(t *testing.T) {
	for _, b := range [][Harmonics]float64{{}, {0.5}, {-0.3, 0.7, 0.2, -0.1}} {
		f, mean := NewSeason(b), 0.0
		for d := range 365 {
			mean += f.At(float64(d)) / 365
		}
		if math.Abs(mean-1) > 1e-12 {
			t.Errorf("%v: mean %g", b, mean)
		}
	}
}
