package gpkg

import (
	"github.com/ncruces/go-sqlite3"

	"frontierwatch/geo/log"
)

// pages reads entries like columns, but where it can from the pages of the table
// themselves: SQLite takes five times as long to step from row to row, which is a quarter
// of the time that a store takes to start.
//
// It can as long as the write-ahead log is empty, as it is when a store is opened. While
// a connection reads that saw it empty, nobody changes the file
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
	if log := writeAheadLog(k.root.Conn()); log == nil {
		return false
	} else if size, err := log.Size(); err != nil || size != 0 {
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
