package api

import (
	"context"

	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
)

// stateQuestion is a question to detection at a position of the log.
type stateQuestion struct {
	head  log.Seq
	query hotspot.Query
}

// segmentStates are the states of all segments, since every box and every single
// segment is picked from all of them; seriesStates the counts of all.
type (
	segmentStates = memo[stateQuestion, []hotspot.SegmentState]
	seriesStates  = memo[stateQuestion, hotspot.Series]
)

// segments are all segments, by their index, as a question wants them. They are
// shared and must not be changed.
func (c *call) segments(head log.Seq, q hotspot.Query) ([]hotspot.SegmentState, error) {
	return c.states.get(stateQuestion{head, q}, func() ([]hotspot.SegmentState, error) {
		return c.corpus.Segments(context.WithoutCancel(c.Request().Context()), q)
	})
}

// counts are the counts of all segments that a question wants.
func (c *call) counts(head log.Seq, q hotspot.Query) (hotspot.Series, error) {
	return c.series.get(stateQuestion{head, q}, func() (hotspot.Series, error) {
		return c.corpus.Series(context.WithoutCancel(c.Request().Context()), q)
	})
}
