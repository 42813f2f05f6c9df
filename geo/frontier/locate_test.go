package frontier

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"unsafe"

	"github.com/paulmach/orb"
)

// corridor makes points up to 25 km from the line, dense near it.
func corridor(f *Frontier, r *rand.Rand, n int) []orb.Point {
	points := make([]orb.Point, n)
	for i := range points {
		part := Main
		if r.IntN(4) == 0 {
			part = Alaska
		}
		p := f.At(part, Meters(r.Float64())*f.Length(part))
		direction, far := 2*math.Pi*r.Float64(), 24_900*math.Pow(r.Float64(), 2)/111_500
		points[i] = orb.Point{p[0] + far*math.Cos(direction)/math.Cos(p[1]*radian), p[1] + far*math.Sin(direction)}
	}
	return points
}

func TestLocateAgreesWithOracle(t *testing.T) {
	n := 10_000
	if testing.Short() {
		n = 500
	}
	f, o := whole(t), newOracle(lines(t))
	ties := 0
	for _, p := range corridor(f, rand.New(rand.NewPCG(1, 2)), n) {
		got, err := f.Locate(p, Limit)
		if err != nil {
			t.Fatal(err)
		}
		part, m, d := o.locate(p)
		if off := max(got.Offset, -got.Offset); math.Abs(float64(off-d)) > 0.02 && d > touch {
			t.Errorf("%v is %.3f m from the line, want %.3f", p, float64(off), float64(d))
		}
		if got.Part == part && math.Abs(float64(got.Measure-m)) <= blur(d) {
			continue
		}
		// Another place is right as well if it is as near.
		ties++
		if other := o.offset(p, got.Part, got.Measure); other > d+0.02 {
			t.Errorf("%v is at %s %.2f m (distance %.3f m), want %s %.2f m (%.3f m)", p,
				got.Part, float64(got.Measure), float64(other), part, float64(m), float64(d))
		}
	}
	if ties > n/500 {
		t.Errorf("%d of %d points are as near to another place; too many to believe", ties, n)
	}
}

// The oracle must tell a wrong line from the right one.
func TestOracleSeesAnError(t *testing.T) {
	f := whole(t)
	shifted := make([]Line, len(lines(t)))
	for i, l := range lines(t) {
		shifted[i] = Line{Part: l.Part, CanadaOnRight: l.CanadaOnRight}
		for _, p := range l.Points {
			shifted[i].Points = append(shifted[i].Points, orb.Point{p[0] + 1e-5, p[1] + 1e-5})
		}
	}
	o, wrong := newOracle(shifted), 0
	for _, p := range corridor(f, rand.New(rand.NewPCG(3, 4)), 50) {
		got, err := f.Locate(p, Limit)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, d := o.locate(p); math.Abs(math.Abs(float64(got.Offset))-float64(d)) > 0.02 {
			wrong++
		}
	}
	if wrong < 40 {
		t.Errorf("a line that is 1 m off shows at %d of 50 points only", wrong)
	}
}

// From anywhere on Earth the distance is the true one within 0.01 %.
func TestLocateFromFarAway(t *testing.T) {
	f, o := whole(t), newOracle(lines(t))
	places := map[string]orb.Point{
		"Kansas":                    {-98.6, 38.5},
		"Mexico City":               {-99.1, 19.4},
		"the north pole":            {0, 90},
		"the south pole":            {120, -90},
		"opposite the 49th":         {75, -49},
		"opposite Alaska":           {39, -62},
		"west of the antimeridian":  {179.9, 66},
		"east of the antimeridian":  {-179.9, 66},
		"the antimeridian":          {180, 52},
		"the antimeridian, written": {-180, 52},
		"off Africa":                {0, 0},
	}
	r := rand.New(rand.NewPCG(5, 6))
	for i := range 20 {
		places["random "+string(rune('a'+i))] = orb.Point{r.Float64()*360 - 180, math.Asin(r.Float64()*2-1) / radian}
	}
	for name, p := range places {
		_, err := f.Locate(p, Limit)
		var far *TooFarError
		if !errors.As(err, &far) {
			t.Errorf("%s: got %v, want a TooFarError", name, err)
			continue
		}
		want := Meters(math.Inf(1))
		for _, e := range o.edges {
			want = min(want, vincenty(p, e.a), vincenty(p, e.b))
		}
		// The oracle looks at points 2 km apart, so it may be too long by a little.
		if slack := want*1e-4 + 1; far.Distance < want-slack || far.Distance > want+slack {
			t.Errorf("%s is %.3f km from the line, want %.3f", name, far.Distance.KM(), want.KM())
		}
		place, err := f.Locate(p, Meters(math.Inf(1)))
		if err != nil || max(place.Offset, -place.Offset) != far.Distance {
			t.Errorf("%s: without a limit %.3f km and %v, want %.3f km", name, place.Offset.KM(), err, far.Distance.KM())
		}
	}
}

func TestLocateLimit(t *testing.T) {
	f := small(t)
	p := orb.Point{-97.5, 49.1}
	place, err := f.Locate(p, Limit)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Locate(p, place.Offset); err != nil {
		t.Errorf("a point at the limit is refused: %v", err)
	}
	for _, limit := range []Meters{place.Offset - 0.001, 0, -1, Meters(math.NaN())} {
		var far *TooFarError
		if _, err := f.Locate(p, limit); !errors.As(err, &far) || far.Point != p || far.Distance != place.Offset {
			t.Errorf("limit %g m: got %v, want a TooFarError", float64(limit), err)
		}
	}
	if _, err := f.Locate(orb.Point{-97, 49}, 0); err != nil {
		t.Errorf("a point on the line is refused at limit 0: %v", err)
	}
}

func TestLocateRefusesWhatIsNoPlace(t *testing.T) {
	for _, p := range []orb.Point{
		{math.NaN(), 49}, {-97, math.NaN()}, {math.Inf(1), 49}, {-97, math.Inf(-1)}, {-180.1, 49}, {262.8, 49}, {49, -97.2},
	} {
		place, err := whole(t).Locate(p, Meters(math.Inf(1)))
		var far *TooFarError
		if err == nil || errors.As(err, &far) || place != (Place{}) {
			t.Errorf("%v: got %+v, %v; want an error that says it is no place", p, place, err)
		}
	}
	if _, err := new(Frontier).Locate(orb.Point{-97, 49}, Limit); err == nil {
		t.Error("a frontier without line answers")
	}
}

func TestTiesGoToTheSmallerMeasureAndTheLowerPart(t *testing.T) {
	// A gate: up the meridian 2 W, east, and down the meridian 2 E. main runs one
	// way and alaska, on the other side of the equator, is its mirror image.
	gate := "-0.02 0.1, -0.02 0.2, 0.02 0.2, 0.02 0.1"
	mirror := "-0.02 -0.1, -0.02 -0.2, 0.02 -0.2, 0.02 -0.1"
	f, err := New([]Line{
		{Part: Main, Points: points(t, gate)},
		{Part: Alaska, Points: points(t, mirror)},
	}, KM(10))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		at   orb.Point
		part Part
		near orb.Point
	}{
		{"between the posts", orb.Point{0, 0.1275}, Main, orb.Point{-0.02, 0.1275}},
		{"between the posts of the other", orb.Point{0, -0.1275}, Alaska, orb.Point{-0.02, -0.1275}},
		{"between the parts", orb.Point{-0.02, 0}, Main, orb.Point{-0.02, 0.1}},
		{"between all four ends", orb.Point{0, 0}, Main, orb.Point{-0.02, 0.1}},
	} {
		p, err := f.Locate(c.at, Meters(math.Inf(1)))
		if err != nil {
			t.Fatal(err)
		}
		if p.Part != c.part || Distance(p.Nearest, c.near) > 1 {
			t.Errorf("%s: nearest is %v on %s, want %v on %s", c.name, p.Nearest, p.Part, c.near, c.part)
		}
	}
}

// Going round a spike and a zigzag close by, the side never flips off the line.
func TestSideAtCorners(t *testing.T) {
	f, err := New([]Line{{Points: points(t, "0 0, 1 0, 1.001 0.3, 1.002 0, 1.3 0, 1.31 0.01, 1.3 0.02, 2 0.02"), CanadaOnRight: true}}, KM(10))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, at string
		want     Side
	}{
		{"above the spike", "1.001 0.31", US},
		{"above the spike, left", "1.0005 0.3001", US},
		{"above the spike, right", "1.0015 0.3001", US},
		{"left of the spike", "0.99 0.1", US},
		{"right of the spike", "1.01 0.1", US},
		{"within the spike", "1.001 0.05", CA},
		{"below the spike", "1.001 -0.05", CA},
		{"before the bend", "1.32 0.01", CA},
		{"inside the bend", "1.302 0.01", US},
		{"before the zag, below", "1.31 0.0", CA},
		{"beyond the zag, above", "1.299 0.03", US},
		{"beyond the zag, left", "1.29 0.019", US},
	} {
		p, err := f.Locate(points(t, c.at)[0], Limit)
		if err != nil {
			t.Fatal(err)
		}
		if p.Side != c.want || (p.Offset > 0) != (p.Side == CA) {
			t.Errorf("%s: side %q, offset %.1f m; want %q", c.name, p.Side, float64(p.Offset), c.want)
		}
	}
}

func FuzzLocate(f *testing.F) {
	for _, p := range []orb.Point{{-97.24, 49}, {-141, 64}, {0, 90}, {180, -90}, {-180, 0}, {math.NaN(), 1}, {1e300, -1e300}} {
		f.Add(p[0], p[1], 25_000.0)
	}
	line := whole(f)
	f.Fuzz(func(t *testing.T, lon, lat, limit float64) {
		p, err := line.Locate(orb.Point{lon, lat}, Meters(limit))
		var far *TooFarError
		switch valid := lon >= -180 && lon <= 180 && lat >= -90 && lat <= 90; {
		case errors.As(err, &far):
			if !valid || !(far.Distance >= 0) || far.Distance <= Meters(limit) || far.Distance > 20_004_000 {
				t.Fatalf("(%g, %g) limit %g: %v", lon, lat, limit, err)
			}
			return
		case err != nil:
			if valid {
				t.Fatalf("(%g, %g): %v", lon, lat, err)
			}
			return
		}
		s := line.Segments()[p.Segment].Stretch
		if p.Measure < s.From || p.Measure > s.To || p.Part != s.Part {
			t.Errorf("(%g, %g): measure %g is not in segment %v", lon, lat, float64(p.Measure), s)
		}
		if (p.Offset > 0) != (p.Side == CA) || (p.Offset < 0) != (p.Side == US) {
			t.Errorf("(%g, %g): offset %g and side %q disagree", lon, lat, float64(p.Offset), p.Side)
		}
		if d := Distance(p.Nearest, line.At(p.Part, p.Measure)); d > 0.001 {
			t.Errorf("(%g, %g): nearest is %g m from its measure", lon, lat, float64(d))
		}
	})
}

func BenchmarkLocate(b *testing.B) {
	f := whole(b)
	points := corridor(f, rand.New(rand.NewPCG(7, 8)), 4096)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := f.Locate(points[i%len(points)], Limit); err != nil {
			b.Fatal(err)
		}
	}
}

// Reports lie nearer to the line than the corridor is wide, and many by one place.
func BenchmarkLocateReports(b *testing.B) {
	f := whole(b)
	points := reports(f, rand.New(rand.NewPCG(7, 8)), 1<<16)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := f.Locate(points[i%len(points)], Limit); err != nil {
			b.Fatal(err)
		}
	}
}

// All sheets of the chart, which are drawn one by one when they are needed.
func BenchmarkDraw(b *testing.B) {
	f := whole(b)
	nodes := 0
	for b.Loop() {
		nodes = 0
		for i := range f.rulers {
			r := &f.rulers[i]
			c := newChart(r, slices.Concat(f.rulers[:i], f.rulers[i+1:]))
			for k := range c.sheets {
				if c.sheets[k].Load() == nil {
					nodes += len(drawSheet(&r.edges, c.left+uint32(k)/c.rows, c.bottom+uint32(k)%c.rows).nodes)
				}
			}
		}
	}
	b.ReportMetric(float64(nodes)*float64(unsafe.Sizeof([16]cell{})), "bytes")
}

func BenchmarkLocateFar(b *testing.B) {
	f := whole(b)
	for _, c := range []struct {
		name string
		at   orb.Point
	}{
		{"Kansas", orb.Point{-98.6, 38.5}},
		{"NorthPole", orb.Point{0, 90}},
		{"SouthPole", orb.Point{0, -90}},
		{"Antipode", orb.Point{75, -49}},
		{"AntipodeOfCenter", orb.Point{80, -55}},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := f.Locate(c.at, Meters(math.Inf(1))); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
