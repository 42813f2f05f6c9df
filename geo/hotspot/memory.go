package hotspot

import (
	"slices"
	"time"

	"frontierwatch/geo/series"
)

// Memory makes the days of a replay cheap. Inputs come one after another, each with
// what has become known since; what was found of the days before the first that
// changed holds, because nothing that is said of a day rests on days after it. The
// zero value remembers nothing. It is for one goroutine at a time, one unit and one
// setting; agencies may change their names.
type Memory struct {
	start  series.Day
	fits   map[int]*fit
	silent [][]silence
	hushes []hush
	losses []loss
	zones  []int
	listed map[int][]window // hot spots by day
}

// Run finds what the function Run finds. changed is the first day on which the input
// counts anything otherwise than the one before it did; ok is false where none is.
func (m *Memory) Run(in *Input, changed series.Day, ok bool, day time.Time, s Setting) Result {
	if m.fits == nil || m.start != in.start || in.declared != nil || !slices.Equal(m.losses, in.losses) || !slices.Equal(m.zones, in.zones) {
		*m = Memory{start: in.start, fits: map[int]*fit{}, losses: in.losses, zones: in.zones, listed: map[int][]window{}}
	}
	last := int(series.DayOf(day) - in.start)
	if ok {
		m.forget(int(changed - in.start))
	}
	if in.days > 0 && last >= 0 {
		m.hear(in, last)
	}
	return newRunner(in, last, &past{in: in, last: last, silent: m.silent, fits: m.fits}, m.listed, s).withLapsed()
}

// forget drops what rests on the counts of a day or of later ones.
func (m *Memory) forget(changed int) {
	for t := range m.listed {
		if t >= changed {
			delete(m.listed, t)
		}
	}
	for number, f := range m.fits {
		if f.k1*week > changed {
			delete(m.fits, number)
		}
	}
}

// hear infers silences again, and drops the baselines for which other ones are known
// now, with the days that were judged by them. Nothing before a silence's end tells of
// it, so that such days are later than the change.
func (m *Memory) hear(in *Input, last int) {
	silent := silences(in, last+1)
	for number := range m.fits {
		if !slices.EqualFunc(m.silent, silent, func(a, b []silence) bool {
			return slices.Equal(inferredBefore(a, number*week), inferredBefore(b, number*week))
		}) || !slices.Equal(hushedBefore(m.hushes, number*week), hushedBefore(in.hushes, number*week)) {
			delete(m.fits, number)
		}
	}
	m.silent, m.hushes = silent, in.hushes
}

// hushed is what of a pause of a source is known in an area.
type hushed struct {
	source         string
	area, from, to int
	part           float64
}

// hushedBefore are the pauses of sources as far as they are known before a day.
func hushedBefore(all []hush, before int) (known []hushed) {
	for i := range all {
		for area := range all[i].part {
			if to, part := all[i].in(area, before); part > 0 {
				known = append(known, hushed{all[i].source, area, all[i].from, to, part})
			}
		}
	}
	return known
}

// inferredBefore are the silences as far as they are inferred before a day.
func inferredBefore(all []silence, before int) (known []run) {
	for _, s := range all {
		if to, ok := s.inferred(before); ok {
			known = append(known, run{s.from, to})
		}
	}
	return known
}
