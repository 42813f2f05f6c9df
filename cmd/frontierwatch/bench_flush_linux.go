package main

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// flushCall is how the store makes its files durable here.
const flushCall = "fdatasync"

func flushData(file *os.File) error {
	for {
		if err := unix.Fdatasync(int(file.Fd())); !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}
