package gpkg

import (
	"context"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
)

func walksLayer() (Layer, []Row) {
	changed := time.Date(2017, 3, 5, 12, 0, 0, 0, time.UTC)
	l := Layer{
		Name: "walks", Title: "Walks", Description: "Where people walked.", Geometry: "GEOMETRY", Changed: changed,
		Columns: []Column{{"id", "TEXT"}, {"people", "INTEGER"}, {"km", "DOUBLE"}, {"night", "BOOLEAN"}, {"start", "DATETIME"}, {"day", "DATE"}},
	}
	return l, []Row{
		{1, orb.Point{-97.24, 49}, []any{"a", int64(3), 1.5, true, changed, changed}},
		{7, orb.LineString{{-98, 49}, {-97, 48.5}}, []any{"it's", nil, nil, false, nil, nil}},
		{9, nil, []any{nil, int64(-1), -0.5, nil, nil, nil}},
	}
}

func each(rows []Row, last error) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
		if last != nil {
			yield(Row{}, last)
		}
	}
}

func TestALayerOfItsOwn(t *testing.T) {
	l, rows := walksLayer()
	path := filepath.Join(t.TempDir(), "walks.gpkg")
	if err := WriteLayer(context.Background(), path, l, each(rows, nil)); err != nil {
		t.Fatal(err)
	}
	validate(t, path)
	text := gdal(t, "ogrinfo", "-ro", path, "walks")
	for _, want := range []string{
		"Feature Count: 3", "Extent: (-98.000000, 48.500000) - (-97.000000, 49.000000)", "FID Column = fid", "people: Integer64", "night: Integer(Boolean)", "day: Date ",
		"OGRFeature(walks):7", "POINT (-97.24 49.0)", "LINESTRING (-98 49,-97 48.5)", "id (String) = it's", "start (DateTime) = 2017/03/05 12:00:00+00", "day (Date) = 2017/03/05",
		"night (Integer(Boolean)) = 1", "people (Integer64) = (null)", "km (Real) = -0.5",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("ogrinfo does not say %q:\n%s", want, text)
		}
	}
	if near := gdal(t, "ogrinfo", "-ro", "-q", path, "walks", "-spat", "-97.3", "48.9", "-97.2", "49.1"); !strings.Contains(near, "):1\n") || strings.Contains(near, "):9\n") {
		t.Errorf("by the index: %s", near)
	}
	if err := WriteLayer(context.Background(), path, l, each(rows, nil)); err == nil {
		t.Error("a file was overwritten")
	}
	l.Geometry, path = "", path+"2.gpkg"
	if err := WriteLayer(context.Background(), path, l, each(rows, nil)); err != nil {
		t.Fatal(err)
	}
	validate(t, path)
}

// The same content is the same file, and a layer without rows is one.
func TestLayersAreReproducible(t *testing.T) {
	l, rows := walksLayer()
	var files [2]string
	for i := range files {
		path := filepath.Join(t.TempDir(), "walks.gpkg")
		if err := WriteLayer(context.Background(), path, l, each(rows, nil)); err != nil {
			t.Fatal(err)
		}
		text, _ := os.ReadFile(path)
		files[i] = string(text)
	}
	if files[0] != files[1] {
		t.Error("two files of the same rows differ")
	}
	path := filepath.Join(t.TempDir(), "none.gpkg")
	if err := WriteLayer(context.Background(), path, l, each(nil, nil)); err != nil {
		t.Fatal(err)
	}
	validate(t, path)
}

func TestALayerThatFailsLeavesNothing(t *testing.T) {
	l, rows := walksLayer()
	broken := errors.New("broken")
	dir := t.TempDir()
	ended, end := context.WithCancelCause(context.Background())
	end(broken)
	for name, try := range map[string]func(path string) error{
		"a row that cannot be had": func(path string) error {
			return WriteLayer(context.Background(), path, l, each(rows, broken))
		},
		"a context that ended": func(path string) error { return WriteLayer(ended, path, l, each(rows, nil)) },
	} {
		if err := try(filepath.Join(dir, "x.gpkg")); !errors.Is(err, broken) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := WriteLayer(context.Background(), filepath.Join(dir, "x.gpkg"), l, each(append(rows, rows[0]), nil)); err == nil {
		t.Error("a fid was taken twice")
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
}
