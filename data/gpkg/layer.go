package gpkg

import (
	"fmt"
	"strings"

	"github.com/ncruces/go-sqlite3"
	"github.com/paulmach/orb"

	"frontierwatch/geo/log"
)

// layer is the table of one kind with its statements. All take fid, revision,
// seq, replaces, recorded and deleted first, in this order.
type layer struct {
	description
	find    *sqlite3.Stmt // fid, revision, seq by id
	insert  *sqlite3.Stmt // does nothing when the id is there; id follows, then the columns
	update  *sqlite3.Stmt // the columns follow
	retract *sqlite3.Stmt // nothing follows
	geom    *sqlite3.Stmt // geometry by fid; nil in a layer without points
}

const standing = `revision = ?2, seq = ?3, replaces = ?4, recorded = ?5, deleted = ?6`

func openLayer(c *sqlite3.Conn, kind log.Kind) (*layer, error) {
	l := &layer{description: described(kind)}
	names, key, where, of := "fid, revision, seq, replaces, recorded, deleted, id", "id", "", ""
	if l.table == "records" {
		of = sqlite3.Quote(string(kind))
		names, key, where, of = names+", kind", "kind, id", " AND kind = "+of, ", "+of
	}
	parameters := strings.Repeat(",?", 6+len(l.columns))
	sets := standing
	for i, column := range l.columns {
		names += ", " + column
		sets += fmt.Sprintf(", %s = ?%d", column, 7+i)
	}
	statements := []statement{
		{&l.find, `SELECT fid, revision, seq FROM ` + l.table + ` WHERE id = ?` + where},
		{&l.insert, `INSERT INTO ` + l.table + ` (` + names + `) VALUES (?` + parameters + of + `) ON CONFLICT (` + key + `) DO NOTHING`},
		{&l.update, `UPDATE ` + l.table + ` SET ` + sets + ` WHERE fid = ?1` + where},
		{&l.retract, `UPDATE ` + l.table + ` SET ` + standing + ` WHERE fid = ?1` + where},
	}
	if l.hasPoints() {
		statements = append(statements, statement{&l.geom, `SELECT geom FROM ` + l.table + ` WHERE fid = ?`})
	}
	if err := prepare(c, statements); err != nil {
		return nil, first(err, l.close())
	}
	return l, nil
}

// statement is where a statement goes when it is prepared.
type statement struct {
	to  **sqlite3.Stmt
	sql string
}

func prepare(c *sqlite3.Conn, statements []statement) error {
	for _, s := range statements {
		st, _, err := c.PrepareFlags(s.sql, sqlite3.PREPARE_PERSISTENT)
		if err != nil {
			return err
		}
		*s.to = st
	}
	return nil
}

// point is the geometry of a row, nil where it is NULL.
func (l *layer) point(fid int64) (p *orb.Point, err error) {
	if err := l.geom.BindInt64(1, fid); err != nil {
		return nil, err
	}
	if l.geom.Step() && l.geom.ColumnType(0) != sqlite3.NULL {
		var at orb.Point
		at, err = parsePoint(l.geom.ColumnRawBlob(0))
		p = &at
	}
	return p, first(err, l.geom.Err(), l.geom.Reset())
}

// newest is the largest fid of the kind.
func (l *layer) newest(c *sqlite3.Conn, kind log.Kind) (fid int64, err error) {
	sql, args := `SELECT coalesce(max(fid), 0) FROM `+l.table, []any(nil)
	if l.table == "records" {
		sql, args = sql+` WHERE kind = ?`, []any{string(kind)}
	}
	err = queryRow(c, sql, func(st *sqlite3.Stmt) { fid = st.ColumnInt64(0) }, args...)
	return fid, err
}

func (l *layer) close() error {
	return first(l.find.Close(), l.insert.Close(), l.update.Close(), l.retract.Close(), l.geom.Close())
}
