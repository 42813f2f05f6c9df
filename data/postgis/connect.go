package postgis

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"frontierwatch/geo/log"
)

// parse reads a DSN and sets what every connection needs set.
func parse(dsn string, o Options, readOnly bool) (*pgx.ConnConfig, error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, err
	}
	if config.ConnectTimeout == 0 || config.ConnectTimeout > o.patience {
		config.ConnectTimeout = o.patience / 2
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "frontierwatch"
	}
	if o.Observe != nil {
		config.Tracer = tracer{o.Observe}
	}
	if readOnly {
		config.RuntimeParams["default_transaction_read_only"] = "on"
	}
	return config, nil
}

// connect opens a connection that reads.
func (s *Store) connect(ctx context.Context) (*pgx.Conn, error) {
	c, err := pgx.ConnectConfig(ctx, s.config.Copy())
	return c, s.explain(ctx, err)
}

// read gives f a connection that nobody else uses meanwhile. A connection that
// lay idle may have died unnoticed: then f is called once more, with a new one.
func (s *Store) read(ctx context.Context, f func(context.Context, *pgx.Conn) error) error {
	limited, stop := context.WithTimeout(ctx, s.options.patience)
	defer stop()
	if c := s.takeFree(); c != nil {
		err := f(limited, c)
		if !c.IsClosed() {
			s.release(c) // from here on it is somebody else's
			return s.explain(ctx, err)
		}
		if limited.Err() != nil {
			return s.explain(ctx, err)
		}
	}
	c, err := s.connect(limited)
	if err != nil {
		return err
	}
	err = f(limited, c)
	if !c.IsClosed() {
		s.release(c)
	}
	return s.explain(ctx, err)
}

func (s *Store) takeFree() *pgx.Conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.free)
	if n == 0 {
		return nil
	}
	c := s.free[n-1]
	s.free = s.free[:n-1]
	return c
}

// release gives a connection back. A few are kept.
func (s *Store) release(c *pgx.Conn) {
	const kept = 4
	s.mu.Lock()
	if len(s.free) < kept {
		s.free = append(s.free, c)
		c = nil
	}
	s.mu.Unlock()
	if c != nil {
		hangUp(c)
	}
}

// hangUp says goodbye, and does not wait long for an answer.
func hangUp(c *pgx.Conn) error {
	ctx, stop := context.WithTimeout(context.Background(), time.Second)
	defer stop()
	return c.Close(ctx)
}

// writer is the connection that appends.
type writer struct {
	conn       *pgx.Conn
	committing atomic.Bool // from then on nothing is called off
	warned     atomic.Bool // the server had a reservation about a commit
}

// connectWriter opens the connection that appends.
func (s *Store) connectWriter(ctx context.Context) (*writer, error) {
	w := &writer{}
	config := s.config.Copy()
	dial := config.DialFunc
	config.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		if w.committing.Load() { // pgx would ask the server to cancel
			return nil, errors.New("a commit is not called off")
		}
		return dial(ctx, network, address)
	}
	config.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) {
		if w.committing.Load() && n.SeverityUnlocalized == "WARNING" {
			w.warned.Store(true)
		}
	}
	c, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	w.conn = c
	if err := w.set(ctx, s.options.patience); err != nil {
		return nil, errors.Join(err, hangUp(c))
	}
	return w, nil
}

// set makes a session fit to append: a node that dies or hangs with the head
// locked must not hold up the others for long, and a commit means durable.
func (w *writer) set(ctx context.Context, patience time.Duration) error {
	_, err := w.conn.Exec(ctx, fmt.Sprintf(`SET idle_in_transaction_session_timeout = %d`, patience.Milliseconds()/2))
	if err != nil {
		return err
	}
	var commit string
	if err := w.conn.QueryRow(ctx, `SHOW synchronous_commit`).Scan(&commit); err == nil && commit == "off" {
		_, err = w.conn.Exec(ctx, `SET synchronous_commit = on`)
		return err
	}
	return nil
}

// explain translates what went wrong into the words of the log. The context is
// the caller's own: where it has ended, that is the reason.
func (s *Store) explain(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil && !errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
		return context.Cause(ctx)
	}
	var y yieldError
	if errors.As(err, &y) {
		return y.error
	}
	switch {
	case errors.Is(err, log.ErrUnknown), errors.Is(err, log.ErrUnreachable), errors.Is(err, errLog):
		return err
	case codeOf(err) == "53100":
		return fmt.Errorf("%w (%w)", log.ErrFull, err)
	case unreachable(err):
		s.troubled.Store(true)
		return fmt.Errorf("%w: %w", log.ErrUnreachable, err)
	}
	return err
}

// errLog marks errors that are not about the connection.
var errLog = errors.New("the log is damaged")

func codeOf(err error) string {
	var answer *pgconn.PgError
	if errors.As(err, &answer) {
		return answer.Code
	}
	return ""
}

// unreachable says whether no server was there that would do it: none answered,
// or it is starting, stopping, full of connections, or a standby.
func unreachable(err error) bool {
	code := codeOf(err)
	switch {
	case code == "":
		var connecting *pgconn.ConnectError
		var network net.Error
		return errors.As(err, &connecting) || errors.As(err, &network) || pgconn.Timeout(err) ||
			pgconn.SafeToRetry(err) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed)
	case code == "25006", code == "25P03", code == "53300", code == "55P03", code == "57014":
		return true
	}
	return strings.HasPrefix(code, "08") || strings.HasPrefix(code, "57P")
}

// serial says whether two transactions were in each other's way, so that one has
// to be done again.
func serial(err error) bool {
	code := codeOf(err)
	return code == "40001" || code == "40P01"
}
