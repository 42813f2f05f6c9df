package api

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"frontierwatch/api/codec"
)

// A linter for GeoJSON: what RFC 7946 says must and should be, by its sections. What
// it finds is named by the path to it.
type linter struct{ found []string }

func lint(text []byte) []string {
	var l linter
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		return []string{"not JSON: " + err.Error()}
	}
	l.object("", v)
	return l.found
}

func (l *linter) say(path, what string) {
	if len(l.found) < 20 {
		l.found = append(l.found, path+": "+what)
	}
}

func (l *linter) object(path string, v any) {
	o, ok := v.(map[string]any)
	if !ok {
		l.say(path, "no object (3)")
		return
	}
	if _, there := o["crs"]; there {
		l.say(path, "a crs (4)")
	}
	if box, there := o["bbox"]; there {
		l.box(path+"/bbox", box)
	}
	switch o["type"] {
	case "FeatureCollection":
		features, ok := o["features"].([]any)
		if !ok {
			l.say(path, "features is no list (3.3)")
		}
		l.foreign(path, o, "geometry", "properties", "coordinates", "geometries")
		for i, f := range features {
			at := fmt.Sprintf("%s/features/%d", path, i)
			if f, _ := f.(map[string]any); f["type"] != "Feature" {
				l.say(at, "no Feature (3.3)")
			}
			l.object(at, f)
		}
	case "Feature":
		l.feature(path, o)
	default:
		l.geometry(path, o)
	}
}

func (l *linter) feature(path string, o map[string]any) {
	l.foreign(path, o, "coordinates", "geometries", "features")
	if id, there := o["id"]; there {
		switch id.(type) {
		case string, float64:
		default:
			l.say(path, "an id that is neither text nor number (3.2)")
		}
	}
	if properties, there := o["properties"]; !there {
		l.say(path, "no properties (3.2)")
	} else if _, ok := properties.(map[string]any); !ok && properties != nil {
		l.say(path, "properties are no object (3.2)")
	}
	switch g, there := o["geometry"]; {
	case !there:
		l.say(path, "no geometry (3.2)")
	case g != nil:
		g, _ := g.(map[string]any)
		l.geometry(path+"/geometry", g)
	}
}

// foreign finds members that other types define (7.1).
func (l *linter) foreign(path string, o map[string]any, names ...string) {
	for _, name := range names {
		if _, there := o[name]; there {
			l.say(path, "a member "+name+" (7.1)")
		}
	}
}

func (l *linter) geometry(path string, o map[string]any) {
	l.foreign(path, o, "geometry", "properties", "features")
	depths := map[string]int{"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
	kind, _ := o["type"].(string)
	depth, ok := depths[kind]
	if !ok {
		l.say(path, "an unknown type, or a collection of geometries (1.4, 3.1.8)")
		return
	}
	l.coordinates(path+"/coordinates", o["coordinates"], depth, kind)
}

func (l *linter) coordinates(path string, v any, depth int, kind string) {
	list, ok := v.([]any)
	if !ok {
		l.say(path, "no list (3.1)")
		return
	}
	if depth == 0 {
		l.position(path, list)
		return
	}
	if len(list) == 0 {
		l.say(path, "empty (3.1)")
	}
	for i, part := range list {
		l.coordinates(fmt.Sprintf("%s/%d", path, i), part, depth-1, kind)
	}
	switch {
	case depth == 1 && strings.HasSuffix(kind, "LineString"):
		l.line(path, list, 2)
	case depth == 1 && strings.HasSuffix(kind, "Polygon"):
		l.line(path, list, 4)
		if first, last := fmt.Sprint(list[0]), fmt.Sprint(list[len(list)-1]); first != last {
			l.say(path, "a ring that is not closed (3.1.6)")
		}
		if counterclockwise(list) != strings.HasSuffix(path, "/0") {
			l.say(path, "a ring that goes the wrong way (3.1.6)")
		}
	}
}

func (l *linter) line(path string, list []any, least int) {
	if len(list) < least {
		l.say(path, "too few positions (3.1.4, 3.1.6)")
	}
	for i := 1; i < len(list); i++ {
		a, _ := list[i-1].([]any)
		b, _ := list[i].([]any)
		if len(a) < 2 || len(b) < 2 {
			continue
		}
		if d := a[0].(float64) - b[0].(float64); d > 180 || d < -180 {
			l.say(path, "goes over the antimeridian uncut (3.1.9)")
		}
	}
}

func counterclockwise(ring []any) bool {
	area := 0.0
	for i := 1; i < len(ring); i++ {
		a, b := ring[i-1].([]any), ring[i].([]any)
		area += a[0].(float64)*b[1].(float64) - b[0].(float64)*a[1].(float64)
	}
	return area > 0
}

func (l *linter) position(path string, list []any) {
	if len(list) < 2 || len(list) > 3 {
		l.say(path, "a position of other than 2 or 3 numbers (3.1.1)")
		return
	}
	for i, v := range list {
		n, ok := v.(float64)
		if !ok {
			l.say(path, "a coordinate that is no number (3.1.1)")
			return
		}
		if i < 2 && (n > 180-float64(90*i) || n < float64(90*i)-180) {
			l.say(path, "not in degrees, longitude first (4)")
		}
		if text := fmt.Sprint(n); i < 2 && strings.Contains(text, ".") && len(text)-strings.IndexByte(text, '.') > 8 {
			l.say(path, "more than seven decimals (11.2)")
		}
	}
}

func (l *linter) box(path string, v any) {
	list, _ := v.([]any)
	if len(list) != 4 && len(list) != 6 {
		l.say(path, "not of 4 or 6 numbers (5)")
	} else if south, north := list[1], list[len(list)/2+1]; south.(float64) > north.(float64) {
		l.say(path, "south above north (5.1)")
	}
}

// The control: the linter finds one of each kind.
func TestTheLinterFindsWhatIsWrong(t *testing.T) {
	point := `{"type":"Point","coordinates":[-97,49]}`
	if found := lint([]byte(`{"type":"FeatureCollection","features":[{"type":"Feature","id":1,"geometry":` + point + `,"properties":null},{"type":"Feature","geometry":null,"properties":{}}],"links":[]}`)); len(found) > 0 {
		t.Errorf("nothing is wrong, and it says %v", found)
	}
	for text, section := range map[string]string{
		`{"type":"FeatureCollection","features":{}}`:                                                           "(3.3)",
		`{"type":"FeatureCollection","features":[` + point + `]}`:                                              "(3.3)",
		`{"type":"FeatureCollection","features":[],"properties":{}}`:                                           "(7.1)",
		`{"type":"Feature","geometry":` + point + `}`:                                                          "(3.2)",
		`{"type":"Feature","properties":{}}`:                                                                   "(3.2)",
		`{"type":"Feature","id":null,"geometry":null,"properties":{}}`:                                         "(3.2)",
		`{"type":"Feature","geometry":{},"properties":{}}`:                                                     "(1.4",
		`{"type":"Feature","geometry":null,"properties":{},"crs":{}}`:                                          "(4)",
		`{"type":"GeometryCollection","geometries":[]}`:                                                        "(1.4",
		`{"type":"Point","coordinates":[49,-97]}`:                                                              "(4)",
		`{"type":"Point","coordinates":[]}`:                                                                    "(3.1.1)",
		`{"type":"Point","coordinates":[1,2,3,4]}`:                                                             "(3.1.1)",
		`{"type":"Point","coordinates":["1",2]}`:                                                               "(3.1.1)",
		`{"type":"Point","coordinates":[-97.12345678,49]}`:                                                     "(11.2)",
		`{"type":"LineString","coordinates":[[1,2]]}`:                                                          "(3.1.4",
		`{"type":"LineString","coordinates":[]}`:                                                               "(3.1)",
		`{"type":"LineString","coordinates":[[179,2],[-179,2]]}`:                                               "(3.1.9)",
		`{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1]]]}`:                                               "(3.1.6)",
		`{"type":"Polygon","coordinates":[[[0,0],[0,1],[1,1],[0,0]]]}`:                                         "(3.1.6)",
		`{"type":"Polygon","coordinates":[[[0,0],[9,0],[9,9],[0,0]],[[2,1],[3,1],[3,2],[2,1]]]}`:               "(3.1.6)",
		`{"type":"Feature","geometry":null,"properties":{},"bbox":[1,2,3]}`:                                    "(5)",
		`{"type":"Feature","geometry":null,"properties":{},"bbox":[1,3,3,2]}`:                                  "(5.1)",
		`{"type":"Feature","geometry":{"type":"Point","coordinates":[1,2],"properties":{}},"properties":null}`: "(7.1)",
		`[]`: "(3)",
		`{`:  "not JSON",
	} {
		if found := lint([]byte(text)); !slices.ContainsFunc(found, func(f string) bool { return strings.Contains(f, section) }) {
			t.Errorf("%s: found %v, and nothing of %s", text, found, section)
		}
	}
}

func TestEveryAnswerPassesTheLinter(t *testing.T) {
	c := newClient(t)
	c.fill(20)
	c.post(`{"type":"Feature","id":"stretch","geometry":null,"properties":{"stretch":{"part":"main","km_from":150,"km_to":190},"observed_start":"2017-01-01T00:00:00Z","observed_end":"2017-02-28T00:00:00Z","count_best":143,"source":"rcmp","unit":"interceptions"}}`).is(201)
	n := 0
	check := func(target string, text []byte) {
		n++
		if found := lint(text); len(found) > 0 {
			t.Errorf("%s: %s", target, strings.Join(found, "; "))
		}
	}
	for _, of := range codec.Collections() {
		at := "/collections/" + of + "/items"
		for _, query := range []string{"", "?limit=1", "?skipGeometry=true", "?properties=fid", "?bbox=170,40,-100,60", "?filter=fid%3C0"} {
			check(at+query, c.get(at+query).is(200).body)
		}
		all := c.get(at).ids()
		check(at+"/"+all[0], c.get(at+"/"+all[0]).is(200).body)
		for _, record := range strings.Split(string(c.get(at+"?f=geojsonseq").is(200).body), "\x1e")[1:] {
			check(at+" as a sequence", []byte(record))
		}
	}
	check("/hotspots", c.get("/hotspots").is(200).body)
	for _, one := range c.get("/changes").changed() {
		text, _ := json.Marshal(one["feature"])
		check("/changes", text)
	}
	if n < 300 {
		t.Errorf("only %d answers were looked at", n)
	}
}
