package cql2

import "encoding/json"

// MarshalJSON writes the filter as CQL2 JSON.
func (n Node) MarshalJSON() ([]byte, error) { return json.Marshal(n.value()) }

// value is the node as encoding/json takes it.
func (n Node) value() any {
	switch n.Op {
	case Property:
		return map[string]any{"property": n.Text}
	case Text:
		return n.Text
	case Number:
		return n.Number
	case Truth:
		return n.Truth
	case Date, Timestamp:
		return map[string]any{string(n.Op): n.moment()}
	case BBox:
		return map[string]any{"bbox": n.Box}
	case Geometry:
		return shapeJSON(n.Shape)
	}
	args := make([]any, len(n.Args))
	for i, a := range n.Args {
		args[i] = a.value()
		if n.Op == Interval && a.Op != Property {
			args[i] = a.moment()
		}
	}
	switch n.Op {
	case List:
		return args
	case Interval:
		return map[string]any{"interval": args}
	}
	return map[string]any{"op": n.Op, "args": args}
}
