package gpkg

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/ncruces/go-sqlite3"

	"frontierwatch/geo/log"
)

// Chain is the position of the newest entry with a sum of the whole log up to
// there: two logs with the same chain hold the same entries.
func (s *Store) Chain(context.Context) (log.Seq, string, error) {
	if err := s.enter(); err != nil {
		return 0, "", err
	}
	defer s.idle.Done()
	c, err := s.reader()
	if err != nil {
		return 0, "", err
	}
	defer s.release(c)
	p, err := readPosition(c)
	return p.head, p.chain.String(), explain(err)
}

// Backup copies the file, log and all, as it is at one moment, and may run while
// it is written to. The copy is whole and durable when Backup returns; before,
// it does not bear its name. Fails if there is a file of this name already.
func (s *Store) Backup(ctx context.Context, path string) error {
	return s.copyTo(ctx, path, func(c *sqlite3.Conn, part string) error {
		return c.Exec(`VACUUM INTO ` + sqlite3.Quote(part))
	})
}

// Export writes a GeoPackage with the layers and their spatial indexes for other
// programs to work with. It holds no log: it is no store, and no backup.
func (s *Store) Export(ctx context.Context, path string) error {
	return s.copyTo(ctx, path, func(_ *sqlite3.Conn, part string) error {
		return export(ctx, s.path, part)
	})
}

// copyTo makes a file under a name of its own and gives it its name when it is
// whole.
func (s *Store) copyTo(ctx context.Context, path string, write func(c *sqlite3.Conn, part string) error) error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.idle.Done()
	full, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	if _, err := os.Lstat(full); !errors.Is(err, fs.ErrNotExist) {
		return first(reason(err), fmt.Errorf("%s: is there already; give another name", path))
	}
	c, err := s.reader()
	if err != nil {
		return err
	}
	defer s.release(c)
	part := full + ".part"
	os.Remove(part) // of a copy that was broken off
	c.SetInterrupt(ctx)
	err = write(c, part)
	c.SetInterrupt(context.Background())
	if err == nil {
		err = settle(part, full)
	}
	if err != nil {
		os.Remove(part)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return fmt.Errorf("%s: %w", path, reason(err))
	}
	return nil
}

// settle makes a file durable and gives it its name.
func settle(part, full string) error {
	f, err := os.OpenFile(part, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := first(f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(part, full); err != nil {
		return err
	}
	if folder, err := os.Open(filepath.Dir(full)); err == nil {
		folder.Sync() // not every system can, and those need not
		folder.Close()
	}
	return nil
}

// export copies the layers of one file into another.
func export(ctx context.Context, from, part string) (err error) {
	c, err := sqlite3.OpenFlags(part, sqlite3.OPEN_READWRITE|sqlite3.OPEN_CREATE|sqlite3.OPEN_URI)
	if err != nil {
		return err
	}
	defer func() { err = first(err, c.Close()) }()
	c.SetInterrupt(ctx)
	source := (&url.URL{Scheme: "file", Path: filepath.ToSlash(from), RawQuery: "mode=ro"}).String()
	err = first(c.BusyTimeout(patience), c.Exec(`PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF`),
		c.Exec(`ATTACH `+sqlite3.Quote(source)+` AS source`))
	if err != nil {
		return err
	}
	tx := c.Begin()
	defer tx.End(&err)
	err = first(exportTables(c), indexLayers(c))
	if err == nil {
		var marking string
		var changed time.Time
		if marking, changed, err = exportedMarking(c); err == nil {
			err = writeMarking(c, marking, changed)
		}
	}
	return err
}

// exportTables copies the tables that other programs know, of GeoPackage and of
// the layers.
func exportTables(c *sqlite3.Conn) error {
	if err := c.Exec(fmt.Sprintf(`PRAGMA application_id = %d; PRAGMA user_version = %d`, applicationID, userVersion)); err != nil {
		return err
	}
	for _, table := range []string{"gpkg_spatial_ref_sys", "gpkg_contents", "gpkg_geometry_columns", "gpkg_extensions", "reports", "posts", "sources"} {
		var create string
		err := queryRow(c, `SELECT sql FROM source.sqlite_schema WHERE type = 'table' AND name = ?`, func(st *sqlite3.Stmt) { create = st.ColumnText(0) }, table)
		if err = first(err, c.Exec(create)); err == nil {
			err = c.Exec(`INSERT INTO main.` + table + ` SELECT * FROM source.` + table)
		}
		if err != nil {
			return fmt.Errorf("table %s: %w", table, err)
		}
	}
	return c.Exec(`DELETE FROM gpkg_contents WHERE table_name NOT IN ('reports', 'posts', 'sources');
		DELETE FROM gpkg_geometry_columns WHERE table_name NOT IN ('reports', 'posts'); DELETE FROM gpkg_extensions`)
}
