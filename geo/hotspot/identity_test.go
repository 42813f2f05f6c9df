package hotspot

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"frontierwatch/geo/frontier"
)

// strip is a part of 60 segments and another of 40.
func strip() *Input {
	in := &Input{}
	for i := range 100 {
		s := frontier.Segment{Index: i}
		if i >= 60 {
			s.Stretch.Part = frontier.Alaska
		}
		in.segments = append(in.segments, s)
	}
	return in
}

// spots reads "10-12:4.5 30:3": segments and scores, the highest first.
func spots(t testing.TB, text string) (all []window) {
	t.Helper()
	for _, word := range strings.Fields(text) {
		w := window{}
		place, score, _ := strings.Cut(word, ":")
		if _, err := fmt.Sscan(score, &w.score); err != nil {
			t.Fatalf("%q: %v", word, err)
		}
		if n, _ := fmt.Sscanf(place, "%d-%d", &w.first, &w.last); n == 1 {
			w.last = w.first
		}
		all = append(all, w)
	}
	return all
}

// Each day's hot spots, and for each where and on which day it began, when it was
// first raised, and on which of the last days it was.
func TestWhichHotspotIsWhich(t *testing.T) {
	type day struct {
		day         int
		spots, want string
	}
	for _, c := range []struct {
		name string
		days []day
	}{
		{"stays", []day{{1, "10:4", "10@1/1 1"}, {2, "10:4", "10@1/1 11"}, {3, "10:3", "10@1/1 110"}}},
		{"pauses for 14 days", []day{{1, "10:4", "10@1/1 1"}, {15, "10:4", "10@1/1 100000000000001"}}},
		{"pauses for longer", []day{{1, "10:4", "10@1/1 1"}, {16, "10:4", "10@16/16 1"}}},
		{"moves by two segments, and again", []day{{1, "10:4", "10@1/1 1"}, {2, "12:4", "10@1/1 11"}, {3, "14:4", "10@1/1 111"}}},
		{"moves by three", []day{{1, "10:4", "10@1/1 1"}, {2, "13:4", "13@2/2 1"}}},
		{"grows", []day{{1, "10-11:4", "10@1/1 1"}, {2, "13-16:4", "10@1/1 11"}, {3, "8-11:4", "10@1/1 111"}}},
		{"is raised later", []day{{1, "10:3", "10@1/-1 0"}, {2, "10:3", "10@1/-1 0"}, {4, "10:4", "10@1/4 1"}}},
		{"splits: the better one keeps the name", []day{{1, "10-13:4", "10@1/1 1"}, {2, "12:5 10:4", "10@1/1 11, 10@2/2 1"}}},
		{"two that meet: the nearer", []day{{1, "10:5 13:4", "10@1/1 1, 13@1/1 1"}, {2, "12:4", "13@1/1 11"}}},
		{"two as near: the one seen last", []day{{1, "10:5", "10@1/1 1"}, {5, "14:4", "14@5/5 1"}, {6, "12:4", "14@5/5 11"}}},
		{"two as near, both seen: the older", []day{{1, "10:5", "10@1/1 1"}, {5, "14:5 10:4", "14@5/5 1, 10@1/1 10001"}, {6, "12:4", "10@1/1 100011"}}},
		{"over the end of a part", []day{{1, "59:5", "59@1/1 1"}, {2, "60:5", "60@2/2 1"}}},
	} {
		k := tracker{in: strip(), raised: Setting{}.raised}
		for _, d := range c.days {
			var got []string
			for i, track := range k.step(d.day, spots(t, d.spots)) {
				got = append(got, fmt.Sprintf("%d@%d/%d %b", track.name.first, track.first, track.firstRaised, track.raised))
				if track.now != spots(t, d.spots)[i] {
					t.Errorf("%s, day %d: the track is at %+v", c.name, d.day, track.now)
				}
			}
			if diff := cmp.Diff(d.want, strings.Join(got, ", ")); diff != "" {
				t.Errorf("%s, day %d: %s", c.name, d.day, diff)
			}
		}
	}
}

// A history that calls itself whole gives every hot spot that can still go on the
// name it has when all days are known.
func TestWholeHistoryIsEnough(t *testing.T) {
	in := strip()
	rapid.Check(t, func(t *rapid.T) {
		days := make([][]window, rapid.IntRange(20, 70).Draw(t, "days"))
		for d := range days {
			taken := map[int]bool{}
			for range rapid.SampledFrom([]int{0, 0, 0, 0, 0, 1, 2}).Draw(t, "spots") {
				if s := rapid.IntRange(0, 30).Draw(t, "segment"); !taken[s] {
					taken[s] = true
					days[d] = append(days[d], window{first: s, last: s, score: 9 - float64(len(days[d]))})
				}
			}
		}
		play := func(from int) []track {
			k := tracker{in: in, raised: Setting{}.raised}
			for d := from; d < len(days); d++ {
				k.step(d, days[d])
			}
			k.forget(len(days))
			var live []track
			for _, c := range k.live {
				live = append(live, *c)
			}
			return live
		}
		all := play(0)
		for from := range days {
			if (history{from: from, days: days[from:]}).whole(in) {
				if diff := cmp.Diff(all, play(from), cmp.AllowUnexported(track{}, window{}), byName); diff != "" {
					t.Fatalf("all days (-), from day %d (+):\n%s", from, diff)
				}
			}
		}
	})
}

// byName compares tracks in any order; names do not come twice.
var byName = cmp.Transformer("byName", func(tracks []track) map[string]track {
	named := map[string]track{}
	for _, c := range tracks {
		named[fmt.Sprintf("%d@%d", c.name.first, c.first)] = c
	}
	return named
})

func TestOrderOfWindows(t *testing.T) {
	sorted := []window{
		{score: 4, days: 56, first: 9, last: 12},
		{score: 3, days: 7, first: 9, last: 9},
		{score: 3, days: 14, first: 3, last: 3},
		{score: 3, days: 14, first: 5, last: 5},
		{score: 3, days: 14, first: 1, last: 2},
	}
	for i, a := range sorted {
		for j, b := range sorted {
			if got := byScore(&a, &b); (got < 0) != (i < j) || (got == 0) != (i == j) {
				t.Errorf("%+v against %+v: %d", a, b, got)
			}
		}
	}
}
