//go:build unix

package postgis

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"frontierwatch/data/postgis/server"
)

// house is the server that the tests of this package share. Each test has a
// database of its own in it, made from one that has been through the migrations.
type house struct {
	*server.Server
	missing error // why there is none
	count   atomic.Int64
}

var shared house

func TestMain(m *testing.M) {
	if dsn := os.Getenv(nodeOf); dsn != "" {
		if err := node(dsn, os.Getenv(nodeOf+"_RUN")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "fw")
	if err == nil {
		defer os.RemoveAll(dir)
		err = os.Chmod(dir, 0o755) // the server runs as somebody else
	}
	if _, shared.missing = server.Find(); err == nil && shared.missing == nil {
		err = shared.begin(dir)
	}
	if shared.Server != nil {
		defer shared.Remove()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

func (h *house) begin(dir string) (err error) {
	ctx := context.Background()
	if h.Server, err = server.New(ctx, dir); err != nil {
		return err
	}
	if err := h.Start(ctx); err != nil {
		return err
	}
	if err := h.sql("postgres", `CREATE DATABASE model`); err != nil {
		return err
	}
	s, err := Open(ctx, h.DSN("model"), Options{})
	if err != nil {
		return err
	}
	return s.Close()
}

// sql runs statements in a database.
func (h *house) sql(database string, statements ...string) error {
	return sqlOver(h.DSN(database), statements...)
}

func sqlOver(dsn string, statements ...string) error {
	ctx := context.Background()
	c, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer c.Close(ctx)
	for _, sql := range statements {
		if _, err := c.Exec(ctx, sql); err != nil {
			return fmt.Errorf("%s: %w", sql, err)
		}
	}
	return nil
}

// database makes an empty store for a test, or skips it where there is no server.
func database(t testing.TB) (dsn string) {
	t.Helper()
	if shared.missing != nil {
		t.Skipf("skipped %s: %v", t.Name(), shared.missing)
	}
	name := fmt.Sprint("t", shared.count.Add(1))
	if err := shared.sql("postgres", `CREATE DATABASE `+name+` TEMPLATE model`); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := shared.sql("postgres", `DROP DATABASE `+name+` WITH (FORCE)`); err != nil {
			t.Error(err)
		}
	})
	return shared.DSN(name)
}

// opened is a store of a database; the test may close it earlier.
func opened(t testing.TB, dsn string) *Store {
	t.Helper()
	s, err := Open(context.Background(), dsn, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}
