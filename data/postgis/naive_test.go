//go:build unix

package postgis

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"frontierwatch/geo/log"
)

// The control of the bar of many nodes. A follower of a sequence that asks for
// what is greater than the last it saw must lose rows when transactions end in
// another order than they took their numbers; a follower of the log, with as many
// writers, must not.
func TestTheNaiveFeedLoses(t *testing.T) {
	const writers, each = 16, 40
	dsn := database(t)
	if err := sqlOver(dsn, `CREATE TABLE naive (seq bigserial PRIMARY KEY, id text NOT NULL)`); err != nil {
		t.Fatal(err)
	}
	naive := followed(t, writers, func(ctx context.Context, w int) func() error {
		c, err := pgx.Connect(ctx, dsn)
		return func() error {
			if err != nil {
				return err
			}
			for n := range each {
				err := pgx.BeginFunc(ctx, c, func(tx pgx.Tx) error {
					if _, err := tx.Exec(ctx, `INSERT INTO naive (id) VALUES ($1)`, fmt.Sprint(w, "-", n)); err != nil {
						return err
					}
					_, err := tx.Exec(ctx, `SELECT pg_sleep($1)`, float64((w+n)%4)/1000) // some are slower than others
					return err
				})
				if err != nil {
					return err
				}
			}
			return c.Close(ctx)
		}
	}, func(ctx context.Context) func() (int, error) {
		c, err := pgx.Connect(ctx, dsn)
		var last int64
		return func() (n int, _ error) {
			if err != nil {
				return 0, err
			}
			rows, err := c.Query(ctx, `SELECT seq FROM naive WHERE seq > $1 ORDER BY seq`, last)
			if err != nil {
				return 0, err
			}
			_, err = pgx.ForEachRow(rows, []any{&last}, func() error { n++; return nil })
			return n, err
		}
	})
	ours := followed(t, writers, func(_ context.Context, w int) func() error {
		s := opened(t, dsn)
		return func() error {
			for n := range each {
				if _, err := s.Append(context.Background(), []log.Entry{entry(log.Report, fmt.Sprint(w, "-", n), 1)}); err != nil {
					return err
				}
			}
			return nil
		}
	}, func(ctx context.Context) func() (int, error) {
		s := opened(t, dsn)
		var last log.Seq
		return func() (n int, _ error) {
			err := s.Scan(ctx, last, func(e log.Entry) error { n, last = n+1, e.Seq; return nil })
			return n, err
		}
	})
	t.Logf("%d writers of %d rows: the naive feed saw %d, ours %d", writers, writers*each, naive, ours)
	if naive >= writers*each {
		t.Error("the naive feed lost nothing: this test proves nothing")
	}
	if ours != writers*each {
		t.Error("our feed lost something")
	}
}

// followed lets writers write while a reader reads, and says how much it saw.
func followed(t *testing.T, writers int, write func(context.Context, int) func() error, read func(context.Context) func() (int, error)) (seen int) {
	t.Helper()
	ctx := context.Background()
	var stop atomic.Bool
	var all, reading sync.WaitGroup
	reader := read(ctx)
	reading.Go(func() {
		for last := false; !last; {
			last = stop.Load()
			n, err := reader()
			if err != nil {
				t.Error(err)
				return
			}
			seen += n
		}
	})
	for w := range writers {
		writer := write(ctx, w)
		all.Go(func() {
			if err := writer(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	stop.Store(true)
	reading.Wait()
	return seen
}
