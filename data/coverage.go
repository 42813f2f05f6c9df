package data

import (
	"time"

	"frontierwatch/geo/guard"
	"frontierwatch/geo/report"
)

// Coverage is how much of the frontier is guarded against somebody who comes a
// certain way: at an instant, at each full hour of its UTC day, and at no instant
// of the week that begins with that day.
type Coverage struct {
	At        time.Time
	Direction report.Direction
	Now       guard.Total
	Hours     [24]guard.Total
	Never     guard.Total // Guarded is what is guarded at some time of the week
}

// Coverage adds up the whole frontier, with the posts as they now stand. The zero
// time is now.
func (c *Corpus) Coverage(at time.Time, d report.Direction) Coverage {
	if at.IsZero() {
		at = c.now()
	}
	at = at.UTC()
	g, day := c.state.Load().guard, at.Truncate(24*time.Hour)
	coverage := Coverage{At: at, Direction: d, Now: g.Total(at, d)}
	for h := range coverage.Hours {
		coverage.Hours[h] = g.Total(day.Add(time.Duration(h)*time.Hour), d)
	}
	never, unknown := g.Never(day, day.AddDate(0, 0, 7), d)
	coverage.Never = guard.Total{Guarded: coverage.Now.Length() - never, Unguarded: never - unknown, Unknown: unknown}
	return coverage
}
