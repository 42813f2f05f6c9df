package cql2

import (
	"math"
	"math/big"

	"github.com/paulmach/orb"
)

// What follows decides exactly, for any coordinates that a float64 can hold: where
// the sign of a determinant is in doubt it is computed again without rounding.

// turn is +1 where c lies left of the line from a to b, −1 where it lies right, 0
// on it.
func turn(a, b, c orb.Point) int {
	left, right := (b[0]-a[0])*(c[1]-a[1]), (b[1]-a[1])*(c[0]-a[0])
	det := left - right
	const eps = 0x1p-53
	if math.Abs(det) > (3+16*eps)*eps*(math.Abs(left)+math.Abs(right)) { // Shewchuk 1997, section 4.2
		return sign(det)
	}
	if left == 0 && right == 0 && (a == b || a == c || b == c) {
		return 0
	}
	return exactTurn(a, b, c)
}

func sign(v float64) int {
	switch {
	case v > 0:
		return 1
	case v < 0:
		return -1
	}
	return 0
}

func exactTurn(a, b, c orb.Point) int {
	r := func(v float64) *big.Rat { return new(big.Rat).SetFloat64(v) }
	minus := func(x, y float64) *big.Rat { return new(big.Rat).Sub(r(x), r(y)) }
	left := new(big.Rat).Mul(minus(b[0], a[0]), minus(c[1], a[1]))
	right := new(big.Rat).Mul(minus(b[1], a[1]), minus(c[0], a[0]))
	return left.Cmp(right)
}

// between says whether p, which is on the line through a and b, lies between them.
func between(p, a, b orb.Point) bool {
	return p[0] >= min(a[0], b[0]) && p[0] <= max(a[0], b[0]) && p[1] >= min(a[1], b[1]) && p[1] <= max(a[1], b[1])
}

func onSegment(p, a, b orb.Point) bool { return between(p, a, b) && turn(a, b, p) == 0 }

func onLine(p orb.Point, l orb.LineString) bool {
	for i := 1; i < len(l); i++ {
		if onSegment(p, l[i-1], l[i]) {
			return true
		}
	}
	return false
}

// inArea says whether a point lies in a polygon or on its boundary.
func inArea(p orb.Point, a orb.Polygon) bool {
	for i, ring := range a {
		if onLine(p, orb.LineString(ring)) {
			return true
		}
		if inRing(p, ring) != (i == 0) {
			return false
		}
	}
	return true
}

// inRing counts how often a ray towards the east leaves the ring. p is not on it.
func inRing(p orb.Point, r orb.Ring) bool {
	inside := false
	for i := 1; i < len(r); i++ {
		a, b := r[i-1], r[i]
		if (a[1] > p[1]) == (b[1] > p[1]) {
			continue
		}
		if up := b[1] > a[1]; (turn(a, b, p) > 0) == up {
			inside = !inside
		}
	}
	return inside
}

// crossing says whether two lines have a point in common.
func crossing(l, m orb.LineString) bool {
	for i := 1; i < len(l); i++ {
		for j := 1; j < len(m); j++ {
			if apart(l[i-1], l[i], m[j-1], m[j]) {
				continue
			}
			if segmentsMeet(l[i-1], l[i], m[j-1], m[j]) {
				return true
			}
		}
	}
	return false
}

// apart says whether the boxes of two segments have nothing in common.
func apart(a, b, c, d orb.Point) bool {
	return max(a[0], b[0]) < min(c[0], d[0]) || max(c[0], d[0]) < min(a[0], b[0]) ||
		max(a[1], b[1]) < min(c[1], d[1]) || max(c[1], d[1]) < min(a[1], b[1])
}

func segmentsMeet(a, b, c, d orb.Point) bool {
	if turn(a, b, c)*turn(a, b, d) < 0 && turn(c, d, a)*turn(c, d, b) < 0 {
		return true
	}
	return onSegment(c, a, b) || onSegment(d, a, b) || onSegment(a, c, d) || onSegment(b, c, d)
}
