package report

import (
	"time"

	"github.com/paulmach/orb"

	"frontierwatch/geo/log"
)

// Query asks for the reports that stood at AsOf, newest first: by Start, then
// FID, both descending. The zero value asks for the newest of all.
type Query struct {
	// Boxes: a report matches if its point lies in one of them, or its stretch
	// meets one. Empty: everywhere. A box over the antimeridian is two boxes.
	Boxes []orb.Bound
	// From and To bound the observed interval, both inclusive; zero: open.
	From, To time.Time
	AsOf     log.AsOf
	// Kind further keeps the reports of a kind or not; nil keeps all. It must be
	// pure: it is asked about each kind once, and costs next to nothing.
	Kind func(Kind) bool
	// Match further keeps a version or not; nil keeps all. It must be pure, and may
	// not hold on to the version.
	Match func(*Version) bool
	Limit int  // of versions in the page; at least 1
	After *Key // continue behind this key; nil: from the newest
	// Count asks for Matched.
	Count bool
	// Lean asks for a page that makes its versions one by one: At in place of
	// Versions.
	Lean bool
}

// Key is the place of a report in the order of Query.
type Key struct {
	Start time.Time
	FID   int64
}

// Page is a part of an answer.
type Page struct {
	Versions []*Version
	At       func(i int) *Version // the i-th of N, good until the next is asked for; nil unless asked Lean
	N        int                  // versions in the page
	Next     *Key                 // behind the last of them; nil: there are no more
	Matched  int                  // of the whole query, the same on every page of one AsOf.Seq; -1: not counted
	Head     log.Seq              // the position the page was read at
}
