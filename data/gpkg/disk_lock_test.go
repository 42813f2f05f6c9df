package gpkg

import (
	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/vfs"
)

// locks are those of SQLite on one file, for all who have it open.
type locks struct {
	shared            int
	reserved, pending bool
}

func (f *file) Lock(lock vfs.LockLevel) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.lock >= lock {
		return nil
	}
	l := &f.locks
	switch lock {
	case vfs.LOCK_SHARED:
		if l.pending {
			return sqlite3.BUSY
		}
		l.shared++
	case vfs.LOCK_RESERVED:
		if l.reserved {
			return sqlite3.BUSY
		}
		l.reserved = true
	case vfs.LOCK_EXCLUSIVE:
		if f.lock < vfs.LOCK_PENDING {
			if l.pending {
				return sqlite3.BUSY
			}
			l.pending, f.lock = true, vfs.LOCK_PENDING
		}
		if l.shared > 1 {
			return sqlite3.BUSY
		}
	}
	f.lock = lock
	return nil
}

func (f *file) Unlock(lock vfs.LockLevel) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.lock <= lock {
		return nil
	}
	l := &f.locks
	if f.lock >= vfs.LOCK_RESERVED {
		l.reserved = false
	}
	if f.lock >= vfs.LOCK_PENDING {
		l.pending = false
	}
	if lock < vfs.LOCK_SHARED {
		l.shared--
	}
	f.lock = lock
	return nil
}

func (f *file) CheckReservedLock() (bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.locks.reserved, nil
}
