package index

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// row is a version with what is asked of it most, so that most questions are
// settled without going to the version itself, which is seldom in the cache.
//
// Times are whole milliseconds, rounded down, which is enough to tell most
// versions from a bound; those that are equal to it are asked themselves.
type row struct {
	version    *report.Version
	seq        log.Seq
	start, end int64
	point      orb.Point  // not a number for a stretch
	extent     *orb.Bound // of the stretch; nil for a point
	replaced   bool
}

func (x *Index) row(v *report.Version) row {
	r := row{version: v, seq: v.Seq, start: v.Start.UnixMilli(), end: ending(v).UnixMilli()}
	if p := v.Point; p != nil && in(p.Bound(), *p) {
		r.point = *p
		return r
	}
	r.point, r.extent = orb.Point{math.NaN(), math.NaN()}, x.extent(v)
	return r
}

// place is the bound of where the version is; false: nowhere.
func (r *row) place() (orb.Bound, bool) {
	if r.extent != nil {
		return *r.extent, true
	}
	return r.point.Bound(), r.point[0] == r.point[0]
}

func sortRows(rows []row) {
	slices.SortFunc(rows, func(a, b row) int {
		if c := cmp.Compare(a.start, b.start); c != 0 {
			return c
		}
		return order(a.version, b.version)
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

// merged is the rows of all the runs, in order.
func merged(runs []*run) []row {
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
	return rows
}

// first is which run has the oldest of the next rows.
func first(runs []*run, next []int) int {
	best := -1
	for k, r := range runs {
		if next[k] < r.len() && (best < 0 || r.older(next[k], runs[best], next[best])) {
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
