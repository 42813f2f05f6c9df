// Package logtest is the contract of data.Log as a suite that every store is run
// against: one clause for each thing the contract says.
//
// Bodies are real ones, because a store may show them in tables of its own.
package logtest

import (
	"context"
	"testing"

	"frontierwatch/data"
)

// Open opens a new, empty log for one clause, which closes it.
type Open func(t testing.TB) data.Log

// Clause is one part of the contract.
type Clause struct {
	Name  string
	Check func(t testing.TB, open Open)
}

// Clauses are all parts of the contract, but for durability, which only the
// store itself knows how to put to the test.
func Clauses() []Clause {
	return []Clause{
		{"an empty log has nothing", empty},
		{"entries are numbered and come back as they went in", numbered},
		{"numeric ids count by first appearance within the kind", numericIDs},
		{"any text comes back as it went in", anyText},
		{"times are kept in UTC and milliseconds and never fall", recorded},
		{"an empty batch writes nothing", emptyBatch},
		{"create of an id that is there", createAgain},
		{"correct and retract carry the revision they make", revise},
		{"a record that was never created is missing", missing},
		{"kinds do not share ids", kindsApart},
		{"a batch is as its entries one by one", withinBatch},
		{"what is not appended keeps nothing else from it", partial},
		{"an operation that nobody knows fails the whole batch", unknownOperation},
		{"a context that is done writes nothing", cancelled},
		{"random batches end as in a slow, obvious log", random},
		{"scan begins after a position", scanAfter},
		{"scan ends at the head of the time of the call", scanHead},
		{"scan stops at the first error", scanError},
		{"scan stops when its context is done", scanCancelled},
		{"scan and head beside append", beside},
		{"close waits, and everything after it fails", closing},
	}
}

// Run checks every clause.
func Run(t *testing.T, open Open) {
	for _, c := range Clauses() {
		t.Run(c.Name, func(t *testing.T) { c.Check(t, open) })
	}
}

// RunReopened checks that a log which was closed goes on where it ended. reopen
// opens again what open made.
func RunReopened(t *testing.T, open Open, reopen func(t testing.TB) data.Log) {
	first := use{t, open(t)}
	before := first.append(entry("a", 1), entry("b", 1), correct("a", 2, 2), later(entry("c", 1), 9))
	was := first.all()
	first.close()
	again := use{t, reopen(t)}
	defer again.close()
	if got := again.all(); !same(got, was) {
		t.Errorf("opened again the log holds %s, before it held %s", text(got), text(was))
	}
	if head, err := again.log.Head(context.Background()); err != nil || head != 4 {
		t.Errorf("opened again the head is %d, %v", head, err)
	}
	results := again.append(entry("a", 1), entry("b", 9), correct("b", 2, 2), entry("d", 1))
	want := outcomes("already", "conflict", "appended", "appended")
	if got := outcomesOf(results); got != want {
		t.Errorf("opened again the outcomes are %s, want %s", got, want)
	}
	if r := results[3]; r.Seq != 6 || r.FID != 4 || r.Recorded.Before(before[3].Recorded) {
		t.Errorf("the first new record after opening again is %+v", r)
	}
}
