package index

import (
	"math/big"

	"github.com/paulmach/orb"

	"frontierwatch/geo/report"
)

// extent is the bound of a report's stretch, nil where it has none, or one that
// the line does not have.
func (x *Index) extent(v *report.Version) *orb.Bound {
	if v.Point != nil || v.Stretch == nil {
		return nil
	}
	line := x.line(*v.Stretch)
	if len(line) == 0 {
		return nil
	}
	bound := line.Bound()
	return &bound
}

// in says whether a point lies in a closed box; what is not a number lies nowhere.
func in(b orb.Bound, p orb.Point) bool {
	return p[0] >= b.Min[0] && p[0] <= b.Max[0] && p[1] >= b.Min[1] && p[1] <= b.Max[1]
}

// holds says whether a bound lies in a closed box.
func holds(box, bound orb.Bound) bool { return in(box, bound.Min) && in(box, bound.Max) }

// lineMeets says whether a line and a closed box share a point, exactly. A line
// of one point is that point; one of none meets nothing.
func lineMeets(line orb.LineString, box orb.Bound) bool {
	if len(line) == 1 {
		return in(box, line[0])
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
		if max(a[axis], b[axis]) < box.Min[axis] || min(a[axis], b[axis]) > box.Max[axis] {
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
