package codec

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
	"pgregory.net/rapid"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

// lint says what RFC 7946 and the clients at the door have against a Feature.
func lint(text []byte) error {
	if !json.Valid(text) {
		return errors.New("is not JSON")
	}
	var f struct {
		Type       *string
		ID         any
		Geometry   *json.RawMessage
		Properties map[string]any
		CRS        any
	}
	var members map[string]json.RawMessage
	if err := errors.Join(json.Unmarshal(text, &f), json.Unmarshal(text, &members)); err != nil {
		return err
	}
	switch {
	case f.Type == nil || *f.Type != "Feature":
		return errors.New("section 3.2: type is not Feature")
	case members["geometry"] == nil:
		return errors.New("section 3.2: there is no member geometry")
	case f.Properties == nil:
		return errors.New("section 3.2: properties are no object")
	case f.CRS != nil:
		return errors.New("section 4: there is a member crs")
	}
	if _, ok := f.ID.(string); !ok {
		return errors.New("the id is no text")
	}
	if _, ok := f.Properties["fid"].(float64); !ok {
		return errors.New("fid is no number")
	}
	for name, value := range f.Properties {
		if err := lintFlat(value); err != nil {
			return fmt.Errorf("property %s: %w", name, err)
		}
	}
	if f.Geometry == nil {
		return nil
	}
	return lintGeometry(*f.Geometry)
}

func lintFlat(value any) error {
	switch value := value.(type) {
	case map[string]any:
		return errors.New("is an object")
	case []any:
		if len(value) == 0 {
			return errors.New("is an empty list")
		}
		for _, element := range value {
			if _, ok := element.(string); !ok {
				return errors.New("is a list of something else than text")
			}
		}
	case string:
		if value == "" {
			return errors.New("is empty and not null")
		}
	}
	return nil
}

func lintGeometry(text json.RawMessage) error {
	var g struct {
		Type        string
		Coordinates json.RawMessage
	}
	if err := json.Unmarshal(text, &g); err != nil {
		return err
	}
	var positions [][]json.Number
	switch g.Type {
	case "Point":
		positions = make([][]json.Number, 1)
		if err := json.Unmarshal(g.Coordinates, &positions[0]); err != nil {
			return err
		}
	case "LineString":
		if err := json.Unmarshal(g.Coordinates, &positions); err != nil {
			return err
		}
		if len(positions) < 2 {
			return errors.New("section 3.1.4: a line of less than two positions")
		}
	default:
		return fmt.Errorf("geometry is a %q", g.Type)
	}
	for i, p := range positions {
		if len(p) != 2 {
			return fmt.Errorf("section 3.1.1: a position of %d numbers", len(p))
		}
		for _, n := range p {
			if _, decimals, _ := strings.Cut(string(n), "."); len(decimals) > 7 {
				return fmt.Errorf("section 11.2: %s has more than 7 decimals", n)
			}
		}
		lon, _ := p[0].Float64()
		lat, _ := p[1].Float64()
		if math.Abs(lon) > 180 || math.Abs(lat) > 90 {
			return fmt.Errorf("section 4: (%v, %v) is no longitude and latitude", lon, lat)
		}
		if i > 0 {
			if before, _ := positions[i-1][0].Float64(); math.Abs(lon-before) > 180 {
				return errors.New("section 3.1.9: it is not cut at the antimeridian")
			}
		}
	}
	return nil
}

// The control: one of each fault is found out.
func TestLinterFindsFaults(t *testing.T) {
	f := world(t)
	v := walkIn()
	good := string(plainReport(nil, f, &v, someLinks))
	line := roughly()
	goodLine := string(plainReport(nil, f, &line, nil))
	for name, text := range map[string]string{
		"cut":               good[:len(good)-1],
		"NaN":               strings.Replace(good, `"fid":7`, `"fid":NaN`, 1),
		"type":              strings.Replace(good, `"Feature"`, `"Point"`, 1),
		"no geometry":       strings.Replace(good, `"geometry":`, `"geometri":`, 1),
		"no properties":     strings.Replace(good, `"properties":`, `"property":`, 1),
		"numeric id":        strings.Replace(good, `"id":"rcmp-2017-01.emerson"`, `"id":7`, 1),
		"textual fid":       strings.Replace(good, `"fid":7`, `"fid":"7"`, 1),
		"crs":               strings.Replace(good, `"geometry":`, `"crs":{},"geometry":`, 1),
		"nested":            strings.Replace(good, `"fid":7`, `"fid":7,"stretch":{"part":"main"}`, 1),
		"empty list":        strings.Replace(good, `["CAN","USA"]`, `[]`, 1),
		"empty text":        strings.Replace(good, `"unit":"persons"`, `"unit":""`, 1),
		"empty point":       strings.Replace(good, `[-97.2400001,49.0012345]`, `[]`, 1),
		"decimals":          strings.Replace(good, `-97.2400001`, `-97.24000012`, 1),
		"latitude first":    strings.Replace(good, `[-97.2400001,49.0012345]`, `[49.0012345,-97.2400001]`, 1),
		"collection":        strings.Replace(good, `"Point"`, `"GeometryCollection"`, 1),
		"one position":      goodLine[:strings.Index(goodLine, "]")+1] + goodLine[strings.Index(goodLine, "]]")+1:],
		"over antimeridian": strings.Replace(goodLine, `"coordinates":[`, `"coordinates":[[179,49],`, 1),
	} {
		if text == good || text == goodLine {
			t.Errorf("%s: nothing was changed", name)
		}
		if lint([]byte(text)) == nil {
			t.Errorf("%s was not found out: %s", name, text)
		}
	}
	if err := errors.Join(lint([]byte(good)), lint([]byte(goodLine))); err != nil {
		t.Error(err)
	}
}

// TestFeaturesKeepToRFC7946 lints one of each collection, and reads it with
// another implementation that must find the same coordinates.
func TestFeaturesKeepToRFC7946(t *testing.T) {
	f := world(t)
	for name, c := range everyCollection(f) {
		if err := lint(c.feature); err != nil {
			t.Errorf("%s: %v\n%s", name, err, c.feature)
		}
		feature, err := geojson.UnmarshalFeature(c.feature)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if c.geometry == nil {
			if feature.Geometry != nil {
				t.Errorf("%s: geometry %v, want none", name, feature.Geometry)
			}
			continue
		}
		if !near(feature.Geometry, c.geometry) {
			t.Errorf("%s: geometry %v, want %v", name, feature.Geometry, c.geometry)
		}
	}
}

// TestReportsAreReadByOrb does so for any report that is a place.
func TestReportsAreReadByOrb(t *testing.T) {
	f := world(t)
	e := NewEncoder(f)
	rapid.Check(t, func(t *rapid.T) {
		v := walkIn()
		var want orb.Geometry
		if rapid.Bool().Draw(t, "point") {
			p := orb.Point{rapid.Float64Range(-180, 180).Draw(t, "lon"), rapid.Float64Range(-90, 90).Draw(t, "lat")}
			v.Point, want = &p, p
		} else {
			s := anyStretch().Draw(t, "stretch")
			v.Point, v.Stretch, want = nil, &s, f.Slice(s)
		}
		text := e.AppendReport(nil, &v, nil)
		if err := lint(text); err != nil {
			t.Fatal(err)
		}
		feature, err := geojson.UnmarshalFeature(text)
		if err != nil {
			t.Fatal(err)
		}
		if line, ok := want.(orb.LineString); ok && len(line) == 0 {
			if _, ok := feature.Geometry.(orb.Point); !ok {
				t.Fatalf("a stretch without length is %v", feature.Geometry)
			}
			return
		}
		if !near(feature.Geometry, want) {
			t.Fatalf("geometry %v, want %v", feature.Geometry, want)
		}
	})
}

// near says whether two geometries are of one kind and go the same way: both ends
// alike, and every point of either half a unit of the last decimal from one of the
// other.
func near(a, b orb.Geometry) bool {
	p, q := pointsOf(a), pointsOf(b)
	if a == nil || b == nil || a.GeoJSONType() != b.GeoJSONType() || len(p) == 0 || len(q) == 0 ||
		!close(p[0], q[0]) || !close(p[len(p)-1], q[len(q)-1]) {
		return false
	}
	return amid(p, q) && amid(q, p)
}

func pointsOf(g orb.Geometry) []orb.Point {
	if p, ok := g.(orb.Point); ok {
		return []orb.Point{p}
	}
	line, _ := g.(orb.LineString)
	return line
}

func close(p, q orb.Point) bool {
	const half = 0.5001e-7
	return math.Abs(p[0]-q[0]) <= half && math.Abs(p[1]-q[1]) <= half
}

func amid(some, all []orb.Point) bool {
	for _, p := range some {
		if !slices.ContainsFunc(all, func(q orb.Point) bool { return close(p, q) }) {
			return false
		}
	}
	return true
}

func TestNowhereIsNull(t *testing.T) {
	f := world(t)
	lonely, err := frontier.New([]frontier.Line{{Part: frontier.Main, Points: orb.LineString{{-95, 49}, {-96, 49}}}}, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	alaskan := post()
	for name, text := range map[string][]byte{
		"no place":             plainReport(nil, f, &report.Version{}, nil),
		"no such part":         plainPost(nil, lonely, &alaskan, nil),
		"point that is none":   plainReport(nil, f, &report.Version{Report: report.Report{Point: &orb.Point{math.NaN(), 49}}}, nil),
		"point at no latitude": plainReport(nil, f, &report.Version{Report: report.Report{Point: &orb.Point{-97, math.Inf(1)}}}, nil),
	} {
		if !strings.Contains(string(text), `"geometry":null,`) {
			t.Errorf("%s: %s", name, text)
		}
	}
}
