//go:build unix

package postgis

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"frontierwatch/data/postgis/server"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// proxy stands between a node and the server. Cut off it swallows everything, as
// a network does whose cable is out: nobody is told.
type proxy struct {
	net.Listener
	socket string
	off    atomic.Bool
	mu     sync.Mutex
	conns  []net.Conn
}

func newProxy(t *testing.T, socket string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{Listener: l, socket: socket}
	t.Cleanup(func() { l.Close(); p.hangUp() })
	go func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("unix", p.socket)
			if err != nil {
				near.Close()
				continue
			}
			p.mu.Lock()
			p.conns = append(p.conns, near, far)
			p.mu.Unlock()
			go p.pass(near, far)
			go p.pass(far, near)
		}
	}()
	return p
}

func (p *proxy) pass(from, to net.Conn) {
	defer to.Close()
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		if n > 0 && !p.off.Load() {
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil && !p.off.Load() {
			return
		}
		if err != nil {
			io.Copy(io.Discard, from)
			return
		}
	}
}

// hangUp cuts every connection so that both sides notice.
func (p *proxy) hangUp() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.conns {
		c.Close()
	}
	p.conns = nil
}

// dsn names a database behind the proxy.
func (p *proxy) dsn(direct string) string {
	_, database, _ := strings.Cut(direct, "@/")
	database, _, _ = strings.Cut(database, "?")
	return fmt.Sprintf("postgres://%s@%s/%s?sslmode=disable", server.User, p.Addr(), database)
}

// until waits for what must happen some time; the test's own end is the limit.
func until(t *testing.T, what string, reached func() bool) {
	t.Helper()
	for !reached() {
		if t.Context().Err() != nil {
			t.Fatal("never: " + what)
		}
		time.Sleep(time.Millisecond)
	}
}

// A node whose network is cut is not ready, serves what it has and says since
// when; the others go on; when it is back, it has everything.
func TestTheNetworkIsCut(t *testing.T) {
	dsn := database(t)
	p := newProxy(t, shared.Socket())
	far := openedWith(t, p.dsn(dsn), Options{poll: 10 * time.Millisecond})
	far.options.patience = time.Second // from now on
	c, err := nodeCorpus(t.Context(), far)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	near, err := nodeCorpus(t.Context(), opened(t, dsn))
	if err != nil {
		t.Fatal(err)
	}
	defer near.Close()
	add := func(id string) error { // in reach, a busy machine may want more than one try
		added, err := c.Add(t.Context(), "tester", []report.Report{walk(id, 1)})
		if err == nil {
			err = added[0].Err
		}
		return err
	}
	for round, silent := range []bool{true, false} {
		before := fmt.Sprint("before", round)
		until(t, "taken", func() bool { return add(before) == nil })
		p.off.Store(true)
		if !silent {
			p.hangUp()
		}
		until(t, "not ready", func() bool { return c.Ready() != nil })
		if c.Stale().IsZero() {
			t.Error("cut off, and the answers are not stale")
		}
		if _, err := c.Report(t.Context(), before, log.AsOf{}); err != nil {
			t.Errorf("cut off, what was there before cannot be read: %v", err)
		}
		lost := fmt.Sprint("lost", round)
		if err := add(lost); !errors.Is(err, log.ErrUnreachable) && !errors.Is(err, log.ErrUnknown) {
			t.Errorf("cut off, a report ends with %v", err)
		}
		elsewhere := fmt.Sprint("elsewhere", round)
		if _, err := near.Add(t.Context(), "tester", []report.Report{walk(elsewhere, 1)}); err != nil {
			t.Errorf("while another node is cut off: %v", err)
		}
		p.hangUp()
		p.off.Store(false)
		until(t, "ready again", func() bool { return c.Ready() == nil })
		until(t, "it has what others wrote", func() bool {
			_, err := c.Report(t.Context(), elsewhere, log.AsOf{})
			return err == nil
		})
		until(t, "back again, the report that failed is taken", func() bool { return add(lost) == nil })
		until(t, "back again, the answers are not stale", func() bool { return c.Stale().IsZero() })
	}
	sameState(t, c, near)
}

// ownServer is a server that a test may stop.
func ownServer(t *testing.T) *server.Server {
	t.Helper()
	if shared.missing != nil {
		t.Skipf("skipped %s: %v", t.Name(), shared.missing)
	}
	dir, err := os.MkdirTemp("", "fw")
	if err == nil {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	s, err := server.New(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Remove() })
	return s
}

// The database restarts, in order and by a crash, while nodes write: nothing that
// was acknowledged is lost, and the nodes go on by themselves.
func TestTheDatabaseRestarts(t *testing.T) {
	pg := ownServer(t)
	if err := pg.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	dsn := pg.DSN("postgres")
	w := newWorkers(t, dsn, 3)
	for i, stop := range []func() error{pg.Stop, pg.Kill} {
		w.more(t, 20)
		if err := stop(); err != nil {
			t.Fatal(err)
		}
		if err := pg.Start(t.Context()); err != nil {
			t.Fatalf("start %d: %v", i, err)
		}
	}
	w.more(t, 20)
	acked := w.end()
	complete(t, opened(t, dsn), acked)
	sameState(t, w.nodes...)
	t.Logf("%d acknowledged beside two restarts", len(acked))
}

// A commit that no standby confirms is not acknowledged, not called off, and not
// shown to anybody, until one does.
func TestACommitThatNobodyConfirms(t *testing.T) {
	dsn := database(t)
	s, other := opened(t, dsn), opened(t, dsn)
	put(t, s, entry(log.Report, "a", 1))
	s.options.patience, other.options.patience = time.Second, time.Second // from now on
	standby := func(names string) {
		if err := shared.sql("postgres", `ALTER SYSTEM SET synchronous_standby_names = '`+names+`'`, `SELECT pg_reload_conf()`); err != nil {
			t.Fatal(err)
		}
	}
	defer standby("")
	standby("nobody")
	waiting := func() (n int) {
		if err := oneOver(dsn, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'SyncRep'`, &n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	kept, pending := []string{"a"}, ""
	until(t, "the commit waits", func() bool {
		pending = fmt.Sprint("b", len(kept))
		_, err := s.Append(t.Context(), []log.Entry{entry(log.Report, pending, 1)})
		if err == nil {
			kept = append(kept, pending) // those before the setting was read are acknowledged
		}
		return errors.Is(err, log.ErrUnknown) && waiting() == 1 // else it was slow: again
	})
	kept = append(kept, pending)
	head := headOf(t, other)
	for _, again := range []*Store{s, other} {
		if _, err := again.Append(t.Context(), []log.Entry{entry(log.Report, pending, 1)}); !errors.Is(err, log.ErrUnreachable) {
			t.Errorf("the same again, while nobody confirms: %v", err)
		}
	}
	if now := headOf(t, other); now != head {
		t.Errorf("the head moved from %d to %d while nobody confirms", head, now)
	}

	// An operator calls it off: now it shows, and is still not acknowledged.
	if err := oneOver(dsn, `SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'SyncRep'`, new(int)); err != nil {
		t.Fatal(err)
	}
	until(t, "it shows", func() bool { now, err := other.Head(t.Context()); return err == nil && now == head+1 })
	ended := make(chan error)
	go func() {
		_, err := openedWith(t, dsn, Options{patience: time.Minute}).Append(t.Context(), []log.Entry{entry(log.Report, pending, 1)})
		ended <- err
	}()
	until(t, "the next commit waits", func() bool { return waiting() == 1 })
	if err := oneOver(dsn, `SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'SyncRep'`, new(int)); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; !errors.Is(err, log.ErrUnknown) {
		t.Errorf("already there, and nobody confirmed: %v", err)
	}
	standby("")
	until(t, "it is acknowledged", func() bool {
		results, err := s.Append(t.Context(), []log.Entry{entry(log.Report, pending, 1)})
		return err == nil && results[0].Outcome == log.Already
	})
	complete(t, opened(t, dsn), kept)
}

// headOf is the head that a store sees, if not at once.
func headOf(t *testing.T, s *Store) (head log.Seq) {
	t.Helper()
	until(t, "the head is read", func() (read bool) {
		var err error
		head, err = s.Head(t.Context())
		return err == nil
	})
	return head
}

func oneOver(dsn, sql string, to any) error {
	ctx := context.Background()
	c, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer c.Close(ctx)
	return c.QueryRow(ctx, sql).Scan(to)
}
