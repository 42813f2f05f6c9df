package index

import (
	"slices"

	"github.com/tidwall/rtree"
)

// tree finds the versions of a run by place, in three steps. Points that lie
// together are put into packs, packs that lie together into bundles, and an R-tree
// holds the boxes of the bundles. What lies in a box as a whole is found, and
// counted, at once; of the rest the places stand beside each other in the order of
// the packs, since in that of time each would be fetched from memory by itself. A
// version takes 13 bytes.
//
// What is no point has packs, and bundles, of its own.
type tree struct {
	ranks    []uint32 // pack after pack, in a pack ascending
	lon, lat []int32  // of these
	first    []uint32 // of each pack in ranks, and at the end how many ranks there are
	boxes    []cells  // of each pack
	points   uint32   // how many of the packs hold points; they come first
	sums     []sum    // of the points of all packs before each of these, and of all at the end

	bundles []bundle
	root    rtree.RTreeGN[float64, uint32] // of bundles, in cells
}

// bundle is packs that follow each other, up to the first of the next bundle.
type bundle struct {
	box   cells
	first uint32
}

// sum is the sum of cells.
type sum struct{ lon, lat int64 }

const (
	// packSize is how many points a pack has. Fewer are found faster in small boxes,
	// more in large ones.
	packSize   = 32
	bundleSize = 32 // packs
)

// planting is room to sort places in, for one tree after the other.
type planting struct{ points, others, sorted []uint64 }

// plant builds the tree, unless the run has one or less than so many rows.
func (r *run) plant(rows int, room *planting) *run {
	if r.tree != nil || r.len() < rows {
		return r
	}
	points, others := r.byPlace(room)
	n := len(points) + len(others)
	t := &tree{ranks: make([]uint32, 0, n), lon: make([]int32, 0, n), lat: make([]int32, 0, n)}
	t.add(r, points)
	t.points = uint32(len(t.boxes))
	t.sum()
	t.add(r, others)
	t.first = append(t.first, uint32(n))
	for k := range t.bundles {
		b := &t.bundles[k]
		b.box = nothing()
		for _, box := range t.boxes[b.first:t.until(uint32(k))] {
			b.box.widen(box)
		}
		t.root.Insert(b.box.low(), b.box.high(), uint32(k))
	}
	r.tree = t
	return r
}

// add puts ranks, in the order of place, into packs and these into bundles.
func (t *tree) add(r *run, places []uint64) {
	k := 0
	for pack := range slices.Chunk(places, packSize) {
		if k++; k%bundleSize == 1 {
			t.bundles = append(t.bundles, bundle{first: uint32(len(t.boxes))})
		}
		start, box := len(t.ranks), nothing()
		for _, p := range pack {
			t.ranks = append(t.ranks, uint32(p))
		}
		slices.Sort(t.ranks[start:])
		for _, rank := range t.ranks[start:] {
			t.lon, t.lat = append(t.lon, r.lon[rank]), append(t.lat, r.lat[rank])
			box.widen(r.cells(int(rank)))
		}
		t.first, t.boxes = append(t.first, uint32(start)), append(t.boxes, box)
	}
}

// sum adds up the points.
func (t *tree) sum() {
	t.sums = make([]sum, t.points+1)
	total, k := sum{}, 0
	for i := range t.ranks {
		if i%packSize == 0 {
			t.sums[k], k = total, k+1
		}
		total.lon, total.lat = total.lon+int64(t.lon[i]), total.lat+int64(t.lat[i])
	}
	t.sums[k] = total
}

// until is the pack behind the last of a bundle.
func (t *tree) until(k uint32) uint32 {
	if int(k+1) < len(t.bundles) {
		return t.bundles[k+1].first
	}
	return uint32(len(t.boxes))
}

// node is a bundle or a pack of it.
type node struct {
	from, to uint32 // the packs
	box      *cells
	whole    bool // all of it is points, and lies in the box that was asked for
}

// step says where to go from a node.
type step int

const (
	onward step = iota
	closer      // to its packs; from a pack it goes onward
	out
)

// search visits what may have something in a box: bundles, and of those that are
// to be looked at closer, packs.
func (t *tree) search(b *cells, visit func(node) step) {
	t.root.Search(b.low(), b.high(), func(_, _ [2]float64, k uint32) bool {
		n := t.node(b, t.bundles[k].first, t.until(k), &t.bundles[k].box)
		switch s := visit(n); {
		case s == out:
			return false
		case s == onward || n.pack():
			return true
		}
		for k := n.from; k < n.to; k++ {
			if box := &t.boxes[k]; (n.whole || b.meets(box)) && visit(t.node(b, k, k+1, box)) == out {
				return false
			}
		}
		return true
	})
}

func (t *tree) node(b *cells, from, to uint32, box *cells) node {
	return node{from, to, box, from < t.points && b.holds(box)}
}

// pack says whether there is nothing closer to look at.
func (n *node) pack() bool { return n.to == n.from+1 }

// span is where the ranks of a node begin and end.
func (t *tree) span(n node) (from, to uint32) { return t.first[n.from], t.first[n.to] }

// total is the sum of a node that holds points.
func (t *tree) total(n node) sum {
	a, b := t.sums[n.from], t.sums[n.to]
	return sum{b.lon - a.lon, b.lat - a.lat}
}

// cells is a box around where a version is, which has a place: as small as cells
// allow.
func (r *run) cells(i int) cells {
	if lon, lat := r.lon[i], r.lat[i]; lon != elsewhere {
		return cells{lon, lat, lon, lat}
	}
	return cellsAround(*r.extents[uint32(i)])
}

// byPlace is the ranks of what has a place, points and others, what lies together
// beside each other, in the lower half of each number.
func (r *run) byPlace(room *planting) (points, others []uint64) {
	points, others = slices.Grow(room.points[:0], r.len()), room.others[:0]
	low, high := r.bound.Min, r.bound.Max
	size := max(high[0]-low[0], high[1]-low[1], 1e-9) // of a square: packs are as wide as high, however long the run is
	spread := func(v float64) uint32 { return uint32(v / size * (1<<hilbertBits - 1)) }
	at := func(i int, x, y float64) uint64 {
		return uint64(hilbert(spread(x-low[0]), spread(y-low[1])))<<32 | uint64(i)
	}
	for i, lon := range r.lon {
		if lon != elsewhere {
			p := cell{lon, r.lat[i]}.point()
			points = append(points, at(i, p[0], p[1]))
		}
	}
	for rank, extent := range r.extents {
		middle := extent.Center()
		others = append(others, at(int(rank), middle[0], middle[1]))
	}
	room.points, room.others, room.sorted = points, others, slices.Grow(room.sorted[:0], len(points))
	sortByPlace(points, room.sorted[:len(points)])
	slices.Sort(others)
	return points, others
}

// sortByPlace sorts what at made in the order of ranks, by what is above these, without
// comparing. It needs room for as many.
func sortByPlace(places, room []uint64) {
	const bits = 11 // at a time
	if len(places) < 1<<bits {
		slices.Sort(places)
		return
	}
	from, to := places, room
	for shift := 32; shift < 64; shift += bits {
		var next [1 << bits]int
		for _, p := range from {
			next[p>>shift&(1<<bits-1)]++
		}
		sum := 0
		for k, n := range next {
			next[k], sum = sum, sum+n
		}
		for _, p := range from {
			k := p >> shift & (1<<bits - 1)
			to[next[k]] = p
			next[k]++
		}
		from, to = to, from
	}
	copy(places, from) // after three times it is in the other
}
