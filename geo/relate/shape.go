package relate

import (
	"slices"

	"github.com/paulmach/orb"
)

// Shape is a geometry taken apart, ready to be related to others. It is not changed
// after New and may be used by any number of goroutines.
type Shape struct {
	points []orb.Point
	lines  []bounded[orb.LineString]
	areas  []bounded[orb.Polygon] // of rings that have the area at their left
	ends   map[orb.Point]bool     // where an odd number of lines ends
	bound  orb.Bound
	mixed  bool // parts are of different dimensions
}

type bounded[T any] struct {
	shape T
	bound orb.Bound
}

// New takes geometries apart, which together are one; they are not changed. A line
// without length is a point, an area without area a line. None of them may be empty, and no number NaN or
// infinite.
func New(parts ...orb.Geometry) *Shape {
	s := &Shape{}
	for _, part := range parts {
		s.add(part)
	}
	for _, l := range s.lines {
		for _, end := range [...]orb.Point{l.shape[0], l.shape[len(l.shape)-1]} {
			if s.ends == nil {
				s.ends = map[orb.Point]bool{}
			}
			if s.ends[end] {
				delete(s.ends, end)
			} else {
				s.ends[end] = true
			}
		}
	}
	s.bound = s.around()
	s.mixed = kinds(s.points)+kinds(s.lines)+kinds(s.areas) > 1
	return s
}

func kinds[T any](parts []T) int { return min(1, len(parts)) }

func (s *Shape) add(shape orb.Geometry) {
	switch g := shape.(type) {
	case orb.Point:
		s.addPoint(g)
	case orb.MultiPoint:
		for _, p := range g {
			s.addPoint(p)
		}
	case orb.LineString:
		l := slices.Compact(slices.Clone(g))
		if len(l) < 2 {
			s.addPoint(l[0])
			return
		}
		s.lines = append(s.lines, bounded[orb.LineString]{l, l.Bound()})
	case orb.MultiLineString:
		for _, l := range g {
			s.add(l)
		}
	case orb.Polygon:
		if from, to, flat := flattened(g[0]); flat {
			s.add(orb.LineString{from, to})
			return
		}
		s.areas = append(s.areas, bounded[orb.Polygon]{turned(g), g.Bound()})
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

func (s *Shape) addPoint(p orb.Point) { s.points = append(s.points, p) }

// around is the box that holds all parts.
func (s *Shape) around() (b orb.Bound) {
	first := true
	with := func(part orb.Bound) {
		if first {
			b, first = part, false
		}
		b = b.Union(part)
	}
	for _, p := range s.points {
		with(p.Bound())
	}
	for _, l := range s.lines {
		with(l.bound)
	}
	for _, a := range s.areas {
		with(a.bound)
	}
	return b
}

// flattened are the ends of a ring that has no area, as boxes of one point or of no
// width are.
func flattened(r orb.Ring) (from, to orb.Point, flat bool) {
	from, to = r[0], r[0]
	for _, p := range r {
		if p[0] < from[0] || p[0] == from[0] && p[1] < from[1] {
			from = p
		}
		if p[0] > to[0] || p[0] == to[0] && p[1] > to[1] {
			to = p
		}
	}
	for _, p := range r {
		if turn(from, to, p) != 0 {
			return from, to, false
		}
	}
	return from, to, true
}

// turned is a polygon with its rings turned so that it lies at their left, and
// without positions that are there twice.
func turned(p orb.Polygon) orb.Polygon {
	rings := make(orb.Polygon, len(p))
	for i, ring := range p {
		r := slices.Compact(slices.Clone(ring))
		if counterclockwise(r) != (i == 0) {
			slices.Reverse(r)
		}
		rings[i] = r
	}
	return rings
}

// counterclockwise says which way a ring goes, by its corner that lies lowest.
func counterclockwise(r orb.Ring) bool {
	n := len(r) - 1 // the last is the first again
	if n < 3 {
		return true
	}
	low := 0
	for i, p := range r[:n] {
		if p[1] < r[low][1] || p[1] == r[low][1] && p[0] < r[low][0] {
			low = i
		}
	}
	return turn(r[(low+n-1)%n], r[low], r[(low+1)%n]) > 0
}

func (s *Shape) onlyPoints() bool { return len(s.lines)+len(s.areas) == 0 }

// dimension is that of the interior; rim that of the boundary.
func (s *Shape) dimension() int8 {
	switch {
	case len(s.areas) > 0:
		return 2
	case len(s.lines) > 0:
		return 1
	}
	return 0
}

func (s *Shape) rim() int8 {
	switch {
	case len(s.areas) > 0:
		return 1
	case len(s.ends) > 0:
		return 0
	}
	return None
}

// place is where a point lies.
func (s *Shape) place(p point) Place {
	rim := false
	for _, a := range s.areas {
		if !a.bound.Pad(2 * p.slip).Contains(p.near) {
			continue
		}
		switch placeIn(p, a.shape) {
		case Interior:
			return Interior
		case Boundary:
			rim = true
		}
	}
	if rim || p.fraction == nil && s.ends[p.near] {
		return Boundary
	}
	for _, l := range s.lines {
		if l.bound.Pad(2*p.slip).Contains(p.near) && onLine(p, l.shape) {
			return Interior
		}
	}
	if p.fraction == nil && slices.Contains(s.points, p.near) {
		return Interior
	}
	return Exterior
}
