package codec

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
	"pgregory.net/rapid"
)

// What a Reader reads is what a reader of the GeoJSON sees.
func TestValuesAreThoseThatAreShown(t *testing.T) {
	f := world(t)
	e := NewEncoder(f)
	t.Run(Reports, func(t *testing.T) { readAlike(t, Reports, anyReport(), e.ReadReports(), e.AppendReport) })
	t.Run(Segments, func(t *testing.T) { readAlike(t, Segments, anySegment(f), e.ReadSegments(), e.AppendSegment) })
	t.Run(Ports, func(t *testing.T) { readAlike(t, Ports, anyPort(), e.ReadPorts(), e.AppendPort) })
	t.Run(Posts, func(t *testing.T) { readAlike(t, Posts, anyPost(), e.ReadPosts(), e.AppendPost) })
	t.Run(Sources, func(t *testing.T) { readAlike(t, Sources, anySource(), e.ReadSources(), e.AppendSource) })
	t.Run(Hotspots, func(t *testing.T) { readAlike(t, Hotspots, anySpot(f), e.ReadHotspots(), e.AppendHotspot) })
	t.Run(Flags, func(t *testing.T) { readAlike(t, Flags, anyFlag(f), e.ReadFlags(), e.AppendFlag) })
}

func readAlike[T any](t *testing.T, collection string, values *rapid.Generator[T], r Reader[T], write func([]byte, *T, []Link) []byte) {
	rapid.Check(t, func(t *rapid.T) {
		v := values.Draw(t, "value")
		var shown struct {
			Geometry   *geojson.Geometry
			Properties map[string]any
		}
		text := write(nil, &v, nil)
		if err := json.Unmarshal(text, &shown); err != nil {
			t.Fatal(err)
		}
		for i, p := range Properties(collection) {
			if p.Type == "array" {
				if r.Value(&v, i).Known {
					t.Fatalf("%s is known", p.Name)
				}
				continue
			}
			if got, want := asShown(p, r.Value(&v, i)), shown.Properties[p.Name]; got != want {
				t.Fatalf("%s is %v, and shown as %v", p.Name, got, want)
			}
		}
		var want orb.Geometry
		if shown.Geometry != nil {
			want = shown.Geometry.Geometry()
		}
		if d := cmp.Diff(r.Shape(&v), want); d != "" {
			t.Fatalf("geometry: %s\n%s", d, text)
		}
	})
}

func asShown(p Property, v Value) any {
	switch {
	case !v.Known:
		return nil
	case p.Type == "number" || p.Type == "integer":
		return v.Number
	case p.Type == "boolean":
		return v.Truth
	case p.Format == "date":
		return v.Time.Format(time.DateOnly)
	case p.Format == "date-time":
		return string(appendInstant(nil, v.Time))
	}
	return string([]rune(v.Text)) // what is not UTF-8 is shown as U+FFFD
}
