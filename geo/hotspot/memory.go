package hotspot

import (
	"maps"
	"slices"
	"time"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
	"frontierwatch/geo/series"
)

// Memory makes the days of a replay cheap. Inputs come one after another, each with
// what has become known since; what was found of the days before the first that
// changed holds, because nothing that is said of a day rests on days after it. The
// zero value remembers nothing. It is for one goroutine at a time, one unit and one
// setting; agencies may change their names, and what guards may change.
type Memory struct {
	tally *tally
	line  *frontier.Frontier
	areas []int // as they were given
	paces []pace
	made  *Input // without counts

	start  series.Day
	fits   map[int]*fit
	silent [][]silence
	hushes []hush
	losses []loss
	zones  []int
	listed map[int][]window   // hot spots by day
	scans  map[int][]window   // of the newest days all that was found
	looked map[int]candidates // of the very newest days what was found when they were last looked at
}

const (
	scanDays   = 40 // of which what was found is remembered
	lookedDays = 7  // of which what was found before they changed is
)

// Run finds what the function Run finds. changed is the first day on which the input
// counts anything otherwise than the one before it did; ok is false where none is.
func (m *Memory) Run(in *Input, changed series.Day, ok bool, day time.Time, s Setting) Result {
	p := m.recall(in, changed, ok, day)
	return newRunner(in, p.last, p, m.listed, s).withLapsed()
}

// recall is the past up to a day, as far as it is remembered.
func (m *Memory) recall(in *Input, changed series.Day, ok bool, day time.Time) *past {
	if m.fits == nil || in.days == 0 || m.start != in.start || in.declared != nil || !slices.Equal(m.losses, in.losses) || !slices.Equal(m.zones, in.zones) {
		m.start, m.losses, m.zones = in.start, in.losses, in.zones
		m.fits, m.listed, m.silent, m.hushes = map[int]*fit{}, map[int][]window{}, nil, nil
		m.scans, m.looked = map[int][]window{}, map[int]candidates{}
	}
	last := int(series.DayOf(day) - in.start)
	if ok {
		m.forget(int(changed - in.start))
	}
	if in.days > 0 && last >= 0 {
		m.hear(in, last)
	}
	maps.DeleteFunc(m.scans, func(t int, _ []window) bool { return t < last-scanDays })
	maps.DeleteFunc(m.looked, func(t int, _ candidates) bool { return t < last-lookedDays })
	p := &past{in: in, last: last, silent: m.silent, fits: m.fits, scans: m.scans, looked: m.looked}
	if m.tally != nil && in.counts == counts(m.tally) {
		p.frame = m.tally.frame(in.start, last)
	}
	return p
}

// pace is what of a voice tells when it is silent.
type pace struct {
	source  string
	cadence time.Duration
}

// Find finds what Run finds in a NewInput. Snapshots may come in any order, and so may
// days: what two snapshots have in common is not looked at again.
func (m *Memory) Find(s series.Snapshot, unit report.Unit, areas []int, voices []Voice, day time.Time, with Setting) Result {
	in, changed, ok := m.input(s, unit, areas, voices)
	if in == nil {
		return Run(NewInput(s, unit, areas, voices...), day, with)
	}
	return m.Run(in, changed, ok, day, with)
}

// Baseline is NewBaseline of a NewInput. What it is of may be moved on meanwhile.
func (m *Memory) Baseline(s series.Snapshot, unit report.Unit, areas []int, voices []Voice, day time.Time) *Baseline {
	in, changed, ok := m.input(s, unit, areas, voices)
	if in == nil {
		return NewBaseline(NewInput(s, unit, areas, voices...), day)
	}
	b := newBaseline(in, m.recall(in, changed, ok, day))
	in.counts = nil // which are moved on
	return b
}

// input is what NewInput makes, and since which day it counts otherwise than the one
// before it; nil: that cannot be remembered.
func (m *Memory) input(s series.Snapshot, unit report.Unit, areas []int, voices []Voice) (in *Input, changed series.Day, ok bool) {
	if m.tally == nil || m.line != s.Frontier() || m.made.unit != unit || !slices.Equal(m.areas, areas) {
		*m = Memory{line: s.Frontier(), areas: areas, made: inputOn(s.Frontier(), unit, areas)}
		m.tally = newTally(unit, m.made.areas, len(m.made.of))
	}
	if paces := pacesOf(voices); !slices.Equal(m.paces, paces) { // they may have been silent otherwise
		m.paces, m.fits = paces, nil
	}
	changed, ok, held := m.tally.move(s)
	if !held {
		*m = Memory{}
		return nil, 0, false
	}
	made := *m.made
	made.take(m.tally, voices)
	return &made, changed, ok
}

func pacesOf(voices []Voice) (all []pace) {
	for _, v := range voices {
		all = append(all, pace{v.Source, v.Cadence})
	}
	return all
}

// forget drops what rests on the counts of a day or of later ones.
func (m *Memory) forget(changed int) {
	later := func(t int, _ []window) bool { return t >= changed }
	maps.DeleteFunc(m.listed, later)
	maps.DeleteFunc(m.scans, later)
	maps.DeleteFunc(m.fits, func(_ int, f *fit) bool { return f.k1*week > changed })
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
