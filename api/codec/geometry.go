package codec

import (
	"math"

	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
)

// decimals of a degree: about a centimetre (RFC 7946, section 11.2, and what a
// report keeps).
const places = 7

// appendPoint appends a Point, or null for what is no place.
func appendPoint(dst []byte, p orb.Point) []byte {
	if !finite(p[0]) || !finite(p[1]) {
		return append(dst, "null"...)
	}
	dst = append(dst, `{"type":"Point","coordinates":`...)
	return append(appendPosition(dst, p), '}')
}

func appendPosition(dst []byte, p orb.Point) []byte {
	dst = appendFixed(append(dst, '['), p[0], places)
	dst = appendFixed(append(dst, ','), p[1], places)
	return append(dst, ']')
}

// appendStretch appends the line of a stretch. A stretch without length, or
// outside its part, is the point where it begins; one of a part that the frontier
// does not have is null.
func appendStretch(dst []byte, f *frontier.Frontier, s frontier.Stretch) []byte {
	line := f.Slice(s)
	if len(line) < 2 {
		if f.Length(s.Part) == 0 {
			return append(dst, "null"...)
		}
		return appendPoint(dst, f.At(s.Part, s.From))
	}
	return appendLineString(dst, line)
}

// appendLineString appends a line of two points or more.
func appendLineString(dst []byte, line orb.LineString) []byte {
	dst = append(dst, `{"type":"LineString","coordinates":[`...)
	for i, p := range line {
		if i > 0 && i < len(line)-1 && same(p, line[i-1]) {
			continue
		}
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendPosition(dst, p)
	}
	return append(dst, "]}"...)
}

// same says whether two points are written alike.
func same(a, b orb.Point) bool {
	const scale = 1e7
	return math.Round(a[0]*scale) == math.Round(b[0]*scale) && math.Round(a[1]*scale) == math.Round(b[1]*scale)
}

// middle is the point half way along a stretch.
func middle(f *frontier.Frontier, s frontier.Stretch) (orb.Point, bool) {
	return f.At(s.Part, s.From+s.Length()/2), f.Length(s.Part) > 0
}

// appendLine is appendStretch, by the prepared line where the stretch is that of
// the segment with the index.
func (g ground) appendLine(dst []byte, segment int, s frontier.Stretch) []byte {
	if segment >= 0 && segment < len(g.lines) && g.frontier.Segments()[segment].Stretch == s {
		return append(dst, g.lines[segment]...)
	}
	return appendStretch(dst, g.frontier, s)
}
