package tile

import (
	"math"

	"github.com/paulmach/orb"
)

const (
	cellBits = 6
	cells    = 1 << cellBits // of a tile, each way: 8 pixels of 512
)

// Grid gathers points of a tile by the cells of a grid. Grids of neighbouring tiles
// share no point, so that their counts add up.
type Grid struct {
	tile    ID
	first   int                // column of the zoom that is the first of the tile
	perCell float64            // degrees of longitude
	norths  [cells + 1]float64 // latitude of the northern edge of each row
	perRow  float64            // rows a degree, at least: where to begin to look
	sums    [cells * cells]cell
}

type cell struct {
	n        int
	lon, lat float64
}

// Cluster is the points of a cell.
type Cluster struct {
	ID    uint64 // of the cell among all of this zoom, from 1
	At    Point  // their middle
	Count int
}

// NewGrid is an empty grid over a tile.
func NewGrid(t ID) *Grid {
	g := &Grid{tile: t, first: int(t.X) << cellBits, perCell: 360 / float64(uint32(cells)<<t.Z)}
	for row := range g.norths {
		y := (float64(t.Y) + float64(row)/cells) / float64(uint32(1)<<t.Z)
		g.norths[row] = math.Atan(math.Sinh(math.Pi*(1-2*y))) * 180 / math.Pi
	}
	g.perRow = cells / (g.norths[0] - g.norths[cells])
	return g
}

// Add puts a point into its cell. One that lies in another tile is passed over: the
// edges in the north and west belong to the tile.
func (g *Grid) Add(p orb.Point) {
	column := int(math.Floor((p[0]+180)/g.perCell)) - g.first
	if column < 0 || column >= cells || p[1] > g.norths[0] || p[1] <= g.norths[cells] {
		return
	}
	// Rows are almost alike: begin where it would be if they were.
	row := min(cells-1, int((g.norths[0]-p[1])*g.perRow))
	for p[1] > g.norths[row] {
		row--
	}
	for p[1] <= g.norths[row+1] {
		row++
	}
	c := &g.sums[row<<cellBits|column]
	c.n, c.lon, c.lat = c.n+1, c.lon+p[0], c.lat+p[1]
}

// Clusters yields the cells that hold something, row by row.
func (g *Grid) Clusters(yield func(Cluster) bool) {
	for i := range g.sums {
		c := &g.sums[i]
		if c.n == 0 {
			continue
		}
		n := float64(c.n)
		at := quantise(g.tile.Place(World(orb.Point{c.lon / n, c.lat / n})))
		column, row := uint64(g.tile.X)<<cellBits|uint64(i&(cells-1)), uint64(g.tile.Y)<<cellBits|uint64(i>>cellBits)
		if !yield(Cluster{ID: row<<(cellBits+g.tile.Z) + column + 1, At: at, Count: c.n}) {
			return
		}
	}
}
