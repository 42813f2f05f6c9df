//go:build !linux

package main

import "time"

// threadTime is the clock where the processor time of a thread is not to be had.
func threadTime() time.Duration { return time.Duration(time.Now().UnixNano()) }

func processTime() time.Duration { return threadTime() }

// residentBytes is not known here.
func residentBytes() float64 { return 0 }

// peakBytes is not known either.
func peakBytes() float64 { return 0 }

func forgetPeak() {}

// machineBytes is not known either.
func machineBytes() uint64 { return 0 }
