package guard

import (
	"time"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

// Coverage is how much of the frontier is guarded against somebody who comes a
// certain way: at an instant, at each full hour of its UTC day, and over the week
// that begins with that day.
type Coverage struct {
	At        time.Time // UTC
	Direction report.Direction
	Now       Total
	Hours     [24]Total
	Some      Total // Guarded is what is guarded at some instant of the week, Unguarded what surely never is
	Always    Total // Guarded is what is guarded at every instant of the week, Unguarded what surely is not
	Mismatch  []Mismatch
}

// Mismatch is for how long one side of a port was open and the other was not, so
// that whoever was let out of one country found the other shut.
type Mismatch struct {
	Port string // id
	// Hours a week, 0 to 168: surely so, and the most it may be where hours are not known.
	Hours, Unknown float64
}

// Coverage adds up the whole frontier. The week of Some, Always and Mismatch is
// [day, day+7), day being the UTC day of the instant.
func (g *Guard) Coverage(at time.Time, d report.Direction) Coverage {
	at = at.UTC()
	day := at.Truncate(24 * time.Hour)
	end := day.AddDate(0, 0, 7)
	c := Coverage{At: at, Direction: d, Now: g.Total(at, d), Mismatch: g.Mismatch(day, end)}
	for h := range c.Hours {
		c.Hours[h] = g.Total(day.Add(time.Duration(h)*time.Hour), d)
	}
	length := c.Now.Length()
	never, mayBe := g.Never(day, end, d)
	c.Some = Total{Guarded: length - never, Unguarded: never - mayBe, Unknown: mayBe}
	c.Always = g.always(day, end, d)
	return c
}

// always is how much is guarded at every instant of [from, to), how much surely is
// not, and of how much it is not known.
func (g *Guard) always(from, to time.Time, d report.Direction) Total {
	begin, end := from.Unix(), max(to.Unix(), from.Unix()+1)
	return g.total(d, func(w *watch) Tri {
		switch no, unknown := w.spent(begin, end); {
		case no > 0:
			return No
		case unknown > 0:
			return Unknown
		}
		return Yes
	})
}

// Mismatch tells of each port that is not closed for good, in the order in which
// ports were given, how many hours a week of [from, to) one of its sides was open and
// the other was not. It is exact: an integral over the changes of hours. A time
// without length has no hours.
func (g *Guard) Mismatch(from, to time.Time) []Mismatch {
	begin, end := from.Unix(), to.Unix()
	all := []Mismatch{}
	for i := range g.ports {
		p := &g.ports[i]
		if p.Closed {
			continue
		}
		m := Mismatch{Port: p.ID}
		if begin < end {
			yes, unknown := apart(p.ca.changes(nil, begin, end), p.us.changes(nil, begin, end), end)
			weeks := float64(end-begin) / (7 * 24 * 60 * 60)
			m.Hours, m.Unknown = float64(yes)/3600/weeks, float64(unknown)/3600/weeks
		}
		all = append(all, m)
	}
	return all
}

// apart is for how many seconds two clocks, whose changes begin at the same instant,
// surely differed up to an end, and for how many it is not known.
func apart(a, b []change, end int64) (yes, unknown int64) {
	for len(a) > 0 && len(b) > 0 {
		from, to := max(a[0].at, b[0].at), end
		if len(a) > 1 {
			to = min(to, a[1].at)
		}
		if len(b) > 1 {
			to = min(to, b[1].at)
		}
		switch mismatch(a[0].state, b[0].state) {
		case Yes:
			yes += to - from
		case Unknown:
			unknown += to - from
		}
		nextA, nextB := len(a) > 1 && a[1].at == to, len(b) > 1 && b[1].at == to
		if nextA {
			a = a[1:]
		}
		if nextB {
			b = b[1:]
		}
		if !nextA && !nextB {
			break
		}
	}
	return yes, unknown
}

// Zone is the time zone that people at a place go by: that of the nearest port's half
// on the Canadian side, else on the other; UTC where there is no port or it has none.
func (g *Guard) Zone(part frontier.Part, m frontier.Meters) *time.Location {
	port, _, ok := g.Nearest(part, m)
	for _, name := range [...]string{port.ZoneCA, port.ZoneUS} {
		if !ok || name == "" {
			continue
		}
		if zone, err := time.LoadLocation(name); err == nil {
			return zone
		}
	}
	return time.UTC
}
