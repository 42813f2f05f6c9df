package hotspot

import (
	"slices"
	"time"

	"frontierwatch/geo/report"
	"frontierwatch/geo/series"
	"frontierwatch/geo/trend"
)

// Series is the counts that detection rests on, and what it expects of them.
type Series struct {
	Unit     report.Unit // that was asked for, else the one with the most people lately; empty: nothing was reported
	Units    []report.Unit
	Counts   series.Snapshot
	Baseline *Baseline
}

// Baseline is what detection, as it judges on one day, expects of other days. It is
// for people who look at a series: detection itself judges each week anew, and
// multiplies by a factor that a whole area has in common. Nothing changes it once it
// is made; any number of goroutines may use it.
type Baseline struct {
	in     *Input
	fit    *fit // nil: there is too little to go by
	silent [][]silence
	before int // silences are inferred from the days before it
}

// NewBaseline judges as detection does on the UTC day of an instant.
func NewBaseline(in *Input, day time.Time) *Baseline {
	return newBaseline(in, &past{in: in, last: int(series.DayOf(day) - in.start), fits: map[int]*fit{}})
}

func newBaseline(in *Input, p *past) *Baseline {
	t := p.last
	b := &Baseline{in: in, before: max(0, t+1)}
	if in.days == 0 || t < 0 {
		return b
	}
	b.fit = p.day(t).fit
	if b.silent = p.silent; b.silent == nil {
		b.silent = silences(in, t+1)
	}
	return b
}

// Area is the reporting area of a segment, numbered from 0 to Areas()−1. Where a gap
// is declared for a part of one, that is an area by itself.
func (b *Baseline) Area(segment int) int { return b.in.zones[segment] }

// Areas is how many reporting areas there are.
func (b *Baseline) Areas() int { return len(b.in.zoneArea) }

// Withheld is on how many of the days from one to another, both included, a source
// says that it has a figure of a segment which it does not release; none on which
// somebody reported.
func (b *Baseline) Withheld(segment int, from, to series.Day, reported func(series.Day) bool) (days int) {
	if !slices.ContainsFunc(b.in.losses, func(l loss) bool { return l.withheld && l.zone == b.in.zones[segment] }) {
		return 0
	}
	for d := from; d <= to; d++ {
		if !reported(d) && slices.ContainsFunc(b.in.losses, func(l loss) bool {
			return l.withheld && l.zone == b.in.zones[segment] && l.first <= d && d <= l.last
		}) {
			days++
		}
	}
	return days
}

// Rate is how many people a day are expected at a segment when everybody reports and
// the season is neither high nor low; known is false while there is no baseline.
func (b *Baseline) Rate(segment int) (people float64, known bool) {
	if b.fit == nil {
		return 0, false
	}
	return b.fit.lambda[segment], true
}

// Outlook is a baseline over a stretch of days.
type Outlook struct {
	*Baseline
	from  series.Day
	x, xf [][]float64 // x[zone][d−from]: sum over the days [from, d)
}

// Over looks at the days from one to another, both included. On the days before
// anybody reported nothing is complete.
func (b *Baseline) Over(from, to series.Day) *Outlook {
	n := int(max(0, to-from+1))
	o := &Outlook{Baseline: b, from: from, x: grid(len(b.in.zoneArea), n+1), xf: grid(len(b.in.zoneArea), n+1)}
	first := int(from - b.in.start)
	for zone, area := range b.in.zoneArea {
		season := trend.NewSeason([trend.Harmonics]float64{})
		if b.fit != nil {
			season = trend.NewSeason(b.fit.season[area])
		}
		for i, x := range b.complete(zone, first, first+n) {
			o.x[zone][i+1] = o.x[zone][i] + x
			o.xf[zone][i+1] = o.xf[zone][i] + x*season.At(float64(first+i))
		}
	}
	return o
}

// complete is how complete each of the days [from, to) of a zone is.
func (b *Baseline) complete(zone, from, to int) []float64 {
	var silent []silence
	if area := b.in.zoneArea[zone]; area < len(b.silent) {
		silent = b.silent[area]
	}
	x := exposure(b.in, silent, zone, from, to, b.before)
	for i := range x {
		if b.in.days == 0 || from+i < 0 {
			x[i] = 0
		}
	}
	return x
}

// Weight is what Rate is to be multiplied by for the people expected in an area over
// days of the outlook, both included; completeness is the mean over them, 0 to 1.
func (o *Outlook) Weight(area int, from, to series.Day) (days, completeness float64) {
	a, b := from-o.from, to-o.from+1
	return o.xf[area][b] - o.xf[area][a], (o.x[area][b] - o.x[area][a]) / float64(b-a)
}

// Band is what is expected: people, and between what bounds 95 % of such counts
// would lie.
type Band struct{ Expected, Low, High float64 }

// Band is what is expected at a segment over days of the outlook, both included, of
// what was reported; known is false while there is no baseline. Its bounds are those
// of a gamma distribution with the mean and the variance of detection's.
func (o *Outlook) Band(segment int, from, to series.Day) (band Band, known bool) {
	if o.fit == nil {
		return Band{}, false
	}
	weight, _ := o.Weight(o.in.zones[segment], from, to)
	e := o.fit.lambda[segment] * weight
	if e < leastMean {
		return Band{}, true
	}
	variance := o.fit.phi[segment]*e + (o.fit.v[segment]+drift)*e*e
	shape, rate := e*e/variance, e/variance
	band = Band{Expected: e, High: trend.GammaQuantile(0.975, shape, rate)}
	if shape > 1e-2 { // below, its lower quantiles are less than can be written
		band.Low = trend.GammaQuantile(0.025, shape, rate)
	}
	return band, true
}
