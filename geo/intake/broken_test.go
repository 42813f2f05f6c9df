package intake_test

import (
	"strings"
	"testing"

	"frontierwatch/geo/intake"
)

const (
	tooLong       = "it is longer than a row may be, 1 MiB"
	inTheMiddle   = "the file ends in the middle of it"
	aCollection   = `the file must be a GeoJSON FeatureCollection, {"type":"FeatureCollection","features":[…]}, or one Feature`
	noCollection  = `the object around the features must have the member "type":"FeatureCollection"`
	follows       = "something follows the end of the GeoJSON; if each line is a Feature of its own, the format is NDJSON"
	noName        = "the name of a member is missing in the object around the features"
	noComma       = "a comma or } is missing in the object around the features"
	anotherSystem = "coordinates must be longitude and latitude (CRS84); the member crs names another system"
)

// The object around the features has to hang together. What was read before it
// breaks was given out, for nobody can wait for the end of a stream.
func TestCollectionsThatAreBroken(t *testing.T) {
	a := feature("a", 1)
	const read = "1/1 a -97.3,49.001 1"
	for _, c := range []struct {
		text string
		want []string
	}{
		{`[]`, []string{"row 1 (line 1): " + aCollection}},
		{`{"n":12`, []string{"row 1 (line 1): " + inTheMiddle}},
		{`{"features":[tru`, []string{"row 1 (line 1): " + inTheMiddle}},
		{`"x"`, []string{"row 1 (line 1): " + aCollection}},
		{"id,lon\n", []string{"row 1 (line 1): " + aCollection}},
		{`{"features":[` + a + `]}`, []string{read, "row 2 (line 1): " + noCollection}},
		{`{"type":"Topology","features":[` + a + `]}`, []string{"row 1 (line 1): " + noCollection}},
		{`{"type":7,"features":[` + a + `]}`, []string{"row 1 (line 1): " + noCollection}},
		{`{"features":[` + a + `],"type":"Feature"}`, []string{read, "row 2 (line 1): " + noCollection}},
		{collection(a) + collection(a), []string{read, "row 2 (line 1): " + follows}},
		{collection(a) + "\n" + a, []string{read, "row 2 (line 2): " + follows}},
		{a + "\n" + a, []string{read, "row 2 (line 2): " + follows}},
		{`{"type":"FeatureCollection","features":[` + a + ` ` + a + `]}`, []string{read, "row 2 (line 1): a comma or ] is missing before it"}},
		{`{"type":"FeatureCollection","features":[` + a + `}`, []string{read, "row 2 (line 1): a comma or ] is missing before it"}},
		{`{"type":"FeatureCollection","features":[` + a + `,]}`, []string{read, "row 2 (line 1): a value is missing"}},
		{`{"type":"FeatureCollection","features":[,` + a + `]}`, []string{"row 1 (line 1): a value is missing"}},
		{`{"type":"FeatureCollection","features":[:]}`, []string{"row 1 (line 1): a value is missing"}},
		{`{"type":"FeatureCollection","features":[}]}`, []string{"row 1 (line 1): a value is missing"}},
		{`{"type":"FeatureCollection","features":[` + a + `],"features":[]}`, []string{read, "row 2 (line 1): the member features comes twice"}},
		{`{"type":"FeatureCollection","features":[` + a + `],}`, []string{read, "row 2 (line 1): " + noName}},
		{`{"type":"FeatureCollection","features":[` + a + `] "n":1}`, []string{read, "row 2 (line 1): " + noComma}},
		{`{"type":"FeatureCollection" "features":[` + a + `]}`, []string{"row 1 (line 1): " + noComma}},
		{`{,"features":[` + a + `]}`, []string{"row 1 (line 1): " + noName}},
		{`{"type" "FeatureCollection"}`, []string{"row 1 (line 1): a colon is missing in the object around the features"}},
		{`{"type":,"features":[]}`, []string{"row 1 (line 1): a value is missing"}},
		{`{"type":"FeatureCollection","crs":{"properties":{"name":"EPSG:3347"}},"features":[` + a + `]}`, []string{"row 1 (line 1): " + anotherSystem}},
		{`{"type":"FeatureCollection","crs":"EPSG:3347","features":[]}`, []string{"row 1 (line 1): " + anotherSystem}},
		{`{"type":"FeatureCollection","features":[` + a + `],"crs":{"properties":{"name":"urn:ogc:def:crs:EPSG::3857"}}}`, []string{read, "row 2 (line 1): " + anotherSystem}},
	} {
		wantOutcome(t, c.text, intake.GeoJSON, c.want...)
	}
}

// The control: systems that are the one GeoJSON has.
func TestSystemsThatAreRight(t *testing.T) {
	for _, crs := range []string{
		`null`, `{"type":"name","properties":{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}}`,
		`{"properties":{"name":"http://www.opengis.net/def/crs/OGC/1.3/CRS84"}}`, `{"properties":{"name":"EPSG:4326"}}`, `{"properties":{"name":"urn:ogc:def:crs:EPSG::4326"}}`,
	} {
		wantOutcome(t, `{"crs":`+crs+`,"type":"FeatureCollection","features":[`+feature("a", 1)+`]}`, intake.GeoJSON, "1/1 a -97.3,49.001 1")
	}
}

// An object without features is read as one report, so that all is said that is
// wrong with it.
func TestObjectsThatAreNoCollection(t *testing.T) {
	for _, text := range []string{`{}`, `{"type":"FeatureCollection"}`, `{"type":"FeatureCollection","features":null}`, `{"type":"Topology","objects":{}}`} {
		got := outcome(text, intake.GeoJSON)
		if !strings.HasPrefix(got, "1/1 row 1: /") || strings.Count(got, "\n") != 1 || !strings.Contains(got, "/type: ") {
			t.Errorf("%s: %s", text, got)
		}
	}
}

// A feature that is no JSON does not hide those behind it, as long as its brackets
// and quotes say where it ends.
func TestRowsThatAreNoJSON(t *testing.T) {
	a, b := feature("a", 1), feature("b", 2)
	const notJSON = "not JSON at byte 5: a value is missing here; JSON knows no NaN, Infinity or bare words"
	wantOutcome(t, collection(a, `{"x":NaN}`, b, `7`, `null`, `x`), intake.GeoJSON,
		"1/1 a -97.3,49.001 1",
		"2/1 row 2 (line 1): "+notJSON,
		"3/1 b -97.3,49.001 2",
		`4/1 row 4: must be a GeoJSON Feature: {"type":"Feature","geometry":…,"properties":{…}}`,
		`5/1 row 5: must be a GeoJSON Feature: {"type":"Feature","geometry":…,"properties":{…}}`,
		"6/1 row 6 (line 1): not JSON at byte 0: a value is missing here; JSON knows no NaN, Infinity or bare words")
	for f, text := range map[intake.Format]string{
		intake.NDJSON:     a + "\n{\"x\":NaN}\n" + b + "\n",
		intake.GeoJSONSeq: sequence(a, `{"x":NaN}`, b),
	} {
		wantOutcome(t, text, f, "1/1 a -97.3,49.001 1", "2/2 row 2 (line 2): "+notJSON, "3/3 b -97.3,49.001 2")
	}
	// A record that is cut, with others behind it, is one row that is wrong.
	wantOutcome(t, a[:40]+"\n"+b+"\n", intake.NDJSON, "1/1 row 1 (line 1): not JSON at byte 40: the text ends too early", "2/2 b -97.3,49.001 2")
	wantOutcome(t, sequence(a[:40], b), intake.GeoJSONSeq, "1/1 row 1 (line 1): not JSON at byte 40: the text ends too early", "2/2 b -97.3,49.001 2")
	wantOutcome(t, a+" "+b+"\n", intake.NDJSON, "1/1 row 1 (line 1): not JSON at byte 155: something follows the end of the value")
}

// Any row may be MaxRow long and no longer.
func TestTheLongestRow(t *testing.T) {
	// stuffed is a feature of n bytes.
	stuffed := func(n int) string {
		a := feature("a", 1)
		return strings.Replace(a, ",", ","+strings.Repeat(" ", n-len(a)), 1)
	}
	last := feature("b", 2)
	for _, f := range []intake.Format{intake.GeoJSON, intake.NDJSON, intake.GeoJSONSeq} {
		file := map[intake.Format]func(...string) string{
			intake.GeoJSON: collection, intake.GeoJSONSeq: sequence,
			intake.NDJSON: func(f ...string) string { return strings.Join(f, "\n") },
		}[f]
		line := map[bool]string{true: "1", false: "2"}[f == intake.GeoJSON]
		wantOutcome(t, file(stuffed(intake.MaxRow), last), f, "1/1 a -97.3,49.001 1", "2/"+line+" b -97.3,49.001 2")
		for _, n := range []int{intake.MaxRow + 1, intake.MaxRow + 2, 3 * intake.MaxRow} {
			wantOutcome(t, file(stuffed(n), last), f, "row 1 (line 1): "+tooLong)
		}
	}
	blanks := strings.Repeat(" ", intake.MaxRow-len(minimalCells)-1)
	wantOutcome(t, csvRow(minimal, minimalCells+blanks), intake.CSV, "1/2 a -97.3,49.001 1")
	wantOutcome(t, csvRow(minimal, minimalCells+blanks+"  "), intake.CSV, "row 1 (line 2): "+tooLong)
	wantOutcome(t, csvRow(minimal+blanks+strings.Repeat(" ", 100), minimalCells), intake.CSV, "row 1 (line 1): "+tooLong)
	wantOutcome(t, `{"x":"`+strings.Repeat("y", intake.MaxRow)+`","features":[`, intake.GeoJSON, "row 1 (line 1): "+tooLong)
}

// White space between rows, or before the file, is no part of any row.
func TestLongGaps(t *testing.T) {
	gap := strings.Repeat("\n", 3*intake.MaxRow)
	wantOutcome(t, strings.Replace(collection(feature("a", 1), feature("b", 2)), "},{", "}"+gap+",{", 1), intake.GeoJSON,
		"1/1 a -97.3,49.001 1", "2/3145729 b -97.3,49.001 2")
	wantOutcome(t, gap+feature("a", 1)+"\n"+gap, intake.NDJSON, "1/3145729 a -97.3,49.001 1")
	wantOutcome(t, minimal+"\n"+gap+minimalCells, intake.CSV, "1/3145730 a -97.3,49.001 1")
}

func TestOtherEncodings(t *testing.T) {
	for _, mark := range []string{"\xff\xfe", "\xfe\xff"} {
		for _, f := range intake.Formats() {
			wantOutcome(t, mark+"i\x00d\x00", f, "row 1 (line 1): the text is UTF-16; save it as UTF-8")
		}
	}
}
