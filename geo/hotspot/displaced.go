package hotspot

import (
	"fmt"
	"math"
	"time"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/series"
	"frontierwatch/geo/trend"
)

// Displacement. Where guarding rises, people may go round it. So for every hot spot
// that is found, the segments within 50 km along its part are looked at on which guarding
// has risen in the last 56 days: the part of length and hours that is not known to be
// guarded fell by a quarter at least from the seven days before a day g to all days
// since, and to the first seven of them. Adjoining ones that rose within a week of each
// other are one stretch. It is tested by the exact conditional test of two Poisson
// rates, what was expected by season and reporting being the exposures:
//
//   - that fewer came to the stretch from g on than in the 56 days before, and
//   - that more came to the hot spot from g on than in the 56 days before.
//
// Both must be below 0.05, divided by the number of stretches that were tested for the
// hot spot (Bonferroni); the hot spot must not have been found before g, and nobody who
// normally reports of the stretch may be silent, which would be a fall, too. Of several
// the one that fell most surely is told.
//
// Limits. It says that one went down and the other up at the right time and place, not
// that the same people moved: a common cause would look the same. The level holds for one
// hot spot and day, not over all days that are looked at. Few people before leave nothing
// to be seen: to halve is told from about 20 on. The test takes counts for Poisson, and people
// come in groups, so that its level is somewhat higher than it says; the hot spot itself has passed
// the stricter test of the scan. What moves farther, or later, is not looked for.
const (
	displacedKM    = 50
	displacedRise  = 0.25 // of the unguarded share
	displacedLevel = 0.05
	displacedDays  = 56 // before g that are compared, and how long ago g may be
	riseDays       = 7
)

// Displaced is the stretch that a hot spot may have moved away from.
type Displaced struct {
	Stretch       frontier.Stretch
	First, Last   int       // its segments
	Since         time.Time // the UTC day from which on guarding was higher
	Before, After float64   // people in the 56 days before that day, and since
	PFall, PRise  float64   // of the two tests
	Tested        int       // stretches that were
}

// Segments says which segments a stretch has: "main-0427", or "main-0427..main-0429".
func (d *Displaced) Segments(all []frontier.Segment) string {
	if d.First == d.Last {
		return all[d.First].ID
	}
	return all[d.First].ID + ".." + all[d.Last].ID
}

// origin is a stretch on which guarding rose.
type origin struct {
	first, last int
	day         int // g
	rise        float64
}

// displaced looks for where a hot spot of day t may have come from; nil: nowhere.
func (r *Runner) displaced(w window, k track, t int, way Share) (best *Displaced) {
	origins := r.origins(w, t, way)
	for _, o := range origins {
		if k.first < o.day || r.silent(window{first: o.first, last: o.last}, t) != nil {
			continue
		}
		early, late, eEarly, eLate := r.around(o.first, o.last, o.day, t)
		d := Displaced{First: o.first, Last: o.last, Since: (r.in.start + series.Day(o.day)).Time(), Before: early, After: late, Tested: len(origins)}
		d.PFall = trend.RateAbove(early, eEarly, late, eLate)
		early, late, eEarly, eLate = r.around(w.first, w.last, o.day, t)
		d.PRise = trend.RateAbove(late, eLate, early, eEarly)
		if max(d.PFall, d.PRise)*float64(len(origins)) < displacedLevel && (best == nil || d.PFall < best.PFall) {
			a, b := r.in.segments[o.first].Stretch, r.in.segments[o.last].Stretch
			d.Stretch = frontier.Stretch{Part: a.Part, From: a.From, To: b.To}
			best = &d
		}
	}
	return best
}

// around is what came to segments in the 56 days before a day and from it to day t,
// and what was expected, but for the rate, which is the same in both.
func (r *Runner) around(first, last, g, t int) (early, late, expectEarly, expectLate float64) {
	begin := max(0, g-displacedDays)
	r.past.reach(begin)
	early, late = r.past.frame.count(first, last, begin, g), r.past.frame.count(first, last, g, t+1)
	fit := r.past.fits[weekOf(t)]
	weights := map[int][2]float64{} // by zone
	for s := first; s <= last; s++ {
		zone := r.in.zones[s]
		if _, ok := weights[zone]; !ok {
			var sums [2]float64
			season := trend.NewSeason(fit.season[r.in.areas[s]])
			for i, x := range r.past.complete(zone, begin, t+1, t) {
				half := 0
				if begin+i >= g {
					half = 1
				}
				sums[half] += x * season.At(float64(begin+i))
			}
			weights[zone] = sums
		}
		expectEarly += fit.lambda[s] * weights[zone][0]
		expectLate += fit.lambda[s] * weights[zone][1]
	}
	return early, late, expectEarly, expectLate
}

// origins are the stretches near a window on which guarding has risen.
func (r *Runner) origins(w window, t int, share Share) (found []origin) {
	in := r.in
	a, b := in.segments[w.first].Stretch, in.segments[w.last].Stretch
	for s, segment := range in.segments {
		near := segment.Stretch.Part == a.Part && segment.Stretch.To >= a.From-frontier.KM(displacedKM) && segment.Stretch.From <= b.To+frontier.KM(displacedKM)
		if !near || w.first <= s && s <= w.last {
			continue
		}
		day, rise := r.rise(s, t, share)
		if rise < displacedRise {
			continue
		}
		if n := len(found) - 1; n >= 0 && found[n].last == s-1 && in.joined(s-1) && max(day-found[n].day, found[n].day-day) <= riseDays {
			if found[n].last = s; rise > found[n].rise {
				found[n].day, found[n].rise = day, rise
			}
			continue
		}
		found = append(found, origin{s, s, day, rise})
	}
	return found
}

// rise is by how much guarding of a segment rose most in the 56 days up to day t, and
// on which day; of equal ones the last.
func (r *Runner) rise(segment, t int, share Share) (day int, most float64) {
	unguarded := make([]float64, displacedDays+riseDays) // of the days up to t
	begin, end := (r.in.start + series.Day(t-len(unguarded)+1)).Time(), (r.in.start + series.Day(t+1)).Time()
	if all, _ := share(r.in.segments[segment].Stretch, begin, end, ""); all <= displacedRise*riseDays/float64(len(unguarded)) || all >= 1 {
		return -1, 0 // as it always is where nothing guards; a rise takes a quarter of a week at least
	}
	for i := range unguarded {
		at := (r.in.start + series.Day(t-len(unguarded)+1+i)).Time()
		unguarded[i], _ = share(r.in.segments[segment].Stretch, at, at.AddDate(0, 0, 1), "")
	}
	mean := func(days []float64) float64 {
		sum := 0.0
		for _, v := range days {
			sum += v
		}
		return sum / float64(len(days))
	}
	day, most = -1, math.Inf(-1)
	for i := riseDays; i+riseDays <= len(unguarded); i++ {
		before := mean(unguarded[i-riseDays : i])
		if by := before - max(mean(unguarded[i:i+riseDays]), mean(unguarded[i:])); by >= most {
			day, most = t-len(unguarded)+1+i, by
		}
	}
	return day, most
}

// moved says it: "guarding rose at km 4260–4280 on 3 March 2017, where 12 people came since
// and 80 in the 56 days before, so that these may have moved".
func moved(d *Displaced, h *Hotspot) string {
	return fmt.Sprintf("guarding rose at km %.0f–%.0f on %s, where %s %s came since and %s in the %d days before, so that these may have moved from there",
		d.Stretch.From.KM(), d.Stretch.To.KM(), d.Since.Format("2 January 2006"), number(d.After), counted(h.Unit), number(d.Before), displacedDays)
}
