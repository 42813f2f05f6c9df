// Package boundary holds the facts of the Canada–United States boundary that come
// with the program: the frontier line, what guards it, and what was published
// about it. SOURCES.md says where each comes from and under which terms.
package boundary

import (
	_ "embed"
	"encoding/json"
	"fmt"

	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
)

// FORMAT.md says what stands in these files, SOURCES.md where it comes from.
var (
	//go:embed frontier.geojson
	lineJSON []byte
	//go:embed segments.csv
	segmentsCSV []byte
)

// Cut is the length of a segment unless a setting says otherwise.
const Cut frontier.Meters = 10_000

// Frontier is the embedded line, cut into segments of 10 km.
func Frontier() (*frontier.Frontier, error) { return FrontierCut(Cut) }

// FrontierCut is the embedded line, cut into segments of the given length, at
// least 100 m. A segment has the name, province and state of its middle.
func FrontierCut(segment frontier.Meters) (*frontier.Frontier, error) {
	lines, err := readLines(lineJSON)
	if err != nil {
		return nil, fmt.Errorf("frontier.geojson: %w", err)
	}
	labels, err := readLabels(segmentsCSV)
	if err != nil {
		return nil, fmt.Errorf("segments.csv: %w", err)
	}
	f, err := frontier.New(lines, segment)
	if err != nil {
		return nil, err
	}
	return f.Label(labels), nil
}

// readLines reads frontier.geojson.
func readLines(data []byte) ([]frontier.Line, error) {
	var file struct {
		Features []struct {
			Properties struct {
				Part       string `json:"part"`
				CanadaSide string `json:"canada_side"`
			}
			Geometry struct {
				Type        string
				Coordinates orb.LineString
			}
		}
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, err
	}
	lines := make([]frontier.Line, len(file.Features))
	for i, f := range file.Features {
		part, err := frontier.ParsePart(f.Properties.Part)
		if err != nil {
			return nil, fmt.Errorf("feature %d: %w", i, err)
		}
		if f.Geometry.Type != "LineString" {
			return nil, fmt.Errorf("feature %d: geometry %q is not a LineString", i, f.Geometry.Type)
		}
		side := f.Properties.CanadaSide
		if side != "left" && side != "right" {
			return nil, fmt.Errorf("feature %d: canada_side %q is not one of left, right", i, side)
		}
		lines[i] = frontier.Line{Part: part, Points: f.Geometry.Coordinates, CanadaOnRight: side == "right"}
	}
	return lines, nil
}
