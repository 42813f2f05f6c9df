package gpkg

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ncruces/go-sqlite3"
	"github.com/paulmach/orb"

	"frontierwatch/geo/guard"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// layerTables are the tables of gpkg_contents that have points.
var layerTables = [...]string{"reports", "posts"}

// description says how a kind of record is shown: the table, the columns that
// come from the body, and how they are filled.
type description struct {
	table   string
	columns []string
	fill    func(b *binder, body []byte) (*orb.Point, error)
}

// described lists the kinds that have a table of their own. Those of other kinds
// are kept in the table records, without what their bodies say.
func described(kind log.Kind) description {
	switch kind {
	case log.Report:
		return description{"reports", reportColumns(), fillReport}
	case log.Post:
		return description{"posts", postColumns(), fillPost}
	case log.Source:
		return description{"sources", sourceColumns(), fillSource}
	}
	return description{table: "records", fill: func(*binder, []byte) (*orb.Point, error) { return nil, nil }}
}

func reportColumns() []string {
	return strings.Fields(`geom stretch_part stretch_km_from stretch_km_to observed_start observed_end count_best count_min count_max
		unit direction relation published source source_ref status uncertainty_m overlaps tlp releasable_to`)
}

func fillReport(b *binder, body []byte) (*orb.Point, error) {
	r, err := report.DecodeBody(body)
	if err != nil {
		return nil, err
	}
	b.point(r.Point)
	if s := r.Stretch; s != nil {
		b.string(s.Part.String())
		b.real(s.From.KM())
		b.real(s.To.KM())
	} else {
		b.nulls(3)
	}
	b.time(r.Start)
	b.time(r.End)
	b.integer(r.Count.Best)
	b.integer(r.Count.Min)
	b.integer(r.Count.Max)
	b.string(string(r.Unit))
	b.string(string(r.Direction))
	b.string(string(r.Relation))
	b.maybeTime(r.Published)
	b.string(r.Source)
	b.optional(r.SourceRef)
	b.string(string(r.Status))
	if u := r.Uncertainty; u != nil {
		b.real(float64(*u))
	} else {
		b.null()
	}
	b.optional(strings.Join(r.Overlaps, ","))
	b.optional(string(r.TLP))
	b.optional(r.Releasable.String())
	return r.Point, nil
}

func postColumns() []string {
	return strings.Fields(`geom kind name agency part km_from km_to active_from active_to`)
}

func fillPost(b *binder, body []byte) (*orb.Point, error) {
	p, err := guard.DecodePost(body)
	if err != nil {
		return nil, err
	}
	b.point(p.Point)
	b.string(p.Kind)
	b.string(p.Name)
	b.string(p.Agency)
	b.string(p.Stretch.Part.String())
	b.real(p.Stretch.From.KM())
	b.real(p.Stretch.To.KM())
	b.maybeTime(p.ActiveFrom)
	b.maybeTime(p.ActiveTo)
	return p.Point, nil
}

func sourceColumns() []string {
	return strings.Fields(`agency country cadence unit caveat tlp`)
}

func fillSource(b *binder, body []byte) (*orb.Point, error) {
	s, err := report.DecodeSource(body)
	if err != nil {
		return nil, err
	}
	b.string(s.Agency)
	b.optional(s.Country)
	b.optional(report.FormatCadence(s.Cadence))
	b.string(string(s.Unit))
	b.optional(s.Caveat)
	b.string(string(s.TLP))
	return nil, nil
}

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

// hasPoints says whether the table has a geometry column.
func (d description) hasPoints() bool { return slices.Contains(layerTables[:], d.table) }

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
