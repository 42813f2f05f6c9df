package frontier

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// The WGS84 ellipsoid (NGA.STND.0036, table 3.1).
const (
	equator      = 6378137.0
	flattening   = 1 / 298.257223563
	pole         = equator * (1 - flattening)
	eccentricity = flattening * (2 - flattening) // first, squared
)

const (
	radian = math.Pi / 180

	// short is the longest chord that lift may be used for: 25 km.
	short = 25_000.0

	// radius is in the middle of the radii of curvature that normal sections of
	// the ellipsoid have (6335 km to 6400 km), so that lift errs least.
	radius = 6_367_500.0
)

// vector is a place in space or a way between two, in metres: geocentric, z
// towards the north pole, x towards longitude 0.
type vector struct{ x, y, z float64 }

func (a vector) add(b vector) vector       { return vector{a.x + b.x, a.y + b.y, a.z + b.z} }
func (a vector) sub(b vector) vector       { return vector{a.x - b.x, a.y - b.y, a.z - b.z} }
func (a vector) scale(s float64) vector    { return vector{a.x * s, a.y * s, a.z * s} }
func (a vector) dot(b vector) float64      { return a.x*b.x + a.y*b.y + a.z*b.z }
func (a vector) length() float64           { return math.Sqrt(a.dot(a)) }
func (a vector) distance(b vector) float64 { return a.sub(b).length() }
func (a vector) cross(b vector) vector {
	return vector{a.y*b.z - a.z*b.y, a.z*b.x - a.x*b.z, a.x*b.y - a.y*b.x}
}

// position is the place of p on the ellipsoid.
func position(p orb.Point) vector { return positionAt(p[0], p[1]) }

// positionAt is position of a longitude and a latitude. Where it counts, these are
// passed one by one: a point goes through memory, and to read it there as a whole just
// after its halves were written takes longer than all that is done with it.
func positionAt(lon, lat float64) vector {
	sinLat, cosLat := math.Sincos(lat * radian)
	sinLon, cosLon := math.Sincos(lon * radian)
	n := equator / math.Sqrt(1-eccentricity*sinLat*sinLat) // prime vertical radius
	return vector{n * cosLat * cosLon, n * cosLat * sinLon, n * (1 - eccentricity) * sinLat}
}

// course is the place at a longitude and latitude of an edge that is straight in both,
// east and north degrees long, and the way that its length would lead in the direction
// it has there.
func course(lon, lat, east, north float64) (at, ahead vector) {
	sinLat, cosLat := math.Sincos(lat * radian)
	sinLon, cosLon := math.Sincos(lon * radian)
	w := 1 - eccentricity*sinLat*sinLat
	n := equator / math.Sqrt(w)     // prime vertical radius
	m := n * (1 - eccentricity) / w // radius of the meridian
	at = vector{n * cosLat * cosLon, n * cosLat * sinLon, n * (1 - eccentricity) * sinLat}
	east = n * cosLat * east * radian
	north = m * north * radian
	ahead = vector{-east*sinLon - north*sinLat*cosLon, east*cosLon - north*sinLat*sinLon, north * cosLat}
	return at, ahead
}

// checkPoint says what keeps p from being a place on Earth.
func checkPoint(p orb.Point) error {
	switch lon, lat := p[0], p[1]; {
	case math.IsNaN(lon) || math.IsNaN(lat) || math.IsInf(lon, 0) || math.IsInf(lat, 0):
		return fmt.Errorf("(%g, %g) is not a place: longitude and latitude must be finite numbers", lon, lat)
	case lon < -180 || lon > 180:
		return fmt.Errorf("longitude %g is outside -180 to 180", lon)
	case !onEarth(lon, lat):
		return fmt.Errorf("latitude %g is outside -90 to 90 (longitude comes first)", lat)
	}
	return nil
}

// onEarth says whether a longitude and a latitude, in degrees, are finite and in their ranges.
func onEarth(lon, lat float64) bool { return lon >= -180 && lon <= 180 && lat >= -90 && lat <= 90 }

// Distance is the length of the geodesic between two points in degrees, on
// WGS84: within 0.2 mm up to 25 km (the chord, lifted to an arc), within 0.5 mm
// beyond (Vincenty's inverse). Only where the points are opposite each other on
// Earth, within about 1 degree, is it as coarse as 0.5 %. NaN if a coordinate is
// not finite.
func Distance(a, b orb.Point) Meters {
	return above(position(a).distance(position(b)), a, b)
}

// above is Distance for who has the chord already.
func above(chord float64, a, b orb.Point) Meters {
	if chord <= short {
		return lift(chord)
	}
	return vincenty(a, b)
}

// lift is the length of the geodesic above a chord of the ellipsoid, in metres.
//
// A normal section is nearly a circle with the radius of curvature R of its
// direction, so s = 2 R asin(c / 2 R) = c + c³/24R² + 3c⁵/640R⁴ + …. R lies
// between b²/a = 6335 km and a²/b = 6400 km; one radius for all errs by at most
// 1.1 % of the second term: 0.01 µm at 1 km, 0.18 mm at 25 km. (A geodesic
// departs from the normal section in the fifth order only.)
func lift(chord float64) Meters {
	return Meters(2 * radius * math.Asin(chord/(2*radius)))
}

// atMost bounds the length of the edge a b that is straight in longitude and
// latitude from above.
func atMost(a, b orb.Point) Meters {
	const largest = equator * equator / pole // radius of curvature, at the poles
	lat := 0.0                               // of the edge, nearest to the equator
	if a[1]*b[1] > 0 {
		lat = min(math.Abs(a[1]), math.Abs(b[1]))
	}
	east := (b[0] - a[0]) * math.Cos(lat*radian)
	return Meters(largest * radian * math.Hypot(east, b[1]-a[1]))
}
