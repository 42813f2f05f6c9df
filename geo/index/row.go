package index

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"frontierwatch/geo/report"
)

// row is what is asked of a version most, so that most questions are settled
// without going to the version itself, which is seldom in the cache. Times are in
// milliseconds, and exact.
type row struct {
	number     uint32 // of the version in the book
	kind       uint16 // as in the column of a run
	replaced   bool
	cell       cell // elsewhere: extent says where
	start, end int64
	extent     *orb.Bound // nil: it is at the cell, or nowhere
}

// manyKinds stands for the kinds that the column has no number for.
const manyKinds = math.MaxUint16

func (x *Index) row(v *report.Version, at spot, number uint32) row {
	r := row{number: number, start: v.Start.UnixMilli(), kind: uint16(min(x.revisions.book.last, manyKinds))}
	r.end = max(r.start, v.End.UnixMilli())
	if r.cell = at.cell; !at.coarse {
		r.cell, r.extent = cell{lon: elsewhere}, x.extent(v)
	}
	return r
}

// place is the bound of where the version is; false: nowhere.
func (r *row) place() (orb.Bound, bool) {
	switch {
	case r.extent != nil:
		return *r.extent, true
	case r.cell.lon == elsewhere:
		return orb.Bound{}, false
	}
	return r.cell.point().Bound(), true
}

// key is where a version stands in the order of time: by start, fid and number.
type key struct {
	start  int64
	number uint32
}

// compare asks for the fid only where it must, since that is in the book: mostly
// fids and numbers have one order.
func (b *book) compare(x, y key) int {
	if c := cmp.Compare(x.start, y.start); c != 0 {
		return c
	}
	if x.number == y.number || !b.late(max(x.number, y.number)) {
		return cmp.Compare(x.number, y.number)
	}
	return cmp.Or(cmp.Compare(b.head(x.number).fid, b.head(y.number).fid), cmp.Compare(x.number, y.number))
}

func (b *book) sortRows(rows []row) {
	slices.SortFunc(rows, func(x, y row) int { return b.compare(key{x.start, x.number}, key{y.start, y.number}) })
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
		if next[k] < r.len() && (best < 0 || r.book.compare(r.key(next[k]), runs[best].key(next[best])) < 0) {
			best = k
		}
	}
	return best
}
