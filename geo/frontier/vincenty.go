package frontier

import (
	"math"

	"github.com/paulmach/orb"
)

// vincenty solves the inverse geodesic problem after T. Vincenty, "Direct and
// Inverse Solutions of Geodesics on the Ellipsoid with Application of Nested
// Equations", Survey Review XXIII 176, 1975. Error at most 0.5 mm. The iteration
// does not settle for points opposite each other; it then answers with the great
// circle on a sphere.
func vincenty(p, q orb.Point) Meters {
	reduced := func(lat float64) (sin, cos float64) {
		return math.Sincos(math.Atan((1 - flattening) * math.Tan(lat*radian)))
	}
	sinU1, cosU1 := reduced(p[1])
	sinU2, cosU2 := reduced(q[1])
	l := math.Remainder(q[0]-p[0], 360) * radian

	lambda := l
	for range 100 {
		sinL, cosL := math.Sincos(lambda)
		sinS := math.Hypot(cosU2*sinL, cosU1*sinU2-sinU1*cosU2*cosL)
		cosS := sinU1*sinU2 + cosU1*cosU2*cosL
		if sinS == 0 {
			break // the same place or the opposite one
		}
		sigma := math.Atan2(sinS, cosS)
		sinA := cosU1 * cosU2 * sinL / sinS // azimuth at the equator
		cosA2 := 1 - sinA*sinA
		cos2M := 0.0 // twice the arc to the middle; the equator has none
		if cosA2 > 0 {
			cos2M = cosS - 2*sinU1*sinU2/cosA2
		}
		c := flattening / 16 * cosA2 * (4 + flattening*(4-3*cosA2))
		before := lambda
		lambda = l + (1-c)*flattening*sinA*(sigma+c*sinS*(cos2M+c*cosS*(2*cos2M*cos2M-1)))
		if math.Abs(lambda) > math.Pi {
			break
		}
		if math.Abs(lambda-before) < 1e-12 {
			return arc(cosA2, sigma, sinS, cosS, cos2M)
		}
	}
	return sphere(p, q)
}

// arc is the length of the geodesic, Vincenty's equations 3, 4, 6 and 19.
func arc(cosA2, sigma, sinS, cosS, cos2M float64) Meters {
	u2 := cosA2 * (equator*equator - pole*pole) / (pole * pole)
	a := 1 + u2/16384*(4096+u2*(-768+u2*(320-175*u2)))
	b := u2 / 1024 * (256 + u2*(-128+u2*(74-47*u2)))
	delta := b * sinS * (cos2M + b/4*(cosS*(2*cos2M*cos2M-1)-
		b/6*cos2M*(4*sinS*sinS-3)*(4*cos2M*cos2M-3)))
	return Meters(pole * a * (sigma - delta))
}

// sphere is the great circle on a sphere as long around as a meridian.
func sphere(p, q orb.Point) Meters {
	const meridian = 6_367_449.0 // mean radius of a meridian
	a, b := position(p), position(q)
	return Meters(meridian * math.Atan2(a.cross(b).length(), a.dot(b)))
}
