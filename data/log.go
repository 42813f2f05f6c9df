package data

import (
	"context"

	"frontierwatch/geo/log"
)

// Log is the append-only truth under a Corpus. data/logtest holds the contract
// that every store is run against.
//
// One goroutine at a time calls Append; Scan and Head may run beside it.
type Log interface {
	// Append writes the entries in their order, in one transaction, and returns
	// when they are durable: they survive kill -9 and a power cut from then on.
	// There is one result for each entry.
	//
	// Create of an id that is there: Already if the body equals that of the
	// record's first or current revision, else Conflict. Correct and Retract
	// carry the revision they make: Already if that revision is there with the
	// same operation and body, Conflict if it is not the next, Missing if the id
	// was never created. The order within one batch counts as it does between
	// batches. Entries that are not appended do not keep the others from it.
	//
	// Redact carries the revision it makes and a body for each entry of the record
	// (see log.Entry.Past), which it overwrites in the same transaction: Conflict where
	// they are not as many. A record whose newest body was erased takes nothing else:
	// Conflict. Stores may refuse it for kinds other than log.Report.
	//
	// On error nothing of the batch was written, or (log.ErrUnknown) it cannot be
	// told; the same batch may be tried again.
	Append(ctx context.Context, entries []log.Entry) ([]log.Result, error)

	// Scan calls yield for each entry after the given position, in order and
	// without a gap, up to the head at the time of the call. It stops at the
	// first error of yield and returns it. Bodies may not be kept after yield
	// returns. That of a Redact is empty.
	Scan(ctx context.Context, after log.Seq, yield func(log.Entry) error) error

	// Head is the position of the newest entry, 0 when there is none.
	Head(ctx context.Context) (log.Seq, error)

	// Close waits for what is under way and releases the store.
	Close() error
}

// Shared is a log that others write too. A corpus over one reads back what it
// appends, in the order of the log, with what the others wrote between.
type Shared interface {
	Log

	// Wait returns when there may be entries after a position. An error says that
	// the log cannot be reached, or that ctx has ended; Wait paces itself, so that
	// it may be called again at once. It may run beside everything else.
	Wait(ctx context.Context, after log.Seq) error
}

// Early is a log that knows what becomes of entries some time before they are durable.
type Early interface {
	Log

	// AppendEarly is Append, which calls known at most once as soon as only the disk can
	// still fail. If it fails then, nothing of what known was told has happened.
	AppendEarly(ctx context.Context, entries []log.Entry, known func([]log.Result)) ([]log.Result, error)
}

// Idler is a log that has something to do while nobody writes to it.
type Idler interface {
	Log

	// Idle does some of it, in a few milliseconds, and says whether there is more. It is
	// called by who calls Append, between two of them.
	Idle() (more bool)
}
