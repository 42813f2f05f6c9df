package cql2

import (
	"math/big"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

func TestGeometriesThatMeet(t *testing.T) {
	const square, holed = "POLYGON((0 0,10 0,10 10,0 10,0 0))", "POLYGON((0 0,10 0,10 10,0 10,0 0),(4 4,6 4,6 6,4 6,4 4))"
	for _, x := range []struct {
		a, b string
		want bool
	}{
		{"POINT(1 1)", "POINT(1 1)", true},
		{"POINT(1 1)", "POINT(1 1.0000001)", false},
		{"POINT(1 1)", "LINESTRING(0 0,2 2)", true},
		{"POINT(2 2)", "LINESTRING(0 0,2 2)", true},
		{"POINT(3 3)", "LINESTRING(0 0,2 2)", false},
		{"POINT(1 1.0000001)", "LINESTRING(0 0,2 2)", false},
		{"POINT(5 5)", square, true},
		{"POINT(0 5)", square, true},
		{"POINT(10 10)", square, true},
		{"POINT(10.0000001 5)", square, false},
		{"POINT(5 5)", holed, false},
		{"POINT(4 5)", holed, true},
		{"POINT(3 5)", holed, true},
		{"POINT(-1 0)", square, false},
		{"LINESTRING(-1 5,11 5)", square, true},
		{"LINESTRING(-1 -1,-1 11)", square, false},
		{"LINESTRING(-5 5,5 15.1)", square, false},
		{"LINESTRING(-5 5,5 15)", square, true},
		{"LINESTRING(-5 5,0 10)", square, true},
		{"LINESTRING(4.5 4.5,5.5 5.5)", holed, false},
		{"LINESTRING(4.5 4.5,6 5)", holed, true},
		{"LINESTRING(2 2,3 3)", square, true},
		{"LINESTRING(0 0,2 2)", "LINESTRING(0 2,2 0)", true},
		{"LINESTRING(0 0,2 2)", "LINESTRING(1 1,3 3)", true},
		{"LINESTRING(0 0,1 1)", "LINESTRING(2 2,3 3)", false},
		{"LINESTRING(0 0,1 0)", "LINESTRING(1 0,1 1)", true},
		{"LINESTRING(0 0,1 0)", "LINESTRING(0 1,1 1)", false},
		{"LINESTRING(0 0,1 0,1 1)", "LINESTRING(0.5 1,0.5 0.1)", false},
		{square, "POLYGON((20 20,30 20,30 30,20 20))", false},
		{square, "POLYGON((2 2,3 2,3 3,2 2))", true},
		{holed, "POLYGON((4.5 4.5,5.5 4.5,5.5 5.5,4.5 4.5))", false},
		{square, "POLYGON((10 10,20 10,20 20,10 10))", true},
		{"MULTIPOINT((20 20),(5 5))", square, true},
		{"MULTILINESTRING((20 20,30 30),(5 5,6 6))", square, true},
		{"MULTIPOLYGON(((20 20,30 20,30 30,20 20)),((5 5,6 5,6 6,5 5)))", "POINT(5.5 5)", true},
		{"GEOMETRYCOLLECTION(POINT(20 20),LINESTRING(5 5,6 6))", square, true},
		{"GEOMETRYCOLLECTION(POINT(20 20),LINESTRING(25 25,26 26))", square, false},
	} {
		for _, pair := range [][2]string{{x.a, x.b}, {x.b, x.a}} {
			f := row{"geometry": shape(pair[0])}
			if got := holds(t, "S_INTERSECTS(geometry, "+pair[1]+")", f) == yes; got != x.want {
				t.Errorf("%s and %s: %v", pair[0], pair[1], got)
			}
			if got := holds(t, "S_DISJOINT("+pair[1]+", geometry)", f) == no; got != x.want {
				t.Errorf("%s and %s are disjoint: %v", pair[0], pair[1], !got)
			}
		}
	}
}

func TestBoxes(t *testing.T) {
	for _, x := range []struct {
		geometry, box string
		want          tri
	}{
		{"POINT(-97.24 49)", "-98,48,-97,50", yes},
		{"POINT(-97.24 49)", "-97.24,49,-97.24,49", yes},
		{"POINT(-97.24 49)", "-97.24,48,-97.24,50", yes},
		{"POINT(-97.24 49)", "-97.2,48,-97,50", no},
		{"POINT(-97.24 49)", "-98,48,-200,-97,50,200", yes},
		{"POINT(179 65)", "170,60,-170,70", yes},
		{"POINT(-179 65)", "170,60,-170,70", yes},
		{"POINT(0 65)", "170,60,-170,70", no},
		{"LINESTRING(-141 60,-141 70)", "-142,64,-140,65", yes},
		{"LINESTRING(-141 60,-141 70)", "-140.9,64,-140,65", no},
	} {
		if got := holds(t, "S_INTERSECTS(geometry, BBOX("+x.box+"))", row{"geometry": shape(x.geometry)}); got != x.want {
			t.Errorf("%s in %s: %d", x.geometry, x.box, got)
		}
	}
}

// near draws points of a small grid, slightly moved, so that many lie on lines.
func near() *rapid.Generator[orb.Point] {
	return rapid.Custom(func(t *rapid.T) orb.Point {
		v := func(name string) float64 {
			return float64(rapid.IntRange(0, 6).Draw(t, name)) / 7 * rapid.SampledFrom([]float64{1, 1, 1 + 0x1p-52}).Draw(t, name)
		}
		return orb.Point{v("x"), v("y")}
	})
}

// The fast sign is the exact one.
func TestTurnIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := near().Draw(t, "a"), near().Draw(t, "b"), near().Draw(t, "c")
		if got, want := turn(a, b, c), exactTurn(a, b, c); got != want {
			t.Fatalf("%v %v %v turn %d, exactly %d", a, b, c, got, want)
		}
		if turn(a, b, c) != turn(b, c, a) || turn(a, b, c) != -turn(b, a, c) {
			t.Fatalf("%v %v %v: order matters", a, b, c)
		}
	})
}

// Segments meet where the equations of their lines have a common solution within
// both: by fractions, the slow obvious way.
func TestSegmentsMeetAsEquationsSay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c, d := near().Draw(t, "a"), near().Draw(t, "b"), near().Draw(t, "c"), near().Draw(t, "d")
		if a == b || c == d {
			return
		}
		r := func(v float64) *big.Rat { return new(big.Rat).SetFloat64(v) }
		sub := func(x, y *big.Rat) *big.Rat { return new(big.Rat).Sub(x, y) }
		cross := func(x0, y0, x1, y1 *big.Rat) *big.Rat { return sub(new(big.Rat).Mul(x0, y1), new(big.Rat).Mul(y0, x1)) }
		ux, uy := sub(r(b[0]), r(a[0])), sub(r(b[1]), r(a[1]))
		vx, vy := sub(r(d[0]), r(c[0])), sub(r(d[1]), r(c[1]))
		wx, wy := sub(r(c[0]), r(a[0])), sub(r(c[1]), r(a[1]))
		det := cross(ux, uy, vx, vy)
		if det.Sign() == 0 {
			return // parallel: the table has those
		}
		s, u := new(big.Rat).Quo(cross(wx, wy, vx, vy), det), new(big.Rat).Quo(cross(wx, wy, ux, uy), det)
		one := big.NewRat(1, 1)
		want := s.Sign() >= 0 && s.Cmp(one) <= 0 && u.Sign() >= 0 && u.Cmp(one) <= 0
		if got := segmentsMeet(a, b, c, d); got != want {
			t.Fatalf("%v %v and %v %v: %v", a, b, c, d, got)
		}
		if apart(a, b, c, d) && want {
			t.Fatal("apart although they meet")
		}
	})
}

func TestLikeIsWhatTryingEverythingFinds(t *testing.T) {
	var slow func(p pattern, text []rune) bool
	slow = func(p pattern, text []rune) bool {
		switch {
		case len(p) == 0:
			return len(text) == 0
		case p[0] == many:
			return slow(p[1:], text) || len(text) > 0 && slow(p, text[1:])
		case len(text) == 0:
			return false
		}
		return (p[0] == single || p[0] == text[0]) && slow(p[1:], text[1:])
	}
	rapid.Check(t, func(t *rapid.T) {
		p, ok := parsePattern(rapid.StringMatching(`[ab%_]{0,8}`).Draw(t, "pattern"))
		text := []rune(rapid.StringMatching(`[abü]{0,8}`).Draw(t, "text"))
		if !ok || p.matches(text) != slow(p, text) {
			t.Fatalf("%q matches %q: %v", p, string(text), p.matches(text))
		}
	})
}
