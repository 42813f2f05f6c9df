package codec

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/guard"
	"frontierwatch/geo/report"
)

// separator stands between the elements of a list in one field.
const separator = ';'

// appendHeader appends the names of the columns: id, lon, lat and the properties,
// as far as they are selected; and tlp, if rows bear a label that is none of these.
func (t *table[T]) appendHeader(dst []byte, only Selection, label report.TLP) []byte {
	dst = append(dst, "id"...)
	if t.lonlat != nil && !only.NoGeometry {
		dst = append(dst, ",lon,lat"...)
	}
	for i := range t.columns {
		if only.Has(i) {
			dst = append(append(dst, ','), t.columns[i].Name...)
		}
	}
	if label != "" {
		dst = append(dst, ",tlp"...)
	}
	return append(dst, "\r\n"...)
}

// appendRow appends one row. What is null is an empty field. lon and lat are the
// point, or the middle of a line; of a report without a point they are empty.
func (t *table[T]) appendRow(dst []byte, f *frontier.Frontier, v *T, only Selection, label report.TLP) []byte {
	dst = appendField(dst, t.id(v))
	if t.lonlat != nil && !only.NoGeometry {
		if p, ok := t.lonlat(f, v); ok && finite(p[0]) && finite(p[1]) {
			dst = appendFixed(append(dst, ','), p[0], places)
			dst = appendFixed(append(dst, ','), p[1], places)
		} else {
			dst = append(dst, ",,"...)
		}
	}
	s := subject[T]{v, f}
	for i := range t.columns {
		if only.Has(i) {
			dst = t.columns[i].appendCSV(append(dst, ','), s)
		}
	}
	if label != "" {
		dst = append(append(dst, ','), label...)
	}
	return append(dst, "\r\n"...)
}

// appendCSV appends the value of a property, nothing where there is none.
func (c *column[T]) appendCSV(dst []byte, s subject[T]) []byte {
	switch {
	case c.text != nil:
		return appendField(dst, c.text(s))
	case c.count != nil:
		if n := c.count(s); n > 0 {
			return c.appendJoined(dst, s, n)
		}
	case c.whole != nil:
		if n, ok := c.whole(s); ok {
			return appendInteger(dst, n)
		}
	case c.real != nil:
		switch v := c.real(s); {
		case !finite(v):
		case c.significant > 0:
			return appendSignificant(dst, v, c.significant)
		default:
			return appendFixed(dst, v, c.decimals)
		}
	case c.truth != nil:
		if t := c.truth(s); t != guard.Unknown {
			return strconv.AppendBool(dst, t == guard.Yes)
		}
	case c.instant != nil:
		switch t := c.instant(s); {
		case !writable(t):
		case c.Format == "date":
			return appendDay(dst, t)
		default:
			return appendInstant(dst, t)
		}
	}
	return dst
}

// appendJoined appends a list of n elements as one field.
func (c *column[T]) appendJoined(dst []byte, s subject[T], n int) []byte {
	start := len(dst)
	clean := true
	for i := range n {
		if i > 0 {
			dst = append(dst, separator)
		}
		element := c.element(s, i)
		clean = clean && bare(element)
		dst = append(dst, element...)
	}
	if clean {
		return dst
	}
	return appendField(dst[:start], string(dst[start:]))
}

// appendField appends text as a field, in quotes where RFC 4180 wants them. Text
// that a spreadsheet would take for a formula gets an apostrophe before it, which
// makes it text there. What is not UTF-8 becomes U+FFFD.
func appendField(dst []byte, s string) []byte {
	if bare(s) {
		return append(dst, s...)
	}
	if !utf8.ValidString(s) {
		s = string([]rune(s))
	}
	quoted := strings.ContainsAny(s, "\",\r\n") || s[0] == ' ' || s[0] == '\t'
	if quoted {
		dst = append(dst, '"')
	}
	if formula(s) {
		dst = append(dst, '\'')
	}
	if !quoted {
		return append(dst, s...)
	}
	for i := range len(s) {
		if s[i] == '"' {
			dst = append(dst, '"')
		}
		dst = append(dst, s[i])
	}
	return append(dst, '"')
}

// bare says that text can stand as it is, as most can: it has only plain ASCII,
// no comma, and begins with what no spreadsheet takes for a formula.
func bare(s string) bool {
	for i := range len(s) {
		if b := s[i]; b == ',' || !plain(b) {
			return false
		}
	}
	return s == "" || s[0] != ' ' && !formula(s)
}

// formula says whether a spreadsheet may take text for a formula: by its first
// character, in the usual and in the full width.
func formula(s string) bool {
	switch s[0] {
	case '=', '+', '-', '@', '\t', '\r', '\n':
		return true
	}
	for _, wide := range [...]string{"＝", "＋", "－", "＠"} {
		if strings.HasPrefix(s, wide) {
			return true
		}
	}
	return false
}
