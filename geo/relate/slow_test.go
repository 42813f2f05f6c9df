package relate

import (
	"math/big"
	"slices"

	"github.com/paulmach/orb"
)

// The slow way: every place is a fraction and is looked up in each geometry anew,
// by the definitions. Sides are places a little beside an edge, so that it is for
// coordinates on a small grid. It knows only geometries of one dimension.

func slowMatrix(a, b orb.Geometry) Matrix {
	m := empty()
	segments := append(segmentsOf(a), segmentsOf(b)...)
	for _, s := range segments {
		at := []*big.Rat{new(big.Rat), big.NewRat(1, 1)} // how far along the segment something meets it
		for _, o := range segments {
			at = append(at, s.meetings(o)...)
		}
		for _, p := range slices.Concat(pointsOf(a), pointsOf(b)) {
			at = append(at, s.meetings(segment{exactPoint(p), exactPoint(p)})...)
		}
		slices.SortFunc(at, (*big.Rat).Cmp)
		at = slices.CompactFunc(at, func(t, u *big.Rat) bool { return t.Cmp(u) == 0 })
		for i, t := range at {
			m.raise(slowPlace(a, s.at(t)), slowPlace(b, s.at(t)), 0)
			if i == 0 {
				continue
			}
			p := s.at(product(big.NewRat(1, 2), new(big.Rat).Add(t, at[i-1])))
			m.raise(slowPlace(a, p), slowPlace(b, p), 1)
			for _, side := range []int64{1, -1} {
				q := s.beside(p, big.NewRat(side, 1_000_000))
				m.raise(slowPlace(a, q), slowPlace(b, q), 2)
			}
		}
	}
	for _, g := range []orb.Geometry{a, b} {
		for _, p := range pointsOf(g) {
			m.raise(slowPlace(a, exactPoint(p)), slowPlace(b, exactPoint(p)), 0)
		}
	}
	return m
}

type segment struct{ a, b rat }

func (s segment) at(t *big.Rat) rat {
	var p rat
	for axis := range 2 {
		p[axis] = new(big.Rat).Add(s.a[axis], product(t, minus(s.b[axis], s.a[axis])))
	}
	return p
}

func (s segment) beside(p rat, by *big.Rat) rat {
	return rat{minus(p[0], product(by, minus(s.b[1], s.a[1]))), new(big.Rat).Add(p[1], product(by, minus(s.b[0], s.a[0])))}
}

func cross(ax, ay, bx, by *big.Rat) *big.Rat { return minus(product(ax, by), product(ay, bx)) }

// meetings are where the ends of o lie on s, and where they cross.
func (s segment) meetings(o segment) (found []*big.Rat) {
	zero, one := new(big.Rat), big.NewRat(1, 1)
	dx, dy := minus(s.b[0], s.a[0]), minus(s.b[1], s.a[1])
	ex, ey := minus(o.b[0], o.a[0]), minus(o.b[1], o.a[1])
	keep := func(t *big.Rat) {
		if t.Cmp(zero) > 0 && t.Cmp(one) < 0 && slowOn(s.at(t), o) {
			found = append(found, t)
		}
	}
	if whole := cross(dx, dy, ex, ey); whole.Sign() != 0 {
		keep(new(big.Rat).Quo(cross(minus(o.a[0], s.a[0]), minus(o.a[1], s.a[1]), ex, ey), whole))
		return found
	}
	length := new(big.Rat).Add(product(dx, dx), product(dy, dy))
	for _, end := range []rat{o.a, o.b} {
		px, py := minus(end[0], s.a[0]), minus(end[1], s.a[1])
		if cross(dx, dy, px, py).Sign() == 0 {
			keep(new(big.Rat).Quo(new(big.Rat).Add(product(px, dx), product(py, dy)), length))
		}
	}
	return found
}

func slowOn(p rat, s segment) bool {
	if cross(minus(s.b[0], s.a[0]), minus(s.b[1], s.a[1]), minus(p[0], s.a[0]), minus(p[1], s.a[1])).Sign() != 0 {
		return false
	}
	for axis := range 2 {
		if p[axis].Cmp(s.a[axis]) != 0 && p[axis].Cmp(s.b[axis]) != 0 && p[axis].Cmp(s.a[axis]) == p[axis].Cmp(s.b[axis]) {
			return false
		}
	}
	return true
}

func slowPlace(g orb.Geometry, p rat) Place {
	switch g := g.(type) {
	case orb.Polygon:
		return slowArea(orb.MultiPolygon{g}, p)
	case orb.MultiPolygon:
		return slowArea(g, p)
	case orb.LineString:
		return slowLines(orb.MultiLineString{g}, p)
	case orb.MultiLineString:
		return slowLines(g, p)
	}
	for _, q := range pointsOf(g) {
		if same(exactPoint(q), p) {
			return Interior
		}
	}
	return Exterior
}

func same(p, q rat) bool { return p[0].Cmp(q[0]) == 0 && p[1].Cmp(q[1]) == 0 }

func slowLines(lines orb.MultiLineString, p rat) Place {
	ends, on := 0, false
	for _, l := range lines {
		for _, end := range []orb.Point{l[0], l[len(l)-1]} {
			if same(exactPoint(end), p) {
				ends++
			}
		}
		for _, s := range segmentsOf(l) {
			on = on || slowOn(p, s)
		}
	}
	switch {
	case ends%2 == 1:
		return Boundary
	case on:
		return Interior
	}
	return Exterior
}

// slowArea counts the edges that a ray towards the north meets: the interior of
// valid polygons has an odd number of them.
func slowArea(areas orb.MultiPolygon, p rat) Place {
	odd := false
	for _, s := range segmentsOf(areas) {
		if slowOn(p, s) {
			return Boundary
		}
		a, b := s.a, s.b
		if a[0].Cmp(b[0]) > 0 {
			a, b = b, a
		}
		if a[0].Cmp(p[0]) <= 0 && b[0].Cmp(p[0]) > 0 &&
			cross(minus(b[0], a[0]), minus(b[1], a[1]), minus(p[0], a[0]), minus(p[1], a[1])).Sign() < 0 {
			odd = !odd
		}
	}
	if odd {
		return Interior
	}
	return Exterior
}

func segmentsOf(g orb.Geometry) (all []segment) {
	switch g := g.(type) {
	case orb.LineString:
		for i := 1; i < len(g); i++ {
			if g[i] != g[i-1] {
				all = append(all, segment{exactPoint(g[i-1]), exactPoint(g[i])})
			}
		}
	case orb.MultiLineString:
		for _, l := range g {
			all = append(all, segmentsOf(l)...)
		}
	case orb.Polygon:
		for _, r := range g {
			all = append(all, segmentsOf(orb.LineString(r))...)
		}
	case orb.MultiPolygon:
		for _, p := range g {
			all = append(all, segmentsOf(p)...)
		}
	}
	return all
}

func pointsOf(g orb.Geometry) []orb.Point {
	switch g := g.(type) {
	case orb.Point:
		return []orb.Point{g}
	case orb.MultiPoint:
		return g
	}
	return nil
}
