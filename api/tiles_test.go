package api

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/maptile"
	"github.com/paulmach/orb/planar"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// tileAt is the address of the tile of a zoom that holds a place.
func tileAt(lon, lat float64, zoom int) (maptile.Tile, string) {
	at := maptile.At(orb.Point{lon, lat}, maptile.Zoom(zoom))
	return at, fmt.Sprintf("/tiles/%d/%d/%d.mvt", zoom, at.X, at.Y)
}

// layers are those of a tile, in degrees.
func (a *answered) layers(at maptile.Tile) map[string]*mvt.Layer {
	a.Helper()
	all, err := mvt.Unmarshal(a.is(200).body)
	if err != nil {
		a.Fatal(err)
	}
	all.ProjectToWGS84(at)
	named := map[string]*mvt.Layer{}
	for _, l := range all {
		named[l.Name] = l
	}
	return named
}

func feature(l *mvt.Layer, id string) *geojson.Feature {
	for _, f := range l.Features {
		if f.Properties["id"] == id {
			return f
		}
	}
	return nil
}

// Every collection is in its tile, where and as it is elsewhere.
func TestTilesHoldWhatTheCollectionsHold(t *testing.T) {
	c := newClient(t)
	c.fill(10)
	at, address := tileAt(-95.7, 49.001, 10)
	layers := c.get(address).layers(at)
	if got := layers["reports"].Features; len(got) != 7 {
		t.Errorf("%d reports are in the tile and its buffer", len(got))
	}
	for i := 3; i < 8; i++ {
		id := fmt.Sprintf("r%03d", i)
		got, want := feature(layers["reports"], id), c.get("/collections/reports/items/"+id).json()
		if got == nil {
			t.Fatalf("%s is not there", id)
		}
		properties := want["properties"].(map[string]any)
		where := want["geometry"].(map[string]any)["coordinates"].([]any)
		pixel := 360 / math.Exp2(10) / 512
		if p := got.Geometry.(orb.Point); math.Abs(p[0]-where[0].(float64)) > pixel || math.Abs(p[1]-where[1].(float64)) > pixel {
			t.Errorf("%s is drawn at %v and lies at %v", id, p, where)
		}
		if got.ID != properties["fid"] {
			t.Errorf("%s has the number %v, want %v", id, got.ID, properties["fid"])
		}
		for _, name := range []string{"count_best", "unit", "observed_start", "segment", "km", "status"} {
			if got.Properties[name] != properties[name] {
				t.Errorf("%s of %s is %v, want %v", name, id, got.Properties[name], properties[name])
			}
		}
	}
	at, address = tileAt(-101, 49.001, 5)
	layers = c.get(address + "?layers=segments,ports,flags,hotspots").layers(at)
	if layers["reports"] != nil || len(layers) != 4 {
		t.Errorf("layers %v", layers)
	}
	if got := len(layers["hotspots"].Features); got != 2 { // the others lie west of it
		t.Errorf("%d hot spots", got)
	}
	segment := feature(layers["segments"], "main-0015")
	if segment.ID != 16.0 || segment.Properties["unguarded_share"] != 0.8 || segment.Properties["guarded"] != false {
		t.Errorf("segment %v: %v", segment.ID, segment.Properties)
	}
	if _, known := feature(layers["segments"], "main-0007").Properties["guarded"]; known {
		t.Error("what is not known is said")
	}
	spot := feature(layers["hotspots"], "main-0015-persons-20170101")
	drawn := c.corpus.line.Slice(c.corpus.spots[0].Stretch)
	for _, p := range spot.Geometry.(orb.LineString) {
		if d := planar.DistanceFrom(drawn, p); d > 360/math.Exp2(5)/512 {
			t.Errorf("a hot spot is drawn %v degrees from its line", d)
		}
	}
}

// Below zoom 8 each report counts in one tile of a zoom.
func TestReportsAreGatheredBelowZoom8(t *testing.T) {
	c := newClient(t)
	c.fill(30)
	c.post(`{"type":"Feature","id":"rough","geometry":null,"properties":{"observed_start":"2017-01-01T00:00:00Z","count_best":9,"stretch":{"part":"main","km_from":100,"km_to":900}}}`).is(201)
	for zoom := range 8 {
		sum, tiles := 0.0, 0
		from, _ := tileAt(-124, 49.1, zoom)
		to, _ := tileAt(-95, 48.9, zoom)
		for x := from.X; x <= to.X; x++ {
			for y := from.Y; y <= to.Y; y++ {
				a := c.get(fmt.Sprintf("/tiles/%d/%d/%d.mvt?layers=reports", zoom, x, y))
				if a.status == 204 {
					continue
				}
				tiles++
				for _, f := range a.layers(maptile.New(x, y, maptile.Zoom(zoom)))["reports"].Features {
					sum += f.Properties["reports"].(float64)
					if f.ID == nil {
						t.Error("a cluster has no number")
					}
				}
			}
		}
		if sum != 31 || tiles == 0 {
			t.Errorf("zoom %d: %v reports in %d tiles", zoom, sum, tiles)
		}
	}
	_, address := tileAt(-97, 49, 3)
	for query, want := range map[string]float64{"&unit=persons": 31, "&datetime=2017-03-03/..": 2, "&unit=claims": 0} {
		sum := 0.0
		if a := c.get(address + "?layers=reports" + query); a.status != 204 {
			at, _ := tileAt(-97, 49, 3)
			for _, f := range a.layers(at)["reports"].Features {
				sum += f.Properties["reports"].(float64)
			}
		}
		if sum != want {
			t.Errorf("%s: %v reports, want %v", query, sum, want)
		}
	}
	at, deep := tileAt(c.corpus.line.At(frontier.Main, frontier.KM(500))[0], 49, 9)
	rough := feature(c.get(deep + "?layers=reports").layers(at)["reports"], "rough")
	if _, line := rough.Geometry.(orb.LineString); !line {
		t.Errorf("a stretch is drawn as %v", rough.Geometry)
	}
}

func TestTilesAreAskedForAsTheyShouldBe(t *testing.T) {
	c := newClient(t)
	c.fill(3)
	empty := c.get("/tiles/6/0/0.mvt").is(204)
	if empty.header.Get("ETag") == "" || len(empty.body) > 0 || empty.header.Get("Content-Type") != "" {
		t.Errorf("an empty tile: %v", empty.header)
	}
	for address, status := range map[string]int{
		"/tiles/15/0/0.mvt": 404, "/tiles/3/8/0.mvt": 404, "/tiles/0/0/1.mvt": 404, "/tiles/3/1/1": 404, "/tiles/3/1/1.png": 404,
		"/tiles/a/1/1.mvt": 400, "/tiles/3/-1/1.mvt": 400, "/tiles/3/1/1.5.mvt": 400, "/tiles/3/1/99999999999.mvt": 400,
		"/tiles/3/1/1.mvt?layers=posts": 400, "/tiles/3/1/1.mvt?layers=": 400, "/tiles/3/1/1.mvt?bbox=1,2,3,4": 400, "/tiles/14/16383/16383.mvt": 204,
	} {
		c.get(address).is(status)
	}
	_, address := tileAt(-95.7, 49.001, 4)
	a := c.get(address).is(200)
	if a.header.Get("Content-Type") != "application/vnd.mapbox-vector-tile" || a.header.Get("Cache-Control") == "" {
		t.Errorf("%v", a.header)
	}
	packed := c.get(address, "Accept-Encoding: gzip").is(200)
	if packed.header.Get("Content-Encoding") != "gzip" || packed.header.Get("ETag") == a.header.Get("ETag") {
		t.Errorf("%v", packed.header)
	}
	z, err := gzip.NewReader(bytes.NewReader(packed.body))
	if err != nil {
		t.Fatal(err)
	}
	if plain, _ := io.ReadAll(z); !bytes.Equal(plain, a.body) {
		t.Error("packed it is another tile")
	}
	c.get(address, "If-None-Match: "+a.header.Get("ETag")).is(304)
	c.get(address, "Accept-Encoding: gzip", "If-None-Match: "+packed.header.Get("ETag")).is(304)
	c.post(reportText("new", -95.8, "2017-01-01T00:00:00Z", 1)).is(201)
	if now := c.get(address, "If-None-Match: "+a.header.Get("ETag")).is(200); bytes.Equal(now.body, a.body) {
		t.Error("after a report the tile is the old one")
	}
	c.do("HEAD", address, "").is(200)
}

func TestTileJSONSaysWhatTilesHold(t *testing.T) {
	c := newClient(t)
	c.fill(3)
	j := c.get("/tiles.json").is(200).json()
	if j["tilejson"] != "3.0.0" || j["maxzoom"] != 14.0 || j["minzoom"] != 0.0 || j["scheme"] != "xyz" {
		t.Errorf("%v", j)
	}
	template := j["tiles"].([]any)[0].(string)
	at, _ := tileAt(-95.5, 49.001, 9)
	address := strings.NewReplacer("{z}", "9", "{x}", fmt.Sprint(at.X), "{y}", fmt.Sprint(at.Y), "http://example.com", "").Replace(template)
	layers := c.get(address).layers(at)
	described := []string{}
	for _, l := range j["vector_layers"].([]any) {
		l := l.(map[string]any)
		described = append(described, l["id"].(string))
		fields := l["fields"].(map[string]any)
		if found := layers[l["id"].(string)]; found != nil {
			for name := range found.Features[0].Properties {
				if fields[name] == nil {
					t.Errorf("%s.%s is in the tile and not in the description", l["id"], name)
				}
			}
		}
	}
	if !slices.Equal(described, tileLayers[:]) || len(layers) < 2 {
		t.Errorf("layers %v, in the tile %d", described, len(layers))
	}
	b := j["bounds"].([]any)
	if len(b) != 4 || b[0].(float64) > -141 || b[2].(float64) < -95 {
		t.Errorf("bounds %v", b)
	}
	one := c.get("/tiles.json?layers=flags").is(200).json()
	if len(one["vector_layers"].([]any)) != 1 || !strings.HasSuffix(one["tiles"].([]any)[0].(string), "{y}.mvt?layers=flags") {
		t.Errorf("%v", one)
	}
}

// A tile with very many reports stays small at every zoom.
func TestTilesOfManyReportsAreGathered(t *testing.T) {
	f := crowded(t, 20_000)
	h := New(Config{Corpus: f, Now: noon})
	at, address := tileAt(-97.001, 49.001, 8)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", address+"?layers=reports", nil))
	layers := (&answered{client: &client{T: t}, status: w.Code, body: w.Body.Bytes()}).layers(at)
	sum := 0.0
	for _, f := range layers["reports"].Features {
		sum += f.Properties["reports"].(float64)
	}
	if w.Body.Len() > 20_000 || sum < 10_000 {
		t.Errorf("%d bytes for %v reports", w.Body.Len(), sum)
	}
}

// along is a corpus of n reports, 80 % of them at 150 sites along the line.
func along(b *testing.B, n int) *fake {
	b.Helper()
	f := newFake()
	random := rand.New(rand.NewPCG(1, 2))
	versions := make([]*report.Version, n)
	for i := range versions {
		p := orb.Point{-95 - 28*random.Float64(), 49}
		if random.Float64() < 0.8 {
			p[0] = -95 - 28*(float64(random.IntN(150))+0.5)/150
		}
		for k := range p { // of seven decimals, as what is stored
			p[k] = math.Round(1e7*(p[k]+0.01*random.NormFloat64())) / 1e7
		}
		at := noon().Add(-time.Duration(i) * time.Minute)
		versions[i] = &report.Version{Report: report.Report{ID: fmt.Sprintf("r%d", i), Point: &p, Start: at, End: at}, FID: int64(i + 1), Seq: log.Seq(i + 1), Recorded: noon()}
	}
	if err := f.index.Load(func() error { f.index.Add(versions...); return nil }); err != nil {
		b.Fatal(err)
	}
	f.head, f.recorded = log.Seq(n), noon()
	return f
}

// BenchmarkTiles is a tile of zoom 6 of a million reports along a line, a fifth of
// them in it, made and asked for again. The bar is 10 ms and 1 ms of processor.
func BenchmarkTiles(b *testing.B) {
	f := along(b, 1_000_000)
	h := New(Config{Corpus: f, Now: noon})
	_, address := tileAt(-97.001, 49.001, 6)
	run := func(b *testing.B, target func(int) string) {
		w := &sink{header: http.Header{}}
		n, before := 0, processor()
		for b.Loop() {
			r := httptest.NewRequest("GET", target(n), nil)
			r.Header.Set("Accept-Encoding", "gzip")
			clear(w.header)
			h.ServeHTTP(w, r)
			n++
		}
		b.ReportMetric(float64((processor()-before).Microseconds())/float64(n), "cpu-µs/op")
		b.ReportMetric(float64(w.bytes)/float64(n), "bytes/op")
	}
	run(b, func(int) string { return address }) // the lines of the frontier, once
	b.Run("cold", func(b *testing.B) {
		run(b, func(n int) string {
			return address + "?datetime=1999-01-01T00:00:00Z/2017-03-06T00:00:" + fmt.Sprintf("%02d.%06dZ", n/1_000_000, n%1_000_000)
		})
	})
	b.Run("cold-all-time", func(b *testing.B) {
		run(b, func(n int) string { f.head++; return address })
	})
	b.Run("warm", func(b *testing.B) { run(b, func(int) string { return address }) })
}

// processor is how long this process has computed.
func processor() time.Duration {
	var used syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
