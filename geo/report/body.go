package report

import (
	"fmt"
	"math/bits"
	"strconv"
	"unicode/utf8"

	"frontierwatch/geo/frontier"
)

// AppendBody appends the canonical form of a valid report: the GeoJSON Feature
// that Decode reads, compact, its members in a fixed order, what has its default
// left out. Equal reports have equal bodies, byte for byte, and DecodeBody gives
// the report back. Times are kept to the millisecond, coordinates to seven
// decimals, metres to the centimetre, as Decode keeps them.
func AppendBody(dst []byte, r *Report) []byte {
	dst = append(dst, `{"type":"Feature","id":`...)
	dst = appendString(dst, r.ID)
	dst = append(dst, `,"geometry":`...)
	if p := r.Point; p != nil {
		dst = append(dst, `{"type":"Point","coordinates":[`...)
		dst = appendFixed(dst, fixed(p[0], 1e7), 7)
		dst = append(dst, ',')
		dst = appendFixed(dst, fixed(p[1], 1e7), 7)
		dst = append(dst, `]}`...)
	} else {
		dst = append(dst, `null`...)
	}
	dst = append(dst, `,"properties":{"observed_start":"`...)
	dst = append(AppendTime(dst, r.Start), '"')
	dst = appendWhen(dst, r)
	dst = appendCount(dst, r.Count)
	dst = appendWord(dst, `,"unit":`, string(r.Unit))
	dst = appendWord(dst, `,"direction":`, string(r.Direction))
	dst = appendWord(dst, `,"relation":`, string(r.Relation))
	dst = appendWord(dst, `,"source":`, r.Source)
	dst = appendWord(dst, `,"source_ref":`, r.SourceRef)
	dst = appendWord(dst, `,"status":`, string(r.Status))
	dst = appendWord(dst, `,"tlp":`, string(r.TLP))
	if len(r.Overlaps) > 0 {
		dst = appendList(append(dst, `,"overlaps":`...), r.Overlaps)
	}
	if r.Releasable != 0 {
		dst = appendList(append(dst, `,"releasable_to":`...), r.Releasable.Names())
	}
	dst = appendWhere(dst, r)
	return append(dst, `}}`...)
}

// appendWhen appends the times that are not there in every report.
func appendWhen(dst []byte, r *Report) []byte {
	if !r.End.Equal(r.Start) {
		dst = append(dst, `,"observed_end":"`...)
		dst = append(AppendTime(dst, r.End), '"')
	}
	if !r.Published.IsZero() {
		dst = append(dst, `,"published":"`...)
		dst = append(AppendTime(dst, r.Published), '"')
	}
	return dst
}

func appendCount(dst []byte, n Count) []byte {
	dst = strconv.AppendInt(append(dst, `,"count_best":`...), n.Best, 10)
	if n.Min != n.Best {
		dst = strconv.AppendInt(append(dst, `,"count_min":`...), n.Min, 10)
	}
	if n.Max != n.Best {
		dst = strconv.AppendInt(append(dst, `,"count_max":`...), n.Max, 10)
	}
	return dst
}

// appendWhere appends what is said of the place beside a point.
func appendWhere(dst []byte, r *Report) []byte {
	if u := r.Uncertainty; u != nil {
		dst = appendFixed(append(dst, `,"uncertainty_m":`...), fixed(float64(*u), 100), 2)
	}
	s := r.Stretch
	if s == nil {
		return dst
	}
	dst = append(dst, `,"stretch":{"part":`...)
	dst = appendString(dst, s.Part.String())
	dst = appendKM(append(dst, `,"km_from":`...), s.From)
	dst = appendKM(append(dst, `,"km_to":`...), s.To)
	return append(dst, '}')
}

// appendKM appends metres as kilometres, to the centimetre.
func appendKM(dst []byte, m frontier.Meters) []byte {
	return appendFixed(dst, fixed(float64(m), 100), 5)
}

func appendList(dst []byte, list []string) []byte {
	dst = append(dst, '[')
	for i, s := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendString(dst, s)
	}
	return append(dst, ']')
}

// appendWord appends a member that is a string, unless it is empty.
func appendWord(dst []byte, name, value string) []byte {
	if value == "" {
		return dst
	}
	return appendString(append(dst, name...), value)
}

// appendString appends a JSON string. Bytes that are not UTF-8 become U+FFFD.
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	from := len(dst)
	dst = append(append(dst, s...), '"')
	for rest := canonical(dst[from:]); ; rest = rest[8:] {
		switch found := unlike(rest.eight()); {
		case found == 0:
		case bits.TrailingZeros64(found)/8 == len(rest)-1: // the closing quote
			return dst
		default:
			return append(appendEscaped(dst[:from], s), '"')
		}
	}
}

// appendEscaped appends what is within the quotes.
func appendEscaped(dst []byte, s string) []byte {
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			dst = append(dst, '\\', byte(r))
		case r < ' ':
			dst = fmt.Appendf(dst, `\u%04x`, r)
		default:
			dst = utf8.AppendRune(dst, r)
		}
	}
	return dst
}

// DecodeBody reads what AppendBody wrote. It does not validate again what was
// accepted once, but fails on what is no report at all.
func DecodeBody(body []byte) (r Report, err error) {
	err = ReadBody(body, &r)
	return r, err
}

// ReadBody is DecodeBody into a report that nobody else holds any more: its room is
// used again where it can be, its texts where they are the same, so that most bodies
// of a long log cost no memory. What r was is gone, whatever is returned.
func ReadBody(body []byte, r *Report) error {
	if canonical(body).report(r) {
		return nil
	}
	*r = Report{}
	d := decode(body)
	switch {
	case d.err != nil:
		return d.err
	case len(d.faults) > 0:
		return d.faults
	}
	*r = d.report
	return nil
}
