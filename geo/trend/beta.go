package trend

import "math"

// logBetaInc is the natural logarithm of the regularised incomplete beta function
// I_x(a, b), for a and b > 0. The argument is given as x and y = 1−x, both in
// [0, 1], so that one close to 1 loses nothing. Relative error of I below 1e-11 for
// a+b up to 1e4 and 1e-9 up to 1e6, down to logarithms of −1e5; it is −Inf at
// x = 0 and 0 at y = 0.
//
// Continued fraction of DLMF 8.17.22 by the method of Lentz, on the side of the
// mode where it converges fast; the other side is its complement, where that loses
// no digits.
func logBetaInc(x, y, a, b float64) float64 {
	switch {
	case x <= 0:
		return math.Inf(-1)
	case y <= 0:
		return 0
	case x*(a+b+2) > a+1:
		if other := min(0, logBetaSide(y, x, b, a)); other < math.Log(0.5) {
			return math.Log1p(-math.Exp(other))
		}
		// Nearly all lies on the other side, as with a tiny b: what a difference from 1
		// would lose is worth more terms.
	}
	return min(0, logBetaSide(x, y, a, b))
}

func logBetaSide(x, y, a, b float64) float64 {
	return logBetaFront(x, y, a, b) + math.Log(betaFraction(x, a, b))
}

// logBetaFront is the logarithm of x^a·y^b / (a·B(a, b)).
func logBetaFront(x, y, a, b float64) float64 {
	return a*logOf(x, y) + b*logOf(y, x) - math.Log(a) - logBeta(a, b)
}

// logOf is ln x, where y = 1−x is known to more digits if it is small.
func logOf(x, y float64) float64 {
	if y < 0.5 {
		return math.Log1p(-y)
	}
	return math.Log(x)
}

func betaFraction(x, a, b float64) float64 {
	const (
		tiny   = 1e-300
		enough = 1e-16
		most   = 20_000 // terms; about √max(a, b) are needed
	)
	guard := func(v float64) float64 {
		if math.Abs(v) < tiny {
			return tiny
		}
		return v
	}
	c, d := 1.0, 1/guard(1-(a+b)*x/(a+1))
	f := d
	for m := 1.0; m <= most; m++ {
		even := m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m))
		d = 1 / guard(1+even*d)
		c = guard(1 + even/c)
		f *= d * c
		odd := -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
		d = 1 / guard(1+odd*d)
		c = guard(1 + odd/c)
		f *= d * c
		if math.Abs(d*c-1) <= enough {
			break
		}
	}
	return f
}

// logBeta is ln B(a, b). With a large argument the two large terms of ln Γ are
// taken from each other by their Stirling series (DLMF 5.11.1), not as numbers.
func logBeta(a, b float64) float64 {
	if a < b {
		a, b = b, a
	}
	small, _ := math.Lgamma(b)
	if a < 10 {
		large, _ := math.Lgamma(a)
		both, _ := math.Lgamma(a + b)
		return small + large - both
	}
	return small - (a-0.5)*math.Log1p(b/a) - b*math.Log(a+b) + b + stirling(a) - stirling(a+b)
}

// stirling is what ln Γ(z) has beyond (z−½) ln z − z + ½ ln 2π, for z ≥ 10, to
// 1e-16.
func stirling(z float64) float64 {
	q := 1 / (z * z)
	return (1.0/12 - q*(1.0/360-q*(1.0/1260-q*(1.0/1680-q*(1.0/1188-q*(691.0/360360-q/156)))))) / z
}
