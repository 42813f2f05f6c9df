package hotspot

import "frontierwatch/geo/series"

// frame holds running sums of a stretch of days, from which any window or week is
// a difference of two rows: O(segments), however many reports there were. Days are
// numbered from day 0 of the input.
type frame struct {
	n      int // segments
	lo, hi int // the days [lo, hi)
	// people[(d−lo)·n + s] is how many were counted at segment s on the days
	// [lo, d), active on how many of those days somebody reported.
	people []float64
	active []int32
}

func newFrame(in *Input, lo, hi int) *frame {
	n := len(in.segments)
	f := &frame{n: n, lo: lo, hi: hi, people: make([]float64, (hi-lo+1)*n), active: make([]int32, (hi-lo+1)*n)}
	// First each day's own count, in the row after it.
	in.counts.each(in.start+series.Day(lo), in.start+series.Day(hi-1), func(segment int, d series.Day, people float64) {
		at := (int(d-in.start)-lo+1)*n + segment
		f.people[at] += people
		f.active[at] = 1
	})
	for i := n; i < len(f.people); i++ {
		f.people[i] += f.people[i-n]
		f.active[i] += f.active[i-n]
	}
	return f
}

// upTo is the sums of the days before d, by segment.
func (f *frame) upTo(d int) []float64 { return f.people[(d-f.lo)*f.n:][:f.n] }

func (f *frame) activeUpTo(d int) []int32 { return f.active[(d-f.lo)*f.n:][:f.n] }

// weeks adds up the weeks [from, to) of an input.
func (f *frame) weeks(from, to int) []float64 {
	all := make([]float64, max(0, to-from)*f.n)
	for k := from; k < to; k++ {
		before, after, sums := f.upTo(k*week), f.upTo((k+1)*week), all[(k-from)*f.n:][:f.n]
		for s := range sums {
			sums[s] = after[s] - before[s]
		}
	}
	return all
}

// count adds up the segments [first, last] over the days [from, to).
func (f *frame) count(first, last, from, to int) (people float64) {
	a, b := f.upTo(from), f.upTo(to)
	for s := first; s <= last; s++ {
		people += b[s] - a[s]
	}
	return people
}
