package series

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

// where is a cell of the slow count.
type where struct {
	unit    report.Unit
	segment int
	day     Day
}

// recount counts every standing report again, day by day and metre by metre, with
// floating point and nothing shared with the fast way but the meaning.
func recount(f *frontier.Frontier, standing map[string]*report.Version) map[where]Cell {
	cells := map[where]Cell{}
	kept := keptSlowly(standing)
	for id, v := range standing {
		over := daysSlowly(v)
		for segment, share := range sharesSlowly(f, v) {
			for _, d := range over {
				at := where{v.Unit, segment, d}
				c := cells[at]
				c.All += share / float64(len(over))
				c.Reports++
				if v.Count.Best > 0 {
					c.Once += share / float64(len(over)) * kept[id] / float64(v.Count.Best)
				}
				cells[at] = c
			}
		}
	}
	return cells
}

func daysSlowly(v *report.Version) (over []Day) {
	for at := v.Start.Truncate(24 * time.Hour); at.Equal(v.Start) || !at.After(v.Start) || at.Before(v.End); at = at.Add(24 * time.Hour) {
		over = append(over, DayOf(at))
	}
	return over
}

// piece is half a kilometre on a day: reports are drawn so that every one is about
// whole ones, or a point in the middle of one.
type piece struct {
	part frontier.Part
	half int
	day  Day
}

func piecesSlowly(v *report.Version) map[piece]bool {
	pieces, place := map[piece]bool{}, frontier.Stretch{Part: v.Place.Part, From: v.Place.Measure - 250, To: v.Place.Measure + 250}
	if v.Stretch != nil {
		place = *v.Stretch
	}
	for _, d := range daysSlowly(v) {
		for m := place.From; m < place.To; m += 500 {
			pieces[piece{place.Part, int(m / 500), d}] = true
		}
	}
	return pieces
}

func sharesSlowly(f *frontier.Frontier, v *report.Version) map[int]float64 {
	best := float64(v.Count.Best)
	if v.Stretch == nil {
		return map[int]float64{v.Place.Segment: best}
	}
	shares := map[int]float64{}
	for i, s := range f.Segments() {
		if s.Stretch.Overlaps(*v.Stretch) {
			shares[i] = best * float64((min(s.Stretch.To, v.Stretch.To)-max(s.Stretch.From, v.Stretch.From))/v.Stretch.Length())
		}
	}
	return shares
}

// keptSlowly decides how many of each Once counts, from a table of who is tied to
// whom.
func keptSlowly(standing map[string]*report.Version) map[string]float64 {
	ids := slices.Sorted(maps.Keys(standing))
	closure := func(tie func(a, b *report.Version) bool) map[string]string { // id → least id it is tied to
		group := map[string]string{}
		for _, id := range ids {
			group[id] = id
		}
		for changed := true; changed; {
			changed = false
			for _, a := range ids {
				for _, b := range ids {
					if tie(standing[a], standing[b]) && group[a] != group[b] {
						group[a] = min(group[a], group[b])
						group[b], changed = group[a], true
					}
				}
			}
		}
		return group
	}
	direct := func(a, b *report.Version) bool {
		return a.Unit == b.Unit && (slices.Contains(a.Overlaps, b.ID) || slices.Contains(b.Overlaps, a.ID))
	}
	sets := closure(direct)
	groups := closure(func(a, b *report.Version) bool { return direct(a, b) && a.Source == b.Source })
	largest := map[string]string{} // of each group
	for _, id := range ids {
		if old, ok := largest[groups[id]]; !ok || standing[id].Count.Best > standing[old].Count.Best {
			largest[groups[id]] = id
		}
	}
	totals := map[[2]string]int64{} // of set and source
	for _, id := range largest {
		totals[[2]string{sets[id], standing[id].Source}] += standing[id].Count.Best
	}
	kept := map[string]float64{}
	for group, id := range largest {
		best := standing[id].Source
		for key, total := range totals {
			winner := totals[[2]string{sets[id], best}]
			if key[0] == sets[id] && (total > winner || total == winner && key[1] < best) {
				best = key[1]
			}
		}
		if best == standing[id].Source {
			divideSlowly(standing, groups, group, id, kept)
		}
	}
	return kept
}

// divideSlowly gives the people of the largest of a group to those of its parts that
// still can have some, the larger first, and keeps the rest.
func divideSlowly(standing map[string]*report.Version, groups map[string]string, group, largest string, kept map[string]float64) {
	whole := standing[largest]
	kept[largest] = float64(whole.Count.Best)
	if whole.Stretch == nil {
		return
	}
	free := piecesSlowly(whole)
	members := slices.Sorted(maps.Keys(groups))
	slices.SortStableFunc(members, func(a, b string) int { return int(standing[b].Count.Best - standing[a].Count.Best) })
	for _, id := range members {
		pieces, fits := piecesSlowly(standing[id]), true
		for p := range pieces {
			fits = fits && free[p]
		}
		if groups[id] != group || id == largest || !fits || float64(standing[id].Count.Best) > kept[largest] {
			continue
		}
		kept[id] = float64(standing[id].Count.Best)
		kept[largest] -= kept[id]
		for p := range pieces {
			delete(free, p)
		}
	}
}

func draw(t *rapid.T) *report.Version {
	pick := func(name string, from ...string) string { return rapid.SampledFrom(from).Draw(t, name) }
	v := &report.Version{}
	v.ID = pick("id", "a", "b", "c", "d", "e", "f", "g", "h")
	v.Source = pick("source", "x", "y", "z")
	v.Unit = report.Unit(pick("unit", "persons", "persons", "claims"))
	v.Direction = report.Direction(pick("direction", "northbound", "southbound", "unknown")) // so that layers are more than few
	v.Relation, v.Count.Best = report.BetweenPorts, rapid.Int64Range(0, 20).Draw(t, "count")
	v.Start = time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 24*150).Draw(t, "hour")) * time.Hour)
	v.End = v.Start.Add(time.Duration(rapid.SampledFrom([]int{0, 0, 1, 24, 48, 700, 5000}).Draw(t, "hours")) * time.Hour)
	if rapid.Bool().Draw(t, "stretch") {
		length := frontier.Meters(rapid.SampledFrom([]int{500, 10_000, 15_000, 40_000}).Draw(t, "length"))
		from := frontier.Meters(rapid.IntRange(0, int(55_000-length)/500).Draw(t, "from") * 500)
		v.Stretch = &frontier.Stretch{Part: frontier.Parts[rapid.IntRange(0, 1).Draw(t, "part")], From: from, To: from + length}
	} else {
		v.Place.Segment = rapid.IntRange(0, 12).Draw(t, "segment")
		v.Place.Part = frontier.Parts[rapid.IntRange(0, 1).Draw(t, "part")]
		v.Place.Measure = frontier.Meters(rapid.IntRange(0, 80).Draw(t, "measure")*500 + 250)
	}
	for _, id := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		if rapid.IntRange(0, 5).Draw(t, "tie") == 0 {
			v.Overlaps = append(v.Overlaps, id)
		}
	}
	v.Deleted = rapid.IntRange(0, 5).Draw(t, "deleted") == 0
	return v
}

// read is everything a snapshot says, as the slow count says it.
func read(s Snapshot) map[where]Cell {
	cells := map[where]Cell{}
	for _, unit := range s.Units() {
		first, last, _ := s.Span(unit)
		for i := range s.Frontier().Segments() {
			for k, c := range s.Days(unit, i, first, last) {
				if c != (Cell{}) {
					cells[where{unit, i, first + Day(k)}] = c
				}
			}
		}
	}
	return cells
}

var alike = cmpopts.EquateApprox(0, 1e-4)

func TestCountsEqualARecount(t *testing.T) {
	f := line(t)
	rapid.Check(t, func(t *rapid.T) {
		standing := map[string]*report.Version{}
		s := either(t, f, standing)
		type seen struct {
			snapshot Snapshot
			text     string
		}
		var earlier []seen
		for range rapid.IntRange(1, 25).Draw(t, "changes") {
			v := draw(t)
			s.Replace(standing[v.ID], v)
			standing[v.ID] = v
			if v.Deleted {
				delete(standing, v.ID)
			}
			if rapid.Bool().Draw(t, "look") {
				snapshot := s.Snapshot()
				if err := snapshot.Check(); err != nil {
					t.Fatal(err)
				}
				earlier = append(earlier, seen{snapshot, fmt.Sprint(read(snapshot))})
			}
		}
		last := s.Snapshot()
		if diff := cmp.Diff(recount(f, standing), read(last), alike, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("want (-), got (+):\n%s", diff)
		}
		for i, e := range earlier {
			if got := fmt.Sprint(read(e.snapshot)); got != e.text {
				t.Fatalf("snapshot %d changed after it was taken:\n%s\n%s", i, e.text, got)
			}
		}
		exactlyFresh(t, f, standing, last)
	})
}

// either is a set that remembers, or one that asks what stands, and gets it anew each
// time.
func either(t *rapid.T, f *frontier.Frontier, standing map[string]*report.Version) *Set {
	if rapid.Bool().Draw(t, "remembers") {
		return New(f)
	}
	return Over(f, func(id string) *report.Version {
		v := standing[id]
		if v == nil {
			return nil
		}
		again := *v
		return &again
	})
}

// exactlyFresh compares with a set that was only ever given what stands, in
// another order and much at once: to the last unit.
func exactlyFresh(t *rapid.T, f *frontier.Frontier, standing map[string]*report.Version, last Snapshot) {
	fresh := New(f)
	var all []*report.Version
	for _, id := range rapid.Permutation(slices.Sorted(maps.Keys(standing))).Draw(t, "order") {
		all = append(all, standing[id])
	}
	first := rapid.IntRange(0, len(all)).Draw(t, "first")
	fresh.Add(all[:first]...)
	fresh.Add(all[first:]...)
	if diff := cmp.Diff(read(fresh.Snapshot()), read(last), cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("counted afresh (-), after the history (+):\n%s", diff)
	}
	for _, v := range standing {
		fresh.Replace(v, nil)
	}
	if left := read(fresh.Snapshot()); len(left) != 0 {
		t.Fatalf("left when all is taken out: %v", left)
	}
}

func TestTotalsAndEachAgreeWithDays(t *testing.T) {
	f := line(t)
	groups := make([]int, len(f.Segments()))
	for i := range groups {
		groups[i] = i / 5
	}
	rapid.Check(t, func(t *rapid.T) {
		s := New(f)
		for range rapid.IntRange(0, 8).Draw(t, "reports") {
			s.Replace(nil, draw(t))
		}
		snapshot := s.Snapshot()
		from := DayOf(time.Date(2017, 1, rapid.IntRange(-40, 150).Draw(t, "from"), 0, 0, 0, 0, time.UTC))
		to := from + Day(rapid.IntRange(0, 200).Draw(t, "days"))
		want := make([][]Cell, 3)
		cells, got := map[where]Cell{}, map[where]Cell{}
		for i := range f.Segments() {
			for k, c := range snapshot.Days(report.Persons, i, from, to) {
				if want[groups[i]] == nil {
					want[groups[i]] = make([]Cell, to-from+1)
				}
				sum := &want[groups[i]][k]
				*sum = Cell{sum.Once + c.Once, sum.All + c.All, sum.Reports + c.Reports}
				if c.Reports > 0 {
					cells[where{report.Persons, i, from + Day(k)}] = c
				}
			}
		}
		if diff := cmp.Diff(want, snapshot.Totals(report.Persons, groups, 3, from, to), alike); diff != "" {
			t.Fatal(diff)
		}
		snapshot.Each(report.Persons, from, to, func(k *Kind, segment int, d Day, c Cell) {
			at := where{k.Unit, segment, d}
			sum := got[at]
			got[at] = Cell{sum.Once + c.Once, sum.All + c.All, sum.Reports + c.Reports}
		})
		if diff := cmp.Diff(cells, got, alike); diff != "" {
			t.Fatal(diff)
		}
	})
}
