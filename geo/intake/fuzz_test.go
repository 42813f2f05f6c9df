package intake_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"frontierwatch/geo/intake"
	"frontierwatch/geo/report"
)

// seeds are files in each format, and what is near to them.
func seeds(f *testing.F) {
	for _, format := range formats() {
		text := wholeFile(format).text
		f.Add([]byte(text))
		f.Add([]byte(text[:len(text)/2]))
		f.Add([]byte("\ufeff" + strings.ReplaceAll(text, "\n", "\r\n")))
	}
	for _, text := range []string{
		"", "\x1e", "\x1e\x1e{}", "{}", "{}\n{}", "[", `{"features":[`, `{"features":[]}`, `{"type":"FeatureCollection","features":[{},7,"]",[[]]]}`,
		`{"a":"\"","features":{},"type":"FeatureCollection"}`, `{"\u0066eatures":[{}]}`, "\xff\xfei\x00", minimal, minimal + "\n\"", minimal + "\n,,,,\n\"a\"\"\",,,,\n",
		minimal + ",overlaps\n" + minimalCells + ",b;c d\n", minimal + "\r" + minimalCells, minimal + "\n" + minimalCells + "\r\r\n" + `"a"b,,,,`,
	} {
		f.Add([]byte(text))
	}
}

func unmarked(text []byte) []byte { return bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")) }

func utf16(text []byte) bool {
	return bytes.HasPrefix(text, []byte("\xff\xfe")) || bytes.HasPrefix(text, []byte("\xfe\xff"))
}

// sound says what must hold of the rows of any file.
func sound(t *testing.T, text []byte, f intake.Format) ([]intake.Row, error) {
	rows, err := all(bytes.NewReader(text), f)
	line := 1
	for i, row := range rows {
		if row.Number != i+1 || row.Line < line || row.Line > 1+bytes.Count(text, []byte("\n")) {
			t.Fatalf("%s: row %d is numbered %d, on line %d behind %d", f, i+1, row.Number, row.Line, line)
		}
		line = row.Line
		if faults, ok := errors.AsType[report.Faults](row.Err); ok {
			for _, fault := range faults {
				if fault.Row != row.Number {
					t.Fatalf("%s: %v is said in row %d", f, fault, row.Number)
				}
			}
		} else if row.Err == nil {
			kept := row.Report
			if kept.ID == "" {
				kept.ID = "x"
			}
			if faults := report.Validate(kept, given().Now); faults != nil {
				t.Fatalf("%s: row %d is not valid: %v", f, row.Number, faults)
			}
		}
	}
	if broken, ok := errors.AsType[*intake.BrokenError](err); ok && broken.Row != len(rows)+1 {
		t.Fatalf("%s: %d rows, and then %v", f, len(rows), err)
	}
	if got, want := rowsAndEnd(all(iotest.OneByteReader(bytes.NewReader(text)), f)), rowsAndEnd(rows, err); got != want {
		t.Fatalf("%s, byte by byte:\n%s\nwant\n%s", f, got, want)
	}
	return rows, err
}

// The format that is found out reads the file as it does when it is asked for.
func FuzzAuto(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		rows, err := sound(t, text, intake.Auto)
		r := intake.New(bytes.NewReader(text), intake.Auto, given())
		r.Next()
		if format := r.Format(); format != intake.Auto {
			if want := rowsAndEnd(all(bytes.NewReader(text), format)); rowsAndEnd(rows, err) != want {
				t.Fatalf("found out: %s\nas %s: %s", rowsAndEnd(rows, err), format, want)
			}
		}
	})
}

// Where encoding/csv reads a table, the rows and their cells are the same.
func FuzzCSV(f *testing.F) {
	for _, rows := range []string{
		minimalCells + ",ref\n", minimalCells + `,"a ""b"", c"` + "\r\n\r\n,,,,,\n" + minimalCells + ",", minimalCells + ",\"a\r\nb\"\n" + minimalCells,
		`"` + minimalCells, minimalCells + `,"a"b`, minimalCells + `,a"b`, minimalCells + ",'=1+1", minimalCells + ",\xff", ",,,,,,", minimalCells + ",\t'-\r\r\n\r",
	} {
		f.Add([]byte(rows))
	}
	const header = minimal + ",source_ref\n"
	f.Fuzz(func(t *testing.T, text []byte) {
		text = append([]byte(header), text...)
		rows, err := sound(t, text, intake.CSV)
		table, ok := csvTable(text)
		if !ok {
			return
		}
		table = table[1:]
		if _, broken := errors.AsType[*intake.BrokenError](err); broken && len(table) > 0 && len(table[len(table)-1]) < 6 {
			table, err = table[:len(table)-1], nil // the last row is cut
		}
		if err != nil || len(rows) != len(table) {
			t.Fatalf("%d rows, and %v, but encoding/csv reads %q", len(rows), err, table)
		}
		for i, cells := range table {
			if wrong := fmt.Sprintf("row %d: must have as many cells as the header, 6, and has %d", i+1, len(cells)); len(cells) != 6 {
				if rows[i].Err == nil || rows[i].Err.Error() != wrong {
					t.Fatalf("%v, but encoding/csv reads %q", rows[i].Err, cells)
				}
			} else if r := rows[i].Report; rows[i].Err == nil && (r.ID != trimmed(cells[0]) || r.SourceRef != trimmed(cells[5])) {
				t.Fatalf("%q and %q, but encoding/csv reads %q", r.ID, r.SourceRef, cells)
			}
		}
	})
}

// trimmed is a cell without the blanks around it and the apostrophe before what
// a spreadsheet would take for a formula.
func trimmed(cell string) string {
	cell = strings.Trim(cell, " \t")
	if rest, ok := strings.CutPrefix(cell, "'"); ok && strings.IndexAny(rest, "=+-@") == 0 {
		return rest
	}
	return cell
}

// csvTable is what encoding/csv reads, without rows in which there is nothing.
func csvTable(text []byte) (table [][]string, ok bool) {
	r := csv.NewReader(bytes.NewReader(text))
	r.FieldsPerRecord = -1
	for {
		cells, err := r.Read()
		if err == io.EOF {
			return table, true
		}
		if err != nil {
			return nil, false
		}
		if strings.Trim(strings.Join(cells, ""), " \t\r\n") != "" {
			table = append(table, cells)
		}
	}
}

// Where the text is JSON, its features are those that encoding/json finds.
func FuzzGeoJSON(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		rows, err := sound(t, text, intake.GeoJSON)
		text = unmarked(text)
		if !json.Valid(text) {
			if err == nil && len(rows) == 0 {
				t.Fatalf("%q is no JSON, and nothing is said", text)
			}
			return
		}
		var object map[string]json.RawMessage
		var features []json.RawMessage
		if json.Unmarshal(text, &object) != nil || bytes.Contains(text, []byte(`\u`)) {
			return
		}
		if err == nil && json.Unmarshal(object["features"], &features) == nil && features != nil && len(rows) != len(features) {
			t.Fatalf("%d rows, want %d", len(rows), len(features))
		}
	})
}

// The rows are the lines in which there is something, or the records between the
// separators, but for the last one, which may be cut.
func FuzzLines(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, c := range []struct {
			format  intake.Format
			between string
		}{{intake.NDJSON, "\n"}, {intake.GeoJSONSeq, "\x1e"}} {
			rows, err := sound(t, text, c.format)
			plain := unmarked(text)
			if solid := bytes.TrimLeft(plain, " \t\r\n"); c.format == intake.GeoJSONSeq && len(solid) > 0 && solid[0] != 0x1e {
				c.between = "\n"
			}
			var want [][]byte
			for part := range bytes.SplitSeq(plain, []byte(c.between)) {
				if part = bytes.Trim(part, " \t\r\n"); len(part) > 0 {
					want = append(want, part)
				}
			}
			if _, broken := errors.AsType[*intake.BrokenError](err); broken && len(want) > 0 {
				want = want[:len(want)-1]
			}
			if len(rows) != len(want) && !utf16(text) {
				t.Fatalf("%s: %d rows (%v), want %q", c.format, len(rows), err, want)
			}
			for i := range rows {
				r, err := report.Decode(want[i], given())
				if (err == nil) != (rows[i].Err == nil) || err == nil && r.ID != rows[i].Report.ID {
					t.Fatalf("%s, row %d: %v, but alone %v", c.format, i+1, rows[i].Err, err)
				}
			}
		}
	})
}
