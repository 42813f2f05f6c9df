package index

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"time"

	"github.com/paulmach/orb"
	"github.com/tidwall/rtree"

	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// row is a version on its way into a run.
type row struct {
	version  *report.Version
	extent   *orb.Bound // of its stretch; nil for a point
	replaced bool
}

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
		last: math.MinInt64, oldest: math.MaxUint64,
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
	v := row.version
	r.versions[i] = v
	r.start[i], r.end[i] = v.Start.UnixMilli(), ending(v).UnixMilli()
	r.latest[i/block] = max(r.latest[i/block], r.end[i])
	r.last = max(r.last, r.end[i])
	r.newest, r.oldest = max(r.newest, v.Seq), min(r.oldest, v.Seq)
	if row.replaced {
		r.replaced.set(i)
	}
	r.lon[i], r.lat[i] = math.NaN(), math.NaN()
	if v.Point != nil && in(v.Point.Bound(), *v.Point) {
		r.lon[i], r.lat[i] = v.Point[0], v.Point[1]
		r.include(v.Point.Bound())
	} else if row.extent != nil {
		if r.extents == nil {
			r.extents = map[uint32]*orb.Bound{}
		}
		r.extents[uint32(i)] = row.extent
		r.include(*row.extent)
	}
}

func (r *run) include(b orb.Bound) {
	if r.placed++; r.placed == 1 {
		r.bound = b
		return
	}
	r.bound = r.bound.Union(b)
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
	if p := (orb.Point{r.lon[i], r.lat[i]}); p[0] == p[0] {
		return p.Bound(), true
	}
	if b := r.extents[uint32(i)]; b != nil {
		return *b, true
	}
	return orb.Bound{}, false
}

// single rounds a place as the tree keeps it. Rounding keeps order: what lies in
// a box lies in the rounded box once rounded itself.
func single(p orb.Point) [2]float32 { return [2]float32{float32(p[0]), float32(p[1])} }

// rows are those of the run, to be merged into another.
func (r *run) row(i int) row {
	return row{version: r.versions[i], extent: r.extents[uint32(i)], replaced: r.replaced.has(i)}
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

// order compares two versions by Start, FID and Seq.
func order(a, b *report.Version) int {
	if c := a.Start.Compare(b.Start); c != 0 {
		return c
	}
	return cmp.Or(cmp.Compare(a.FID, b.FID), cmp.Compare(a.Seq, b.Seq))
}

// ending is the end of the observed interval, never before its start.
func ending(v *report.Version) time.Time {
	if v.End.Before(v.Start) {
		return v.Start
	}
	return v.End
}

func sortRows(rows []row) {
	slices.SortFunc(rows, func(a, b row) int { return order(a.version, b.version) })
}

// merge is one run of the rows of many.
func merge(runs []*run) *run {
	if len(runs) == 1 {
		return runs[0]
	}
	n := 0
	for _, r := range runs {
		n += r.len()
	}
	rows := make([]row, 0, n)
	next := make([]int, len(runs))
	for len(rows) < n {
		k := first(runs, next)
		rows = append(rows, runs[k].row(next[k]))
		next[k]++
	}
	return newRun(rows)
}

// first is which run has the oldest of the next rows.
func first(runs []*run, next []int) int {
	best := -1
	for k, r := range runs {
		if next[k] == r.len() {
			continue
		}
		if best < 0 || r.older(next[k], runs[best], next[best]) {
			best = k
		}
	}
	return best
}

func (r *run) older(i int, other *run, k int) bool {
	if a, b := r.start[i], other.start[k]; a != b {
		return a < b
	}
	return order(r.versions[i], other.versions[k]) < 0
}
