package guard

import (
	"sort"
	"time"

	"frontierwatch/geo/frontier"
)

// PortsAt lists the ports in the order in which they were given, numbered from 1,
// as they are at an instant.
func (g *Guard) PortsAt(at time.Time) []PortState {
	instant := at.Unix()
	states := make([]PortState, len(g.ports))
	for i := range g.ports {
		p := &g.ports[i]
		s := PortState{Port: p.Port, FID: int64(i + 1), OpenCA: No, OpenUS: No}
		if !p.Closed {
			s.OpenCA, s.OpenUS = p.ca.at(instant), p.us.at(instant)
		}
		s.Mismatch = mismatch(s.OpenCA, s.OpenUS)
		states[i] = s
	}
	return states
}

// mismatch is Yes where one side is open and the other closed: whoever is let out
// of one country finds the other shut.
func mismatch(ca, us Tri) Tri {
	switch {
	case ca == Unknown || us == Unknown:
		return Unknown
	case ca != us:
		return Yes
	}
	return No
}

// Nearest is the port nearest to a measure, along its part; of two equally near the
// one at the smaller measure. Closed ports do not count. It is false for a part
// that has none.
func (g *Guard) Nearest(part frontier.Part, m frontier.Meters) (Port, frontier.Meters, bool) {
	if int(part) >= len(g.nearest) || len(g.nearest[part]) == 0 {
		return Port{}, 0, false
	}
	list := g.nearest[part]
	at := func(i int) frontier.Meters { return g.ports[list[i]].Measure }
	i := sort.Search(len(list), func(i int) bool { return at(i) >= m })
	if i == len(list) || i > 0 && m-at(i-1) <= at(i)-m {
		i--
	}
	for i > 0 && at(i-1) == at(i) {
		i--
	}
	distance := at(i) - m
	return g.ports[list[i]].Port, max(distance, -distance), true
}
