package hotspot

import (
	"cmp"
	"math"
	"slices"

	"frontierwatch/geo/trend"
)

// durations are the lengths of the windows, in days, all ending today.
var durations = [...]int{7, 14, 28, 56}

const (
	widest      = 4    // adjoining segments of a window
	leastPeople = 5    // of a candidate
	leastActive = 2    // segment-days of a candidate on which somebody reported
	leastMean   = 1e-6 // E is never less
	drift       = 0.04 // relative variance of E beyond that of λ

	commonPrior = 10   // people that speak for no common factor
	commonWhole = 10   // people expected at a segment that weigh fully in it
	commonLow   = 0.67 // the factor is at least this
	commonHigh  = 3.0  // and at most this
	commonNear  = 4    // segments to either side that do not speak for their own
)

// sums is one duration of a day, by segment.
type sums struct {
	days         int
	from, to     int       // the days [from, to)
	observed     []float64 // C
	expected     []float64 // E, the common factor applied
	common       []float64 // q
	completeness []float64 // mean x, by zone
	active       []int32   // days on which somebody reported
}

// day is all durations of a day.
type day struct {
	t    int
	fit  *fit
	sums [len(durations)]sums
}

// window is a stretch of segments over some days.
type window struct {
	first, last int // segments, both included
	days        int
	observed    float64
	expected    float64
	variance    float64
	spread      float64 // φ, the mean over its segments weighted by E
	score       float64 // h = −log10 P(NB ≥ C)
}

// sum adds up day t for each duration.
func sum(in *Input, f *frame, fitted *fit, t int) *day {
	d := &day{t: t, fit: fitted}
	n := len(in.segments)
	after, activeAfter := f.upTo(t+1), f.activeUpTo(t+1)
	for i, length := range durations {
		s := &d.sums[i]
		*s = sums{
			days: length, from: max(0, t+1-length), to: t + 1, completeness: make([]float64, len(in.zoneArea)), active: make([]int32, n),
			observed: make([]float64, n), expected: make([]float64, n), common: make([]float64, n),
		}
		before, activeBefore := f.upTo(s.from), f.activeUpTo(s.from)
		for k := range n {
			s.observed[k] = after[k] - before[k]
			s.active[k] = activeAfter[k] - activeBefore[k]
		}
		if fitted != nil {
			s.expect(in, fitted)
			continue
		}
		for zone := range s.completeness {
			s.completeness[zone] = 1
		}
	}
	return d
}

// expect fills in E, with what the whole area has in common.
func (s *sums) expect(in *Input, f *fit) {
	weighed, counted := make([]float64, len(s.observed)+1), make([]float64, len(s.observed)+1)
	weights := make([]float64, len(in.zoneArea))
	for zone := range weights {
		xf, x := f.over(zone, s.from, s.to)
		weights[zone], s.completeness[zone] = xf, x/float64(s.to-s.from)
	}
	for _, runs := range in.of {
		total, totalCounted := 0.0, 0.0
		for _, r := range runs {
			for k := r.from; k < r.to; k++ {
				e := max(leastMean, f.lambda[k]*weights[in.zones[k]])
				s.expected[k] = e
				w := min(1, commonWhole/e)
				weighed[k+1] = weighed[k] + w*e
				counted[k+1] = counted[k] + w*min(s.observed[k], e+2*math.Sqrt(f.phi[k]*e)+1)
			}
			total += weighed[r.to] - weighed[r.from]
			totalCounted += counted[r.to] - counted[r.from]
		}
		for _, r := range runs {
			for k := r.from; k < r.to; k++ {
				a, b := max(r.from, k-commonNear), min(r.to, k+commonNear+1)
				q := (totalCounted - (counted[b] - counted[a]) + commonPrior) / (total - (weighed[b] - weighed[a]) + commonPrior)
				s.common[k] = max(commonLow, min(commonHigh, q))
			}
		}
	}
	for k, q := range s.common {
		s.expected[k] *= q
	}
}

// candidates are the windows of a day that might be hot spots, shortest days first,
// then from segment to segment, then the shortest.
type candidates []window

// below is the score of candidates whose score is not known, but that it is below the
// least that was asked for.
const below = -1

// candidatesOf finds them. before are those of the day as they were found once, or
// none: where a window has not changed, nor has its score. What cannot have the least
// score need not be scored; 0: everything is.
func candidatesOf(in *Input, d *day, before candidates, least float64) (all candidates) {
	all = make(candidates, 0, len(before)+16)
	for i := range d.sums {
		all, before = d.sums[i].candidates(in, d.fit, before, all, least)
	}
	return all
}

// score is that of a window, and what is left of those before that may tell those of
// the windows after it.
func (before candidates) score(w *window, least float64) (float64, candidates) {
	for len(before) > 0 && before[0].before(w) {
		before = before[1:]
	}
	if len(before) > 0 {
		b := &before[0]
		if b.days == w.days && b.first == w.first && b.last == w.last && b.observed == w.observed && b.expected == w.expected && b.variance == w.variance && (b.score != below || least > 0) {
			return b.score, before
		}
	}
	if least > 0 && -trend.LogUpperLeast(w.observed, w.expected, w.variance)/math.Ln10 < least-tolerance {
		return below, before
	}
	return max(0, -trend.LogUpper(w.observed, w.expected, w.variance)/math.Ln10), before
}

// tolerance is what a bound of a score may be off by, many times over.
const tolerance = 1e-6

// before says whether a window comes before another among candidates.
func (w *window) before(o *window) bool {
	switch {
	case w.days != o.days:
		return w.days < o.days
	case w.first != o.first:
		return w.first < o.first
	}
	return w.last < o.last
}

// scan lists the hot spots of a day: of all windows that might be one, the highest
// score first, those that overlap none before them.
func scan(in *Input, d *day) []window { return candidatesOf(in, d, nil, 0).apart(len(in.segments)) }

// apart are, the highest score first, those that overlap none before them.
func (all candidates) apart(segments int) (spots []window) {
	type scored struct {
		score float64
		i     int32
	}
	order := make([]scored, 0, len(all))
	for i := range all {
		if s := all[i].score; s != below {
			order = append(order, scored{s, int32(i)})
		}
	}
	slices.SortFunc(order, func(a, b scored) int {
		switch {
		case a.score > b.score:
			return -1
		case a.score < b.score:
			return +1
		}
		return byScore(&all[a.i], &all[b.i])
	})
	taken := make([]bool, segments)
	for _, o := range order {
		w := &all[o.i]
		if !slices.Contains(taken[w.first:w.last+1], true) {
			spots = append(spots, *w)
			for s := w.first; s <= w.last; s++ {
				taken[s] = true
			}
		}
	}
	return spots
}

func byScore(a, b *window) int {
	if by := cmp.Compare(b.score, a.score); by != 0 {
		return by
	}
	return cmp.Or(cmp.Compare(a.days, b.days), cmp.Compare(a.last-a.first, b.last-b.first), cmp.Compare(a.first, b.first))
}

// candidates appends the windows of one duration that hold enough to be told, and
// gives back what is left of before.
func (s *sums) candidates(in *Input, f *fit, before, to candidates, least float64) (all, left candidates) {
	for first := range s.observed {
		if !(s.observed[first] > s.expected[first]) {
			continue // it is an end of every window that begins here
		}
		w := window{first: first, days: s.days}
		active, spread, own := int32(0), 0.0, 0.0
		for last := first; last < min(first+widest, len(s.observed)); last++ {
			if last > first && !in.joined(last-1) {
				break
			}
			e := s.expected[last]
			w.last = last
			w.observed += s.observed[last]
			w.expected += e
			spread += f.phi[last] * e
			own += f.v[last] * e * e
			active += s.active[last]
			if w.observed < leastPeople || !(w.observed > w.expected) || active < leastActive || !(s.observed[last] > e) {
				continue
			}
			w.variance = spread + own + drift*w.expected*w.expected
			w.spread = spread / w.expected
			w.score, before = before.score(&w, least)
			to = append(to, w)
		}
	}
	return to, before
}
