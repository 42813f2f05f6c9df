// Package cql2 reads filters of the OGC Common Query Language (OGC 21-065r2,
// CQL2 1.0), as text and as JSON, into one tree, writes the tree as either, and
// decides by it which features are kept. It knows no HTTP.
//
// What it takes: AND, OR, NOT; the six comparisons; LIKE, BETWEEN, IN, IS NULL;
// CASEI; the spatial predicates with points, lines, polygons, collections of them
// and boxes; the temporal predicates over dates, timestamps and intervals; the array
// predicates over lists of text. It has no arithmetic, no functions and no ACCENTI.
//
// Logic has three values: a predicate about a property that has no value is
// neither true nor false, and a feature is kept where the whole filter is true.
package cql2

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb"
)

// Op says what a node is. Operators have the name that they have in CQL2 JSON.
type Op string

const (
	And     Op = "and"
	Or      Op = "or"
	Not     Op = "not"
	Equal   Op = "="
	Unequal Op = "<>"
	Less    Op = "<"
	Most    Op = "<="
	Greater Op = ">"
	Least   Op = ">="
	Like    Op = "like"
	Between Op = "between"
	In      Op = "in"
	IsNull  Op = "isNull"
	CaseI   Op = "casei"

	// What follows has no operator in JSON.

	Property  Op = "property"
	Text      Op = "text"
	Number    Op = "number"
	Truth     Op = "truth"
	Date      Op = "date"
	Timestamp Op = "timestamp"
	Interval  Op = "interval" // Args: its beginning and its end
	Open      Op = "open"     // an end that an interval does not have
	Geometry  Op = "geometry"
	BBox      Op = "bbox"
	List      Op = "list" // what In looks through, or an array
)

// Node is a filter, or a part of one. The zero value is none.
type Node struct {
	Op     Op
	Args   []Node
	Text   string       // of Text; name of a Property
	Number float64      // finite
	Truth  bool         //
	Time   time.Time    // UTC; of a Date the beginning of the day
	Shape  orb.Geometry // longitude, latitude (CRS84), degrees
	Box    [4]float64   // west, south, east, north; west may lie east of east

	at place
}

// place is where a node stood in what was read.
type place struct {
	character int    // of text, from 1
	pointer   string // of JSON
	json      bool
}

const (
	// MaxLength is how many bytes a filter may have.
	MaxLength = 32 << 10
	// MaxDepth is how deep parentheses, or operators in JSON, may be nested.
	MaxDepth = 64
)

// Error says what is wrong with a filter, where, and how to mend it. Its text
// holds nothing of the filter.
type Error struct {
	Character int    // of a text, from 1; 0: it was JSON
	Pointer   string // into JSON (RFC 6901)
	Detail    string
}

func (e *Error) Error() string {
	switch {
	case e.Character > 0:
		return fmt.Sprintf("at character %d: %s", e.Character, e.Detail)
	case e.Pointer != "":
		return fmt.Sprintf("at %s: %s", e.Pointer, e.Detail)
	}
	return e.Detail
}

func (p place) fault(detail string) error {
	return &Error{Character: p.character, Pointer: p.pointer, Detail: detail}
}

// spatial, temporal and array list the predicates that take two geometries, two
// times, and two arrays.
func spatial() []Op {
	return []Op{"s_contains", "s_crosses", "s_disjoint", "s_equals", "s_intersects", "s_overlaps", "s_touches", "s_within"}
}

func temporal() []Op {
	return []Op{
		"t_after", "t_before", "t_contains", "t_disjoint", "t_during", "t_equals", "t_finishedBy", "t_finishes",
		"t_intersects", "t_meets", "t_metBy", "t_overlappedBy", "t_overlaps", "t_startedBy", "t_starts",
	}
}

func array() []Op { return []Op{"a_containedBy", "a_contains", "a_equals", "a_overlaps"} }

// among finds an operator by its name, in any case: CQL2 text does not care for
// it, and drafts of CQL2 JSON wrote t_finishedby.
func among(ops []Op, name string) (Op, bool) {
	i := slices.IndexFunc(ops, func(op Op) bool { return strings.EqualFold(string(op), name) })
	if i < 0 {
		return "", false
	}
	return ops[i], true
}

func comparisons() []Op { return []Op{Equal, Unequal, Less, Most, Greater, Least} }
