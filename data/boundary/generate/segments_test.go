package main

import (
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"frontierwatch/data/boundary"
	"frontierwatch/geo/frontier"
)

// On the 49th parallel a degree of longitude is 73 km long, and one of latitude 111.
func TestNames(t *testing.T) {
	f, err := frontier.New([]frontier.Line{{Part: frontier.Main, Points: orb.LineString{{-97, 49}, {-98, 49}}}}, cut)
	if err != nil {
		t.Fatal(err)
	}
	stretch := f.Segments()[0].Stretch
	town := func(north float64) []place { return []place{{name: "town", point: orb.Point{-97.05, 49 + north}}} }
	port := func(west float64) []place { return []place{{name: "port", point: orb.Point{-97.05 - west, 49}}} }
	for name, c := range map[string]struct {
		towns, ports []place
		want         string
	}{
		"a town at the line, though a port is nearer":    {town(0.08), port(0), "town"},
		"a port, where the town is far from the line":    {town(0.12), port(0), "port"},
		"a port farther along the line":                  {town(0.30), port(0.30), "port"},
		"a town off the line, where the port is farther": {town(0.12), port(0.35), "town"},
		"a town alone": {town(0.40), nil, "town"},
		"a port alone": {nil, port(0.60), "port"},
		"both too far": {town(0.50), port(0.90), ""},
		"nothing":      {nil, nil, ""},
	} {
		if got := nameOf(f, stretch, c.towns, c.ports); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// Closed ports name nothing: where Emerson East–Noyes was, Emerson–Pembina is near.
func TestClosedPortsNameNothing(t *testing.T) {
	f, err := boundary.Frontier()
	if err != nil {
		t.Fatal(err)
	}
	ports, err := openPorts(f)
	if err != nil {
		t.Fatal(err)
	}
	named := func(name string) bool {
		return slices.ContainsFunc(ports, func(p place) bool { return p.name == name })
	}
	if named("Emerson East–Noyes") || !named("Emerson–Pembina") {
		t.Errorf("the ports that name segments are %v", ports)
	}
}
