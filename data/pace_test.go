package data

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"frontierwatch/geo/report"
	"frontierwatch/geo/series"
)

// Whatever is taken back and changed, the pace is that of what stands.
func TestPaceIsThatOfWhatStands(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var p paces
		standing := map[string]*report.Version{}
		for range rapid.IntRange(1, 80).Draw(t, "changes") {
			id := rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r", "s"}).Draw(t, "id")
			next := &report.Version{Report: report.Report{ID: id, Source: rapid.SampledFrom([]string{"x", "y"}).Draw(t, "source")}}
			next.End = time.Date(2017, 1, rapid.IntRange(1, 200).Draw(t, "day"), 5, 0, 0, 0, time.UTC)
			next.Deleted = rapid.IntRange(0, 3).Draw(t, "deleted") == 0
			p.note(standing[id], next)
			standing[id] = next
		}
		for source, got := range p.show() {
			days := map[series.Day]bool{}
			for _, v := range standing {
				if !v.Deleted && v.Source == source {
					days[series.DayOf(v.End)] = true
				}
			}
			var last []series.Day
			for d := range days {
				last = append(last, d)
			}
			slices.Sort(last)
			last = last[len(last)-13:] // fewer would have no pace
			longest, all := series.Day(0), last[12]-last[0]
			for i := range 12 {
				longest = max(longest, last[i+1]-last[i])
			}
			want := max(10, 2*int(longest), (7*int(all)+11)/12)
			if got != time.Duration(want)*24*time.Hour {
				t.Fatalf("%s: %s, want %d days", source, got, want)
			}
		}
	})
}

func TestWhoIsSilent(t *testing.T) {
	const day = 24 * time.Hour
	last := time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		cadence, patience, after time.Duration
		want                     bool
	}{
		{7 * day, 0, 14 * day, false}, {7 * day, 0, 14*day + 1, true},
		{7 * day, 30 * day, 15 * day, true}, // what it says comes first
		{0, 30 * day, 30 * day, false}, {0, 30 * day, 31 * day, true},
		{0, 0, 1000 * day, false}, // nothing is known of it
	} {
		if got := silent(report.Source{Cadence: c.cadence}, last, last.Add(c.after), c.patience); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
	if silent(report.Source{Cadence: day}, time.Time{}, last, 0) {
		t.Error("one that never reported has not stopped")
	}
}
