package gpkg

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ncruces/go-sqlite3"

	"frontierwatch/geo/log"
)

// checkLayers compares every row of every layer with the log.
func (k *checker) checkLayers() error {
	kinds := slices.Sorted(maps.Keys(k.kinds))
	for _, kind := range []log.Kind{log.Report, log.Post, log.Source} {
		if k.kinds[kind] == nil {
			k.kinds[kind] = &kindCheck{}
			kinds = append(kinds, kind)
		}
	}
	for _, kind := range kinds {
		if err := k.checkLayer(kind); err != nil {
			return fmt.Errorf("table %s, %w", described(kind).table, err)
		}
	}
	var listed string
	for _, kind := range kinds {
		if described(kind).table == "records" {
			listed += ", " + sqlite3.Quote(string(kind))
		}
	}
	return eachRow(k.conn, `SELECT kind, id FROM records WHERE kind NOT IN (''`+listed+`)`, func(st *sqlite3.Stmt) error {
		return fmt.Errorf("table records, %s %s: the log knows no record of this kind", st.ColumnText(0), st.ColumnText(1))
	})
}

// rowCheck compares the rows of one layer.
type rowCheck struct {
	description
	*kindCheck
	events *sqlite3.Stmt // id, recorded, body, replaces by seq
	names  []string      // of the columns, in the order of what is wanted
	fid    int64         // of the row before
	now    extent        // around the points of the rows
}

func (k *checker) checkLayer(kind log.Kind) error {
	r := rowCheck{description: described(kind), kindCheck: k.kinds[kind]}
	r.names = append(strings.Fields(`fid revision seq replaces recorded deleted id`), r.columns...)
	events, _, err := k.conn.Prepare(`SELECT id, recorded, body, replaces FROM report_events WHERE seq = ?`)
	if err != nil {
		return err
	}
	defer events.Close()
	r.events = events
	sql := `SELECT ` + strings.Join(r.names, ", ") + ` FROM ` + r.table
	if r.table == "records" {
		sql += ` WHERE kind = ` + sqlite3.Quote(string(kind))
	}
	if err := eachRow(k.conn, sql+` ORDER BY fid`, r.checkRow); err != nil {
		return err
	}
	if r.fid != int64(len(r.records)) {
		return fmt.Errorf("fid %d: the row is missing", r.fid+1)
	}
	return r.checkExtent(k.conn)
}

func (r *rowCheck) checkRow(st *sqlite3.Stmt) error {
	fid := st.ColumnInt64(0)
	if fid != r.fid+1 && fid <= int64(len(r.records)) {
		return fmt.Errorf("fid %d: the row is missing", r.fid+1)
	}
	if fid < 1 || fid > int64(len(r.records)) {
		return fmt.Errorf("fid %d: the log knows no such record", fid)
	}
	r.fid = fid
	want, err := r.wanted(fid)
	if err != nil {
		return fmt.Errorf("fid %d: %w", fid, err)
	}
	row := make([]any, len(want))
	if err := st.ColumnsRaw(row...); err != nil {
		return err
	}
	for i := range want {
		if !equal(row[i], want[i]) {
			return fmt.Errorf("fid %d (%s): %s is %s, the log says %s", fid, st.ColumnText(6), r.names[i], show(row[i]), show(want[i]))
		}
	}
	return nil
}

// wanted is the row as the log says it.
func (r *rowCheck) wanted(fid int64) ([]any, error) {
	record := r.records[fid-1]
	newest, err := r.look(record.newest)
	if err != nil {
		return nil, err
	}
	b := binder{values: []any{fid, int64(record.revision), int64(record.newest), newest.replaces, newest.recorded}}
	b.boolean(record.deleted)
	b.string(newest.id)
	body := newest.body
	if record.body != record.newest {
		last, err := r.look(record.body)
		if err != nil {
			return nil, err
		}
		body = last.body
	}
	says, err := r.read(body)
	if err != nil {
		return nil, err
	}
	if point := says.point(); point != nil {
		r.now = r.now.with(*point)
	}
	says.bind(&b)
	return b.values, nil
}

// told is what the log tells of one entry.
type told struct {
	id, recorded string
	replaces     any
	body         []byte
}

func (r *rowCheck) look(seq log.Seq) (t told, err error) {
	if err := r.events.BindInt64(1, int64(seq)); err != nil {
		return t, err
	}
	if r.events.Step() {
		t = told{id: r.events.ColumnText(0), recorded: r.events.ColumnText(1), body: bytes.Clone(r.events.ColumnRawText(2))}
		if n := r.events.ColumnInt64(3); n != 0 {
			t.replaces = n
		}
	}
	return t, first(r.events.Err(), r.events.Reset())
}

// equal compares what a row holds with what a binder kept.
func equal(got, want any) bool {
	if b, ok := got.([]byte); ok {
		switch w := want.(type) {
		case string:
			return string(b) == w
		case []byte:
			return bytes.Equal(b, w)
		}
		return false
	}
	return got == want
}

func show(v any) string {
	b, ok := v.([]byte)
	switch {
	case v == nil:
		return "NULL"
	case ok && bytes.HasPrefix(b, []byte("GP")):
		if p, err := parsePoint(b); err == nil {
			return fmt.Sprintf("POINT (%g %g)", p[0], p[1])
		}
		return fmt.Sprintf("%x, which %v", b, errGeometry)
	case ok:
		return fmt.Sprintf("%q", b)
	}
	return fmt.Sprint(v)
}

// checkExtent checks that the box people are shown is around every point of the
// layer, and no larger than around every point it ever had.
func (r *rowCheck) checkExtent(c *sqlite3.Conn) error {
	if !r.hasPoints() {
		return nil
	}
	e, err := readExtent(c, r.table)
	if err != nil {
		return err
	}
	if !e.holds(r.now) {
		return fmt.Errorf("the extent in gpkg_contents %s does not hold all points, which lie in %s", box(e), box(r.now))
	}
	if !r.ever.holds(e) {
		return fmt.Errorf("the extent in gpkg_contents %s is larger than all points ever were, %s", box(e), box(r.ever))
	}
	return nil
}

func box(e extent) string {
	if !e.any {
		return "(empty)"
	}
	return fmt.Sprintf("(%g %g, %g %g)", e.box.Min[0], e.box.Min[1], e.box.Max[0], e.box.Max[1])
}
