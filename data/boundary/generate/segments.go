package main

import (
	"bytes"
	"encoding/csv"
	"fmt"

	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
)

const (
	named     = frontier.Meters(50_000) // how far away a place may be to name a segment
	inhabited = 1000                    // people a place must have more than
	step      = frontier.Meters(1_000)  // between the points of a segment that are tried
)

// segmentsCSV writes what is known of each segment: the nearest place, and the
// province and state at its middle.
func segmentsCSV(f *frontier.Frontier, places []place) ([]byte, error) {
	at, err := locateRegions(f)
	if err != nil {
		return nil, err
	}
	places = alongLine(f, places)
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write([]string{"part", "km_from", "km_to", "name", "admin_ca", "admin_us"})
	for _, s := range f.Segments() {
		middle := (s.Stretch.From + s.Stretch.To) / 2
		w.Write([]string{
			s.Stretch.Part.String(), fmt.Sprintf("%.3f", s.Stretch.From.KM()), fmt.Sprintf("%.3f", s.Stretch.To.KM()),
			nearestPlace(f, s.Stretch, places),
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

// nearestPlace is the name of the place nearest to a stretch, empty if it is far
// from all of them.
func nearestPlace(f *frontier.Frontier, s frontier.Stretch, places []place) string {
	var points []orb.Point
	for m := s.From; m < s.To; m += step {
		points = append(points, f.At(s.Part, m))
	}
	points = append(points, f.At(s.Part, s.To))

	name, least := "", named
	for _, place := range places {
		for _, p := range points {
			if d := frontier.Distance(p, place.point); d < least {
				name, least = place.name, d
			}
		}
	}
	return name
}
