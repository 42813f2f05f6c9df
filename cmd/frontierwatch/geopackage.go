package main

import (
	"context"
	"iter"

	"frontierwatch/api"
	"frontierwatch/data/gpkg"
)

// writeGeoPackage lets the API write the files that the store writes.
func writeGeoPackage(ctx context.Context, path string, l api.Layer, rows iter.Seq2[api.LayerRow, error]) error {
	layer := gpkg.Layer{Name: l.Name, Title: l.Title, Description: l.Description, Geometry: l.Geometry, Changed: l.Changed, Marking: l.Marking}
	for _, c := range l.Columns {
		layer.Columns = append(layer.Columns, gpkg.Column(c))
	}
	return gpkg.WriteLayer(ctx, path, layer, func(yield func(gpkg.Row, error) bool) {
		for r, err := range rows {
			if !yield(gpkg.Row(r), err) {
				return
			}
		}
	})
}
