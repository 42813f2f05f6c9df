package intake_test

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontierwatch/geo/intake"
	"frontierwatch/geo/report"
)

func given() report.Defaults {
	return report.Defaults{Now: time.Date(2017, 2, 10, 12, 0, 0, 0, time.UTC), Source: "local"}
}

// all reads a file to its end, or to where it breaks.
func all(from io.Reader, f intake.Format) ([]intake.Row, error) {
	r := intake.New(from, f, given())
	var rows []intake.Row
	for {
		row, err := r.Next()
		if err == io.EOF {
			return rows, nil
		}
		if err != nil {
			return rows, err
		}
		rows = append(rows, row)
	}
}

// outcome is what was read, a line each: the number, the line, and the report or
// what is wrong; last why there is no more.
func outcome(text string, f intake.Format) string {
	return rowsAndEnd(all(strings.NewReader(text), f))
}

func rowsAndEnd(rows []intake.Row, err error) string {
	var b strings.Builder
	for _, row := range rows {
		fmt.Fprintf(&b, "%d/%d ", row.Number, row.Line)
		if row.Err != nil {
			fmt.Fprintln(&b, row.Err)
			continue
		}
		fmt.Fprintf(&b, "%s %s %d\n", row.Report.ID, place(row.Report), row.Report.Count.Best)
	}
	if err != nil {
		fmt.Fprintln(&b, err)
	}
	return b.String()
}

func place(r report.Report) string {
	if s := r.Stretch; s != nil {
		return fmt.Sprintf("%s:%g-%g", s.Part, s.From.KM(), s.To.KM())
	}
	return fmt.Sprintf("%g,%g", r.Point[0], r.Point[1])
}

// lines are those that a test wants.
func lines(l ...string) string {
	if len(l) == 0 {
		return ""
	}
	return strings.Join(l, "\n") + "\n"
}

func wantOutcome(t *testing.T, text string, f intake.Format, want ...string) {
	t.Helper()
	if diff := cmp.Diff(lines(want...), outcome(text, f)); diff != "" {
		t.Errorf("%q as %s (-want +got):\n%s", short(text), f, diff)
	}
}

func short(text string) string {
	if len(text) > 300 {
		return text[:300] + "…"
	}
	return text
}

// feature is a report in GeoJSON.
func feature(id string, count int) string {
	return fmt.Sprintf(`{"type":"Feature","id":%q,"geometry":{"type":"Point","coordinates":[-97.3,49.001]},`+
		`"properties":{"observed_start":"2017-02-05T02:00:00Z","count_best":%d}}`, id, count)
}

func collection(features ...string) string {
	return `{"type":"FeatureCollection","features":[` + strings.Join(features, ",") + `]}`
}

func sequence(features ...string) string {
	return "\x1e" + strings.Join(features, "\n\x1e") + "\n"
}

const table = "id,lon,lat,observed_start,count_best\n" +
	"a,-97.3,49.001,2017-02-05T02:00:00Z,1\n" +
	"b,-97.3,49.001,2017-02-05T02:00:00Z,2\n"

// The same two reports in every format, each found out by its beginning.
func TestFormatsAreFoundOut(t *testing.T) {
	a, b := feature("a", 1), feature("b", 2)
	indented := "{\n  \"type\": \"FeatureCollection\",\n  \"features\": [\n    " + a + ",\n    " + b + "\n  ]\n}\n"
	for _, c := range []struct {
		name, text string
		format     intake.Format
		at         [2]int // lines of the two
	}{
		{"csv", table, intake.CSV, [2]int{2, 3}},
		{"csv behind a mark", "\ufeff" + table, intake.CSV, [2]int{2, 3}},
		{"csv with CRLF", strings.ReplaceAll(table, "\n", "\r\n"), intake.CSV, [2]int{2, 3}},
		{"csv without a last line break", strings.TrimSuffix(table, "\n"), intake.CSV, [2]int{2, 3}},
		{"csv behind empty lines", "\n \n" + table, intake.CSV, [2]int{4, 5}},
		{"csv that begins with a quote", `"id"` + table[2:], intake.CSV, [2]int{2, 3}},
		{"collection", collection(a, b), intake.GeoJSON, [2]int{1, 1}},
		{"collection behind a mark", "\ufeff" + collection(a, b), intake.GeoJSON, [2]int{1, 1}},
		{"collection on lines", indented, intake.GeoJSON, [2]int{4, 5}},
		{"collection with its type last", `{"features":[` + a + `,` + b + `],"type":"FeatureCollection"}`, intake.GeoJSON, [2]int{1, 1}},
		{"collection with blanks", `{ "features" ` + "\t" + `: [ ` + a + ` , ` + b + ` ] , "type" : "FeatureCollection" }`, intake.GeoJSON, [2]int{1, 1}},
		{"collection with more members", `{"name":"x","bbox":[1,2,3,4],"type":"FeatureCollection","links":[{"features":[]}],"features":[` + a + `,` + b + `],"timeStamp":"x}]"}`, intake.GeoJSON, [2]int{1, 1}},
		{"collection with what is like its features", `{"\"\"features":[7],"Features":[7],"x":{"features":[7]},"type":"FeatureCollection","features":[` + a + `,` + b + `]}`, intake.GeoJSON, [2]int{1, 1}},
		{"collection with a system", `{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}},"features":[` + a + `,` + b + `]}`, intake.GeoJSON, [2]int{1, 1}},
		{"sequence", sequence(a, b), intake.GeoJSONSeq, [2]int{1, 2}},
		{"sequence on lines", "\x1e\n" + strings.ReplaceAll(a, ",", ",\n") + "\n\x1e\x1e" + b, intake.GeoJSONSeq, [2]int{2, 2 + strings.Count(a, ",") + 1}},
		{"ndjson", a + "\n" + b + "\n", intake.NDJSON, [2]int{1, 2}},
		{"ndjson with gaps", "\n\r\n" + a + "\r\n \n\n" + b, intake.NDJSON, [2]int{3, 6}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, f := range []intake.Format{intake.Auto, c.format} {
				wantOutcome(t, c.text, f, fmt.Sprintf("1/%d a -97.3,49.001 1", c.at[0]), fmt.Sprintf("2/%d b -97.3,49.001 2", c.at[1]))
			}
			r := intake.New(strings.NewReader(c.text), intake.Auto, given())
			if r.Format() != intake.Auto {
				t.Errorf("the format is %s before anything was read", r.Format())
			}
			if _, err := r.Next(); err != nil || r.Format() != c.format {
				t.Errorf("found %s (%v), want %s", r.Format(), err, c.format)
			}
		})
	}
}

// The word features is what tells a collection on one line only as the name of a
// member of the object itself.
func TestFeaturesThatSpeakOfFeatures(t *testing.T) {
	line := strings.Replace(feature("features", 1), `"properties"`, `"links":[{"features":["}"]}],"properties"`, 1)
	wantOutcome(t, line+"\n"+line, intake.Auto, "1/1 features -97.3,49.001 1", "2/2 features -97.3,49.001 1")
}

func TestOneFeatureIsAFile(t *testing.T) {
	a := feature("a", 1)
	for _, text := range []string{a, "\n " + a + "\n", strings.ReplaceAll(a, ",", ",\n")} {
		line := 1 + strings.Count(text[:strings.Index(text, "{")], "\n")
		wantOutcome(t, text, intake.GeoJSON, fmt.Sprintf("1/%d a -97.3,49.001 1", line))
		wantOutcome(t, text, intake.Auto, fmt.Sprintf("1/%d a -97.3,49.001 1", line))
	}
}

// Files with no row are no fault, but one that is said to be GeoJSON holds at
// least the object, and a CSV its header.
func TestFilesWithoutRows(t *testing.T) {
	for _, text := range []string{"", "\n\n", "\ufeff", " \t\r\n"} {
		wantOutcome(t, text, intake.Auto)
		wantOutcome(t, text, intake.NDJSON)
		wantOutcome(t, text, intake.GeoJSONSeq)
	}
	wantOutcome(t, "\x1e\n", intake.Auto)
	wantOutcome(t, collection(), intake.Auto)
	wantOutcome(t, `{"features": [ ] , "type":"FeatureCollection"} `, intake.Auto)
	wantOutcome(t, "id,lon,lat,observed_start,count_best\n\n", intake.Auto)
	wantOutcome(t, "", intake.GeoJSON, "row 1 (line 1): the file ends in the middle of it")
	wantOutcome(t, "", intake.CSV, "row 1 (line 1): the file is empty; its first row must name the columns, like id,lon,lat,observed_start,count_best")
}

func TestUnknownFormat(t *testing.T) {
	for _, f := range []intake.Format{"", "xlsx", "CSV"} {
		wantOutcome(t, table, f, "the format must be one of [auto csv geojson geojsonseq ndjson]")
	}
}

// After an error the same comes again, and so does the end.
func TestAnErrorStays(t *testing.T) {
	for _, text := range []string{table, table + `"`} {
		r := intake.New(strings.NewReader(text), intake.Auto, given())
		var last error
		for range 3 {
			if _, last = r.Next(); last != nil {
				break
			}
		}
		for range 3 {
			if row, err := r.Next(); err != last || row.Number != 0 {
				t.Errorf("%v, then %v", last, err)
			}
		}
	}
}
