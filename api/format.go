package api

import (
	"slices"

	"frontierwatch/api/codec"
)

// format is one way in which an answer can be written. The zero value is none.
type format uint8

const (
	_ format = iota
	asJSON
	asGeoJSON
	asGeoJSONSeq
	asCSV
	asHTML
	asOpenAPI
	asSchema
	asMVT
	asGPKG
	asEvents
)

// kind is what there is to know of a format.
type kind struct {
	name    string   // value of the parameter f
	title   string   // of links
	media   string   // media type, without parameters
	full    string   // Content-Type
	aliases []string // media types that ask for it too
}

// kinds are indexed by format. GeoJSON is also what a client gets that asks for
// plain JSON: RFC 7946 is JSON, and map libraries ask for either.
var kinds = [...]kind{
	asJSON: {name: "json", title: "JSON", media: "application/json", full: "application/json"},
	asGeoJSON: {name: "geojson", title: "GeoJSON", media: "application/geo+json", full: "application/geo+json",
		aliases: []string{"application/json", "application/vnd.geo+json"}},
	asGeoJSONSeq: {name: "geojsonseq", title: "GeoJSON text sequence", media: "application/geo+json-seq", full: "application/geo+json-seq"},
	asCSV:        {name: "csv", title: "CSV", media: "text/csv", full: "text/csv"},
	asHTML:       {name: "html", title: "HTML", media: "text/html", full: "text/html"},
	asOpenAPI: {name: "json", title: "OpenAPI 3.0", media: "application/vnd.oai.openapi+json",
		full: "application/vnd.oai.openapi+json;version=3.0", aliases: []string{"application/json", "application/openapi+json"}},
	asSchema: {name: "json", title: "JSON Schema", media: "application/schema+json", full: "application/schema+json",
		aliases: []string{"application/json"}},
	asGPKG: {name: "gpkg", title: "GeoPackage", media: "application/geopackage+sqlite3", full: "application/geopackage+sqlite3",
		aliases: []string{"application/vnd.opengeospatial.geopackage+sqlite3", "application/x-sqlite3"}},
	asMVT: {name: "mvt", title: "Vector tile", media: "application/vnd.mapbox-vector-tile", full: "application/vnd.mapbox-vector-tile",
		aliases: []string{"application/x-protobuf", "application/octet-stream"}},
	asEvents: {name: "events", title: "Server-sent events", media: "text/event-stream", full: "text/event-stream"},
}

func (f format) kind() kind { return kinds[f] }

// named says whether f=text asks for the format. JSON is the name of whatever
// JSON there is: clients write f=json for all of it.
func (f format) named(text string) bool {
	return f.kind().name == text || text == "json" && f == asGeoJSON
}

// names lists what f may be, for formats that are offered.
func names(offered []format) []string {
	var all []string
	for _, f := range offered {
		all = append(all, f.kind().name)
		if f == asGeoJSON && !slices.Contains(offered, asJSON) {
			all = append(all, "json")
		}
	}
	return all
}

// codec is the format of features; GeoJSON for what is none of them.
func (f format) codec() codec.Format {
	switch f {
	case asGeoJSONSeq:
		return codec.GeoJSONSeq
	case asCSV:
		return codec.CSV
	}
	return codec.GeoJSON
}
