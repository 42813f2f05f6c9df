// Package series counts people by segment, UTC day and unit.
package series

import (
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

// Set is the writer's side.
type Set struct{ line *frontier.Frontier }

// Snapshot is the counts at one moment, immutable.
type Snapshot struct{ line *frontier.Frontier }

// New is an empty set over a frontier.
func New(f *frontier.Frontier) *Set { return &Set{line: f} }

// Replace takes what old counts out and puts what next counts in.
func (s *Set) Replace(old, next *report.Version) {}

// Snapshot is the set as it is now.
func (s *Set) Snapshot() Snapshot { return Snapshot{line: s.line} }

// Version changes with every change of counts; 0 for the empty set.
func (s Snapshot) Version() uint64 { return 0 }

// Units lists the units that anything was reported in, sorted.
func (s Snapshot) Units() []report.Unit { return nil }

// Check walks every invariant.
func (s Snapshot) Check() error { return nil }
