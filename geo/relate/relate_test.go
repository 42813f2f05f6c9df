package relate

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

// predicates are those of the standard, in the order of the tests.
func predicates(a, b *Shape) string {
	text := ""
	for _, p := range []struct {
		name  string
		holds func(a, b *Shape) bool
	}{
		{"intersects", Intersects}, {"disjoint", Disjoint}, {"equals", Equals}, {"touches", Touches},
		{"within", Within}, {"contains", Contains}, {"overlaps", Overlaps}, {"crosses", Crosses},
	} {
		if p.holds(a, b) {
			text += " " + p.name
		}
	}
	return text[1:]
}

func TestPredicates(t *testing.T) {
	const square, holed = "POLYGON((0 0,10 0,10 10,0 10,0 0))", "POLYGON((0 0,0 10,10 10,10 0,0 0),(4 4,6 4,6 6,4 6,4 4))"
	for _, x := range []struct{ a, b, want, back string }{
		{"POINT(1 1)", "POINT(1 1)", "intersects equals within contains", ""},
		{"POINT(1 1)", "POINT(1 1.0000001)", "disjoint", ""},
		{"POINT(0 5)", square, "intersects touches", ""},
		{"POINT(5 5)", square, "intersects within", "intersects contains"},
		{"POINT(5 5)", holed, "disjoint", ""},
		{"POINT(4 5)", holed, "intersects touches", ""},
		{"POINT(1 1)", "LINESTRING(0 0,2 2)", "intersects within", "intersects contains"},
		{"POINT(2 2)", "LINESTRING(0 0,2 2)", "intersects touches", ""},
		{"POINT(0 0)", "LINESTRING(0 0,2 2,2 0,0 0)", "intersects within", "intersects contains"},
		{"MULTIPOINT((5 5),(20 20))", square, "intersects crosses", ""},
		{"MULTIPOINT((5 5),(1 1))", "MULTIPOINT((5 5),(2 2))", "intersects overlaps", ""},
		{"MULTIPOINT((0 5),(5 0))", square, "intersects touches", ""},
		{"LINESTRING(0 0,2 2)", "LINESTRING(0 2,2 0)", "intersects crosses", ""},
		{"LINESTRING(0 0,2 2)", "LINESTRING(1 1,3 3)", "intersects overlaps", ""},
		{"LINESTRING(0 0,3 3)", "LINESTRING(1 1,2 2)", "intersects contains", "intersects within"},
		{"LINESTRING(0 0,1 1,3 3)", "LINESTRING(3 3,2 2,0 0)", "intersects equals within contains", ""},
		{"LINESTRING(0 0,1 0)", "LINESTRING(1 0,1 1)", "intersects touches", ""},
		{"LINESTRING(0 0,2 0)", "LINESTRING(1 0,1 1)", "intersects touches", ""},
		{"LINESTRING(-1 5,11 5)", square, "intersects crosses", ""},
		{"LINESTRING(0 0,0 10)", square, "intersects touches", ""},
		{"LINESTRING(0 0,10 10)", square, "intersects within", "intersects contains"},
		{"LINESTRING(0 0,10 10)", holed, "intersects crosses", ""},
		{"LINESTRING(4.5 4.5,5.5 5.5)", holed, "disjoint", ""},
		{square, holed, "intersects contains", "intersects within"},
		{square, "POLYGON((10 0,20 0,20 10,10 10,10 0))", "intersects touches", ""},
		{square, "POLYGON((5 5,15 5,15 15,5 15,5 5))", "intersects overlaps", ""},
		{square, "POLYGON((10 10,10 0,5 0,0 0,0 10,10 10))", "intersects equals within contains", ""},
		{holed, "POLYGON((4 4,6 4,6 6,4 6,4 4))", "intersects touches", ""},
		{"GEOMETRYCOLLECTION(POINT(20 20),LINESTRING(5 5,6 6))", square, "intersects crosses", ""},
		{"GEOMETRYCOLLECTION(POINT(2 2),LINESTRING(5 5,6 6))", square, "intersects within", "intersects contains"},
		{"GEOMETRYCOLLECTION(" + square + ",LINESTRING(5 5,6 6),POINT(1 1))", square, "intersects equals within contains", ""},
		{"GEOMETRYCOLLECTION(" + square + ",LINESTRING(5 5,15 5))", "POINT(12 5)", "intersects contains", "intersects within"},
		{"GEOMETRYCOLLECTION(" + square + ",LINESTRING(5 5,15 5))", "POINT(15 5)", "intersects touches", ""},
	} {
		if x.back == "" {
			x.back = x.want
		}
		a, b := New(read(t, x.a)), New(read(t, x.b))
		if got := predicates(a, b); got != x.want {
			t.Errorf("%s and %s: %s, want %s", x.a, x.b, got, x.want)
		}
		if got := predicates(b, a); got != x.back {
			t.Errorf("%s and %s: %s, want %s", x.b, x.a, got, x.back)
		}
	}
}

// Where floating point has no answer: places a last bit beside a line, and lines that
// cross at a place that no number has.
func TestItIsExact(t *testing.T) {
	third := New(orb.LineString{{0, 0}, {3, 1}})
	if Of(New(orb.Point{1.5, 0.5}), third).String() != "0FFFFF102" || Of(New(orb.Point{1, 1.0 / 3}), third).String() != "FF0FFF102" {
		t.Error("a third is not where 1.0/3 is")
	}
	for _, by := range []float64{0, 1e-12, -1e-12} {
		beside := New(orb.Point{0.1 + by, 0.1})
		if got := Of(beside, New(orb.LineString{{0, 0}, {0.3, 0.3}}))[Interior][Interior] == 0; got != (by == 0) {
			t.Errorf("%g beside: %v", by, got)
		}
	}
	// They cross the sides where no number lies.
	area := orb.Polygon{{{0, 0}, {1, 0}, {1, 1}, {0, 1}, {0, 0}}}
	lines := orb.MultiLineString{{{-1, 1.0 / 8}, {2, 1.0 / 8}}, {{1.0 / 3, -1}, {1.0 / 3, 2}}}
	if got := agreed(t, lines, area).String(); got != "101FF0212" {
		t.Errorf("a grid over a square: %s", got)
	}
	tiny := orb.Polygon{{{0, 0}, {5e-324, 0}, {5e-324, 5e-324}, {0, 0}}}
	if got := agreed(t, orb.Point{0, 0}, tiny).String(); got != "F0FFFF212" {
		t.Errorf("the corner of the smallest triangle: %s", got)
	}
}

func drawGeometry(t *rapid.T, label string) orb.Geometry {
	at := rapid.Custom(func(t *rapid.T) orb.Point {
		return orb.Point{float64(rapid.IntRange(0, 5).Draw(t, "x")), float64(rapid.IntRange(0, 5).Draw(t, "y"))}
	})
	line := rapid.Custom(func(t *rapid.T) orb.LineString {
		l := orb.LineString(rapid.SliceOfN(at, 2, 4).Draw(t, "line"))
		if l[0] == l[1] {
			l[1][0] += 0.5
		}
		return l
	})
	triangle := rapid.Custom(func(t *rapid.T) orb.Polygon {
		a, b, c := at.Draw(t, "a"), at.Draw(t, "b"), at.Draw(t, "c")
		if turn(a, b, c) == 0 {
			a, b, c = orb.Point{0, 0}, orb.Point{5, 0}, orb.Point{0, 5}
		}
		return orb.Polygon{{a, b, c, a}}
	})
	switch rapid.IntRange(0, 4).Draw(t, label) {
	case 0:
		return at.Draw(t, "point")
	case 1:
		return orb.MultiPoint(rapid.SliceOfN(at, 1, 4).Draw(t, "points"))
	case 2:
		return line.Draw(t, "line")
	case 3:
		return orb.MultiLineString(rapid.SliceOfN(line, 1, 3).Draw(t, "lines"))
	}
	return triangle.Draw(t, "area")
}

// The matrix is that of the slow way, and the predicates hang together.
func TestPredicatesHangTogether(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		g, h := drawGeometry(r, "a"), drawGeometry(r, "b")
		got := agreed(t, g, h)
		if rapid.IntRange(0, 4).Draw(r, "slowly") == 0 {
			if slow := slowMatrix(g, h); slow != got {
				r.Fatalf("%v and %v: %s, by the slow way %s", g, h, got, slow)
			}
		}
		hangTogether(r, New(g), New(h), got)
		if !Equals(New(g), New(g)) {
			r.Fatalf("%v does not equal itself", g)
		}
	})
}

func hangTogether(t rapid.TB, a, b *Shape, m Matrix) {
	t.Helper()
	for what, holds := range map[string]bool{
		"disjoint is not intersects":                Disjoint(a, b) != Intersects(a, b),
		"intersects goes both ways":                 Intersects(a, b) == Intersects(b, a),
		"equals goes both ways":                     Equals(a, b) == Equals(b, a),
		"touches goes both ways":                    Touches(a, b) == Touches(b, a),
		"crosses goes both ways":                    Crosses(a, b) == Crosses(b, a),
		"overlaps goes both ways":                   Overlaps(a, b) == Overlaps(b, a),
		"within is contains the other way":          Within(a, b) == Contains(b, a),
		"equals is within and contains":             Equals(a, b) == (Within(a, b) && Contains(a, b)),
		"what touches, crosses, overlaps meets":     Intersects(a, b) || !(Touches(a, b) || Crosses(a, b) || Overlaps(a, b) || Within(a, b)),
		"what overlaps is not within":               !Overlaps(a, b) || !Within(a, b) && !Contains(a, b),
		"what touches neither crosses nor overlaps": !Touches(a, b) || !Crosses(a, b) && !Overlaps(a, b) && !Within(a, b),
	} {
		if !holds {
			t.Errorf("%s does not hold (%s)", what, m)
		}
	}
}

// Whatever the geometries are, valid or not: no panic, and both ways the same.
func FuzzRelate(f *testing.F) {
	f.Add([]byte("3\x00\x00\x05\x00\x05\x05\x00\x00"), []byte("2\x01\x01\x07\x07"), 0.1)
	f.Add([]byte("5abcdefgabcd"), []byte("6abcdefg"), 1e-7)
	f.Add([]byte("0ab"), []byte("1abab"), 1/3.0)
	f.Fuzz(func(t *testing.T, a, b []byte, scale float64) {
		if !(math.Abs(scale) < 1e9 && math.Abs(scale) > 1e-9) || len(a)+len(b) > 60 {
			return
		}
		g, h := fuzzed(a, scale), fuzzed(b, scale)
		if g == nil || h == nil {
			return
		}
		x, y := New(g), New(h)
		m := Of(x, y)
		if m != Of(y, x).transposed() {
			t.Errorf("%v and %v: %s, the other way %s", g, h, m, Of(y, x))
		}
		if Within(x, y) != Contains(y, x) || Touches(x, y) != Touches(y, x) {
			t.Errorf("%v and %v: predicates differ", g, h)
		}
	})
}

// fuzzed makes a geometry of bytes; nil: there are too few.
func fuzzed(b []byte, scale float64) orb.Geometry {
	if len(b) < 3 {
		return nil
	}
	var at []orb.Point
	for i := 1; i+1 < len(b); i += 2 {
		at = append(at, orb.Point{float64(b[i]%8) * scale, float64(b[i+1]%8) * scale})
	}
	ring := append(orb.Ring(nil), append(at, at[0])...)
	switch b[0] % 7 {
	case 0:
		return at[0]
	case 1:
		return orb.MultiPoint(at)
	case 2:
		return orb.LineString(append(at, at[0]))
	case 3:
		return orb.MultiLineString{append(at[:len(at):len(at)], at[0]), {at[0], {scale, scale}}}
	case 4:
		return orb.Polygon{ring}
	case 5:
		return orb.MultiPolygon{{ring}, {{{0, 0}, {scale, 0}, {0, scale}, {0, 0}}}}
	}
	return orb.Collection{at[0], orb.LineString(append(at, at[0])), orb.Polygon{ring}}
}
