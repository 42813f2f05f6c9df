package intake

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"frontierwatch/geo/report"
)

// csvRow reads the next row of a CSV. It is written as the Feature that it stands
// for, so that one set of rules holds for all formats.
func (r *Reader) csvRow() (Row, error) {
	for {
		r.source.begin()
		line := r.source.line
		more, quoted := r.cells.read(&r.source)
		switch {
		case quoted, !more && r.source.err != io.EOF:
			return Row{}, r.stopped()
		case r.source.long():
			return Row{}, r.long()
		case r.cells.empty() && more:
			continue
		case r.cells.empty():
			return Row{}, io.EOF
		case !more && r.cells.count() < len(r.sheet.columns):
			return Row{}, r.stopped()
		}
		return r.record(line), nil
	}
}

// record is the row whose cells were read.
func (r *Reader) record(line int) Row {
	t := &r.sheet
	if faults := t.take(&r.cells); faults != nil {
		r.number++
		return Row{Number: r.number, Line: line, Err: inRow(faults, r.number)}
	}
	t.write()
	row := r.decode(t.body, line)
	if faults, ok := errors.AsType[report.Faults](row.Err); ok {
		for i := range faults {
			t.rename(&faults[i])
		}
	}
	return row
}

// take sorts the cells into the columns. Its faults are those of the row as CSV.
func (t *sheet) take(c *cells) (faults report.Faults) {
	refuse := func(member, detail string) {
		faults = append(faults, report.Fault{Member: member, Detail: detail})
	}
	if c.count() != len(t.columns) {
		refuse("", fmt.Sprintf("must have as many cells as the header, %d, and has %d", len(t.columns), c.count()))
		return faults
	}
	if c.stray >= 0 {
		refuse(columns[t.columns[c.stray]].name, `has a quote where none may be; a cell with quotes stands in quotes, and each " in it is ""`)
	}
	for i, k := range t.columns {
		t.values[k] = nil
		if cell := trimmed(c.cell(i)); len(cell) > 0 && columns[k].kind != passed {
			t.values[k] = cell
			if !utf8.Valid(cell) {
				refuse(columns[k].name, "is not UTF-8; save the file in that encoding")
			}
		}
	}
	return faults
}

// trimmed is a cell without the blanks around it.
func trimmed(cell []byte) []byte { return bytes.Trim(cell, " \t") }

// write writes the row as a Feature.
func (t *sheet) write() {
	dst := append(t.body[:0], `{"type":"Feature"`...)
	if t.values[columnID] != nil {
		dst = t.value(append(dst, `,"id":`...), columnID)
	}
	dst = append(dst, `,"geometry":`...)
	if t.values[columnLon] != nil || t.values[columnLat] != nil {
		dst = t.value(append(dst, `{"type":"Point","coordinates":[`...), columnLon)
		dst = t.value(append(dst, ','), columnLat)
		dst = append(dst, "]}"...)
	} else {
		dst = append(dst, "null"...)
	}
	dst = append(dst, `,"properties":{`...)
	for k := columnPlain; k < len(columns); k++ {
		if t.values[k] != nil {
			dst = append(t.member(dst, k), ',')
		}
	}
	if t.stretch() {
		dst = t.member(append(dst, `"stretch":{`...), columnPart)
		dst = t.member(append(dst, ','), columnFrom)
		dst = t.member(append(dst, ','), columnTo)
		dst = append(dst, "},"...)
	}
	t.body = append(bytes.TrimSuffix(dst, []byte{','}), "}}"...)
}

// stretch says whether the row gives one. part alone does not: answers have it for
// a point too.
func (t *sheet) stretch() bool { return t.values[columnFrom] != nil || t.values[columnTo] != nil }

func (t *sheet) member(dst []byte, k int) []byte {
	dst = append(append(append(dst, '"'), columns[k].name...), `":`...)
	return t.value(dst, k)
}

// value appends a cell as JSON, null if there is none. A number that JSON would not
// write so becomes a string, which is then found to be no number.
func (t *sheet) value(dst []byte, k int) []byte {
	cell := t.values[k]
	switch {
	case cell == nil:
		return append(dst, "null"...)
	case columns[k].kind == list:
		return appendList(dst, plain(cell))
	case columns[k].kind == number && (cell[0] == '-' || cell[0]-'0' <= 9) && json.Valid(cell):
		return append(dst, cell...)
	}
	return appendString(dst, plain(cell))
}

// plain takes off the apostrophe before what a spreadsheet would take for a formula.
func plain(cell []byte) []byte {
	if len(cell) > 1 && cell[0] == '\'' && strings.IndexByte("=+-@", cell[1]) >= 0 {
		return cell[1:]
	}
	return cell
}

func appendList(dst, cell []byte) []byte {
	dst = append(dst, '[')
	for i, entry := range bytes.FieldsFunc(cell, func(r rune) bool { return r == ';' || r == ' ' }) {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendString(dst, entry)
	}
	return append(dst, ']')
}

// appendString appends UTF-8 as a JSON string.
func appendString(dst, s []byte) []byte {
	dst = append(dst, '"')
	for _, c := range s {
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c < ' ':
			dst = fmt.Appendf(dst, `\u%04x`, c)
		default:
			dst = append(dst, c)
		}
	}
	return append(dst, '"')
}

// rename says a fault of the Feature in the words of the file.
func (t *sheet) rename(f *report.Fault) {
	switch f.Member {
	case "/geometry":
		f.Member, f.Detail = columns[columnLon].name, placeless
		return
	case "/properties/stretch":
		f.Member, f.Detail = columns[columnFrom].name, "gives a stretch beside lon and lat; give one of them"
		return
	}
	for k := range columns {
		c := &columns[k]
		rest, ok := strings.CutPrefix(f.Member, c.pointer)
		if c.kind == passed || !ok || rest != "" && rest[0] != '/' {
			continue
		}
		f.Member = c.name
		if t.values[k] == nil && k < columnPlain && k != columnID {
			f.Detail = placeless
		}
		if c.kind == list && rest != "" {
			n, _ := strconv.Atoi(rest[1:])
			f.Detail = fmt.Sprintf("entry %d %s", n+1, f.Detail)
		}
		return
	}
}
