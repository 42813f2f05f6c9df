package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// spentBy is the processor time, of the system too, that processes of this machine
// have taken with all of their threads, to the nanosecond; clock_getcpuclockid(3)
// says how the clock of a process is named.
func spentBy(pids []int) (sum time.Duration, err error) {
	const scheduled = 2 // CPUCLOCK_SCHED
	for _, pid := range pids {
		var t unix.Timespec
		if err := unix.ClockGettime(int32(^pid<<3|scheduled), &t); err != nil {
			return 0, fmt.Errorf("the clock of process %d: %w", pid, err)
		}
		sum += time.Duration(t.Nano())
	}
	return sum, nil
}

// mustBe says whether the processes are of this machine and of that name.
func mustBe(name string, pids []int) error {
	for _, pid := range pids {
		text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "comm"))
		if err != nil || !strings.HasPrefix(string(text), name) {
			return fmt.Errorf("process %d is not a %s of this machine, so that its processor time cannot be read", pid, name)
		}
	}
	return nil
}
