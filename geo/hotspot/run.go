package hotspot

import (
	"cmp"
	"time"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
	"frontierwatch/geo/series"
)

// Setting is what detection is run with. The zero value is the method as it was
// calibrated.
type Setting struct {
	Threshold      float64 // score above which a hot spot is raised; 0: 3.23
	UnguardedShare float64 // from which a raised hot spot is flagged, 0 to 1; 0: 0.5
}

// Input is what detection reads.
type Input struct{ segments int }

// Result is what detection found for one unit and day.
type Result struct {
	Hotspots []Hotspot
	input    *Input
}

// Areas is the reporting area of each segment.
func Areas(segments []frontier.Segment) []int { return make([]int, len(segments)) }

// NewInput takes the counts of one unit.
func NewInput(s series.Snapshot, unit report.Unit, areas []int) *Input {
	return &Input{segments: len(areas)}
}

// Run finds the hot spots of a day from the counts up to and including it.
func Run(in *Input, day time.Time, s Setting) Result { return Result{input: in} }

// Segments is how many segments there are.
func (r Result) Segments() int {
	if r.input == nil {
		return 0
	}
	return r.input.segments
}

// Segment is what is known of one segment over the window of days that ends with
// the day of the result.
func (r Result) Segment(i, window int) (observed, expected, completeness float64) {
	return 0, 0, 1
}

// ByScore orders the highest score first.
func ByScore(a, b Hotspot) int { return cmp.Compare(b.Score, a.Score) }

// Flags are the raised hot spots whose stretch is unguarded enough.
func Flags(spots []Hotspot, share func(frontier.Stretch, time.Time, time.Time, report.Direction) (unguarded, unknown float64), s Setting) []Flag {
	return nil
}

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
