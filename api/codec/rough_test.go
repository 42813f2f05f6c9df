package codec

import (
	"encoding/json"
	"math"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
	"pgregory.net/rapid"

	"frontierwatch/geo/frontier"
)

// crooked is a frontier of 900 km with a bend at every kilometre.
func crooked(t testing.TB) *frontier.Frontier {
	t.Helper()
	var line orb.LineString
	for i := range 1000 {
		x := float64(i)
		line = append(line, orb.Point{-110 + x/80, 49 + 0.3*math.Sin(x/60) + 0.004*math.Sin(x)})
	}
	f, err := frontier.New([]frontier.Line{{Part: frontier.Main, CanadaOnRight: true, Points: line}}, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func drawnLine(t require, feature []byte) orb.LineString {
	f, err := geojson.UnmarshalFeature(feature)
	if err != nil {
		t.Fatalf("%v in %s", err, feature)
	}
	line, ok := f.Geometry.(orb.LineString)
	if !ok {
		t.Fatalf("geometry %v", f.Geometry)
	}
	return line
}

type require interface{ Fatalf(string, ...any) }

// The line of a long stretch has its ends, is near the true line everywhere, and is
// short; that of one that is not long is the line itself.
func TestLongStretchesAreDrawnRoughly(t *testing.T) {
	f := crooked(t)
	e := NewEncoder(f)
	length := float64(f.Length(frontier.Main))
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.Float64Range(0, length-1000).Draw(t, "from")
		s := frontier.Stretch{From: frontier.Meters(from), To: frontier.Meters(rapid.Float64Range(from+100, length).Draw(t, "to"))}
		v := roughly()
		v.Stretch = &s
		text := e.AppendReport(nil, &v, nil)
		if diff := cmp.Diff(string(plainReport(nil, f, &v, nil)), string(text)); diff != "" {
			t.Fatalf("-plain +remembered:\n%s", diff)
		}
		drawn, whole := drawnLine(t, text), f.Slice(s)
		if !near(drawn[:1], whole[:1]) || !near(drawn[len(drawn)-1:], whole[len(whole)-1:]) {
			t.Fatalf("ends %v and %v, want %v and %v", drawn[0], drawn[len(drawn)-1], whole[0], whole[len(whole)-1])
		}
		if s.Length() <= trueLength {
			if !near(drawn, whole) {
				t.Fatalf("%.0f m are drawn in %d points and not in %d", float64(s.Length()), len(drawn), len(whole))
			}
			return
		}
		if len(drawn) > 200 {
			t.Fatalf("%.0f m are drawn in %d points", float64(s.Length()), len(drawn))
		}
		for _, p := range whole {
			least := math.Inf(1)
			for i := range len(drawn) - 1 {
				least = min(least, slowDistance(p, drawn[i], drawn[i+1]))
			}
			if least > float64(s.Length())*roughness+1 {
				t.Fatalf("%v is %.0f m from the drawn line", p, least)
			}
		}
	})
}

// slowDistance walks from one end to the other and measures on the ellipsoid.
func slowDistance(p, a, b orb.Point) float64 {
	least := math.Inf(1)
	const steps = 50
	for i := range steps + 1 {
		w := float64(i) / steps
		least = min(least, float64(frontier.Distance(p, orb.Point{a[0] + w*(b[0]-a[0]), a[1] + w*(b[1]-a[1])})))
	}
	step := float64(frontier.Distance(a, b)) / steps
	return math.Sqrt(max(0, least*least-step*step/4)) // the nearest point may lie between two steps
}

func TestStretchesBeyondTheLineAreStillWritten(t *testing.T) {
	f := crooked(t)
	e := NewEncoder(f)
	for _, s := range []frontier.Stretch{
		{From: f.Length(frontier.Main) + 10, To: f.Length(frontier.Main) + 90_000}, {From: -90_000, To: -1}, {Part: frontier.Alaska, To: 90_000},
		{From: frontier.Meters(math.NaN()), To: 90_000}, {From: -100_000, To: 100_000}, {From: 100_000, To: frontier.Meters(math.Inf(1))},
	} {
		v := roughly()
		v.Stretch = &s
		text := e.AppendReport(nil, &v, nil)
		if !json.Valid(text) {
			t.Errorf("%v: %s", s, text)
		}
		if again := e.AppendReport(nil, &v, nil); string(again) != string(text) {
			t.Errorf("%v is another line the second time", s)
		}
	}
}

// What is remembered has a bound, and many may ask at the same time.
func TestRememberedLinesAreBounded(t *testing.T) {
	f := crooked(t)
	e := NewEncoder(f)
	var all sync.WaitGroup
	for k := range 4 {
		all.Go(func() {
			for i := range maxRough {
				v := roughly()
				v.Stretch = &frontier.Stretch{To: frontier.Meters(60_000 + 10*i + k)}
				e.AppendReport(nil, &v, nil)
			}
		})
	}
	all.Wait()
	if n := len(e.rough.all); n == 0 || n > maxRough {
		t.Errorf("%d lines are remembered", n)
	}
}

func BenchmarkLongStretch(b *testing.B) {
	f := crooked(b)
	e := NewEncoder(f)
	v := roughly()
	v.Stretch = &frontier.Stretch{To: f.Length(frontier.Main)}
	for name, write := range map[string]func([]byte) []byte{
		"remembered": func(dst []byte) []byte { return e.AppendReport(dst, &v, nil) },
		"plain":      func(dst []byte) []byte { return plainReport(dst, f, &v, nil) },
	} {
		b.Run(name, func(b *testing.B) {
			var text []byte
			for b.Loop() {
				text = write(text[:0])
			}
			b.ReportMetric(float64(len(text)), "bytes")
		})
	}
}
