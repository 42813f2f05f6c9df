package data

import (
	"context"
	"time"

	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/report"
	"frontierwatch/geo/series"
)

// Series is the counts of a unit, and what detection on the day of q expects of
// them.
func (c *Corpus) Series(_ context.Context, q hotspot.Query) (hotspot.Series, error) {
	s := c.state.Load()
	day := c.instant(q).Truncate(24 * time.Hour)
	counts := s.series
	if !q.AsOf.Known.IsZero() || q.AsOf.Seq != 0 && q.AsOf.Seq < s.head {
		counts = c.countsAt(s, q.AsOf)
	}
	unit := q.Unit
	if unit == "" {
		unit = c.busiestUnit(counts, day)
	}
	return hotspot.Series{
		Unit: unit, Units: counts.Units(), Counts: counts,
		Baseline: hotspot.NewBaseline(hotspot.NewInput(counts, unit, c.areas, s.voices(q.AsOf)...), day),
	}, nil
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
