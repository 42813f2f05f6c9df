//go:build unix

package postgis

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"frontierwatch/geo/log"
)

func openedWith(t testing.TB, dsn string, o Options) *Store {
	t.Helper()
	s, err := Open(context.Background(), dsn, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// News wake who waits: by notification, with no look in between; and by looking,
// with no notification.
func TestWaitIsWoken(t *testing.T) {
	dsn := database(t)
	writer := opened(t, dsn)
	for name, notifies := range map[string]bool{"notified": true, "polling": false} {
		o := Options{poll: time.Hour}
		if !notifies {
			o.poll = time.Millisecond
		}
		s := openedWith(t, dsn, o)
		s.notifies = notifies
		before, err := s.Head(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		woken := make(chan error)
		go func() { woken <- s.Wait(t.Context(), before) }()
		for ready := !notifies; !ready; { // until it listens
			var n int
			err := writer.read(t.Context(), func(ctx context.Context, c *pgx.Conn) error {
				return c.QueryRow(ctx, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'SELECT pos, chain%' AND pid <> pg_backend_pid()`).Scan(&n)
			})
			if ready = n > 0; err != nil {
				t.Fatal(err)
			}
		}
		put(t, writer, entry(log.Report, name, 1))
		if err := <-woken; err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := s.Wait(t.Context(), before); err != nil {
			t.Errorf("%s: what is there already: %v", name, err)
		}
	}
}

func TestWaitEnds(t *testing.T) {
	s := opened(t, database(t))
	ctx, stop := context.WithCancelCause(t.Context())
	enough := errors.New("enough")
	stop(enough)
	if err := s.Wait(ctx, 0); !errors.Is(err, enough) {
		t.Errorf("a context that is done: %v", err)
	}
	ended := make(chan error)
	go func() { ended <- s.Wait(t.Context(), 0) }()
	s.Close()
	if err := <-ended; !errors.Is(err, log.ErrClosed) {
		t.Errorf("waiting beside Close: %v", err)
	}
}

// Nodes that start at once over an empty database make its tables once.
func TestNodesThatStartAtOnce(t *testing.T) {
	dsn := database(t)
	if err := sqlOver(dsn, `DROP SCHEMA public CASCADE`, `CREATE SCHEMA public`); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			s, err := Open(t.Context(), dsn, Options{})
			if err != nil {
				t.Error(err)
				return
			}
			s.Close()
		})
	}
	all.Wait()
	filled(t, opened(t, dsn))
}

// Another program's tables and those of a newer program are left alone.
func TestForeignDatabases(t *testing.T) {
	for sql, want := range map[string]string{
		`UPDATE meta SET value = 'forum'`:                       "another application",
		`ALTER TABLE meta RENAME COLUMN value TO v`:             "another application",
		`INSERT INTO migrations VALUES (99, 'tomorrow', now())`: "newer frontierwatch (schema 99",
	} {
		dsn := database(t)
		if err := sqlOver(dsn, sql); err != nil {
			t.Fatal(err)
		}
		for _, open := range []func(context.Context, string, Options) (*Store, error){Open, OpenReadOnly} {
			if _, err := open(t.Context(), dsn, Options{}); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("after %s: %v, want %q", sql, err, want)
			}
		}
	}
}

// A node that hangs with the head locked holds the others up only for a while.
func TestANodeThatHangs(t *testing.T) {
	dsn := database(t)
	frozen, other := opened(t, dsn), opened(t, dsn)
	put(t, frozen, entry(log.Report, "a", 1))
	if err := frozen.writer.set(t.Context(), time.Second); err != nil { // sooner than others wait
		t.Fatal(err)
	}
	if _, err := begin(t.Context(), frozen.writer.conn, []log.Entry{entry(log.Report, "b", 1)}); err != nil {
		t.Fatal(err)
	}
	put(t, other, entry(log.Report, "c", 1))
	put(t, frozen, entry(log.Report, "b", 1)) // over a new connection
	complete(t, other, []string{"a", "b", "c"})
}

// What the server may refuse, and what becomes of it.
func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		code  string
		times string // how often the server refuses
		want  error
	}{
		{"40001", "3", nil}, {"40P01", "3", nil}, {"57P01", "2", nil},
		{"53100", "1000000", log.ErrFull}, {"57P03", "1000000", log.ErrUnreachable},
	} {
		dsn := database(t)
		s := opened(t, dsn)
		put(t, s, entry(log.Report, "before", 1))
		err := sqlOver(dsn, `CREATE SEQUENCE refused`, `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			IF nextval('refused') <= `+c.times+` THEN RAISE EXCEPTION 'refused' USING ERRCODE = '`+c.code+`'; END IF; RETURN NEW; END $$`,
			`CREATE TRIGGER refuse BEFORE INSERT ON report_events FOR EACH STATEMENT EXECUTE FUNCTION refuse()`)
		if err != nil {
			t.Fatal(err)
		}
		enough := s.options.patience
		if c.want != nil { // it is to run out
			s.options.patience = 2 * time.Second
		}
		results, err := s.Append(t.Context(), []log.Entry{entry(log.Report, "x", 1)})
		s.options.patience = enough
		if !errors.Is(err, c.want) || c.want == nil && (err != nil || results[0].Seq != 2) {
			t.Errorf("%s, %s times: %v, %v, want %v", c.code, c.times, results, err, c.want)
		}
		if err := sqlOver(dsn, `DROP TRIGGER refuse ON report_events`); err != nil {
			t.Fatal(err)
		}
		put(t, s, entry(log.Report, "x", 1))
		complete(t, s, []string{"before", "x"})
	}
}

// A log that lacks what was read of it is noticed, whatever is asked of it.
func TestALogThatIsAnother(t *testing.T) {
	dsn := database(t)
	s := opened(t, dsn)
	put(t, s, entry(log.Report, "a", 1), entry(log.Report, "b", 1))
	complete(t, s, []string{"a", "b"})
	change(t, dsn, `DELETE FROM report_events WHERE seq = 2; DELETE FROM reports WHERE fid = 2; UPDATE feed_kinds SET fid = 1;
		UPDATE feed_head SET pos = 1, chain = (SELECT chain FROM report_events WHERE seq = 1)`)
	ask := func(when string) {
		_, head := s.Head(t.Context())
		_, appended := s.Append(t.Context(), []log.Entry{entry(log.Report, "d", 1)})
		scanned := s.Scan(t.Context(), 1, func(log.Entry) error { return nil })
		for what, err := range map[string]error{"Head": head, "Append": appended, "Scan": scanned, "Wait": s.Wait(t.Context(), 2)} {
			if err == nil || !strings.Contains(err.Error(), "start again") {
				t.Errorf("%s, %s says %v", when, what, err)
			}
		}
	}
	ask("shorter")
	put(t, opened(t, dsn), entry(log.Report, "c", 1))
	ask("of the same length")
	put(t, opened(t, dsn), entry(log.Report, "e", 1))
	if err := s.Scan(t.Context(), 2, func(log.Entry) error { return nil }); err == nil || !strings.Contains(err.Error(), "start again") {
		t.Errorf("longer, Scan says %v", err)
	}
}
