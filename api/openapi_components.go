package api

import (
	"maps"
	"slices"

	"frontierwatch/api/codec"
	"frontierwatch/geo/report"
)

// components are the schemas that the document refers to.
func components(collections []*collection) schema {
	all := schema{
		"anything": schema{"type": "object"},
		"link": object(schema{
			"href": word("uri"), "rel": word(""), "type": word(""), "title": word(""),
		}, "href", "rel"),
		"landing": object(schema{
			"title": word(""), "description": word(""), "links": listOf(ref("link")),
		}, "title", "links"),
		"conformance": object(schema{"conformsTo": listOf(word("uri"))}, "conformsTo"),
		"collections": object(schema{
			"links": listOf(ref("link")), "collections": listOf(ref("collection")),
		}, "links", "collections"),
		"collection": collectionSchema(),
		"problem":    problemSchema(),
		"fault": object(schema{
			"row": whole(1), "parameter": word(""), "header": word(""), "pointer": word(""), "column": word(""), "detail": word(""),
		}, "detail"),
		"imported":    importedSchema(),
		"reportInput": reportInputSchema(),
		"postInput":   recordInputSchema(codec.Posts, "kind", "name", "agency"),
		"sourceInput": recordInputSchema(codec.Sources, "agency", "unit", "tlp"),
		"tilejson":    tileJSONSchema(),
		"summary":     summarySchema(),
	}
	maps.Copy(all, seriesSchemas())
	maps.Copy(all, flagSchemas())
	maps.Copy(all, coverageSchemas())
	maps.Copy(all, changeSchemas())
	maps.Copy(all, keySchemas())
	maps.Copy(all, subscriptionSchemas())
	for _, of := range collections {
		all[of.id+"Feature"] = featureSchema(of.id, codec.Properties(of.id))
		all[of.id+"Page"] = object(schema{
			"type": schema{"type": "string", "enum": []string{"FeatureCollection"}}, "features": listOf(ref(of.id + "Feature")),
			"links": listOf(ref("link")), "timeStamp": word("date-time"), "numberMatched": whole(0), "numberReturned": whole(0),
			"tlp":           labelSchema("The strictest marking of what is in the answer."),
			"releasable_to": countriesSchema("The countries that may see all of it; null: not restricted."),
		}, "type", "features", "links", "timeStamp", "numberReturned")
	}
	return all
}

func labelSchema(description string) schema {
	return schema{"type": "string", "enum": report.TLPs(), "description": description}
}

func countriesSchema(description string) schema {
	return schema{"type": "array", "nullable": true, "items": schema{"type": "string", "enum": (report.CAN | report.USA).Names()}, "description": description}
}

// object is one that has nothing but these members.
func object(members schema, required ...string) schema {
	s := schema{"type": "object", "properties": members, "additionalProperties": false}
	if len(required) > 0 {
		s["required"] = required
	}
	return s
}

func listOf(items schema) schema { return schema{"type": "array", "items": items} }

func word(format string) schema {
	s := schema{"type": "string"}
	if format != "" {
		s["format"] = format
	}
	return s
}

func whole(least int) schema { return schema{"type": "integer", "minimum": least} }

func collectionSchema() schema {
	numbers := schema{"type": "array", "items": schema{"type": "number"}, "minItems": 4, "maxItems": 4}
	ends := schema{"type": "array", "items": schema{"type": "string", "format": "date-time", "nullable": true}, "minItems": 2, "maxItems": 2}
	return object(schema{
		"id": word(""), "title": word(""), "description": word(""), "itemType": word(""),
		"extent": object(schema{
			"spatial":  object(schema{"bbox": listOf(numbers), "crs": word("uri")}, "bbox", "crs"),
			"temporal": object(schema{"interval": listOf(ends), "trs": word("uri")}, "interval"),
		}, "spatial"),
		"crs": listOf(word("uri")), "storageCrs": word("uri"), "links": listOf(ref("link")),
	}, "id", "title", "extent", "itemType", "crs", "links")
}

func problemSchema() schema {
	members := schema{
		"type": word("uri-reference"), "title": word(""), "status": whole(400), "detail": word(""), "errors": listOf(ref("fault")),
	}
	for name, s := range importedMembers() {
		members[name] = s
	}
	s := object(members, "type", "title", "status")
	s["description"] = "Problem details (RFC 9457). errors lists everything that is wrong with the request."
	return s
}

func importedMembers() schema {
	return schema{
		"dryRun": schema{"type": "boolean"}, "rows": whole(0), "accepted": whole(0), "already": whole(0),
		"refused": whole(0), "omitted": whole(0),
	}
}

func importedSchema() schema {
	members := importedMembers()
	members["errors"] = listOf(ref("fault"))
	return object(members, "dryRun", "rows", "accepted", "already", "refused", "omitted", "errors")
}

func featureSchema(collection string, properties []codec.Property) schema {
	members := schema{}
	for _, p := range properties {
		members[p.Name] = outputSchema(p)
	}
	return object(schema{
		"type": schema{"type": "string", "enum": []string{"Feature"}}, "id": word(""),
		"geometry": geometrySchema(codec.Geometry(collection)), "properties": object(members),
		"links":         listOf(ref("link")),
		"tlp":           labelSchema("The marking of a feature that is alone, where its properties do not tell it."),
		"releasable_to": countriesSchema("The countries that may see it, where its properties do not tell them; null: not restricted."),
	}, "type", "id", "geometry", "properties")
}

// outputSchema is a property in an answer: there unless others were asked for, null
// where there is nothing to say.
func outputSchema(p codec.Property) schema {
	s := schema{"type": p.Type, "description": p.Description, "nullable": true}
	if p.Type == "array" {
		s["items"] = word("")
	}
	if p.Format != "" {
		s["format"] = p.Format
	}
	if len(p.Enum) > 0 {
		values := []any{}
		for _, value := range p.Enum {
			values = append(values, value)
		}
		s["enum"] = append(values, nil)
	}
	return s
}

func geometrySchema(kind string) schema {
	position := schema{"type": "array", "items": schema{"type": "number"}, "minItems": 2, "maxItems": 3}
	point := object(schema{"type": schema{"type": "string", "enum": []string{"Point"}}, "coordinates": position}, "type", "coordinates")
	line := object(schema{
		"type": schema{"type": "string", "enum": []string{"LineString"}}, "coordinates": schema{"type": "array", "items": position, "minItems": 2},
	}, "type", "coordinates")
	s := schema{"nullable": true, "type": "object"}
	switch kind {
	case "geometry-point":
		s["allOf"] = []schema{point}
	case "geometry-linestring", "geometry-any":
		s["oneOf"] = []schema{point, line}
	}
	return s
}

// added are the properties of a report that answers add. They may be sent back
// and are passed over.
var added = [...]string{
	"fid", "seq", "recorded", "part", "km", "km_from", "km_to", "offset_m", "side", "segment", "revision", "replaces", "deleted",
}

// recordInputSchema is a post or a source as it is sent: what answers add is passed
// over.
func recordInputSchema(collection string, required ...string) schema {
	members := schema{}
	for _, p := range codec.Properties(collection) {
		members[p.Name] = outputSchema(p)
	}
	feature := schema{
		"type": schema{"type": "string", "enum": []string{"Feature"}}, "id": schema{"type": "string", "maxLength": 64, "pattern": "^[A-Za-z0-9._:-]+$"},
		"geometry": geometrySchema(codec.Geometry(collection)), "properties": object(members, required...),
		"links": listOf(schema{"type": "object"}), "bbox": listOf(schema{"type": "number"}),
	}
	if collection == codec.Posts {
		feature["tlp"] = schema{"type": "string", "nullable": true, "enum": []any{report.Clear, report.Green, report.Amber, nil}, "description": "As answers have it: posts have no label of their own. Passed over."}
	}
	return object(feature, "type", "properties")
}

func reportInputSchema() schema {
	members := schema{}
	for _, p := range codec.Properties(codec.Reports) {
		s := outputSchema(p)
		if slices.Contains(added[:], p.Name) {
			s["description"] = p.Description + " Passed over."
		}
		members[p.Name] = s
	}
	members["stretch"] = schema{
		"type": "object", "nullable": true, "description": "For a place known only roughly, instead of a geometry.",
		"properties": schema{
			"part": schema{"type": "string", "enum": []string{"main", "alaska"}}, "km_from": schema{"type": "number"}, "km_to": schema{"type": "number"},
		},
		"required": []string{"part", "km_from", "km_to"}, "additionalProperties": false,
	}
	return object(schema{
		"type": schema{"type": "string", "enum": []string{"Feature"}}, "id": schema{"type": "string", "maxLength": 64, "pattern": "^[A-Za-z0-9._:-]+$"},
		"geometry": geometrySchema("geometry-any"), "properties": object(members, "observed_start", "count_best"),
		"links": listOf(schema{"type": "object"}), "bbox": listOf(schema{"type": "number"}),
	}, "type", "properties")
}
