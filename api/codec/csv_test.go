package codec

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

// TestRowsSayWhatFeaturesSay reads the CSV of any record with encoding/csv and the
// GeoJSON of the same with encoding/json; both must say the same.
func TestRowsSayWhatFeaturesSay(t *testing.T) {
	f := world(t)
	t.Run(Reports, func(t *testing.T) { rowsAgree(t, f, &reportTable, anyReport()) })
	t.Run(Segments, func(t *testing.T) { rowsAgree(t, f, &segmentTable, anySegment(f)) })
	t.Run(Ports, func(t *testing.T) { rowsAgree(t, f, &portTable, anyPort()) })
	t.Run(Posts, func(t *testing.T) { rowsAgree(t, f, &postTable, anyPost()) })
	t.Run(Sources, func(t *testing.T) { rowsAgree(t, f, &sourceTable, anySource()) })
	t.Run(Hotspots, func(t *testing.T) { rowsAgree(t, f, &hotspotTable, anySpot(f)) })
	t.Run(Flags, func(t *testing.T) { rowsAgree(t, f, &flagTable, anyFlag(f)) })
}

func rowsAgree[T any](t *testing.T, f *frontier.Frontier, table *table[T], values *rapid.Generator[T]) {
	t.Helper()
	g := ground{frontier: f}
	rapid.Check(t, func(t *rapid.T) {
		v := values.Draw(t, "value")
		text := table.appendRow(table.appendHeader(nil, Selection{}, ""), f, &v, Selection{}, "")
		rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
		if err != nil || len(rows) != 2 {
			t.Fatalf("%d rows, %v: %q", len(rows), err, text)
		}
		var feature struct {
			ID         string
			Geometry   struct{ Type string }
			Properties map[string]any
		}
		d := json.NewDecoder(bytes.NewReader(appendFeature(nil, g, table, &v, nil)))
		d.UseNumber()
		if err := d.Decode(&feature); err != nil {
			t.Fatal(err)
		}
		want := []string{cell(feature.ID)}
		header := []string{"id"}
		if table.lonlat != nil {
			header = append(header, "lon", "lat")
			want = append(want, rows[1][1], rows[1][2])
			if placed := rows[1][1] != "" && rows[1][2] != ""; placed != (feature.Geometry.Type != "" && (table.collection != Reports || feature.Geometry.Type == "Point" && feature.Properties["km_from"] == nil)) {
				t.Fatalf("lon %q, lat %q of %q", rows[1][1], rows[1][2], feature.Geometry.Type)
			}
		}
		for _, p := range Properties(table.collection) {
			header = append(header, p.Name)
			want = append(want, cell(feature.Properties[p.Name]))
		}
		if diff := cmp.Diff([][]string{header, want}, rows); diff != "" {
			t.Fatalf("-GeoJSON +CSV:\n%s", diff)
		}
	})
}

// cell is what a value of a feature is in a spreadsheet.
func cell(value any) string {
	switch value := value.(type) {
	case string:
		return safe(value)
	case []any:
		elements := make([]string, len(value))
		for i := range value {
			elements[i] = value[i].(string)
		}
		return safe(strings.Join(elements, ";"))
	case json.Number:
		return value.String()
	case bool:
		return strconv.FormatBool(value)
	}
	return ""
}

// safe is text behind an apostrophe where it begins like a formula, as
// encoding/csv reads it: a line end of two characters as one.
func safe(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(s)[0]) {
		s = "'" + s
	}
	return strings.ReplaceAll(s, "\r\n", "\n")
}

func TestFormulasBecomeText(t *testing.T) {
	for text, want := range map[string]string{
		"":                           "",
		"plain":                      "plain",
		"-97.24":                     "'-97.24",
		"=1+1":                       "'=1+1",
		"+1":                         "'+1",
		"@SUM(A1)":                   "'@SUM(A1)",
		"\t=1":                       "\"'\t=1\"",
		"\r=1":                       "\"'\r=1\"",
		"＝1":                         "'＝1",
		`=HYPERLINK("http://x","y")`: `"'=HYPERLINK(""http://x"",""y"")"`,
		"a=1":                        "a=1",
		" a":                         `" a"`,
		"a,=1":                       `"a,=1"`,
		"a\r\n=1":                    "\"a\r\n=1\"",
		"\xff":                       "\uFFFD",
		"é":                          "é",
	} {
		if got := string(appendField(nil, text)); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

// TestNumbersAreNoFormulas: only text is guarded, so that numbers stay numbers.
func TestNumbersAreNoFormulas(t *testing.T) {
	f := world(t)
	v := walkIn()
	v.Place.Offset = -12.5
	v.Overlaps = []string{"=1", "b"}
	var b bytes.Buffer
	w := NewEncoder(f).Reports(&b, CSV)
	w.Write(&v)
	if err := w.Close(End{}); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"lon": "-97.2400001", "offset_m": "-12.5", "overlaps": "'=1;b", "source_ref": `'=F/12 "b"`} {
		if got := rows[1][slices.Index(rows[0], name)]; got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func TestAppendingRowsAllocatesNothing(t *testing.T) {
	f := world(t)
	v := walkIn()
	v.TLP = report.Amber
	dst := make([]byte, 0, 4096)
	if n := testing.AllocsPerRun(100, func() { dst = reportTable.appendRow(dst[:0], f, &v, Selection{}, "") }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
