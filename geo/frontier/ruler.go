package frontier

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"

	"github.com/paulmach/orb"
)

// split is the longest piece a source edge is cut into before anything
// is measured. A source edge is straight in longitude and latitude (on the 49th
// parallel up to 114 km, where a geodesic would stray 298 m); of a piece this
// short the geodesic strays at most 6 cm up to latitude 71, and its chord dips
// 2 cm below the ellipsoid.
const split Meters = 1000

// ruler is one part with its measures.
type ruler struct {
	part          Part
	canadaOnRight bool
	vertices      []vertex // at least two, at growing measures, at most split apart
	edges         tree     // edge i leads from vertex i to i+1
	chart         chart    // of the edges that are near

	firstSegment, segmentCount int
	segmentLength              Meters
}

// vertex is a point of the split line.
type vertex struct {
	point   orb.Point
	measure Meters
	source  bool // a point of the source, not one made by splitting
}

func newRulers(lines []Line) ([]ruler, error) {
	if len(lines) == 0 {
		return nil, errors.New("the frontier needs at least one line")
	}
	lines = slices.Clone(lines)
	slices.SortFunc(lines, func(a, b Line) int { return int(a.Part) - int(b.Part) })
	rulers := make([]ruler, len(lines))
	for i, l := range lines {
		if i > 0 && lines[i-1].Part == l.Part {
			return nil, fmt.Errorf("the frontier has two lines for part %s; join them", l.Part)
		}
		if _, err := ParsePart(l.Part.String()); err != nil {
			return nil, err
		}
		r, err := newRuler(l)
		if err != nil {
			return nil, fmt.Errorf("line of part %s: %w", l.Part, err)
		}
		rulers[i] = r
	}
	for i := range rulers {
		rulers[i].chart = newChart(&rulers[i], slices.Concat(rulers[:i], rulers[i+1:]))
	}
	return rulers, nil
}

func newRuler(l Line) (ruler, error) {
	r := ruler{part: l.Part, canadaOnRight: l.CanadaOnRight}
	for i, p := range l.Points {
		if err := checkPoint(p); err != nil {
			return ruler{}, fmt.Errorf("point %d: %w", i+1, err)
		}
		if i == 0 {
			r.vertices = append(r.vertices, vertex{point: p, source: true})
			continue
		}
		if math.Abs(p[0]-l.Points[i-1][0]) > 180 {
			return ruler{}, fmt.Errorf("point %d: the edge that ends here crosses the antimeridian, which is not supported", i+1)
		}
		r.extend(p)
	}
	if len(r.vertices) < 2 {
		return ruler{}, errors.New("it needs at least two different points")
	}
	positions := make([]vector, len(r.vertices))
	for i, v := range r.vertices {
		positions[i] = position(v.point)
	}
	r.edges = newTree(positions)
	return r, nil
}

// extend adds the source edge from the last vertex to p, in pieces. An edge
// shorter than the ruler can tell (a repeated point) is left out.
func (r *ruler) extend(p orb.Point) {
	from := r.vertices[len(r.vertices)-1]
	n := int(math.Ceil(float64(atMost(from.point, p) / split)))
	last := from
	for i := 1; i <= n; i++ {
		v := vertex{point: between(from.point, p, float64(i)/float64(n)), source: i == n}
		v.measure = last.measure + Distance(last.point, v.point)
		if v.measure > last.measure {
			r.vertices = append(r.vertices, v)
			last = v
		}
	}
}

func (r *ruler) length() Meters { return r.vertices[len(r.vertices)-1].measure }

// at is the point at a measure, clamped; NaN counts as 0.
func (r *ruler) at(m Meters) orb.Point {
	last := len(r.vertices) - 1
	switch {
	case !(m > 0):
		return r.vertices[0].point
	case m >= r.length():
		return r.vertices[last].point
	}
	i := r.after(m)
	a, b := r.vertices[i-1], r.vertices[i]
	return between(a.point, b.point, float64((m-a.measure)/(b.measure-a.measure)))
}

// after is the first vertex beyond a measure, len(vertices) if there is none.
func (r *ruler) after(m Meters) int {
	return sort.Search(len(r.vertices), func(i int) bool { return r.vertices[i].measure > m })
}

func (r *ruler) slice(from, to Meters) orb.LineString {
	from, to = max(from, 0), min(to, r.length())
	if !(from < to) {
		return nil
	}
	line := orb.LineString{r.at(from)}
	for i := r.after(from); r.vertices[i].measure < to; i++ {
		if v := r.vertices[i]; v.source {
			line = append(line, v.point)
		}
	}
	return append(line, r.at(to))
}

// between is the point at t in [0, 1] of the edge a b, exactly a and b at its ends.
func between(a, b orb.Point, t float64) orb.Point {
	if t == 1 {
		return b
	}
	return orb.Point{a[0] + t*(b[0]-a[0]), a[1] + t*(b[1]-a[1])}
}
