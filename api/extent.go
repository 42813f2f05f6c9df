package api

import (
	"math"

	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
)

// corridor is the box, west, south, east and north in degrees, that holds every
// place within the limit of the line. It is a little too large rather than too
// small: a degree is taken as short as it gets, 110.5 km northwards (WGS84, at
// the equator) and that of the box's most northern parallel eastwards.
func corridor(line *frontier.Frontier, limit frontier.Meters) [4]float64 {
	bound := orb.Bound{Min: orb.Point{180, 90}, Max: orb.Point{-180, -90}}
	for _, part := range frontier.Parts {
		for _, p := range line.Slice(frontier.Stretch{Part: part, To: line.Length(part)}) {
			bound = bound.Extend(p)
		}
	}
	if bound.Min[0] > bound.Max[0] {
		return [4]float64{-180, -90, 180, 90}
	}
	const degree = 110_500.0
	north := float64(limit) / degree
	parallel := math.Min(90, math.Max(math.Abs(bound.Min[1]), math.Abs(bound.Max[1]))+north)
	east := north / math.Max(math.Cos(parallel*math.Pi/180), 1e-3)
	return [4]float64{
		outward(math.Max(-180, bound.Min[0]-east), math.Floor), outward(math.Max(-90, bound.Min[1]-north), math.Floor),
		outward(math.Min(180, bound.Max[0]+east), math.Ceil), outward(math.Min(90, bound.Max[1]+north), math.Ceil),
	}
}

// outward rounds to four decimals, in the direction of round.
func outward(degrees float64, round func(float64) float64) float64 { return round(degrees*1e4) / 1e4 }
