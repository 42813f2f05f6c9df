package cql2

import (
	"encoding/json"
	"strings"
	"testing"

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

// Each predicate is read from text and from JSON, and is the one of its name.
func TestEveryPredicateOfTwoGeometries(t *testing.T) {
	const square = "POLYGON((0 0,10 0,10 10,0 10,0 0))"
	for _, x := range []struct{ geometry, other, holds string }{
		{"POINT(5 5)", square, "s_intersects s_within"},
		{"POINT(0 5)", square, "s_intersects s_touches"},
		{"POINT(11 5)", square, "s_disjoint"},
		{square, "POINT(5 5)", "s_contains s_intersects"},
		{square, square, "s_contains s_equals s_intersects s_within"},
		{square, "BBOX(5,5,15,15)", "s_intersects s_overlaps"},
		{square, "BBOX(0,0,10,10)", "s_contains s_equals s_intersects s_within"},
		{"LINESTRING(-1 5,11 5)", square, "s_crosses s_intersects"},
		{"LINESTRING(0 0,2 2)", "MULTILINESTRING((0 2,2 0),(5 5,6 6))", "s_crosses s_intersects"},
		{"LINESTRING(0 0,10 0)", square, "s_intersects s_touches"},
		{"POINT(5 5)", "GEOMETRYCOLLECTION(POINT(20 20)," + square + ")", "s_intersects s_within"},
	} {
		var found []string
		for _, op := range spatial() {
			n, err := ParseText(string(op) + "(geometry, " + x.other + ")")
			if err != nil {
				t.Fatal(err)
			}
			text, err := json.Marshal(n)
			if err != nil {
				t.Fatal(err)
			}
			again, err := ParseJSON(string(text))
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			f := row{"geometry": shape(x.geometry)}
			got := holds(t, n.String(), f)
			if back := holds(t, again.String(), f); back != got {
				t.Errorf("%s: %d as text, %d as JSON", n, got, back)
			}
			if got == yes {
				found = append(found, string(op))
			}
			if got := holds(t, string(op)+"(geometry, "+x.other+")", row{}); got != unknown {
				t.Errorf("%s without geometry is %d", n, got)
			}
		}
		if got := strings.Join(found, " "); got != x.holds {
			t.Errorf("%s and %s: %s, want %s", x.geometry, x.other, got, x.holds)
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
