package frontier

import (
	"fmt"

	"github.com/paulmach/orb"
)

// Meters is a length or a measure in metres on the WGS84 ellipsoid.
type Meters float64

// KM returns the length in kilometres, the unit in which people read measures.
func (m Meters) KM() float64 { return float64(m) / 1000 }

// KM returns km kilometres as Meters.
func KM(km float64) Meters { return Meters(km * 1000) }

// Part names one of the two linear elements (ISO 19148) of the frontier.
// The zero value is Main.
type Part uint8

const (
	Main   Part = iota // Atlantic to Pacific
	Alaska             // Arctic to Pacific
)

// Parts lists every part in the order in which segments are numbered.
var Parts = [...]Part{Main, Alaska}

func (p Part) String() string {
	switch p {
	case Main:
		return "main"
	case Alaska:
		return "alaska"
	}
	return fmt.Sprintf("part(%d)", uint8(p))
}

// ParsePart reads the name that String writes.
func ParsePart(s string) (Part, error) {
	for _, p := range Parts {
		if p.String() == s {
			return p, nil
		}
	}
	return 0, fmt.Errorf("part %q is not one of main, alaska", s)
}

// Side tells on which side of the line a place lies. The zero value is On.
type Side int8

const (
	On Side = iota // on the line itself
	CA             // Canada
	US             // United States
)

func (s Side) String() string {
	switch s {
	case CA:
		return "CA"
	case US:
		return "US"
	}
	return ""
}

// Stretch is the half-open interval of measures [From, To) on one part.
type Stretch struct {
	Part     Part
	From, To Meters
}

// Length is 0 or less for a stretch that holds nothing.
func (s Stretch) Length() Meters { return s.To - s.From }

// Overlaps says whether two stretches share more than an end.
func (s Stretch) Overlaps(o Stretch) bool {
	return s.Part == o.Part && s.From < o.To && o.From < s.To
}

func (s Stretch) String() string {
	return fmt.Sprintf("%s km %.1f–%.1f", s.Part, s.From.KM(), s.To.KM())
}

// Segment is a fixed cut of a part. Index counts all segments from 0, those of
// Main first, each part in the order of its measures.
type Segment struct {
	Index   int
	ID      string // main-0123: the part and the number of the cut on it
	Stretch Stretch
	Name    string // nearest place or feature, may be empty
	AdminCA string // province or territory, ISO 3166-2 without "CA-"
	AdminUS string // state, ISO 3166-2 without "US-"
}

// Place is a position relative to the frontier.
type Place struct {
	Part    Part
	Measure Meters // along the part from its origin
	Offset  Meters // from the line, positive towards Canada
	Side    Side
	Segment int // Index of the segment that holds Measure
	Nearest orb.Point
}

// TooFarError says that a point lies outside the corridor along the frontier.
type TooFarError struct {
	Point    orb.Point
	Distance Meters // to the nearest point of the line
	Limit    Meters
}

func (e *TooFarError) Error() string {
	return fmt.Sprintf("point (%.5f, %.5f) is %.1f km from the frontier, more than the %.0f km allowed",
		e.Point[0], e.Point[1], e.Distance.KM(), e.Limit.KM())
}
