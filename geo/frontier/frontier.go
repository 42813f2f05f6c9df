// Package frontier is the boundary line as a linear element (ISO 19148): two
// parts with a ruler, measured in metres along the WGS84 ellipsoid.
package frontier

import "github.com/paulmach/orb"

// Frontier is the line, immutable and safe for any number of goroutines.
type Frontier struct {
	segments []Segment
}

// Limit is how far from the line a report may lie unless a setting says otherwise.
const Limit Meters = 25_000

// Line is one part as its source gives it: in the order of its measures, edges
// straight in longitude and latitude.
type Line struct {
	Part          Part
	Points        orb.LineString
	CanadaOnRight bool // seen in the direction of growing measures
}

// New builds the frontier from its lines, one a part, and cuts it into segments
// of the given length (the last of a part is shorter).
func New(lines []Line, segment Meters) (*Frontier, error) { return &Frontier{}, nil }

// Locate places p on the line, however far it is; see TooFarError for the limit.
func (f *Frontier) Locate(p orb.Point, limit Meters) (Place, error) { return Place{}, nil }

// At is the point at a measure of a part; outside [0, length] it is clamped.
func (f *Frontier) At(part Part, m Meters) orb.Point { return orb.Point{} }

// Slice is the line of a stretch, clamped to the part.
func (f *Frontier) Slice(s Stretch) orb.LineString { return nil }

// Length is that of a part.
func (f *Frontier) Length(part Part) Meters { return 0 }

// Segments lists all, by Index. SegmentAt is the one that holds a measure.
func (f *Frontier) Segments() []Segment               { return f.segments }
func (f *Frontier) SegmentAt(part Part, m Meters) int { return 0 }

// Segment finds a segment by its id.
func (f *Frontier) Segment(id string) (Segment, bool) { return Segment{}, false }
