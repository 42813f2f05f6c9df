package api

import (
	"maps"
	"slices"
	"strings"
)

// securitySchemes are the ways in which a credential is sent. Without one, callers
// see what the server shows to everybody.
func securitySchemes() schema {
	return schema{
		"key":      schema{"type": "http", "scheme": "bearer", "description": "A key of this server, or a token of the issuer that it trusts."},
		"password": schema{"type": "http", "scheme": "basic", "description": "The same as the password, under any name: for programs that know nothing else."},
	}
}

// referred are the components that paths refer to, and those that these refer to: a
// document says nothing of what has no address in it.
func referred(paths, components schema) schema {
	kept := schema{}
	queue := references(paths, nil)
	for len(queue) > 0 {
		name := queue[0]
		queue = queue[1:]
		if _, done := kept[name]; !done && components[name] != nil {
			kept[name] = components[name]
			queue = references(components[name], queue)
		}
	}
	return kept
}

// references appends the names that a part of a document refers to.
func references(part any, names []string) []string {
	switch v := part.(type) {
	case schema:
		if to, ok := v["$ref"].(string); ok {
			names = append(names, to[strings.LastIndexByte(to, '/')+1:])
		}
		for _, member := range slices.Sorted(maps.Keys(v)) {
			names = references(v[member], names)
		}
	case []schema:
		for _, item := range v {
			names = references(item, names)
		}
	}
	return names
}
