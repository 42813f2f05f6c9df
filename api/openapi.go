package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// document is what the API says of itself, made once from the operations and from
// the properties of features. Where the address of the server belongs it has a
// mark, since that depends on who asks.
type document struct {
	openapi []byte
	page    []byte
	style   string // what the page's own style is allowed by
}

// here stands for the address of the server until it is known.
const here = "https://here.invalid"

func newDocument(s *server, operations []operation) document {
	paths := schema{}
	for i := range operations {
		op := &operations[i]
		path, ok := paths[op.path].(schema)
		if !ok {
			path = schema{}
			paths[op.path] = path
		}
		path[strings.ToLower(op.method)] = op.document()
	}
	text, err := json.Marshal(schema{
		"openapi": "3.0.3",
		"info": schema{
			"title": title, "description": description, "version": s.version,
			"license": schema{"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
		},
		"servers":    []schema{{"url": here}},
		"tags":       s.tags(),
		"paths":      paths,
		"components": schema{"schemas": referred(paths, components(collections())), "securitySchemes": securitySchemes()},
		"security":   []schema{{}, {"key": []string{}}, {"password": []string{}}},
	})
	if err != nil {
		panic(fmt.Sprintf("the API document: %v", err)) // made of text and numbers only
	}
	page, style := apiPage(operations)
	return document{openapi: append(text, '\n'), page: page, style: style}
}

func (s *server) tags() []schema {
	tags := []schema{
		{"name": metaTag, "description": "What this API is."},
		{"name": "tiles", "description": "Vector tiles of the collections, for maps."},
		{"name": callTag, "description": "Asking and reporting in one call."},
	}
	for _, of := range s.collections {
		tags = append(tags, schema{"name": of.id, "description": of.description})
	}
	return tags
}

// document is an operation as OpenAPI has it.
func (op *operation) document() schema {
	d := schema{
		"operationId": op.id, "tags": []string{op.tag}, "summary": op.summary,
		"responses": op.responses(),
	}
	if op.text != "" {
		d["description"] = op.text
	}
	if parameters := op.documentParameters(); len(parameters) > 0 {
		d["parameters"] = parameters
	}
	if op.takes != nil {
		content := schema{}
		for _, media := range op.takes.media {
			content[media] = schema{"schema": op.takes.document(media)}
		}
		d["requestBody"] = schema{"required": true, "content": content}
	}
	return d
}

func (op *operation) documentParameters() (all []schema) {
	if strings.Contains(op.path, "{id}") {
		all = append(all, schema{"name": "id", "in": "path", "required": true, "description": "Id of the feature.", "schema": schema{"type": "string"}})
	}
	if strings.Contains(op.path, "{delivery}") {
		all = append(all, schema{"name": "delivery", "in": "path", "required": true, "description": "Id of the message.", "schema": word("")})
	}
	for _, name := range [...]string{"z", "x", "y"} {
		if strings.Contains(op.path, "{"+name+"}") {
			all = append(all, schema{"name": name, "in": "path", "required": true, "description": "Zoom, column and row of the tile.", "schema": whole(0)})
		}
	}
	for _, p := range op.parameters {
		all = append(all, schema{
			"name": p.name, "in": "query", "required": false, "description": p.description,
			"schema": p.schema, "style": "form", "explode": false,
		})
	}
	all = append(all, op.conditions()...)
	if op.takes != nil && op.takes.most == maxReport && op.method == http.MethodPost {
		all = append(all, schema{"name": "Idempotency-Key", "in": "header", "required": false,
			"description": "Makes the id of a report that brings none, so that sending it again is no second report.",
			"schema":      schema{"type": "string", "maxLength": 255}})
	}
	return all
}

func (in *accepts) document(media string) schema {
	if in.schema != "" {
		return ref(in.schema)
	}
	if media == "application/json" || media == "application/geo+json" {
		return schema{"type": "object"}
	}
	return schema{"type": "string"}
}

// responses are every status that an operation can answer with.
func (op *operation) responses() schema {
	all := schema{}
	for _, r := range op.returns {
		content := schema{}
		for _, f := range op.formats {
			content[f.kind().full] = schema{"schema": r.document(f)}
		}
		if r.status == http.StatusNoContent {
			content = schema{}
		}
		headers := schema{"ETag": header("Strong tag of this representation."), "Link": header("The links of the answer (RFC 8288).")}
		if r.status == http.StatusCreated || op.method == http.MethodPost && op.takes != nil && op.takes.most == maxReport {
			headers["Location"] = header("Where the report is.")
		}
		all[strconv.Itoa(r.status)] = schema{"description": r.text, "content": content, "headers": headers}
	}
	if op.method == http.MethodGet {
		all["304"] = schema{"description": "The client has this answer already (If-None-Match)."}
	}
	if op.takes != nil {
		op.fails = append(slices.Clone(op.fails), http.StatusRequestTimeout)
	}
	for _, status := range slices.Concat([]int{400, 401, 403, 406, 421, 429, 500, 503}, op.fails) {
		all[strconv.Itoa(status)] = schema{
			"description": http.StatusText(status),
			"content":     schema{mediaProblem: schema{"schema": ref("problem")}},
		}
	}
	return all
}

func header(text string) schema {
	return schema{"description": text, "schema": schema{"type": "string"}}
}

// document is the schema of an answer in a format.
func (r result) document(f format) schema {
	switch f {
	case asMVT, asGPKG:
		return schema{"type": "string", "format": "binary"}
	case asCSV, asHTML, asGeoJSONSeq, asEvents:
		return schema{"type": "string"}
	}
	return ref(r.schema)
}

func ref(name string) schema { return schema{"$ref": "#/components/schemas/" + name} }

// openAPI answers with the document: GET /api.
func (c *call) openAPI() error {
	if c.format == asHTML {
		return c.apiPage()
	}
	return c.replyStatic(c.document.openapi)
}

// apiPage answers with the page: GET /api.html.
func (c *call) apiPage() error {
	c.Response().Header().Set("Content-Security-Policy",
		"default-src 'none'; frame-ancestors 'none'; style-src '"+c.document.style+"'")
	return c.replyStatic(c.document.page)
}

func (c *call) replyStatic(text []byte) error {
	return c.reply(c.static(), cacheStatic, nil, func(w io.Writer) error {
		_, err := w.Write(bytes.ReplaceAll(text, []byte(here), []byte(c.base)))
		return err
	})
}
