package series

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

// linkedSlowly tells the sets of linked reports, by merging whatever is tied until
// nothing is merged any more.
func linkedSlowly(standing map[string]*report.Version, unit report.Unit) (texts []string) {
	kept := keptSlowly(standing)
	var sets []map[string]bool
	for _, id := range slices.Sorted(maps.Keys(standing)) {
		if standing[id].Unit == unit {
			sets = append(sets, map[string]bool{id: true})
		}
	}
	tied := func(a, b map[string]bool) bool {
		for x := range a {
			for y := range b {
				if slices.Contains(standing[x].Overlaps, y) || slices.Contains(standing[y].Overlaps, x) {
					return true
				}
			}
		}
		return false
	}
	for merged := true; merged; {
		merged = false
		for i := 0; i < len(sets) && !merged; i++ {
			for k := i + 1; k < len(sets) && !merged; k++ {
				if tied(sets[i], sets[k]) {
					maps.Copy(sets[i], sets[k])
					sets, merged = slices.Delete(sets, k, k+1), true
				}
			}
		}
	}
	for _, set := range sets {
		if len(set) < 2 {
			continue
		}
		once, all := int64(0), int64(0)
		var reports []string
		for id := range set {
			all += standing[id].Count.Best
			once += int64(kept[id])
			reports = append(reports, fmt.Sprint(standing[id].Source, " ", id, " ", standing[id].Count.Best, " ", int64(kept[id])))
		}
		slices.Sort(reports)
		texts = append(texts, fmt.Sprint(once, "–", all, ": ", strings.Join(reports, ", ")))
	}
	slices.Sort(texts)
	return texts
}

func linkedTexts(s Snapshot, unit report.Unit) (texts []string) {
	for _, l := range s.Linked(unit) {
		var reports []string
		for _, r := range l.Reports() {
			reports = append(reports, fmt.Sprint(r.Source, " ", r.ID, " ", r.People, " ", r.Once))
		}
		once, all := l.People()
		texts = append(texts, fmt.Sprint(once, "–", all, ": ", strings.Join(reports, ", ")))
	}
	slices.Sort(texts)
	return texts
}

// After any history the sets are those that a slow reader finds among what stands,
// they touch the cells that their reports are in, and older snapshots keep theirs.
func TestLinkedEqualsASlowReading(t *testing.T) {
	f := line(t)
	rapid.Check(t, func(t *rapid.T) {
		standing := map[string]*report.Version{}
		s := either(t, f, standing)
		var before Snapshot
		var text []string
		for i := range rapid.IntRange(1, 25).Draw(t, "changes") {
			v := draw(t)
			s.Replace(standing[v.ID], v)
			standing[v.ID] = v
			if v.Deleted {
				delete(standing, v.ID)
			}
			if i%7 == 0 {
				before = s.Snapshot()
				text = linkedTexts(before, report.Persons)
			}
		}
		now := s.Snapshot()
		for _, unit := range []report.Unit{report.Persons, report.Claims} {
			if diff := cmp.Diff(linkedSlowly(standing, unit), linkedTexts(now, unit)); diff != "" {
				t.Fatalf("%s, read slowly (-), as kept (+):\n%s", unit, diff)
			}
		}
		if diff := cmp.Diff(text, linkedTexts(before, report.Persons)); diff != "" {
			t.Fatalf("a snapshot changed after it was taken:\n%s", diff)
		}
		for _, l := range now.Linked(report.Persons) {
			for i := range f.Segments() {
				want := false
				for _, r := range l.Reports() {
					_, there := sharesSlowly(f, standing[r.ID])[i]
					want = want || there && r.First <= 17_200 && 17_190 <= r.Last
				}
				if got := l.Touches(i, 17_190, 17_200); got != want {
					t.Fatalf("segment %d: touches %v, want %v", i, got, want)
				}
			}
		}
	})
}

// Cells of a segment by kind add up to those of Days.
func TestEachInAgreesWithDays(t *testing.T) {
	f := line(t)
	rapid.Check(t, func(t *rapid.T) {
		s := New(f)
		for range rapid.IntRange(0, 8).Draw(t, "reports") {
			s.Replace(nil, draw(t))
		}
		snapshot := s.Snapshot()
		for i := range f.Segments() {
			want := snapshot.Days(report.Persons, i, 17_180, 17_300)
			got := make([]Cell, len(want))
			snapshot.EachIn(report.Persons, i, 17_180, 17_300, func(_ *Kind, d Day, c Cell) {
				sum := &got[d-17_180]
				*sum = Cell{sum.Once + c.Once, sum.All + c.All, sum.Reports + c.Reports}
			})
			if diff := cmp.Diff(want, got, alike); diff != "" {
				t.Fatal(diff)
			}
		}
		snapshot.EachIn(report.Persons, len(f.Segments()), 0, 1, func(*Kind, Day, Cell) { t.Fatal("a segment that is none has a cell") })
	})
}

// What sources reported adds up to what all did.
func TestTotalsOfSourcesAddUp(t *testing.T) {
	f := line(t)
	groups := make([]int, len(f.Segments()))
	rapid.Check(t, func(t *rapid.T) {
		s := New(f)
		for range rapid.IntRange(0, 8).Draw(t, "reports") {
			s.Replace(nil, draw(t))
		}
		snapshot := s.Snapshot()
		sum := make([]Cell, 121)
		for _, source := range snapshot.Sources(report.Persons) {
			some := false
			for i, c := range snapshot.TotalsOf(source, report.Persons, groups, 1, 17_180, 17_300)[0] {
				sum[i] = Cell{sum[i].Once + c.Once, sum[i].All + c.All, sum[i].Reports + c.Reports}
				some = some || c.Reports > 0
			}
			snapshot.Each(report.Persons, 17_180, 17_300, func(k *Kind, _ int, _ Day, _ Cell) {
				if k.Source == source && !some {
					t.Fatalf("%s reported and has no totals", source)
				}
			})
		}
		if diff := cmp.Diff(snapshot.Totals(report.Persons, groups, 1, 17_180, 17_300)[0], sum, alike); diff != "" {
			t.Fatal(diff)
		}
	})
}

// A national total and the figures of its provinces: the lower bound of a province is
// its own figure and its share of what the figures leave of the total.
func TestPartsSayWhereTheWholeWas(t *testing.T) {
	f := line(t)
	january := func(id string, people int64, from, to frontier.Meters, overlaps ...string) *report.Version {
		v := &report.Version{}
		v.ID, v.Source, v.Unit, v.Relation, v.Count.Best, v.Overlaps = id, "police", report.Persons, report.BetweenPorts, people, overlaps
		v.Start, v.End = time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2017, 2, 1, 0, 0, 0, 0, time.UTC)
		v.Stretch = &frontier.Stretch{From: from, To: to}
		return v
	}
	set := New(f)
	set.Replace(nil, january("canada", 110, 0, 50_000, "west", "middle", "again", "east"))
	set.Replace(nil, january("west", 40, 0, 10_000))
	set.Replace(nil, january("middle", 20, 20_000, 30_000))
	set.Replace(nil, january("again", 10, 20_000, 30_000)) // of the same place: not counted twice
	set.Replace(nil, january("east", 60, 40_000, 60_000))  // reaches further than the whole: no part of it
	check := func(want [6]float64) {
		t.Helper()
		first := DayOf(time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC))
		for segment, people := range want {
			got := 0.0
			for _, c := range set.Snapshot().Days(report.Persons, segment, first, first+30) {
				got += c.Once
			}
			if math.Abs(got-people) > 1e-4 {
				t.Errorf("segment %d has %v people at the least, want %v", segment, got, people)
			}
		}
	}
	check([6]float64{40 + 10, 10, 20 + 10, 10, 10, 0})
	set.Replace(nil, january("canada", 50, 0, 50_000, "west", "middle", "again", "east")) // revised: not all parts fit
	check([6]float64{0, 0, 0, 0, 30, 30})
	set.Replace(nil, january("canada", 70, 0, 50_000, "west", "middle", "again", "east"))
	check([6]float64{40 + 2, 2, 20 + 2, 2, 2, 0})
}
