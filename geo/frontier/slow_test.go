package frontier

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"
)

// reports makes points like those of the synthetic reports: four of five at one of
// 150 sites, within some kilometres, the rest anywhere by the line.
func reports(f *Frontier, r *rand.Rand, n int) []orb.Point {
	anywhere := func() Stretch {
		m := Meters(r.Float64()) * (f.Length(Main) + f.Length(Alaska))
		if rest := m - f.Length(Main); rest > 0 {
			return Stretch{Part: Alaska, From: rest}
		}
		return Stretch{Part: Main, From: m}
	}
	sites := make([]Stretch, 150)
	for i := range sites {
		sites[i] = anywhere()
	}
	points := make([]orb.Point, n)
	for i := range points {
		s := sites[r.IntN(len(sites))]
		if r.IntN(5) == 0 {
			s = anywhere()
		}
		p := f.At(s.Part, s.From+Meters(r.NormFloat64()*1500))
		points[i] = written(orb.Point{p[0], p[1] + r.NormFloat64()*600/111_200})
	}
	return points
}

// written is p as a report keeps it.
func written(p orb.Point) orb.Point {
	return orb.Point{math.Round(p[0]*1e7) / 1e7, math.Round(p[1]*1e7) / 1e7}
}

// uncharted is the same frontier with the tree alone.
func uncharted(f *Frontier) *Frontier {
	g := &Frontier{rulers: slices.Clone(f.rulers), segments: f.segments}
	for i := range g.rulers {
		g.rulers[i].chart = chart{}
	}
	return g
}

// nearestOfAll is the slow and obvious way: it looks at every edge, and of those that
// tie with the nearest takes the first.
func (f *Frontier) nearestOfAll(from vector) (*ruler, near) {
	least := math.Inf(1)
	for i := range f.rulers {
		for edge := range len(f.rulers[i].vertices) - 1 {
			least = min(least, f.rulers[i].edges.measure(from, edge).distance)
		}
	}
	for i := range f.rulers {
		r := &f.rulers[i]
		for edge := range len(r.vertices) - 1 {
			if n := r.edges.measure(from, edge); n.distance <= least+tie {
				return r, n
			}
		}
	}
	return nil, near{}
}

// kinds are points of every kind that could make a difference.
func kinds(f *Frontier, r *rand.Rand, n int) map[string][]orb.Point {
	anywhere := func(west, south, east, north float64) []orb.Point {
		points := make([]orb.Point, n)
		for i := range points {
			points[i] = orb.Point{west + (east-west)*r.Float64(), south + (north-south)*r.Float64()}
		}
		return points
	}
	all := map[string][]orb.Point{
		"reports":      reports(f, r, n),
		"corridor":     corridor(f, r, n),
		"the Earth":    anywhere(-180, -90, 180, 90),
		"around":       anywhere(-145, 38, -60, 72),
		"both parts":   anywhere(-136, 46, -122, 58), // and between their ends
		"Alaska's end": anywhere(-131, 54, -129, 56.5),
	}
	for i := range f.rulers {
		v := f.rulers[i].vertices
		for range n / 2 {
			k := r.IntN(len(v) - 1)
			a, b := v[k].point, v[k+1].point
			all["vertices"] = append(all["vertices"], a)
			all["vertices, written"] = append(all["vertices, written"], written(a))
			all["on edges"] = append(all["on edges"], between(a, b, r.Float64()))
			// In the outer angle of a corner two edges are as near.
			far := math.Pow(10, r.Float64()*5-6)
			all["by vertices"] = append(all["by vertices"], orb.Point{a[0] + far*r.NormFloat64(), a[1] + far*r.NormFloat64()})
			// As far from two edges: between a vertex and another not far along.
			c := v[min(k+r.IntN(50), len(v)-1)].point
			all["between vertices"] = append(all["between vertices"], between(a, c, 0.5))
			// By the sides and corners of the cells.
			x, y := grid(a)
			x, y = x+uint32(r.IntN(9))-4, y+uint32(r.IntN(9))-4
			corner := orb.Point{float64(x)*360/(1<<finest) - 180, float64(y)*180/(1<<finest) - 90}
			all["corners of cells"] = append(all["corners of cells"], corner, orb.Point{corner[0], a[1]})
		}
	}
	return all
}

// The chart must not be seen in what is answered: not in one bit.
func TestChartAgreesWithTree(t *testing.T) {
	n := 20_000
	if testing.Short() {
		n = 1000
	}
	f := whole(t)
	plain := uncharted(f)
	for kind, points := range kinds(f, rand.New(rand.NewPCG(9, 10)), n) {
		known := 0
		for _, p := range points {
			if _, ok := chartedAt(f, p); ok {
				known++
			}
			got, err := f.Locate(p, Meters(math.Inf(1)))
			want, wrong := plain.Locate(p, Meters(math.Inf(1)))
			if err != nil || wrong != nil || got != want {
				t.Fatalf("%s: %v is at %+v (%v) by the chart, at %+v (%v) by the tree", kind, p, got, err, want, wrong)
			}
			// At the limit, and one bit below it.
			limit := max(got.Offset, -got.Offset)
			below := Meters(math.Nextafter(float64(limit), -1))
			if again, err := f.Locate(p, limit); err != nil || again != want {
				t.Fatalf("%s: %v at the limit: %+v, %v", kind, p, again, err)
			}
			var far, same *TooFarError
			_, err = f.Locate(p, below)
			_, wrong = plain.Locate(p, below)
			if !errors.As(err, &far) || !errors.As(wrong, &same) || *far != *same {
				t.Fatalf("%s: %v below the limit: %v by the chart, %v by the tree", kind, p, err, wrong)
			}
		}
		t.Logf("%s: %d of %d are on the chart", kind, known, len(points))
		if kind == "reports" && known < len(points)*99/100 {
			t.Errorf("only %d of %d reports are on the chart", known, len(points))
		}
	}
}

// What the sides of a triangle tell of a distance is right within a tenth of what
// nearestOf allows for, be the edge as short as it may.
func TestSquareAgreesWithMeasure(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 16))
	some := func(length float64) vector {
		v := vector{r.NormFloat64(), r.NormFloat64(), r.NormFloat64()}
		return v.scale(length / v.length())
	}
	for range 200_000 {
		a := some(equator)
		b := a.add(some(math.Pow(10, r.Float64()*9-6)))
		p := a.add(some(math.Pow(10, r.Float64()*6-2)))
		if r.IntN(4) == 0 { // by the edge
			p = a.add(b.sub(a).scale(r.Float64()*3 - 1)).add(some(math.Pow(10, r.Float64()*9-6)))
		}
		edges := newTree([]vector{a, b})
		d := edges.measure(p, 0).distance
		if got, want := edges.squareFrom(p, 0), d*d; math.Abs(got-want) > tie*(1000+4*want)/10 {
			t.Fatalf("%v is %g m² from %v to %v, want %g", p, got, a, b, want)
		}
	}
}

func chartedAt(f *Frontier, p orb.Point) (near, bool) {
	x, y := grid(p)
	for i := range f.rulers {
		if n, ok := f.rulers[i].nearby(x, y, position(p)); ok {
			return n, true
		}
	}
	return near{}, false
}

func TestNearestAgreesWithLookingAtAll(t *testing.T) {
	n := 500
	if testing.Short() {
		n = 50
	}
	f := whole(t)
	for kind, points := range kinds(f, rand.New(rand.NewPCG(11, 12)), n) {
		for _, p := range points {
			from := position(p)
			r, got := f.nearest(p, from)
			if wr, want := f.nearestOfAll(from); r != wr || got.edge != want.edge || got.t != want.t || math.Abs(got.distance-want.distance) > 0.01 {
				t.Errorf("%s: %v is nearest to %s %+v, want %s %+v", kind, p, r.part, got, wr.part, want)
			}
		}
	}
}

// A chart that misses edges must be found out.
func TestWrongChartIsFound(t *testing.T) {
	f := whole(t)
	plain := uncharted(f)
	points := reports(f, rand.New(rand.NewPCG(13, 14)), 1000)
	wrong := func() (n int) {
		for _, p := range points {
			got, _ := f.Locate(p, Limit)
			if want, _ := plain.Locate(p, Limit); got != want {
				n++
			}
		}
		return n
	}
	if n := wrong(); n != 0 {
		t.Fatalf("%d of 1000 points differ before anything is wrong", n)
	}
	for r := range f.rulers {
		sheets := f.rulers[r].chart.sheets
		for i := range sheets {
			if s := sheets[i].Load(); s != nil {
				halve(s)
			}
		}
	}
	if n := wrong(); n < 100 {
		t.Errorf("half of each run shows at %d of 1000 points only", n)
	}
}

// halve leaves the first half of each run.
func halve(s *sheet) {
	for i := range s.nodes {
		for k, c := range s.nodes[i] {
			if c != 0 && c&cut16 == 0 {
				s.nodes[i][k] = c&^longest | (c&longest+1)/2
			}
		}
	}
}
