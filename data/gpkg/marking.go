package gpkg

import (
	_ "embed"
	"strings"
	"time"

	"github.com/ncruces/go-sqlite3"

	"frontierwatch/geo/report"
)

//go:embed marking.sql
var markingSQL string

// writeMarking says of a GeoPackage to whom it may be shown: as metadata of the whole file
// (extension gpkg_metadata, OGC 12-128r17, annex F.8), and before the description of each
// table, which people read.
func writeMarking(c *sqlite3.Conn, marking string, changed time.Time) error {
	if marking == "" {
		return nil
	}
	err := c.Exec(markingSQL)
	for _, sql := range []string{
		`INSERT INTO gpkg_metadata VALUES (1, 'dataset', 'https://www.first.org/tlp/', 'text/plain', ?)`,
		`UPDATE gpkg_contents SET description = ? || '. ' || coalesce(description, '')`,
	} {
		err = first(err, execWith(c, sql, func(b *binder) { b.string(marking) }))
	}
	return first(err, execWith(c, `INSERT INTO gpkg_metadata_reference VALUES ('geopackage', NULL, NULL, NULL, ?, 1, NULL)`, func(b *binder) { b.time(changed) }))
}

func execWith(c *sqlite3.Conn, sql string, bind func(*binder)) error {
	st, _, err := c.Prepare(sql)
	if err != nil {
		return err
	}
	b := binder{st: st}
	bind(&b)
	return first(b.exec(), st.Close())
}

// exportedMarking is that of the reports and sources in an export, and when they were last
// changed. Reports that bear none count as RED; posts bear none, and are what agencies know.
func exportedMarking(c *sqlite3.Conn) (marking string, changed time.Time, err error) {
	var all report.Markings
	err = eachRow(c, `SELECT DISTINCT coalesce(nullif(tlp, ''), 'RED'), coalesce(releasable_to, '') FROM main.reports WHERE NOT deleted OR tlp <> ''
		UNION SELECT DISTINCT tlp, '' FROM main.sources UNION SELECT 'AMBER', '' FROM main.posts`, func(st *sqlite3.Stmt) error {
		var to report.Countries
		for _, name := range strings.Fields(strings.ReplaceAll(st.ColumnText(1), ",", " ")) {
			country, err := report.ParseCountry(name)
			if err != nil {
				return err
			}
			to |= country
		}
		all.Add(report.TLP(st.ColumnText(0)), to)
		return nil
	})
	if err == nil {
		err = queryRow(c, `SELECT max(last_change) FROM main.gpkg_contents`, func(st *sqlite3.Stmt) {
			changed, _ = parseTime(st.ColumnRawText(0)) // we wrote it
		})
	}
	return all.Whole().String(), changed, err
}
