package report

import (
	"errors"
	"fmt"
	"strings"
)

// Fault is one thing wrong with one record. It never holds a value of the record
// that could be personal: an unknown member is named, its value is not.
type Fault struct {
	Row    int    // of the file, from 1; 0: there are no rows
	Member string // JSON pointer or column: "/properties/count_min", "count_min"; empty: the whole record
	Detail string // what is wrong and how to mend it
}

func (f Fault) String() string {
	s := f.Detail
	if f.Member != "" {
		s = f.Member + ": " + s
	}
	if f.Row > 0 {
		s = fmt.Sprintf("row %d: %s", f.Row, s)
	}
	return s
}

// Faults is every thing wrong with one record, as an error.
type Faults []Fault

func (f Faults) Error() string {
	s := make([]string, len(f))
	for i := range f {
		s[i] = f[i].String()
	}
	return strings.Join(s, "; ")
}

// MaxFaults is how many faults of one record are listed. A record with more is
// none that somebody would mend by hand.
const MaxFaults = 100

// in says whether a member, something in it, or what it is in has a fault.
func (f Faults) in(member string) bool {
	for i := range f {
		if below(f[i].Member, member) || below(member, f[i].Member) {
			return true
		}
	}
	return false
}

// with notes what is wrong with a member, unless something already is or the list
// is full.
func (f Faults) with(member, detail string) Faults {
	if len(f) >= MaxFaults || f.in(member) {
		return f
	}
	return append(f, Fault{Member: member, Detail: detail})
}

var (
	// ErrNotFound says that no such report stands at the position asked for.
	ErrNotFound = errors.New("no such report")
	// ErrConflict says that the id is taken by a report with another body.
	ErrConflict = errors.New("this id already names a report with another body; send a correction (PUT) or choose another id")
)

// SyntaxError says that a text is not JSON (RFC 8259), so that nothing more can
// be said about it. Its text holds nothing of what was read.
type SyntaxError struct {
	Offset int    // in bytes, of what should not be there
	Detail string // what is wrong and how to mend it
	Cut    bool   // the text ends before its value does
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("not JSON at byte %d: %s", e.Offset, e.Detail)
}
