package codec

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// What is selected of a feature is the same as in the whole feature, and the rest
// is not there.
func TestSelectionsArePartsOfTheWhole(t *testing.T) {
	e := NewEncoder(world(t))
	properties := Properties(Reports)
	rapid.Check(t, func(t *rapid.T) {
		v := anyReport().Draw(t, "report")
		only := Selection{NoGeometry: rapid.Bool().Draw(t, "no geometry")}
		if rapid.Bool().Draw(t, "some columns") {
			only.Columns = rapid.SliceOfN(rapid.Bool(), len(properties), len(properties)).Draw(t, "columns")
		}
		whole, part := map[string]any{}, map[string]any{}
		if err := json.Unmarshal(e.AppendReport(nil, &v, nil), &whole); err != nil {
			t.Fatal(err)
		}
		text := e.ReadReports().Append(nil, &v, nil, only)
		if err := json.Unmarshal(text, &part); err != nil {
			t.Fatalf("%v in %s", err, text)
		}
		if only.NoGeometry {
			whole["geometry"] = nil
		}
		for i, p := range properties {
			if only.Columns != nil && !only.Columns[i] {
				delete(whole["properties"].(map[string]any), p.Name)
			}
		}
		if d := cmp.Diff(whole, part); d != "" {
			t.Fatal(d)
		}
		if only.Columns == nil && !only.NoGeometry && !bytes.Equal(text, e.AppendReport(nil, &v, nil)) {
			t.Fatal("the whole is another")
		}
	})
}

func TestSelectionsInEveryFormat(t *testing.T) {
	e := NewEncoder(world(t))
	v := anyReport().Example(1)
	columns := make([]bool, len(Properties(Reports)))
	at := slices.IndexFunc(Properties(Reports), func(p Property) bool { return p.Name == "count_best" })
	columns[at] = true
	for _, format := range []Format{GeoJSON, GeoJSONSeq, CSV} {
		var b bytes.Buffer
		w := e.Reports(&b, format)
		w.Select(Selection{Columns: columns, NoGeometry: true})
		for range 2 {
			if err := w.Write(&v); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(End{Matched: 2}); err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(b.Bytes(), []byte("unit")) || bytes.Contains(b.Bytes(), []byte("coordinates")) || bytes.Count(b.Bytes(), []byte("count_best")) == 0 {
			t.Errorf("%v: %s", format, b.Bytes())
		}
		if format != CSV {
			continue
		}
		rows, err := csv.NewReader(&b).ReadAll()
		if err != nil || len(rows) != 3 || cmp.Diff(rows[0], []string{"id", "count_best"}) != "" {
			t.Errorf("%v: %v", rows, err)
		}
	}
}
