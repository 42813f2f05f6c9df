package gpkg

import (
	"errors"
	"fmt"

	"github.com/ncruces/go-sqlite3"

	"frontierwatch/geo/log"
)

// Between two commits the writer goes on reading the state that the first has left. So
// the second begins where the first ended: SQLite refuses to let it write over what
// somebody else has written since, and it need not look whether there is any, nor find
// and lock what it reads anew (4 of 6 locks of a commit). Whoever moves the write-ahead
// log into the file can move no more than what was there when the writer began to read,
// so it lets go before that.

// start begins a transaction, in which nobody else has written to the log.
func (w *writer) start() error {
	err := w.begin.Exec()
	if w.holds && errors.Is(err, sqlite3.BUSY) { // somebody writes, or has written
		w.let()
		err = w.begin.Exec()
	}
	if err != nil || w.holds {
		return err
	}
	if err := w.alone(); err != nil {
		return err
	}
	w.holds = w.held.Step()
	return w.held.Err()
}

// let goes of the state that is read, if there is one.
func (w *writer) let() {
	if w.holds {
		w.holds = false
		_ = w.held.Reset() // says once more why the transaction failed
	}
}

// alone makes sure that nobody else has written to the log.
func (w *writer) alone() error {
	var head log.Seq
	if w.newest.Step() {
		head = log.Seq(w.newest.ColumnInt64(0))
	}
	if err := first(w.newest.Err(), w.newest.Reset()); err != nil {
		return err
	}
	if head != w.head {
		return fmt.Errorf("another program has written to the log: it ends at %d, not at %d; start again", head, w.head)
	}
	return nil
}
