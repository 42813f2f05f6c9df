package gpkg

import (
	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/vfs"
)

// SQLite writes a commit to the write-ahead log in two pieces a page, each a call of
// the system, though all of them follow each other. A gatherer hands them over at
// once. It only gathers for the writer, who syncs the log at the end of a commit and
// says only then, in the shared memory, that there is more of it: so nobody looks for
// what is not in the file yet, and nothing is acknowledged before it is on the disk.

const (
	gatherPiece = 64 << 10  // longer ones are not worth copying
	gatherMost  = 256 << 10 // bytes that are kept back
)

// gatheringSystem makes the operating system's files with gatherers known to SQLite, as
// often as it is called, and says under which name.
func gatheringSystem() string {
	const name = "frontierwatch"
	vfs.Register(name, gathering{vfs.Find("").(vfs.VFSFilename)})
	return name
}

// gathering is a file system whose write-ahead logs are gatherers.
type gathering struct{ vfs.VFSFilename }

// OpenFilename is that of vfs.VFSFilename.
func (g gathering) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	f, got, err := g.VFSFilename.OpenFilename(name, flags)
	if err == nil && flags&vfs.OPEN_WAL != 0 {
		f = &gatherer{File: f}
	}
	return f, got, err
}

// gatherer is a file that keeps back what is written to it until it is synced or
// asked for, once that is switched on.
type gatherer struct {
	vfs.File
	on      bool
	syncing func() // called once before the next sync of pages, with all written; nil: nobody is
	at      int64  // of what is kept back
	kept    []byte
}

// WriteAt keeps back small pieces that follow each other.
func (g *gatherer) WriteAt(p []byte, at int64) (int, error) {
	if len(g.kept) > 0 && (at != g.at+int64(len(g.kept)) || len(g.kept)+len(p) > gatherMost) {
		if err := g.flush(); err != nil {
			return 0, err
		}
	}
	if !g.on || len(p) > gatherPiece {
		return g.File.WriteAt(p, at)
	}
	if len(g.kept) == 0 {
		g.at = at
	}
	g.kept = append(g.kept, p...)
	return len(p), nil
}

// flush writes what is kept back. If that fails it is given up, as what SQLite itself
// could not write is.
func (g *gatherer) flush() error {
	if len(g.kept) == 0 {
		return nil
	}
	_, err := g.File.WriteAt(g.kept, g.at)
	g.kept = g.kept[:0]
	return err
}

// ReadAt finds what was kept back in the file too, as all that follow do.
func (g *gatherer) ReadAt(p []byte, at int64) (int, error) {
	if err := g.flush(); err != nil {
		return 0, err
	}
	return g.File.ReadAt(p, at)
}

// Truncate is that of vfs.File.
func (g *gatherer) Truncate(size int64) error {
	if err := g.flush(); err != nil {
		return err
	}
	return g.File.Truncate(size)
}

// Sync writes in one piece what was kept back, and makes it durable. The disk begins
// with it before somebody is told, and goes on meanwhile. The header of a log that begins
// anew is synced by itself, before the pages are written.
func (g *gatherer) Sync(flags vfs.SyncFlag) error {
	at, n := g.at, int64(len(g.kept))
	if err := g.flush(); err != nil {
		return err
	}
	if told := g.syncing; told != nil && n > walHeader {
		g.syncing = nil
		beginWriting(g.File, at, n)
		told()
	}
	return g.File.Sync(flags)
}

// Size counts what was kept back.
func (g *gatherer) Size() (int64, error) {
	if err := g.flush(); err != nil {
		return 0, err
	}
	return g.File.Size()
}

// Close is that of vfs.File.
func (g *gatherer) Close() error {
	err := g.flush()
	return first(err, g.File.Close())
}

// writeAheadLog is the file that a connection writes its commits to.
func writeAheadLog(c *sqlite3.Conn) vfs.File { return fileOf(c, sqlite3.FCNTL_JOURNAL_POINTER) }

// databaseFile is the file that a connection reads, without what is in the write-ahead
// log.
func databaseFile(c *sqlite3.Conn) vfs.File { return fileOf(c, sqlite3.FCNTL_FILE_POINTER) }

// fileOf is a file of a connection; nil: it has none.
func fileOf(c *sqlite3.Conn, which sqlite3.FcntlOpcode) vfs.File {
	f, err := c.FileControl("main", which)
	if err != nil {
		return nil
	}
	file, _ := f.(vfs.File)
	return file
}

// gather switches the gatherer of a connection on, if it has one. The connection must
// sync at the end of each commit (synchronous=FULL).
func gather(c *sqlite3.Conn) *gatherer {
	g, ok := writeAheadLog(c).(*gatherer)
	if ok {
		g.on = true
	}
	return g
}
