package index

import (
	"math"
	"slices"

	"frontierwatch/geo/report"
)

// answers yields what a search finds, newest first, by merging the tail, the
// young and the partitions. A partition is opened when everything newer has been
// yielded; so a page of the newest reports looks at few of them.
type answers struct {
	search *search
	heads  []head
	tail   []*report.Version // oldest first
	parts  []*partition      // not yet opened
}

// head is the next version of a cursor.
type head struct {
	version *report.Version
	start   int64
	cursor  *cursor
}

func (s *search) answers() *answers {
	a := &answers{search: s, tail: s.tail(), parts: s.snapshot.state.parts}
	a.openAll(s.snapshot.state.young)
	return a
}

// tail is what answers in the tail, oldest first.
func (s *search) tail() (found []*report.Version) {
	state := s.snapshot.state
	for i := range state.tail {
		r := &state.tail[i]
		if r.seq > s.at.Seq {
			break
		}
		if r.end < s.fromMS || !s.meets(r) || !s.overlaps(r.version) || s.after != nil && !behind(r.version, *s.after) {
			continue
		}
		if s.stands(r.version, state.gone.has(i)) && (s.match == nil || s.match(r.version)) {
			found = append(found, r.version)
		}
	}
	slices.SortFunc(found, order)
	return found
}

// behind says whether a version comes after a key in the order of answers.
func behind(v *report.Version, k report.Key) bool {
	c := v.Start.Compare(k.Start)
	return c < 0 || c == 0 && v.FID < k.FID
}

func (a *answers) openAll(runs []*run) {
	for _, r := range runs {
		c, ok := a.search.open(r)
		if !ok {
			continue
		}
		if h := (head{cursor: &c}); h.advance() {
			a.heads = append(a.heads, h)
		}
	}
}

func (h *head) advance() bool {
	h.version = h.cursor.next()
	if h.version == nil {
		return false
	}
	h.start = h.version.Start.UnixMilli()
	return true
}

// next is the next version, nil when there are no more or the search is given up.
func (a *answers) next() *report.Version {
	best := a.newest()
	for len(a.parts) > 0 && a.waits(best) {
		p := a.parts[len(a.parts)-1]
		a.parts = a.parts[:len(a.parts)-1]
		if a.search.mayHold(p) {
			a.openAll(p.runs)
			best = a.newest()
		}
	}
	if n := len(a.tail); n > 0 && (best < 0 || order(a.tail[n-1], a.heads[best].version) > 0) {
		v := a.tail[n-1]
		a.tail = a.tail[:n-1]
		return v
	}
	if best < 0 {
		return nil
	}
	v := a.heads[best].version
	if !a.heads[best].advance() {
		a.heads = slices.Delete(a.heads, best, best+1)
	}
	return v
}

// waits says whether the newest partition that is not open may hold something
// newer than the best so far.
func (a *answers) waits(best int) bool {
	start := int64(math.MinInt64)
	if best >= 0 {
		start = a.heads[best].start
	}
	if n := len(a.tail); n > 0 {
		start = max(start, a.tail[n-1].Start.UnixMilli())
	}
	return a.parts[len(a.parts)-1].newest >= start
}

// newest is which head comes first, −1 if there is none.
func (a *answers) newest() int {
	best := -1
	for i := range a.heads {
		h := &a.heads[i]
		if best < 0 || h.start > a.heads[best].start ||
			h.start == a.heads[best].start && order(h.version, a.heads[best].version) > 0 {
			best = i
		}
	}
	return best
}

// mayHold says whether a partition reaches into the interval asked for.
func (s *search) mayHold(p *partition) bool {
	return p.last >= s.fromMS && (s.to.IsZero() || p.first <= s.to.UnixMilli())
}

// count is how many versions answer.
func (s *search) count() int {
	n := len(s.tail())
	for _, r := range s.snapshot.state.young {
		n += s.countRun(r)
	}
	for _, p := range s.snapshot.state.parts {
		if !s.mayHold(p) {
			continue
		}
		for _, r := range p.runs {
			n += s.countRun(r)
		}
	}
	return n
}

func (s *search) countRun(r *run) int {
	c, ok := s.open(r)
	if !ok {
		return 0
	}
	return c.count()
}
