package codec

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

type document struct {
	Schema     string `json:"$schema"`
	ID         string `json:"$id"`
	Title      string
	Type       string
	Properties map[string]map[string]any
	Additional *bool `json:"additionalProperties"`
}

func parsed(t *testing.T, text []byte) document {
	t.Helper()
	var d document
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return d
}

func compiled(t *testing.T, text []byte) *jsonschema.Schema {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("https://example.org/it", value); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("https://example.org/it")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// TestFeaturesKeepToTheirSchema holds the properties of one of each collection
// against its schema, null for missing, and finds out a property too much, one of
// another type and a word that is none.
func TestFeaturesKeepToTheirSchema(t *testing.T) {
	f := world(t)
	for name, c := range everyCollection(f) {
		collection, _, _ := bytes.Cut([]byte(name), []byte("-"))
		text := AppendSchema(nil, string(collection), "https://example.org/it", `Title "x"`)
		schema := compiled(t, text)
		var feature struct {
			ID         string
			Properties map[string]any
		}
		if err := json.Unmarshal(c.feature, &feature); err != nil {
			t.Fatal(err)
		}
		said := map[string]any{"id": feature.ID}
		for name, value := range feature.Properties {
			if value != nil {
				said[name] = value
			}
		}
		if err := schema.Validate(said); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for property, value := range map[string]any{"fid": "seven", "more": 1.0, "unit": "people", "tlp": "PURPLE", "level": "extreme", "country": "FRA", "kind": "moat"} {
			known := slices.ContainsFunc(Properties(string(collection)), func(p Property) bool { return p.Name == property })
			if property != "more" && !known {
				continue
			}
			before, had := said[property]
			said[property] = value
			if schema.Validate(said) == nil {
				t.Errorf("%s: %s = %v was not found out", name, property, value)
			}
			if delete(said, property); had {
				said[property] = before
			}
		}
	}
}

// TestSchemasAreThoseOfTheStandard checks what clients look at (Part 3 requirement
// 8 to 13, Part 5 of OGC API – Features).
func TestSchemasAreThoseOfTheStandard(t *testing.T) {
	for _, collection := range Collections() {
		for kind, text := range map[string][]byte{
			"schema":     AppendSchema(nil, collection, "https://example.org/it", "Title"),
			"queryables": AppendQueryables(nil, collection, "https://example.org/it", "Title"),
		} {
			t.Run(fmt.Sprint(collection, " ", kind), func(t *testing.T) {
				compiled(t, text)
				checkDocument(t, collection, kind, parsed(t, text))
			})
		}
	}
}

func checkDocument(t *testing.T, collection, kind string, d document) {
	if d.Schema != "https://json-schema.org/draft/2020-12/schema" || d.ID != "https://example.org/it" || d.Title != "Title" || d.Type != "object" ||
		d.Additional == nil || *d.Additional {
		t.Errorf("head is %+v", d)
	}
	want := []string{"id"}
	if Geometry(collection) != "" {
		want = append(want, "geometry")
	}
	for _, p := range Properties(collection) {
		want = append(want, p.Name)
	}
	var got []string
	for name, p := range d.Properties {
		got = append(got, name)
		_, typed := p["type"]
		if format, _ := p["format"].(string); (name == "geometry") == typed || name == "geometry" && format != Geometry(collection) {
			t.Errorf("%s is %v", name, p)
		}
		if p["description"] == "" {
			t.Errorf("%s has no description", name)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestRolesAreGivenOnce: one id, one geometry, one time or interval.
func TestRolesAreGivenOnce(t *testing.T) {
	for _, collection := range Collections() {
		seen := map[any]bool{}
		for name, p := range parsed(t, AppendSchema(nil, collection, "x", "x")).Properties {
			if role, ok := p["x-ogc-role"]; ok {
				if seen[role] {
					t.Errorf("%s: role %s of %s was there before", collection, role, name)
				}
				seen[role] = true
			}
		}
		if !seen["id"] || seen["primary-geometry"] != (Geometry(collection) != "") || seen["primary-interval-start"] != seen["primary-interval-end"] ||
			seen["primary-instant"] && seen["primary-interval-start"] {
			t.Errorf("%s: roles are %v", collection, seen)
		}
	}
}

func TestScalarsAreNoLists(t *testing.T) {
	if Scalars("unheard") != nil || Geometry("unheard") != "" || Geometry(Sources) != "" {
		t.Error("what is not there is described")
	}
	if got, want := len(Scalars(Reports)), len(Properties(Reports))-2; got != want {
		t.Errorf("%d scalars of reports, want %d", got, want)
	}
}
