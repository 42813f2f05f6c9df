package main

import (
	"bytes"
	"os"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// threadTime is the processor time that the calling thread has taken.
func threadTime() time.Duration { return clock(unix.CLOCK_THREAD_CPUTIME_ID) }

// processTime is that of the whole process.
func processTime() time.Duration { return clock(unix.CLOCK_PROCESS_CPUTIME_ID) }

func clock(id int32) time.Duration {
	var t unix.Timespec
	if unix.ClockGettime(id, &t) != nil {
		return 0
	}
	return time.Duration(t.Nano())
}

// residentBytes is how much memory the process has; 0: that is not known.
func residentBytes() float64 {
	text, err := os.ReadFile("/proc/self/statm")
	fields := bytes.Fields(text)
	if err != nil || len(fields) < 2 {
		return 0
	}
	pages, _ := strconv.Atoi(string(fields[1]))
	return float64(pages * os.Getpagesize())
}

// peakBytes is the most memory that the process had at once; 0: that is not known.
func peakBytes() float64 {
	text, err := os.ReadFile("/proc/self/status")
	_, line, found := bytes.Cut(text, []byte("VmHWM:"))
	fields := bytes.Fields(line)
	if err != nil || !found || len(fields) < 2 {
		return 0
	}
	kilobytes, _ := strconv.Atoi(string(fields[0]))
	return float64(kilobytes) * 1024
}

// forgetPeak makes the peak that of what follows; where the system does not allow it,
// that of the whole process stands.
func forgetPeak() { _ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) }

// machineBytes is how much memory the machine has; 0: that is not known.
func machineBytes() uint64 {
	var info unix.Sysinfo_t
	if unix.Sysinfo(&info) != nil {
		return 0
	}
	return uint64(info.Totalram) * uint64(info.Unit)
}
