package main

import (
	"runtime/debug"
	"testing"
)

func TestFrugalPutsBackWhatWasSet(t *testing.T) {
	first := debug.SetGCPercent(100)
	defer debug.SetGCPercent(first)
	for before, during := range map[int]int{100: 10, 400: 10, 5: 5, -1: -1} {
		debug.SetGCPercent(before)
		done := frugal(10_000_000)
		got := debug.SetGCPercent(during)
		done()
		if after := debug.SetGCPercent(before); got != during || after != before {
			t.Errorf("%d is %d meanwhile and %d after, want %d", before, got, after, during)
		}
	}
	debug.SetGCPercent(100)
	defer frugal(1000)()
	if got := debug.SetGCPercent(100); got != 100 {
		t.Errorf("a short log is read with %d", got)
	}
}
