package tile

import (
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
	"github.com/paulmach/orb/simplify"
)

// detail is by how many units a simplified line may differ: half of a pixel where a
// tile is drawn 512 pixels wide. The deepest tiles are enlarged, and keep more.
func (t ID) detail() float64 {
	if t.Z == MaxZoom {
		return 0.5
	}
	return 4
}

// Line is a line of the world's map as it is drawn in the tile: cut at the edges with
// their buffer, simplified (Douglas and Peucker) with its ends kept, on whole units.
// Empty: it does not come into the tile, or is too short to be seen.
func (t ID) Line(world orb.LineString) (pieces [][]Point) {
	edge := orb.Bound{Min: orb.Point{-Buffer, -Buffer}, Max: orb.Point{Extent + Buffer, Extent + Buffer}}
	placed := make(orb.LineString, len(world))
	for i, p := range world {
		placed[i] = t.Place(p)
	}
	if !edge.Intersects(placed.Bound()) {
		return nil
	}
	for _, piece := range clip.LineString(edge, placed) {
		if len(piece) > 2 {
			piece = simplify.DouglasPeucker(t.detail()).LineString(piece)
		}
		if whole := quantised(piece); len(whole) > 1 {
			pieces = append(pieces, whole)
		}
	}
	return pieces
}

// Point is a place in a tile.
type Point struct{ X, Y int32 }

func quantise(p orb.Point) Point { return Point{round(p[0]), round(p[1])} }

func round(v float64) int32 {
	if v < 0 {
		return -int32(0.5 - v)
	}
	return int32(v + 0.5)
}

// Point is where a place of the world's map is drawn in the tile.
func (t ID) Point(world orb.Point) Point { return quantise(t.Place(world)) }

// quantised is a line on whole units, without a point that is the one before it.
func quantised(line orb.LineString) []Point {
	whole := make([]Point, 0, len(line))
	for _, p := range line {
		if q := quantise(p); len(whole) == 0 || q != whole[len(whole)-1] {
			whole = append(whole, q)
		}
	}
	return whole
}
