// Package relate decides how two geometries lie to each other in the plane: whether
// they touch, cross, overlap, and what else OGC 06-103r4 (Simple features, section
// 6.1.15) defines by the nine intersections of interior, boundary and exterior.
//
// It is exact: no coordinates are rounded, no tolerance is used, and two points are
// the same only if their numbers are. A point where two edges cross is kept as a
// fraction. Degrees are taken as plane coordinates, and edges as straight in them,
// as GEOS and CQL2 do.
//
// Geometries must be valid (rings simple, polygons of a set without common
// interior); of others something is answered. The boundary of lines are the points
// where an odd number of them ends. A collection is the union of its parts; where a
// part lies in an area or on its rim, only the area counts. Rims of areas of one
// collection that run through a corner of another are taken for boundary there.
//
// How it works: the edges of one geometry are cut where they meet those of the other.
// Then every corner, every piece of an edge and the two sides of every piece lie in
// one of the nine intersections each, and there is no other kind of place.
package relate

import "github.com/paulmach/orb"

// Place is where a point lies with respect to a geometry.
type Place uint8

// The places there are, in the order of the rows and columns of a Matrix.
const (
	Interior Place = iota
	Boundary
	Exterior
)

// None is the dimension of an intersection without a point.
const None = -1

// Matrix holds the dimensions of the nine intersections: 0 points, 1 lines, 2
// areas, None where there is none. The first index is the place in the first
// geometry.
type Matrix [3][3]int8

func (m Matrix) String() string {
	text := make([]byte, 0, 9)
	for _, row := range m {
		for _, d := range row {
			text = append(text, "F012"[d+1])
		}
	}
	return string(text)
}

// raise notes an intersection of a dimension.
func (m *Matrix) raise(a, b Place, dimension int8) { m[a][b] = max(m[a][b], dimension) }

// transposed is the matrix with the geometries exchanged.
func (m Matrix) transposed() (t Matrix) {
	for i := range m {
		for k := range m {
			t[k][i] = m[i][k]
		}
	}
	return t
}

func empty() Matrix {
	return Matrix{{None, None, None}, {None, None, None}, {None, None, 2}}
}

// Of is the matrix of two geometries.
func Of(a, b *Shape) Matrix {
	switch {
	case !a.bound.Intersects(b.bound):
		return apart(a, b)
	case a.onlyPoints() && !b.mixed:
		return ofPoints(a, b)
	case b.onlyPoints() && !a.mixed:
		return ofPoints(b, a).transposed()
	}
	return arranged(a, b)
}

// Intersects says whether they have a point in common; Disjoint whether they have
// none.
func Intersects(a, b *Shape) bool { return a.Meets(b) }

// Disjoint is the opposite of Intersects.
func Disjoint(a, b *Shape) bool { return !a.Meets(b) }

// Equals says whether they are the same set of points.
func Equals(a, b *Shape) bool {
	if a.bound != b.bound {
		return false
	}
	m := Of(a, b)
	return m[Interior][Interior] != None && m.inside() && m.transposed().inside()
}

// inside says whether nothing of the first lies outside of the second.
func (m Matrix) inside() bool {
	return m[Interior][Exterior] == None && m[Boundary][Exterior] == None
}

// Within says whether nothing of a lies outside of b, and some of the interior of a
// in that of b.
func Within(a, b *Shape) bool {
	if !b.bound.Contains(a.bound.Min) || !b.bound.Contains(a.bound.Max) {
		return false
	}
	m := Of(a, b)
	return m[Interior][Interior] != None && m.inside()
}

// Contains says whether b is within a.
func Contains(a, b *Shape) bool { return Within(b, a) }

// Touches says whether they have points in common, but not of their interiors.
func Touches(a, b *Shape) bool {
	if !a.bound.Intersects(b.bound) {
		return false
	}
	m := Of(a, b)
	return m[Interior][Interior] == None &&
		(m[Interior][Boundary] != None || m[Boundary][Interior] != None || m[Boundary][Boundary] != None)
}

// Overlaps says whether two geometries of one dimension have some of it in common,
// and each some that the other has not.
func Overlaps(a, b *Shape) bool {
	if a.dimension() != b.dimension() || !a.bound.Intersects(b.bound) {
		return false
	}
	m := Of(a, b)
	common := m[Interior][Interior]
	return common != None && (common == 1 || a.dimension() != 1) && m[Interior][Exterior] != None && m[Exterior][Interior] != None
}

// Crosses says whether the geometry of the lower dimension lies partly in the
// interior of the other and partly outside of it, or whether two lines have only
// points of their interiors in common.
func Crosses(a, b *Shape) bool {
	if !a.bound.Intersects(b.bound) {
		return false
	}
	m, da, db := Of(a, b), a.dimension(), b.dimension()
	switch {
	case da < db:
		return m[Interior][Interior] != None && m[Interior][Exterior] != None
	case da > db:
		return m[Interior][Interior] != None && m[Exterior][Interior] != None
	}
	return da == 1 && m[Interior][Interior] == 0
}

// apart is the matrix of two geometries whose bounds have nothing in common.
func apart(a, b *Shape) Matrix {
	m := empty()
	m[Interior][Exterior], m[Boundary][Exterior] = a.dimension(), a.rim()
	m[Exterior][Interior], m[Exterior][Boundary] = b.dimension(), b.rim()
	return m
}

// ofPoints is the matrix of points and of a geometry whose parts are all of one
// dimension: the many that are asked about one after the other are points.
func ofPoints(a, b *Shape) Matrix {
	m := empty()
	set := make(map[orb.Point]bool, len(a.points))
	for _, p := range a.points {
		set[p] = true
		m.raise(Interior, b.place(known(p)), 0)
	}
	if b.dimension() > 0 {
		m[Exterior][Interior] = b.dimension()
	}
	for _, p := range b.points {
		if !set[p] {
			m.raise(Exterior, Interior, 0)
		}
	}
	if b.dimension() == 2 {
		m[Exterior][Boundary] = 1
	}
	for p := range b.ends {
		if !set[p] {
			m.raise(Exterior, Boundary, 0)
		}
	}
	return m
}
