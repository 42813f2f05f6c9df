package trend

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

// slowLogUpper adds up the probabilities of count, count+1 … one by one, from the
// recurrence of the negative binomial: no beta function, no continued fraction.
func slowLogUpper(count int, mean, variance float64) float64 {
	r := mean * mean / (variance - mean)
	x, y := mean/(mean+r), r/(mean+r)
	first := new(big.Float).SetPrec(200).SetFloat64(1) // of the product Π (k+r)/(k+1)·x
	for k := range count {
		f := new(big.Float).SetPrec(200).SetFloat64((float64(k) + r) / float64(k+1) * x)
		first.Mul(first, f)
	}
	mantissa := new(big.Float)
	exponent := first.MantExp(mantissa)
	m, _ := mantissa.Float64()
	logFirst := math.Log(m) + float64(exponent)*math.Ln2 + r*logOf(y, x)
	sum, term := 1.0, 1.0
	for k := count; term > 1e-18*sum && k < count+10_000_000; k++ {
		term *= (float64(k) + r) / float64(k+1) * x
		sum += term
	}
	return logFirst + math.Log(sum)
}

func TestTailIsTheSumOfItsTerms(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.IntRange(1, 3000).Draw(t, "count")
		mean := math.Exp(rapid.Float64Range(math.Log(1e-6), math.Log(2000)).Draw(t, "ln mean"))
		factor := 1 + math.Exp(rapid.Float64Range(math.Log(0.05), math.Log(200)).Draw(t, "ln excess"))
		got, want := LogUpper(float64(count), mean, factor*mean), slowLogUpper(count, mean, factor*mean)
		if math.Abs(got-want) > 1e-9*max(1, math.Abs(want)*1e-2) {
			t.Fatalf("LogUpper(%d, %g, %g) = %.15g, the sum gives %.15g", count, mean, factor*mean, got, want)
		}
	})
}

// Where ordinary libraries answer 0: probabilities down to 1e-300 and below it.
func TestTailKeepsItsDigitsFarOut(t *testing.T) {
	for _, c := range []struct {
		count          int
		mean, variance float64
	}{
		{143, 1e-6, 1.05e-6}, {900, 0.02, 0.04}, {700, 1, 2}, {700, 3, 6}, {1000, 1, 1.05}, {3000, 10, 20}, {3000, 1e-3, 2e-3},
	} {
		got, want := LogUpper(float64(c.count), c.mean, c.variance), slowLogUpper(c.count, c.mean, c.variance)
		if got > -300 {
			t.Fatalf("ln p = %g is not far out", got)
		}
		// 1e-9 of p itself is 1e-9 of its logarithm, absolute.
		if math.Abs(got-want) > 1e-9 {
			t.Errorf("LogUpper(%d, %g, %g) = %.15g, the sum gives %.15g", c.count, c.mean, c.variance, got, want)
		}
	}
}

func TestTailFallsWithTheCount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mean := math.Exp(rapid.Float64Range(-12, 7).Draw(t, "ln mean"))
		variance := mean * rapid.Float64Range(1.05, 50).Draw(t, "factor")
		count := rapid.Float64Range(0.01, 2000).Draw(t, "count")
		step := rapid.Float64Range(0.01, 50).Draw(t, "step")
		low, high := LogUpper(count+step, mean, variance), LogUpper(count, mean, variance)
		if !(low <= high && high <= 0) {
			t.Fatalf("ln p(%g) = %g and ln p(%g) = %g at mean %g, variance %g", count, high, count+step, low, mean, variance)
		}
	})
}

func TestTailAtTheEdges(t *testing.T) {
	if got := LogUpper(0, 3, 6); got != 0 {
		t.Errorf("none or more is certain, not %g", got)
	}
	if got := LogUpper(1, 0, 0); !math.IsInf(got, -1) {
		t.Errorf("nothing expected: %g", got)
	}
	if got := LogUpper(3, 2, 2); !math.IsNaN(got) {
		t.Errorf("a variance that is the mean: %g", got)
	}
	if got := RateAbove(0, 1, 5, 1); got != 1 {
		t.Errorf("no events: %g", got)
	}
	if got := RateAbove(4, 0, 5, 1); got != 0 {
		t.Errorf("events without exposure: %g", got)
	}
	if got := RateAbove(4, 1, 0, 0); got != 1 {
		t.Errorf("nothing to compare with: %g", got)
	}
}

// The two one-sided tests overlap in the event itself, and swap with the periods.
func TestRatesAreComparedBothWays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, b := rapid.IntRange(1, 80).Draw(t, "count"), rapid.IntRange(1, 80).Draw(t, "before")
		e, f := rapid.Float64Range(0.1, 60).Draw(t, "exposure"), rapid.Float64Range(0.1, 60).Draw(t, "exposure before")
		up, down := RateAbove(float64(c), e, float64(b), f), RateAbove(float64(b), f, float64(c), e)
		n, p := float64(c+b), e/(e+f)
		all, _ := math.Lgamma(n + 1)
		one, _ := math.Lgamma(float64(c) + 1)
		other, _ := math.Lgamma(float64(b) + 1)
		both := math.Exp(all - one - other + float64(c)*math.Log(p) + float64(b)*math.Log1p(-p))
		if math.Abs(up+down-1-both) > 1e-10 {
			t.Fatalf("P(≥%d) + P(≤%d) = %.12g, want 1 + P(=%d) = %.12g", c, c, up+down, c, 1+both)
		}
	})
}

func BenchmarkLogUpper(b *testing.B) {
	for b.Loop() {
		LogUpper(39, 0.33, 0.62)
	}
}

// The bound is one, and is near where there is little to be told.
func TestLogUpperLeastIsABound(t *testing.T) {
	near := 0
	rapid.Check(t, func(t *rapid.T) {
		mean := rapid.Float64Range(1e-6, 3000).Draw(t, "mean")
		count := rapid.Float64Range(0.1, 5000).Draw(t, "count")
		variance := mean * (1 + rapid.Float64Range(1e-3, 50).Draw(t, "beyond"))
		p, least := LogUpper(count, mean, variance), LogUpperLeast(count, mean, variance)
		if !(least <= p+1e-9*max(1, math.Abs(p))) {
			t.Fatalf("P(X ≥ %g), mean %g, variance %g: %g, the bound %g", count, mean, variance, p, least)
		}
		if p > -6 && p-least < 1 {
			near++
		}
	})
	if near == 0 {
		t.Error("the bound is never near: it tells nothing")
	}
	if LogUpperLeast(-1, 1, 2) != 0 || !math.IsInf(LogUpperLeast(1, 0, 2), -1) || !math.IsNaN(LogUpperLeast(1, 2, 1)) {
		t.Error("where LogUpper needs no series, the bound is another")
	}
}
