package report

import "github.com/paulmach/orb"

// Places is who is told where very many reports are, on a map of them. Coordinates are
// in units of 1e-7 degrees, which is what records keep.
type Places interface {
	// At tells of a report at a point.
	At(lon, lat int32)
	// Other tells of one that is at no such point: on a stretch, at a finer one, or
	// nowhere. It may not be kept.
	Other(v *Version)
	// Within says whether all reports at points of a box, in degrees, may be told of at
	// once, and by what number.
	Within(low, high orb.Point) (number int, ok bool)
	// Together tells of the reports in a box by its number: how many there are, and the
	// sums of their coordinates.
	Together(number, n int, lon, lat int64)
}
