package hotspot

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"frontierwatch/geo/series"
)

// A day that is told by a memory is told as by one who has none, whatever becomes
// known late: counts of last week, of last year, and reports that end a silence.
func TestMemoryChangesNothing(t *testing.T) {
	t.Parallel()
	all, _ := simulated(t, "rises1")
	random := rand.New(rand.NewPCG(6, 6))
	type late struct {
		row
		known series.Day
	}
	var rows []late
	for _, r := range all.counts.(table) {
		k := late{r, r.day}
		switch {
		case random.IntN(400) == 0:
			k.known += series.Day(random.IntN(400))
		case random.IntN(4) == 0:
			k.known += series.Day(random.IntN(5))
		}
		rows = append(rows, k)
	}
	slices.SortStableFunc(rows, func(a, b late) int { return int(a.known - b.known) })
	var m Memory
	var known table
	spots := 0
	for day := all.start; len(rows) > 0 && day < all.start+900; day++ {
		changed, ok := day, false
		for len(rows) > 0 && rows[0].known <= day {
			changed, ok = min(changed, rows[0].day), true
			known, rows = append(known, rows[0].row), rows[1:]
		}
		if day < all.start+860 {
			continue
		}
		slices.SortStableFunc(known, func(a, b row) int { return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.segment, b.segment)) })
		in := *all
		in.counts, in.declared, in.start = slices.Clone(known), nil, known[0].day
		in.days = int(known[len(known)-1].day-in.start) + 1
		if day == all.start+860 {
			changed = all.start
		}
		got, want := m.Run(&in, changed, ok, day.Time(), Setting{}), Run(&in, day.Time(), Setting{})
		if diff := gocmp.Diff(want, got, unexported); diff != "" {
			t.Fatalf("day %d, changed from %d on: without a memory (-), with one (+):\n%s", day-all.start, changed-all.start, diff)
		}
		spots += len(got.Hotspots)
	}
	if spots < 40 {
		t.Errorf("%d hot spots on all days: the test shows little", spots)
	}
}

// The control: a memory that is not told of a change is wrong.
func TestMemoryMustBeToldOfChanges(t *testing.T) {
	in, _ := simulated(t, "rises1")
	in.declared = nil
	var m Memory
	day := (in.start + 1000).Time()
	m.Run(in, in.start, true, day, Setting{})
	var fewer table
	for _, r := range in.counts.(table) {
		if r.day < in.start+500 || r.day > in.start+700 {
			fewer = append(fewer, r)
		}
	}
	later := *in
	later.counts = fewer
	want := Run(&later, day, Setting{})
	if gocmp.Equal(want, m.Run(&later, in.start+1001, true, day, Setting{}), unexported) {
		t.Error("half a year of counts is missing, and nothing is otherwise")
	}
	if diff := gocmp.Diff(want, m.Run(&later, in.start+500, true, day, Setting{}), unexported); diff != "" {
		t.Errorf("told of the change: %s", diff)
	}
}
