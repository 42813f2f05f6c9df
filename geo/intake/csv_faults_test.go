package intake_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"frontierwatch/geo/intake"
	"frontierwatch/geo/report"
)

const (
	knownColumns = "id, lon, lat, part, km_from, km_to, observed_start, observed_end, count_best, count_min, count_max, unit, direction, relation, " +
		"published, source, source_ref, status, uncertainty_m, overlaps, tlp, releasable_to"
	notAColumn = ": in the header: is not a column of a report, which has no place for anything else"
	placeless  = "is missing; give lon and lat, or part, km_from and km_to"
)

// A header that is wrong ends the file before its first row, with everything that
// is wrong with it.
func TestHeaders(t *testing.T) {
	for header, want := range map[string]string{
		minimal + ",passport":                                  "passport" + notAColumn + "; known are " + knownColumns,
		minimal + ",passport,name":                             "passport" + notAColumn + "; known are " + knownColumns + "; name" + notAColumn,
		"ID," + minimal:                                        "ID" + notAColumn + "; known are " + knownColumns,
		minimal + ",":                                          `""` + notAColumn + "; known are " + knownColumns,
		minimal + ",\x1b[2J":                                   `\u001b[2J` + notAColumn + "; known are " + knownColumns,
		minimal + ",\xff":                                      `\ufffd` + notAColumn + "; known are " + knownColumns,
		minimal + ",stretch":                                   "stretch" + notAColumn + "; known are " + knownColumns,
		minimal + ",id":                                        "id: in the header: comes twice; give it once",
		minimal + ",fid,fid":                                   "fid: in the header: comes twice; give it once",
		"passport":                                             "passport" + notAColumn + "; known are " + knownColumns,
		"id;lon;lat":                                           "id;lon;lat: in the header: the columns must have commas between them",
		"id\tlon":                                              `id\u0009lon: in the header: the columns must have commas between them`,
		"id,lon,lat,count_best":                                "observed_start: in the header: is missing",
		"id,lon,lat,observed_start":                            "count_best: in the header: is missing",
		"id,lon,observed_start,count_best":                     "lat: in the header: " + placeless,
		"id,observed_start,count_best":                         "lon: in the header: " + placeless + "; lat: in the header: " + placeless,
		"part,observed_start,count_best":                       "lon: in the header: " + placeless + "; lat: in the header: " + placeless,
		"part,km_from,observed_start,count_best":               "km_to: in the header: " + placeless,
		"km_from,observed_start,count_best":                    "part: in the header: " + placeless + "; km_to: in the header: " + placeless,
		"lon,part,km_from,km_to,observed_start,count_best":     "lat: in the header: " + placeless,
		"lat,part,km_from,km_to,observed_start,count_best":     "lon: in the header: " + placeless,
		"km_to,observed_start,count_best":                      "part: in the header: " + placeless + "; km_from: in the header: " + placeless,
		minimal + ",km_to":                                     "part: in the header: " + placeless + "; km_from: in the header: " + placeless,
		"id,lon,lat,observed_start," + strings.Repeat("é", 70): strings.Repeat("é", 64) + "…" + notAColumn + "; known are " + knownColumns,
		`id,"lon,lat",observed_start,count_best`:               "lon,lat" + notAColumn + "; known are " + knownColumns,
	} {
		wantOutcome(t, header+"\nX1234567,X1234567,X1234567,X1234567,X1234567,X1234567\n", intake.CSV, want)
	}
}

// The control: nothing is wrong with these.
func TestHeadersThatAreRight(t *testing.T) {
	for _, header := range []string{
		minimal, `"id" , lon,lat,"observed_start",count_best`, "lon,lat,observed_start,count_best",
		"part,km_from,km_to,observed_start,count_best", minimal + ",part", minimal + ",part,km_from,km_to",
	} {
		wantOutcome(t, header+"\n", intake.CSV)
	}
}

// withCell is a good row with one cell in the place of another, or in a column
// more.
func withCell(column, cell string) string {
	columns, cells := strings.Split(minimal, ","), strings.Split(minimalCells, ",")
	if i := slices.Index(columns, column); i >= 0 {
		cells[i] = cell
	} else {
		columns, cells = append(columns, column), append(cells, cell)
	}
	return csvRow(strings.Join(columns, ","), strings.Join(cells, ","))
}

func TestCellsThatAreWrong(t *testing.T) {
	const (
		badID     = "must be 1 to 64 of the characters A-Z a-z 0-9 . _ : -"
		badTime   = "must be a time like 2017-01-31T18:05:00Z (RFC 3339, with Z or an offset)"
		badNumber = "must be a number"
		badCount  = "must be a whole number, like 3"
		range53   = "must be a whole number from 0 to 9007199254740991"
		badQuote  = `has a quote where none may be; a cell with quotes stands in quotes, and each " in it is ""`
	)
	for _, c := range []struct{ column, cell, want string }{
		{"lat", "91", "lat: latitude must be from -90 to 90; longitude comes first"},
		{"lon", "-190", "lon: longitude must be from -180 to 180; longitude comes first"},
		{"lat", "NaN", "lat: " + badNumber},
		{"lat", "+49", "lat: " + badNumber},
		{"lat", "049", "lat: " + badNumber},
		{"lat", ".5", "lat: " + badNumber},
		{"lat", "0x31", "lat: " + badNumber},
		{"lat", `"49,001"`, "lat: " + badNumber},
		{"lat", "[1]", "lat: " + badNumber},
		{"lat", "null", "lat: " + badNumber},
		{"lat", "49]", "lat: " + badNumber},
		{"lat", "1e999", "lat: is too large a number"},
		{"lat", "", "lat: " + placeless},
		{"count_best", "-1", "count_best: " + range53},
		{"count_best", "1.5", "count_best: " + badCount},
		{"count_best", "'-1", "count_best: " + badCount},
		{"count_best", "", "count_best: is missing; give a whole number, 0 for a reported zero"},
		{"count_best", "true", "count_best: " + badCount},
		{"count_min", "2", "count_min: must not be more than count_best"},
		{"count_max", "0", "count_max: must not be less than count_best"},
		{"observed_start", "2017-02-05", "observed_start: " + badTime},
		{"observed_start", "", "observed_start: is missing; give when it was observed, like 2017-01-31T18:05:00Z"},
		{"observed_start", "2017-02-11T00:00:00Z", "observed_start: must not be in the future by more than 5 minutes; it is now 2017-02-10T12:00:00Z"},
		{"observed_end", "2017-02-01T00:00:00Z", "observed_end: must not be before observed_start"},
		{"id", "a b", "id: " + badID},
		{"id", `a"`, "id: " + badQuote},
		{"source", "a/b", "source: " + badID},
		{"source_ref", "\"a\nb\"", "source_ref: must be at most 64 printable characters"},
		{"source_ref", `ab"c`, "source_ref: " + badQuote},
		{"source_ref", `"ab"c`, "source_ref: " + badQuote},
		{"source_ref", "a\xffb", "source_ref: is not UTF-8; save the file in that encoding"},
		{"unit", "people", "unit: must be one of persons, interceptions, encounters, claims, detections, signs"},
		{"tlp", "WHITE", "tlp: must be one of CLEAR, GREEN, AMBER, AMBER+STRICT, RED"},
		{"overlaps", "b a", "overlaps: entry 2 names this report itself"},
		{"overlaps", "b;b", "overlaps: entry 2 names a report for the second time"},
		{"overlaps", strings.Repeat("b ", 65), "overlaps: entry 65 is one too many; there may be 64"},
		{"releasable_to", "CAN MEX", "releasable_to: entry 2 must be CAN or USA"},
		{"releasable_to", ";", "releasable_to: must name CAN, USA or both; leave it out where it is not restricted"},
		{"releasable_to", "both", "releasable_to: entry 1 must be CAN or USA"},
		{"uncertainty_m", "-5", "uncertainty_m: must be a number of metres from 0 on"},
	} {
		if c.column == "overlaps" && strings.HasPrefix(c.want, "overlaps: entry 65") {
			c.cell = manyIDs(65)
		}
		rows, err := all(strings.NewReader(withCell(c.column, c.cell)), intake.CSV)
		if err != nil || len(rows) != 1 || rows[0].Err == nil || rows[0].Err.Error() != "row 1: "+c.want {
			t.Errorf("%s %q: %d rows, %v, %v\nwant %s", c.column, c.cell, len(rows), err, rows, c.want)
		}
	}
}

func manyIDs(n int) string {
	var ids []string
	for i := range n {
		ids = append(ids, "b"+strings.Repeat("x", i/8)+string(rune('a'+i%8)))
	}
	return strings.Join(ids, " ")
}

func TestPlacesInCells(t *testing.T) {
	const columns = "lon,lat,part,km_from,km_to,observed_start,count_best"
	const rest = ",2017-02-05T02:00:00Z,1"
	for cells, want := range map[string]string{
		"-97,49,main,,":      "",
		"-97,49,,,":          "",
		",,main,1,2":         "",
		"-97,49,main,1,2":    "row 1: km_from: gives a stretch beside lon and lat; give one of them",
		",,,,":               "row 1: lon: " + placeless,
		",,main,,":           "row 1: lon: " + placeless,
		",49,,,":             "row 1: lon: " + placeless,
		",,,1,2":             "row 1: part: " + placeless,
		",,main,1,":          "row 1: km_to: " + placeless,
		",,main,2,1":         "row 1: km_to: must be greater than km_from",
		",,yukon,1,2":        "row 1: part: must be one of main, alaska",
		",,main,one,2":       "row 1: km_from: must be a number",
		",,main,-1,2":        "row 1: km_from: must be a number of kilometres from 0 on",
		",,yukon,one,40076":  "row 1: part: must be one of main, alaska; row 1: km_from: must be a number; row 1: km_to: must be a number of kilometres from 0 on",
		"west,91,main,one,1": "row 1: lon: must be a number; row 1: lat: latitude must be from -90 to 90; longitude comes first; row 1: km_from: must be a number",
	} {
		rows, err := all(strings.NewReader(csvRow(columns, cells+rest)), intake.CSV)
		if err != nil || len(rows) != 1 {
			t.Fatalf("%q: %d rows, %v", cells, len(rows), err)
		}
		got := ""
		if rows[0].Err != nil {
			got = rows[0].Err.Error()
		}
		if got != want {
			t.Errorf("%q: %s\nwant %s", cells, got, want)
		}
	}
}

// One row that is wrong leaves the others alone, and all that is wrong with it is
// said, with its number.
func TestAllFaultsOfARow(t *testing.T) {
	text := minimal + ",unit\na,-97,49,2017-02-05T02:00:00Z,1,\nb b,-197,91,yesterday,-1,people\nc,-97,49\nd,-97,49,2017-02-05T02:00:00Z,4,\n"
	rows, err := all(strings.NewReader(text), intake.CSV)
	if err != nil || len(rows) != 4 || rows[0].Err != nil || rows[3].Err != nil || rows[3].Report.ID != "d" {
		t.Fatalf("%v, %+v", err, rows)
	}
	var faults report.Faults
	if !errors.As(rows[1].Err, &faults) {
		t.Fatal(rows[1].Err)
	}
	var members []string
	for _, f := range faults {
		if f.Row != 2 {
			t.Errorf("%v is said of row %d", f, f.Row)
		}
		members = append(members, f.Member)
	}
	slices.Sort(members)
	if want := []string{"count_best", "id", "lat", "lon", "observed_start", "unit"}; !slices.Equal(members, want) {
		t.Errorf("faults of %q, want %q", members, want)
	}
	if got := rows[2].Err.Error(); got != "row 3: must have as many cells as the header, 6, and has 3" {
		t.Error(got)
	}
}
