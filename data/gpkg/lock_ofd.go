//go:build linux || darwin

package gpkg

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// lockFile locks the byte for this opening of the file (OFD), which unlike POSIX
// locks is not lost when another opening in the same process is closed.
func lockFile(f *os.File) error {
	err := unix.FcntlFlock(f.Fd(), setLock, &unix.Flock_t{Type: unix.F_WRLCK, Start: lockByte, Len: lockLength})
	if errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EACCES) {
		return errLocked
	}
	return err
}
