package guard

import (
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

const winnipeg, chicago = "America/Winnipeg", "America/Chicago"

// emersonLike is a port at km 50 that Canada keeps open by day and the United
// States by night as well.
func emersonLike() Port {
	return Port{ID: "day", Measure: frontier.KM(50), HoursCA: "08:00-20:00", HoursUS: "06:00-24:00", ZoneCA: winnipeg, ZoneUS: chicago}
}

func newGuard(t testing.TB, ports []Port, posts ...Post) *Guard {
	t.Helper()
	g, err := New(testLine(t), ports, posts, Setting{})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func km(from, to float64) frontier.Stretch {
	return frontier.Stretch{From: frontier.KM(from), To: frontier.KM(to)}
}

func TestShareOfADay(t *testing.T) {
	g := newGuard(t, []Port{emersonLike(), {ID: "mute", Measure: frontier.KM(80)}, {ID: "gone", Measure: frontier.KM(100), HoursCA: "24/7", ZoneCA: winnipeg, Closed: true}})
	from := local(t, winnipeg, "2026-01-05 00:00")
	for _, c := range []struct {
		name               string
		stretch            frontier.Stretch
		direction          report.Direction
		unguarded, unknown float64
	}{
		{"northbound is met by Canada's half", km(48, 52), report.Northbound, 0.5, 0},
		{"southbound by that of the United States", km(48, 52), report.Southbound, 0.25, 0},
		{"either will do where the way is not known", km(48, 52), report.DirectionUnknown, 0.25, 0},
		{"half of it out of reach", km(53-6, 53+6), report.Northbound, 0.75, 0},
		{"out of reach", km(53, 60), report.Northbound, 1, 0},
		{"hours not known", km(78, 80), report.Northbound, 1, 1},
		{"half of it hours not known", km(83-2, 83+2), report.Southbound, 1, 0.5},
		{"no longer a port", km(98, 102), report.Northbound, 1, 0},
		{"a point", km(50, 50), report.Northbound, 0.5, 0},
		{"the first metre in reach", km(47, 47), report.Northbound, 0.5, 0},
		{"the first metre beyond", km(53, 53), report.Northbound, 1, 0},
		{"off the frontier", km(-20, -10), report.Northbound, 1, 0},
		{"a part that is not there", frontier.Stretch{Part: 7, To: 10}, report.Northbound, 1, 0},
		{"the other part", frontier.Stretch{Part: frontier.Alaska, From: frontier.KM(48), To: frontier.KM(52)}, report.Northbound, 1, 0},
	} {
		unguarded, unknown := g.Share(c.stretch, from, from.AddDate(0, 0, 1), c.direction)
		if !near(unguarded, c.unguarded) || !near(unknown, c.unknown) {
			t.Errorf("%s: %.4f, %.4f; want %.4f, %.4f", c.name, unguarded, unknown, c.unguarded, c.unknown)
		}
	}
}

// Over a year the shifts of the clock even out, and 31 December runs into the next.
func TestShareOverYears(t *testing.T) {
	g := newGuard(t, []Port{emersonLike()})
	from := local(t, winnipeg, "2023-01-01 00:00")
	for years := 1; years <= 12; years++ {
		unguarded, _ := g.Share(km(48, 52), from, from.AddDate(years, 0, 0), report.Northbound)
		if !near(unguarded, 0.5) {
			t.Errorf("over %d years %.6f, want 0.5", years, unguarded)
		}
	}
	// In another order, so that years that were dropped are reckoned again.
	for year := 2035; year > 2015; year -= 3 {
		from := time.Date(year, time.June, 30, 12, 0, 0, 0, time.UTC)
		if unguarded, _ := g.Share(km(48, 52), from, from.AddDate(1, 0, 0), report.Northbound); !near(unguarded, 0.5) {
			t.Errorf("from %d %.6f, want 0.5", year, unguarded)
		}
	}
}

func TestGuarded(t *testing.T) {
	g := newGuard(t, []Port{emersonLike(), {ID: "mute", Measure: frontier.KM(54)}})
	for _, c := range []struct {
		stretch frontier.Stretch
		wall    string
		want    Tri
	}{
		{km(48, 51), "12:00", Yes},
		{km(48, 51), "07:00", Yes}, // only the United States' half
		{km(48, 51), "03:00", No},
		{km(48, 52), "03:00", No},
		{km(51, 53), "03:00", Unknown}, // closed, but the other's hours are not known
		{km(48, 54), "12:00", Unknown},
		{km(48, 58), "12:00", No}, // its end is out of reach
		{km(51, 51), "12:00", Yes},
		{km(58, 58), "12:00", No},
	} {
		if got := g.Guarded(c.stretch, local(t, winnipeg, "2026-01-05 "+c.wall)); got != c.want {
			t.Errorf("%v at %s: %v, want %v", c.stretch, c.wall, got, c.want)
		}
	}
}

func TestReachEndsWithThePart(t *testing.T) {
	line := testLine(t)
	end := line.Length(frontier.Main)
	g, err := New(line, []Port{{ID: "last", Measure: end, HoursCA: "24/7", ZoneCA: winnipeg}, {ID: "first", HoursCA: "24/7", ZoneCA: winnipeg}}, nil, Setting{Reach: 1000})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, s := range []frontier.Stretch{{From: end - 1000, To: end}, {From: end, To: end}, {To: 1000}, {}} {
		if got := g.Guarded(s, at); got != Yes {
			t.Errorf("%v: %v, want guarded", s, got)
		}
	}
	if total := g.Total(at, report.Northbound); math.Abs(float64(total.Guarded-2000)) > 1e-6 {
		t.Errorf("%.3f m are guarded, want 2000", float64(total.Guarded))
	}
}

func TestPostsGuardWhileTheyAreActive(t *testing.T) {
	noon := time.Date(2026, 1, 5, 12, 0, 0, 0, time.UTC)
	station := Post{Stretch: km(30, 30), Offset: 3000}
	far := Post{Stretch: km(60, 60), Offset: 3001}
	beat := Post{Stretch: km(100, 110), ActiveFrom: noon.Add(-time.Hour), ActiveTo: noon.Add(time.Hour)}
	broken := Post{Stretch: km(150, 140)}
	g := newGuard(t, nil, station, far, beat, broken)
	for _, c := range []struct {
		name    string
		stretch frontier.Stretch
		at      time.Time
		want    Tri
	}{
		{"a station always", km(27, 33), noon.AddDate(-90, 0, 0), Yes},
		{"not beyond its reach", km(27, 33.1), noon, No},
		{"too far from the line", km(60, 60), noon, No},
		{"a beat on its time", km(97, 113), noon, Yes},
		{"from its first instant", km(97, 113), beat.ActiveFrom, Yes},
		{"not before", km(97, 113), beat.ActiveFrom.Add(-time.Second), No},
		{"not at its end", km(97, 113), beat.ActiveTo, No},
		{"one that ends before it begins", km(140, 150), noon, No},
	} {
		if got := g.Guarded(c.stretch, c.at); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	unguarded, _ := g.Share(km(97, 113), noon, noon.Add(4*time.Hour), report.Southbound)
	if !near(unguarded, 0.75) {
		t.Errorf("the beat leaves %.4f, want 0.75", unguarded)
	}
	if bare := g.WithPosts(nil); bare.Guarded(km(27, 33), noon) != No {
		t.Error("a post that was taken away still guards")
	}
	if g.Guarded(km(27, 33), noon) != Yes {
		t.Error("taking a post away changed the guard it was taken from")
	}
}

func TestPortsAt(t *testing.T) {
	mute := Port{ID: "mute", Measure: 1, HoursCA: "24/7", ZoneCA: winnipeg}
	gone := Port{ID: "gone", Measure: 2, HoursCA: "24/7", HoursUS: "24/7", ZoneCA: winnipeg, ZoneUS: chicago, Closed: true}
	g := newGuard(t, []Port{mute, emersonLike(), gone})
	for _, c := range []struct {
		wall string
		want []PortState
	}{
		{"03:00", []PortState{
			{Port: mute, FID: 1, OpenCA: Yes, OpenUS: Unknown, Mismatch: Unknown},
			{Port: emersonLike(), FID: 2, OpenCA: No, OpenUS: No, Mismatch: No},
			{Port: gone, FID: 3, OpenCA: No, OpenUS: No, Mismatch: No}}},
		{"07:00", []PortState{
			{Port: mute, FID: 1, OpenCA: Yes, OpenUS: Unknown, Mismatch: Unknown},
			{Port: emersonLike(), FID: 2, OpenCA: No, OpenUS: Yes, Mismatch: Yes},
			{Port: gone, FID: 3, OpenCA: No, OpenUS: No, Mismatch: No}}},
	} {
		if diff := cmp.Diff(c.want, g.PortsAt(local(t, winnipeg, "2026-01-05 "+c.wall))); diff != "" {
			t.Errorf("at %s (-want +got):\n%s", c.wall, diff)
		}
	}
}

func TestNearest(t *testing.T) {
	g := newGuard(t, []Port{{ID: "c", Measure: 30_000}, {ID: "b", Measure: 20_000, Closed: true}, {ID: "a", Measure: 10_000}, {ID: "a2", Measure: 10_000}})
	for _, c := range []struct {
		m, distance frontier.Meters
		id          string
	}{
		{0, 10_000, "a"}, {10_000, 0, "a"}, {19_999, 9_999, "a"}, {20_000, 10_000, "a"}, {20_001, 9_999, "c"}, {90_000, 60_000, "c"},
	} {
		port, distance, ok := g.Nearest(frontier.Main, c.m)
		if !ok || port.ID != c.id || distance != c.distance {
			t.Errorf("nearest to %v is %q at %v, want %q at %v", c.m, port.ID, distance, c.id, c.distance)
		}
	}
	for _, part := range []frontier.Part{frontier.Alaska, 9} {
		if port, _, ok := g.Nearest(part, 0); ok {
			t.Errorf("part %v has port %q", part, port.ID)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	good := emersonLike()
	change := func(f func(p *Port)) []Port {
		p := good
		f(&p)
		return []Port{p}
	}
	for _, c := range []struct {
		ports []Port
		reach frontier.Meters
		says  string
	}{
		{[]Port{good, good}, 0, `two ports have the id "day"`},
		{change(func(p *Port) { p.HoursCA = "Mon" }), 0, "port day: side of Canada: opening hours, character 1"},
		{change(func(p *Port) { p.HoursUS = "25" }), 0, "port day: side of the United States"},
		{change(func(p *Port) { p.ZoneUS = "Winnipeg" }), 0, "unknown time zone"},
		{change(func(p *Port) { p.ZoneCA = "" }), 0, "need the time zone"},
		{change(func(p *Port) { p.Measure = frontier.KM(500) }), 0, "km 500.000 is not on part main"},
		{change(func(p *Port) { p.Measure = -1 }), 0, "is not on part main"},
		{change(func(p *Port) { p.Part = 5 }), 0, "is not on part"},
		{nil, -1, "no length"},
		{nil, frontier.Meters(math.NaN()), "no length"},
	} {
		if _, err := New(testLine(t), c.ports, nil, Setting{Reach: c.reach}); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v, want an error that says %q", err, c.says)
		}
	}
}

func TestZeroGuardGuardsNothing(t *testing.T) {
	var g Guard
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	if got := g.Guarded(km(0, 10), now); got != No {
		t.Errorf("Guarded = %v", got)
	}
	if unguarded, unknown := g.Share(km(0, 10), now, now.Add(time.Hour), report.Northbound); unguarded != 1 || unknown != 0 {
		t.Errorf("Share = %v, %v", unguarded, unknown)
	}
	if total := g.Total(now, report.Northbound); total != (Total{}) {
		t.Errorf("Total = %v", total)
	}
	if len(g.PortsAt(now)) != 0 {
		t.Error("it has ports")
	}
}

// Run with the race detector this shows that years may be reckoned side by side.
func TestGuardIsSafeForManyGoroutines(t *testing.T) {
	g := newGuard(t, []Port{emersonLike()})
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for year := 2010; year < 2030; year++ {
				from := time.Date(year, time.Month(1+i), 1, 0, 0, 0, 0, time.UTC)
				if unguarded, _ := g.Share(km(48, 52), from, from.AddDate(1, 0, 0), report.Northbound); !near(unguarded, 0.5) {
					t.Errorf("from %v %.6f, want 0.5", from, unguarded)
				}
				g.WithPosts([]Post{{Stretch: km(1, 2)}}).Total(from, report.Northbound)
			}
		})
	}
	all.Wait()
}

func TestHoursOfTheWeek(t *testing.T) {
	zone, err := time.LoadLocation(winnipeg)
	if err != nil {
		t.Fatal(err)
	}
	port := emersonLike()
	port.HoursCA = "Mo-Fr 08:30-16:00"
	g := newGuard(t, []Port{port})
	from := local(t, winnipeg, "2026-03-02 00:00") // a Monday; the clock is put forward on Sunday at 02:00
	week := g.Week(km(48, 52), from, from.AddDate(0, 0, 7), report.Northbound, zone)
	for _, c := range []struct {
		day, hour int
		want      Hour
	}{
		{0, 8, Hour{Seconds: 3600, Unguarded: 0.5}},
		{0, 9, Hour{Seconds: 3600}},
		{4, 15, Hour{Seconds: 3600}},
		{4, 16, Hour{Seconds: 3600, Unguarded: 1}},
		{5, 12, Hour{Seconds: 3600, Unguarded: 1}},
		{6, 2, Hour{}}, // the hour that is skipped
		{6, 3, Hour{Seconds: 3600, Unguarded: 1}},
	} {
		if got := week[c.day*24+c.hour]; got != c.want {
			t.Errorf("day %d, hour %d: %+v, want %+v", c.day, c.hour, got, c.want)
		}
	}
}

func TestTotalsOfOnePort(t *testing.T) {
	g := newGuard(t, []Port{emersonLike(), {ID: "mute", Measure: frontier.KM(80), Point: orb.Point{}}})
	at := local(t, winnipeg, "2026-01-05 07:00")
	if got := g.Total(at, report.Southbound); got.Guarded != 6000 || got.Unknown != 6000 {
		t.Errorf("southbound at seven: %+v", got)
	}
	if got := g.Total(at, report.Northbound); got.Guarded != 0 || got.Unknown != 6000 {
		t.Errorf("northbound at seven: %+v", got)
	}
	all := g.Total(at, report.Northbound).Length()
	never, unknown := g.Never(at, at.AddDate(0, 0, 1), report.Northbound)
	if never != all-6000 || unknown != 6000 {
		t.Errorf("never guarded over a day: %v, of it not known %v; want all but 6000, and 6000", never, unknown)
	}
	never, _ = g.Never(at, at, report.Northbound)
	if never != all {
		t.Errorf("at seven %v of %v are not guarded, want all", never, all)
	}
}
