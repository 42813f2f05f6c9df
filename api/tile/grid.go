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
	tile   ID
	first  int                // column of the zoom that is the first of the tile
	norths [cells + 1]float64 // latitude of the northern edge of each row
	perRow float64            // rows a degree, at least: where to begin to look
	sums   [cells * cells]cell
}

// cell is its points, with the sums of their coordinates in units of 1e-7 degrees.
type cell struct{ n, lon, lat int64 }

const perDegree = 1e7

// Cluster is the points of a cell.
type Cluster struct {
	ID    uint64 // of the cell among all of this zoom, from 1
	At    Point  // their middle
	Count int
}

// NewGrid is an empty grid over a tile.
func NewGrid(t ID) *Grid {
	g := &Grid{tile: t, first: int(t.X) << cellBits}
	for row := range g.norths {
		y := (float64(t.Y) + float64(row)/cells) / float64(uint32(1)<<t.Z)
		g.norths[row] = math.Atan(math.Sinh(math.Pi*(1-2*y))) * 180 / math.Pi
	}
	g.perRow = cells / (g.norths[0] - g.norths[cells])
	return g
}

// At puts a point, in units of 1e-7 degrees, into its cell. One that lies in another
// tile is passed over: the edges in the north and west belong to the tile.
func (g *Grid) At(lon, lat int32) {
	if i, ok := g.cell(g.column(int64(lon)), float64(lat)/perDegree); ok {
		c := &g.sums[i]
		c.n, c.lon, c.lat = c.n+1, c.lon+int64(lon), c.lat+int64(lat)
	}
}

// Point puts any point into its cell.
func (g *Grid) Point(p orb.Point) {
	if i, ok := g.at(p); ok {
		g.Together(i, 1, int64(math.Round(p[0]*perDegree)), int64(math.Round(p[1]*perDegree)))
	}
}

// at is the cell of any point. What is a whole number of units is taken for that,
// though the product be rounded.
func (g *Grid) at(p orb.Point) (number int, ok bool) {
	return g.cell(g.column(int64(math.Floor(p[0]*perDegree+1e-4))), p[1])
}

// column is that of a longitude, in units of 1e-7 degrees, from the first of the tile
// on. All edges of columns that are drawn are at least as fine.
func (g *Grid) column(lon int64) int {
	return int((lon+180*perDegree)<<(cellBits+g.tile.Z)/(360*perDegree)) - g.first
}

// cell is the number of a cell by its column and the latitude; false: it is in another
// tile.
func (g *Grid) cell(column int, lat float64) (number int, ok bool) {
	if uint(column) >= cells || !(lat <= g.norths[0] && lat > g.norths[cells]) {
		return 0, false
	}
	// Rows are almost alike: begin where it would be if they were.
	row := min(cells-1, int((g.norths[0]-lat)*g.perRow))
	for lat > g.norths[row] {
		row--
	}
	for lat <= g.norths[row+1] {
		row++
	}
	return row<<cellBits | column, true
}

// Within is the number of the cell that all points of a box lie in; false: there is
// none.
func (g *Grid) Within(low, high orb.Point) (number int, ok bool) {
	a, inA := g.at(low)
	b, inB := g.at(high)
	return a, inA && inB && a == b
}

// Together puts several points into a cell which Within has given: how many, and the
// sums of their coordinates in units of 1e-7 degrees.
func (g *Grid) Together(number, n int, lon, lat int64) {
	c := &g.sums[number]
	c.n, c.lon, c.lat = c.n+int64(n), c.lon+lon, c.lat+lat
}

// Clusters yields the cells that hold something, row by row.
func (g *Grid) Clusters(yield func(Cluster) bool) {
	for i := range g.sums {
		c := &g.sums[i]
		if c.n == 0 {
			continue
		}
		n := float64(c.n) * perDegree
		at := quantise(g.tile.Place(World(orb.Point{float64(c.lon) / n, float64(c.lat) / n})))
		column, row := uint64(g.tile.X)<<cellBits|uint64(i&(cells-1)), uint64(g.tile.Y)<<cellBits|uint64(i>>cellBits)
		if !yield(Cluster{ID: row<<(cellBits+g.tile.Z) + column + 1, At: at, Count: int(c.n)}) {
			return
		}
	}
}
