package frontier

// tree finds the edge nearest to a place.
type tree struct {
	positions []vector // of the vertices
}

// near is the nearest place of an edge.
type near struct {
	edge     int
	t        float64 // along the edge, 0 to 1
	distance float64 // straight, metres
}

func newTree(positions []vector) tree { return tree{positions} }

// tie is the difference of distance below which two edges are equally near.
const tie = 1e-7

func (t tree) nearest(p vector) near {
	best := t.measure(p, 0)
	for i := 1; i < len(t.positions)-1; i++ {
		if n := t.measure(p, i); n.distance < best.distance-tie {
			best = n
		}
	}
	return best
}

// measure finds the place nearest to p of one edge, as a chord.
func (t tree) measure(p vector, edge int) near {
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
func (t tree) direction(edge int) vector {
	ab := t.positions[edge+1].sub(t.positions[edge])
	return ab.scale(1 / ab.length())
}
