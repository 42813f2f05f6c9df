package main

import (
	"bytes"
	"fmt"

	"frontierwatch/geo/frontier"
)

const (
	licence     = "ODbL-1.0"
	attribution = "© OpenStreetMap contributors, ODbL 1.0"
	provenance  = "npm @osm_borders/maritime_2m 1.1.0, modified: see SOURCES.md"
)

var names = map[frontier.Part]string{
	frontier.Main:   "Canada–United States, Atlantic to Pacific",
	frontier.Alaska: "Canada–United States, Arctic to Pacific",
}

// pairs is how many points stand on one line of the file.
const pairs = 5

// geoJSON writes the lines for people to read and for tools to compare by line.
func geoJSON(f *frontier.Frontier, lines []frontier.Line) []byte {
	var b bytes.Buffer
	b.WriteString("{\"type\": \"FeatureCollection\", \"features\": [\n")
	for i, l := range lines {
		if i > 0 {
			b.WriteString(",\n")
		}
		side := "left"
		if l.CanadaOnRight {
			side = "right"
		}
		fmt.Fprintf(&b, "{\"type\": \"Feature\", \"id\": %q,\n\"properties\": {", l.Part)
		fmt.Fprintf(&b, "\"part\": %q, \"name\": %q, \"length_km\": %.3f, \"canada_side\": %q,\n",
			l.Part, names[l.Part], f.Length(l.Part).KM(), side)
		fmt.Fprintf(&b, "  \"licence\": %q, \"attribution\": %q, \"provenance\": %q},\n", licence, attribution, provenance)
		b.WriteString("\"geometry\": {\"type\": \"LineString\", \"coordinates\": [\n")
		for i, p := range l.Points {
			fmt.Fprintf(&b, "[%.5f,%.5f]", p[0], p[1])
			switch {
			case i == len(l.Points)-1:
				b.WriteString("\n")
			case i%pairs == pairs-1:
				b.WriteString(",\n")
			default:
				b.WriteString(",")
			}
		}
		b.WriteString("]}}")
	}
	b.WriteString("\n]}\n")
	return b.Bytes()
}
