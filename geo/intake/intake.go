// Package intake reads files of reports as streams: one row after the other, in
// the memory of one row, whatever the length of the file.
//
// Every row stands for itself. One that is wrong says everything that is wrong
// with it, and the next one is read. The rules are those of report.Decode, for
// each format.
//
// CSV is that of RFC 4180 in UTF-8: commas, cells in double quotes where they hold
// a comma, a quote or a line break, rows that end with CRLF or LF. The first row
// names the columns: id, lon, lat, part, km_from, km_to and the other properties
// of a report, in any order; what answers add is passed over. An empty cell is a
// member that is missing, blanks around a cell are not part of it, and overlaps and
// releasable_to are lists with spaces or semicolons between. A row with nothing in
// it is no row. The apostrophe that keeps a spreadsheet from taking a text for a
// formula ('=, '+, '-, '@) is taken off.
package intake

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"frontierwatch/geo/report"
)

// MaxRow is the length of the longest row, in bytes: 1 MiB. What stands before the
// features of a FeatureCollection, and each member behind them, is held to it too.
const MaxRow = 1 << 20

// Format is how a file is written.
type Format string

const (
	Auto       Format = "auto"       // look at the beginning
	CSV        Format = "csv"        // RFC 4180, with a header
	GeoJSON    Format = "geojson"    // RFC 7946: a FeatureCollection, or one Feature
	GeoJSONSeq Format = "geojsonseq" // RFC 8142: a record separator before each Feature; without any it is NDJSON
	NDJSON     Format = "ndjson"     // a Feature on each line
)

// Formats lists them. The slice is the caller's own.
func Formats() []Format { return []Format{Auto, CSV, GeoJSON, GeoJSONSeq, NDJSON} }

// Row is one report of a file.
type Row struct {
	Number int // from 1; a CSV's header and lines with nothing on them are not counted
	Line   int // of the file on which it begins, from 1
	Report report.Report
	// Err is nil for a valid report. Else it is report.Faults, each with Row and,
	// in a CSV, the column as Member; or it wraps a *report.SyntaxError, whose
	// offset is from the beginning of the row. Report then holds what could be read.
	Err error
}

// BrokenError says that a file cannot be read any further: it ends in the middle
// of a row, a row is longer than MaxRow, or the text does not hang together. The
// rows before that are whole.
type BrokenError struct {
	Row    int // in which it breaks
	Line   int // on which, or where that row begins if it is too long
	Detail string
	Err    error // of the reader below, may be nil
}

func (e *BrokenError) Error() string {
	s := fmt.Sprintf("row %d (line %d): %s", e.Row, e.Line, e.Detail)
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *BrokenError) Unwrap() error { return e.Err }

// Reader reads the rows of one file. It is for one goroutine.
type Reader struct {
	source   source
	defaults report.Defaults
	format   Format
	number   int // of the last row that was begun
	read     func() (Row, error)
	err      error // the last that Next said

	cells  cells      // of a CSV
	sheet  sheet      // of a CSV
	within collection // of GeoJSON
}

// New makes a reader of a file in a format, Auto to find it out. d is what rows
// get that do not say it themselves; with an empty d.ID those without an id keep
// none. A byte order mark before the text is passed over.
func New(r io.Reader, f Format, d report.Defaults) *Reader {
	return &Reader{source: source{from: r, line: 1}, defaults: d, format: f}
}

// Next reads the next row. It returns io.EOF at the proper end of the file and a
// *BrokenError, or report.Faults about the header of a CSV, where the file itself
// is broken. After an error it returns the same again.
func (r *Reader) Next() (Row, error) {
	if r.err == nil && r.read == nil {
		r.err = r.open()
	}
	if r.err != nil {
		return Row{}, r.err
	}
	row, err := r.read()
	if err != nil {
		r.err = err
		return Row{}, err
	}
	return row, nil
}

// Format is what the file was found to be. It is that given to New before the
// first call of Next.
func (r *Reader) Format() Format { return r.format }

// open finds out the format and reads what stands before the first row.
func (r *Reader) open() error {
	if err := r.source.skipMark(); err != nil {
		return r.broken(err.Error())
	}
	if r.format == Auto {
		r.format = r.source.detect()
	}
	switch r.format {
	case CSV:
		r.read = r.csvRow
		return r.header()
	case GeoJSON:
		r.read = r.feature
	case GeoJSONSeq:
		r.read = r.line(separator)
		if c, ok := r.source.peekSolid(); ok && c != separator {
			r.read = r.line('\n')
		}
	case NDJSON:
		r.read = r.line('\n')
	default:
		return fmt.Errorf("the format must be one of %v", Formats())
	}
	return nil
}

// decode reads the text of one row, the number of which it counts.
func (r *Reader) decode(text []byte, line int) Row {
	r.number++
	row := Row{Number: r.number, Line: line}
	row.Report, row.Err = report.Decode(text, r.defaults)
	if faults, ok := errors.AsType[report.Faults](row.Err); ok {
		row.Err = inRow(faults, r.number)
	} else if row.Err != nil {
		row.Err = fmt.Errorf("row %d (line %d): %w", row.Number, line, row.Err)
	}
	return row
}

func inRow(faults report.Faults, number int) report.Faults {
	for i := range faults {
		faults[i].Row = number
	}
	return faults
}

// broken says that the file breaks in the row behind the last one.
func (r *Reader) broken(detail string) error {
	return &BrokenError{Row: r.number + 1, Line: r.source.line, Detail: detail}
}

// stopped says why the source gives no more in the middle of a row.
func (r *Reader) stopped() error {
	switch err := r.source.err; err {
	case nil:
		return r.long()
	case io.EOF:
		return r.broken("the file ends in the middle of it")
	default:
		return &BrokenError{Row: r.number + 1, Line: r.source.line, Detail: "it could not be read to its end", Err: err}
	}
}

// long says that the row is too long, and where it begins.
func (r *Reader) long() error {
	row := bytes.TrimLeft(r.source.row(), space)
	begin := r.source.line - bytes.Count(row, []byte{'\n'})
	return &BrokenError{Row: r.number + 1, Line: begin, Detail: "it is longer than a row may be, 1 MiB"}
}

// ended is what there is to say where a row would begin and the source gives no
// more.
func (r *Reader) ended() error {
	if r.source.err == io.EOF {
		return io.EOF
	}
	return r.stopped()
}
