package codec

// dialect is the one in which schemas are written.
const dialect = "https://json-schema.org/draft/2020-12/schema"

// Geometry is the format that the geometry of a collection has in a schema
// (geometry-point, geometry-linestring, geometry-any); empty where there is none.
func Geometry(collection string) string {
	switch collection {
	case Reports:
		return reportTable.geometry
	case Segments:
		return segmentTable.geometry
	case Ports:
		return portTable.geometry
	case Posts:
		return postTable.geometry
	case Hotspots:
		return hotspotTable.geometry
	case Flags:
		return flagTable.geometry
	}
	return ""
}

// Scalars lists the properties of a collection that have one value, by which features
// can be sorted and selected by a parameter of their own: all but the lists. nil for a
// name that is no collection.
func Scalars(collection string) []Property {
	var all []Property
	for _, p := range Properties(collection) {
		if p.Type != "array" {
			all = append(all, p)
		}
	}
	return all
}

// AppendSchema appends the JSON Schema of the features of a collection (OGC API –
// Features Part 5, draft): the id, the geometry, and the properties in the order
// of output. id is where the document is found, without query. What is null in a
// feature counts as missing; nothing is required.
func AppendSchema(dst []byte, collection, id, title string) []byte {
	dst = appendSchemaHead(dst, id, title)
	dst = append(dst, `"id":{"title":"id","type":"string","description":"Id of the feature.","x-ogc-role":"id"}`...)
	dst = appendGeometrySchema(dst, collection)
	for _, p := range Properties(collection) {
		dst = appendPropertySchema(append(dst, ','), p)
	}
	return append(dst, `},"additionalProperties":false}`...)
}

// AppendQueryables appends the JSON Schema of what a collection can be filtered by
// (OGC API – Features Part 3). id is where the document is found, without query.
func AppendQueryables(dst []byte, collection, id, title string) []byte {
	dst = appendSchemaHead(dst, id, title)
	dst = append(dst, `"id":{"title":"id","type":"string","description":"Id of the feature."}`...)
	dst = appendGeometrySchema(dst, collection)
	for _, p := range Properties(collection) {
		p.Role = ""
		dst = appendPropertySchema(append(dst, ','), p)
	}
	return append(dst, `},"additionalProperties":false}`...)
}

// AppendSortables appends the JSON Schema of what a collection can be sorted by (OGC
// API – Features Part 8, draft): its queryables but for the geometry and the lists.
func AppendSortables(dst []byte, collection, id, title string) []byte {
	dst = appendSchemaHead(dst, id, title)
	dst = append(dst, `"id":{"title":"id","type":"string","description":"Id of the feature."}`...)
	for _, p := range Scalars(collection) {
		p.Role = ""
		dst = appendPropertySchema(append(dst, ','), p)
	}
	return append(dst, `},"additionalProperties":false}`...)
}

func appendSchemaHead(dst []byte, id, title string) []byte {
	dst = appendText(append(dst, `{"$schema":`...), dialect)
	dst = appendText(append(dst, `,"$id":`...), id)
	dst = appendText(append(dst, `,"title":`...), title)
	return append(dst, `,"type":"object","properties":{`...)
}

func appendGeometrySchema(dst []byte, collection string) []byte {
	format := Geometry(collection)
	if format == "" {
		return dst
	}
	dst = appendText(append(dst, `,"geometry":{"title":"geometry","description":"Where it is, longitude and latitude (CRS84).","format":`...), format)
	return append(dst, `,"x-ogc-role":"primary-geometry"}`...)
}

func appendPropertySchema(dst []byte, p Property) []byte {
	dst = appendText(dst, p.Name)
	dst = appendText(append(dst, `:{"title":`...), p.Name)
	dst = appendText(append(dst, `,"description":`...), p.Description)
	dst = appendText(append(dst, `,"type":`...), p.Type)
	if p.Type == "array" {
		dst = append(dst, `,"items":{"type":"string"}`...)
	}
	if p.Format != "" {
		dst = appendText(append(dst, `,"format":`...), p.Format)
	}
	if len(p.Enum) > 0 {
		dst = append(dst, `,"enum":[`...)
		for i, value := range p.Enum {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendText(dst, value)
		}
		dst = append(dst, ']')
	}
	if p.Role != "" {
		dst = appendText(append(dst, `,"x-ogc-role":`...), p.Role)
	}
	return append(dst, '}')
}
