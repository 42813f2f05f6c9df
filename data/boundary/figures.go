package boundary

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"time"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

var (
	//go:embed figures.csv
	figuresCSV []byte
	//go:embed areas.csv
	areasCSV []byte
)

// Figure is a published count of people over an area and some days, one line of
// figures.csv. A figure that was revised has a line for each revision.
type Figure struct {
	ID        string
	Revision  int // 1 for the first
	Source    string
	Area      string
	From, To  time.Time // first and last day, both included
	Published time.Time // zero: not known
	Count     int64
	Unit      report.Unit
	Direction report.Direction
	Relation  report.Relation
	Overlaps  []string
	Where     string // where it was published
	Note      string
}

// Figures reads the published figures, oldest first.
func Figures() ([]Figure, error) {
	rows, err := table(figuresCSV, "id", "revision", "source", "area", "observed_from", "observed_to", "published",
		"count", "unit", "direction", "relation", "overlaps", "where_published", "note")
	if err != nil {
		return nil, fmt.Errorf("figures.csv: %w", err)
	}
	figures := make([]Figure, len(rows))
	for i, r := range rows {
		if figures[i], err = figure(r); err != nil {
			return nil, fmt.Errorf("figures.csv line %d: %w", i+2, err)
		}
	}
	return figures, nil
}

func figure(r []string) (f Figure, err error) {
	f = Figure{
		ID: r[0], Source: r[2], Area: r[3], Unit: report.Unit(r[8]), Direction: report.Direction(r[9]),
		Relation: report.Relation(r[10]), Overlaps: strings.Fields(r[11]), Where: r[12], Note: r[13],
	}
	if f.Revision, err = strconv.Atoi(r[1]); err != nil {
		return f, err
	}
	if f.Count, err = strconv.ParseInt(r[7], 10, 64); err != nil {
		return f, err
	}
	if f.From, err = time.Parse(time.DateOnly, r[4]); err != nil {
		return f, err
	}
	if f.To, err = time.Parse(time.DateOnly, r[5]); err != nil {
		return f, err
	}
	if r[6] != "" {
		f.Published, err = time.Parse(time.DateOnly, r[6])
	}
	return f, err
}

// Areas are the stretches that published figures speak of, by name: provinces,
// Border Patrol sectors, and places that people know.
func Areas() (map[string]frontier.Stretch, error) {
	rows, err := table(areasCSV, "area", "part", "km_from", "km_to", "why")
	if err != nil {
		return nil, fmt.Errorf("areas.csv: %w", err)
	}
	areas := map[string]frontier.Stretch{}
	for i, r := range rows {
		part, err := frontier.ParsePart(r[1])
		if err != nil {
			return nil, fmt.Errorf("areas.csv line %d: %w", i+2, err)
		}
		from, err1 := strconv.ParseFloat(r[2], 64)
		to, err2 := strconv.ParseFloat(r[3], 64)
		if err1 != nil || err2 != nil || from >= to {
			return nil, fmt.Errorf("areas.csv line %d: km_from %q and km_to %q are not a stretch", i+2, r[2], r[3])
		}
		areas[r[0]] = frontier.Stretch{Part: part, From: frontier.KM(from), To: frontier.KM(to)}
	}
	return areas, nil
}

// table reads an embedded CSV with exactly these columns, without its header.
func table(data []byte, columns ...string) ([][]string, error) {
	reader := csv.NewReader(bytes.NewReader(data))
	reader.FieldsPerRecord = len(columns)
	rows, err := reader.ReadAll()
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 || strings.Join(rows[0], ",") != strings.Join(columns, ",") {
		return nil, fmt.Errorf("the header is not %s", strings.Join(columns, ","))
	}
	return rows[1:], nil
}
