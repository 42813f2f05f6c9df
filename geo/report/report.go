// Package report is the record of what a source says happened: a count of
// people, a time interval, a place. It has no field that can hold a person.
package report

import (
	"time"

	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/log"
)

// Report is what a source says happened. Exactly one of Point and Stretch is
// set. The zero value is not valid; Validate says why.
type Report struct {
	ID        string            // [A-Za-z0-9._:-], 1 to 64
	Point     *orb.Point        // longitude, latitude, degrees WGS84, seven decimals
	Stretch   *frontier.Stretch // for a place known only roughly
	Start     time.Time         // observed_start, UTC
	End       time.Time         // observed_end, UTC; equal to Start for an instant
	Count     Count
	Unit      Unit
	Direction Direction
	Relation  Relation

	Published time.Time // when the source made it known; zero: not said
	Source    string    // id of a registered source
	SourceRef string    // the agency's own reference, at most 64

	Status      Status
	Uncertainty *frontier.Meters // horizontal, ≥ 0; nil: not said
	Overlaps    []string         // ids of reports that may count the same people
	TLP         TLP
	Releasable  Countries // the countries it may be shown to; 0: not restricted
}

// Count is a number of people with its bounds, 0 ≤ Min ≤ Best ≤ Max.
type Count struct{ Best, Min, Max int64 }

// Version is a report as the log holds it: one entry, placed on the frontier.
// Versions are immutable.
type Version struct {
	Report
	FID      int64   // numeric id, the same for all versions of a report
	Seq      log.Seq // of the entry that made this version
	Replaces log.Seq // of the entry it replaces; 0: the first
	Revision int
	Recorded time.Time
	Deleted  bool // the entry retracts the report; the other fields are those it had
	// Place is where Point lies; for a stretch it is the middle of it, offset 0.
	// What is read from memory has no Nearest: that is the line at Measure.
	Place frontier.Place
}

// Known is when what the version says was known: when published, else when
// recorded. A retraction is known when recorded.
func (v *Version) Known() time.Time {
	if v.Published.IsZero() || v.Deleted {
		return v.Recorded
	}
	return v.Published
}

// Source is who reports. The set of them is part of the log.
type Source struct {
	ID      string        `json:"id"`
	Agency  string        `json:"agency"`
	Country string        `json:"country"` // CAN, USA, or empty where it is neither
	Cadence time.Duration `json:"-"`       // how often it normally reports; 0: not said
	Unit    Unit          `json:"unit"`
	Caveat  string        `json:"caveat"`
	TLP     TLP           `json:"tlp"`
	Gaps    string        `json:"gaps"` // in its reporting, as ParseGaps reads them; empty: none it knows of
}

// SourceState is a source with what the log knows of it.
type SourceState struct {
	Source
	FID        int64
	LastReport time.Time // end of the newest interval it reported; zero: none yet
	Silent     bool      // it normally reports and has stopped
}

// Added says what became of one report.
type Added struct {
	Err     error    // nil: it is durable
	Version *Version // as stored; nil where Err is set
	Already bool     // the same report was there before; nothing was written
}
