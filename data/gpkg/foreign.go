package gpkg

import (
	"strings"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/ext/rtree"
)

// Other programs may put triggers on our tables: for spatial indexes, or to
// count rows. Those would slow our writes down, or call functions that we do not
// have, and since our connection fires no triggers, what they keep would become
// false. So they are taken out, with what they keep, when a file is opened for
// writing.

const ourTables = `('report_events', 'reports', 'posts', 'sources', 'records', 'meta', 'migrations')`

func removeHelpers(c *sqlite3.Conn) (err error) {
	var statements, indexes []string
	err = first(
		eachRow(c, `SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name IN `+ourTables+` AND name NOT LIKE 'report\_events\_%' ESCAPE '\'`,
			func(st *sqlite3.Stmt) error {
				statements = append(statements, `DROP TRIGGER `+sqlite3.QuoteIdentifier(st.ColumnText(0)))
				return nil
			}),
		eachRow(c, `SELECT name FROM sqlite_schema WHERE name IN ('rtree_reports_geom', 'rtree_posts_geom')`, func(st *sqlite3.Stmt) error {
			indexes = append(indexes, `DROP TABLE `+st.ColumnText(0))
			return nil
		}),
		eachRow(c, `SELECT 1 FROM sqlite_schema WHERE name = 'gpkg_ogr_contents'`, func(*sqlite3.Stmt) error {
			statements = append(statements, `DELETE FROM gpkg_ogr_contents WHERE table_name IN `+ourTables)
			return nil
		}),
	)
	if err != nil || len(statements)+len(indexes) == 0 {
		return err
	}
	if len(indexes) > 0 {
		statements = append(append(statements, indexes...),
			`DELETE FROM gpkg_extensions WHERE extension_name = 'gpkg_rtree_index' AND table_name IN `+ourTables)
		if err := rtree.Register(c); err != nil {
			return err
		}
	}
	tx, err := c.BeginImmediate()
	if err != nil {
		return err
	}
	defer tx.End(&err)
	return c.Exec(strings.Join(statements, ";"))
}
