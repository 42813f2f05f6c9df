package index

import (
	"math"

	"github.com/paulmach/orb"
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

func (c cell) point() orb.Point {
	return orb.Point{float64(c.lon) / perDegree, float64(c.lat) / perDegree}
}

// cells is the cells that lie in a closed box.
type cells struct{ west, south, east, north int32 }

func cellsIn(b orb.Bound) cells {
	return cells{least(b.Min[0]), least(b.Min[1]), -least(-b.Max[0]), -least(-b.Max[1])}
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

// count is how many of some ranks have their cell in the box.
func (b *cells) count(lon, lat []int32, ranks []uint32) (n int) {
	west, width, south, height := b.west, uint32(b.east-b.west), b.south, uint32(b.north-b.south)
	if b.east < b.west || b.north < b.south {
		return 0
	}
	for _, rank := range ranks {
		if uint32(lon[rank]-west) <= width && uint32(lat[rank]-south) <= height {
			n++
		}
	}
	return n
}
