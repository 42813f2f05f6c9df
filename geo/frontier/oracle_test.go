package frontier

import (
	"encoding/json"
	"math"
	"os"
	"sync"
	"testing"

	"github.com/paulmach/orb"
)

// realLines reads the lines that package boundary embeds.
var realLines = sync.OnceValues(func() ([]Line, error) {
	data, err := os.ReadFile("../../data/boundary/frontier.geojson")
	if err != nil {
		return nil, err
	}
	var file struct {
		Features []struct {
			Properties struct {
				CanadaSide string `json:"canada_side"`
			}
			Geometry struct{ Coordinates orb.LineString }
		}
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, err
	}
	lines := make([]Line, len(file.Features))
	for i, f := range file.Features {
		lines[i] = Line{Parts[i], f.Geometry.Coordinates, f.Properties.CanadaSide == "right"}
	}
	return lines, nil
})

func lines(t testing.TB) []Line {
	t.Helper()
	l, err := realLines()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func whole(t testing.TB) *Frontier {
	t.Helper()
	f, err := New(lines(t), KM(10))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// oracle places points by looking at every edge of the source and minimising
// Vincenty's distance on those that a rough distance leaves. It shares with
// Locate neither the tree, nor the vectors, nor the formula for short lines.
type oracle struct{ edges []oracleEdge }

// oracleEdge is a piece of at most 2 km, straight in longitude and latitude.
type oracleEdge struct {
	part         Part
	a, b         orb.Point
	from, length Meters
}

func newOracle(lines []Line) *oracle {
	o := &oracle{}
	for _, l := range lines {
		m := Meters(0)
		for i := 1; i < len(l.Points); i++ {
			a, b := l.Points[i-1], l.Points[i]
			n := math.Ceil(float64(vincenty(a, b)) / 2000)
			for k := range int(n) {
				e := oracleEdge{part: l.Part, a: middle(a, b, float64(k)/n), b: middle(a, b, float64(k+1)/n), from: m}
				e.length = vincenty(e.a, e.b)
				m += e.length
				o.edges = append(o.edges, e)
			}
		}
	}
	return o
}

func middle(a, b orb.Point, t float64) orb.Point {
	return orb.Point{a[0]*(1-t) + b[0]*t, a[1]*(1-t) + b[1]*t}
}

// locate is right up to some 50 km from the line.
//
// The distance is; the measure is as good as Vincenty's formula lets it be. Its
// distances have an error of some 0.01 mm, and at a distance d the minimum is so
// flat that a measure that is x off is only x²/2d farther: see blur.
func (o *oracle) locate(p orb.Point) (part Part, m, distance Meters) {
	least := math.Inf(1)
	rough := make([]float64, len(o.edges))
	for i, e := range o.edges {
		if rough[i] = math.Inf(1); math.Abs(e.a[1]-p[1]) < 0.5 && math.Abs(e.a[0]-p[0]) < 1.5 {
			rough[i] = e.rough(p)
			least = min(least, rough[i])
		}
	}
	distance = Meters(math.Inf(1))
	for i, e := range o.edges {
		if rough[i] > least*1.001+10 || math.IsInf(rough[i], 1) {
			continue
		}
		if t, d := e.nearest(p); d < distance-tie {
			part, m, distance = e.part, e.from+Meters(t)*e.length, d
		}
	}
	return part, m, distance
}

// blur is how far off the measure of locate may be at a distance from the line.
func blur(distance Meters) float64 { return 0.05 + math.Sqrt(2*float64(distance)*0.00005) }

// rough is the distance on a plane that fits the place, good to 0.05 % and 5 m.
func (e oracleEdge) rough(p orb.Point) float64 {
	const degree = 111_195
	flat := func(q orb.Point) (x, y float64) {
		lat := (p[1] + q[1]) / 2 * radian
		return (q[0] - p[0]) * degree * math.Cos(lat) * (1 + 0.00335*math.Pow(math.Sin(lat), 2)) * 1.00112,
			(q[1] - p[1]) * degree * (0.99439 + 0.01*math.Pow(math.Sin(lat), 2))
	}
	ax, ay := flat(e.a)
	bx, by := flat(e.b)
	t := -(ax*(bx-ax) + ay*(by-ay)) / (math.Pow(bx-ax, 2) + math.Pow(by-ay, 2))
	t = max(0, min(t, 1))
	return math.Hypot(ax+t*(bx-ax), ay+t*(by-ay))
}

// nearest is a golden section search.
func (e oracleEdge) nearest(p orb.Point) (t float64, d Meters) {
	at := func(t float64) Meters { return vincenty(p, middle(e.a, e.b, t)) }
	const golden = 0.6180339887498949
	low, high := 0.0, 1.0
	l, h := high-golden, low+golden
	dl, dh := at(l), at(h)
	for range 30 {
		if dl <= dh {
			high, h, dh = h, l, dl
			l = high - golden*(high-low)
			dl = at(l)
		} else {
			low, l, dl = l, h, dh
			h = low + golden*(high-low)
			dh = at(h)
		}
	}
	t, d = (low+high)/2, at((low+high)/2)
	for _, end := range []float64{0, 1} {
		if de := at(end); de <= d {
			t, d = end, de
		}
	}
	return t, d
}

// offset is the distance from p to the oracle's point at a measure.
func (o *oracle) offset(p orb.Point, part Part, m Meters) Meters {
	least := Meters(math.Inf(1))
	for _, e := range o.edges {
		if e.part == part && e.from-1 <= m && m <= e.from+e.length+1 {
			t := max(0, min(float64((m-e.from)/e.length), 1))
			least = min(least, vincenty(p, middle(e.a, e.b, t)))
		}
	}
	return least
}
