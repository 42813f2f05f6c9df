package frontier

import (
	"math"
	"sync/atomic"

	"github.com/paulmach/orb"
)

// charted is how far from the line, in metres, a chart knows the edges. Most
// reports lie nearer; for what lies beyond there is the tree.
const charted = 5_000.0

// The Earth is cut into 2^depth by 2^depth cells of longitude and latitude, from
// the coarsest, each into 4 by 4 of two depths more.
const (
	coarsest = 7  // 2.8° by 1.4°
	finest   = 15 // 0.011° by 0.0055°: 800 m by 600 m at the 49th parallel
)

// A cell is not cut further once at most few edges are left to it, and one more
// for each step, in metres, that it lies from the line: away from it cells are many
// and reports few.
const (
	few  = 12
	step = 250.0
)

// chart says which edges of a part can be the nearest to a place near it: in each
// cell they are one run. To read it takes a few steps that depend on nothing but the
// place, where the tree has to compare distances in each. Far away, near another
// part, or where a run would be too long it knows nothing.
//
// It has a sheet for each coarsest cell, drawn when the first place in it is looked
// for: some 0.5 ms, and 3 kB. All 77 sheets of the real frontier take 240 kB. Who
// draws one while another does draws the same.
type chart struct {
	left, bottom, rows uint32                  // of the box of sheets that holds the part
	sheets             []atomic.Pointer[sheet] // column by column, nil if not drawn
}

type sheet struct {
	whole cell
	nodes [][16]cell // the cells that one is cut into, column by column
}

// cell is 0 where nothing is known, or the index of a node if it has the bit of
// cut16, or a run: the first edge, and how many there are in the low 8 bits.
type cell uint32

const (
	cut16   cell = 1 << 31
	longest      = 1<<8 - 1
)

// grid is the finest cell that holds p, by its column and row.
func grid(p orb.Point) (x, y uint32) {
	const n = 1 << finest
	x, y = uint32((p[0]+180)*(n/360.0)), uint32((p[1]+90)*(n/180.0))
	return min(x, n-1), min(y, n-1)
}

// run is the one of a finest cell: its first edge and how many there are, none where
// nothing is known.
func (r *ruler) run(x, y uint32) (first, count int) {
	c := &r.chart
	shift := uint32(finest - coarsest)
	column, row := x>>shift-c.left, y>>shift-c.bottom // huge if they are less
	at := uint64(column)*uint64(c.rows) + uint64(row)
	if row >= c.rows || at >= uint64(len(c.sheets)) {
		return 0, 0
	}
	s := c.sheets[at].Load()
	if s == nil {
		s = drawSheet(&r.edges, x>>shift, y>>shift)
		c.sheets[at].Store(s)
	}
	of := s.whole
	for of&cut16 != 0 {
		shift -= 2
		of = s.nodes[of&^cut16][x>>shift&3<<2|y>>shift&3]
	}
	return int(of >> 8), int(of & longest)
}

// nearby is the place of the part that is nearest to one in a finest cell, which is at
// from; ok is false where the chart does not know.
func (r *ruler) nearby(x, y uint32, from vector) (n near, ok bool) {
	first, count := r.run(x, y)
	if count == 0 {
		return near{}, false
	}
	run, lengths := r.edges.positions[first:first+count+1], r.edges.lengths[first:first+count]
	n, doubt := nearestOf(run, lengths, from)
	if doubt == 0 {
		n.edge += first
		return n, true
	}
	s := search{tree: &r.edges, p: from, least: math.Inf(1), best: near{distance: math.Inf(1)}}
	for i := range lengths {
		if r.edges.squareFrom(from, first+i) <= doubt {
			s.offer(first + i)
		}
	}
	return s.best, true
}

// nearestOf finds the edge nearest to p among those of a run, all at most split
// long. Where another is as near, or nearly, by less than rounding here and tie can
// make of it, there is doubt: then those are to be compared whose squareFrom is not more.
// Its t is that of measure, its distance coarser.
//
// The squares of the distances are compared as whole numbers, which for numbers
// that are positive (rounding could make them less, but not by 1) have the same
// order; their lowest bits, worth far less than a tie, are the edge. That takes no
// branch, where each could go either way.
func nearestOf(run []vector, lengths []length, p vector) (n near, doubt float64) {
	least, second := uint64(math.MaxUint64), uint64(math.MaxUint64)
	ap, ends := p.sub(run[0]), run[1:][:len(lengths)]
	a := ap.dot(ap)
	for i, ab := range lengths {
		bp := p.sub(ends[i])
		b := bp.dot(bp)
		square := math.Float64bits(1+a+ab.beyondStart(a, b))&^longest | uint64(i)
		second = min(second, max(square, least))
		least = min(least, square)
		a = b
	}
	edge := int(least & longest)
	d, next := max(0, math.Float64frombits(least)-1), math.Float64frombits(second)-1
	ab := run[edge+1].sub(run[edge])
	whole := ab.dot(ab)
	n = near{edge, clamp(p.sub(run[edge]).dot(ab), whole) / whole, math.Sqrt(d)}
	// Rounding is some 1e-15 of the square of the way to an end, which is up to split more.
	if most := d + tie*(1000+4*d); next <= most {
		doubt = most
	}
	return n, doubt
}

// squareFrom is the square of the distance from p to an edge.
func (t *tree) squareFrom(p vector, edge int) float64 {
	ap, bp := p.sub(t.positions[edge]), p.sub(t.positions[edge+1])
	a := ap.dot(ap)
	return a + t.lengths[edge].beyondStart(a, bp.dot(bp))
}

// length is that of an edge, as it is of use for distances.
type length struct {
	square float64
	half   float64 // of 1 by the square
}

// beyondStart is by how much the square of the distance to an edge is more than a, that
// of the distance to its start; b is that to its end.
//
// The sides of the triangle tell how far along the edge its nearest place is, so that
// its direction need not be known. That place is kept within the edge before anything
// is made of it: so what rounding does to it counts for no more than it is.
func (l length) beyondStart(a, b float64) float64 {
	twice := a - b + l.square // the way along the edge, times its length
	t := clamp(twice*l.half, 1)
	return t * (t*l.square - twice)
}

// clamp is x between 0 and most, which is not negative.
func clamp(x, most float64) float64 {
	bits := int64(math.Float64bits(x))
	bits &^= bits >> 63
	return math.Float64frombits(uint64(min(bits, int64(math.Float64bits(most)))))
}
