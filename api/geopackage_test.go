package api

import (
	"context"
	"errors"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"frontierwatch/api/codec"
	"frontierwatch/data/gpkg"
)

// writeLayer is how the program writes the files.
func writeLayer(ctx context.Context, path string, l Layer, rows iter.Seq2[LayerRow, error]) error {
	layer := gpkg.Layer{Name: l.Name, Title: l.Title, Description: l.Description, Geometry: l.Geometry, Changed: l.Changed, Marking: l.Marking}
	for _, c := range l.Columns {
		layer.Columns = append(layer.Columns, gpkg.Column(c))
	}
	return gpkg.WriteLayer(ctx, path, layer, func(yield func(gpkg.Row, error) bool) {
		for r, err := range rows {
			if !yield(gpkg.Row(r), err) {
				return
			}
		}
	})
}

// saved is an answer as a file.
func (a *answered) saved() string {
	a.Helper()
	path := filepath.Join(a.TempDir(), "answer.gpkg")
	if err := os.WriteFile(path, a.is(200).body, 0o600); err != nil {
		a.Fatal(err)
	}
	return path
}

// emptied makes a folder of the test the one for temporary files, and says what is
// in it.
func emptied(t *testing.T) func() []string {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	return func() (names []string) {
		entries, _ := os.ReadDir(dir)
		for _, e := range entries {
			names = append(names, e.Name())
		}
		return names
	}
}

// Every collection is a GeoPackage that GDAL's validator passes, with the features
// that the GeoJSON has.
func TestEveryCollectionIsAGeoPackage(t *testing.T) {
	python, err := exec.LookPath("/usr/bin/python3")
	if err != nil || exec.Command(python, "-c", "import osgeo_utils.samples.validate_gpkg").Run() != nil {
		t.Skip("skipped: osgeo_utils is not installed (Debian: apt-get install gdal-bin python3-gdal)")
	}
	left := emptied(t)
	c := newClient(t)
	c.fill(5)
	c.post(`{"type":"Feature","id":"stretch","geometry":null,"properties":{"stretch":{"part":"main","km_from":700,"km_to":710},"observed_start":"2017-01-01T00:00:00Z","observed_end":"2017-02-28T00:00:00Z","count_best":143,"source":"rcmp","overlaps":["r001","r002"]}}`).is(201)
	for _, of := range codec.Collections() {
		a := c.get("/collections/" + of + "/items?f=gpkg").is(200)
		path := a.saved()
		if out, err := exec.Command(python, "-m", "osgeo_utils.samples.validate_gpkg", path).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", of, err, out)
		}
		out, err := exec.Command("ogr2ogr", "-f", "CSV", "-select", "id", "/vsistdout/", path).Output()
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Fields(strings.ReplaceAll(string(out), `"`, ""))[1:]
		want := c.get("/collections/" + of + "/items?limit=10000").ids()
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s has %d features in the file, %d as GeoJSON", of, len(got), len(want))
		}
	}
	text, err := exec.Command("ogrinfo", "-ro", "-q", c.get("/collections/reports/items?f=gpkg&filter=count_best%3E3&sortby=id").saved(), "reports").Output()
	for _, want := range []string{
		"OGRFeature(reports):5\n", "id (String) = r004", "count_best (Integer64) = 143", "overlaps (String) = r001,r002", "deleted (Integer(Boolean)) = 0",
		"observed_start (DateTime) = 2017/02/28 12:00:30+00", "LINESTRING (", "POINT (-95.7 49.001)", "source_ref (String) = (null)",
	} {
		if err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%v; there is no %q in\n%s", err, want, text)
		}
	}
	if strings.Contains(string(text), "r003") {
		t.Error("the filter was passed over")
	}
	if names := left(); len(names) > 0 {
		t.Errorf("%v is left", names)
	}
}

func TestGeoPackagesAreAskedForAsOtherFormats(t *testing.T) {
	left := emptied(t)
	c := newClient(t)
	c.fill(3)
	const at = "/collections/reports/items"
	a := c.get(at+"?f=gpkg", "Accept-Encoding: gzip")
	if string(a.is(200).body[:15]) != "SQLite format 3" || a.header.Get("Content-Type") != "application/geopackage+sqlite3" || a.header.Get("Content-Encoding") != "" {
		t.Errorf("%v %.20q", a.header, a.body)
	}
	if again := c.get(at, "Accept: application/geopackage+sqlite3"); string(again.body) != string(a.body) || again.header.Get("ETag") != a.header.Get("ETag") {
		t.Error("the same file has other bytes, or another tag")
	}
	c.get(at+"?f=gpkg", "If-None-Match: "+a.header.Get("ETag")).is(304)
	if head := c.do("HEAD", at+"?f=gpkg", "").is(200); len(head.body) > 0 || head.header.Get("ETag") != a.header.Get("ETag") {
		t.Errorf("HEAD: %v", head.header)
	}
	if one := c.get(at + "?f=gpkg&limit=1&properties=fid").is(200); strings.Contains(string(one.body), "r001") || strings.Contains(string(one.body), "observed_start") {
		t.Error("limit and properties change nothing")
	}
	c.get("/hotspots?f=gpkg").is(200)
	c.get(at + "?f=gpkg&limit=x").is(400)
	c.corpus.broken = errors.New("broken")
	c.get(at + "?f=gpkg&limit=7").is(500)
	if names := left(); len(names) > 0 {
		t.Errorf("%v is left", names)
	}
	c.get("/collections/reports/items/r001?f=gpkg").is(400)
	none := newClient(t, func(cfg *Config) { cfg.GeoPackage = nil })
	none.get(at + "?f=gpkg").is(400)
}

// More than some at a time are told to come again; what goes wrong with a file is no
// fault of the client.
func TestGeoPackagesAreMadeFewAtATime(t *testing.T) {
	left := emptied(t)
	entered, let := make(chan bool, maxExports), make(chan bool)
	c := newClient(t, func(cfg *Config) {
		cfg.GeoPackage = func(_ context.Context, path string, _ Layer, _ iter.Seq2[LayerRow, error]) error {
			entered <- true
			<-let
			os.WriteFile(path, []byte("half"), 0o600)
			return errors.New("no space")
		}
	})
	done := make(chan *answered)
	for range maxExports {
		go func() { done <- c.get("/collections/ports/items?f=gpkg") }()
		<-entered
	}
	if a := c.get("/collections/ports/items?f=gpkg").is(503); a.header.Get("Retry-After") != "5" {
		t.Errorf("Retry-After %q", a.header.Get("Retry-After"))
	}
	c.do("HEAD", "/collections/ports/items?f=gpkg", "").is(200)
	close(let)
	for range maxExports {
		if a := (<-done).is(503); a.header.Get("Content-Disposition") != "" {
			t.Error("a problem is given a name to be saved under")
		}
	}
	c.get("/collections/ports/items?f=gpkg").is(503)
	if names := left(); len(names) > 0 {
		t.Errorf("%v is left", names)
	}
}
