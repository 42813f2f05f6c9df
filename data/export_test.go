package data

import (
	"context"

	"time"

	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// FoundBothWays is what detection finds now for a day: as readers get it, and from
// nothing but the counts.
func (c *Corpus) FoundBothWays(day time.Time) (found, slowly map[report.Unit]hotspot.Result) {
	s, now := c.state.Load(), log.AsOf{}
	found, day = c.detect(context.Background(), s, hotspot.Query{At: day})
	return found, c.compute(s.series, day, s.voices(now), s.method(now))
}

// BaselineBothWays does the same for what is expected of a unit.
func (c *Corpus) BaselineBothWays(unit report.Unit, day time.Time) (found, slowly *hotspot.Baseline) {
	s, now := c.state.Load(), log.AsOf{}
	return c.baseline(s, s.series, unit, day, now), hotspot.NewBaseline(hotspot.NewInput(s.series, unit, c.areas, s.voices(now)...), day)
}

// Settled returns when nothing is found beside readers any more.
func (c *Corpus) Settled() { c.working.Wait() }

// Unlearn forgets everything that detection has found, and the states that it was
// found in.
func (c *Corpus) Unlearn() {
	c.found.mu.Lock()
	c.found.kept = nil
	c.found.mu.Unlock()
	c.found.told.mu.Lock()
	c.found.told.states = nil
	c.found.told.mu.Unlock()
}
