package main

import (
	"runtime/debug"
	"testing"
)

// The peak is what was there at once, and stays when it is given back.
func TestThePeakStays(t *testing.T) {
	const much = 128 << 20
	before := residentBytes()
	room := make([]byte, much)
	for i := 0; i < much; i += 4096 {
		room[i] = 1
	}
	room = nil
	debug.FreeOSMemory()
	if peak, now := peakBytes(), residentBytes(); peak < before+much/2 || now > peak-much/2 || room != nil {
		t.Errorf("the peak is %.0f, with %.0f before and %.0f now", peak, before, now)
	}
}
