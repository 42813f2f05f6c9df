package codec

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"frontierwatch/geo/frontier"
)

var someLinks = []Link{
	{Rel: "self", Type: "application/geo+json", Title: "This document", Href: "https://example.org/collections/reports/items/1?f=json&x=<1>"},
	{Rel: "collection", Href: "../"},
}

// TestFeaturesAreWhatEncodingJSONWrites compares, byte for byte, any features with
// the slow obvious way to write them, by an encoder with prepared lines and the
// plain way.
func TestFeaturesAreWhatEncodingJSONWrites(t *testing.T) {
	f := world(t)
	e := NewEncoder(f)
	t.Run(Reports, func(t *testing.T) {
		identical(t, f, anyReport(), e.AppendReport, plainly(&reportTable), mirroredReport)
	})
	t.Run(Segments, func(t *testing.T) {
		identical(t, f, anySegment(f), e.AppendSegment, plainly(&segmentTable), mirroredSegment)
	})
	t.Run(Ports, func(t *testing.T) { identical(t, f, anyPort(), e.AppendPort, plainly(&portTable), mirroredPort) })
	t.Run(Posts, func(t *testing.T) { identical(t, f, anyPost(), e.AppendPost, plainly(&postTable), mirroredPost) })
	t.Run(Sources, func(t *testing.T) {
		identical(t, f, anySource(), e.AppendSource, plainly(&sourceTable), mirroredSource)
	})
	t.Run(Hotspots, func(t *testing.T) {
		identical(t, f, anySpot(f), e.AppendHotspot, plainly(&hotspotTable), mirroredHotspot)
	})
	t.Run(Flags, func(t *testing.T) { identical(t, f, anyFlag(f), e.AppendFlag, plainly(&flagTable), mirroredFlag) })
}

func identical[T, P any](t *testing.T, f *frontier.Frontier, values *rapid.Generator[T],
	prepared func([]byte, *T, []Link) []byte, plain func([]byte, *frontier.Frontier, *T, []Link) []byte,
	mirrored func(*frontier.Frontier, *T, []Link) mirror[P]) {
	t.Helper()
	rapid.Check(t, func(t *rapid.T) {
		v := values.Draw(t, "value")
		links := rapid.SampledFrom([][]Link{nil, someLinks}).Draw(t, "links")
		want, err := marshalled(mirrored(f, &v, links))
		if err != nil {
			t.Fatal(err)
		}
		got := prepared([]byte("before"), &v, links)
		if diff := cmp.Diff("before"+string(want), string(got)); diff != "" {
			t.Fatalf("prepared (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(string(want), string(plain(nil, f, &v, links))); diff != "" {
			t.Fatalf("plain (-want +got):\n%s", diff)
		}
	})
}

// TestReportsWrittenOutAreThoseOfTheTable holds the quick way against the slow one.
func TestReportsWrittenOutAreThoseOfTheTable(t *testing.T) {
	e := NewEncoder(world(t))
	rapid.Check(t, func(t *rapid.T) {
		v := anyReport().Draw(t, "report")
		want := appendByColumns(nil, e.ground, &reportTable, &v, someLinks, Selection{})
		if diff := cmp.Diff(string(want), string(appendReport(nil, e.ground, &v, someLinks))); diff != "" {
			t.Fatalf("-table +written out:\n%s", diff)
		}
	})
}

// TestPropertiesAreThoseOfTheMirrors holds names, order and types of the tables
// against the structs.
func TestPropertiesAreThoseOfTheMirrors(t *testing.T) {
	for collection, mirror := range map[string]any{
		Reports: mirrorReport{}, Segments: mirrorSegment{}, Ports: mirrorPort{}, Posts: mirrorPost{},
		Sources: mirrorSource{}, Hotspots: mirrorHotspot{}, Flags: mirrorFlag{},
	} {
		var got, want [][2]string
		for _, p := range Properties(collection) {
			got = append(got, [2]string{p.Name, p.Type})
		}
		for _, field := range reflect.VisibleFields(reflect.TypeOf(mirror)) {
			if !field.Anonymous {
				want = append(want, [2]string{field.Tag.Get("json"), jsonType(field.Type)})
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", collection, diff)
		}
	}
	if Properties("unheard") != nil {
		t.Error("a name that is no collection has properties")
	}
}

func jsonType(t reflect.Type) string {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == reflect.TypeFor[instead](), t.Kind() == reflect.String:
		return "string"
	case t.Kind() == reflect.Float64:
		return "number"
	case t.Kind() == reflect.Bool:
		return "boolean"
	case t.Kind() == reflect.Slice:
		return "array"
	}
	return "integer"
}

// TestEveryPropertyIsDescribed reads what people get to read of the tables.
func TestEveryPropertyIsDescribed(t *testing.T) {
	for _, collection := range Collections() {
		properties := Properties(collection)
		if len(properties) == 0 || properties[0].Name != "fid" || properties[0].Type != "integer" {
			t.Errorf("%s: the first property is not fid", collection)
		}
		seen := map[string]bool{"id": true, "geometry": true, "lon": true, "lat": true}
		for _, p := range properties {
			if seen[p.Name] {
				t.Errorf("%s: %q comes twice", collection, p.Name)
			}
			seen[p.Name] = true
			if len(p.Description) < 4 || p.Description[len(p.Description)-1] != '.' {
				t.Errorf("%s: description of %s is %q", collection, p.Name, p.Description)
			}
		}
	}
}

// TestPropertiesAreTheCallersOwn changes what was given out.
func TestPropertiesAreTheCallersOwn(t *testing.T) {
	for _, collection := range Collections() {
		for _, p := range Properties(collection) {
			p.Name = "changed"
			for i := range p.Enum {
				p.Enum[i] = "changed"
			}
		}
		text, _ := json.Marshal(Properties(collection))
		if json.Valid(text) && bytes.Contains(text, []byte("changed")) {
			t.Errorf("%s can be changed from outside", collection)
		}
	}
}
