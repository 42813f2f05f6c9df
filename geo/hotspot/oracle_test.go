package hotspot

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/series"
	"frontierwatch/geo/trend"
)

// drawInput is a small frontier of one or two parts with a year of counts.
func drawInput(t *rapid.T) *Input {
	n := rapid.IntRange(3, 40).Draw(t, "segments")
	in := &Input{start: 1000}
	areas := make([]int, n)
	for i := range n {
		s := frontier.Segment{Index: i, ID: "x", Stretch: frontier.Stretch{From: frontier.KM(float64(i)), To: frontier.KM(float64(i + 1))}}
		if i >= n*2/3 {
			s.Stretch.Part = frontier.Alaska
		}
		in.segments = append(in.segments, s)
		areas[i] = i / 11
	}
	in.setAreas(areas)
	var rows table
	for range rapid.IntRange(0, 400).Draw(t, "rows") {
		rows = append(rows, row{in.start + series.Day(rapid.IntRange(0, 399).Draw(t, "day")), rapid.IntRange(0, n-1).Draw(t, "segment"), float64(rapid.IntRange(0, 6).Draw(t, "people"))})
	}
	rows = append(rows, row{in.start, 0, 1}, row{in.start + 399, 0, 1})
	slices.SortStableFunc(rows, func(a, b row) int { return int(a.day - b.day) })
	in.counts, in.days = rows, 400
	return in
}

// slowWindows is steps 4 and 5 of the method as they are written: every sum anew
// from the rows, every window by itself.
func slowWindows(in *Input, f *fit, silent [][]silence, t int) (all []window) {
	rows := in.counts.(table)
	n := len(in.segments)
	for _, days := range durations {
		c, e, q, active := make([]float64, n), make([]float64, n), make([]float64, n), make([]int, n)
		for s := range n {
			seen := map[series.Day]bool{}
			for _, r := range rows {
				if d := int(r.day - in.start); r.segment == s && t-days < d && d <= t {
					c[s] += r.people
					seen[r.day] = true
				}
			}
			active[s] = len(seen)
			season, xf := trend.NewSeason(f.season[in.areas[s]]), 0.0
			for d := t - days + 1; d <= t; d++ {
				xf += exposure(in, silent[in.areas[s]], in.areas[s], d, d+1, week*weekOf(t))[0] * season.At(float64(d))
			}
			e[s] = max(1e-6, f.lambda[s]*xf)
		}
		for s := range n {
			counted, expected := 10.0, 10.0
			for k := range n {
				near := max(k-s, s-k) <= 4 && in.segments[k].Stretch.Part == in.segments[s].Stretch.Part
				if in.areas[k] == in.areas[s] && !near {
					w := min(1, 10/e[k])
					counted += w * min(c[k], e[k]+2*math.Sqrt(f.phi[k]*e[k])+1)
					expected += w * e[k]
				}
			}
			q[s] = max(0.67, min(3, counted/expected))
		}
		for first := range n {
			for last := first; last < min(n, first+4); last++ {
				w := window{first: first, last: last, days: days}
				together, days := true, 0
				for s := first; s <= last; s++ {
					together = together && in.segments[s].Stretch.Part == in.segments[first].Stretch.Part
					mean := q[s] * e[s]
					w.observed += c[s]
					w.expected += mean
					w.variance += f.phi[s]*mean + f.v[s]*mean*mean
					days += active[s]
				}
				w.variance += 0.04 * w.expected * w.expected
				ends := c[first] > q[first]*e[first] && c[last] > q[last]*e[last]
				if together && w.observed >= 5 && w.observed > w.expected && days >= 2 && (first == last || ends) {
					w.score = -trend.LogUpper(w.observed, w.expected, w.variance) / math.Ln10
					all = append(all, w)
				}
			}
		}
	}
	return all
}

func TestScanIsTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawInput(t)
		at := rapid.IntRange(firstDay, 399).Draw(t, "day")
		p := &past{in: in, last: 399, fits: map[int]*fit{}}
		d := p.day(at)
		got := candidatesOf(in, d, nil, 0)
		want := slowWindows(in, d.fit, p.silent, at)
		order := func(a, b window) int {
			return (a.days-b.days)*1_000_000 + (a.first-b.first)*1000 + a.last - b.last
		}
		slices.SortFunc(got, order)
		slices.SortFunc(want, order)
		if len(got) != len(want) {
			t.Fatalf("%d candidates, want %d", len(got), len(want))
		}
		for i, w := range want {
			g := got[i]
			near := func(a, b float64) bool { return math.Abs(a-b) <= 1e-9*max(1, math.Abs(b)) }
			if order(g, w) != 0 || !near(g.observed, w.observed) || !near(g.expected, w.expected) || !near(g.variance, w.variance) || !near(g.score, w.score) {
				t.Fatalf("candidate %+v, want %+v", g, w)
			}
		}
		greedy(t, in, d, got)
	})
}

// greedy holds the chosen windows to what greedy means: no two share a segment, and
// every candidate meets one that is at least as good.
func greedy(t *rapid.T, in *Input, d *day, candidates []window) {
	chosen := scan(in, d)
	meet := func(a, b window) bool { return a.first <= b.last && b.first <= a.last }
	for i, a := range chosen {
		for _, b := range chosen[:i] {
			if meet(a, b) || a.score > b.score {
				t.Fatalf("%+v after %+v", a, b)
			}
		}
	}
	for _, c := range candidates {
		if !slices.ContainsFunc(chosen, func(w window) bool { return meet(w, c) && w.score >= c.score }) {
			t.Fatalf("%+v was left out for none that is as good", c)
		}
	}
}

// slowSilences looks at every day by itself: is it in a run of days with nothing
// that goes on for ten, as far as is known, and was so much to be expected in it?
func slowSilent(in *Input, area, day, before int) bool {
	totals := in.counts.totals(in.areas, len(in.of), in.start, in.start+series.Day(in.days-1))[area]
	if day >= before || totals[day].Reports > 0 {
		return false
	}
	from, to := day, day
	for from > 0 && totals[from-1].Reports == 0 {
		from--
	}
	for to < before && totals[to].Reports == 0 {
		to++
	}
	var lately []float64
	for d := max(0, from-182); d < from; d++ {
		lately = append(lately, totals[d].Once)
	}
	if len(lately) <= 28 {
		return false
	}
	limit, rate := trend.Quantile(lately, 0.98), 0.0
	for _, v := range lately {
		rate += min(v, limit) / float64(len(lately))
	}
	return to-from >= 10 && rate*float64(to-from) >= 17.5
}

func TestSilenceIsTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := &Input{start: 5, segments: []frontier.Segment{{}}, days: 200}
		in.setAreas([]int{0})
		var rows table
		for d := range in.days {
			if d == 0 || d == in.days-1 || rapid.IntRange(0, 3).Draw(t, "comes") == 0 && !(80 < d && d < 80+rapid.IntRange(5, 60).Draw(t, "gap")) {
				rows = append(rows, row{in.start + series.Day(d), 0, float64(rapid.IntRange(0, 20).Draw(t, "people"))})
			}
		}
		in.counts = rows
		before := rapid.IntRange(0, 200).Draw(t, "before")
		x := exposure(in, silences(in, in.days)[0], 0, 0, in.days, before)
		for d := range x {
			if want := slowSilent(in, 0, d, before); (x[d] == 0) != want {
				t.Fatalf("day %d: x = %g, silent %v", d, x[d], want)
			}
		}
	})
}

func TestDeclaredCompleteness(t *testing.T) {
	in := &Input{start: 100, segments: []frontier.Segment{{}}, days: 30, counts: table{}}
	in.setAreas([]int{0})
	in.declared = []declared{{0, 95, 104, 0.4}, {0, 103, 106, 0.1}, {0, 104, 104, 0.9}, {1, 100, 120, 0}}
	got := exposure(in, nil, 0, 2, 9, 30)
	for i, want := range []float64{0.4, 0.1, 0.1, 0.1, 0.1, 1, 1} {
		if got[i] != want {
			t.Errorf("day %d: %g, want %g", i+2, got[i], want)
		}
	}
}

// A silence that is not long enough yet when the week begins is none for the
// baseline of that week, and one for that of the next.
func TestSilenceIsJudgedWhenTheWeekBegins(t *testing.T) {
	in := &Input{start: 5, segments: []frontier.Segment{{}}, days: 420}
	in.setAreas([]int{0})
	const number = 50
	begins := number*week - 58 // 58 · 0.3 people are 17.4, not 17.5
	var rows table
	for d := range in.days {
		if d < begins || d == in.days-1 {
			rows = append(rows, row{in.start + series.Day(d), 0, 0.3})
		}
	}
	in.counts = rows
	p := &past{in: in, last: in.days - 1, fits: map[int]*fit{}}
	for _, c := range []struct{ week, silent int }{{number, 0}, {number + 1, 2 + week}} {
		f := p.day(c.week*week - 1).fit
		if got := float64((f.k1-f.k0)*week) - f.days[0]; math.Abs(got-float64(c.silent)) > 1e-9 {
			t.Errorf("week %d: %g silent days in the baseline, want %d", c.week, got, c.silent)
		}
	}
}
