package cql2

import (
	"slices"
	"strings"

	"github.com/paulmach/orb"
)

// shapes are the geometries of well-known text that are read.
func shapes() []string {
	return []string{"POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON", "GEOMETRYCOLLECTION"}
}

const needShape = "must be geometry or a shape: BBOX(west,south,east,north), POINT(lon lat), LINESTRING, POLYGON, MULTIPOINT, MULTILINESTRING, MULTIPOLYGON or GEOMETRYCOLLECTION"

// shape reads an argument of a spatial predicate.
func (p *parser) shape() (Node, error) {
	n := Node{at: p.here()}
	if p.tok.kind == quoted || p.tok.kind == word && !p.is("BBOX") && !slices.Contains(shapes(), strings.ToUpper(p.tok.text)) {
		n.Op, n.Text = Property, p.tok.text
		return n, p.step()
	}
	if p.tok.kind != word {
		return n, p.fault(needShape)
	}
	if p.is("BBOX") {
		return p.box()
	}
	n.Op = Geometry
	shape, err := p.geometry()
	n.Shape = shape
	if err == nil {
		err = sound(shape, n.at)
	}
	return n, err
}

func (p *parser) box() (Node, error) {
	n := Node{Op: BBox, at: p.here()}
	if err := p.step(); err != nil {
		return n, err
	}
	var numbers []float64
	_, err := p.parentheses(func() (Node, error) {
		return n, p.list(func() error {
			v, err := p.float()
			numbers = append(numbers, v)
			return err
		})
	})
	if err == nil {
		n.Box, err = box(numbers, n.at)
	}
	return n, err
}

// geometry reads a shape of well-known text.
func (p *parser) geometry() (orb.Geometry, error) {
	name := strings.ToUpper(p.tok.text)
	if p.tok.kind != word || !slices.Contains(shapes(), name) {
		return nil, p.fault("here should be one of " + strings.Join(shapes(), ", "))
	}
	if err := p.step(); err != nil {
		return nil, err
	}
	if _, err := p.take("Z"); err != nil {
		return nil, err
	}
	if err := p.deeper(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	switch name {
	case "POINT":
		points, err := items(p, p.position)
		if err == nil && len(points) != 1 {
			err = p.fault("a point has one position")
		}
		return first(points), err
	case "LINESTRING":
		return asShape[orb.LineString](items(p, p.position))
	case "POLYGON":
		return asShape[orb.Polygon](items(p, p.ring))
	case "MULTIPOINT":
		return asShape[orb.MultiPoint](items(p, p.loosePosition))
	case "MULTILINESTRING":
		return asShape[orb.MultiLineString](items(p, func() (orb.LineString, error) { return items(p, p.position) }))
	case "MULTIPOLYGON":
		return asShape[orb.MultiPolygon](items(p, func() (orb.Polygon, error) { return items(p, p.ring) }))
	}
	return asShape[orb.Collection](items(p, p.geometry))
}

func first(points []orb.Point) orb.Geometry {
	if len(points) == 0 {
		return orb.Point{}
	}
	return points[0]
}

func asShape[S interface {
	~[]T
	orb.Geometry
}, T any](list []T, err error) (orb.Geometry, error) {
	return S(list), err
}

// items reads a list in parentheses.
func items[T any](p *parser, one func() (T, error)) (all []T, err error) {
	if err := p.want("("); err != nil {
		return nil, err
	}
	err = p.list(func() error {
		v, err := one()
		all = append(all, v)
		return err
	})
	if err != nil {
		return nil, err
	}
	return all, p.want(")")
}

// list reads one thing after the other, with commas between.
func (p *parser) list(one func() error) error {
	for {
		if err := one(); err != nil {
			return err
		}
		if p.tok.kind != mark || p.tok.text != "," {
			return nil
		}
		if err := p.step(); err != nil {
			return err
		}
	}
}

func (p *parser) ring() (orb.Ring, error) { return items(p, p.position) }

// position reads longitude and latitude. A height is passed over.
func (p *parser) position() (at orb.Point, err error) {
	for i := 0; i < 3 && (i < 2 || p.tok.kind == number); i++ {
		v, err := p.float()
		if err != nil {
			return at, err
		}
		if i < 2 {
			at[i] = v
		}
	}
	return at, nil
}

// loosePosition is one in parentheses, or without them, as old writers have it.
func (p *parser) loosePosition() (orb.Point, error) {
	if p.tok.kind == number {
		return p.position()
	}
	if err := p.want("("); err != nil {
		return orb.Point{}, err
	}
	at, err := p.position()
	if err != nil {
		return at, err
	}
	return at, p.want(")")
}

// box makes one of 4 numbers, or of 6 with heights, which are passed over.
func box(numbers []float64, at place) (b [4]float64, err error) {
	switch len(numbers) {
	case 4:
		b = [4]float64(numbers)
	case 6:
		b = [4]float64{numbers[0], numbers[1], numbers[3], numbers[4]}
	default:
		return b, at.fault("a box has 4 numbers, west, south, east and north, or 6 with heights")
	}
	if !placed(orb.Point{b[0], b[1]}) || !placed(orb.Point{b[2], b[3]}) || b[1] > b[3] {
		return b, at.fault(needDegrees + ", south not above north")
	}
	return b, nil
}

const needDegrees = "longitudes must lie between -180 and 180 degrees and latitudes between -90 and 90, longitude first"

func placed(p orb.Point) bool {
	return p[0] >= -180 && p[0] <= 180 && p[1] >= -90 && p[1] <= 90
}

// sound refuses what is no shape: a line of one point, a ring that is not closed,
// a place that is not on earth.
func sound(shape orb.Geometry, at place) error {
	switch s := shape.(type) {
	case orb.Point:
		return soundPoints(at, 1, []orb.Point{s})
	case orb.MultiPoint:
		return soundPoints(at, 1, s)
	case orb.LineString:
		return soundPoints(at, 2, s)
	case orb.Ring:
		if err := soundPoints(at, 4, s); err != nil {
			return err
		}
		if !s.Closed() {
			return at.fault("a ring of a polygon must end where it begins")
		}
	case orb.Polygon:
		return soundParts(at, s)
	case orb.MultiLineString:
		return soundParts(at, s)
	case orb.MultiPolygon:
		return soundParts(at, s)
	case orb.Collection:
		return soundParts(at, s)
	}
	return nil
}

func soundParts[T orb.Geometry](at place, parts []T) error {
	if len(parts) == 0 {
		return at.fault("a shape must not be empty")
	}
	for _, part := range parts {
		if err := sound(part, at); err != nil {
			return err
		}
	}
	return nil
}

func soundPoints(at place, least int, points []orb.Point) error {
	if len(points) < least {
		return at.fault("a shape has too few positions: a line needs 2, a ring 4")
	}
	for _, p := range points {
		if !placed(p) {
			return at.fault(needDegrees)
		}
	}
	return nil
}
