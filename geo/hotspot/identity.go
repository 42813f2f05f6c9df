package hotspot

import (
	"cmp"
	"slices"
)

const (
	nearSegments = 2  // between hot spots that may be the same
	nearDays     = 14 // the same

	// closeDays is after how many days below the watch list a flag is closed by itself;
	// days on which nearly nothing was reported do not count.
	closeDays = 28
)

// linked says whether two windows that end some days apart may be the same hot
// spot: within two segments and 14 days.
func linked(in *Input, a, b window, days int) bool {
	return days <= nearDays && gap(a, b) <= nearSegments && in.segments[a.first].Stretch.Part == in.segments[b.first].Stretch.Part
}

// gap is how many segments one is away from the other, 0 where they meet.
func gap(a, b window) int { return max(0, a.first-b.last, b.first-a.last) }

// track is a hot spot through time.
type track struct {
	name        window // as it was on its first day
	first       int    // that day
	firstRaised int    // the first day on which it was raised, −1: never yet
	seen        int    // the newest day
	now         window // as it was then
	raised      uint64 // bit i: it was raised i days before that
}

// tracker tells which hot spots of a day are those of the days before.
type tracker struct {
	in     *Input
	live   []*track
	gone   []*track // that nothing can be the same as any more, but whose flags are not closed
	raised func(window) bool
	quiet  func(w window, from, to, t int) int // days of (from, to] without reporting, as known on day t; nil: none
}

// step takes the hot spots of day t, the highest score first, and gives the track
// of each. Each takes the nearest track that none before it took, of equally near
// ones the one seen last, then the oldest; or begins its own.
func (k *tracker) step(t int, spots []window) []track {
	k.forget(t)
	tracks := make([]track, len(spots))
	for i, w := range spots {
		next := k.match(t, w)
		if next == nil {
			next = &track{name: w, first: t, firstRaised: -1, seen: t}
			k.live = append(k.live, next)
		}
		next.raised <<= t - next.seen
		if k.raised(w) {
			next.raised |= 1
			if next.firstRaised < 0 {
				next.firstRaised = t
			}
		}
		next.seen, next.now = t, w
		tracks[i] = *next
	}
	return tracks
}

func (k *tracker) match(t int, w window) (best *track) {
	for _, c := range k.live {
		if c.seen < t && linked(k.in, c.now, w, t-c.seen) && (best == nil || closer(w, c, best) < 0) {
			best = c
		}
	}
	return best
}

func closer(w window, a, b *track) int {
	return cmp.Or(cmp.Compare(gap(w, a.now), gap(w, b.now)), cmp.Compare(b.seen, a.seen),
		cmp.Compare(a.first, b.first), cmp.Compare(a.name.first, b.name.first))
}

func (k *tracker) forget(t int) {
	kept := k.live[:0]
	for _, c := range k.live {
		if t-c.seen <= nearDays {
			kept = append(kept, c)
		} else if c.firstRaised >= 0 {
			k.gone = append(k.gone, c)
		}
	}
	clear(k.live[len(kept):])
	k.live = kept
	k.gone = slices.DeleteFunc(k.gone, func(c *track) bool {
		if t-c.seen < closeDays || k.quiet == nil {
			return t-c.seen >= closeDays
		}
		return t-c.seen-k.quiet(c.now, c.seen, t, t) >= closeDays
	})
}

// lapsed are the hot spots that were raised once and are below the watch list on day
// t, for less than 28 days of reporting: the one seen last first.
func (k *tracker) lapsed(t int) (tracks []track) {
	for _, c := range slices.Concat(k.live, k.gone) {
		if c.seen < t && c.firstRaised >= 0 {
			tracks = append(tracks, *c)
		}
	}
	slices.SortFunc(tracks, func(a, b track) int {
		return cmp.Or(cmp.Compare(b.seen, a.seen), cmp.Compare(a.now.first, b.now.first))
	})
	return tracks
}

// history is the windows of the days [from, …], by day.
type history struct {
	from  int
	days  [][]window
	quiet int // days that do not count towards closing a flag, at most
}

// whole says whether every hot spot that may go on after the last day, or whose flag
// may, is here with all of its past, and with all that may have competed with it: whatever is tied to
// them, through any number of others, must not come near the first day.
func (h history) whole(in *Input) bool {
	if len(h.days) < closeDays+h.quiet {
		return false
	}
	type node struct{ day, i int }
	unseen := make([]stretches, len(h.days))
	for day, spots := range h.days {
		unseen[day] = newStretches(len(in.segments), spots)
	}
	var queue []node
	visit := func(day, i int) {
		unseen[day].take(h.days[day][i])
		queue = append(queue, node{day, i})
	}
	for day := len(h.days) - closeDays - h.quiet; day < len(h.days); day++ {
		for i := range h.days[day] {
			visit(day, i)
		}
	}
	for len(queue) > 0 {
		at := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		if at.day < nearDays {
			return false
		}
		w := h.days[at.day][at.i]
		for day := at.day - nearDays; day <= min(at.day+nearDays, len(h.days)-1); day++ {
			if !unseen[day].any(w.first-nearSegments, w.last+nearSegments) {
				continue
			}
			for i, o := range h.days[day] {
				if unseen[day].any(o.first, o.last) && linked(in, w, o, max(day-at.day, at.day-day)) {
					visit(day, i)
				}
			}
		}
	}
	return true
}

// stretches is a set of segments, of which the windows of a day have each its own.
type stretches []uint64

func newStretches(segments int, spots []window) stretches {
	s := make(stretches, (segments+63)/64)
	for _, w := range spots {
		for k := w.first; k <= w.last; k++ {
			s[k/64] |= 1 << (k % 64)
		}
	}
	return s
}

// take takes a window out of the set.
func (s stretches) take(w window) {
	for k := w.first; k <= w.last; k++ {
		s[k/64] &^= 1 << (k % 64)
	}
}

// any says whether any of the segments from one to another is in the set.
func (s stretches) any(first, last int) bool {
	for k := max(0, first); k <= min(last, len(s)*64-1); k++ {
		if s[k/64]>>(k%64)&1 != 0 {
			return true
		}
	}
	return false
}
