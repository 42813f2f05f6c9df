package index

import (
	"math"
	"sort"
	"time"

	"github.com/paulmach/orb"
	"github.com/tidwall/rtree"

	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// run is a set of versions in the order of time, oldest first; the rank of a
// version is its place in it. A run is never changed, except that versions in
// it are marked as replaced. Retractions are in no run: they never match.
//
// Times are kept in whole milliseconds, rounded down, which is enough to tell
// most versions from a bound; those that are equal to it are asked themselves.
type run struct {
	versions []*report.Version
	start    []int64
	end      []int64
	lon, lat []float64 // NaN without a point
	extents  map[uint32]*orb.Bound

	replaced marks // a later version exists, perhaps beyond the reader's position

	latest []int64 // the largest end of each block
	last   int64   // the largest end of all
	bound  orb.Bound
	placed int     // how many have a point or an extent; bound is void at 0
	newest log.Seq // the largest Seq
	oldest log.Seq // the smallest

	// tree holds the rank of every placed version; nil: too few to be worth it.
	tree *rtree.RTreeGN[float32, uint32]
}

// newRun takes rows in order. It has no tree yet.
func newRun(rows []row) *run {
	n := len(rows)
	r := &run{
		versions: make([]*report.Version, n),
		start:    make([]int64, n), end: make([]int64, n),
		lon: make([]float64, n), lat: make([]float64, n),
		replaced: make(marks, blocks(n)), latest: make([]int64, blocks(n)),
		last: math.MinInt64, oldest: math.MaxUint64, bound: nowhere(),
	}
	for i := range r.latest {
		r.latest[i] = math.MinInt64
	}
	for i := range rows {
		r.fill(i, &rows[i])
	}
	return r
}

func (r *run) fill(i int, row *row) {
	r.versions[i] = row.version
	r.start[i], r.end[i] = row.start, row.end
	r.lon[i], r.lat[i] = row.point[0], row.point[1]
	r.latest[i/block] = max(r.latest[i/block], row.end)
	r.last = max(r.last, row.end)
	r.newest, r.oldest = max(r.newest, row.seq), min(r.oldest, row.seq)
	if row.replaced {
		r.replaced.set(i)
	}
	if row.extent != nil {
		if r.extents == nil {
			r.extents = map[uint32]*orb.Bound{}
		}
		r.extents[uint32(i)] = row.extent
	}
	if b, ok := row.place(); ok {
		r.placed++
		widen(&r.bound, b)
	}
}

func (r *run) len() int { return len(r.versions) }

// plant builds the tree, unless the run has one or less than so many rows.
func (r *run) plant(rows int) *run {
	if r.tree != nil || r.len() < rows {
		return r
	}
	r.tree = &rtree.RTreeGN[float32, uint32]{}
	for i := range r.versions {
		if b, ok := r.place(i); ok {
			r.tree.Insert(single(b.Min), single(b.Max), uint32(i))
		}
	}
	return r
}

// place is the bound of where a version is; false: nowhere.
func (r *run) place(i int) (orb.Bound, bool) {
	if x := r.lon[i]; x == x {
		return orb.Point{x, r.lat[i]}.Bound(), true
	}
	if b := r.extents[uint32(i)]; b != nil {
		return *b, true
	}
	return orb.Bound{}, false
}

// single rounds a place as the tree keeps it. Rounding keeps order: what lies in
// a box lies in the rounded box once rounded itself.
func single(p orb.Point) [2]float32 { return [2]float32{float32(p[0]), float32(p[1])} }

// row is a version as it goes into another run.
func (r *run) row(i int) row {
	return row{
		version: r.versions[i], seq: r.versions[i].Seq, start: r.start[i], end: r.end[i],
		point: orb.Point{r.lon[i], r.lat[i]}, extent: r.extents[uint32(i)], replaced: r.replaced.has(i),
	}
}

// mark notes that a version was replaced; false: it is not in this run.
func (r *run) mark(v *report.Version) bool {
	i := sort.Search(r.len(), func(i int) bool { return order(r.versions[i], v) >= 0 })
	if i == r.len() || r.versions[i] != v {
		return false
	}
	r.replaced.set(i)
	return true
}

// before counts the versions that come before a key in time: those strictly
// behind it in the order of answers.
func (r *run) before(k report.Key) int {
	return r.search(k.Start, func(v *report.Version) bool {
		c := v.Start.Compare(k.Start)
		return c > 0 || c == 0 && v.FID >= k.FID
	})
}

// until counts the versions that start at or before an instant.
func (r *run) until(t time.Time) int {
	return r.search(t, func(v *report.Version) bool { return v.Start.After(t) })
}

// since counts the versions that start before an instant.
func (r *run) since(t time.Time) int {
	return r.search(t, func(v *report.Version) bool { return !v.Start.Before(t) })
}

// search is the first rank whose version is past a bound at an instant; past is
// asked only for versions of the same millisecond.
func (r *run) search(t time.Time, past func(*report.Version) bool) int {
	ms := t.UnixMilli()
	return sort.Search(r.len(), func(i int) bool {
		if r.start[i] != ms {
			return r.start[i] > ms
		}
		return past(r.versions[i])
	})
}
