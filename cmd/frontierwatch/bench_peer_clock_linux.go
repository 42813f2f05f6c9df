package main

import (
	"errors"
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

// listening is the process that listens on a TCP port of this machine.
func listening(port string) (pid int, err error) {
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return 0, err
	}
	const listens = "0A" // proc(5), net/tcp
	sockets := map[string]bool{}
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		text, err := os.ReadFile(table)
		if err != nil {
			continue // without IPv6 there is no such table
		}
		for line := range strings.Lines(string(text)) {
			if f := strings.Fields(line); len(f) > 9 && f[3] == listens && strings.HasSuffix(f[1], fmt.Sprintf(":%04X", number)) {
				sockets["socket:["+f[9]+"]"] = true
			}
		}
	}
	open, err := filepath.Glob("/proc/[0-9]*/fd/*")
	for _, path := range open {
		if to, err := os.Readlink(path); err == nil && sockets[to] {
			return strconv.Atoi(strings.Split(path, "/")[2])
		}
	}
	return 0, errors.Join(err, fmt.Errorf("no process of this machine that one may look at listens on port %s", port))
}

// mustBe says whether the processes are of this machine and of that name.
func mustBe(name string, pids []int) error {
	for _, pid := range pids {
		text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "comm"))
		const most = 15 // bytes of a name that are kept
		if err != nil || !strings.HasPrefix(string(text), name[:min(len(name), most)]) {
			return fmt.Errorf("process %d is not a %s of this machine, so that its processor time cannot be read", pid, name)
		}
	}
	return nil
}
