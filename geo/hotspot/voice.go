package hotspot

import (
	"fmt"
	"slices"
	"time"

	"frontierwatch/geo/report"
	"frontierwatch/geo/series"
)

// Completeness by source. The method infers the silence of a whole area; what one of
// several sources leaves out is known from what it says (gaps) and from its own pace.
//
//   - What a source leaves out of an area counts as the part of the area's people that
//     it brought in the 182 days before, so that the small one of two does not make an
//     area blind. Where nobody came in them, a gap that names the stretch counts fully.
//   - A gap takes 1−share of that away, for as long as it was declared; but one that
//     leaves nothing ends in a segment with the first report that arrives there all the
//     same, since what the source says is then no longer so.
//   - A source is silent when it has not reported for longer than twice the cadence it
//     gives, or than twice the longest and seven times the mean of its last 12 pauses,
//     and for 10 days at least; since the day after its last report, and for 182 days at
//     most: then it is gone. If it brought all that came from an area, that is complete by
//     nothing until anybody reports; else by half at least, for those who go on may well
//     have taken over.
//
// All of it rests on days before the one that is judged, and none is known of counts
// that come from files.

// Voice is what detection has to know of a source.
type Voice struct {
	Source  string // id
	Unit    report.Unit
	Cadence time.Duration // 0: not said
	Gaps    []report.Gap
}

const (
	pauses       = 12 // of a source that tell its pace
	pauseLongest = 2  // times the longest of them
	pauseMean    = 7  // times their mean
	cadenceTurns = 2
	silentMost   = 182 // days: then a source is gone
	silentPart   = 0.5 // the most that one of several sources takes away
	leastLoss    = 0.05
	sole         = 0.999 // the part from which a source is the only one
)

// loss is that a source leaves out a part of what is reported of a zone.
type loss struct {
	zone        int
	source      string
	first, last series.Day // both included
	part        float64    // of the people of the zone, 0 to 1
	withheld    bool       // it exists and is not released
}

// hush is a pause of a source that is longer than chance, [from, to) in days of the
// input, once more than limit days of it have passed.
type hush struct {
	source   string
	from, to int
	limit    int
	brought  []float64 // part of the people of each area that it brought before
	part     []float64 // that is taken away
	ends     []int     // in each area
}

// hear takes in what is known of sources. Before, in has its areas.
func (in *Input) hear(counts sourced, voices []Voice) {
	in.setZones(voices)
	if in.days == 0 {
		return
	}
	for _, v := range voices {
		for _, g := range v.Gaps {
			in.gap(counts, v, g)
		}
		in.listen(counts, v)
	}
	// Sources that nobody has registered have a pace, too.
	for _, source := range counts.sources() {
		if !slices.ContainsFunc(voices, func(v Voice) bool { return v.Source == source }) {
			in.listen(counts, Voice{Source: source})
		}
	}
}

// setZones cuts areas where gaps begin and end on the line: all segments of a zone
// are of one area and equally complete. Without gaps zones are areas.
func (in *Input) setZones(voices []Voice) {
	numbers := map[string]int{}
	in.zones, in.zoneArea, in.zoneOf = make([]int, len(in.segments)), nil, nil
	for s := range in.segments {
		key := fmt.Sprint(in.areas[s])
		for _, v := range voices {
			for _, g := range v.Gaps {
				if g.Stretch.From < g.Stretch.To {
					key += fmt.Sprint(" ", in.covers(g, s))
				}
			}
		}
		n, ok := numbers[key]
		if !ok {
			n = len(numbers)
			numbers[key] = n
			in.zoneArea, in.zoneOf = append(in.zoneArea, in.areas[s]), append(in.zoneOf, s)
		}
		in.zones[s] = n
	}
}

// covers says whether a gap is about a segment: everywhere, or where the middle of the
// segment is in its stretch, or its own middle in the segment.
func (in *Input) covers(g report.Gap, segment int) bool {
	if !(g.Stretch.From < g.Stretch.To) {
		return true
	}
	s := in.segments[segment].Stretch
	if g.Stretch.Part != s.Part {
		return false
	}
	middle, own := s.From+s.Length()/2, g.Stretch.From+g.Stretch.Length()/2
	return g.Stretch.From <= middle && middle < g.Stretch.To || s.From <= own && own < s.To
}

// gap adds what a declared gap takes away.
func (in *Input) gap(counts sourced, v Voice, g report.Gap) {
	first, last := series.DayOf(g.From), in.start+series.Day(in.days)+10*366
	if !g.To.IsZero() {
		last = series.DayOf(g.To)
	}
	parts := in.parts(counts, v, g, int(first-in.start))
	var ends []series.Day // by zone, where the gap leaves nothing
	for zone, s := range in.zoneOf {
		if !in.covers(g, s) {
			continue
		}
		l := loss{zone, v.Source, first, last, parts[in.zoneArea[zone]] * (1 - g.Share), g.Withheld && v.Unit == in.unit}
		l.withheld = l.withheld && parts[in.zoneArea[zone]] > 0 // else it has nothing to withhold there
		if l.part >= sole {
			if ends == nil {
				ends = in.broken(counts, first, last)
			}
			l.last = ends[zone]
		}
		if l.part > 0 || l.withheld {
			in.losses = append(in.losses, l)
		}
	}
}

// broken is for each zone the last day before the first report of any segment of it
// on the days from one to another, or the last of these.
func (in *Input) broken(counts sourced, first, last series.Day) []series.Day {
	until := min(last, in.start+series.Day(in.days-1))
	ends := make([]series.Day, len(in.zoneArea))
	for zone, days := range counts.totals(in.zones, len(ends), first, until) {
		ends[zone] = last
		if i := slices.IndexFunc(days, func(c series.Cell) bool { return c.Reports > 0 }); i >= 0 {
			ends[zone] = first + series.Day(i) - 1
		}
	}
	return ends
}

// parts is the part of each area's people that a source brought in the 182 days
// before a day of the input. Where nobody came, a gap that names a stretch leaves all out.
func (in *Input) parts(counts sourced, v Voice, g report.Gap, before int) []float64 {
	sum := func(of [][]series.Cell) []float64 {
		sums := make([]float64, len(of))
		for area, days := range of {
			for _, c := range days {
				sums[area] += c.Once
			}
		}
		return sums
	}
	from, to := in.start+series.Day(before-silentHistory), in.start+series.Day(before-1)
	own := sum(counts.totalsOf(v.Source, in.areas, len(in.of), from, to))
	all := sum(counts.totals(in.areas, len(in.of), from, to))
	for area := range own {
		switch {
		case all[area] > 0:
			own[area] /= all[area]
		case g.Stretch.From < g.Stretch.To && v.Unit == in.unit:
			own[area] = 1
		}
	}
	return own
}

// listen finds the pauses of a source that are long for it.
func (in *Input) listen(counts sourced, v Voice) {
	if in.days == 0 {
		return
	}
	days := counts.totalsOf(v.Source, in.areas, len(in.of), in.start, in.start+series.Day(in.days-1))
	var steps []int // from one day with a report to the next
	last := -1
	for d := range in.days {
		if !slices.ContainsFunc(days, func(area []series.Cell) bool { return area[d].Reports > 0 }) {
			continue
		}
		if last >= 0 {
			if limit, ok := Patience(steps, v.Cadence); ok && d-last-1 >= limit {
				in.hushes = append(in.hushes, in.hushOf(counts, v, last+1, d, limit))
			}
			steps = append(steps, d-last)
		}
		last = d
	}
	if limit, ok := Patience(steps, v.Cadence); ok && last >= 0 {
		in.hushes = append(in.hushes, in.hushOf(counts, v, last+1, forever, limit))
	}
}

// forever is later than any day of an input.
const forever = 1 << 30

// Patience is after how many days without a report a source is silent, by the steps
// between its reports so far and the cadence it gives; ok is false where neither tells.
func Patience(steps []int, cadence time.Duration) (days int, ok bool) {
	days = forever
	if cadence > 0 {
		days = int((cadenceTurns*cadence + 24*time.Hour - 1) / (24 * time.Hour))
	}
	if len(steps) >= pauses {
		lately := steps[len(steps)-pauses:]
		sum := 0
		for _, s := range lately {
			sum += s
		}
		days = min(days, max(pauseLongest*slices.Max(lately), (pauseMean*sum+pauses-1)/pauses))
	}
	return max(days, silentDays), days < forever
}

func (in *Input) hushOf(counts sourced, v Voice, from, to, limit int) hush {
	h := hush{source: v.Source, from: from, to: min(to, from+silentMost), limit: limit, brought: in.parts(counts, v, report.Gap{}, from)}
	h.part, h.ends = make([]float64, len(in.of)), make([]int, len(in.of))
	var others [][]series.Cell
	for area, part := range h.brought {
		h.ends[area], h.part[area] = h.to, min(part, silentPart)
		if part < sole {
			continue
		}
		h.part[area] = 1
		if others == nil {
			others = counts.totals(in.areas, len(in.of), in.start+series.Day(from), in.start+series.Day(min(h.to, in.days)-1))
		}
		if i := slices.IndexFunc(others[area], func(c series.Cell) bool { return c.Reports > 0 }); i >= 0 {
			h.ends[area] = from + i
		}
	}
	return h
}

// in says for which days of an area a source is silent, [from, to), as far as is known
// before a day, and what part of it that takes away; 0: none.
func (h *hush) in(area, before int) (to int, part float64) {
	if min(h.to, before)-h.from < h.limit || h.part[area] < leastLoss {
		return h.from, 0
	}
	return min(h.ends[area], before), h.part[area]
}

// lose takes from x, which is of the days [from, …) of a zone, what sources leave out,
// as is known before a day.
func (in *Input) lose(x []float64, zone, from, before int) {
	if len(in.losses)+len(in.hushes) == 0 {
		return
	}
	lost := map[string][]float64{} // by source, that one's largest
	take := func(source string, first, end int, part float64) {
		first, end = max(first, from), min(end, from+len(x))
		if first >= end || part <= 0 {
			return
		}
		if lost[source] == nil {
			lost[source] = make([]float64, len(x))
		}
		for i := first; i < end; i++ {
			lost[source][i-from] = max(lost[source][i-from], part)
		}
	}
	for _, l := range in.losses {
		if l.zone == zone {
			take(l.source, int(l.first-in.start), int(l.last-in.start)+1, l.part)
		}
	}
	for i := range in.hushes {
		to, part := in.hushes[i].in(in.zoneArea[zone], before)
		take(in.hushes[i].source, in.hushes[i].from, to, part)
	}
	names := make([]string, 0, len(lost))
	for name := range lost {
		names = append(names, name)
	}
	slices.Sort(names) // so that sums are the same each time
	for _, name := range names {
		for i, part := range lost[name] {
			x[i] -= part
		}
	}
	for i := range x {
		x[i] = max(0, x[i])
		if x[i] < 1-sole {
			x[i] = 0
		}
	}
}
