package codec

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
)

var update = flag.Bool("update", false, "write the golden files anew")

// example is one feature of a collection in every form.
type example struct {
	feature  []byte       // GeoJSON
	row      []byte       // header and row of CSV
	geometry orb.Geometry // what it is drawn as; nil: nothing
}

func everyCollection(f *frontier.Frontier) map[string]example {
	e := NewEncoder(f)
	report, rough, segment, port, post, source, spot, raised := walkIn(), roughly(), segment(f), port(), post(), source(), spot(), raised()
	return map[string]example{
		Reports:         exampleOf(e, &reportTable, &report, *report.Point),
		"reports-rough": exampleOf(e, &reportTable, &rough, f.Slice(*rough.Stretch)),
		Segments:        exampleOf(e, &segmentTable, &segment, f.Slice(segment.Stretch)),
		Ports:           exampleOf(e, &portTable, &port, port.Point),
		Posts:           exampleOf(e, &postTable, &post, f.Slice(post.Stretch)),
		Sources:         exampleOf(e, &sourceTable, &source, nil),
		Hotspots:        exampleOf(e, &hotspotTable, &spot, f.Slice(spot.Stretch)),
		Flags:           exampleOf(e, &flagTable, &raised, f.Slice(raised.Stretch)),
	}
}

func exampleOf[T any](e *Encoder, t *table[T], v *T, geometry orb.Geometry) example {
	return example{appendFeature(nil, e.ground, t, v, someLinks), t.appendRow(t.appendHeader(nil, Selection{}, ""), e.frontier, v, Selection{}, ""), geometry}
}

// TestGoldenFiles compares one feature of each collection with what was looked at
// once. -update writes them anew, to be looked at again.
func TestGoldenFiles(t *testing.T) {
	for name, c := range everyCollection(world(t)) {
		var indented bytes.Buffer
		if err := json.Indent(&indented, c.feature, "", "  "); err != nil {
			t.Fatal(err)
		}
		indented.WriteByte('\n')
		golden(t, name+".geojson", indented.Bytes())
		golden(t, name+".csv", c.row)
	}
	for _, collection := range Collections() {
		var indented bytes.Buffer
		if err := json.Indent(&indented, AppendSchema(nil, collection, "https://example.org/"+collection, collection), "", "  "); err != nil {
			t.Fatal(err)
		}
		indented.WriteByte('\n')
		golden(t, collection+".schema.json", indented.Bytes())
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}
