package index

import (
	"math"

	"github.com/paulmach/orb"

	"frontierwatch/geo/report"
)

// extent is the bound of a report's point or stretch, nil where it has none, or
// one that the line does not have.
func (x *Index) extent(v *report.Version) *orb.Bound {
	if p := v.Point; p != nil && in(p.Bound(), *p) {
		bound := p.Bound()
		return &bound
	}
	if v.Stretch == nil {
		return nil
	}
	line := x.line(*v.Stretch)
	if len(line) == 0 {
		return nil
	}
	bound := line.Bound()
	return &bound
}

// in says whether a point lies in a closed box; what is not a number lies nowhere.
func in(b orb.Bound, p orb.Point) bool {
	return p[0] >= b.Min[0] && p[0] <= b.Max[0] && p[1] >= b.Min[1] && p[1] <= b.Max[1]
}

// holds says whether a bound lies in a closed box.
func holds(box, bound orb.Bound) bool { return in(box, bound.Min) && in(box, bound.Max) }

// nowhere is the bound of nothing, for widen to start from.
func nowhere() orb.Bound {
	inf := math.Inf(1)
	return orb.Bound{Min: orb.Point{inf, inf}, Max: orb.Point{-inf, -inf}}
}

func widen(b *orb.Bound, by orb.Bound) {
	for axis := range b.Min {
		b.Min[axis] = min(b.Min[axis], by.Min[axis])
		b.Max[axis] = max(b.Max[axis], by.Max[axis])
	}
}
