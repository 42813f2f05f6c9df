package hotspot

import (
	"slices"
	"time"

	"frontierwatch/geo/series"
)

// Setting is what detection is run with. The zero value is the method as it was
// calibrated.
type Setting struct {
	Threshold      float64 // score above which a hot spot is raised; 0: 3.23
	UnguardedShare float64 // from which a raised hot spot is flagged, 0 to 1; 0: 0.5
	// Agency names the agency of a source; nil: the id of the source is its name.
	Agency func(source string) string
	// Share tells what was unguarded, to look for hot spots that have moved; nil: they are
	// not looked for.
	Share Share
}

const (
	raisedScore  = 3.23
	watchedScore = 2.5 // hot spots below are not listed, unless they are raised

	// leastWeeks is how long a baseline must be before it is judged against. With
	// the weeks of guard it makes 16 weeks from the first report to the first hot spot.
	leastWeeks = 8
)

func (s Setting) threshold() float64 {
	if s.Threshold == 0 {
		return raisedScore
	}
	return s.Threshold
}

func (s Setting) unguarded() float64 {
	if s.UnguardedShare == 0 {
		return 0.5
	}
	return s.UnguardedShare
}

func (s Setting) raised(w window) bool { return w.score > s.threshold() }

func (s Setting) listed(w window) bool { return w.score >= watchedScore || s.raised(w) }

// least is a score below which nothing is listed.
func (s Setting) least() float64 { return min(watchedScore, s.threshold()) }

// Run finds the hot spots of the UTC day of an instant, from the counts up to and
// including that day. Names and first days are those that a Runner gives that was
// there from the first day on.
func Run(in *Input, day time.Time, s Setting) Result {
	return NewRunner(in, day, day, s).withLapsed()
}

// withLapsed is a Step that tells of the lapsed, too.
func (r *Runner) withLapsed() Result {
	result := r.Step()
	result.Lapsed = r.Lapsed()
	return result
}

// Lapsed are the hot spots that had been raised and are not listed on the day of the
// last Step, but were less than 28 days before it, days of silence not counted: each as it was when it
// was last, and who is silent since.
func (r *Runner) Lapsed() (spots []Hotspot) {
	for _, k := range r.tracker.lapsed(r.next - 1) {
		d := r.past.day(k.seen)
		all := r.past.scan(d)
		if i := slices.Index(all, k.now); i >= 0 { // it was found there before
			spot := r.describeOne(d, k, discovery(all)[i], r.fed(d, []track{k})[0])
			if spot.Silent = r.silent(k.now, r.next-1); spot.Silent != nil && spot.Silent.Since.After(spot.Day) {
				spot.Sentence += " " + afterwards(spot.Silent)
			}
			spots = append(spots, spot)
		}
	}
	return spots
}

// Runner finds hot spots day by day. It is for one goroutine at a time.
type Runner struct {
	in      *Input
	setting Setting
	past    *past
	tracker tracker
	next    int // the day of the next Step
}

// NewRunner makes a runner whose first Step is for the UTC day of from, and which
// may be stepped up to that of to.
func NewRunner(in *Input, from, to time.Time, s Setting) *Runner {
	first, last := int(series.DayOf(from)-in.start), int(series.DayOf(to)-in.start)
	return newRunner(in, first, &past{in: in, last: last, fits: map[int]*fit{}}, map[int][]window{}, s)
}

// newRunner makes a runner that knows some days before its first already: what is
// listed on them. Those that it looks at are added.
func newRunner(in *Input, first int, p *past, known map[int][]window, s Setting) *Runner {
	r := &Runner{in: in, setting: s, next: first, past: p}
	r.tracker = tracker{in: in, raised: s.raised, quiet: p.quiet}
	for i, spots := range r.history(first-1, known) {
		r.tracker.step(i, spots)
	}
	return r
}

// history yields the hot spots of day t and of as many days before it as it takes to
// know them.
func (r *Runner) history(t int, known map[int][]window) func(yield func(int, []window) bool) {
	const more = 28 // days at a time
	h := history{from: t + 1}
	if t >= firstDay {
		r.past.hear()
		h.quiet = r.past.mostQuiet(t)
	}
	for h.from > firstDay && !h.whole(r.in) {
		var earlier [][]window
		from := max(firstDay, h.from-more)
		for day := from; day < h.from; day++ {
			spots, ok := known[day]
			if !ok {
				spots = r.listed(r.past.watched(day, r.setting.least()))
				known[day] = spots
			}
			earlier = append(earlier, spots)
		}
		h = history{from, append(earlier, h.days...), h.quiet}
	}
	return func(yield func(int, []window) bool) {
		for i, spots := range h.days {
			if !yield(h.from+i, spots) {
				return
			}
		}
	}
}

// firstDay is the first on which there is a baseline to judge by.
const firstDay = (guardWeeks+leastWeeks)*week - 1

func (r *Runner) listed(spots []window) []window {
	return slices.DeleteFunc(slices.Clone(spots), func(w window) bool { return !r.setting.listed(w) })
}

// Step is what is found for the next day.
func (r *Runner) Step() Result {
	t := r.next
	r.next++
	result := Result{segments: len(r.in.segments), zones: r.in.zones}
	if r.in.days == 0 || t < 0 {
		return result
	}
	d := r.past.day(t)
	result.sums = &d.sums
	if d.fit == nil {
		return result
	}
	all := r.past.scan(d)
	listed := r.listed(all)
	tracks := r.tracker.step(t, listed)
	result.Hotspots = r.describe(d, all, tracks)
	return result
}

// past is the days that were looked at, and the baselines for them.
type past struct {
	in     *Input
	last   int // no day after it is asked for
	silent [][]silence
	frame  *frame
	fits   map[int]*fit
	scans  map[int][]window // that are known; nil: none, and none are kept
	looked map[int]candidates
}

// scan is what is found on a day.
func (p *past) scan(d *day) []window {
	found, ok := p.scans[d.t]
	if !ok {
		all := candidatesOf(p.in, d, p.looked[d.t], 0)
		found = all.apart(len(p.in.segments))
		if p.scans != nil {
			p.scans[d.t], p.looked[d.t] = found, all
		}
	}
	return found
}

// watched is what is found on a day with a score of least and more, and perhaps some of
// what is found below.
func (p *past) watched(t int, least float64) []window {
	if found, ok := p.scans[t]; ok {
		return found
	}
	all := candidatesOf(p.in, p.day(t), p.looked[t], least)
	if p.looked != nil {
		p.looked[t] = all
	}
	return all.apart(len(p.in.segments))
}

// hear finds the silences.
func (p *past) hear() {
	if p.silent == nil {
		p.silent = silences(p.in, p.last+1)
	}
}

// day adds up day t. Its fit is nil where there is no baseline yet.
func (p *past) day(t int) *day {
	number := weekOf(t)
	if t < firstDay {
		p.reach(t + 1 - longest)
		return sum(p.in, p.frame, nil, t)
	}
	p.hear()
	if p.fits[number] == nil {
		if _, ok := p.in.counts.(weekly); !ok {
			k0, _ := baseline(number)
			p.reach(k0 * week)
		}
		p.fits[number] = newFit(p.in, p.frame, p.silent, number)
	}
	p.reach(t + 1 - longest)
	return sum(p.in, p.frame, p.fits[number], t)
}

// frameMore is by how much a frame begins earlier than it must, so that it is not made
// anew for each day further back.
const frameMore = 26 * week

// reach makes the frame begin at a day or before it.
func (p *past) reach(lo int) {
	if lo = max(0, lo); p.frame == nil || p.frame.lo > lo {
		p.frame = newFrame(p.in, max(0, lo-frameMore), p.last+1)
	}
}

// Result is what detection found for one unit and day.
type Result struct {
	Hotspots []Hotspot // the highest score first
	Lapsed   []Hotspot // see Runner.Lapsed; those of Run only
	segments int
	zones    []int
	sums     *[len(durations)]sums // nil: nothing was counted yet
}

// Segments is how many segments there are.
func (r Result) Segments() int { return r.segments }

// Segment is what is known of segment i over the days of a window that ends with
// the day of the result: people, how many were to be expected, and the share of
// the reporting that arrived, 0 to 1. A window is 7, 14, 28 or 56 days long; for
// another length the next longer one is meant, 56 at most. Nothing is expected
// (0) before there is a baseline of eight weeks that are eight weeks old.
func (r Result) Segment(i, window int) (observed, expected, completeness float64) {
	if r.sums == nil || i < 0 || i >= r.segments {
		return 0, 0, 1
	}
	s := &r.sums[len(durations)-1]
	for k, days := range durations {
		if window <= days {
			s = &r.sums[k]
			break
		}
	}
	return s.observed[i], s.expected[i], s.completeness[r.zones[i]]
}
