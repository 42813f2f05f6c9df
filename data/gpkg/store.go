// Package gpkg keeps a log in one GeoPackage file (SQLite), beside the layers
// that people see of it. FORMAT.md describes the file.
//
// Rules of concurrency: one process writes a file, and in it one goroutine at a
// time calls Append, on a connection of its own. Every Scan and Check reads on
// another connection, which nobody else uses meanwhile, in pieces that each see
// one state of the file. The log only grows, so pieces fit together.
package gpkg

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/ncruces/go-sqlite3"

	"frontierwatch/geo/log"
)

// Options is how a file is opened. The zero value is what everybody uses; the
// fields are for tests that play a disk that fails.
type Options struct {
	vfs         string // name of a registered VFS; empty: the operating system
	synchronous string // empty: FULL
	checkpoint  int    // pages of the write-ahead log; 0: checkpointBytes of them
	alone       bool   // nothing is done beside the writer, so that a disk sees the same twice
}

func (o Options) sync() string {
	if o.synchronous == "" {
		return "FULL"
	}
	return o.synchronous
}

// Store is a log in a file. It is safe for one goroutine that appends and any
// number that read.
type Store struct {
	path    string
	options Options
	lock    *fileLock // keeps other writers away; nil in a store that only reads
	writer  *writer   // nil in a store that only reads
	head    atomic.Uint64

	immutable bool // the file lies where nobody can write

	mu      sync.Mutex
	closed  bool
	idle    sync.WaitGroup  // calls that are under way
	readers []*sqlite3.Conn // not in use
}

// Head is the position of the newest entry.
func (s *Store) Head(context.Context) (log.Seq, error) {
	if err := s.enter(); err != nil {
		return 0, err
	}
	defer s.idle.Done()
	if s.writer != nil {
		return log.Seq(s.head.Load()), nil
	}
	c, err := s.reader()
	if err != nil {
		return 0, err
	}
	defer s.release(c)
	var head int64
	err = queryRow(c, `SELECT coalesce(max(seq), 0) FROM report_events`, func(st *sqlite3.Stmt) { head = st.ColumnInt64(0) })
	return log.Seq(head), explain(err)
}

// Close waits for the calls that are under way, brings all of the log into the
// one file and releases it. A second Close does nothing.
func (s *Store) Close() error {
	s.mu.Lock()
	already := s.closed
	s.closed = true
	s.mu.Unlock()
	if already {
		return nil
	}
	s.idle.Wait()
	var err error
	for _, c := range s.readers {
		err = first(err, c.Close())
	}
	if s.writer != nil {
		err = first(err, s.writer.close())
	}
	return first(explain(err), s.lock.release())
}

// enter counts a call in, which must then be counted out with idle.Done.
func (s *Store) enter() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return log.ErrClosed
	}
	s.idle.Add(1)
	return nil
}

// reader is a connection that nobody else uses until it is released.
func (s *Store) reader() (*sqlite3.Conn, error) {
	s.mu.Lock()
	if n := len(s.readers); n > 0 {
		c := s.readers[n-1]
		s.readers = s.readers[:n-1]
		s.mu.Unlock()
		return c, nil
	}
	s.mu.Unlock()
	c, err := s.connect(sqlite3.OPEN_READONLY)
	if err != nil {
		return nil, explain(err)
	}
	return c, nil
}

// release gives a connection back. A few are kept, because opening one takes
// longer than most of what is done with it.
func (s *Store) release(c *sqlite3.Conn) {
	const kept = 4
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.readers) == kept {
		c.Close() // it only read: there is nothing to lose
		return
	}
	s.readers = append(s.readers, c)
}

// first is the first error that there is.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// queryRow runs a query of one row, if there is one.
func queryRow(c *sqlite3.Conn, sql string, scan func(*sqlite3.Stmt), args ...any) error {
	st, _, err := c.Prepare(sql)
	if err != nil {
		return err
	}
	defer st.Close()
	for i, a := range args {
		switch a := a.(type) {
		case string:
			err = st.BindText(i+1, a)
		case int64:
			err = st.BindInt64(i+1, a)
		case float64:
			err = st.BindFloat(i+1, a)
		default:
			err = fmt.Errorf("no way to bind a %T", a)
		}
		if err != nil {
			return err
		}
	}
	if st.Step() {
		scan(st)
	}
	return st.Err()
}
