package hotspot

import (
	"cmp"
	"slices"
	"time"

	"frontierwatch/geo/series"
)

// No report is not calm. Days on which less than half of the reporting of a stretch
// arrived, or a source was silent that had brought half, do not count towards the 28 days after which a flag is closed by itself, up
// to 182 of them; and a fall while anybody keeps silent who normally reports there is
// not called diminishing.

const quietBelow = 0.5 // completeness

// quiet is how many of the days (from, to] nearly nothing was reported of a window, as
// is known on day t: 182 at most.
func (p *past) quiet(w window, from, to, t int) (days int) {
	in, first, until := p.in, w.first, to
	from = max(from, to-closeDays-silentMost)
	if from >= to {
		return 0
	}
	arrived := make([]float64, to-from)
	for zone := -1; w.first <= w.last; w.first++ {
		if in.zones[w.first] == zone {
			continue
		}
		zone = in.zones[w.first]
		for i, x := range p.complete(zone, from+1, to+1, t) {
			arrived[i] = max(arrived[i], x)
		}
	}
	for i := range in.hushes {
		h := &in.hushes[i]
		for _, area := range in.areasOf(first, w.last) {
			// It takes away no more than half of what is expected, but a fall it may well explain.
			if to, part := h.in(area, weekOf(t)*week); part > 0 && h.brought[area] >= quietBelow {
				for d := max(h.from, from+1); d < to && d <= until; d++ {
					arrived[d-from-1] = 0
				}
			}
		}
	}
	for _, x := range arrived {
		if x < quietBelow {
			days++
		}
	}
	return min(days, silentMost)
}

// areasOf are the areas of the segments from one to another, both included.
func (in *Input) areasOf(first, last int) []int {
	return slices.Compact(slices.Clone(in.areas[first : last+1]))
}

// complete is how complete the days [from, to) of a zone are, as is known on day t.
func (p *past) complete(zone, from, to, t int) []float64 {
	var silent []silence
	if area := p.in.zoneArea[zone]; area < len(p.silent) {
		silent = p.silent[area]
	}
	return exposure(p.in, silent, zone, from, to, weekOf(t)*week)
}

// mostQuiet is the most that quiet finds for any segment up to day t.
func (p *past) mostQuiet(t int) (most int) {
	for _, s := range p.in.zoneOf {
		most = max(most, p.quiet(window{first: s, last: s}, t-closeDays-silentMost, t, t))
	}
	return most
}

// Silent is who keeps silent about a stretch, and since when.
type Silent struct {
	Since  time.Time // the UTC day of the first day without a report
	Who    []string  // names of agencies, sorted; empty: nobody reports there at all, and none is known by name
	Part   float64   // of the people they brought before, 0 to 1
	Nobody bool      // nobody reports of the area
}

// silent is who keeps silent about a window on day t; nil: nobody does that normally
// reports.
func (r *Runner) silent(w window, t int) *Silent {
	in, before := r.in, weekOf(t)*week
	var found Silent
	since := forever
	note := func(from int) { since = min(since, from) }
	for s := w.first; s <= w.last; s++ {
		area := in.areas[s]
		if area < len(r.past.silent) {
			for _, run := range r.past.silent[area] {
				if _, ok := run.inferred(before); ok && run.from <= t && t < run.to {
					found.Nobody, found.Part = true, 1
					note(run.from)
				}
			}
		}
		for i := range in.hushes {
			h := &in.hushes[i]
			if _, part := h.in(area, before); part > 0 && h.from <= t && t < h.ends[area] {
				found.Who = append(found.Who, r.agency(h.source))
				found.Part = max(found.Part, h.brought[area])
				note(h.from)
			}
		}
	}
	if since == forever {
		return nil
	}
	found.Since = (in.start + series.Day(since)).Time()
	slices.Sort(found.Who)
	found.Who = slices.Compact(found.Who)
	return &found
}

func (r *Runner) agency(source string) string {
	if r.setting.Agency == nil {
		return source
	}
	return cmp.Or(r.setting.Agency(source), source)
}
