package api

import (
	"context"
	"io"
	"iter"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"frontierwatch/api/codec"
	"frontierwatch/geo/report"
)

// Layer is a collection, or what was asked of it, as a table of a GeoPackage.
type Layer struct {
	Name, Title, Description string
	Geometry                 string // POINT, LINESTRING, GEOMETRY; empty: it has none
	Columns                  []LayerColumn
	Changed                  time.Time
	Marking                  func() string // of all rows, once they are read
}

// LayerColumn is a property. Type is TEXT, INTEGER, DOUBLE, BOOLEAN, DATETIME or DATE.
type LayerColumn struct{ Name, Type string }

// LayerRow is a feature; Values are nil, string, int64, float64, bool or time.Time.
type LayerRow struct {
	FID      int64
	Geometry orb.Geometry
	Values   []any
}

// WriteGeoPackage writes a layer into a file of its own, which is not there yet, and
// reads the rows until one comes with an error, which it returns.
type WriteGeoPackage func(ctx context.Context, path string, l Layer, rows iter.Seq2[LayerRow, error]) error

// maxExports is how many GeoPackages are made at a time: each takes a processor, and
// room for a file.
const maxExports = 2

const geoPackageText = " As GeoPackage (f=gpkg) all that answer, in one file, unless limit is sent."

// replyGeoPackage answers with a file that is made now and taken away at once.
func (c *call) replyGeoPackage(of *collection, s state) error {
	h := c.Response().Header()
	h.Set("Content-Type", asGPKG.kind().full)
	h.Set("Cache-Control", cacheData)
	h.Set("ETag", `"`+c.tag(s, c.format)+`"`)
	c.policy()
	if c.Request().Method == http.MethodHead {
		return c.NoContent(http.StatusOK)
	}
	leave, err := place(c.limits.files, newProblem(http.StatusServiceUnavailable, "other files are being made; this one can be had in a moment").retry(5))
	if err != nil {
		return err
	}
	defer leave()
	dir, err := os.MkdirTemp("", "frontierwatch-*")
	if err != nil {
		return noRoom(err)
	}
	defer os.RemoveAll(dir)
	file, err := c.writeGeoPackage(of, s, filepath.Join(dir, of.id+".gpkg"))
	if err != nil {
		return err
	}
	defer file.Close()
	os.RemoveAll(dir) // where that can be done with an open file, nothing is left even if the process is killed
	size, err := file.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return err
	}
	return c.sendFile(file, size, of.id+".gpkg")
}

// writeGeoPackage makes the file and opens it.
func (c *call) writeGeoPackage(of *collection, s state, path string) (*os.File, error) {
	ctx := c.Request().Context()
	var failed error // of the rows, not of the file
	var marks report.Markings
	l := c.layer(of, s)
	l.Marking = func() string { return c.wholeMarking(of, &marks) }
	err := c.geoPackage(ctx, path, l, func(yield func(LayerRow, error) bool) {
		failed = c.layerRows(of, s, &marks, func(r LayerRow) bool { return yield(r, nil) })
		if failed != nil {
			yield(LayerRow{}, failed)
		}
	})
	if failed != nil || ctx.Err() != nil {
		return nil, firstOf(failed, ctx.Err())
	}
	if err != nil {
		return nil, noRoom(err)
	}
	return os.Open(path)
}

// wholeMarking is the marking of a file of what was gathered.
func (c *call) wholeMarking(of *collection, marks *report.Markings) string {
	if marks.Whole().TLP == "" { // that there is nothing is told too
		marks.Add(c.class.Unmarked(of.id), 0)
	}
	return marks.Whole().String()
}

func firstOf(errs ...error) error {
	i := slices.IndexFunc(errs, func(err error) bool { return err != nil })
	if i < 0 {
		return nil
	}
	return errs[i]
}

// noRoom is what goes wrong with a file that nobody else touches.
func noRoom(err error) error {
	return newProblem(http.StatusServiceUnavailable, "the file could not be made here, perhaps for want of space; other formats need none").retry(60).because(err)
}

func (c *call) sendFile(file io.Reader, size int64, name string) error {
	h := c.Response().Header()
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("Content-Length", strconv.FormatInt(size, 10))
	c.Response().WriteHeader(http.StatusOK)
	_, err := io.Copy(c.Response(), file)
	return err
}

// layer describes the table that a collection is in a GeoPackage.
func (c *call) layer(of *collection, s state) Layer {
	l := Layer{Name: of.id, Title: of.title, Description: of.description, Changed: s.time()}
	if !c.asked.only.NoGeometry {
		l.Geometry = map[string]string{
			"geometry-point": "POINT", "geometry-linestring": "LINESTRING", "geometry-any": "GEOMETRY",
		}[codec.Geometry(of.id)]
	}
	l.Columns = append(l.Columns, LayerColumn{"id", "TEXT"})
	for i, p := range codec.Properties(of.id) {
		if p.Name != "fid" && c.asked.only.Has(i) {
			l.Columns = append(l.Columns, LayerColumn{p.Name, layerType(p)})
		}
	}
	return l
}

func layerType(p codec.Property) string {
	switch {
	case p.Type == "integer":
		return "INTEGER"
	case p.Type == "number":
		return "DOUBLE"
	case p.Type == "boolean":
		return "BOOLEAN"
	case p.Format == "date-time":
		return "DATETIME"
	case p.Format == "date":
		return "DATE"
	}
	return "TEXT"
}

// layerRows yields the features that are asked for: those of one page if limit was
// sent, else those of all pages, which are read one after the other at one state.
func (c *call) layerRows(of *collection, s state, marks *report.Markings, yield func(LayerRow) bool) error {
	all := !c.QueryParams().Has("limit")
	if all {
		c.asked.limit = maxLimit
	}
	for {
		p, err := of.list(c, s)
		if err != nil {
			return err
		}
		if p.n > 0 {
			p.mark(marks, c.class.Unmarked(of.id))
		}
		if p.n > 0 && !p.rows(yield) || !all || p.next == nil {
			return nil
		}
		c.asked.next = p.next
	}
}

// rowOf is a feature as a row.
func rowOf[T any](w writing[T], properties []codec.Property, v *T) LayerRow {
	r := LayerRow{Values: make([]any, 1, len(properties))}
	r.Values[0] = w.read.ID(v)
	if !w.only.NoGeometry {
		r.Geometry = w.read.Shape(v)
	}
	for i, p := range properties {
		if p.Name == "fid" {
			r.FID = int64(w.read.Value(v, i).Number)
		} else if w.only.Has(i) {
			r.Values = append(r.Values, layerValue(w.read, p, v, i))
		}
	}
	return r
}

func layerValue[T any](from codec.Reader[T], p codec.Property, v *T, i int) any {
	if p.Type == "array" {
		if all := from.List(v, i); all != nil {
			return strings.Join(all, ",")
		}
		return nil
	}
	value := from.Value(v, i)
	switch {
	case !value.Known:
		return nil
	case p.Type == "integer":
		return int64(value.Number)
	case p.Type == "number":
		return value.Number
	case p.Type == "boolean":
		return value.Truth
	case p.Format == "date-time" || p.Format == "date":
		return value.Time
	}
	return value.Text
}
