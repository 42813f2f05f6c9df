package api

import (
	"fmt"
	"math"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/simplify"
)

// sketch is a small map: features over the frontier, as SVG draws it. Its x is the
// longitude, narrowed as it is at its middle; its y the latitude, downwards.
type sketch struct {
	View, Label string
	Frontier    []string // paths
	Lines       []string
	Points      []sketchPoint
	Radius      string
}

type sketchPoint struct{ X, Y string }

// sketch draws features and the frontier around them; without any, the whole
// frontier.
func (c *call) sketch(shapes []orb.Geometry, label string) *sketch {
	var bound orb.Bound
	for i, shape := range shapes {
		if i == 0 {
			bound = shape.Bound()
		} else {
			bound = bound.Union(shape.Bound())
		}
	}
	if len(shapes) == 0 {
		bound = orb.Bound{Min: orb.Point{c.corridor[0], c.corridor[1]}, Max: orb.Point{c.corridor[2], c.corridor[3]}}
	}
	const least, margin = 0.2, 0.15 // degrees; of the width
	width := max(least, bound.Max[0]-bound.Min[0], bound.Max[1]-bound.Min[1])
	bound = bound.Pad(width * margin)
	v := view{narrow: math.Cos((bound.Min[1] + bound.Max[1]) / 2 * math.Pi / 180), unit: width / 1000}
	topLeft, bottomRight := v.at(orb.Point{bound.Min[0], bound.Max[1]}), v.at(orb.Point{bound.Max[0], bound.Min[1]})
	m := &sketch{
		Label: label, Radius: v.text(width / 150), Frontier: c.nearby(v, bound),
		View: fmt.Sprintf("%s %s %s %s", v.text(topLeft[0]), v.text(topLeft[1]), v.text(bottomRight[0]-topLeft[0]), v.text(bottomRight[1]-topLeft[1])),
	}
	for _, shape := range shapes {
		switch g := shape.(type) {
		case orb.Point:
			p := v.at(g)
			m.Points = append(m.Points, sketchPoint{v.text(p[0]), v.text(p[1])})
		case orb.LineString:
			m.Lines = append(m.Lines, v.path(g))
		}
	}
	return m
}

// nearby is the frontier where it comes into a box, segment by segment.
func (c *call) nearby(v view, bound orb.Bound) (paths []string) {
	var line orb.LineString
	flush := func() {
		if len(line) > 1 {
			paths = append(paths, v.path(line))
		}
		line = nil
	}
	for i, segment := range c.line.Segments() {
		if !c.bounds[i].Intersects(bound) {
			flush()
			continue
		}
		piece := c.line.Slice(segment.Stretch)
		if n := len(line); n > 0 && line[n-1] != piece[0] {
			flush()
		}
		line = append(line, piece...)
	}
	flush()
	return paths
}

// view is how a sketch is drawn.
type view struct {
	narrow float64 // what a degree of longitude is to one of latitude
	unit   float64 // what is too small to be seen, degrees
}

func (v view) at(p orb.Point) orb.Point { return orb.Point{p[0] * v.narrow, -p[1]} }

// text is a number to a tenth of what can be seen.
func (v view) text(n float64) string {
	decimals := max(0, int(math.Ceil(-math.Log10(v.unit)))+1)
	return fmt.Sprintf("%.*f", decimals, n)
}

func (v view) path(line orb.LineString) string {
	placed := make(orb.LineString, len(line))
	for i, p := range line {
		placed[i] = v.at(p)
	}
	var b strings.Builder
	for i, p := range simplify.DouglasPeucker(v.unit).LineString(placed) {
		if i == 0 {
			b.WriteString("M")
		} else {
			b.WriteString("L")
		}
		b.WriteString(v.text(p[0]) + " " + v.text(p[1]))
	}
	return b.String()
}
