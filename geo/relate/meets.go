package relate

import "github.com/paulmach/orb"

// Meets says whether two geometries have a point in common. It stops at the first
// that it finds.
func (s *Shape) Meets(o *Shape) bool {
	return s.bound.Intersects(o.bound) &&
		(s.pointsMeet(o) || o.pointsMeet(s) || s.linesMeet(o) || s.areasMeetLines(o) || o.areasMeetLines(s) || s.areasMeet(o))
}

// pointsMeet says whether a point of s lies in o.
func (s *Shape) pointsMeet(o *Shape) bool {
	for _, p := range s.points {
		for _, q := range o.points {
			if p == q {
				return true
			}
		}
		for _, l := range o.lines {
			if l.bound.Contains(p) && onLine(known(p), l.shape) {
				return true
			}
		}
		for _, a := range o.areas {
			if a.bound.Contains(p) && placeIn(known(p), a.shape) != Exterior {
				return true
			}
		}
	}
	return false
}

func (s *Shape) linesMeet(o *Shape) bool {
	for _, l := range s.lines {
		for _, m := range o.lines {
			if l.bound.Intersects(m.bound) && lineMeetsLine(l.shape, m.shape) {
				return true
			}
		}
	}
	return false
}

func (s *Shape) areasMeetLines(o *Shape) bool {
	for _, a := range s.areas {
		for _, l := range o.lines {
			if a.bound.Intersects(l.bound) && lineMeetsArea(l.shape, a.shape) {
				return true
			}
		}
	}
	return false
}

func (s *Shape) areasMeet(o *Shape) bool {
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
	if placeIn(known(l[0]), a) != Exterior {
		return true
	}
	for _, ring := range a {
		if lineMeetsLine(l, orb.LineString(ring)) {
			return true
		}
	}
	return false
}

func areaMeetsArea(a, b orb.Polygon) bool {
	if placeIn(known(b[0][0]), a) != Exterior {
		return true
	}
	for _, ring := range a {
		if lineMeetsArea(orb.LineString(ring), b) {
			return true
		}
	}
	return false
}

func lineMeetsLine(l, m orb.LineString) bool {
	for i := 1; i < len(l); i++ {
		for j := 1; j < len(m); j++ {
			if !aside(l[i-1], l[i], m[j-1], m[j]) && segmentsMeet(l[i-1], l[i], m[j-1], m[j]) {
				return true
			}
		}
	}
	return false
}

// aside says whether the boxes of two segments have nothing in common.
func aside(a, b, c, d orb.Point) bool {
	return max(a[0], b[0]) < min(c[0], d[0]) || max(c[0], d[0]) < min(a[0], b[0]) ||
		max(a[1], b[1]) < min(c[1], d[1]) || max(c[1], d[1]) < min(a[1], b[1])
}

func segmentsMeet(a, b, c, d orb.Point) bool {
	if turn(a, b, c)*turn(a, b, d) < 0 && turn(c, d, a)*turn(c, d, b) < 0 {
		return true
	}
	return onSegment(known(c), a, b) || onSegment(known(d), a, b) || onSegment(known(a), c, d) || onSegment(known(b), c, d)
}
