package guard

import (
	"math"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

// The slow guard goes through every port, post, minute and half kilometre, by the
// definitions and nothing else.
type slowGuard struct {
	ports []Port
	posts []Post
	reach frontier.Meters
	known map[time.Time][][2]Tri // what was asked before
}

const (
	cell   = frontier.Meters(500)
	minute = int64(60)
)

// sees says whether a port or post with these ends reaches the middle of a cell.
func (s slowGuard) sees(part, at frontier.Part, from, to, m frontier.Meters) bool {
	return part == at && m > from-s.reach && m < to+s.reach
}

func (s slowGuard) state(open [][2]Tri, part frontier.Part, m frontier.Meters, at time.Time, d report.Direction) Tri {
	best := No
	for i, p := range s.ports {
		if p.Closed || !s.sees(p.Part, part, p.Measure, p.Measure, m) {
			continue
		}
		for side, state := range open[i] {
			if side == 0 && d == report.Southbound || side == 1 && d == report.Northbound {
				continue
			}
			if state == Yes || state == Unknown && best == No {
				best = state
			}
		}
	}
	for _, p := range s.posts {
		active := !at.Before(p.ActiveFrom) && (p.ActiveTo.IsZero() || at.Before(p.ActiveTo))
		if active && p.Offset <= s.reach && s.sees(p.Stretch.Part, part, p.Stretch.From, p.Stretch.To, m) {
			best = Yes
		}
	}
	return best
}

// open is whether the two sides of each port are open.
func (s slowGuard) open(t *rapid.T, at time.Time) [][2]Tri {
	if states, ok := s.known[at]; ok {
		return states
	}
	states := make([][2]Tri, len(s.ports))
	for i, p := range s.ports {
		states[i] = [2]Tri{slowOpen(t, p.HoursCA, p.ZoneCA, Canada, at), slowOpen(t, p.HoursUS, p.ZoneUS, UnitedStates, at)}
	}
	s.known[at] = states
	return states
}

func slowOpen(t *rapid.T, text, zone string, c Calendar, at time.Time) Tri {
	hours, err := ParseHours(text)
	if err != nil {
		t.Fatal(err)
	}
	location, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	return hours.Holidays(c).Open(at.In(location))
}

// grid counts the states of all cells and minutes.
func (s slowGuard) grid(t *rapid.T, stretch frontier.Stretch, from, to time.Time, d report.Direction) (no, unknown, all float64) {
	for at := from; at.Before(to); at = at.Add(time.Minute) {
		open := s.open(t, at)
		for m := stretch.From + cell/2; m < stretch.To; m += cell {
			all++
			switch s.state(open, stretch.Part, m, at, d) {
			case No:
				no++
			case Unknown:
				unknown++
			}
		}
	}
	return no, unknown, all
}

// testLine is two straight parts, Main about 223 km and Alaska about 111 km long.
func testLine(t testing.TB) *frontier.Frontier {
	t.Helper()
	f, err := frontier.New([]frontier.Line{
		{Part: frontier.Main, Points: orb.LineString{{-100, 0}, {-98, 0}}, CanadaOnRight: true},
		{Part: frontier.Alaska, Points: orb.LineString{{-140, 1}, {-140, 0}}},
	}, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func drawGuard(t *rapid.T, from time.Time) slowGuard {
	zones := []string{"America/Winnipeg", "America/Chicago", "America/Regina", "America/Halifax"}
	hours := rapid.OneOf(rapid.SampledFrom([]string{"", "24/7", "off", "08:00-16:00", "22:00-02:00", "unknown"}), hoursText())
	measure := rapid.Custom(func(t *rapid.T) frontier.Meters {
		return cell * frontier.Meters(rapid.IntRange(0, 40).Draw(t, "cells"))
	})
	part := rapid.SampledFrom(frontier.Parts[:])
	s := slowGuard{reach: cell * frontier.Meters(rapid.IntRange(1, 6).Draw(t, "reach")), known: map[time.Time][][2]Tri{}}
	for i := range rapid.IntRange(0, 5).Draw(t, "ports") {
		s.ports = append(s.ports, Port{
			ID: string(rune('a' + i)), Part: part.Draw(t, "part"), Measure: measure.Draw(t, "measure"), Closed: rapid.IntRange(0, 5).Draw(t, "closed") == 0,
			HoursCA: hours.Draw(t, "ca"), HoursUS: hours.Draw(t, "us"),
			ZoneCA: rapid.SampledFrom(zones).Draw(t, "zone"), ZoneUS: rapid.SampledFrom(zones).Draw(t, "zone"),
		})
	}
	instant := rapid.Custom(func(t *rapid.T) time.Time {
		if rapid.Bool().Draw(t, "open") {
			return time.Time{}
		}
		return from.Add(time.Duration(rapid.IntRange(-100, 400).Draw(t, "minutes")) * time.Minute)
	})
	for range rapid.IntRange(0, 3).Draw(t, "posts") {
		at := measure.Draw(t, "from")
		s.posts = append(s.posts, Post{
			Stretch:    frontier.Stretch{Part: part.Draw(t, "part"), From: at, To: at + cell*frontier.Meters(rapid.IntRange(0, 8).Draw(t, "length"))},
			Offset:     measure.Draw(t, "offset") / 4,
			ActiveFrom: instant.Draw(t, "active from"), ActiveTo: instant.Draw(t, "active to"),
		})
	}
	return s
}

// begin draws a window that may lie over a shift of clocks or the new year.
func drawBegin(t *rapid.T) time.Time {
	return rapid.SampledFrom([]time.Time{
		time.Date(2026, time.March, 8, 5, 0, 0, 0, time.UTC),
		time.Date(2026, time.November, 1, 4, 0, 0, 0, time.UTC),
		time.Date(2025, time.December, 31, 20, 0, 0, 0, time.UTC),
		time.Date(2026, time.July, 3, 10, 0, 0, 0, time.UTC),
		time.Date(2025, time.January, 5, 18, 0, 0, 0, time.UTC),
	}).Draw(t, "from").Add(time.Duration(rapid.IntRange(0, 300).Draw(t, "later")) * time.Minute)
}

func drawStretch(t *rapid.T) frontier.Stretch {
	from := cell * frontier.Meters(rapid.IntRange(0, 30).Draw(t, "from"))
	return frontier.Stretch{
		Part: rapid.SampledFrom(frontier.Parts[:]).Draw(t, "part"), From: from,
		To: from + cell*frontier.Meters(rapid.IntRange(1, 20).Draw(t, "cells")),
	}
}

func drawDirection(t *rapid.T) report.Direction {
	return rapid.SampledFrom([]report.Direction{report.Northbound, report.Southbound, report.DirectionUnknown, ""}).Draw(t, "direction")
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9 }

func TestShareIsThatOfEveryMinuteAndCell(t *testing.T) {
	line := testLine(t)
	rapid.Check(t, func(t *rapid.T) {
		from := drawBegin(t)
		slow := drawGuard(t, from)
		g, err := New(line, slow.ports, slow.posts, Setting{Reach: slow.reach})
		if err != nil {
			t.Fatal(err)
		}
		if rapid.Bool().Draw(t, "posts later") {
			bare, err := New(line, slow.ports, nil, Setting{Reach: slow.reach})
			if err != nil {
				t.Fatal(err)
			}
			bare.Share(drawStretch(t), from, from.Add(time.Hour), report.Northbound)
			g = bare.WithPosts(slow.posts)
		}
		stretch, d := drawStretch(t), drawDirection(t)
		to := from.Add(time.Duration(rapid.IntRange(1, 300).Draw(t, "minutes")) * time.Minute)

		no, unknown, all := slow.grid(t, stretch, from, to, d)
		gotUnguarded, gotUnknown := g.Share(stretch, from, to, d)
		if !near(gotUnguarded, (no+unknown)/all) || !near(gotUnknown, unknown/all) {
			t.Errorf("Share(%v) = %.6f, %.6f; every minute and cell gives %.6f, %.6f", stretch, gotUnguarded, gotUnknown, (no+unknown)/all, unknown/all)
		}
		if gotUnknown > gotUnguarded || gotUnguarded > 1 || gotUnknown < 0 {
			t.Errorf("Share(%v) = %v, %v is out of order", stretch, gotUnguarded, gotUnknown)
		}

		no, unknown, all = slow.grid(t, stretch, from, from.Add(time.Minute), d)
		want := Yes
		if no > 0 {
			want = No
		} else if unknown > 0 {
			want = Unknown
		}
		if got := g.Guarded(stretch, from); way(d) == eitherWay && got != want {
			t.Errorf("Guarded(%v) = %v, every cell gives %v", stretch, got, want)
		}
		if at, _ := g.Share(stretch, from, from, d); !near(at, (no+unknown)/all) {
			t.Errorf("Share(%v) at an instant = %.6f, every cell gives %.6f", stretch, at, (no+unknown)/all)
		}
	})
}

func TestWeekIsThatOfEveryMinuteAndCell(t *testing.T) {
	line := testLine(t)
	zone, err := time.LoadLocation("America/Winnipeg")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		from := drawBegin(t)
		slow := drawGuard(t, from)
		g, err := New(line, slow.ports, slow.posts, Setting{Reach: slow.reach})
		if err != nil {
			t.Fatal(err)
		}
		stretch, d := drawStretch(t), drawDirection(t)
		to := from.Add(time.Duration(rapid.IntRange(1, 200).Draw(t, "minutes")) * time.Minute)
		var want [len(Week{})]struct{ no, unknown, all float64 }
		for at := from; at.Before(to); at = at.Add(time.Minute) {
			no, unknown, all := slow.grid(t, stretch, at, at.Add(time.Minute), d)
			wall := at.In(zone)
			hour := &want[(int(wall.Weekday())+6)%7*24+wall.Hour()]
			hour.no, hour.unknown, hour.all = hour.no+no, hour.unknown+unknown, hour.all+all
		}
		cells := float64(stretch.Length() / cell)
		for i, h := range g.Week(stretch, from, to, d, zone) {
			w := want[i]
			if h.Seconds != int64(math.Round(w.all/cells))*minute {
				t.Errorf("hour %d has %d seconds, want %.0f minutes", i, h.Seconds, w.all/cells)
			}
			if w.all > 0 && (!near(h.Unguarded, (w.no+w.unknown)/w.all) || !near(h.Unknown, w.unknown/w.all)) {
				t.Errorf("hour %d is %.6f, %.6f; every minute gives %.6f, %.6f", i, h.Unguarded, h.Unknown, (w.no+w.unknown)/w.all, w.unknown/w.all)
			}
		}
	})
}

func TestTotalIsThatOfEveryCell(t *testing.T) {
	line := testLine(t)
	rapid.Check(t, func(t *rapid.T) {
		from := drawBegin(t)
		slow := drawGuard(t, from)
		g, err := New(line, slow.ports, slow.posts, Setting{Reach: slow.reach})
		if err != nil {
			t.Fatal(err)
		}
		d := drawDirection(t)
		to := from.Add(time.Duration(rapid.IntRange(1, 30).Draw(t, "minutes")) * time.Minute)
		total := g.Total(from, d)
		never, unknown := g.Never(from, to, d)

		var guarded, wantUnknown, notNever, perhaps frontier.Meters
		for _, part := range frontier.Parts {
			for m := frontier.Meters(0); m < 40_000; m += cell { // beyond, there is nothing
				s := frontier.Stretch{Part: part, From: m, To: m + cell}
				switch no, unsure, all := slow.grid(t, s, from, from.Add(time.Minute), d); {
				case no+unsure == 0:
					guarded += cell
				case no == 0 && all > 0:
					wantUnknown += cell
				}
				switch no, unsure, all := slow.grid(t, s, from, to, d); {
				case no+unsure < all:
					notNever += cell
				case unsure > 0:
					perhaps += cell
				}
			}
		}
		length := line.Length(frontier.Main) + line.Length(frontier.Alaska)
		for _, c := range []struct {
			name      string
			got, want frontier.Meters
		}{
			{"guarded", total.Guarded, guarded}, {"unknown", total.Unknown, wantUnknown}, {"length", total.Length(), length},
			{"never", never, length - notNever}, {"never unknown", unknown, perhaps},
		} {
			if math.Abs(float64(c.got-c.want)) > 0.001 {
				t.Errorf("%s: %.3f m, every cell gives %.3f m", c.name, float64(c.got), float64(c.want))
			}
		}
	})
}

// Of each port that is not closed for good, minute by minute.
func TestMismatchIsThatOfEveryMinute(t *testing.T) {
	line := testLine(t)
	rapid.Check(t, func(t *rapid.T) {
		from := drawBegin(t)
		slow := drawGuard(t, from)
		g, err := New(line, slow.ports, slow.posts, Setting{Reach: slow.reach})
		if err != nil {
			t.Fatal(err)
		}
		minutes := rapid.IntRange(1, 2000).Draw(t, "minutes")
		got := g.Mismatch(from, from.Add(time.Duration(minutes)*time.Minute))
		var want []Mismatch
		for i, p := range slow.ports {
			if p.Closed {
				continue
			}
			yes, unknown := 0, 0
			for minute := range minutes {
				switch open := slow.open(t, from.Add(time.Duration(minute)*time.Minute))[i]; {
				case open[0] == Unknown || open[1] == Unknown:
					unknown++
				case open[0] != open[1]:
					yes++
				}
			}
			weeks := float64(minutes) / (7 * 24 * 60)
			want = append(want, Mismatch{p.ID, float64(yes) / 60 / weeks, float64(unknown) / 60 / weeks})
		}
		if len(got) != len(want) {
			t.Fatalf("%d ports, want %d", len(got), len(want))
		}
		for i := range got {
			if got[i].Port != want[i].Port || !near(got[i].Hours, want[i].Hours) || !near(got[i].Unknown, want[i].Unknown) {
				t.Errorf("%+v, every minute gives %+v", got[i], want[i])
			}
		}
	})
}
