package view

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/log"
	"frontierwatch/geo/reader"
	"frontierwatch/geo/report"
	"frontierwatch/geo/series"
)

// What the public is told: cells of a segment, an ISO week and a unit, of the reports
// that it may be told of (reader.Class.Sees), once the week has ended 14 days ago. Of a
// cell with at least 5 people a range is said; one with fewer is not there, and cannot
// be told from one with none.
//
// Everything else that the public is answered is made from these cells alone, so that
// no set of answers says more than they do, whatever is subtracted from what: there
// are no totals that were reckoned from anything else, and so no cell has to be left
// out to protect another (complementary suppression has nothing to do).
const (
	leastPeople = 5 // k
	late        = 14 * 24 * time.Hour
	weekLength  = 7 * 24 * time.Hour
	weekDays    = 7
)

// span is a range of people, both included.
type span struct{ low, high int64 }

// ranges are those of the cells, up to the largest: 5–9, 10–19, 20–49, 50–99, 100–199 …
func ranges() (all []span) {
	low := int64(leastPeople)
	for i := 0; low < report.MaxCount; i++ {
		next := low * 2
		if i%3 == 2 { // 20 to 50
			next = low / 2 * 5
		}
		all = append(all, span{low, min(next-1, report.MaxCount)})
		low = next
	}
	return all
}

// middle stands for a range where one number is needed.
func (s span) middle() int64 { return (s.low + s.high) / 2 }

// cell is one that is published.
type cell struct {
	week    series.Day // its Monday
	segment int
	unit    report.Unit
	people  span
}

// monday is the first day of the ISO week of a day.
func monday(d series.Day) series.Day {
	const known = 4 // 1970-01-05 was a Monday
	return d - ((d-known)%weekDays+weekDays)%weekDays
}

// released is when the newest week was released that has been by an instant: a
// Monday, at which the week before the one before ended 14 days ago.
func released(now time.Time) time.Time { return monday(series.DayOf(now)).Time() }

// gathered is what the public may be told of, as the log had it at an instant.
type gathered struct {
	sources map[string]report.Source
	newest  map[string]*report.Version // by id
}

// gather reads the log up to when a week was released, so that every node counts the
// same, whenever it is started, whatever has come since.
func gather(ctx context.Context, l interface {
	Entries(context.Context, log.Seq, func(log.Entry) error) error
}, line *frontier.Frontier, builtIn []report.Source, until time.Time) (gathered, error) {
	g := gathered{sources: map[string]report.Source{}, newest: map[string]*report.Version{}}
	for _, s := range builtIn {
		g.sources[s.ID] = s
	}
	err := l.Entries(ctx, 0, func(e log.Entry) error {
		if !e.Recorded.Before(until) {
			return errEnough
		}
		if err := g.take(line, &e); err != nil {
			return fmt.Errorf("entry %d of the master (%s %s): %w", e.Seq, e.Kind, e.ID, err)
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return g, err
}

func (g *gathered) take(line *frontier.Frontier, e *log.Entry) error {
	switch {
	case e.Kind == log.Source && e.Op != log.Retract:
		s, err := report.DecodeSource(e.Body)
		if err != nil {
			return err
		}
		g.sources[s.ID] = s
	case e.Kind == log.Report && e.Op == log.Redact:
		// What it left is what was read.
	case e.Kind == log.Report && (e.Op == log.Retract || e.Erased()):
		delete(g.newest, e.ID)
	case e.Kind == log.Report:
		r, err := report.DecodeBody(e.Body)
		if err != nil {
			return err
		}
		if !(reader.Class{}).Sees(&r, g.sources[r.Source]) {
			delete(g.newest, e.ID)
			return nil
		}
		v := &report.Version{Report: r, Seq: e.Seq, Revision: e.Revision, Recorded: e.Recorded}
		if r.Point != nil {
			if v.Place, err = line.Locate(*r.Point, anyDistance); err != nil {
				return err
			}
		}
		g.newest[e.ID] = v
	}
	return nil
}

// cells are what is published of what was gathered: all weeks that ended by an
// instant. say gives the range for a number of people; false: nothing is said.
func (g *gathered) cells(line *frontier.Frontier, until time.Time, say func(people float64) (span, bool)) (all []cell) {
	set := series.New(line)
	for _, v := range g.newest {
		set.Replace(nil, v)
	}
	counts := set.Snapshot()
	end := series.DayOf(until)
	for _, unit := range counts.Units() {
		first, last, ok := counts.Span(unit)
		if !ok {
			continue
		}
		people := map[cell]float64{} // sums of fixed-point numbers, which are exact
		counts.Each(unit, monday(first), min(last, end-1), func(_ *series.Kind, segment int, d series.Day, c series.Cell) {
			people[cell{week: monday(d), segment: segment, unit: unit}] += c.Once
		})
		for c, n := range people {
			if c.people, ok = say(n); ok && c.week+weekDays <= end {
				all = append(all, c)
			}
		}
	}
	slices.SortFunc(all, func(a, b cell) int {
		return cmp.Or(cmp.Compare(a.week, b.week), cmp.Compare(a.segment, b.segment), cmp.Compare(a.unit, b.unit))
	})
	return all
}

// suppressed is the range that is said of a number of people.
func suppressed(people float64) (span, bool) {
	for _, s := range ranges() {
		if float64(s.low) <= people && people < float64(s.high+1) {
			return s, true
		}
	}
	return span{}, false
}

// publishedSource is who says the cells.
func publishedSource() report.Source {
	return report.Source{
		ID: "published", Agency: "frontierwatch", Unit: report.Persons, TLP: report.Clear, Cadence: weekLength,
		Caveat: "ranges of people by segment and week, 14 days late; where fewer than 5 came nothing is said",
	}
}

// report is a cell as a record that a corpus can hold.
func (c *cell) report(line *frontier.Frontier) report.Report {
	start := c.week.Time()
	year, week := start.AddDate(0, 0, 3).ISOWeek()
	segment := line.Segments()[c.segment]
	stretch := segment.Stretch
	stretch.To = frontier.Meters(math.Floor(float64(stretch.To)*100) / 100) // as a body keeps it, not beyond the line
	return report.Report{
		ID:      fmt.Sprintf("%s:%d-W%02d:%s", segment.ID, year, week, c.unit),
		Stretch: &stretch, Start: start, End: start.Add(weekLength - time.Millisecond),
		Count: report.Count{Best: c.people.middle(), Min: c.people.low, Max: c.people.high}, Unit: c.unit,
		Direction: report.DirectionUnknown, Relation: report.RelationUnknown, Status: report.Unverified,
		Published: start.Add(weekLength + late), Source: publishedSource().ID, TLP: report.Clear,
	}
}
