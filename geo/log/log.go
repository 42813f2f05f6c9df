// Package log is the vocabulary of the append-only log: what an entry is, what
// may be asked of a position in it, and how an append can end. It stores
// nothing; the stores and the corpus speak it to each other.
package log

import (
	"errors"
	"fmt"
	"time"
)

var (
	// ErrFull says that the store has no space left. Nothing was written.
	ErrFull = errors.New("the store is full")
	// ErrClosed says that the log was closed before the call.
	ErrClosed = errors.New("the log is closed")
	// ErrUnreachable says that the store could not be asked. Nothing was written.
	ErrUnreachable = errors.New("the store cannot be reached")
	// ErrUnknown says that a commit may or may not have happened.
	ErrUnknown = errors.New("it is not known whether the write happened")
)

// Seq is a position in the log. The first entry has 1; 0 is before all of them.
type Seq uint64

// Kind names what an entry is about.
type Kind string

const (
	Report Kind = "report"
	Post   Kind = "post"
	Source Kind = "source"
	Flag   Kind = "flag"

	// What follows is of the server and no part of what it knows of the frontier:
	// it is shown to nobody but administrators.
	Key          Kind = "key"          // who may ask, and for what
	Subscription Kind = "subscription" // who is told, and of what
)

// Own says whether a kind is of the server itself.
func (k Kind) Own() bool { return k == Key || k == Subscription }

// Operation names what an entry does to its record.
type Operation string

const (
	Create  Operation = "create"
	Correct Operation = "correct" // replaces the record's body
	Retract Operation = "retract" // the record no longer stands; Body is empty
	Redact  Operation = "redact"  // what the record said before is overwritten; see Entry.Past
)

// Entry is one line of the log. Entries are never removed, and nothing in them is
// ever changed but bodies, by Redact.
type Entry struct {
	Seq      Seq    // given by the store, consecutive from 1
	FID      int64  // given by the store: 1, 2, 3 … by first appearance of ID within Kind
	Kind     Kind   //
	ID       string // of the record, unique within Kind
	Revision int    // 1 for Create, then one more for each entry of the same record
	Op       Operation
	Recorded time.Time // UTC, milliseconds; the store raises it to that of the entry before if it is less
	Actor    string    // who asked, "local" without credentials
	Reason   string    // may be empty
	Body     []byte    // the record's canonical JSON; empty for Retract and Redact, and where it was erased
	// Says is what Body says, as whoever appends has it at hand anyway: of a report a
	// *report.Report, exactly as its body is read. A store that shows it may use this and
	// not read the body again; nil: it reads the body. It is nil in entries that are read.
	Says any
	// Past is of a Redact that is appended: the bodies that take the place of those of
	// the record's entries so far, one for each, in their order. Those of entries
	// without a body are empty. An empty one erases; where it is the newest, nothing but
	// Redact follows in the record. It is nil in entries that are read.
	Past [][]byte
}

// Erased says whether the entry said something once that was erased.
func (e *Entry) Erased() bool { return len(e.Body) == 0 && (e.Op == Create || e.Op == Correct) }

// Admissible says why no log can take an entry, whatever it holds; nil: it can.
func (e *Entry) Admissible() error {
	switch e.Op {
	case Create, Correct, Retract:
	case Redact:
		if e.Kind != Report {
			return fmt.Errorf("would overwrite a %s; only reports can be", e.Kind)
		}
	default:
		return fmt.Errorf("has the unknown operation %q", e.Op)
	}
	if year := e.Recorded.UTC().Year(); year < 0 || year > 9999 {
		return fmt.Errorf("was recorded in the year %d", year)
	}
	return nil
}

// Result says what became of one entry of an Append.
type Result struct {
	Outcome  Outcome
	Seq      Seq // of the entry, or of the one that was already there
	FID      int64
	Revision int       // of the record as it now stands
	Recorded time.Time // of the entry, or of the one that was already there
}

// Outcome is how the append of one entry ended. The zero value is invalid.
type Outcome uint8

const (
	_        Outcome = iota
	Appended         // written, durable
	Already          // the same record with the same body was there before: nothing written
	Conflict         // another body under this id, or not the next revision: nothing written
	Missing          // a revision of a record that is not there: nothing written
)

func (o Outcome) String() string {
	switch o {
	case Appended:
		return "appended"
	case Already:
		return "already"
	case Conflict:
		return "conflict"
	case Missing:
		return "missing"
	}
	return fmt.Sprintf("outcome(%d)", uint8(o))
}

// AsOf asks for the state at an earlier position or an earlier knowledge. The
// zero value asks for all that is there now.
type AsOf struct {
	Seq   Seq       // entries up to and including Seq; 0: no bound
	Known time.Time // entries known (published, else recorded) at or before; zero: no bound
}

// IsZero says whether nothing is bounded.
func (a AsOf) IsZero() bool { return a.Seq == 0 && a.Known.IsZero() }
