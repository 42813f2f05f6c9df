package frontier

import "math"

// fanout is how many edges, or balls of the level below, one ball holds.
const fanout = 8

// tie is the difference of distance, in metres, up to which two edges are equally
// near. It is well above what coordinates in metres from the centre of the Earth
// lose to rounding (some 1e-9), and moves a measure 25 km away by less than 0.1 m.
const tie = 1e-7

// tree finds the edge nearest to a place. It is a hierarchy of balls round runs of
// consecutive edges: a line keeps its neighbours together by itself, so nothing has
// to be sorted. Space is not flattened, so poles, the antimeridian and the other
// side of the Earth are places like all others.
type tree struct {
	positions []vector // of the vertices; edge i leads from i to i+1
	lengths   []length // of the edges
	levels    [][]ball // levels[0] round edges, each further round balls, the last has one
}

type ball struct {
	center vector
	radius float64
}

// beyond says that nothing in the ball is as near to p as within.
func (b ball) beyond(p vector, within float64) bool { return p.distance(b.center)-b.radius > within }

// near is the nearest place of an edge.
type near struct {
	edge     int
	t        float64 // along the edge, 0 to 1
	distance float64 // straight, metres
}

// newTree builds the tree over at least two positions, no two of which that follow
// each other may be the same.
func newTree(positions []vector) tree {
	t := tree{positions: positions, lengths: make([]length, len(positions)-1)}
	for i := range t.lengths {
		ab := positions[i+1].sub(positions[i])
		t.lengths[i] = length{ab.dot(ab), 0.5 / ab.dot(ab)}
	}
	for run := fanout; ; run *= fanout {
		edges := len(positions) - 1
		level := make([]ball, 0, (edges+run-1)/run)
		for from := 0; from < edges; from += run {
			level = append(level, around(positions[from:min(from+run, edges)+1]))
		}
		t.levels = append(t.levels, level)
		if len(level) == 1 {
			return t
		}
	}
}

// around is a ball that holds all positions, and so the chords between them.
func around(positions []vector) ball {
	low, high := positions[0], positions[0]
	for _, p := range positions {
		low = vector{min(low.x, p.x), min(low.y, p.y), min(low.z, p.z)}
		high = vector{max(high.x, p.x), max(high.y, p.y), max(high.z, p.z)}
	}
	b := ball{center: low.add(high).scale(0.5)}
	for _, p := range positions {
		b.radius = max(b.radius, b.center.distance(p))
	}
	return b
}

// nearest is the place nearest to p, of equally near ones that of the first edge.
// Edges that are not nearer than within are not looked at; without any nearer one
// the answer's distance is infinite.
func (t *tree) nearest(p vector, within float64) near {
	s := search{tree: t, p: p, least: within, best: near{distance: math.Inf(1)}}
	if top := len(t.levels) - 1; !t.levels[top][0].beyond(p, within) {
		s.visit(top, 0)
	}
	return s.best
}

// search is one descent, nearest balls first.
type search struct {
	*tree
	p     vector
	least float64 // distance of the nearest edge so far
	best  near    // the first of those that tie with it
}

// visit looks into ball i of a level.
func (s *search) visit(level, i int) {
	from := i * fanout
	if level == 0 {
		for edge := from; edge < min(from+fanout, len(s.positions)-1); edge++ {
			s.offer(edge)
		}
		return
	}
	var bounds [fanout]float64
	var order [fanout]int
	n := 0
	below := s.levels[level-1]
	for child := from; child < min(from+fanout, len(below)); child++ {
		bound := s.p.distance(below[child].center) - below[child].radius
		k := n
		for ; k > 0 && bounds[k-1] > bound; k-- {
			bounds[k], order[k] = bounds[k-1], order[k-1]
		}
		bounds[k], order[k] = bound, child
		n++
	}
	for k := 0; k < n && bounds[k] <= s.least+tie; k++ {
		s.visit(level-1, order[k])
	}
}

// offer takes an edge if it is the nearest so far, or ties and comes earlier.
func (s *search) offer(edge int) {
	n := s.measure(s.p, edge)
	switch {
	case n.distance < s.least-tie:
		s.least, s.best = n.distance, n
	case n.distance <= s.least+tie && !math.IsInf(s.best.distance, 1):
		s.least = min(s.least, n.distance)
		if edge < s.best.edge || s.best.distance > s.least+tie {
			s.best = n
		}
	}
}

// measure finds the place nearest to p of one edge, as a chord.
func (t *tree) measure(p vector, edge int) near {
	a, b := t.positions[edge], t.positions[edge+1]
	ab, ap := b.sub(a), p.sub(a)
	switch s := ap.dot(ab) / ab.dot(ab); {
	case s <= 0:
		return near{edge, 0, ap.length()}
	case s >= 1:
		return near{edge, 1, p.distance(b)}
	default:
		return near{edge, s, ap.sub(ab.scale(s)).length()}
	}
}

// direction is that of an edge, of length 1.
func (t *tree) direction(edge int) vector {
	ab := t.positions[edge+1].sub(t.positions[edge])
	return ab.scale(1 / ab.length())
}
