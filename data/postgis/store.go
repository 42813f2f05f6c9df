// Package postgis keeps a log in PostgreSQL, where several nodes write it, beside
// the tables that people see of it in PostGIS. FORMAT.md describes the database.
//
// Rules. Whoever appends locks the one row of feed_head first: from there to the
// commit nobody else appends, so that positions have no gaps, become visible in
// their order, and what was decided about a batch still holds when it is written.
// Every append ends with a commit that wrote something, also one that finds all
// of its entries there already: with a synchronous standby its answer then means
// that the standby has those entries too. A commit whose end is not known is
// never called off, since PostgreSQL would then show what no standby has; it is
// left to itself and reported as log.ErrUnknown.
//
// A Store has one connection that writes, one that waits for news, and some that
// read, each used by one goroutine at a time.
package postgis

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"frontierwatch/geo/log"
)

// Options is how a store is opened. The zero value is good; what is not exported is
// for tests that do not want to wait.
type Options struct {
	Observe Observe // is told of statements; nil: nobody

	patience time.Duration // how long the server may keep a call waiting; 0: 10 s
	poll     time.Duration // how often Wait looks at the truth; 0: 250 ms
}

// Store is a log in a database. It is safe for any number of goroutines; appends
// come one after the other.
type Store struct {
	config   *pgx.ConnConfig
	options  Options
	readOnly bool
	notifies bool // the server has LISTEN and NOTIFY

	ending context.Context // done when Close begins
	end    context.CancelFunc
	mu     sync.Mutex
	closed bool
	idle   sync.WaitGroup // calls that are under way
	free   []*pgx.Conn    // that read and are not in use
	seen   mark           // the furthest that anybody was told of

	writing sync.Mutex // held by the call that appends
	writer  *writer    // nil: not connected

	listening sync.Mutex // held by the call that waits
	listener  *pgx.Conn  // nil: not connected
	failures  int        // of the listener, one after the other
	troubled  atomic.Bool
}

// mark is a position in the log with the chain it had.
type mark struct {
	seq   log.Seq
	chain log.Chain
}

// Open connects to the database that a DSN names (a URL or key=value; several
// hosts with target_session_attrs=read-write find the one that may write), and
// brings its tables up to date. The role needs the right to create tables only
// where that is necessary.
func Open(ctx context.Context, dsn string, o Options) (*Store, error) {
	return open(ctx, dsn, o, false)
}

// OpenReadOnly opens a log that is there already for reading.
func OpenReadOnly(ctx context.Context, dsn string, o Options) (*Store, error) {
	return open(ctx, dsn, o, true)
}

func open(ctx context.Context, dsn string, o Options, readOnly bool) (*Store, error) {
	if o.patience == 0 {
		o.patience = 10 * time.Second
	}
	if o.poll == 0 {
		o.poll = 250 * time.Millisecond
	}
	config, err := parse(dsn, o, readOnly)
	if err != nil {
		return nil, err
	}
	s := &Store{config: config, options: o, readOnly: readOnly}
	s.ending, s.end = context.WithCancel(context.WithoutCancel(ctx))
	c, err := s.connect(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.prepare(ctx, c); err != nil {
		s.end()
		return nil, errors.Join(err, hangUp(c))
	}
	s.free = append(s.free, c)
	return s, nil
}

// prepare makes sure that the database is one that can be used.
func (s *Store) prepare(ctx context.Context, c *pgx.Conn) error {
	if err := flushes(ctx, c); err != nil {
		return err
	}
	if s.readOnly {
		return checkSchema(ctx, c)
	}
	if err := migrate(ctx, c, time.Now()); err != nil {
		return err
	}
	_, err := c.Exec(ctx, `LISTEN frontierwatch`)
	if s.notifies = err == nil; s.notifies {
		_, err = c.Exec(ctx, `UNLISTEN *`)
		return err
	}
	return nil
}

// flushes refuses a server that acknowledges what a power cut takes away.
func flushes(ctx context.Context, c *pgx.Conn) error {
	var fsync string
	if err := c.QueryRow(ctx, `SHOW fsync`).Scan(&fsync); err == nil && fsync == "off" {
		return errors.New("the server runs with fsync off, so that a power cut takes what it acknowledged; switch it on")
	}
	return nil // a server that does not know the word has no such switch
}

// Head is the position of the newest entry.
func (s *Store) Head(ctx context.Context) (log.Seq, error) {
	if err := s.enter(); err != nil {
		return 0, err
	}
	defer s.idle.Done()
	m, err := s.head(ctx)
	return m.seq, err
}

// Chain is the newest position of the log and its chain there: two logs with the
// same chain hold the same entries.
func (s *Store) Chain(ctx context.Context) (log.Seq, string, error) {
	if err := s.enter(); err != nil {
		return 0, "", err
	}
	defer s.idle.Done()
	m, err := s.head(ctx)
	return m.seq, m.chain.String(), err
}

func (s *Store) head(ctx context.Context) (m mark, err error) {
	known := s.known()
	err = s.read(ctx, func(ctx context.Context, c *pgx.Conn) error {
		m, err = readHead(ctx, c)
		return err
	})
	if err == nil {
		err = known.reaches(m)
	}
	return m, err
}

const headQuery = `SELECT pos, chain FROM feed_head`

func readHead(ctx context.Context, c *pgx.Conn) (m mark, err error) {
	err = m.take(c.QueryRow(ctx, headQuery))
	return m, err
}

func (m *mark) take(row pgx.Row) error {
	var chain []byte
	err := row.Scan(&m.seq, &chain)
	copy(m.chain[:], chain)
	return err
}

// Close waits for the calls that are under way and hangs up. A second Close does
// nothing.
func (s *Store) Close() error {
	s.mu.Lock()
	already := s.closed
	s.closed = true
	s.mu.Unlock()
	if already {
		return nil
	}
	s.end()
	s.idle.Wait()
	for _, c := range s.free {
		hangUp(c) // what was acknowledged does not hang on how a connection ends
	}
	if s.writer != nil {
		hangUp(s.writer.conn)
	}
	if s.listener != nil {
		hangUp(s.listener)
	}
	return nil
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

// saw remembers the furthest that anybody was told of.
func (s *Store) saw(m mark) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m.seq > s.seen.seq {
		s.seen = m
	}
}

// known is the furthest that anybody was told of.
func (s *Store) known() mark {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen
}

// same fails where an entry of the log is not the one that was read before.
func (m mark) same(now mark) error {
	if now.seq == m.seq && now.chain != m.chain {
		return m.another()
	}
	return nil
}

// reaches fails where the log, that was asked later, ends before what was read of
// it: after a failover to a server that lacks what the former one had shown.
func (m mark) reaches(head mark) error {
	if head.seq < m.seq {
		return m.another()
	}
	return m.same(head)
}

func (m mark) another() error {
	return fmt.Errorf("the log is not the one that was read before: entry %d is another or is gone; start again", m.seq)
}
