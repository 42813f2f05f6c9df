// Package guard knows what guards the frontier: ports of entry with their
// opening hours on either side, and other posts; and from these which measures
// are guarded at an instant or over a window.
package guard

import (
	"time"

	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
)

// Tri is yes, no, or not known. The zero value is not known, which is never
// read as yes.
type Tri int8

const (
	Unknown Tri = iota
	Yes
	No
)

func (t Tri) String() string {
	switch t {
	case Yes:
		return "yes"
	case No:
		return "no"
	}
	return "unknown"
}

// Port is a port of entry. Its two halves belong to two agencies that keep
// their own hours.
type Port struct {
	ID      string // slug: "emerson-pembina"
	Name    string // "Emerson–Pembina"
	NameCA  string
	NameUS  string
	CodeUS  string // four digits, U.S. Customs and Border Protection
	CodeCA  string // three digits, Canada Border Services Agency
	Point   orb.Point
	Part    frontier.Part
	Measure frontier.Meters
	HoursCA string // opening_hours syntax with dated rules; empty: not known
	HoursUS string
	ZoneCA  string // IANA time zone of the half
	ZoneUS  string
	Closed  bool // no longer a port: never open
	Note    string
	Source  string // where the facts come from
}

// Post is any other guarding presence.
type Post struct {
	ID         string
	Kind       string // station, patrol, tower
	Name       string
	Agency     string
	Point      *orb.Point // nil where only the stretch is known
	Stretch    frontier.Stretch
	Offset     frontier.Meters // distance of Point from the line, ≥ 0; beyond reach a post guards nothing
	ActiveFrom time.Time       // zero: since ever
	ActiveTo   time.Time       // zero: for ever; else the first instant it is no longer active
}

// Setting is what coverage is computed with.
type Setting struct {
	Reach frontier.Meters // along the line to either side; 3 km unless told
}

// PortState is a port at an instant.
type PortState struct {
	Port
	FID            int64
	OpenCA, OpenUS Tri
	Mismatch       Tri // one side open, the other closed
}

// PostState is a post with its numeric id.
type PostState struct {
	Post
	FID int64
}
