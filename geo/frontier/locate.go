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
func (f *Frontier) Locate(p orb.Point, limit Meters) (place Place, err error) {
	if !onEarth(p[0], p[1]) {
		return Place{}, checkPoint(p)
	}
	if len(f.rulers) == 0 {
		return Place{}, errors.New("the frontier has no line")
	}
	from := position(p)
	r, n := f.nearest(p, from)
	r.place(&place, p, from, n)
	if d := Meters(math.Abs(float64(place.Offset))); !(d <= limit) {
		return Place{}, &TooFarError{Point: p, Distance: d, Limit: limit}
	}
	return place, nil
}

// nearest is the nearest place of the line, straight through the Earth: that of the
// chart where one knows it, else that of the trees. from is the position of p.
func (f *Frontier) nearest(p orb.Point, from vector) (r *ruler, best near) {
	x, y := grid(p)
	for i := range f.rulers {
		if n, ok := f.rulers[i].nearby(x, y, from); ok {
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
func (r *ruler) place(to *Place, p orb.Point, from vector, n near) {
	a, b := &r.vertices[n.edge], &r.vertices[n.edge+1]
	t := n.t
	if t > 0 && t < 1 && n.distance <= reach {
		t = refine(a, b, from, t)
	}
	lon, lat := along(a, b, t)
	measure := a.measure + Meters(t)*(b.measure-a.measure)
	*to = Place{Part: r.part, Measure: measure, Nearest: orb.Point{lon, lat}, Segment: r.segmentAt(measure)}

	foot := positionAt(lon, lat)
	way := from.sub(foot)
	chord := way.length()
	d := lift(chord)
	if !(chord <= short) {
		d = vincenty(p, to.Nearest)
	}
	if d < touch {
		return
	}
	// Reports lie on either side as it comes: this takes no branch.
	side := uint64(0)
	if r.left(way, n.edge, t, chord) != r.canadaOnRight {
		side = 1
	}
	to.Side = US - Side(side)*(US-CA)
	to.Offset = Meters(math.Float64frombits(math.Float64bits(float64(d)) ^ (1-side)<<63))
}

// reach is how far from the line, in metres, a place is refined.
const reach = 100_000.0

// refine moves the place at t from the chord of the edge to the edge itself, to where
// the way from it to p stands at right angles on it. The edge bends off its chord by
// up to 6 cm only, but turns by up to 0.1 mrad on the way: 2 m of measure at 20 km.
// Each step leaves less than a hundredth of what was wrong before it.
func refine(a, b *vertex, from vector, t float64) float64 {
	east, north := b.point[0]-a.point[0], b.point[1]-a.point[1]
	for range 2 {
		lon, lat := along(a, b, t)
		at, ahead := course(lon, lat, east, north)
		t += from.sub(at).dot(ahead) / ahead.dot(ahead)
		if t <= 0 {
			t = 0
		} else if t > 1 {
			t = 1
		}
	}
	return t
}

// along is between for who needs no point: the longitude and latitude at t of an edge.
func along(a, b *vertex, t float64) (lon, lat float64) {
	if t == 1 {
		return b.point[0], b.point[1]
	}
	return a.point[0] + t*(b.point[0]-a.point[0]), a.point[1] + t*(b.point[1]-a.point[1])
}

// left says whether the way from the nearest place, which is at t of an edge,
// leads to the left, seen in the direction of growing measures; chord is its length.
// Where that place is a corner, its two edges could give different answers; their mean
// direction gives the right one, because the way then lies in the corner's outer angle.
func (r *ruler) left(way vector, edge int, t, chord float64) bool {
	up := r.edges.positions[edge]
	if t > 0 && t < 1 && chord <= short { // at right angles: the length of the edge is no matter
		return r.edges.positions[edge+1].sub(up).cross(way).dot(up) > 0
	}
	corner, ahead := edge, r.edges.direction(edge)
	if t == 1 {
		corner++
	}
	last := len(r.vertices) - 1
	if (t == 0 || t == 1) && corner > 0 && corner < last {
		ahead = r.edges.direction(corner - 1).add(r.edges.direction(corner))
	}
	up = r.edges.positions[corner]
	return ahead.cross(way).dot(up) > 0
}
