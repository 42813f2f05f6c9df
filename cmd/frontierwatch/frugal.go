package main

import (
	"runtime/debug"

	"frontierwatch/geo/log"
)

// frugal has garbage collected earlier than else while a long log is read, until done
// is called: the process would grow to up to twice what it holds in the end. Most of
// that are bytes that the collector need not look into, so that a round costs some
// milliseconds. Of a short log there is not much to save. It is for the start, when
// nothing else runs.
func frugal(entries log.Seq) (done func()) {
	const long, percent = 2_000_000, 10
	if entries < long {
		return func() {}
	}
	before := debug.SetGCPercent(percent)
	if before < percent { // GOGC says so, or off
		debug.SetGCPercent(before)
	}
	return func() { debug.SetGCPercent(before) }
}
