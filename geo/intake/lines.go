package intake

import (
	"bytes"
	"errors"
	"io"

	"frontierwatch/geo/report"
)

// line reads rows with a byte between them: a line feed, or the separator of a
// text sequence, which can stand in no JSON text. So a row that is no JSON does
// not hide the next one. What is cut is told from what is wrong by the place: only
// the last row can be cut with the file.
func (r *Reader) line(between byte) func() (Row, error) {
	return func() (Row, error) {
		for {
			r.source.begin()
			line := r.source.line
			more := r.source.until(between)
			if !more && r.source.err != io.EOF {
				return Row{}, r.stopped()
			}
			text := r.source.row()
			if more {
				text = text[:len(text)-1]
			}
			solid := bytes.TrimLeft(text, space)
			if len(solid) > 0 {
				line += bytes.Count(text[:len(text)-len(solid)], []byte{'\n'})
				return r.delimited(bytes.TrimRight(solid, space), line, more)
			}
			if !more {
				return Row{}, io.EOF
			}
		}
	}
}

// space is what JSON takes for white space.
const space = " \t\r\n"

// delimited is the row of a text; the file ends with it if there is no more.
func (r *Reader) delimited(text []byte, line int, more bool) (Row, error) {
	if len(text) > MaxRow {
		return Row{}, r.long()
	}
	row := r.decode(text, line)
	if syntax, ok := errors.AsType[*report.SyntaxError](row.Err); ok && syntax.Cut && !more {
		r.number--
		return Row{}, r.stopped()
	}
	return row, nil
}
