// Package hotspot finds stretches of the frontier with risen activity, by the
// method lsnb, and flags those that are unguarded.
package hotspot

import (
	"time"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// Level ranks a hot spot. The zero value is None: below the watch list.
type Level uint8

const (
	None Level = iota
	Low
	Medium
	High
	Critical
)

// Hotspot is a stretch with risen activity.
type Hotspot struct {
	ID          string // of its first segment, unit and first day: "main-0428-persons-20170214"
	Unit        report.Unit
	Stretch     frontier.Stretch
	First, Last int // indexes of its first and last segment
	FirstSeen   time.Time
	Day         time.Time // the UTC day it was computed for; the window ends with this day
	WindowDays  int       // 7, 14, 28 or 56

	Observed  float64 // C
	Expected  float64 // E
	Ratio     float64 // median
	RatioLow  float64 // 2.5 %
	RatioHigh float64 // 97.5 %
	Score     float64 // h = −log10 p

	FalseAlarmsMonth float64 // over the whole frontier
	RecurrenceDays   float64
	Q                float64
	Common           float64          // common factor of its area
	Completeness     float64          // 0 to 1, over the window
	Agencies         []string         // that reported in it
	Direction        report.Direction // the way all went of whom it is known
	Marking          Marking          // the strictest of what fed it
	Label            string           // new, diminishing, intensifying, sporadic, persistent
	Level            Level
	Sentence         string // for people
}

// Raised says whether the hot spot is above the alarm threshold of the setting
// it was found with.
func (h *Hotspot) Raised() bool { return h.Level >= Medium }

// Flag is a raised hot spot whose stretch is unguarded enough.
type Flag struct {
	Hotspot
	UnguardedShare float64 // of stretch × hours of the window: not known to be guarded
	UnknownShare   float64 // the part of UnguardedShare for which hours are not known
	State          string  // open, acknowledged, closed
	TLP            report.TLP
	Releasable     report.Countries
}

// SegmentState is a segment with what is known of it.
type SegmentState struct {
	frontier.Segment
	Guarded        *bool // at the asked instant; nil: hours not known
	UnguardedShare float64
	NearestPort    string // id; empty: the part has none
	NearestPortKM  float64
	Unit           report.Unit // of Observed and Expected
	Observed       float64     // people in the window
	Expected       float64
	Completeness   float64
	Level          Level // highest of the hot spots that touch it
}

// Query asks for the state of detection.
type Query struct {
	At     time.Time // the instant asked about; its UTC day is the last of the window; zero: now
	AsOf   log.AsOf
	Unit   report.Unit // empty: every unit (for segments: the one with the most people)
	Window int         // days of the window for segments; 0: 28
}

// String is the word for the level: none, low, medium, high, critical.
func (l Level) String() string {
	switch l {
	case Low:
		return "low"
	case Medium:
		return "medium"
	case High:
		return "high"
	case Critical:
		return "critical"
	}
	return "none"
}
