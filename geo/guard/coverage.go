package guard

import (
	"fmt"
	"math"
	"time"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

// Reach is how far a port or post guards along the line, to either side, unless
// a setting says otherwise.
const Reach frontier.Meters = 3_000

// Guard answers what is guarded when. It is immutable and safe for any number of
// goroutines.
type Guard struct {
	frontier *frontier.Frontier
	reach    frontier.Meters
	ports    []guardedPort
	posts    []Post
}

type guardedPort struct {
	Port
	hoursCA, hoursUS *Hours
	zoneCA, zoneUS   *time.Location
}

// New builds the guard of a frontier. It fails on a port whose hours or zones
// cannot be read.
func New(f *frontier.Frontier, ports []Port, posts []Post, s Setting) (*Guard, error) {
	g := &Guard{frontier: f, reach: s.Reach, posts: posts}
	if g.reach == 0 {
		g.reach = Reach
	}
	for _, p := range ports {
		gp := guardedPort{Port: p}
		for _, half := range []struct {
			text, zone string
			hours      **Hours
			location   **time.Location
		}{{p.HoursCA, p.ZoneCA, &gp.hoursCA, &gp.zoneCA}, {p.HoursUS, p.ZoneUS, &gp.hoursUS, &gp.zoneUS}} {
			var err error
			if *half.hours, err = ParseHours(half.text); err != nil {
				return nil, fmt.Errorf("port %s: %w", p.ID, err)
			}
			if *half.location, err = time.LoadLocation(half.zone); err != nil {
				return nil, fmt.Errorf("port %s: %w", p.ID, err)
			}
		}
		g.ports = append(g.ports, gp)
	}
	return g, nil
}

func (p *guardedPort) open(at time.Time) (ca, us Tri) {
	if p.Closed {
		return No, No
	}
	return p.hoursCA.Open(at.In(p.zoneCA)), p.hoursUS.Open(at.In(p.zoneUS))
}

// PortsAt lists the ports in the order in which they were given, numbered from 1,
// as they are at an instant.
func (g *Guard) PortsAt(at time.Time) []PortState {
	states := make([]PortState, len(g.ports))
	for i := range g.ports {
		s := PortState{Port: g.ports[i].Port, FID: int64(i + 1)}
		s.OpenCA, s.OpenUS = g.ports[i].open(at)
		if s.OpenCA != Unknown && s.OpenUS != Unknown {
			s.Mismatch = No
			if s.OpenCA != s.OpenUS {
				s.Mismatch = Yes
			}
		}
		states[i] = s
	}
	return states
}

// state is whether a measure is guarded at an instant.
func (g *Guard) state(part frontier.Part, m frontier.Meters, at time.Time, d report.Direction) Tri {
	best := No
	for i := range g.ports {
		p := &g.ports[i]
		if p.Part != part || m < p.Measure-g.reach || m >= p.Measure+g.reach {
			continue
		}
		ca, us := p.open(at)
		switch d {
		case report.Northbound:
			us = No
		case report.Southbound:
			ca = No
		}
		best = either(best, either(ca, us))
	}
	for _, p := range g.posts {
		if p.Stretch.Part == part && p.Offset <= g.reach && m >= p.Stretch.From-g.reach && m < p.Stretch.To+g.reach &&
			!at.Before(p.ActiveFrom) && (p.ActiveTo.IsZero() || at.Before(p.ActiveTo)) {
			return Yes
		}
	}
	return best
}

func either(a, b Tri) Tri {
	switch {
	case a == Yes || b == Yes:
		return Yes
	case a == Unknown || b == Unknown:
		return Unknown
	}
	return No
}

// Guarded says whether every metre of a stretch is within reach of an open port
// or an active post.
func (g *Guard) Guarded(s frontier.Stretch, at time.Time) Tri {
	result := Yes
	for m := s.From; m < s.To; m += 100 {
		switch g.state(s.Part, m, at, report.DirectionUnknown) {
		case No:
			return No
		case Unknown:
			result = Unknown
		}
	}
	return result
}

// Share is the part of stretch × time that is not known to be guarded, and the
// part of it for which hours are not known.
func (g *Guard) Share(s frontier.Stretch, from, to time.Time, d report.Direction) (unguarded, unknown float64) {
	all := 0.0
	for m := s.From; m < s.To; m += 500 {
		for at := from; at.Before(to); at = at.Add(time.Hour) {
			all++
			switch g.state(s.Part, m, at, d) {
			case No:
				unguarded++
			case Unknown:
				unguarded++
				unknown++
			}
		}
	}
	if all == 0 {
		return 1, 0
	}
	return unguarded / all, unknown / all
}

// Nearest is the port nearest to a measure along its part.
func (g *Guard) Nearest(part frontier.Part, m frontier.Meters) (port Port, distance frontier.Meters, ok bool) {
	for i := range g.ports {
		p := &g.ports[i].Port
		if d := frontier.Meters(math.Abs(float64(p.Measure - m))); p.Part == part && !p.Closed && (!ok || d < distance) {
			port, distance, ok = *p, d, true
		}
	}
	return port, distance, ok
}
