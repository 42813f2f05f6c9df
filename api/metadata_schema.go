package api

import (
	"encoding/json"
	"io"

	"frontierwatch/api/codec"
)

// schema is a JSON Schema, or a part of one.
type schema map[string]any

// propertySchema is what a query parameter for a property takes.
func propertySchema(p codec.Property) schema {
	s := schema{"type": p.Type}
	if p.Format != "" {
		s["format"] = p.Format
	}
	if len(p.Enum) > 0 {
		s["enum"] = p.Enum
	}
	return s
}

// queryables says what a collection can be filtered by.
func (c *call) queryables(of *collection) error {
	return c.replySchema(codec.AppendQueryables(nil, of.id, c.base+"/collections/"+of.id+"/queryables", of.title))
}

// sortables says what a collection can be sorted by.
func (c *call) sortables(of *collection) error {
	return c.replySchema(codec.AppendSortables(nil, of.id, c.base+"/collections/"+of.id+"/sortables", of.title))
}

// schema says what a feature of a collection says.
func (c *call) schema(of *collection) error {
	return c.replySchema(codec.AppendSchema(nil, of.id, c.base+"/collections/"+of.id+"/schema", of.title))
}

func (c *call) replySchema(text []byte) error {
	links := c.selfLinks("This schema")
	return c.reply(c.static(), cacheStatic, links, func(w io.Writer) error {
		if c.format == asHTML {
			return c.writeValueHTML(w, links, json.RawMessage(text))
		}
		_, err := w.Write(append(text, '\n'))
		return err
	})
}
