package data

import (
	"context"
	"time"

	"frontierwatch/geo/guard"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// Guard is what guards the frontier as far as was known.
func (c *Corpus) Guard(_ context.Context, at log.AsOf) (*guard.Guard, error) {
	return c.state.Load().guardAt(at), nil
}

// Coverage adds up the whole frontier, with the posts as they now stand. The zero
// time is now.
func (c *Corpus) Coverage(at time.Time, d report.Direction) guard.Coverage {
	if at.IsZero() {
		at = c.now()
	}
	return c.state.Load().guard.Coverage(at, d)
}
