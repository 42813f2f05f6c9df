package hotspot

import (
	"math"

	"frontierwatch/geo/trend"
)

const (
	week          = 7
	baselineWeeks = 104
	guardWeeks    = 8 // between the baseline and the week of today
	longest       = 56

	winsorFactor  = 3.0 // yc ≤ μ + 3√(3μ) + 3
	seasonWeeks   = 52  // of baseline, below which a season would be made up
	seasonPeople  = 150 // of one segment that weigh fully in the season of its area
	shrinkPeople  = 30  // of one segment that count in the overall mean
	dispersionOwn = 20  // expected people that weigh as much as the pooled dispersion
	dispersionMin = 1.05
)

// fit is the baseline, judged once a week from the weeks [k0, k1): it holds on the
// days t with ⌊(t+1)/7⌋ = week.
type fit struct {
	week   int
	k0, k1 int
	base   []float64 // b: people in the baseline, winsorised, by segment
	days   []float64 // N: days in the baseline, season and completeness allowed for
	lambda []float64 // λ: people a day
	phi    []float64 // φ: variance over mean
	v      []float64 // relative variance of λ
	season [][trend.Harmonics]float64
	lo     int         // the sums below begin with this day
	xf     [][]float64 // xf[zone][d−lo]: Σ x·f over the days [lo, d)
	x      [][]float64 // x[zone][d−lo]: Σ x over the days [lo, d)
}

// weekOf is the number of whole weeks that have passed when day t has.
func weekOf(t int) int { return (t + 1) / week }

// baseline is the weeks that a fit of a week rests on; none where k1 ≤ k0.
func baseline(week int) (k0, k1 int) {
	k1 = max(0, week-guardWeeks)
	return max(0, k1-baselineWeeks), k1
}

// fitter is what the fit of one week works with.
type fitter struct {
	in     *Input
	fit    *fit
	silent [][]silence
	weeks  int
	waves  [][trend.Harmonics]float64 // of each week of the baseline
	yw     []float64                  // yw[k·n + s]: people in a week
	yc     []float64                  // the same, winsorised
	xw     [][]float64                // xw[k][zone]: days, completeness allowed for
	xf     [][]float64                // xw·f
	lambda []float64                  // plain, not shrunk
}

// newFit judges the baseline of a week from what is known when it begins.
func newFit(in *Input, f *frame, silent [][]silence, weekNumber int) *fit {
	n, areas := len(in.segments), len(in.of)
	k0, k1 := baseline(weekNumber)
	w := &fitter{in: in, silent: silent, weeks: k1 - k0, lambda: make([]float64, n), fit: &fit{
		week: weekNumber, k0: k0, k1: k1,
		base: make([]float64, n), days: make([]float64, n), lambda: make([]float64, n), phi: make([]float64, n), v: make([]float64, n),
		season: make([][trend.Harmonics]float64, areas),
	}}
	w.gather(f)
	for range 2 {
		w.rate()
		w.winsorise()
		w.rate()
		w.fitSeason()
	}
	w.shrink()
	w.disperse()
	w.project()
	return w.fit
}

// gather adds up days to weeks.
func (w *fitter) gather(f *frame) {
	if c, ok := w.in.counts.(weekly); ok {
		w.yw = c.weeks(w.in.start, w.fit.k0, w.fit.k1)
	} else {
		w.yw = f.weeks(w.fit.k0, w.fit.k1)
	}
	for k := range w.weeks {
		day := (w.fit.k0 + k) * week
		var mean [trend.Harmonics]float64
		for d := range week {
			for i, v := range trend.Waves(float64(day + d)) {
				mean[i] += v / week
			}
		}
		w.waves = append(w.waves, mean)
	}
	w.yc = append([]float64(nil), w.yw...)
	zones := w.in.zoneArea
	w.xw, w.xf = grid(w.weeks, len(zones)), grid(w.weeks, len(zones))
	for zone, area := range zones {
		x := exposure(w.in, w.silent[area], zone, w.fit.k0*week, w.fit.k1*week, w.fit.week*week)
		for d, v := range x {
			w.xw[d/week][zone] += v
		}
	}
	w.applySeason()
}

func grid(rows, columns int) [][]float64 {
	all, g := make([]float64, rows*columns), make([][]float64, rows)
	for i := range g {
		g[i] = all[i*columns:][:columns]
	}
	return g
}

// applySeason multiplies the days of the baseline by the season as it is fitted.
func (w *fitter) applySeason() {
	for zone, area := range w.in.zoneArea {
		season := trend.NewSeason(w.fit.season[area])
		for k := range w.weeks {
			w.xf[k][zone] = w.xw[k][zone] * season.Of(w.waves[k])
		}
	}
}

// rate is λ = Σ yc / Σ xw·f.
func (w *fitter) rate() {
	n := len(w.lambda)
	clear(w.lambda)
	for k := range w.weeks {
		for s, v := range w.yc[k*n:][:n] {
			w.lambda[s] += v
		}
	}
	w.sumDays()
	for s := range w.lambda {
		if w.fit.days[s] > 0 {
			w.lambda[s] /= w.fit.days[s]
		} else {
			w.lambda[s] = 0
		}
	}
}

// sumDays is N = Σ xw·f.
func (w *fitter) sumDays() {
	sums := make([]float64, len(w.in.zoneArea))
	for zone := range sums {
		for k := range w.weeks {
			sums[zone] += w.xf[k][zone]
		}
	}
	for s, zone := range w.in.zones {
		w.fit.days[s] = sums[zone]
	}
}

// winsorise cuts weeks off that stand out, so that an outbreak of the past does not
// hide one of today.
func (w *fitter) winsorise() {
	n := len(w.lambda)
	for k := range w.weeks {
		xf, yw, yc := w.xf[k], w.yw[k*n:][:n], w.yc[k*n:][:n]
		for s, y := range yw {
			if y > 0 {
				mu := w.lambda[s] * xf[w.in.zones[s]]
				yc[s] = min(y, mu+winsorFactor*math.Sqrt(winsorFactor*mu)+winsorFactor)
			}
		}
	}
}

// fitSeason fits the season of each area to the weeks of its segments, a very busy
// one weighing less.
func (w *fitter) fitSeason() {
	n := len(w.lambda)
	clear(w.fit.base)
	for k := range w.weeks {
		for s, v := range w.yc[k*n:][:n] {
			w.fit.base[s] += v
		}
	}
	y, offset, rates := make([]float64, w.weeks), make([]float64, w.weeks), make([]float64, len(w.in.zoneArea))
	for area, runs := range w.in.of {
		clear(y)
		clear(rates)
		for _, r := range runs {
			for s := r.from; s < r.to; s++ {
				if w.fit.base[s] == 0 {
					continue
				}
				weight := min(1, seasonPeople/max(1, w.fit.base[s]))
				rates[w.in.zones[s]] += weight * w.lambda[s]
				for k := range y {
					y[k] += weight * w.yc[k*n+s]
				}
			}
		}
		clear(offset)
		for zone, rate := range rates {
			for k := range offset {
				if w.in.zoneArea[zone] == area {
					offset[k] += rate * w.xw[k][zone]
				}
			}
		}
		if w.weeks >= seasonWeeks {
			w.fit.season[area] = trend.FitSeason(y, offset, w.waves)
		}
	}
	w.applySeason()
}

// shrink draws the rate of each segment towards the overall mean: λ is that of half
// a person more in as many days as the mean takes for one half. Where nobody came
// anywhere, half a person on the whole frontier stands for the mean.
func (w *fitter) shrink() {
	f := w.fit
	w.sumDays()
	people, days := 0.0, 0.0
	for s := range f.base {
		people += min(f.base[s], shrinkPeople)
		days += f.days[s]
	}
	mean := max(people, 0.5) / max(1, days)
	for s := range f.lambda {
		f.lambda[s] = (f.base[s] + 0.5) / (f.days[s] + 0.5/mean)
	}
}

// disperse is φ of each segment, drawn towards the pooled one.
func (w *fitter) disperse() {
	f, n := w.fit, len(w.lambda)
	squares, means := make([]float64, n), make([]float64, n)
	for k := range w.weeks {
		xf := w.xf[k]
		for s, y := range w.yc[k*n:][:n] {
			mu := f.lambda[s] * xf[w.in.zones[s]]
			squares[s] += (y - mu) * (y - mu)
			means[s] += mu
		}
	}
	var ratios []float64
	for s := range means {
		if means[s] > 10 {
			ratios = append(ratios, squares[s]/means[s])
		}
	}
	pool := 2.0
	if len(ratios) > 5 {
		pool = max(1.2, min(6, trend.Quantile(ratios, 0.5)))
	}
	for s := range f.phi {
		f.phi[s] = max(dispersionMin, (squares[s]+dispersionOwn*pool)/(means[s]+dispersionOwn))
		f.v[s] = f.phi[s] / (f.base[s] + 0.5)
	}
}

// project adds up completeness and season over the days that a window which ends in
// the week of the fit may hold.
func (w *fitter) project() {
	f := w.fit
	f.lo = max(0, f.week*week-longest)
	end := f.week*week + week
	zones := w.in.zoneArea
	f.xf, f.x = grid(len(zones), end-f.lo+1), grid(len(zones), end-f.lo+1)
	for zone, area := range zones {
		season := trend.NewSeason(f.season[area])
		for i, x := range exposure(w.in, w.silent[area], zone, f.lo, end, f.week*week) {
			f.x[zone][i+1] = f.x[zone][i] + x
			f.xf[zone][i+1] = f.xf[zone][i] + x*season.At(float64(f.lo+i))
		}
	}
}

// over adds up x·f and x of a zone over the days [from, to).
func (f *fit) over(zone, from, to int) (xf, x float64) {
	return f.xf[zone][to-f.lo] - f.xf[zone][from-f.lo], f.x[zone][to-f.lo] - f.x[zone][from-f.lo]
}
