package gpkg

import (
	"io"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/vfs"

	"frontierwatch/geo/log"
)

// pages reads entries like columns, but where it can from the pages of the table
// themselves: SQLite takes five times as long to step from row to row, which is a quarter
// of the time that a store takes to start.
//
// It can as long as no pages are in the write-ahead log, as it is when a store is opened.
// While a connection reads that saw it so, nobody changes the file
// (https://sqlite.org/walformat.html, section 2.3.2, WAL_READ_LOCK(0)). What this reader
// does not expect, damage above all, it leaves to SQLite, which says what is the matter.
// Nor need anybody trust it: every entry is checked against the chain.
type pages struct {
	*columns
	root *sqlite3.Stmt // the first page of the table
	tree tree
}

func openPages(c *sqlite3.Conn) (entryReader, error) {
	k, err := openColumns(c)
	if err != nil {
		return k, err
	}
	file := databaseFile(c)
	if file == nil {
		return k, nil
	}
	root, _, err := c.Prepare(`SELECT rootpage FROM sqlite_schema WHERE type = 'table' AND name = 'report_events'`)
	return &pages{columns: k, root: root, tree: tree{file: file}}, err
}

func (k *pages) close() error { return first(k.root.Close(), k.columns.close()) }

// fill reads the entries from one position to another.
func (k *pages) fill(p *piece, from, to log.Seq) error {
	if k.direct(p, from, to) {
		return nil
	}
	return k.columns.fill(p, from, to)
}

// direct does so without SQLite, if it can. The statement reads as long as it is not
// reset.
func (k *pages) direct(p *piece, from, to log.Seq) bool {
	defer k.root.Reset()
	if !k.root.Step() {
		return false
	}
	if log := writeAheadLog(k.root.Conn()); log == nil || !unwritten(log) {
		return false
	}
	p.reset()
	next := from
	err := k.tree.rows(uint32(k.root.ColumnInt64(0)), int64(from), int64(to), func(seq int64, record []byte) error {
		if k.row.read(seq, record) != nil {
			return errOdd
		}
		err := p.add(&k.row, next, &k.words)
		next++
		return err
	})
	return err == nil && next == to+1
}

// unwritten says whether a write-ahead log has no pages, at the most room for some: it
// begins with a number that is not 0 (https://sqlite.org/fileformat2.html, section 4.1).
func unwritten(log vfs.File) bool {
	var magic [4]byte
	n, err := log.ReadAt(magic[:], 0)
	return n == 0 && err == io.EOF || n == len(magic) && magic == [4]byte{}
}
