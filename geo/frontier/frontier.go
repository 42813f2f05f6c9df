// Package frontier is the boundary line as a linear element (ISO 19148): two
// parts with a ruler, measured in metres along the WGS84 ellipsoid.
package frontier

import "github.com/paulmach/orb"

// Frontier is the line, immutable and safe for any number of goroutines. The
// zero value has no line: Locate fails on it and nothing else finds anything.
type Frontier struct {
	rulers   []ruler // by Part
	segments []Segment
}

// Limit is how far from the line a report may lie unless a setting says otherwise.
const Limit Meters = 25_000

// Line is one part as its source gives it: in the order of its measures, edges
// straight in longitude and latitude, at most 180 degrees of longitude each.
type Line struct {
	Part          Part
	Points        orb.LineString
	CanadaOnRight bool // seen in the direction of growing measures
}

// New builds the frontier from its lines, one a part, in any order, and cuts it
// into segments of the given length (the last of a part is shorter). A part may
// be left out. Fails on a line without length, a coordinate that is no place, a
// part given twice, and a segment shorter than 100 m.
func New(lines []Line, segment Meters) (*Frontier, error) {
	rulers, err := newRulers(lines)
	if err != nil {
		return nil, err
	}
	segments, err := cut(rulers, segment)
	if err != nil {
		return nil, err
	}
	return &Frontier{rulers: rulers, segments: segments}, nil
}

// Length is that of a part, 0 for one that the frontier does not have.
func (f *Frontier) Length(part Part) Meters {
	if r := f.ruler(part); r != nil {
		return r.length()
	}
	return 0
}

// At is the point at a measure of a part; outside [0, length] it is clamped. A
// part that the frontier does not have is at (0, 0).
func (f *Frontier) At(part Part, m Meters) orb.Point {
	if r := f.ruler(part); r != nil {
		return r.at(m)
	}
	return orb.Point{}
}

// Slice is the line of a stretch, clamped to the part: its two ends and the
// source's own points between them. It is nil when nothing is left.
func (f *Frontier) Slice(s Stretch) orb.LineString {
	if r := f.ruler(s.Part); r != nil {
		return r.slice(s.From, s.To)
	}
	return nil
}

func (f *Frontier) ruler(part Part) *ruler {
	for i := range f.rulers {
		if f.rulers[i].part == part {
			return &f.rulers[i]
		}
	}
	return nil
}
