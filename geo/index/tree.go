package index

import (
	"slices"

	"github.com/paulmach/orb"
	"github.com/tidwall/rtree"
)

// tree finds the versions of a run by place. Points that lie together are put
// into packs, and an R-tree holds the boxes of the packs: it takes 5 bytes a
// version where one that holds each point takes 36, and a pack that lies in a box
// as a whole is found, and counted, at once. What is no point is a pack of its own.
type tree struct {
	ranks []uint32 // pack after pack
	first []uint32 // of each pack in ranks, and at the end how many ranks there are
	sums  []sum    // of each pack of points
	boxes rtree.RTreeGN[float32, uint32]
}

// sum is the sum of cells.
type sum struct{ lon, lat int64 }

// packSize is how many points a pack has. Fewer are found faster in small boxes,
// more in large ones.
const packSize = 32

// plant builds the tree, unless the run has one or less than so many rows.
func (r *run) plant(rows int) *run {
	if r.tree != nil || r.len() < rows {
		return r
	}
	t := &tree{}
	points := r.byPlace()
	t.ranks = make([]uint32, 0, len(points)+len(r.extents))
	for pack := range slices.Chunk(points, packSize) {
		bound := nowhere()
		start, total := uint32(len(t.ranks)), sum{}
		for _, p := range pack {
			rank := uint32(p)
			t.ranks = append(t.ranks, rank)
			total.lon, total.lat = total.lon+int64(r.lon[rank]), total.lat+int64(r.lat[rank])
			widen(&bound, cell{r.lon[rank], r.lat[rank]}.point().Bound())
		}
		t.add(bound, start)
		t.sums = append(t.sums, total)
	}
	for rank := range uint32(r.len()) {
		if extent := r.extents[rank]; len(r.extents) > 0 && extent != nil {
			t.ranks = append(t.ranks, rank)
			t.add(*extent, uint32(len(t.ranks)-1))
		}
	}
	t.first = append(t.first, uint32(len(t.ranks)))
	r.tree = t
	return r
}

func (t *tree) add(bound orb.Bound, start uint32) {
	t.boxes.Insert(single(bound.Min), single(bound.Max), uint32(len(t.first)))
	t.first = append(t.first, start)
}

// pack is the ranks of a pack.
func (t *tree) pack(k uint32) []uint32 { return t.ranks[t.first[k]:t.first[k+1]] }

// byPlace is the ranks of the points of a run, those that lie together beside
// each other, in the lower half of each number.
func (r *run) byPlace() []uint64 {
	points := make([]uint64, 0, r.len())
	low, high := r.bound.Min, r.bound.Max
	size := max(high[0]-low[0], high[1]-low[1], 1e-9) // of a square: packs are as wide as high, however long the run is
	spread := func(v float64) uint32 { return uint32(v / size * (1<<hilbertBits - 1)) }
	for i, lon := range r.lon {
		if lon == elsewhere {
			continue
		}
		p := cell{lon, r.lat[i]}.point()
		x, y := spread(p[0]-low[0]), spread(p[1]-low[1])
		points = append(points, uint64(hilbert(x, y))<<32|uint64(i))
	}
	slices.Sort(points)
	return points
}

const hilbertBits = 16

// hilbert is how far along the Hilbert curve a cell of a square lies (Hilbert,
// 1891): cells that are near on the curve are near on the square.
func hilbert(x, y uint32) (d uint32) {
	for s := uint32(1) << (hilbertBits - 1); s > 0; s >>= 1 {
		right, up := x&s != 0, y&s != 0
		switch {
		case right && !up:
			d += 3 * s * s
		case right:
			d += 2 * s * s
		case up:
			d += s * s
		}
		if !up { // turn the quadrant
			if right {
				x, y = ^x, ^y
			}
			x, y = y, x
		}
	}
	return d
}

// single rounds a place as the tree keeps it. Rounding keeps order: what lies in
// a box lies in the rounded box once rounded itself.
func single(p orb.Point) [2]float32 { return [2]float32{float32(p[0]), float32(p[1])} }

// box is a box as the tree is asked for it.
type box struct {
	low, high [2]float32
	cells     cells
}

func newBox(b orb.Bound) box { return box{single(b.Min), single(b.Max), cellsIn(b)} }

// holds says whether a pack lies in the box as a whole. Since rounding keeps order,
// what is strictly inside once rounded was inside.
func (b *box) holds(low, high [2]float32) bool {
	return low[0] > b.low[0] && low[1] > b.low[1] && high[0] < b.high[0] && high[1] < b.high[1]
}
