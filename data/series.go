package data

import (
	"context"
	"time"

	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
	"frontierwatch/geo/series"
)

// Series is the counts of a unit, and what detection on the day of q expects of
// them.
func (c *Corpus) Series(_ context.Context, q hotspot.Query) (hotspot.Series, error) {
	s := c.state.Load()
	day := c.instant(q).Truncate(24 * time.Hour)
	counts := c.countsAt(s, q.AsOf)
	unit := q.Unit
	if unit == "" {
		unit = c.busiestUnit(counts, day)
	}
	return hotspot.Series{
		Unit: unit, Units: counts.Units(), Counts: counts,
		Baseline: c.baseline(s, counts, unit, day, q.AsOf),
	}, nil
}

// baseline is what detection expects of a unit on a day.
func (c *Corpus) baseline(s *state, counts series.Snapshot, unit report.Unit, day time.Time, at log.AsOf) (found *hotspot.Baseline) {
	if s.past(at) {
		return hotspot.NewBaseline(hotspot.NewInput(counts, unit, c.areas, s.voices(at)...), day)
	}
	c.found.live.recall(s, day, func(m memories) {
		found = m.of(unit).Baseline(counts, unit, c.areas, s.voices(at), day)
	})
	return found
}

// busiestUnit is the unit with the most people in the 28 days up to a day, or if
// there were none in the two years up to it; by name where equal.
func (c *Corpus) busiestUnit(counts series.Snapshot, day time.Time) (unit report.Unit) {
	whole := make([]int, len(c.frontier.Segments()))
	last := series.DayOf(day)
	for _, days := range [...]series.Day{28, 2 * 364} {
		most := 0.0
		for _, u := range counts.Units() {
			people := 0.0
			for _, cell := range counts.Totals(u, whole, 1, last-days+1, last)[0] {
				people += cell.Once
			}
			if people > most || unit == "" {
				unit, most = u, people
			}
		}
		if most > 0 {
			break
		}
	}
	return unit
}
