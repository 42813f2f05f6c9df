package guard

import (
	"fmt"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

// benchGuard is a frontier of the true length with 83 ports, half of them with
// hours that change, and 60 stations.
func benchGuard(b *testing.B) (*frontier.Frontier, []Port, *Guard) {
	b.Helper()
	f, err := frontier.New([]frontier.Line{{Part: frontier.Main, Points: orb.LineString{{-130, 0}, {-50, 0}}, CanadaOnRight: true}}, 10_000)
	if err != nil {
		b.Fatal(err)
	}
	var ports []Port
	for i := range 83 {
		hours := []string{"24/7", "", "unknown; 2025 Jan 06+ 09:00-17:00", fmt.Sprintf("%02d:00-%02d:00; Jun 01-Sep Mo[1] 07:00-22:00; PH off", 6+i%4, 16+i%6)}
		ports = append(ports, Port{
			ID: fmt.Sprint(i), Measure: frontier.Meters(i) * 100_000, ZoneCA: winnipeg, ZoneUS: chicago,
			HoursCA: hours[i%4], HoursUS: hours[(i+i/4)%4],
		})
	}
	g, err := New(f, ports, nil, Setting{})
	if err != nil {
		b.Fatal(err)
	}
	return f, ports, g
}

// Share for every segment over 28 days, as the list of segments asks.
func BenchmarkShareOfAllSegments(b *testing.B) {
	f, _, g := benchGuard(b)
	to := time.Date(2026, 1, 20, 0, 0, 0, 0, time.UTC)
	for b.Loop() {
		for _, s := range f.Segments() {
			g.Share(s.Stretch, to.AddDate(0, 0, -28), to, report.DirectionUnknown)
		}
	}
}

func BenchmarkGuardedOfAllSegments(b *testing.B) {
	f, _, g := benchGuard(b)
	at := time.Date(2026, 1, 20, 15, 0, 0, 0, time.UTC)
	for b.Loop() {
		for _, s := range f.Segments() {
			g.Guarded(s.Stretch, at)
		}
	}
}

// A guard that was never asked: what the first question after a change costs.
func BenchmarkNewAndShareOfAllSegments(b *testing.B) {
	f, ports, _ := benchGuard(b)
	to := time.Date(2026, 1, 20, 0, 0, 0, 0, time.UTC)
	for b.Loop() {
		g, err := New(f, ports, nil, Setting{})
		if err != nil {
			b.Fatal(err)
		}
		for _, s := range f.Segments() {
			g.Share(s.Stretch, to.AddDate(0, 0, -28), to, report.DirectionUnknown)
		}
	}
}

func BenchmarkNew(b *testing.B) {
	f, ports, _ := benchGuard(b)
	for b.Loop() {
		if _, err := New(f, ports, nil, Setting{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWithPosts(b *testing.B) {
	_, _, g := benchGuard(b)
	posts := []Post{{Stretch: km(10, 20)}, {Stretch: km(100, 100), ActiveTo: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}}
	for b.Loop() {
		g.WithPosts(posts)
	}
}

func BenchmarkPortsAt(b *testing.B) {
	_, _, g := benchGuard(b)
	at := time.Date(2026, 1, 20, 15, 0, 0, 0, time.UTC)
	for b.Loop() {
		g.PortsAt(at)
	}
}

func BenchmarkParseHours(b *testing.B) {
	for b.Loop() {
		if _, err := ParseHours("09:00-18:00; Jun 01-Sep Mo[1] 07:00-22:00; Oct 01-May 14 off; PH off"); err != nil {
			b.Fatal(err)
		}
	}
}
