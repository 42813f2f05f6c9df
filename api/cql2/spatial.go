package cql2

import (
	"github.com/paulmach/orb"

	"frontierwatch/geo/relate"
)

// relation2D is what a predicate asks of two geometries.
func relation2D(op Op) func(a, b *relate.Shape) bool {
	switch op {
	case "s_intersects":
		return relate.Intersects
	case "s_disjoint":
		return relate.Disjoint
	case "s_equals":
		return relate.Equals
	case "s_touches":
		return relate.Touches
	case "s_within":
		return relate.Within
	case "s_contains":
		return relate.Contains
	case "s_overlaps":
		return relate.Overlaps
	}
	return relate.Crosses
}

// where is the shape of an argument.
func (c *compiler) where(n Node) (argument[*relate.Shape], error) {
	if n.Op == Property {
		i, err := c.find(n)
		if err != nil {
			return nil, err
		}
		if c.queryables[i].Type != Shapes {
			return nil, n.at.fault("this property is no geometry")
		}
		return func(f Feature) (*relate.Shape, bool) {
			shape := f.Shape(i)
			if shape == nil {
				return nil, false
			}
			return relate.New(shape), true
		}, nil
	}
	var parts []orb.Geometry
	if n.Op == BBox {
		for _, b := range boxes(n.Box) {
			parts = append(parts, b.ToPolygon())
		}
	} else {
		parts = []orb.Geometry{n.Shape}
	}
	s := relate.New(parts...)
	return func(Feature) (*relate.Shape, bool) { return s, true }, nil
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
