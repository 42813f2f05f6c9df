package main

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
)

// The ends of the official line, which the source's boundary goes on beyond, to
// sea: International Boundary Commission, the terminals of its sections.
var (
	grandManan = orb.Point{-66.90243, 44.77642}
	juanDeFuca = orb.Point{-124.72721, 48.49344}
	arcticEnd  = orb.Point{-141.00127, 69.64674}
)

// The line A–B of the 1903 award runs from the head of Portland Canal's mouth to
// Cape Muzon. The United States' ring keeps to the coast there; Canada's follows it.
const (
	lineAB    = "-130.6286405 54.724733"
	capeMuzon = "-132.684218 54.6620911"
)

const (
	cut = frontier.Meters(10_000) // length of a segment

	// arcLength is what straight edges on great circles are cut into, so that
	// being straight in longitude and latitude between cuts no longer matters.
	arcLength = frontier.Meters(15_000)

	// reach is how far a point may be from the line that it is said to lie on.
	reach = frontier.Meters(2_000)
)

// frontierLines makes the two lines from the borders file.
func frontierLines(data []byte) ([]frontier.Line, error) {
	countries, err := readCountries(data, "CAN", "USA")
	if err != nil {
		return nil, fmt.Errorf("borders: %w", err)
	}
	chains, err := sharedChains(countries["CAN"], countries["USA"])
	if err != nil {
		return nil, fmt.Errorf("borders: %w", err)
	}
	if len(chains) != 2 {
		return nil, fmt.Errorf("borders: the countries share %d lines, not the mainline and Alaska", len(chains))
	}
	main, err := mainline(chains[0])
	if err != nil {
		return nil, fmt.Errorf("mainline: %w", err)
	}
	alaska, err := alaskaLine(chains[1], countries["CAN"])
	if err != nil {
		return nil, fmt.Errorf("alaska: %w", err)
	}
	return []frontier.Line{main, alaska}, nil
}

// mainline turns the chain, which has Canada to its left and so goes east.
func mainline(chain []printed) (frontier.Line, error) {
	points, err := parse(chain)
	if err != nil {
		return frontier.Line{}, err
	}
	slices.Reverse(points)
	// The boundary in the Great Lakes goes from turning point to turning point on
	// great circles. On the 49th parallel long edges mean the parallel instead.
	points = densify(points, func(a, b orb.Point) bool {
		return -90 < min(a[0], b[0]) && max(a[0], b[0]) < -76
	})
	points, err = trim(points, grandManan, juanDeFuca)
	return frontier.Line{Part: frontier.Main, Points: points, CanadaOnRight: true}, err
}

// alaskaLine goes on from the chain, which goes south, along the line A–B.
func alaskaLine(chain []printed, canada country) (frontier.Line, error) {
	sea, err := canada.follow(lineAB, capeMuzon)
	if err != nil {
		return frontier.Line{}, err
	}
	if chain[len(chain)-1] != sea[0] {
		return frontier.Line{}, errors.New("the line does not end where the line A–B begins")
	}
	land, err := parse(chain)
	if err != nil {
		return frontier.Line{}, err
	}
	ab, err := parse(sea)
	if err != nil {
		return frontier.Line{}, err
	}
	points := append(land, densify(ab, func(a, b orb.Point) bool { return true })[1:]...)
	points, err = trim(points, arcticEnd, points[len(points)-1])
	return frontier.Line{Part: frontier.Alaska, Points: points}, err
}

func parse(chain []printed) (orb.LineString, error) {
	line := make(orb.LineString, len(chain))
	for i, p := range chain {
		var err error
		if line[i], err = p.point(); err != nil {
			return nil, err
		}
	}
	return line, nil
}

// trim keeps what lies between the places of the line nearest to two points, and
// rounds it to five decimals, about a metre.
func trim(line orb.LineString, from, to orb.Point) (orb.LineString, error) {
	f, err := frontier.New([]frontier.Line{{Points: line}}, cut)
	if err != nil {
		return nil, err
	}
	a, err := f.Locate(from, reach)
	if err != nil {
		return nil, err
	}
	b, err := f.Locate(to, reach)
	if err != nil {
		return nil, err
	}
	kept := f.Slice(frontier.Stretch{From: a.Measure, To: b.Measure})
	for i, p := range kept {
		kept[i] = orb.Point{math.Round(p[0]*1e5) / 1e5, math.Round(p[1]*1e5) / 1e5}
	}
	return slices.Compact(kept), nil
}

// densify puts points on the great circle along the edges that are chosen.
func densify(line orb.LineString, chosen func(a, b orb.Point) bool) orb.LineString {
	dense := orb.LineString{line[0]}
	for i := 1; i < len(line); i++ {
		a, b := line[i-1], line[i]
		if n := math.Ceil(float64(frontier.Distance(a, b) / arcLength)); n > 1 && chosen(a, b) {
			for k := 1.0; k < n; k++ {
				dense = append(dense, greatCircle(a, b, k/n))
			}
		}
		dense = append(dense, b)
	}
	return dense
}

// greatCircle is the point at t in (0, 1) of the way from a to b on a sphere. On
// the longest edge here, 134 km, a geodesic is less than 1 m away from it.
func greatCircle(a, b orb.Point, t float64) orb.Point {
	const radian = math.Pi / 180
	type vector [3]float64
	unit := func(p orb.Point) vector {
		sinLat, cosLat := math.Sincos(p[1] * radian)
		sinLon, cosLon := math.Sincos(p[0] * radian)
		return vector{cosLat * cosLon, cosLat * sinLon, sinLat}
	}
	u, v := unit(a), unit(b)
	angle := math.Acos(u[0]*v[0] + u[1]*v[1] + u[2]*v[2])
	p, q := math.Sin((1-t)*angle), math.Sin(t*angle)
	var w vector
	for i := range w {
		w[i] = p*u[i] + q*v[i]
	}
	return orb.Point{math.Atan2(w[1], w[0]) / radian, math.Atan2(w[2], math.Hypot(w[0], w[1])) / radian}
}
