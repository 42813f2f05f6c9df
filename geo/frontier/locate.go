package frontier

import (
	"errors"
	"math"

	"github.com/paulmach/orb"
)

// touch is the distance within which a place is On the line: a coordinate of
// seven decimals cannot say more.
const touch Meters = 0.01

// Locate places p on the line. Beyond the limit it fails with a *TooFarError
// that has the distance, from anywhere on Earth; an infinite limit lets all pass.
// Coordinates that are not finite or out of range are another error.
//
// Where two places of the line are equally near (within 0.1 µm), it is the one of
// the lower part, then of the smaller measure. Up to 100 km away the measure and
// the offset are right within 5 cm on the line as given. Farther away the nearest
// place is that in a straight line through the Earth, from which the distance is
// measured on the ellipsoid; it may be longer than the shortest by 0.01 %.
//
// Closer than 1 cm the side is On and the offset 0. Beyond the end of a part the
// side is that of the last edge, prolonged.
func (f *Frontier) Locate(p orb.Point, limit Meters) (Place, error) {
	if err := checkPoint(p); err != nil {
		return Place{}, err
	}
	if len(f.rulers) == 0 {
		return Place{}, errors.New("the frontier has no line")
	}
	from := position(p)
	r, n := f.nearest(p, from)
	place := r.place(p, from, n)
	if d := Meters(math.Abs(float64(place.Offset))); !(d <= limit) {
		return Place{}, &TooFarError{Point: p, Distance: d, Limit: limit}
	}
	return place, nil
}

// nearest is the nearest place of the line, straight through the Earth: that of the
// chart where one knows it, else that of the trees. from is the position of p.
func (f *Frontier) nearest(p orb.Point, from vector) (r *ruler, best near) {
	for i := range f.rulers {
		if n, ok := f.rulers[i].nearby(p, from); ok {
			return &f.rulers[i], n
		}
	}
	best.distance = math.Inf(1)
	for i := range f.rulers {
		if n := f.rulers[i].edges.nearest(from, best.distance); n.distance < best.distance {
			r, best = &f.rulers[i], n
		}
	}
	return r, best
}

// place makes a Place of the nearest edge; from is the position of p.
func (r *ruler) place(p orb.Point, from vector, n near) Place {
	a, b := r.vertices[n.edge], r.vertices[n.edge+1]
	t := n.t
	if t > 0 && t < 1 {
		t = r.refine(from, n)
	}
	at := between(a.point, b.point, t)
	measure := a.measure + Meters(t)*(b.measure-a.measure)
	place := Place{Part: r.part, Measure: measure, Nearest: at, Segment: r.segmentAt(measure)}

	foot := position(at)
	d := above(from.distance(foot), p, at)
	if d < touch {
		return place
	}
	place.Side, place.Offset = US, -d
	if r.left(from.sub(foot), n.edge, t) != r.canadaOnRight {
		place.Side, place.Offset = CA, d
	}
	return place
}

// reach is how far from the line, in metres, a place is refined.
const reach = 100_000.0

// refine moves the place from the chord of the edge to the edge itself, to where
// the way from it to p stands at right angles on it. The edge bends off its chord by
// up to 6 cm only, but turns by up to 0.1 mrad on the way: 2 m of measure at 20 km.
// Each step leaves less than a hundredth of what was wrong before it.
func (r *ruler) refine(from vector, n near) float64 {
	t := n.t
	if n.distance > reach {
		return t
	}
	a, b := r.vertices[n.edge].point, r.vertices[n.edge+1].point
	for range 2 {
		at, ahead := course(a, b, t)
		t = max(0, min(t+from.sub(at).dot(ahead)/ahead.dot(ahead), 1))
	}
	return t
}

// left says whether the way from the nearest place, which is at t of an edge,
// leads to the left, seen in the direction of growing measures. Where that place
// is a corner, its two edges could give different answers; their mean direction
// gives the right one, because the way then lies in the corner's outer angle.
func (r *ruler) left(way vector, edge int, t float64) bool {
	corner, ahead := edge, r.edges.direction(edge)
	if t == 1 {
		corner++
	}
	last := len(r.vertices) - 1
	if (t == 0 || t == 1) && corner > 0 && corner < last {
		ahead = r.edges.direction(corner - 1).add(r.edges.direction(corner))
	}
	up := r.edges.positions[corner]
	return ahead.cross(way).dot(up) > 0
}
