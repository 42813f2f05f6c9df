package boundary

import (
	"math"
	"os"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
)

func load(t testing.TB) *frontier.Frontier {
	t.Helper()
	f, err := Frontier()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// wantKM fails unless a length is within 0.05 % of another, and within 100 m more for
// each end that is only known that well.
func wantKM(t *testing.T, what string, got frontier.Meters, km float64, slack float64) {
	t.Helper()
	if math.Abs(got.KM()-km) > km*0.0005+slack {
		t.Errorf("%s is %.3f km long, want %.3f", what, got.KM(), km)
	}
}

// International Boundary Commission, length of the boundary.
func TestLengthIsTheOfficialOne(t *testing.T) {
	f := load(t)
	main, alaska := f.Length(frontier.Main), f.Length(frontier.Alaska)
	wantKM(t, "main", main, 6416, 0)
	wantKM(t, "alaska", alaska, 2475, 0)
	wantKM(t, "the frontier", main+alaska, 8891, 0)
}

// The sections of the boundary, between the places where one passes into the
// next; their lengths were measured independently on the same source.
func TestSections(t *testing.T) {
	f := load(t)
	for _, s := range []struct {
		name     string
		part     frontier.Part
		from, to orb.Point
		km       float64
	}{
		{"North Line", frontier.Main, orb.Point{-67.7812, 45.9446}, orb.Point{-67.7902, 47.0672}, 124.8},
		{"Southwest Line", frontier.Main, orb.Point{-69.2245, 47.4598}, orb.Point{-69.9971, 46.6955}, 103.3},
		{"45th parallel", frontier.Main, orb.Point{-71.5010, 45.0135}, orb.Point{-74.6750, 45.0007}, 251.3},
		{"St. Lawrence and Great Lakes", frontier.Main, orb.Point{-74.6750, 45.0007}, orb.Point{-89.5647, 48.0026}, 2072},
		{"Pigeon River to Northwest Angle", frontier.Main, orb.Point{-89.5647, 48.0026}, orb.Point{-95.1534, 49.3845}, 685.0},
		{"49th at Manitoba and North Dakota", frontier.Main, orb.Point{-97.2292, 49.0005}, orb.Point{-101.3672, 48.9995}, 302.8},
		{"49th at Saskatchewan and Alberta", frontier.Main, orb.Point{-101.3672, 48.9995}, orb.Point{-114.0682, 48.9989}, 929.4},
		{"49th at British Columbia", frontier.Main, orb.Point{-114.0682, 48.9989}, orb.Point{-123.3222, 49.0021}, 677.1},
		{"Georgia and Juan de Fuca", frontier.Main, orb.Point{-123.3222, 49.0021}, orb.Point{-124.7272, 48.4934}, 224.7},
		{"141st meridian", frontier.Alaska, orb.Point{-141.0013, 69.6467}, orb.Point{-141.0020, 60.3064}, 1041.4},
		{"Southeast Alaska", frontier.Alaska, orb.Point{-141.0020, 60.3064}, orb.Point{-130.0176, 55.9120}, 1141.3},
		{"Portland Canal and A–B", frontier.Alaska, orb.Point{-130.0176, 55.9120}, orb.Point{-132.6842, 54.6621}, 292.0},
	} {
		from, to := locate(t, f, s.from), locate(t, f, s.to)
		if from.Part != s.part || to.Part != s.part {
			t.Errorf("%s lies on %s and %s, want %s", s.name, from.Part, to.Part, s.part)
		}
		wantKM(t, s.name, to.Measure-from.Measure, s.km, 0.2)
	}
}

func locate(t *testing.T, f *frontier.Frontier, p orb.Point) frontier.Place {
	t.Helper()
	place, err := f.Locate(p, frontier.Limit)
	if err != nil {
		t.Fatal(err)
	}
	return place
}

func TestControlPoints(t *testing.T) {
	f := load(t)
	for _, c := range []struct {
		name   string
		at     orb.Point
		within frontier.Meters
		part   frontier.Part
		km     float64
	}{
		{"Roxham Road", orb.Point{-73.4530, 45.0088}, 20, frontier.Main, 1230.9},
		{"Derby Line", orb.Point{-72.0980, 45.0055}, 100, frontier.Main, 1124.0},
		{"Ambassador Bridge", orb.Point{-83.0740, 42.3120}, 50, frontier.Main, 2294.1},
		{"Northwest Angle", orb.Point{-95.1500, 49.3800}, 150, frontier.Main, 4085.4},
		{"Emerson", orb.Point{-97.2372, 49.0003}, 60, frontier.Main, 4281.3},
		{"Peace Arch", orb.Point{-122.7565, 49.0021}, 10, frontier.Main, 6148.7},
		{"Point Roberts", orb.Point{-123.0680, 49.0021}, 20, frontier.Main, 6171.4},
		{"Poker Creek", orb.Point{-141.0010, 64.0850}, 50, frontier.Alaska, 620.2},
	} {
		p := locate(t, f, c.at)
		if d := max(p.Offset, -p.Offset); d > c.within {
			t.Errorf("%s is %.0f m from the line, want at most %.0f", c.name, float64(d), float64(c.within))
		}
		if p.Part != c.part || math.Abs(p.Measure.KM()-c.km) > 0.5 {
			t.Errorf("%s is at %s km %.3f, want %s km %.1f", c.name, p.Part, p.Measure.KM(), c.part, c.km)
		}
	}
}

// At Detroit Canada is south, at Point Roberts the United States are, in Alaska
// they are west: the side comes from the polygons, not from a direction.
func TestSides(t *testing.T) {
	f := load(t)
	for _, c := range []struct {
		name string
		at   orb.Point
		want frontier.Side
	}{
		{"Windsor", orb.Point{-83.0364, 42.3149}, frontier.CA},
		{"Detroit", orb.Point{-83.0458, 42.3314}, frontier.US},
		{"Niagara Falls, Ontario", orb.Point{-79.0849, 43.0896}, frontier.CA},
		{"Niagara Falls, New York", orb.Point{-79.0377, 43.0962}, frontier.US},
		{"Campobello Island", orb.Point{-66.9300, 44.8800}, frontier.CA},
		{"Lubec", orb.Point{-66.9843, 44.8606}, frontier.US},
		{"Angle Inlet", orb.Point{-95.0700, 49.3450}, frontier.US},
		{"Point Roberts", orb.Point{-123.0780, 48.9860}, frontier.US},
		{"Tsawwassen", orb.Point{-123.0800, 49.0200}, frontier.CA},
		{"Victoria", orb.Point{-123.3657, 48.4284}, frontier.CA},
		{"Beaver Creek", orb.Point{-140.8750, 62.3800}, frontier.CA},
		{"Boundary, Alaska", orb.Point{-141.1060, 64.0750}, frontier.US},
		{"Hyder", orb.Point{-130.0250, 55.9170}, frontier.US},
		{"Stewart", orb.Point{-129.9900, 55.9360}, frontier.CA},
		{"Isle Royale", orb.Point{-88.9000, 48.0000}, frontier.US},
		{"Pelee Island", orb.Point{-82.6550, 41.7700}, frontier.CA},
	} {
		p := locate(t, f, c.at)
		if p.Side != c.want || (p.Offset > 0) != (c.want == frontier.CA) {
			t.Errorf("%s is on side %q, offset %.0f m; want %q", c.name, p.Side, float64(p.Offset), c.want)
		}
	}
}

// The line stays within these bands round the parallel and the meridian of the
// treaties: straight edges were not bent to great circles, and none was lost.
func TestLineKeepsToTheTreaties(t *testing.T) {
	f := load(t)
	const metresOfLatitude = 111_200
	from, to := locate(t, f, orb.Point{-97.2292, 49.0005}), locate(t, f, orb.Point{-122.7565, 49.0021})
	for m := from.Measure; m < to.Measure; m += 500 {
		p := f.At(frontier.Main, m)
		if d := (p[1] - 49) * metresOfLatitude; d < -380 || d > 280 {
			t.Fatalf("at %v the line is %.0f m north of the 49th parallel, want -371 to 269", p, d)
		}
	}
	for m := frontier.Meters(0); m < frontier.KM(1041); m += 500 {
		p := f.At(frontier.Alaska, m)
		d := (p[0] + 141) * metresOfLatitude * math.Cos(p[1]*math.Pi/180)
		if d < -130 || d > -20 {
			t.Fatalf("at %v the line is %.0f m east of the 141st meridian, want -126 to -23", p, d)
		}
	}
}

func TestFileSaysItsLicence(t *testing.T) {
	for name, want := range map[string][]string{
		"frontier.geojson": {`"licence": "ODbL-1.0"`, "© OpenStreetMap contributors, ODbL 1.0"},
		"SOURCES.md": {"Open Data Commons Open Database License (ODbL) v1.0", "© OpenStreetMap contributors, ODbL 1.0",
			"Modifications", "@osm_borders/maritime_2m", "CC BY 4.0", "GeoNames"},
	} {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range want {
			if !strings.Contains(string(data), w) {
				t.Errorf("%s does not say %q", name, w)
			}
		}
	}
}

func TestReadLinesRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"broken JSON":   `{"features": [`,
		"unknown part":  feature("yukon", "left", "LineString"),
		"unknown side":  feature("main", "north", "LineString"),
		"other shape":   feature("main", "left", "Point"),
		"wrong numbers": strings.Replace(feature("main", "left", "LineString"), "0", `"0"`, 1),
	} {
		if _, err := readLines([]byte(text)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := readLines([]byte(feature("main", "left", "LineString"))); err != nil {
		t.Errorf("a right file is refused: %v", err)
	}
}

func feature(part, side, shape string) string {
	return `{"features": [{"properties": {"part": "` + part + `", "canada_side": "` + side +
		`"}, "geometry": {"type": "` + shape + `", "coordinates": [[0, 0], [1, 1]]}}]}`
}

func BenchmarkFrontier(b *testing.B) {
	for b.Loop() {
		if _, err := Frontier(); err != nil {
			b.Fatal(err)
		}
	}
}
