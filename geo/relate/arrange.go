package relate

import (
	"slices"

	"github.com/paulmach/orb"
)

// edge is a segment of a line, or of the ring of an area, which then lies left.
type edge struct {
	a, b orb.Point
	area int // −1: of a line
}

// edges lists those of a geometry.
func (s *Shape) edges() (all []edge) {
	add := func(points []orb.Point, area int) {
		for i := 1; i < len(points); i++ {
			all = append(all, edge{points[i-1], points[i], area})
		}
	}
	for _, l := range s.lines {
		add(l.shape, -1)
	}
	for i, a := range s.areas {
		for _, ring := range a.shape {
			add(ring, i)
		}
	}
	return all
}

// cover is an edge that lies on another one, from one of its places to another.
type cover struct {
	from, to point
	area     int
	along    bool // they have the same direction
}

// cutting is an edge with the places where others meet it, and those that lie on it.
type cutting struct {
	edge
	cuts   []point
	covers [2][]cover // by the geometry that they belong to
}

// arranged is the matrix by looking at every place there is.
func arranged(a, b *Shape) Matrix {
	m := empty()
	note := func(in [2]Place, dimension int8) { m.raise(in[0], in[1], dimension) }
	shapes := [2]*Shape{a, b}
	edges := [2][]edge{a.edges(), b.edges()}
	for own := range shapes {
		for _, e := range edges[own] {
			c := cutting{edge: e}
			c.covers[own] = []cover{{known(e.a), known(e.b), e.area, true}}
			c.by(1-own, edges[1-own])
			if shapes[own].mixed {
				c.by(own, edges[own]) // the edge itself among them, which cuts nothing
			}
			c.visit(shapes, note)
		}
		for _, p := range shapes[own].points {
			note(placesOf(shapes, known(p)), 0)
		}
	}
	return m
}

func placesOf(shapes [2]*Shape, p point) [2]Place {
	return [2]Place{shapes[0].place(p), shapes[1].place(p)}
}

// by cuts the edge by edges of a geometry.
func (c *cutting) by(geometry int, others []edge) {
	for _, o := range others {
		if aside(c.a, c.b, o.a, o.b) {
			continue
		}
		toA, toB := turn(c.a, c.b, o.a), turn(c.a, c.b, o.b)
		if toA == 0 && toB == 0 {
			c.lay(geometry, o)
			continue
		}
		fromA, fromB := turn(o.a, o.b, c.a), turn(o.a, o.b, c.b)
		switch {
		case toA*toB > 0 || fromA*fromB > 0:
		case toA == 0:
			c.cuts = append(c.cuts, known(o.a))
		case toB == 0:
			c.cuts = append(c.cuts, known(o.b))
		case fromA != 0 && fromB != 0:
			c.cuts = append(c.cuts, crossing(c.a, c.b, o.a, o.b))
		}
	}
}

// lay notes an edge on the same straight line.
func (c *cutting) lay(geometry int, o edge) {
	from, to, along := known(o.a), known(o.b), true
	if c.compare(from, to) > 0 {
		from, to, along = to, from, false
	}
	from, to = c.later(from, known(c.a)), c.earlier(to, known(c.b))
	if c.compare(from, to) > 0 {
		return
	}
	c.cuts = append(c.cuts, from, to)
	if c.compare(from, to) < 0 {
		c.covers[geometry] = append(c.covers[geometry], cover{from, to, o.area, along})
	}
}

// compare orders places of the edge from its beginning to its end.
func (c *cutting) compare(p, q point) int {
	axis := 0
	if c.a[0] == c.b[0] {
		axis = 1
	}
	if c.a[axis] > c.b[axis] {
		return order(q, p, axis)
	}
	return order(p, q, axis)
}

func (c *cutting) later(p, q point) point {
	if c.compare(p, q) < 0 {
		return q
	}
	return p
}

func (c *cutting) earlier(p, q point) point {
	if c.compare(p, q) > 0 {
		return q
	}
	return p
}

// visit notes where the ends and cuts of an edge lie, the pieces between them, and
// the sides of these.
func (c *cutting) visit(shapes [2]*Shape, note func(in [2]Place, dimension int8)) {
	c.cuts = append(c.cuts, known(c.a), known(c.b))
	slices.SortFunc(c.cuts, c.compare)
	cuts := slices.CompactFunc(c.cuts, func(p, q point) bool { return c.compare(p, q) == 0 })
	for i, to := range cuts {
		note(placesOf(shapes, to), 0)
		if i == 0 {
			continue
		}
		from := cuts[i-1]
		var on, left, right [2]Place
		for k, s := range shapes {
			covers := slices.DeleteFunc(slices.Clone(c.covers[k]), func(v cover) bool {
				return c.compare(v.from, from) > 0 || c.compare(v.to, to) < 0
			})
			on[k], left[k], right[k] = s.beside(middle(from, to), covers)
		}
		note(on, 1)
		note(left, 2)
		note(right, 2)
	}
}

// beside is where a piece of an edge and its two sides lie, by its middle and by
// the edges of the geometry that lie on it. No other edge meets the piece.
func (s *Shape) beside(middle point, covers []cover) (on, left, right Place) {
	on, left, right = Exterior, Exterior, Exterior
	if len(covers) > 0 {
		on = Interior // of a line, unless of a ring
	}
	rim := false
	for i, a := range s.areas {
		at := slices.IndexFunc(covers, func(c cover) bool { return c.area == i })
		switch {
		case at >= 0 && covers[at].along:
			rim, left = true, Interior
		case at >= 0:
			rim, right = true, Interior
		case a.bound.Pad(2*middle.slip).Contains(middle.near) && inside(middle, a.shape):
			return Interior, Interior, Interior
		}
	}
	if rim && (left != Interior || right != Interior) {
		on = Boundary
	}
	return on, left, right
}

// inside says whether a point that is on no ring lies in a polygon.
func inside(p point, a orb.Polygon) bool {
	for i, ring := range a {
		if inRing(p, ring) != (i == 0) {
			return false
		}
	}
	return true
}
