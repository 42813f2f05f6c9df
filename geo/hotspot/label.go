package hotspot

import "frontierwatch/geo/trend"

const (
	newDays   = 28
	halfDays  = 14
	someWeeks = 8
	unlikely  = 0.05
	rising    = 1.645 // of a standard normal: 5 % above
)

// label is how the hot spot goes: the first that holds of new, diminishing,
// intensifying, sporadic, persistent.
//
// One that was never raised is new by the day it was first listed, and is sporadic
// only once it was raised. While anybody is silent who normally reports there, a fall is
// not called diminishing.
func (r *Runner) label(d *day, w window, k track) string {
	begun := k.firstRaised
	if begun < 0 {
		begun = k.first
	}
	up, down := r.turns(d, w)
	switch {
	case d.t-begun < newDays && usual(d.fit, w) < 1:
		return "new"
	case down && r.silent(w, d.t) == nil:
		return "diminishing"
	case up:
		return "intensifying"
	case sporadic(k.raised):
		return "sporadic"
	}
	return "persistent"
}

// usual is how many people 28 days of the baseline brought to a stretch.
func usual(f *fit, w window) (people float64) {
	for s := w.first; s <= w.last; s++ {
		if f.days[s] > 0 {
			people += f.base[s] / f.days[s] * newDays
		}
	}
	return people
}

// turns compares the last 14 days with the 14 before, by what was expected of each,
// and looks for a rise in the last 8 weeks.
func (r *Runner) turns(d *day, w window) (up, down bool) {
	count := func(from, to int) float64 { return r.past.frame.count(w.first, w.last, from, to) }
	end := d.t + 1
	middle, begin := end-halfDays, end-2*halfDays
	late, early := count(middle, end), count(begin, middle)
	expectLate, expectEarly := 0.0, 0.0
	for s := w.first; s <= w.last; s++ {
		a, _ := d.fit.over(r.in.zones[s], middle, end)
		b, _ := d.fit.over(r.in.zones[s], begin, middle)
		expectLate, expectEarly = expectLate+d.fit.lambda[s]*a, expectEarly+d.fit.lambda[s]*b
	}
	weekly := make([]float64, someWeeks)
	for i := range weekly {
		from := end - (someWeeks-i)*week
		weekly[i] = count(from, from+week)
	}
	_, _, z := trend.MannKendall(weekly)
	down = trend.RateAbove(early, expectEarly, late, expectLate) < unlikely
	up = trend.RateAbove(late, expectLate, early, expectEarly) < unlikely || z > rising
	return up, down
}

// sporadic says whether a hot spot was raised in one to three of the last 8 weeks
// and these do not follow one another.
func sporadic(raised uint64) bool {
	weeks, newest, oldest := 0, -1, 0
	for i := range someWeeks {
		if raised>>(i*week)&(1<<week-1) != 0 {
			weeks++
			oldest = i
			if newest < 0 {
				newest = i
			}
		}
	}
	return 1 <= weeks && weeks <= 3 && (weeks == 1 || oldest-newest+1 > weeks)
}
