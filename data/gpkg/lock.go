package gpkg

import (
	"errors"
	"fmt"
	"os"
)

// A file that is open for writing carries a lock of its own kind, beside those of
// SQLite: on one byte of the page at 1 GiB that SQLite never uses for data
// because its own locks lie there, behind them. So a second writing process is
// told at once, and not in the middle of its work; readers of any kind do not
// notice. The system gives the lock up when the process ends, however it ends.
const (
	lockByte   = 0x40000000 + 2048
	lockLength = 1
)

var errLocked = errors.New("locked")

// fileLock is the lock that is held. nil is none.
type fileLock struct{ file *os.File }

// keepOthersAway takes the lock of the file, which it makes if it is not there.
func (s *Store) keepOthersAway() (*fileLock, error) {
	if s.options.vfs != "" {
		return nil, nil // not a file of the operating system
	}
	f, err := os.OpenFile(s.path, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, fmt.Errorf("cannot be opened for writing: %w", reason(err))
	}
	if err := lockFile(f); err != nil {
		f.Close()
		if errors.Is(err, errLocked) {
			err = errors.New("is open for writing in another program (a server, or an import); stop that one first")
		}
		return nil, err
	}
	return &fileLock{f}, nil
}

// release gives the lock up.
func (l *fileLock) release() error {
	if l == nil {
		return nil
	}
	return l.file.Close()
}
