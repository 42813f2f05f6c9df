package reader_test

import (
	"testing"

	"frontierwatch/geo/reader"
	"frontierwatch/geo/report"
)

// No class is shown a report that is marked more strictly than its answers are.
func TestNothingStricterIsSeen(t *testing.T) {
	labels := report.TLPs()
	place := func(of report.TLP) int {
		for i, label := range labels {
			if label == of {
				return i
			}
		}
		return -1
	}
	for letter, all := range classes() {
		for _, c := range all {
			most := -1
			for _, s := range sources {
				for i, label := range labels {
					for _, to := range []report.Countries{0, report.CAN, report.USA} {
						if c.Sees(&report.Report{Source: s.ID, TLP: label, Releasable: to}, s) {
							most = max(most, i)
						}
					}
				}
			}
			if got := place(c.Strictest()); got < most || c.Tier == reader.Public && got != 0 {
				t.Errorf("%s: %s, and it sees %s", letter, c.Strictest(), labels[most])
			}
			for _, of := range []string{"segments", "ports", "posts"} {
				if place(c.Unmarked(of)) > place(c.Strictest()) || place(c.Unmarked(of)) < 0 {
					t.Errorf("%s: %s of %s", letter, c.Unmarked(of), of)
				}
			}
			if c.Unmarked("segments") != c.Strictest() {
				t.Errorf("%s: what is made from reports is marked %s", letter, c.Unmarked("segments"))
			}
		}
	}
}
