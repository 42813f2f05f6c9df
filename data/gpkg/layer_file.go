package gpkg

import (
	"context"
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"math"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/ext/rtree"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
)

//go:embed layers.sql
var layersSQL string

// Layer says what a table of features is. Its columns are besides fid, the key, and
// geom, the geometry.
type Layer struct {
	Name        string // of the table, [a-z_]
	Title       string // what people read
	Description string
	Geometry    string    // POINT, LINESTRING, GEOMETRY; empty: it has none
	Columns     []Column  //
	Changed     time.Time // when its content last changed
	// Marking is to whom the file may be shown, asked when all rows are read; nil: not said.
	Marking func() string
}

// Column is one attribute.
type Column struct {
	Name string // [a-z_]
	Type string // of GeoPackage: TEXT, INTEGER, DOUBLE, BOOLEAN, DATETIME or DATE
}

// Row is one feature. Values has one element for each column: nil, string, int64,
// float64, bool or time.Time.
type Row struct {
	FID      int64 // > 0, unique
	Geometry orb.Geometry
	Values   []any
}

// WriteLayer makes a GeoPackage with one layer and its spatial index, for other
// programs to work with. It fails if there is a file of this name already, and with
// the first error among the rows; what it had written by then is removed.
func WriteLayer(ctx context.Context, path string, l Layer, rows iter.Seq2[Row, error]) error {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return first(reason(err), fmt.Errorf("%s: is there already; give another name", path))
	}
	err := writeLayer(ctx, path, l, rows)
	if err != nil {
		os.Remove(path)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
	return err
}

func writeLayer(ctx context.Context, path string, l Layer, rows iter.Seq2[Row, error]) (err error) {
	c, err := sqlite3.OpenFlags(path, sqlite3.OPEN_READWRITE|sqlite3.OPEN_CREATE)
	if err != nil {
		return err
	}
	defer func() { err = first(err, c.Close()) }()
	c.SetInterrupt(ctx)
	if err := first(c.Exec(`PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY`), rtree.Register(c)); err != nil {
		return err
	}
	tx := c.Begin()
	defer tx.End(&err)
	w := &layerWriter{conn: c, layer: l}
	if err := w.create(); err != nil {
		return err
	}
	defer w.close()
	for row, err := range rows {
		if err = first(err, ctx.Err()); err == nil {
			err = w.write(row)
		}
		if err != nil {
			return err
		}
	}
	return w.finish()
}

type layerWriter struct {
	conn          *sqlite3.Conn
	layer         Layer
	insert, index *sqlite3.Stmt
	extent        extent
	blob          []byte
}

func (w *layerWriter) create() error {
	l := w.layer
	names := []string{"fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL"}
	if l.Geometry != "" {
		names = append(names, "geom "+l.Geometry)
	}
	for _, c := range l.Columns {
		names = append(names, sqlite3.QuoteIdentifier(c.Name)+" "+c.Type)
	}
	table := sqlite3.QuoteIdentifier(l.Name)
	kind := "attributes"
	if l.Geometry != "" {
		kind = "features"
	}
	err := first(w.conn.Exec(layersSQL), w.conn.Exec(`CREATE TABLE `+table+` (`+strings.Join(names, ", ")+`)`),
		w.exec(`INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id) VALUES (?, ?, ?, ?, ?, ?)`, func(b *binder) {
			b.string(l.Name)
			b.string(kind)
			b.string(l.Title)
			b.string(l.Description)
			b.time(l.Changed)
			b.integer(4326)
		}))
	if err == nil && l.Geometry != "" {
		err = w.createIndex()
	}
	if err != nil {
		return err
	}
	w.insert, _, err = w.conn.Prepare(`INSERT INTO ` + table + ` VALUES (?` + strings.Repeat(", ?", len(names)-1) + `)`)
	return err
}

func (w *layerWriter) createIndex() error {
	name := w.layer.Name
	err := first(
		w.exec(`INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, 4326, 0, 0)`, func(b *binder) {
			b.string(name)
			b.string(w.layer.Geometry)
		}),
		w.conn.Exec(`CREATE VIRTUAL TABLE rtree_`+name+`_geom USING rtree(id, minx, maxx, miny, maxy)`),
		w.exec(`INSERT INTO gpkg_extensions VALUES (?, 'geom', 'gpkg_rtree_index', 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only')`, func(b *binder) {
			b.string(name)
		}))
	if err != nil {
		return err
	}
	w.index, _, err = w.conn.Prepare(`INSERT INTO rtree_` + name + `_geom VALUES (?, ?, ?, ?, ?)`)
	return err
}

func (w *layerWriter) exec(sql string, bind func(*binder)) error { return execWith(w.conn, sql, bind) }

func (w *layerWriter) write(r Row) error {
	b := binder{st: w.insert}
	b.integer(r.FID)
	if w.layer.Geometry != "" {
		if err := w.geometry(&b, r.Geometry); err != nil {
			return err
		}
	}
	for i, v := range r.Values {
		bindValue(&b, v, w.layer.Columns[i].Type)
	}
	if err := b.exec(); err != nil || r.Geometry == nil || w.index == nil {
		return err
	}
	box := r.Geometry.Bound()
	w.extent = w.extent.with(box.Min).with(box.Max)
	i := binder{st: w.index}
	i.integer(r.FID)
	for _, v := range [...]float64{box.Min[0], box.Max[0], box.Min[1], box.Max[1]} {
		i.real(v)
	}
	return i.exec()
}

func bindValue(b *binder, v any, kind string) {
	switch v := v.(type) {
	case string:
		b.string(v)
	case int64:
		b.integer(v)
	case float64:
		b.real(v)
	case bool:
		b.boolean(v)
	case time.Time:
		if kind == "DATE" {
			b.string(v.UTC().Format(time.DateOnly))
		} else {
			b.time(v)
		}
	default:
		b.null()
	}
}

// geometry binds a geometry: a point without envelope, all others with one.
func (w *layerWriter) geometry(b *binder, g orb.Geometry) error {
	if p, ok := g.(orb.Point); ok || g == nil {
		if g == nil {
			b.null()
		} else {
			b.blob(appendPoint(nil, p))
		}
		return nil
	}
	box := g.Bound()
	w.blob = append(w.blob[:0], 'G', 'P', 0, 1|1<<1) // little endian, with an envelope of x and y
	w.blob = binary.LittleEndian.AppendUint32(w.blob, 4326)
	for _, v := range [...]float64{box.Min[0], box.Max[0], box.Min[1], box.Max[1]} {
		w.blob = binary.LittleEndian.AppendUint64(w.blob, math.Float64bits(v))
	}
	text, err := wkb.Marshal(g, binary.LittleEndian)
	w.blob = append(w.blob, text...)
	b.blob(slices.Clone(w.blob))
	return err
}

// finish writes the extent, and the triggers that keep the index true.
func (w *layerWriter) finish() error {
	if w.layer.Marking != nil {
		if err := writeMarking(w.conn, w.layer.Marking(), w.layer.Changed); err != nil {
			return err
		}
	}
	if w.layer.Geometry == "" {
		return nil
	}
	name := w.layer.Name
	return first(writeExtent(w.conn, name, w.extent, w.layer.Changed),
		w.conn.Exec(strings.NewReplacer("_t_", "_"+name+"_", " ON t\n", " ON "+name+"\n").Replace(indexTriggers)))
}

func (w *layerWriter) close() error { return first(w.insert.Close(), w.index.Close()) }
