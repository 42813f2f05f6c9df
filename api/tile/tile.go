// Package tile writes vector tiles (Mapbox Vector Tile Specification 2.1): where a
// tile lies, its lines cut and simplified, its points gathered, and the bytes of it
// all. It knows nothing of what is drawn, no HTTP and no clock.
package tile

import (
	"math"

	"github.com/paulmach/orb"
)

const (
	// Extent is the width and height of a tile in its own units.
	Extent = 4096
	// Buffer is how far, in units, lines and points reach beyond the edge of a tile,
	// so that what is drawn at an edge is not cut: a sixty-fourth of the tile.
	Buffer = 64
	// MaxZoom is the deepest zoom; beyond it clients enlarge its tiles.
	MaxZoom = 14
)

// ID says which tile: its zoom, and its column and row from the north-west (the XYZ
// scheme) in the spherical Mercator projection of web maps.
type ID struct{ Z, X, Y uint32 }

// Exists says whether there is such a tile.
func (t ID) Exists() bool { return t.Z <= MaxZoom && t.X>>t.Z == 0 && t.Y>>t.Z == 0 }

// World is where a place lies on the map of the world, from 0 in the north-west to 1.
// Beyond 85.05 degrees north and south it is beyond the map.
func World(p orb.Point) orb.Point {
	sin := math.Sin(p[1] * math.Pi / 180)
	return orb.Point{p[0]/360 + 0.5, 0.5 - math.Atanh(sin)/(2*math.Pi)}
}

// WorldLine is where a line lies on the map of the world.
func WorldLine(line orb.LineString) orb.LineString {
	world := make(orb.LineString, len(line))
	for i, p := range line {
		world[i] = World(p)
	}
	return world
}

// Place is where a place of the world's map lies in the tile, in units from its
// north-west corner.
func (t ID) Place(world orb.Point) orb.Point {
	n := float64(uint32(1) << t.Z)
	return orb.Point{(world[0]*n - float64(t.X)) * Extent, (world[1]*n - float64(t.Y)) * Extent}
}

// Bound is the tile in degrees, with so many units more on every side, but never more
// than the whole world.
func (t ID) Bound(buffer float64) orb.Bound {
	n := float64(uint32(1) << t.Z)
	degrees := func(units float64, at uint32) float64 { return (float64(at) + units/Extent) / n }
	lat := func(y float64) float64 {
		return math.Atan(math.Sinh(math.Pi*(1-2*y))) * 180 / math.Pi
	}
	return orb.Bound{
		Min: orb.Point{max(-180, degrees(-buffer, t.X)*360-180), lat(min(1, degrees(Extent+buffer, t.Y)))},
		Max: orb.Point{min(180, degrees(Extent+buffer, t.X)*360-180), lat(max(0, degrees(-buffer, t.Y)))},
	}
}
