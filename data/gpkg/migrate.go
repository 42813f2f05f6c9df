package gpkg

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/ncruces/go-sqlite3"
)

//go:embed schema/*.sql
var schemas embed.FS

// steps lead from an empty file to the present schema, in order, each in a
// transaction of its own. A step that was released never changes; new ones are
// put at the end.
func steps() []step {
	return []step{
		{"the GeoPackage, the log and its layers", "schema/0001.sql"},
		{"entries that overwrote others", "schema/0002.sql"},
	}
}

type step struct{ title, file string }

// migrate brings the schema up to date, if it may, and moves what it did from the
// write-ahead log into the file: others read the application's id there.
func migrate(c *sqlite3.Conn, files fs.FS, steps []step, now time.Time) error {
	number, err := schemaNumber(c, len(steps))
	if err != nil || number == len(steps) {
		return err
	}
	for i, s := range steps[number:] {
		sql, err := fs.ReadFile(files, s.file)
		if err != nil {
			return err
		}
		if err := s.apply(c, string(sql), number+i+1, now); err != nil {
			return fmt.Errorf("migration %d (%s): %w", number+i+1, s.title, err)
		}
	}
	_, _, err = c.WALCheckpoint("main", sqlite3.CHECKPOINT_PASSIVE)
	return err
}

func (s step) apply(c *sqlite3.Conn, sql string, number int, now time.Time) (err error) {
	tx, err := c.BeginImmediate()
	if err != nil {
		return err
	}
	defer tx.End(&err)
	if err := c.Exec(sql); err != nil {
		return err
	}
	st, _, err := c.Prepare(`INSERT INTO migrations VALUES (?, ?, ?)`)
	if err != nil {
		return err
	}
	defer st.Close()
	return first(st.BindInt(1, number), st.BindText(2, s.title), st.BindText(3, now.UTC().Format(timeFormat)), st.Exec())
}

// checkSchema says whether a file can be read as it is.
func checkSchema(c *sqlite3.Conn) error {
	known := len(steps())
	number, err := schemaNumber(c, known)
	if err == nil && number == 0 {
		err = errors.New("is empty")
	}
	if err == nil && number < known {
		err = fmt.Errorf("has the older schema %d; open it for writing once, which brings it to %d", number, known)
	}
	return err
}

// schemaNumber is how many migrations the file has been through, 0 for a file
// without tables. It fails on files that are not ours to read, and on those that
// have been through more than are known.
func schemaNumber(c *sqlite3.Conn, known int) (number int, err error) {
	var tables int64
	var id uint32
	err = first(
		queryRow(c, `SELECT count(*) FROM sqlite_schema`, func(st *sqlite3.Stmt) { tables = st.ColumnInt64(0) }),
		queryRow(c, `PRAGMA application_id`, func(st *sqlite3.Stmt) { id = uint32(st.ColumnInt64(0)) }),
	)
	switch {
	case err != nil:
		return 0, err
	case tables == 0 && (id == 0 || id == applicationID):
		return 0, nil
	case id != applicationID:
		return 0, foreign(id)
	}
	ours := false
	err = queryRow(c, `SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('meta', 'migrations', 'report_events')`,
		func(st *sqlite3.Stmt) { ours = st.ColumnInt64(0) == 3 })
	if err == nil && ours {
		ours = false
		err = queryRow(c, `SELECT value FROM meta WHERE key = 'application'`, func(st *sqlite3.Stmt) { ours = st.ColumnText(0) == "frontierwatch" })
	}
	if err == nil && !ours {
		return 0, errors.New("is a GeoPackage of another application; give another path")
	}
	err = first(err, queryRow(c, `SELECT max(number) FROM migrations`, func(st *sqlite3.Stmt) { number = st.ColumnInt(0) }))
	if err == nil && number > known {
		err = fmt.Errorf("was written by a newer frontierwatch (schema %d, this program knows %d); use that one", number, known)
	}
	return number, err
}
