package boundary

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"frontierwatch/geo/frontier"
)

var segmentColumns = [...]string{"part", "km_from", "km_to", "name", "admin_ca", "admin_us"}

// readLabels reads segments.csv.
func readLabels(data []byte) ([]frontier.Label, error) {
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord = len(segmentColumns)
	rows, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 || !slices.Equal(rows[0], segmentColumns[:]) {
		return nil, fmt.Errorf("the first line must be %v", segmentColumns)
	}
	labels := make([]frontier.Label, len(rows)-1)
	for i, row := range rows[1:] {
		if labels[i], err = readLabel(row); err != nil {
			return nil, fmt.Errorf("line %d: %w", i+2, err)
		}
	}
	return labels, nil
}

func readLabel(row []string) (frontier.Label, error) {
	part, err := frontier.ParsePart(row[0])
	from, errFrom := strconv.ParseFloat(row[1], 64)
	to, errTo := strconv.ParseFloat(row[2], 64)
	if err := errors.Join(err, errFrom, errTo); err != nil {
		return frontier.Label{}, err
	}
	if !(from < to) {
		return frontier.Label{}, fmt.Errorf("km_from %g is not less than km_to %g", from, to)
	}
	return frontier.Label{
		Stretch: frontier.Stretch{Part: part, From: frontier.KM(from), To: frontier.KM(to)},
		Name:    row[3], AdminCA: row[4], AdminUS: row[5],
	}, nil
}
