package index

import (
	"math"
	"sort"
	"sync/atomic"

	"github.com/paulmach/orb"
)

// run is a set of versions in the order of time, oldest first; the rank of a
// version is its place in it. A run is never changed, except that versions in it
// are marked as replaced. Retractions are in no run: they never match.
type run struct {
	book    *book
	numbers []uint32 // of the versions in the book
	start   []int64  // milliseconds
	lasting []uint32 // from start to end, milliseconds; nil: all are instants
	long    map[uint32]int64
	lon     []int32 // as in cell
	lat     []int32
	kinds   []uint16
	extents map[uint32]*orb.Bound // of those that are elsewhere

	replaced marks        // a later version exists, perhaps beyond the reader's position
	gone     atomic.Int64 // how many are replaced

	present []uint64 // a bit for each kind there is
	latest  []int64  // the largest end of each block
	last    int64    // the largest end of all
	longest int64    // from start to end, milliseconds
	bound   orb.Bound
	placed  int    // how many have a point or an extent; bound is void at 0
	newest  uint32 // the largest number
	oldest  uint32 // the smallest

	tree *tree // nil: too few to be worth it
}

// newRun takes rows in order. It has no tree yet.
func newRun(b *book, rows []row) *run {
	n := len(rows)
	r := &run{
		book: b, numbers: make([]uint32, n), start: make([]int64, n),
		lon: make([]int32, n), lat: make([]int32, n), kinds: make([]uint16, n),
		replaced: make(marks, blocks(n)), latest: make([]int64, blocks(n)),
		last: math.MinInt64, oldest: math.MaxUint32, bound: nowhere(),
	}
	for i := range r.latest {
		r.latest[i] = math.MinInt64
	}
	points := nothing()
	for i := range rows {
		r.fill(i, &rows[i], &points)
	}
	if points.west <= points.east {
		low, high := points.corners()
		widen(&r.bound, orb.Bound{Min: low, Max: high})
	}
	return r
}

// fill takes in a row, which a box around all points is made to reach to.
func (r *run) fill(i int, row *row, points *cells) {
	r.numbers[i], r.start[i], r.kinds[i] = row.number, row.start, row.kind
	r.lon[i], r.lat[i] = row.cell.lon, row.cell.lat
	r.ends(i, row.end)
	r.newest, r.oldest = max(r.newest, row.number), min(r.oldest, row.number)
	for k := int(row.kind) / block; k >= len(r.present); {
		r.present = append(r.present, 0)
	}
	r.present[row.kind/block] |= 1 << (row.kind % block)
	if row.replaced {
		r.replaced.set(i)
		r.gone.Add(1)
	}
	switch lon, lat := row.cell.lon, row.cell.lat; {
	case row.extent != nil:
		if r.extents == nil {
			r.extents = map[uint32]*orb.Bound{}
		}
		r.extents[uint32(i)] = row.extent
		r.placed++
		widen(&r.bound, *row.extent)
	case lon != elsewhere:
		r.placed++
		points.widen(cells{lon, lat, lon, lat})
	}
}

// ends notes when the version at a rank ends.
func (r *run) ends(i int, end int64) {
	r.latest[i/block] = max(r.latest[i/block], end)
	r.last = max(r.last, end)
	d := end - r.start[i]
	r.longest = max(r.longest, d)
	if d == 0 {
		return
	}
	if r.lasting == nil {
		r.lasting = make([]uint32, len(r.start))
	}
	if d < math.MaxUint32 {
		r.lasting[i] = uint32(d)
		return
	}
	if r.long == nil {
		r.long = map[uint32]int64{}
	}
	r.lasting[i], r.long[uint32(i)] = math.MaxUint32, d
}

// end is when the version at a rank ends, never before its start.
func (r *run) end(i int) int64 {
	switch {
	case r.lasting == nil:
		return r.start[i]
	case r.lasting[i] == math.MaxUint32:
		return r.start[i] + r.long[uint32(i)]
	}
	return r.start[i] + int64(r.lasting[i])
}

func (r *run) len() int      { return len(r.numbers) }
func (r *run) key(i int) key { return key{r.start[i], r.numbers[i]} }

// place is the bound of where a version is; false: nowhere.
func (r *run) place(i int) (orb.Bound, bool) {
	row := r.row(i)
	return row.place()
}

// row is a version as it goes into another run.
func (r *run) row(i int) row {
	row := row{
		number: r.numbers[i], kind: r.kinds[i], replaced: r.replaced.has(i),
		cell: cell{r.lon[i], r.lat[i]}, start: r.start[i], end: r.end(i),
	}
	if row.cell.lon == elsewhere {
		row.extent = r.extents[uint32(i)]
	}
	return row
}

// mark notes that a version was replaced; false: it is not in this run.
func (r *run) mark(k key) bool {
	if k.number < r.oldest || k.number > r.newest {
		return false
	}
	i := sort.Search(r.len(), func(i int) bool { return r.book.compare(r.key(i), k) >= 0 })
	if i == r.len() || r.numbers[i] != k.number {
		return false
	}
	r.replaced.set(i)
	r.gone.Add(1)
	return true
}

// before counts the versions that come before a key of answers in time: those
// strictly behind it in the order of answers.
func (r *run) before(start, fid int64) int {
	return sort.Search(r.len(), func(i int) bool {
		if r.start[i] != start {
			return r.start[i] > start
		}
		return r.book.head(r.numbers[i]).fid >= fid
	})
}

// until counts the versions that start at or before an instant.
func (r *run) until(ms int64) int {
	return sort.Search(r.len(), func(i int) bool { return r.start[i] > ms })
}

// since counts the versions that start before an instant.
func (r *run) since(ms int64) int {
	return sort.Search(r.len(), func(i int) bool { return r.start[i] >= ms })
}
