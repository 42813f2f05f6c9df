package relate

import (
	"math/big"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

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
		if got, want := turn(a, b, c), exactTurn(a, b, exactPoint(c)); got != want {
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
		from := func(p, q orb.Point) (x, y *big.Rat) {
			return minus(exact(q[0]), exact(p[0])), minus(exact(q[1]), exact(p[1]))
		}
		ux, uy := from(a, b)
		vx, vy := from(c, d)
		wx, wy := from(a, c)
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
		if aside(a, b, c, d) && want {
			t.Fatal("aside although they meet")
		}
	})
}
