package hotspot

import (
	"slices"
	"time"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
	"frontierwatch/geo/series"
)

// Input is what detection reads: the counts of one unit, day by day and segment by
// segment, and how complete they are. Day 0 is the first on which anybody reported.
// Nothing changes it once it is made; any number of goroutines may read it.
type Input struct {
	segments []frontier.Segment
	areas    []int // of each segment, from 0 without a gap
	of       [][]run
	unit     report.Unit
	counts   counts
	start    series.Day // day 0
	days     int        // from day 0 to the last on which anybody reported; 0: nobody ever did
	declared []declared

	zones    []int // of each segment, from 0 without a gap: see setZones
	zoneArea []int // the area of each zone
	zoneOf   []int // a segment of each zone
	losses   []loss
	hushes   []hush
}

// run is an area's segments [from, to), adjoining and of one part.
type run struct{ from, to int }

// counts is where an Input has its numbers from.
type counts interface {
	// each yields what was reported on the days from one to another, both included.
	// A segment and day may come several times.
	each(from, to series.Day, yield func(segment int, d series.Day, people float64))
	// kinds yields what of it was reported of some segments, by kinds as far as they are known.
	kinds(of []int, from, to series.Day, yield func(k *series.Kind, segment int, d series.Day, people float64))
	// totals adds up areas: totals[area][day−from], both days included.
	totals(areas []int, n int, from, to series.Day) [][]series.Cell
}

// sourced is counts of which is known who reported them.
type sourced interface {
	counts
	span() (first, last series.Day, ok bool) // the days on which anybody reported
	sources() []string                       // that reported, sorted
	totalsOf(source string, areas []int, n int, from, to series.Day) [][]series.Cell
}

// weekly is counts that have them by week as well.
type weekly interface {
	// weeks adds up each of the weeks [from, to) that begin with a day:
	// weeks[(k−from)·segments + segment]. It must not be changed, and holds until the counts
	// are moved on.
	weeks(start series.Day, from, to int) []float64
}

// declared is that less than all was reported in an area. Where several overlap the
// least holds.
type declared struct {
	area         int
	first, last  series.Day // both included
	completeness float64    // 0 to 1
}

// NewInput takes the counts of one unit, those reports that overlap counted once.
// areas has the reporting area of each segment of the snapshot's frontier: see
// Areas. voices are the sources as they are registered.
func NewInput(s series.Snapshot, unit report.Unit, areas []int, voices ...Voice) *Input {
	in := inputOn(s.Frontier(), unit, areas)
	in.take(standing{s, unit}, voices)
	return in
}

// inputOn is an input without counts.
func inputOn(f *frontier.Frontier, unit report.Unit, areas []int) *Input {
	in := &Input{unit: unit}
	if f != nil {
		in.segments = f.Segments()
	}
	in.setAreas(areas)
	return in
}

// take takes in counts and what is known of sources.
func (in *Input) take(c sourced, voices []Voice) {
	in.counts = c
	if first, last, ok := c.span(); ok {
		in.start, in.days = first, int(last-first)+1
	}
	in.hear(c, voices)
}

// Span is the first and the last UTC day on which anybody reported; ok is false
// where nobody did.
func (in *Input) Span() (first, last time.Time, ok bool) {
	return in.start.Time(), (in.start + series.Day(in.days-1)).Time(), in.days > 0
}

// setAreas numbers areas from 0 and finds their runs.
func (in *Input) setAreas(areas []int) {
	numbers := map[int]int{}
	in.areas = make([]int, len(in.segments))
	for i := range in.segments {
		n, ok := numbers[areas[i]]
		if !ok {
			n = len(numbers)
			numbers[areas[i]] = n
			in.of = append(in.of, nil)
		}
		in.areas[i] = n
		if i > 0 && in.areas[i-1] == n && in.joined(i-1) {
			in.of[n][len(in.of[n])-1].to++
		} else {
			in.of[n] = append(in.of[n], run{i, i + 1})
		}
	}
	in.setZones(nil)
}

// joined says whether segment i and the one after it adjoin on one part.
func (in *Input) joined(i int) bool {
	a, b := in.segments[i].Stretch, in.segments[i+1].Stretch
	return a.Part == b.Part && a.To == b.From
}

// Areas is the reporting area of each segment: the adjoining ones of one part that
// lie in the same province or territory, whose police and border services are the
// ones that report for them.
func Areas(segments []frontier.Segment) []int {
	areas := make([]int, len(segments))
	for i := 1; i < len(segments); i++ {
		areas[i] = areas[i-1]
		a, b := segments[i-1], segments[i]
		if a.Stretch.Part != b.Stretch.Part || a.AdminCA != b.AdminCA {
			areas[i]++
		}
	}
	return areas
}

// standing is the counts of a snapshot.
type standing struct {
	series.Snapshot
	unit report.Unit
}

func (s standing) each(from, to series.Day, yield func(segment int, d series.Day, people float64)) {
	s.Each(s.unit, from, to, func(_ *series.Kind, segment int, d series.Day, c series.Cell) { yield(segment, d, c.Once) })
}

func (s standing) kinds(of []int, from, to series.Day, yield func(k *series.Kind, segment int, d series.Day, people float64)) {
	s.EachOf(s.unit, of, from, to, func(k *series.Kind, segment int, d series.Day, c series.Cell) { yield(k, segment, d, c.Once) })
}

func (s standing) totals(areas []int, n int, from, to series.Day) [][]series.Cell {
	return s.Totals(s.unit, areas, n, from, to)
}

func (s standing) totalsOf(source string, areas []int, n int, from, to series.Day) [][]series.Cell {
	return s.TotalsOf(source, s.unit, areas, n, from, to)
}

func (s standing) span() (first, last series.Day, ok bool) { return s.Span(s.unit) }

func (s standing) sources() []string { return s.Sources(s.unit) }

// row is a count of a table.
type row struct {
	day     series.Day
	segment int
	people  float64
}

// table is counts as a file has them, in the order of days.
type table []row

func (t table) each(from, to series.Day, yield func(segment int, d series.Day, people float64)) {
	i, _ := slices.BinarySearchFunc(t, from, func(r row, d series.Day) int { return int(r.day - d) })
	for ; i < len(t) && t[i].day <= to; i++ {
		yield(t[i].segment, t[i].day, t[i].people)
	}
}

// kinds yields nothing: none is known.
func (t table) kinds([]int, series.Day, series.Day, func(*series.Kind, int, series.Day, float64)) {}

func (t table) totals(areas []int, n int, from, to series.Day) [][]series.Cell {
	totals := make([][]series.Cell, n)
	for g := range totals {
		totals[g] = make([]series.Cell, max(0, to-from+1))
	}
	t.each(from, to, func(segment int, d series.Day, people float64) {
		c := &totals[areas[segment]][d-from]
		c.Once, c.All, c.Reports = c.Once+people, c.All+people, c.Reports+1
	})
	return totals
}
