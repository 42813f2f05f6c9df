package frontier

import (
	"math"
	"sync/atomic"

	"github.com/paulmach/orb"
)

// newChart is the chart of a part, with its sheets not drawn yet, but for those
// that stay empty: where the part is not, and where one of the others could be as
// near to a place as this.
func newChart(r *ruler, others []ruler) chart {
	const shift = finest - coarsest
	left, bottom, right, top := uint32(math.MaxUint32), uint32(math.MaxUint32), uint32(0), uint32(0)
	for _, v := range r.vertices {
		x, y := grid(v.point)
		left, right = min(left, x>>shift), max(right, x>>shift)
		bottom, top = min(bottom, y>>shift), max(top, y>>shift)
	}
	c := chart{left: left, bottom: bottom, rows: top - bottom + 1}
	c.sheets = make([]atomic.Pointer[sheet], (right-left+1)*c.rows)
	empty := &sheet{}
	for i := range c.sheets {
		center, around := extent(left+uint32(i)/c.rows, bottom+uint32(i)%c.rows, coarsest)
		useless := r.edges.far(center, charted+around)
		for k := range others {
			useless = useless || !others[k].edges.far(center, charted+3*around+float64(split))
		}
		if useless {
			c.sheets[i].Store(empty)
		}
	}
	return c
}

// survey draws a sheet, from its coarsest cell down.
//
// The nearest edge to any place of a cell is no farther from its centre than the
// least of all edges and twice the way from the centre to a corner: by so much can
// both come nearer or go away. What is farther is left out for good, for the cell
// and all within it.
type survey struct {
	*tree
	sheet
}

func drawSheet(t *tree, x, y uint32) *sheet {
	s := survey{tree: t}
	s.whole = s.draw(x, y, coarsest, 0, len(t.positions)-1)
	return &s.sheet
}

// draw draws a cell in which no edges but those of a run can be nearest.
func (s *survey) draw(x, y uint32, depth int, first, end int) cell {
	center, around := extent(x, y, depth)
	first, end, least := s.narrow(center, first, end, around)
	switch n := end - first; {
	case n == 0:
		return 0
	case n > min(few+int(least/step), longest) && depth < finest:
		at := len(s.nodes)
		s.nodes = append(s.nodes, [16]cell{})
		for i := range uint32(16) {
			below := s.draw(x<<2|i>>2, y<<2|i&3, depth+2, first, end)
			s.nodes[at][i] = below
		}
		return cut16 | cell(at)
	case n > longest || end >= int(cut16>>8):
		return 0
	default:
		return cell(first)<<8 | cell(n)
	}
}

// narrow takes from both ends of a run what is not near enough to a cell's centre,
// and says how near the nearest is, at most. Nothing is left where that is too far.
//
// It looks at the vertices alone: no place of an edge is nearer than half of what
// the ways to its ends are longer than itself.
func (s *survey) narrow(center vector, first, end int, around float64) (int, int, float64) {
	if end-first > 32*fanout {
		return s.narrowByBalls(center, first, end, around)
	}
	least := math.MaxFloat64
	for _, p := range s.positions[first : end+1] {
		way := center.sub(p)
		if square := way.dot(way); square < least {
			least = square
		}
	}
	least = math.Sqrt(least)
	if least > charted+around+float64(split)/2 {
		return 0, 0, least
	}
	within := least + 2*around + 1
	within *= within
	for s.squareFrom(center, first) > within {
		first++
	}
	for s.squareFrom(center, end-1) > within {
		end--
	}
	return first, end, least
}

// narrowByBalls is narrow for long runs, by balls of edges as a whole.
func (s *survey) narrowByBalls(center vector, first, end int, around float64) (int, int, float64) {
	least := s.nearest(center, charted+around).distance
	if math.IsInf(least, 1) {
		return 0, 0, least
	}
	balls, within := s.levels[0], least+2*around+1
	low, high := first/fanout, (end-1)/fanout
	for balls[low].beyond(center, within) {
		low++
	}
	for balls[high].beyond(center, within) {
		high--
	}
	return max(first, low*fanout), min(end, (high+1)*fanout), least
}

// far says that no edge is as near to p as within.
func (t *tree) far(p vector, within float64) bool {
	return math.IsInf(t.nearest(p, within).distance, 1)
}

// extent is the centre of a cell, as a place in space, and how far any place in it
// may be from that, at most.
func extent(x, y uint32, depth int) (center vector, around float64) {
	const largest = equator * equator / pole // radius of curvature, at the poles
	n := float64(int(1) << depth)
	center = position(orb.Point{(float64(x)*360+180)/n - 180, (float64(y)*180+90)/n - 90})
	// Along the meridian to the farthest parallel, and along the longest.
	north := largest * math.Pi / 2 / n
	east := (math.Hypot(center.x, center.y) + north) * math.Pi / n
	return center, math.Hypot(east, north)
}
