package cql2

import "github.com/paulmach/orb"

// where is the shape of an argument; false: it is null.
type where func(Feature) (*shapes2D, bool)

func (c *compiler) spatial(n Node) (predicate, error) {
	left, err := c.where(n.Args[0])
	if err != nil {
		return nil, err
	}
	right, err := c.where(n.Args[1])
	if err != nil {
		return nil, err
	}
	wanted := n.Op == "s_intersects"
	return func(f Feature) tri {
		a, known := left(f)
		b, both := right(f)
		if !known || !both {
			return unknown
		}
		return decided(a.meets(b) == wanted)
	}, nil
}

func (c *compiler) where(n Node) (where, error) {
	if n.Op == Property {
		i, err := c.find(n)
		if err != nil {
			return nil, err
		}
		if c.queryables[i].Type != Shapes {
			return nil, n.at.fault("this property is no geometry")
		}
		return func(f Feature) (*shapes2D, bool) {
			shape := f.Shape(i)
			if shape == nil {
				return nil, false
			}
			s := &shapes2D{}
			s.add(shape)
			return s, true
		}, nil
	}
	s := &shapes2D{}
	if n.Op == BBox {
		for _, b := range boxes(n.Box) {
			s.add(b.ToPolygon())
		}
	} else {
		s.add(n.Shape)
	}
	return func(Feature) (*shapes2D, bool) { return s, true }, nil
}

// boxes is a box, or the two that one over the antimeridian is.
func boxes(b [4]float64) []orb.Bound {
	if b[0] <= b[2] {
		return []orb.Bound{{Min: orb.Point{b[0], b[1]}, Max: orb.Point{b[2], b[3]}}}
	}
	return []orb.Bound{
		{Min: orb.Point{b[0], b[1]}, Max: orb.Point{180, b[3]}},
		{Min: orb.Point{-180, b[1]}, Max: orb.Point{b[2], b[3]}},
	}
}

// shapes2D is a geometry taken apart, in the plane of longitude and latitude.
type shapes2D struct {
	points []orb.Point
	lines  []bounded[orb.LineString]
	areas  []bounded[orb.Polygon]
}

type bounded[T any] struct {
	shape T
	bound orb.Bound
}

func (s *shapes2D) add(shape orb.Geometry) {
	switch g := shape.(type) {
	case orb.Point:
		s.points = append(s.points, g)
	case orb.MultiPoint:
		s.points = append(s.points, g...)
	case orb.LineString:
		s.lines = append(s.lines, bounded[orb.LineString]{g, g.Bound()})
	case orb.MultiLineString:
		for _, l := range g {
			s.add(l)
		}
	case orb.Polygon:
		s.areas = append(s.areas, bounded[orb.Polygon]{g, g.Bound()})
	case orb.MultiPolygon:
		for _, p := range g {
			s.add(p)
		}
	case orb.Collection:
		for _, part := range g {
			s.add(part)
		}
	}
}

// meets says whether two geometries have a point in common.
func (s *shapes2D) meets(o *shapes2D) bool {
	return s.pointsMeet(o) || o.pointsMeet(s) || s.linesMeet(o) || s.areasMeetLines(o) || o.areasMeetLines(s) || s.areasMeet(o)
}

// pointsMeet says whether a point of s lies in o.
func (s *shapes2D) pointsMeet(o *shapes2D) bool {
	for _, p := range s.points {
		for _, q := range o.points {
			if p == q {
				return true
			}
		}
		for _, l := range o.lines {
			if l.bound.Contains(p) && onLine(p, l.shape) {
				return true
			}
		}
		for _, a := range o.areas {
			if a.bound.Contains(p) && inArea(p, a.shape) {
				return true
			}
		}
	}
	return false
}

func (s *shapes2D) linesMeet(o *shapes2D) bool {
	for _, l := range s.lines {
		for _, m := range o.lines {
			if l.bound.Intersects(m.bound) && crossing(l.shape, m.shape) {
				return true
			}
		}
	}
	return false
}

func (s *shapes2D) areasMeetLines(o *shapes2D) bool {
	for _, a := range s.areas {
		for _, l := range o.lines {
			if a.bound.Intersects(l.bound) && lineMeetsArea(l.shape, a.shape) {
				return true
			}
		}
	}
	return false
}

func (s *shapes2D) areasMeet(o *shapes2D) bool {
	for _, a := range s.areas {
		for _, b := range o.areas {
			if a.bound.Intersects(b.bound) && areaMeetsArea(a.shape, b.shape) {
				return true
			}
		}
	}
	return false
}

func lineMeetsArea(l orb.LineString, a orb.Polygon) bool {
	if inArea(l[0], a) {
		return true
	}
	for _, ring := range a {
		if crossing(l, orb.LineString(ring)) {
			return true
		}
	}
	return false
}

func areaMeetsArea(a, b orb.Polygon) bool {
	if inArea(b[0][0], a) {
		return true
	}
	for _, ring := range a {
		if lineMeetsArea(orb.LineString(ring), b) {
			return true
		}
	}
	return false
}
