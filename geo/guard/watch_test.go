package guard

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func drawWatch(t *rapid.T) *watch {
	w := &watch{base: rapid.SampledFrom([]Tri{No, Unknown}).Draw(t, "base")}
	for range rapid.IntRange(0, 3).Draw(t, "clocks") {
		h, err := ParseHours(hoursText().Draw(t, "hours"))
		if err != nil {
			t.Fatal(err)
		}
		zone, err := time.LoadLocation(rapid.SampledFrom([]string{winnipeg, "America/Regina", "UTC"}).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		w.clocks = append(w.clocks, &clock{h, zone})
	}
	for range rapid.IntRange(0, 2).Draw(t, "terms") {
		from := startOf(2025) + rapid.Int64Range(0, 3e7).Draw(t, "from")
		w.terms = append(w.terms, term{from, from + rapid.Int64Range(1, 1e7).Draw(t, "seconds")})
	}
	return w
}

// What was spent up to an instant and from it on is what was spent in all, over new
// years too, and in whatever order it is asked.
func TestSpentAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWatch(t)
		at := rapid.SliceOfN(rapid.Int64Range(startOf(2023), startOf(2029)), 3, 3).Draw(t, "at")
		slices.SortFunc(at, cmp.Compare[int64])
		no, unknown := w.spent(at[0], at[2])
		laterNo, laterUnknown := w.spent(at[1], at[2])
		soonerNo, soonerUnknown := w.spent(at[0], at[1])
		if no != soonerNo+laterNo || unknown != soonerUnknown+laterUnknown {
			t.Errorf("%d+%d and %d+%d are not %d and %d", soonerNo, laterNo, soonerUnknown, laterUnknown, no, unknown)
		}
		if no < 0 || unknown < 0 || no+unknown > at[2]-at[0] {
			t.Errorf("%d and %d of %d seconds", no, unknown, at[2]-at[0])
		}
		if again, _ := w.spent(at[0], at[2]); again != no {
			t.Errorf("asked again it is %d, not %d", again, no)
		}
	})
}

// Changes really change, begin at the beginning, and agree with the state that is
// asked for at each.
func TestChangesOfAWatch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWatch(t)
		from := startOf(2025) + rapid.Int64Range(0, 4e7).Draw(t, "from")
		to := from + rapid.Int64Range(1, 4e6).Draw(t, "seconds")
		changes := w.changes(from, to)
		if len(changes) == 0 || changes[0].at != from {
			t.Fatalf("%v do not begin at %d", changes, from)
		}
		for i, c := range changes {
			if i > 0 && (c.at <= changes[i-1].at || c.state == changes[i-1].state) || c.at >= to {
				t.Errorf("change %d is none: %v", i, changes)
			}
			if got := w.at(c.at); got != c.state {
				t.Errorf("at %d it is %v, the change says %v", c.at, got, c.state)
			}
			if i > 0 {
				if got := w.at(c.at - 1); got != changes[i-1].state {
					t.Errorf("just before %d it is %v, the changes say %v", c.at, got, changes[i-1].state)
				}
			}
		}
	})
}

func TestEither(t *testing.T) {
	for _, c := range []struct{ a, b, want Tri }{
		{Yes, Yes, Yes}, {Yes, No, Yes}, {Yes, Unknown, Yes}, {Unknown, No, Unknown}, {Unknown, Unknown, Unknown}, {No, No, No},
	} {
		if either(c.a, c.b) != c.want || either(c.b, c.a) != c.want {
			t.Errorf("either %v or %v is %v and %v, want %v", c.a, c.b, either(c.a, c.b), either(c.b, c.a), c.want)
		}
	}
}

// Only some years are kept, and no more than that.
func TestYearsAreKeptAndDropped(t *testing.T) {
	w := &watch{base: No, clocks: []*clock{{mustHours(t, "08:00-16:00"), time.UTC}}}
	first := w.year(2020)
	if w.year(2020) != first {
		t.Error("a year was reckoned twice")
	}
	for year := 1990; year < 2060; year++ {
		y := w.year(year)
		if y.year != year || y.spent[0].at != startOf(year) || y.end != startOf(year+1) {
			t.Errorf("asked for %d, got %d from %d to %d", year, y.year, y.spent[0].at, y.end)
		}
		if no, unknown := y.upTo(y.end); no*3 != (y.end-startOf(year))*2 || unknown != 0 {
			t.Errorf("in %d it was closed for %d s", year, no)
		}
	}
	if w.year(2020) == first {
		t.Error("every year is kept for ever")
	}
}

// Ports with the same hours in the same zone share one watch, others do not.
func TestWatchesAreShared(t *testing.T) {
	day := emersonLike()
	far, zone, hours := day, day, day
	far.ID, far.Measure = "far", 100_000
	zone.ID, zone.Measure, zone.ZoneCA = "zone", 150_000, "America/Regina"
	hours.ID, hours.Measure, hours.HoursCA = "hours", 200_000, "09:00-20:00"
	g := newGuard(t, []Port{day, far, zone, hours})
	pieces := g.pieces[0]
	if len(pieces) != 4 {
		t.Fatalf("%d pieces, want 4", len(pieces))
	}
	if pieces[0].watch != pieces[1].watch {
		t.Error("the same hours are reckoned twice")
	}
	if pieces[0].watch[northward] == pieces[2].watch[northward] || pieces[0].watch[northward] == pieces[3].watch[northward] {
		t.Error("other hours are taken for the same")
	}
	if pieces[0].watch[southward] != pieces[3].watch[southward] {
		t.Error("the same hours of the other side are reckoned twice")
	}
	// With posts around, the ports' watches stay the ones that were reckoned.
	more := g.WithPosts([]Post{{Stretch: km(10, 12)}, {Stretch: km(99, 101), ActiveTo: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}})
	if got := more.pieces[0][1].watch; got != pieces[0].watch {
		t.Error("a post elsewhere made the years of a port be forgotten")
	}
	if got := len(more.pieces[0]); got != 7 { // one of them before, and three for the port within another
		t.Errorf("%d pieces, want 7", got)
	}
	if len(more.WithPosts(nil).watches) != len(g.watches) {
		t.Error("what posts left behind is kept for ever")
	}
}
