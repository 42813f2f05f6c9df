package frontier

import (
	"math/big"

	"github.com/paulmach/orb"
)

// Meets says whether the line of a stretch and a closed box share a point. A box
// over the antimeridian is two boxes.
func (f *Frontier) Meets(s Stretch, box orb.Bound) bool { return Crosses(f.Slice(s), box) }

// Crosses says whether a line and a closed box share a point, exactly: edges are
// straight in longitude and latitude, and no rounding decides. A line of one point
// is that point; one of none crosses nothing.
func Crosses(line orb.LineString, box orb.Bound) bool {
	if len(line) == 1 {
		return edgeMeets(line[0], line[0], box)
	}
	for i := 1; i < len(line); i++ {
		if edgeMeets(line[i-1], line[i], box) {
			return true
		}
	}
	return false
}

// edgeMeets says whether the straight edge from a to b and a closed box share a
// point: neither an axis nor the line through a and b separates them.
func edgeMeets(a, b orb.Point, box orb.Bound) bool {
	for axis := range a {
		if !(max(a[axis], b[axis]) >= box.Min[axis] && min(a[axis], b[axis]) <= box.Max[axis]) {
			return false
		}
	}
	first := turn(a, b, box.Min)
	for _, corner := range [...]orb.Point{box.Max, {box.Min[0], box.Max[1]}, {box.Max[0], box.Min[1]}} {
		if turn(a, b, corner) != first {
			return true
		}
	}
	return first == 0
}

// turn is the sign of the turn from a over b to c: 1 to the left, −1 to the
// right, 0 for three points on one line. It is exact: where rounding could
// change the sign (bound of J. R. Shewchuk, Adaptive Precision Floating-Point
// Arithmetic and Fast Robust Geometric Predicates, 1997, section 4.3) it
// computes with rationals.
func turn(a, b, c orb.Point) int {
	left, right := (a[0]-c[0])*(b[1]-c[1]), (a[1]-c[1])*(b[0]-c[0])
	det, sum := left-right, abs(left)+abs(right)
	const limit = 3.3306690738754716e-16 // (3 + 16ε)ε with ε = 2⁻⁵³
	switch {
	case det > limit*sum && sum > 1e-290:
		return 1
	case -det > limit*sum && sum > 1e-290:
		return -1
	}
	return turnExactly(a, b, c)
}

func turnExactly(a, b, c orb.Point) int {
	less := func(x, y float64) *big.Rat {
		p, q := new(big.Rat).SetFloat64(x), new(big.Rat).SetFloat64(y)
		if p == nil || q == nil { // infinite or not a number: no place on a map
			return new(big.Rat)
		}
		return p.Sub(p, q)
	}
	left, right := less(a[0], c[0]), less(a[1], c[1])
	left.Mul(left, less(b[1], c[1]))
	right.Mul(right, less(b[0], c[0]))
	return left.Cmp(right)
}

func abs(x float64) float64 { return max(x, -x) }
