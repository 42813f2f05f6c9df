package api

import (
	"context"
	"slices"
	"sync"

	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
)

// keptSegments is how many states of all segments are remembered: the present
// one, by unit and window, and some of the past.
const keptSegments = 8

// segmentStates remembers the states of all segments, since every box and every
// single segment is picked from all of them. They are asked for once for a
// question, by the first that asks; the others wait for that.
type segmentStates struct {
	mu  sync.Mutex
	all []*segmentAnswer // oldest first
}

type segmentAnswer struct {
	head  log.Seq
	query hotspot.Query

	once   sync.Once
	states []hotspot.SegmentState
	err    error
}

// segments are all segments, by their index, as a question wants them. They are
// shared and must not be changed.
func (c *call) segments(head log.Seq, q hotspot.Query) ([]hotspot.SegmentState, error) {
	a := c.states.find(head, q)
	a.once.Do(func() {
		a.states, a.err = c.corpus.Segments(context.WithoutCancel(c.Request().Context()), q)
	})
	if a.err != nil {
		c.states.forget(a)
	}
	return a.states, a.err
}

func (s *segmentStates) find(head log.Seq, q hotspot.Query) *segmentAnswer {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.all {
		if a.head == head && a.query == q {
			return a
		}
	}
	if len(s.all) == keptSegments {
		s.all = slices.Delete(s.all, 0, 1)
	}
	a := &segmentAnswer{head: head, query: q}
	s.all = append(s.all, a)
	return a
}

func (s *segmentStates) forget(a *segmentAnswer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = slices.DeleteFunc(s.all, func(other *segmentAnswer) bool { return other == a })
}
