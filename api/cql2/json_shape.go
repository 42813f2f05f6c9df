package cql2

import (
	"encoding/json"

	"github.com/paulmach/orb"
)

// shape reads an argument of a spatial predicate: a property, a box, or a
// geometry of GeoJSON.
func (r *reader) shape(v any, at place) (Node, error) {
	n := Node{at: at}
	o, _ := v.(map[string]any)
	if name, ok := o["property"].(string); ok && len(o) == 1 {
		n.Op, n.Text = Property, name
		return n, nil
	}
	if bbox, ok := o["bbox"].([]any); ok && len(o) == 1 {
		numbers, err := floats(bbox, at.in("bbox"))
		if err != nil {
			return n, err
		}
		n.Op = BBox
		n.Box, err = box(numbers, at.in("bbox"))
		return n, err
	}
	shape, err := r.geometry(v, at)
	if err != nil {
		return n, err
	}
	n.Op, n.Shape = Geometry, shape
	return n, sound(shape, at)
}

// geometry reads a geometry of GeoJSON (RFC 7946).
func (r *reader) geometry(v any, at place) (orb.Geometry, error) {
	o, _ := v.(map[string]any)
	kind, _ := o["type"].(string)
	inside := at.in("coordinates")
	c := o["coordinates"]
	switch kind {
	case "Point":
		return position(c, inside)
	case "LineString":
		return asShape[orb.LineString](each(c, inside, position))
	case "Polygon":
		return asShape[orb.Polygon](each(c, inside, ring))
	case "MultiPoint":
		return asShape[orb.MultiPoint](each(c, inside, position))
	case "MultiLineString":
		return asShape[orb.MultiLineString](each(c, inside, func(v any, at place) (orb.LineString, error) { return each(v, at, position) }))
	case "MultiPolygon":
		return asShape[orb.MultiPolygon](each(c, inside, func(v any, at place) (orb.Polygon, error) { return each(v, at, ring) }))
	case "GeometryCollection":
		leave, err := r.deeper(at)
		if err != nil {
			return nil, err
		}
		defer leave()
		return asShape[orb.Collection](each(o["geometries"], at.in("geometries"), r.geometry))
	}
	return nil, at.fault(`here should be {"property":"geometry"}, {"bbox":[west,south,east,north]} or a geometry of GeoJSON`)
}

func ring(v any, at place) (orb.Ring, error) { return each(v, at, position) }

func each[T any](v any, at place, one func(any, place) (T, error)) ([]T, error) {
	list, ok := v.([]any)
	if !ok {
		return nil, at.fault("here should be a list")
	}
	all := make([]T, len(list))
	for i := range list {
		var err error
		if all[i], err = one(list[i], at.nth(i)); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func position(v any, at place) (orb.Point, error) {
	list, _ := v.([]any)
	numbers, err := floats(list, at)
	if err != nil || len(numbers) < 2 || len(numbers) > 3 {
		return orb.Point{}, at.fault("here should be a position: [longitude, latitude]")
	}
	return orb.Point{numbers[0], numbers[1]}, nil
}

func floats(list []any, at place) ([]float64, error) {
	return each(any(list), at, func(v any, at place) (float64, error) {
		text, ok := v.(json.Number)
		number, err := text.Float64()
		if !ok || err != nil {
			return 0, at.fault("here should be a number")
		}
		return number, nil
	})
}
