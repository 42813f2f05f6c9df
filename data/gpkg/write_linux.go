package gpkg

import (
	"github.com/ncruces/go-sqlite3/vfs"
	"golang.org/x/sys/unix"
)

// beginWriting lets the disk begin with n bytes of a file at once, and does not wait for
// it. It promises nothing: what cannot be written is said by the sync that follows.
func beginWriting(f vfs.File, at, n int64) {
	if f, ok := f.(interface{ Fd() uintptr }); ok {
		_ = unix.SyncFileRange(int(f.Fd()), at, n, unix.SYNC_FILE_RANGE_WRITE)
	}
}
