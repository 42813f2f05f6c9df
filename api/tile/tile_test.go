package tile

import (
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/maptile"
	"github.com/paulmach/orb/planar"
	"pgregory.net/rapid"
)

// drawPlace is a place within the map of the world.
func drawPlace(t *rapid.T) orb.Point {
	return orb.Point{rapid.Float64Range(-179.99, 179.99).Draw(t, "lon"), rapid.Float64Range(-85, 85).Draw(t, "lat")}
}

// at is the tile of a zoom that holds a place, by the other implementation.
func at(p orb.Point, z uint32) ID {
	other := maptile.At(p, maptile.Zoom(z))
	return ID{z, other.X, other.Y}
}

// A place is found in its tile, by another implementation, within one unit: an
// eighth of a pixel.
func TestPlacesAreRightToAPixel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlace(t)
		id := at(p, rapid.Uint32Range(0, MaxZoom).Draw(t, "zoom"))
		l := NewLayer("a")
		l.Feature(7)
		l.Point(quantise(id.Place(World(p))))
		layers, err := mvt.Unmarshal(l.Append(nil))
		if err != nil {
			t.Fatal(err)
		}
		layers.ProjectToWGS84(maptile.New(id.X, id.Y, maptile.Zoom(id.Z)))
		got := layers[0].Features[0].Geometry.(orb.Point)
		unit := 360 / float64(uint32(1)<<id.Z) / Extent
		if math.Abs(got[0]-p[0]) > unit || math.Abs(got[1]-p[1]) > unit {
			t.Fatalf("%v in %v is read as %v, a unit is %v degrees", p, id, got, unit)
		}
		if !id.Bound(0).Pad(1e-9).Contains(p) || !id.Exists() {
			t.Fatalf("%v is not in %v: %v", p, id, id.Bound(0))
		}
	})
}

func TestTilesThatThereAreNot(t *testing.T) {
	for id, want := range map[ID]bool{
		{0, 0, 0}: true, {14, 16383, 16383}: true, {0, 1, 0}: false, {0, 0, 1}: false, {3, 8, 0}: false, {3, 7, 7}: true,
		{15, 0, 0}: false, {14, 16384, 0}: false, {math.MaxUint32, 0, 0}: false, {1, math.MaxUint32, 0}: false,
	} {
		if got := id.Exists(); got != want {
			t.Errorf("%v: %v", id, got)
		}
	}
	if b := (ID{0, 0, 0}).Bound(Buffer); b.Min[0] != -180 || b.Max[0] != 180 || math.Abs(b.Max[1]-85.0511) > 1e-4 {
		t.Errorf("the world is %v", b)
	}
}

// A tile says what was written into it.
func TestFeaturesComeBack(t *testing.T) {
	l := NewLayer("reports")
	for _, id := range []uint64{1, 1 << 53} {
		l.Feature(id)
		l.Text("unit", "persons")
		l.Text("name", "Emerson–Pembina \"é\"")
		l.Number("count", 143)
		l.Number("share", 0.625)
		l.Number("offset", -12)
		l.Number("nothing", math.NaN())
		l.Truth("open", true)
		l.Truth("closed", false)
		l.Point(Point{-5, 4100})
	}
	l.Feature(3)
	l.Lines(nil) // is none
	l.Feature(4)
	l.Number("count", 143)
	l.Lines([][]Point{{{0, 0}, {10, -10}, {4096, 7}}, {{5, 5}, {6, 6}}})
	other := NewLayer("flags")
	text := other.Append(l.Append(nil))
	layers, err := mvt.Unmarshal(text)
	if err != nil || len(layers) != 1 {
		t.Fatalf("%d layers: %v", len(layers), err)
	}
	got := layers[0]
	if got.Name != "reports" || got.Version != 2 || got.Extent != Extent || len(got.Features) != 3 {
		t.Fatalf("%+v", got)
	}
	want := map[string]any{"unit": "persons", "name": "Emerson–Pembina \"é\"", "count": 143.0, "share": 0.625, "offset": -12.0, "open": true, "closed": false}
	for i, id := range []float64{1, 1 << 53} {
		f := got.Features[i]
		if f.ID != id || f.Geometry.(orb.Point) != (orb.Point{-5, 4100}) {
			t.Errorf("feature %v at %v", f.ID, f.Geometry)
		}
		if diff := cmp.Diff(want, map[string]any(f.Properties)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	lines := got.Features[2].Geometry.(orb.MultiLineString)
	if diff := cmp.Diff(orb.MultiLineString{{{0, 0}, {10, -10}, {4096, 7}}, {{5, 5}, {6, 6}}}, lines); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(l.values.texts) != 7 {
		t.Errorf("%d values are kept, some twice", len(l.values.texts))
	}
}

// A line in a tile lies within its buffered edge, and nowhere farther from the true
// one than it may.
func TestLinesAreCutAndTrue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		z := rapid.Uint32Range(0, MaxZoom).Draw(t, "zoom")
		start := drawPlace(t)
		id := at(start, z)
		size := 360 / float64(uint32(1)<<z)
		line := orb.LineString{start}
		for range rapid.IntRange(1, 60).Draw(t, "points") {
			last := line[len(line)-1]
			line = append(line, orb.Point{last[0] + rapid.Float64Range(-size/4, size/4).Draw(t, "east"), max(-84, min(84, last[1]+rapid.Float64Range(-size/8, size/8).Draw(t, "north")))})
		}
		var placed orb.LineString
		for _, p := range WorldLine(line) {
			placed = append(placed, id.Place(p))
		}
		for _, piece := range id.Line(WorldLine(line)) {
			if len(piece) < 2 {
				t.Fatalf("a piece of %d points", len(piece))
			}
			for i, p := range piece {
				if p.X < -Buffer || p.X > Extent+Buffer || p.Y < -Buffer || p.Y > Extent+Buffer {
					t.Fatalf("%v lies beyond the edge", p)
				}
				if d := planar.DistanceFrom(placed, orb.Point{float64(p.X), float64(p.Y)}); d > 1 {
					t.Fatalf("%v is %v from the line", p, d)
				}
				if i > 0 && p == piece[i-1] {
					t.Fatalf("%v twice", p)
				}
			}
		}
		// What lies inside is drawn, unless it is too short to be seen.
		for _, p := range placed {
			if p[0] < 0 || p[1] < 0 || p[0] > Extent || p[1] > Extent || placed.Bound().Max[0]-placed.Bound().Min[0] < 2*Buffer {
				continue
			}
			least := math.Inf(1)
			for _, piece := range id.Line(WorldLine(line)) {
				var drawn orb.LineString
				for _, q := range piece {
					drawn = append(drawn, orb.Point{float64(q.X), float64(q.Y)})
				}
				least = min(least, planar.DistanceFrom(drawn, p))
			}
			if least > id.detail()+1.5 {
				t.Fatalf("%v is %v from what is drawn", p, least)
			}
		}
	})
}

// Every point is counted in one tile of a zoom, in the cell it lies in.
func TestGridsCountEachPointOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		z := rapid.Uint32Range(2, 6).Draw(t, "zoom")
		points := rapid.SliceOfN(rapid.Custom(drawPlace), 1, 20).Draw(t, "points")
		edge := ID{z, uint32(1)<<z - 1, uint32(1) << z / 2}.Bound(0)
		points = append(points, edge.Min, orb.Point{edge.Min[0], edge.Max[1]})
		sum, ids := 0, map[uint64]bool{}
		seen := map[ID]bool{}
		for _, p := range points {
			for dx := -1; dx <= 1; dx++ {
				for dy := -1; dy <= 1; dy++ {
					id := at(p, z)
					id.X, id.Y = id.X+uint32(dx), id.Y+uint32(dy)
					if !id.Exists() || seen[id] {
						continue
					}
					seen[id] = true
					g := NewGrid(id)
					for _, q := range points {
						g.Point(q)
					}
					for c := range g.Clusters {
						sum += c.Count
						if ids[c.ID] || c.ID == 0 {
							t.Fatalf("cell %d twice", c.ID)
						}
						ids[c.ID] = true
						if c.At.X < 0 || c.At.X > Extent || c.At.Y < 0 || c.At.Y > Extent {
							t.Fatalf("a cluster at %v", c.At)
						}
						if i := int(c.ID-1) & (cells - 1); int(c.At.X)>>6 != i && int(c.At.X)&63 != 0 {
							t.Fatalf("a cluster at %v in column %d", c.At, i)
						}
					}
				}
			}
		}
		if sum != len(points) {
			t.Fatalf("%d of %d points are counted", sum, len(points))
		}
	})
}

// GDAL reads a tile as it was meant.
func TestGDALReadsTiles(t *testing.T) {
	ogrinfo, err := exec.LookPath("ogrinfo")
	if err != nil {
		t.Skip("ogrinfo is not installed")
	}
	if out, _ := exec.Command(ogrinfo, "--formats").Output(); !strings.Contains(string(out), "MVT") {
		t.Skip("this GDAL does not read vector tiles")
	}
	p := orb.Point{-97.24, 49}
	id := at(p, 6)
	l := NewLayer("reports")
	l.Feature(42)
	l.Text("unit", "persons")
	l.Number("count_best", 143)
	l.Point(quantise(id.Place(World(p))))
	line := NewLayer("segments")
	line.Feature(1)
	line.Text("id", "main-0001")
	line.Lines(id.Line(WorldLine(orb.LineString{{-97.24, 49}, {-96, 49}, {-80, 49}})))
	dir := filepath.Join(t.TempDir(), "6", "14")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "21.mvt")
	if err := os.WriteFile(path, line.Append(l.Append(nil)), 0o644); err != nil {
		t.Fatal(err)
	}
	if id != (ID{6, 14, 21}) {
		t.Fatalf("the tile is %v", id)
	}
	out, err := exec.Command(ogrinfo, "-al", "-oo", "X=14", "-oo", "Y=21", "-oo", "Z=6", "MVT:"+path).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, want := range []string{"Layer name: reports", "Layer name: segments", "unit (String) = persons", "count_best (Integer) = 143", "mvt_id (Integer64) = 42", "id (String) = main-0001", "LINESTRING"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("%q is not in what GDAL reads:\n%s", want, out)
		}
	}
	if strings.Contains(string(out), "ERROR") || strings.Contains(string(out), "Warning") {
		t.Errorf("GDAL complains:\n%s", out)
	}
}

// Points that are told of together, in whatever numbers, are counted where each is
// alone, at every zoom and at the edges of cells.
func TestGridsCountTogetherAsAlone(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 5))
	together := 0
	for range 3000 {
		z := uint32(random.IntN(MaxZoom + 1))
		p := orb.Point{-97 + random.Float64(), 49 + random.Float64()}
		id := at(p, z)
		alone, fine, all := NewGrid(id), NewGrid(id), NewGrid(id)
		x, y := int32(math.Round(p[0]*perDegree)), int32(math.Round(p[1]*perDegree))
		if column := alone.column(int64(x)) + alone.first; random.IntN(3) == 0 { // the first of a column
			x = int32(math.Ceil(float64(column)*360*perDegree/float64(uint64(cells)<<z) - 180*perDegree))
		}
		low, high, n, lon, lat := orb.Point{180, 90}, orb.Point{-180, -90}, 0, int64(0), int64(0)
		for range 5 {
			a, b := x+random.Int32N(30), y+random.Int32N(30)
			q := orb.Point{float64(a) / perDegree, float64(b) / perDegree}
			alone.At(a, b)
			fine.Point(q)
			n, lon, lat = n+1, lon+int64(a), lat+int64(b)
			for k := range q {
				low[k], high[k] = min(low[k], q[k]), max(high[k], q[k])
			}
		}
		if alone.sums != fine.sums {
			t.Fatalf("zoom %d, %v: a point is counted otherwise by its units", z, p)
		}
		if number, ok := all.Within(low, high); ok {
			all.Together(number, n, lon, lat)
			if together++; all.sums != alone.sums {
				t.Fatalf("zoom %d, %v to %v: together in cell %d, alone elsewhere", z, low, high, number)
			}
		}
	}
	if together < 1000 {
		t.Errorf("%d together: the test shows little", together)
	}
}
