package guard

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"sync/atomic"
	"time"
)

// watch is all that guards a piece of the line together: guarded when one of its
// clocks is open or one of its terms runs, else its base, No or Unknown.
//
// What it did over time is reckoned by the year when it is first asked for, and a
// few years are kept, so that later questions are two searches each.
type watch struct {
	base   Tri
	clocks []*clock
	terms  []term
	years  [8]atomic.Pointer[watchYear] // by the year modulo their number
}

// term is when a post is active, [from, to), in seconds since 1970-01-01 UTC.
type term struct{ from, to int64 }

const (
	sinceEver = math.MinInt64
	forEver   = math.MaxInt64
)

// constant says whether the state is the same at any time, which is then base.
func (w *watch) constant() bool { return len(w.clocks)+len(w.terms) == 0 }

// at is the state at an instant.
func (w *watch) at(instant int64) Tri {
	for _, t := range w.terms {
		if t.from <= instant && instant < t.to {
			return Yes
		}
	}
	state := w.base
	for _, c := range w.clocks {
		if state = either(state, c.at(instant)); state == Yes {
			break
		}
	}
	return state
}

// either is the state of two that guard together.
func either(a, b Tri) Tri {
	switch {
	case a == Yes || b == Yes:
		return Yes
	case a == Unknown || b == Unknown:
		return Unknown
	}
	return No
}

// spent is how many seconds of [from, to) are surely not guarded, and of how many
// it is not known.
func (w *watch) spent(from, to int64) (no, unknown int64) {
	if w.constant() {
		switch w.base {
		case No:
			return to - from, 0
		case Unknown:
			return 0, to - from
		}
		return 0, 0
	}
	for from < to {
		y := w.year(yearOf(from))
		until := min(to, y.end)
		beforeNo, beforeUnknown := y.upTo(from)
		afterNo, afterUnknown := y.upTo(until)
		no += afterNo - beforeNo
		unknown += afterUnknown - beforeUnknown
		from = until
	}
	return no, unknown
}

func yearOf(instant int64) int { return time.Unix(instant, 0).UTC().Year() }

func startOf(year int) int64 { return time.Date(year, time.January, 1, 0, 0, 0, 0, time.UTC).Unix() }

// watchYear is what a watch did in a year of UTC.
type watchYear struct {
	year  int
	end   int64
	spent []spending // the first at the beginning of the year
}

// spending is a change of state, with what was spent since the year began.
type spending struct {
	change
	no, unknown int64 // seconds
}

// upTo is what was spent from the beginning of the year to an instant in it.
func (y *watchYear) upTo(instant int64) (no, unknown int64) {
	i := sort.Search(len(y.spent), func(i int) bool { return y.spent[i].at > instant }) - 1
	s := y.spent[i]
	switch s.state {
	case No:
		s.no += instant - s.at
	case Unknown:
		s.unknown += instant - s.at
	}
	return s.no, s.unknown
}

// year is reckoned at most once for each goroutine that asks at the same time;
// whose is kept does not matter, as they are equal.
func (w *watch) year(year int) *watchYear {
	slot := &w.years[uint(year)%uint(len(w.years))]
	if y := slot.Load(); y != nil && y.year == year {
		return y
	}
	y := w.reckon(year)
	slot.Store(y)
	return y
}

func (w *watch) reckon(year int) *watchYear {
	from := startOf(year)
	y := &watchYear{year: year, end: startOf(year + 1)}
	var last spending
	for i, c := range w.changes(from, y.end) {
		s := spending{change: c, no: last.no, unknown: last.unknown}
		switch {
		case i == 0:
		case last.state == No:
			s.no += c.at - last.at
		case last.state == Unknown:
			s.unknown += c.at - last.at
		}
		y.spent = append(y.spent, s)
		last = s
	}
	return y
}

// changes lists the states that hold in [from, to), the first of them at from.
func (w *watch) changes(from, to int64) []change {
	if len(w.terms) == 0 && len(w.clocks) == 1 && w.base == No {
		return w.clocks[0].changes(nil, from, to)
	}
	type part struct {
		change
		member int
	}
	parts := []part{{change{from, w.base}, 0}}
	for i, c := range w.clocks {
		for _, x := range c.changes(nil, from, to) {
			parts = append(parts, part{x, i + 1})
		}
	}
	for i, t := range w.terms {
		if t.from < to && from < t.to {
			member := 1 + len(w.clocks) + i
			parts = append(parts, part{change{max(from, t.from), Yes}, member})
			if t.to < to {
				parts = append(parts, part{change{t.to, No}, member})
			}
		}
	}
	slices.SortStableFunc(parts, func(a, b part) int { return cmp.Compare(a.at, b.at) })

	members := make([]Tri, 1+len(w.clocks)+len(w.terms))
	for i := range members {
		members[i] = No
	}
	var merged []change
	for i, p := range parts {
		members[p.member] = p.state
		if i+1 < len(parts) && parts[i+1].at == p.at {
			continue
		}
		state := No
		for _, m := range members {
			state = either(state, m)
		}
		if len(merged) == 0 || merged[len(merged)-1].state != state {
			merged = append(merged, change{p.at, state})
		}
	}
	return merged
}
