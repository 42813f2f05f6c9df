package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"frontierwatch/api/codec"
)

// shownFeature is a feature as GeoJSON has it.
type shownFeature struct {
	ID         string            `json:"id"`
	Geometry   *geojson.Geometry `json:"geometry"`
	Properties json.RawMessage   `json:"properties"`
}

// writeItemsHTML writes a page of features as a table and a map.
func (c *call) writeItemsHTML(w io.Writer, of *collection, s state, p page, links []codec.Link) error {
	var text bytes.Buffer
	if err := p.write(&text, codec.GeoJSON, c.class.Unmarked(of.id), codec.End{At: s.time(), Matched: p.matched}); err != nil {
		return err
	}
	var all struct {
		Features []shownFeature
		shownMarking
	}
	if err := json.Unmarshal(text.Bytes(), &all); err != nil {
		return fmt.Errorf("read features back: %w", err)
	}
	d := pageData{
		Title: of.title, Text: fmt.Sprintf("%d of %d, as of %s. %s", p.n, p.matched, s.time().Format("2006-01-02 15:04 UTC"), of.description), Links: links,
		Columns: []string{"id"}, Marking: all.text(""),
		Data: map[string]any{"@type": "Dataset", "name": of.title, "description": of.description},
	}
	var shapes []orb.Geometry
	for i, f := range all.Features {
		properties, err := shownOf(f.Properties)
		if err != nil {
			return fmt.Errorf("read feature %s back: %w", f.ID, err)
		}
		row := []shownNode{{Text: f.ID, Href: c.base + itemPath(of.id, f.ID)}}
		for _, m := range properties.Members {
			if i == 0 {
				d.Columns = append(d.Columns, m.Name)
			}
			row = append(row, m.Value)
		}
		d.Rows = append(d.Rows, row)
		if f.Geometry != nil {
			shapes = append(shapes, f.Geometry.Geometry())
		}
	}
	d.Map = c.sketch(shapes, of.title+" along the frontier.")
	return c.writePageHTML(w, d)
}

// writeItemHTML writes a page of one feature.
func (c *call) writeItemHTML(w io.Writer, of, id string, p page, links []codec.Link) error {
	var f struct {
		shownFeature
		shownMarking
	}
	if err := json.Unmarshal(p.feature(nil, nil, c.class.Unmarked(of)), &f); err != nil {
		return fmt.Errorf("read feature %s back: %w", id, err)
	}
	body, err := shownOf(f.Properties)
	if err == nil && f.TLP == "" { // its properties tell
		err = json.Unmarshal(f.Properties, &f.shownMarking)
	}
	if err != nil {
		return err
	}
	d := pageData{Marking: f.text(""), Title: id, Text: c.operation.summary, Body: body, Links: links, Data: map[string]any{"@type": "Place", "name": id, "identifier": id}}
	if f.Geometry != nil {
		shape := f.Geometry.Geometry()
		d.Map = c.sketch([]orb.Geometry{shape}, id+" and the frontier.")
		b := shape.Bound()
		d.Data["geo"] = map[string]any{"@type": "GeoShape", "box": fmt.Sprintf("%g %g %g %g", b.Min[1], b.Min[0], b.Max[1], b.Max[0])}
		where, _ := json.Marshal(f.Geometry) // of numbers, which were read just now
		const longest = 2000
		if len(where) <= longest {
			d.Body.Members = append(d.Body.Members, shownMember{"geometry", shownNode{Text: string(where)}})
		}
	}
	return c.writePageHTML(w, d)
}
