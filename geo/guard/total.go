package guard

import (
	"time"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

// Total is how much of the line is in which state. The three add up to its length.
type Total struct{ Guarded, Unguarded, Unknown frontier.Meters }

// Length is that of the line the total is about.
func (t Total) Length() frontier.Meters { return t.Guarded + t.Unguarded + t.Unknown }

// Total adds up the whole frontier at an instant, for somebody who comes that way.
func (g *Guard) Total(at time.Time, d report.Direction) Total {
	instant := at.Unix()
	return g.total(d, func(w *watch) Tri { return w.at(instant) })
}

// Never is how much of the frontier is not known to be guarded at any instant of
// [from, to) against somebody who comes that way, and how much of that may be, as
// hours are not known. A time without length is its first instant.
func (g *Guard) Never(from, to time.Time, d report.Direction) (never, unknown frontier.Meters) {
	begin, end := from.Unix(), max(to.Unix(), from.Unix()+1)
	t := g.total(d, func(w *watch) Tri {
		switch no, unknown := w.spent(begin, end); {
		case no == end-begin:
			return No
		case no+unknown == end-begin:
			return Unknown
		}
		return Yes
	})
	return t.Unguarded + t.Unknown, t.Unknown
}

func (g *Guard) total(d report.Direction, state func(*watch) Tri) (t Total) {
	for _, part := range frontier.Parts {
		g.over(frontier.Stretch{Part: part, To: g.length(part)}, way(d), func(length frontier.Meters, w *watch) bool {
			switch {
			case g.length(part) == 0: // there is no such part
			case w == nil:
				t.Unguarded += length
			default:
				t.add(state(w), length)
			}
			return true
		})
	}
	return t
}

func (t *Total) add(state Tri, length frontier.Meters) {
	switch state {
	case Yes:
		t.Guarded += length
	case No:
		t.Unguarded += length
	default:
		t.Unknown += length
	}
}

func (g *Guard) length(part frontier.Part) frontier.Meters {
	if g.frontier == nil {
		return 0
	}
	return g.frontier.Length(part)
}
