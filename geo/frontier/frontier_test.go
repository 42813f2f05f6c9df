package frontier

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"
)

// points reads "-97.24 49.0, -97.0 49.0".
func points(t testing.TB, text string) orb.LineString {
	t.Helper()
	var line orb.LineString
	for _, pair := range strings.Split(text, ",") {
		var p orb.Point
		if _, err := fmt.Sscan(pair, &p[0], &p[1]); err != nil {
			t.Fatalf("%q: %v", pair, err)
		}
		line = append(line, p)
	}
	return line
}

// small is a frontier like the real one: main goes west with Canada to its right
// and turns south at its end, alaska goes south with Canada to its left.
func small(t testing.TB) *Frontier {
	t.Helper()
	f, err := New([]Line{
		{Part: Alaska, Points: points(t, "-141 61, -141 60"), CanadaOnRight: false},
		{Part: Main, Points: points(t, "-97 49, -98 49, -98 48.5"), CanadaOnRight: true},
	}, KM(10))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestLocate(t *testing.T) {
	f := small(t)
	for _, c := range []struct {
		name, at string
		part     Part
		km       float64
		offset   float64
		side     Side
	}{
		{"on the line", "-97 49", Main, 0, 0, On},
		{"north of the parallel", "-97.5 49.1", Main, 36.586, 11121, CA},
		{"south of the parallel", "-97.5 48.9", Main, 36.586, -11121, US},
		{"outer angle of the corner, to the north", "-98.01 49.1", Main, 73.173, 11145, CA},
		{"outer angle of the corner, to the west", "-98.1 49.001", Main, 73.173, 7318, CA},
		{"beyond the origin, north of the edge prolonged", "-96.9 49.05", Main, 0, 9187, CA},
		{"beyond the origin, south of the edge prolonged", "-96.9 48.95", Main, 0, -9193, US},
		{"east of Alaska's meridian", "-140.9 60.5", Alaska, 55.712, 5496, CA},
		{"west of Alaska's meridian", "-141.1 60.5", Alaska, 55.712, -5496, US},
	} {
		p, err := f.Locate(points(t, c.at)[0], Limit)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if p.Part != c.part || math.Abs(p.Measure.KM()-c.km) > 0.005 || math.Abs(float64(p.Offset)-c.offset) > 5 || p.Side != c.side {
			t.Errorf("%s: %s km %.3f, offset %.0f m, side %q; want %s km %.3f, %.0f m, %q", c.name,
				p.Part, p.Measure.KM(), float64(p.Offset), p.Side, c.part, c.km, c.offset, c.side)
		}
		if s := f.Segments()[p.Segment].Stretch; s.Part != p.Part || p.Measure < s.From || p.Measure > s.To {
			t.Errorf("%s: measure %.3f km is not in its segment %v", c.name, p.Measure.KM(), s)
		}
	}
}

func TestLocateTooFar(t *testing.T) {
	var far *TooFarError
	_, err := small(t).Locate(orb.Point{-97.5, 49.3}, Limit)
	if !errors.As(err, &far) {
		t.Fatalf("got %v, want a TooFarError", err)
	}
	if math.Abs(float64(far.Distance)-33363.8) > 5 || far.Limit != Limit {
		t.Errorf("distance %.0f m, limit %.0f m; want 33364, 25000", float64(far.Distance), float64(far.Limit))
	}
}
