package relate

import (
	"cmp"
	"math"
	"math/big"

	"github.com/paulmach/orb"
)

// What follows decides exactly, for any coordinates that a float64 can hold: where
// the sign of a determinant is in doubt it is computed again without rounding.

// eps is half the distance of 1 to the next number.
const eps = 0x1p-53

// point is a place that may lie between the numbers that a float64 can hold.
type point struct {
	near     orb.Point  // one that can be held, at it or beside it
	fraction func() rat // exactly; nil: near is exact
	slip     float64    // how far near may lie beside it, in each direction
}

type rat [2]*big.Rat

func known(p orb.Point) point { return point{near: p} }

func (p point) exactly() rat {
	if p.fraction != nil {
		return p.fraction()
	}
	return exactPoint(p.near)
}

func exactPoint(p orb.Point) rat { return rat{exact(p[0]), exact(p[1])} }

func exact(v float64) *big.Rat { return new(big.Rat).SetFloat64(v) }

// turn is +1 where c lies left of the line from a to b, −1 where it lies right, 0
// on it.
func turn(a, b, c orb.Point) int { return turnAt(a, b, known(c)) }

func turnAt(a, b orb.Point, c point) int {
	dx, dy := b[0]-a[0], b[1]-a[1]
	left, right := dx*(c.near[1]-a[1]), dy*(c.near[0]-a[0])
	det := left - right
	doubt := (3 + 16*eps) * eps * (math.Abs(left) + math.Abs(right)) // Shewchuk 1997, section 4.2
	if c.fraction != nil {
		doubt = 2 * (doubt + (math.Abs(dx)+math.Abs(dy))*c.slip)
	}
	switch {
	case det > doubt:
		return 1
	case det < -doubt:
		return -1
	case c.fraction == nil && (a == b || a == c.near || b == c.near):
		return 0
	}
	return exactTurn(a, b, c.exactly())
}

// rounding bounds what is lost where a coordinate as large as one of these is rounded.
func rounding(coordinates ...float64) float64 {
	largest := 0.0
	for _, v := range coordinates {
		largest = max(largest, math.Abs(v))
	}
	return 4*eps*largest + 0x1p-1070
}

func exactTurn(a, b orb.Point, c rat) int {
	p, q := exactPoint(a), exactPoint(b)
	left := product(minus(q[0], p[0]), minus(c[1], p[1]))
	return left.Cmp(product(minus(q[1], p[1]), minus(c[0], p[0])))
}

func minus(x, y *big.Rat) *big.Rat   { return new(big.Rat).Sub(x, y) }
func product(x, y *big.Rat) *big.Rat { return new(big.Rat).Mul(x, y) }

// order compares two places by one of their coordinates.
func order(p, q point, axis int) int {
	if p.fraction == nil && q.fraction == nil {
		return cmp.Compare(p.near[axis], q.near[axis])
	}
	if a, b := p.near[axis], q.near[axis]; math.Abs(a-b) > 2*(p.slip+q.slip) {
		return cmp.Compare(a, b)
	}
	return p.exactly()[axis].Cmp(q.exactly()[axis])
}

// within says whether p, which is on the line through a and b, lies between them.
func within(p point, a, b orb.Point) bool {
	for axis := range 2 {
		if order(p, known(orb.Point{min(a[0], b[0]), min(a[1], b[1])}), axis) < 0 ||
			order(p, known(orb.Point{max(a[0], b[0]), max(a[1], b[1])}), axis) > 0 {
			return false
		}
	}
	return true
}

func onSegment(p point, a, b orb.Point) bool {
	for axis := range 2 {
		if v, far := p.near[axis], 2*p.slip; v < min(a[axis], b[axis])-far || v > max(a[axis], b[axis])+far {
			return false
		}
	}
	return turnAt(a, b, p) == 0 && within(p, a, b)
}

func onLine(p point, l orb.LineString) bool {
	for i := 1; i < len(l); i++ {
		if onSegment(p, l[i-1], l[i]) {
			return true
		}
	}
	return false
}

// placeIn is where a point lies with respect to a polygon.
func placeIn(p point, a orb.Polygon) Place {
	for i, ring := range a {
		if onLine(p, orb.LineString(ring)) {
			return Boundary
		}
		if inRing(p, ring) != (i == 0) {
			return Exterior
		}
	}
	return Interior
}

// inRing counts how often a ray towards the east leaves the ring. p is not on it.
func inRing(p point, r orb.Ring) bool {
	inside := false
	for i := 1; i < len(r); i++ {
		a, b := r[i-1], r[i]
		if above(a, p) == above(b, p) {
			continue
		}
		if up := b[1] > a[1]; (turnAt(a, b, p) > 0) == up {
			inside = !inside
		}
	}
	return inside
}

func above(a orb.Point, p point) bool { return order(known(a), p, 1) > 0 }

// crossing is where two segments cross, neither of which ends on the other.
func crossing(a, b, c, d orb.Point) point {
	p, q, r, s := exactPoint(a), exactPoint(b), exactPoint(c), exactPoint(d)
	dx, dy, ex, ey := minus(q[0], p[0]), minus(q[1], p[1]), minus(s[0], r[0]), minus(s[1], r[1])
	whole := minus(product(dx, ey), product(dy, ex))
	part := minus(product(minus(r[0], p[0]), ey), product(minus(r[1], p[1]), ex))
	t := part.Quo(part, whole)
	return rounded(rat{dx.Add(p[0], dx.Mul(dx, t)), dy.Add(p[1], dy.Mul(dy, t))})
}

func rounded(at rat) point {
	x, exactX := at[0].Float64()
	y, exactY := at[1].Float64()
	if exactX && exactY {
		return known(orb.Point{x, y})
	}
	return point{orb.Point{x, y}, func() rat { return at }, rounding(x, y)}
}

// middle lies half-way between two places.
func middle(p, q point) point {
	near := orb.Point{p.near[0]/2 + q.near[0]/2, p.near[1]/2 + q.near[1]/2}
	fraction := func() rat {
		a, b, half := p.exactly(), q.exactly(), big.NewRat(1, 2)
		return rat{product(half, new(big.Rat).Add(a[0], b[0])), product(half, new(big.Rat).Add(a[1], b[1]))}
	}
	return point{near, fraction, p.slip + q.slip + rounding(p.near[0], p.near[1], q.near[0], q.near[1])}
}
