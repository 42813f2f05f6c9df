package main

import (
	"bytes"
	"encoding/csv"
	"fmt"

	"github.com/paulmach/orb"

	"frontierwatch/data/boundary"
	"frontierwatch/geo/frontier"
)

const (
	named     = frontier.Meters(50_000) // how far away a place may be to name a segment
	inhabited = 1000                    // people a place must have more than
	atLine    = frontier.Meters(10_000) // how near a town is one at the line
	step      = frontier.Meters(1_000)  // between the points of a segment that are tried
)

// segmentsCSV writes what is known of each segment: what it is called, and the
// province and state at its middle.
func segmentsCSV(f *frontier.Frontier, places []place) ([]byte, error) {
	at, err := locateRegions(f)
	if err != nil {
		return nil, err
	}
	towns := alongLine(f, places)
	ports, err := openPorts(f)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write([]string{"part", "km_from", "km_to", "name", "admin_ca", "admin_us"})
	for _, s := range f.Segments() {
		middle := (s.Stretch.From + s.Stretch.To) / 2
		w.Write([]string{
			s.Stretch.Part.String(), fmt.Sprintf("%.3f", s.Stretch.From.KM()), fmt.Sprintf("%.3f", s.Stretch.To.KM()),
			nameOf(f, s.Stretch, towns, ports),
			at(s.Stretch.Part, frontier.CA, middle), at(s.Stretch.Part, frontier.US, middle),
		})
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// alongLine keeps the places that may name a segment: towns, not their quarters.
func alongLine(f *frontier.Frontier, places []place) []place {
	var kept []place
	for _, p := range places {
		if p.country != "CA" && p.country != "US" || p.kind == "PPLX" || p.population <= inhabited {
			continue
		}
		if _, err := f.Locate(p.point, named); err == nil {
			kept = append(kept, p)
		}
	}
	return kept
}

// openPorts are the ports of entry, closed ones left out, as places.
func openPorts(f *frontier.Frontier) ([]place, error) {
	ports, err := boundary.Ports(f)
	if err != nil {
		return nil, err
	}
	var open []place
	for _, p := range ports {
		if !p.Closed {
			open = append(open, place{name: p.Name, point: p.Point})
		}
	}
	return open, nil
}

// nameOf is what a stretch is called: after the nearest town where one lies at the
// line, else after the nearest port of entry or town, and not at all far from both.
// Small places at the line are known by their ports, and large ones across it by
// themselves: Emerson and not Altona, Champlain and not its port.
func nameOf(f *frontier.Frontier, s frontier.Stretch, towns, ports []place) string {
	var points []orb.Point
	for m := s.From; m < s.To; m += step {
		points = append(points, f.At(s.Part, m))
	}
	points = append(points, f.At(s.Part, s.To))

	town, far := nearest(points, towns)
	port, toPort := nearest(points, ports)
	switch {
	case far <= atLine || far < toPort:
		return town
	case toPort < named:
		return port
	}
	return ""
}

// nearest is the place nearest to some points, and how far it is; the name is empty
// if it is far from all of them.
func nearest(points []orb.Point, places []place) (name string, least frontier.Meters) {
	least = named
	for _, place := range places {
		for _, p := range points {
			if d := frontier.Distance(p, place.point); d < least {
				name, least = place.name, d
			}
		}
	}
	return name, least
}
