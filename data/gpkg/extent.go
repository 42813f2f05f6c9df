package gpkg

import (
	"errors"
	"time"

	"github.com/ncruces/go-sqlite3"
	"github.com/paulmach/orb"

	"frontierwatch/geo/report"
)

// The extent of a layer in gpkg_contents is around every point of it at any
// time. It grows with the transaction that adds a point. When a correction takes
// away a point that lay on its edge it may for a while be larger than it had to
// be; closing the file makes it exact again.

// extent is the box around points. The zero value is around none.
type extent struct {
	box orb.Bound
	any bool
}

// with is the extent that holds p too.
func (e extent) with(p orb.Point) extent {
	if !e.any {
		return extent{orb.Bound{Min: p, Max: p}, true}
	}
	if !e.box.Contains(p) {
		e.box = e.box.Extend(p)
	}
	return e
}

// holds says whether o lies in e.
func (e extent) holds(o extent) bool {
	return !o.any || e.any && e.box.Contains(o.box.Min) && e.box.Contains(o.box.Max)
}

func readExtent(c *sqlite3.Conn, table string) (e extent, err error) {
	err = queryRow(c, `SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = ?`, func(st *sqlite3.Stmt) {
		e.any = st.ColumnType(0) != sqlite3.NULL
		e.box = orb.Bound{Min: orb.Point{st.ColumnFloat(0), st.ColumnFloat(1)}, Max: orb.Point{st.ColumnFloat(2), st.ColumnFloat(3)}}
	}, table)
	return e, err
}

func writeExtent(c *sqlite3.Conn, table string, e extent, now time.Time) error {
	st, _, err := c.Prepare(`UPDATE gpkg_contents SET min_x = ?, min_y = ?, max_x = ?, max_y = ?, last_change = ? WHERE table_name = ?`)
	if err != nil {
		return err
	}
	b := binder{st: st}
	if e.any {
		for _, v := range [...]float64{e.box.Min[0], e.box.Min[1], e.box.Max[0], e.box.Max[1]} {
			b.real(v)
		}
	} else {
		b.nulls(4)
	}
	b.time(now)
	b.string(table)
	return first(b.exec(), st.Close())
}

// extend makes room for a point.
func (w *writer) extend(l *layer, p *orb.Point) {
	if p != nil {
		w.extents[l.table] = w.extents[l.table].with(*p)
	}
}

// loosen notes when a point that a correction may take away lies on the edge.
func (w *writer) loosen(l *layer, fid int64) error {
	if !l.hasPoints() || w.loose[l.table] {
		return nil
	}
	p, err := l.point(fid)
	if err != nil || p == nil {
		return err
	}
	b := w.extents[l.table].box
	w.loose[l.table] = p[0] <= b.Min[0] || p[0] >= b.Max[0] || p[1] <= b.Min[1] || p[1] >= b.Max[1]
	return nil
}

// writeExtents writes those that have grown.
func (w *writer) writeExtents(before map[string]extent) error {
	for table, e := range w.extents {
		if e == before[table] {
			continue
		}
		if err := writeExtent(w.conn, table, e, time.Now()); err != nil {
			return err
		}
	}
	return nil
}

// finish makes extents exact and says when the layers were last changed. Nothing
// that was acknowledged hangs on it: where the disk is full or somebody else is
// writing, it is left out.
func (w *writer) finish() error {
	if len(w.changed) == 0 {
		return nil
	}
	tx, err := w.conn.BeginImmediate()
	if err == nil {
		if err = w.finishLayers(time.Now()); err == nil {
			err = tx.Commit()
		}
		err = w.rollback(err)
	}
	if errors.Is(err, sqlite3.FULL) || errors.Is(err, sqlite3.BUSY) {
		return nil
	}
	return err
}

func (w *writer) finishLayers(now time.Time) error {
	for _, table := range layerTables {
		e := w.extents[table]
		if w.loose[table] {
			var err error
			if e, err = measureExtent(w.conn, table); err != nil {
				return err
			}
		}
		if w.changed[table] {
			if err := writeExtent(w.conn, table, e, now); err != nil {
				return err
			}
		}
	}
	if !w.changed["sources"] {
		return nil
	}
	return w.conn.Exec(`UPDATE gpkg_contents SET last_change = '` + string(report.AppendTime(nil, now)) + `' WHERE table_name = 'sources'`)
}

// measureExtent is the box around the points that a layer has now.
func measureExtent(c *sqlite3.Conn, table string) (e extent, err error) {
	err = eachRow(c, `SELECT geom FROM `+table+` WHERE geom IS NOT NULL`, func(st *sqlite3.Stmt) error {
		p, err := parsePoint(st.ColumnRawBlob(0))
		e = e.with(p)
		return err
	})
	return e, err
}
