package hotspot

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
	"frontierwatch/geo/series"
	"frontierwatch/geo/trend"
)

// describe says what is known of each listed hot spot of a day. tracks are theirs,
// in the order of the listed ones among all.
func (r *Runner) describe(d *day, all []window, tracks []track) []Hotspot {
	q := discovery(all)
	fed := r.fed(d, tracks)
	spots := make([]Hotspot, 0, len(tracks))
	for i, w := range all {
		if !r.setting.listed(w) {
			continue
		}
		k := len(spots)
		spots = append(spots, r.describeOne(d, tracks[k], q[i], fed[k]))
	}
	return spots
}

// describeOne says what is known of a hot spot on the newest day of its track.
func (r *Runner) describeOne(d *day, k track, q float64, by fed) Hotspot {
	spot := r.spot(d, k.now, k)
	spot.Q = q
	spot.Agencies, spot.Direction, spot.Marking = by.agencies(r.setting.Agency), by.direction(), by.marking()
	return spot
}

func (r *Runner) spot(d *day, w window, k track) Hotspot {
	in := r.in
	first, last := in.segments[w.first].Stretch, in.segments[w.last].Stretch
	today := (in.start + series.Day(d.t)).Time()
	begun := (in.start + series.Day(k.first)).Time()
	h := Hotspot{
		ID:      fmt.Sprintf("%s-%s-%s", in.segments[k.name.first].ID, in.unit, begun.Format("20060102")),
		Unit:    in.unit,
		Stretch: frontier.Stretch{Part: first.Part, From: first.From, To: last.To},
		First:   w.first, Last: w.last, FirstSeen: begun, Day: today, WindowDays: w.days,
		Observed: w.observed, Expected: w.expected, Score: w.score,
		FalseAlarmsMonth: falseAlarms(w.score),
		RecurrenceDays:   monthDays / falseAlarms(w.score),
	}
	if k.firstRaised >= 0 {
		h.FirstRaised = (in.start + series.Day(k.firstRaised)).Time()
	}
	h.Ratio, h.RatioLow, h.RatioHigh = ratio(w)
	h.Common, h.Completeness = d.shared(in, w)
	if r.setting.Share != nil {
		h.Displaced = r.displaced(w, k, d.t, r.setting.Share)
	}
	h.Label, h.Silent = r.label(d, w, k), r.silent(w, d.t)
	h.Level = r.setting.level(h)
	h.Sentence = sentence(h, d.fit.k1-d.fit.k0)
	return h
}

// ratio is the median of observed over expected, and the bounds of its middle 95 %:
// of a gamma distribution that starts at one person for one expected.
func ratio(w window) (median, low, high float64) {
	shape, rate := 1+w.observed/w.spread, 1+w.expected/w.spread
	return trend.GammaQuantile(0.5, shape, rate), trend.GammaQuantile(0.025, shape, rate), trend.GammaQuantile(0.975, shape, rate)
}

// shared is the common factor of a window and how complete its reporting was.
func (d *day) shared(in *Input, w window) (common, completeness float64) {
	i := slices.Index(durations[:], w.days)
	s, without := &d.sums[i], 0.0
	for k := w.first; k <= w.last; k++ {
		without += s.expected[k] / s.common[k]
		completeness += s.completeness[in.zones[k]]
	}
	return w.expected / without, completeness / float64(w.last-w.first+1)
}

const monthDays = 30.44

// falseAlarms is how many hot spots a month on the whole frontier chance alone
// brings to a score or above, as simulated: 7.45·10^(−0.69(h−2)) up to 5, falling
// from there to 0.05 at 6; beyond nothing is claimed.
func falseAlarms(h float64) float64 {
	curve := func(h float64) float64 { return 7.45 * math.Pow(10, -0.69*(h-2)) }
	const end, last = 6.0, 0.05
	switch {
	case h <= 5:
		return curve(h)
	case h < end:
		return curve(5) * math.Pow(last/curve(5), h-5)
	}
	return last
}

// discovery is for each of the hot spots of a day, the highest score first, the
// share that chance is expected to have among it and those above it.
func discovery(spots []window) []float64 {
	q, least := make([]float64, len(spots)), 1.0
	for i, w := range slices.Backward(spots) {
		least = min(least, math.Pow(10, 2.190-0.819*w.score)/float64(i+1))
		q[i] = least
	}
	return q
}

func (s Setting) level(h Hotspot) Level {
	switch {
	case !(h.Score > s.threshold()):
		return Low
	case h.Score >= 6 && h.Observed >= 20 && h.RatioLow >= 2:
		return Critical
	case h.Score >= 4.5:
		return High
	}
	return Medium
}

// Share is the part of stretch × time in [from, to) that is not known to be guarded
// against who goes that way, 0 to 1, and the part of it for which hours are not
// known: guard.Guard.Share.
type Share func(s frontier.Stretch, from, to time.Time, d report.Direction) (unguarded, unknown float64)

// Flags are the hot spots that are raised or have been, and whose stretch was
// unguarded enough over their window. Given the lapsed ones too, a flag stands until
// its hot spot has been below the watch list for 28 days of reporting. All are open: what was done
// about them, Steps know.
func Flags(spots []Hotspot, share Share, s Setting) []Flag {
	var flags []Flag
	for _, spot := range spots {
		if !spot.Raised() && spot.FirstRaised.IsZero() {
			continue
		}
		end := spot.Day.AddDate(0, 0, 1)
		unguarded, unknown := share(spot.Stretch, end.AddDate(0, 0, -spot.WindowDays), end, spot.Direction)
		if unguarded >= s.unguarded() {
			flags = append(flags, Flag{
				Hotspot: spot, UnguardedShare: unguarded, UnknownShare: unknown, State: Open,
				TLP: spot.Marking.TLP, Releasable: spot.Marking.Releasable,
			})
		}
	}
	return flags
}

// ByScore orders the highest score first, then by unit and place.
func ByScore(a, b Hotspot) int {
	return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.First, b.First))
}
