package cql2

import (
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"
)

// String writes the filter as CQL2 text. Read again it is the same filter, but for
// text that ends in a backslash, which CQL2 text cannot hold.
func (n Node) String() string { return string(n.AppendText(nil)) }

// AppendText appends the filter as CQL2 text.
func (n Node) AppendText(dst []byte) []byte {
	switch n.Op {
	case And, Or:
		for i, a := range n.Args {
			if i > 0 {
				dst = append(append(append(dst, ' '), strings.ToUpper(string(n.Op))...), ' ')
			}
			dst = a.appendPart(dst)
		}
		return dst
	case Not:
		return n.Args[0].appendPart(append(dst, "NOT "...))
	case Equal, Unequal, Less, Most, Greater, Least, Like:
		return n.appendBetween(dst, " "+strings.ToUpper(string(n.Op))+" ")
	case Between:
		dst = n.Args[0].AppendText(dst)
		dst = n.Args[1].AppendText(append(dst, " BETWEEN "...))
		return n.Args[2].AppendText(append(dst, " AND "...))
	case In:
		return n.appendBetween(dst, " IN ")
	case IsNull:
		return append(n.Args[0].AppendText(dst), " IS NULL"...)
	case List:
		return n.appendCall(dst, "")
	case CaseI, Interval:
		return n.appendCall(dst, strings.ToUpper(string(n.Op)))
	}
	if len(n.Args) > 0 {
		return n.appendCall(dst, strings.ToUpper(string(n.Op)))
	}
	return n.appendValue(dst)
}

// appendPart appends a part of what is joined, in parentheses where it is joined
// itself.
func (n Node) appendPart(dst []byte) []byte {
	if n.Op == And || n.Op == Or {
		return append(n.AppendText(append(dst, '(')), ')')
	}
	return n.AppendText(dst)
}

func (n Node) appendBetween(dst []byte, operator string) []byte {
	return n.Args[1].AppendText(append(n.Args[0].AppendText(dst), operator...))
}

func (n Node) appendCall(dst []byte, name string) []byte {
	dst = append(append(dst, name...), '(')
	for i, a := range n.Args {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		if n.Op == Interval && a.Op != Property {
			dst = append(append(append(dst, '\''), a.moment()...), '\'')
			continue
		}
		dst = a.AppendText(dst)
	}
	return append(dst, ')')
}

func (n Node) appendValue(dst []byte) []byte {
	switch n.Op {
	case Property:
		return append(append(append(dst, '"'), n.Text...), '"')
	case Text:
		return appendLiteral(dst, n.Text)
	case Number:
		return strconv.AppendFloat(dst, n.Number, 'g', -1, 64)
	case Truth:
		return append(dst, strings.ToUpper(strconv.FormatBool(n.Truth))...)
	case Date, Timestamp:
		return append(dst, strings.ToUpper(string(n.Op))+"('"+n.moment()+"')"...)
	case BBox:
		dst = append(dst, "BBOX("...)
		for i, v := range n.Box {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = strconv.AppendFloat(dst, v, 'g', -1, 64)
		}
		return append(dst, ')')
	case Geometry:
		return append(dst, wkt.Marshal(n.Shape)...)
	}
	return dst
}

// moment is a date, a timestamp or an open end.
func (n Node) moment() string {
	switch n.Op {
	case Date:
		return n.Time.Format(time.DateOnly)
	case Timestamp:
		return n.Time.Format(time.RFC3339Nano)
	}
	return ".."
}

// appendLiteral appends text between quotes. A quote is written twice, but behind
// a backslash, which would be taken for its escape, with another backslash.
func appendLiteral(dst []byte, text string) []byte {
	dst = append(dst, '\'')
	for i := range len(text) {
		if text[i] == '\'' {
			mark := byte('\'')
			if i > 0 && text[i-1] == '\\' {
				mark = '\\'
			}
			dst = append(dst, mark)
		}
		dst = append(dst, text[i])
	}
	return append(dst, '\'')
}

// shapeJSON is a geometry as GeoJSON has it.
func shapeJSON(shape orb.Geometry) map[string]any {
	if c, ok := shape.(orb.Collection); ok {
		all := make([]any, len(c))
		for i := range c {
			all[i] = shapeJSON(c[i])
		}
		return map[string]any{"type": "GeometryCollection", "geometries": all}
	}
	return map[string]any{"type": shape.GeoJSONType(), "coordinates": shape}
}
