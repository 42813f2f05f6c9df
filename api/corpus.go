// Package api answers HTTP: OGC API – Features over the corpus, as GeoJSON, with
// every fault of a request in one problem (RFC 9457).
package api

import (
	"context"
	"time"

	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/guard"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// Corpus is what the API needs of the truth behind it. Every method may be
// called from any goroutine; none waits for a writer but Add, Correct
// and Retract. What is returned
// is shared and must not be changed.
type Corpus interface {
	Frontier() *frontier.Frontier

	Guarding

	// Head is the newest position and when it was recorded (zero: empty log).
	Head() (log.Seq, time.Time)

	// Found is the position for which detection answers questions about a UTC day that
	// ask for nothing earlier, and when it was recorded: the newest, or while much arrives
	// one that was a second ago. Questions as of it are not counted again. Settle makes that
	// what is visible now is in whatever is found from then on.
	Found(ctx context.Context, day time.Time) (log.Seq, time.Time)
	Settle()

	// Ready is nil when the corpus accepts reports, else says why not.
	Ready() error

	// Add makes the reports durable, one result for each. A report that is
	// refused (report.Faults, *frontier.TooFarError, ErrConflict) has its error
	// in its result and does not keep the others from being stored. err is for
	// what concerns all of them: the store is full or closed.
	Add(ctx context.Context, actor string, reports []report.Report) (results []report.Added, err error)

	// Correct replaces reports by their next revisions and Retract takes one back;
	// a revision is the number that the new entry makes. ErrConflict: it is not the
	// next, since somebody else was faster. ErrNotFound: there is no such report.
	Correct(ctx context.Context, actor string, reports []report.Report, revisions []int) (results []report.Added, err error)
	Retract(ctx context.Context, actor, id string, revision int) (report.Added, error)

	// SwapPost and SwapSource put next in the place of old, which must be what
	// stands: without old a new record, without next a retraction. report.Faults:
	// it is not valid; ErrConflict: something else stands there, or stood there
	// once; ErrNotFound: nothing does.
	SwapPost(ctx context.Context, actor string, old, next *guard.Post) error
	SwapSource(ctx context.Context, actor string, old, next *report.Source) error

	// Check says what Add would refuse, and stores nothing.
	Check(ctx context.Context, reports []report.Report) []report.Added

	// Reports answers a query; Report one report as it stood. A report that was
	// never there, not yet or no longer is report.ErrNotFound.
	Reports(ctx context.Context, q report.Query) (report.Page, error)
	Report(ctx context.Context, id string, at log.AsOf) (*report.Version, error)

	// Entries yields the entries of the log after a position, in order and without a
	// gap, up to the head. It stops at the first error of yield and returns it.
	// Bodies may not be kept.
	Entries(ctx context.Context, after log.Seq, yield func(log.Entry) error) error

	// Wait returns nil once entries after a position are visible, else why ctx ended.
	Wait(ctx context.Context, after log.Seq) error

	// Places tells where the reports are that answer a query, all of them, in no
	// particular order.
	Places(ctx context.Context, q report.Query, to report.Places) error

	// Touched says whether a report in a box has come, was changed or has gone since a
	// position: false, where a question about the box has the answer that it had then.
	Touched(after log.Seq, box orb.Bound) bool

	// Lately is of which positions an answer about reports may be that was made before:
	// given from least on, and from renewed on not even made anew beside that. Both are the
	// newest, but while much arrives they are of the last second, and never of before
	// something was changed, taken back or overwritten, or before Settle.
	Lately() (least, renewed log.Seq)

	Sources(ctx context.Context, at log.AsOf) ([]report.SourceState, error)
	Ports(ctx context.Context, at time.Time) ([]guard.PortState, error)
	Posts(ctx context.Context, at log.AsOf) ([]guard.PostState, error)

	Segments(ctx context.Context, q hotspot.Query) ([]hotspot.SegmentState, error)
	Series(ctx context.Context, q hotspot.Query) (hotspot.Series, error)
	Hotspots(ctx context.Context, q hotspot.Query) ([]hotspot.Hotspot, error)
	Flags(ctx context.Context, q hotspot.Query) ([]hotspot.Flag, error)

	// Flag is one of Flags with what was done about it, PutFlag does something about it:
	// hotspot.ErrNotFound, ErrState and ErrStep say why it could not.
	Flag(ctx context.Context, id string, q hotspot.Query) (hotspot.Flag, []hotspot.Taken, error)
	PutFlag(ctx context.Context, actor, id, state, reason string, q hotspot.Query) error

	// Receipt is what a flag or hot spot of the day of q was reckoned from, or
	// hotspot.ErrNotFound.
	Receipt(ctx context.Context, id string, q hotspot.Query) (hotspot.Receipt, error)
}
