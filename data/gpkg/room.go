package gpkg

import "github.com/ncruces/go-sqlite3/vfs"

// The write-ahead log is lengthened with zeros, behind all that SQLite has written to it,
// where the next commits are about to. To write over what the file system has placed
// already becomes durable in half the time that it takes to lengthen a file (220 µs
// beside 420 for three pages): that has to bring a journal of the file system to the disk
// too. Whoever reads the log stops where the pages end that belong together, at the latest
// at the zeros.
//
// Nothing hangs on it, so that what fails is left.

const (
	roomPages = 64      // by how many pages commits lengthen it at once
	roomPiece = 1 << 20 // by how many bytes it is lengthened while nobody writes

	walHeader   = 32 // bytes before the first page of a write-ahead log
	frameHeader = 24 // bytes before each page
)

// Idle lengthens the write-ahead log by a piece, as long as it may become before it is
// moved into the file, and says whether it is to be longer. So the commits of a store
// that was just opened need not do so. It may be called where Append may.
func (s *Store) Idle() (more bool) {
	if s.enter() != nil {
		return false
	}
	defer s.idle.Done()
	return s.writer != nil && !s.options.alone && s.writer.rest()
}

// rest does what Idle does.
func (w *writer) rest() (more bool) {
	whole := w.frames(w.most + w.most/8) // it is moved beside the commits that follow
	if w.room >= whole {
		return false
	}
	ok := w.lengthen(whole, int(min(roomPiece, whole-w.room)), true)
	return ok && w.room < whole
}

// makeRoom lengthens the log after a commit, where there is none for a few like it. A
// commit of many pages lengthens it by itself.
func (w *writer) makeRoom(before int) {
	if w.pages-before > roomPages/4 {
		return
	}
	if least := w.frames(w.pages + roomPages/8); least > w.room {
		w.lengthen(least, roomPages*(w.pageSize+frameHeader), false)
	}
}

// frames is how many bytes a log with so many pages has.
func (w *writer) frames(pages int) int64 {
	return walHeader + int64(pages)*int64(w.pageSize+frameHeader)
}

// lengthen adds n bytes to the log unless it has the least it should, and makes them
// durable at once or with the next commit. It says whether that went well.
func (w *writer) lengthen(least int64, n int, durable bool) (ok bool) {
	log := writeAheadLog(w.conn)
	if log == nil {
		return false
	}
	size, err := log.Size()
	if err == nil && least > size {
		if _, err = log.WriteAt(make([]byte, n), size); err != nil {
			_ = log.Truncate(size) // gives back what others may need more
			return false
		}
		size += int64(n)
		if durable {
			err = log.Sync(vfs.SYNC_FULL)
		}
	}
	if err != nil {
		return false
	}
	w.room = size
	return true
}
