package relate

import (
	"bufio"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"
)

// read reads well-known text.
func read(t testing.TB, text string) orb.Geometry {
	t.Helper()
	g, err := wkt.Unmarshal(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return g
}

// wrongInGEOS are the pairs of the golden file for which GEOS 3.11 is wrong, all of
// lines that cross or lie on one another: it finds a common length where no two
// edges have one direction, or finds none where two lie on each other. The slow way
// agrees with ours.
func wrongInGEOS() []string {
	return []string{
		"LINESTRING(5 4,1 0,4 4,0 6,5 3) MULTILINESTRING((3 0,5 3,1 6,6 6),(2 6,6 3,3 6),(6 2,2 1,5 4))",
		"LINESTRING(5 0,2 6) MULTILINESTRING((2 6,4 2,2 3),(5 4,2 0),(0 3,4 1))",
		"MULTILINESTRING((0 1,1 0,5 2,4 6),(5 1,0 6,6 4,5 2,6 0)) MULTILINESTRING((6 3,2 1,5 4),(5 1,1 5))",
		"MULTILINESTRING((5 0,3 2,4 0),(6 4,1 1,2 5),(5 4,3 3,4 0)) POLYGON((4 6,4 4,2 1,5 0,3 1,6 4,4 6))",
		"MULTILINESTRING((5 4,4 0,5 1,3 5,5 3),(1 3,3 2)) POLYGON((0 4,4 1,6 5,0 4))",
		"MULTILINESTRING((5 0,0 6,2 2,1 6,1 1),(5 3,2 0,5 1,3 3)) POLYGON((6 4,0 4,3 0,6 4))",
		"MULTILINESTRING((1 0,4 5,0 2,2 0,5 4),(3 2,1 5,4 4),(4 0,6 0,1 6,4 3)) MULTIPOLYGON(((2 0,6 3,3 3,2 0)),((1 0,0 5,2 5,2 0,1 0)))",
		"MULTILINESTRING((5 0,3 6,1 2),(1 3,5 3),(1 6,4 1,0 3,1 6)) MULTIPOLYGON(((0 4,0 6,3 0,0 4)),((4 1,4 0,2 5,4 1)))",
		"MULTILINESTRING((4 3,4 2,0 5,3 0),(1 0,2 4,1 0,3 4,2 1),(3 0,5 4,1 1)) MULTIPOLYGON(((6 3,6 2,2 4,6 3)),((0 1,5 2,3 2,1 2,0 1)))",
		"MULTILINESTRING((5 1,0 0,1 3,4 1),(0 3,5 1,0 4,1 3),(2 4,2 6)) MULTIPOLYGON(((4 3,6 3,6 5,2 5,4 3)),((0 1,5 0,4 2,1 2,4 1,0 1)))",
	}
}

// Every matrix is the one that GEOS finds (testdata/golden.py), and of some that
// of the slow way.
func TestMatrixIsThatOfGEOS(t *testing.T) {
	file, err := os.Open("testdata/golden.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	seen, n, wrong := map[string]int{}, 0, 0
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		column := strings.Split(lines.Text(), "\t")
		a, b := read(t, column[0]), read(t, column[1])
		excused := slices.Contains(wrongInGEOS(), column[0]+" "+column[1])
		got := agreed(t, a, b)
		if slow := got; excused || n%9 == 0 {
			if slow = slowMatrix(a, b); slow != got {
				t.Errorf("%s and %s: %s, by the slow way %s", column[0], column[1], got, slow)
			}
		}
		if n++; excused {
			wrong++
		} else if got.String() != column[2] {
			t.Errorf("%s and %s: %s, GEOS has %s", column[0], column[1], got, column[2])
		}
		seen[column[2]]++
	}
	if len(seen) < 60 || wrong != len(wrongInGEOS()) {
		t.Errorf("%d different matrices, %d where GEOS is wrong", len(seen), wrong)
	}
}

// agreed is the matrix of two geometries, by every quick way there is.
func agreed(t testing.TB, g, h orb.Geometry) Matrix {
	t.Helper()
	a, b := New(g), New(h)
	got := Of(a, b)
	if other := Of(b, a); other.transposed() != got {
		t.Errorf("%v and %v: %s one way, %s the other", g, h, got, other)
	}
	if long := arranged(a, b); long != got {
		t.Errorf("%v and %v: %s in short, %s at length", g, h, got, long)
	}
	common := got[0][0] != None || got[0][1] != None || got[1][0] != None || got[1][1] != None
	if a.Meets(b) != common || b.Meets(a) != common {
		t.Errorf("%v and %v: %s, and meet: %v", g, h, got, a.Meets(b))
	}
	return got
}
