package postgis

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

//go:embed schema/*.sql
var schemas embed.FS

// steps lead from an empty database to the present schema, in order, each in a
// transaction of its own. A step that was released never changes; new ones are
// put at the end.
func steps() []step {
	return []step{
		{"the log", "schema/0001.sql"},
		{"what people see of it", "schema/0002.sql"},
		{"the log stays as it is, and views for analysts", "schema/0003.sql"},
		{"bodies may be overwritten, by an entry that says so", "schema/0004.sql"},
	}
}

type step struct{ title, file string }

// migrate brings the schema up to date. Several nodes may do so at once: who
// comes second finds the step done, and begins again from there.
func migrate(ctx context.Context, c *pgx.Conn, now time.Time) error {
	const tries = 20
	for range tries {
		number, err := schemaNumber(ctx, c)
		if err != nil || number == len(steps()) {
			return err
		}
		if err = steps()[number].apply(ctx, c, number+1, now); err != nil && !overtaken(err) {
			return fmt.Errorf("migration %d (%s): %w", number+1, steps()[number].title, err)
		}
	}
	return errors.New("others change the tables all the time; try again")
}

func (s step) apply(ctx context.Context, c *pgx.Conn, number int, now time.Time) error {
	sql, err := schemas.ReadFile(s.file)
	if err != nil {
		return err
	}
	if number == 2 {
		if err := needPostGIS(ctx, c); err != nil {
			return err
		}
	}
	return pgx.BeginFunc(ctx, c, func(tx pgx.Tx) error {
		if number == 1 {
			if _, err := tx.Exec(ctx, `CREATE TABLE migrations (number bigint PRIMARY KEY, title text NOT NULL, applied timestamptz NOT NULL)`); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, `INSERT INTO migrations VALUES ($1, $2, $3)`, number, s.title, now); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, string(sql), pgx.QueryExecModeSimpleProtocol)
		return err
	})
}

// needPostGIS makes sure of the extension, which only a superuser may create.
func needPostGIS(ctx context.Context, c *pgx.Conn) error {
	_, err := c.Exec(ctx, `CREATE EXTENSION IF NOT EXISTS postgis`)
	if err != nil && !overtaken(err) {
		return fmt.Errorf("PostGIS is not there and cannot be added by this role; let a superuser run CREATE EXTENSION postgis in this database (%w)", err)
	}
	return err
}

// overtaken says whether another node has just done the same.
func overtaken(err error) bool {
	switch codeOf(err) {
	case "23505", "42P07", "42710", "40001", "40P01":
		return true
	}
	return false
}

// checkSchema says whether a database can be read as it is.
func checkSchema(ctx context.Context, c *pgx.Conn) error {
	number, err := schemaNumber(ctx, c)
	if err == nil && number == 0 {
		err = errors.New("the database holds no store")
	}
	if err == nil && number < len(steps()) {
		err = fmt.Errorf("the database has the older schema %d; open it for writing once, which brings it to %d", number, len(steps()))
	}
	return err
}

// schemaNumber is how many migrations the database has been through, 0 without
// our tables. It fails where they are another program's, or a newer one's.
func schemaNumber(ctx context.Context, c *pgx.Conn) (number int, err error) {
	var application string
	err = c.QueryRow(ctx, `SELECT value FROM meta WHERE key = 'application'`, pgx.QueryExecModeExec).Scan(&application)
	var answer *pgconn.PgError
	switch {
	case errors.As(err, &answer) && answer.Code == "42P01":
		return 0, nil
	case err != nil && answer == nil && !errors.Is(err, pgx.ErrNoRows):
		return 0, err
	case err != nil || application != "frontierwatch":
		return 0, errors.Join(errors.New("the database has a table meta of another application; give another database or schema"), err)
	}
	err = c.QueryRow(ctx, `SELECT coalesce(max(number), 0) FROM migrations`, pgx.QueryExecModeExec).Scan(&number)
	if err == nil && number > len(steps()) {
		err = fmt.Errorf("the database was written by a newer frontierwatch (schema %d, this program knows %d); use that one", number, len(steps()))
	}
	return number, err
}
