package index

import (
	"math"

	"github.com/paulmach/orb"

	"frontierwatch/geo/report"
)

// cell is a point in units of 1e-7 degrees, which is what records keep.
type cell struct{ lon, lat int32 }

// elsewhere is the longitude in the column of a version that is not at one such
// point: a stretch, a finer point, or nothing.
const elsewhere = math.MinInt32

const perDegree = 1e7

// cellOf is the cell of a point; false: it is no point of seven decimals, or none
// on the earth.
func cellOf(p orb.Point) (c cell, ok bool) {
	x, y := math.Round(p[0]*perDegree), math.Round(p[1]*perDegree)
	if !(x >= -180*perDegree && x <= 180*perDegree && y >= -180*perDegree && y <= 180*perDegree) {
		return cell{}, false
	}
	c = cell{int32(x), int32(y)}
	return c, c.point() == p
}

// spot is the cell of a version, if coarse: if it is at a point of seven decimals.
type spot struct {
	cell
	coarse bool
}

func spotOf(v *report.Version) (s spot) {
	if v.Point != nil {
		s.cell, s.coarse = cellOf(*v.Point)
	}
	return s
}

func (c cell) point() orb.Point {
	return orb.Point{float64(c.lon) / perDegree, float64(c.lat) / perDegree}
}

// cells is the cells that lie in a closed box.
type cells struct{ west, south, east, north int32 }

func cellsIn(b orb.Bound) cells {
	return cells{least(b.Min[0]), least(b.Min[1]), -least(-b.Max[0]), -least(-b.Max[1])}
}

// cellsAround is the least box of cells that a box lies in.
func cellsAround(b orb.Bound) cells {
	return cells{-least(-b.Min[0]), -least(-b.Min[1]), least(b.Max[0]), least(b.Max[1])}
}

// nothing is the box of no cell, for widen to start from.
func nothing() cells { return cells{math.MaxInt32, math.MaxInt32, math.MinInt32, math.MinInt32} }

func (b *cells) widen(by cells) {
	b.west, b.south = min(b.west, by.west), min(b.south, by.south)
	b.east, b.north = max(b.east, by.east), max(b.north, by.north)
}

func (b *cells) low() [2]float64  { return [2]float64{float64(b.west), float64(b.south)} }
func (b *cells) high() [2]float64 { return [2]float64{float64(b.east), float64(b.north)} }

// corners are the south-western and the north-eastern point of the box.
func (b *cells) corners() (low, high orb.Point) {
	return cell{b.west, b.south}.point(), cell{b.east, b.north}.point()
}

// meets says whether the two have a cell in common. A box between two cells, which
// has none, meets those around it.
func (b *cells) meets(o *cells) bool {
	return b.west <= o.east && b.east >= o.west && b.south <= o.north && b.north >= o.south
}

// holds says whether the other lies in the box.
func (b *cells) holds(o *cells) bool {
	return b.west <= o.west && b.east >= o.east && b.south <= o.south && b.north >= o.north
}

// least is the least cell that is not below a coordinate. Cells lie symmetrically
// about 0, so that the greatest not above v is −least(−v).
func least(v float64) int32 {
	const most = 181 * perDegree // beyond all of them
	n := math.Ceil(max(-most, min(most, v*perDegree)))
	for n/perDegree < v && n < most { // the product was rounded
		n++
	}
	for (n-1)/perDegree >= v && n > -most {
		n--
	}
	return int32(n)
}

func (b *cells) has(lon, lat int32) bool {
	return lon >= b.west && lon <= b.east && lat >= b.south && lat <= b.north
}

// which of up to 64 cells lie in the box: a bit for each. It does not branch, since at
// the edge of a box nobody could guess which way: what is too far east or north, and,
// by wrapping round, too far west or south, borrows from the highest bit.
func (b *cells) which(lon, lat []int32) (bits uint64) {
	west, width, south, height := b.west, uint64(uint32(b.east-b.west)), b.south, uint64(uint32(b.north-b.south))
	if b.east < b.west || b.north < b.south {
		return 0
	}
	lat = lat[:len(lon)]
	for i, x := range lon {
		beyond := (width - uint64(uint32(x-west))) | (height - uint64(uint32(lat[i]-south)))
		bits |= (1 - beyond>>63) << (i & 63)
	}
	return bits
}
