// Package index holds every version of every report in memory and answers
// queries by place, time and position in the log.
//
// One goroutine writes; any number read snapshots. Readers never wait for the
// writer, nor it for them.
package index

import (
	"sync/atomic"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// Index is the writer's side. Its methods are for one goroutine at a time,
// except Snapshot, which any may call.
type Index struct {
	frontier *frontier.Frontier
	state    atomic.Pointer[state]
}

type state struct {
	head     log.Seq
	versions []*report.Version
}

// New is an empty index over a frontier, which gives stretches their geometry.
func New(f *frontier.Frontier) *Index {
	x := &Index{frontier: f}
	x.state.Store(&state{})
	return x
}

// Add takes versions in the order of the log. A version of a report that is
// there replaces the one before it; one that is Deleted ends the report.
func (x *Index) Add(versions ...*report.Version) {
	s := *x.state.Load()
	for _, v := range versions {
		if v.Seq > s.head {
			s.versions, s.head = append(s.versions, v), v.Seq
		}
	}
	x.state.Store(&s)
}

// Snapshot is the index as it is now.
func (x *Index) Snapshot() Snapshot {
	s := x.state.Load()
	return Snapshot{Head: s.head, state: s, frontier: x.frontier}
}
