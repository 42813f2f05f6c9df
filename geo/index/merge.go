package index

import "slices"

// answers yields what a search finds, newest first, by merging the tail, the
// young and the partitions. A partition is opened when everything newer has been
// yielded; so a page of the newest reports looks at few of them.
type answers struct {
	search *search
	book   *book
	heads  []leading
	best   int          // which head comes first, −1: none
	second key          // the others come no sooner than this
	tail   []key        // oldest first
	parts  []*partition // not yet opened
}

// leading is the next version of a cursor, by its rank: when it was is only looked
// up where it is compared, since that is seldom in the cache, and then kept.
type leading struct {
	cursor *cursor
	rank   int
	at     key
	looked bool
}

func (h *leading) key() key {
	if !h.looked {
		h.at, h.looked = h.cursor.run.key(h.rank), true
	}
	return h.at
}

func (s *search) answers() *answers {
	a := &answers{search: s, book: s.snapshot.index.revisions.book, tail: s.tail(), parts: s.snapshot.state.parts}
	a.openAll(s.snapshot.state.young)
	return a
}

// tail is what answers in the tail, oldest first.
func (s *search) tail() (found []key) {
	state, book := s.snapshot.state, s.snapshot.index.revisions.book
	for i := range state.tail {
		r := &state.tail[i]
		if r.number >= s.at.limit {
			break
		}
		if r.end < s.from || r.start > s.to || !s.meets(r) || !s.ofKind(uint32(r.kind)) && !s.likes(r.kind, r.number) {
			continue
		}
		if s.behind && (r.start > s.after || r.start == s.after && book.head(r.number).fid >= s.fid) {
			continue
		}
		if s.stands(r.number, state.gone.has(i)) && s.matches(r.number) {
			found = append(found, key{r.start, r.number})
		}
	}
	slices.SortFunc(found, book.compare)
	return found
}

func (a *answers) openAll(runs []*run) {
	for _, r := range runs {
		c, ok := a.search.open(r)
		if !ok {
			continue
		}
		if h := (leading{cursor: &c}); h.advance() {
			a.heads = append(a.heads, h)
		}
	}
	a.lead()
}

func (h *leading) advance() bool {
	h.rank, h.looked = h.cursor.next(), false
	return h.rank >= 0
}

// next is the number of the next version; false: there are no more, or the search
// is given up.
func (a *answers) next() (uint32, bool) {
	for len(a.parts) > 0 && a.waits() {
		p := a.parts[len(a.parts)-1]
		a.parts = a.parts[:len(a.parts)-1]
		if a.search.mayHold(p) {
			a.openAll(p.runs)
		}
	}
	if n := len(a.tail); n > 0 && (a.best < 0 || a.book.compare(a.tail[n-1], a.heads[a.best].key()) > 0) {
		k := a.tail[n-1]
		a.tail = a.tail[:n-1]
		return k.number, true
	}
	if a.best < 0 {
		return 0, false
	}
	h := &a.heads[a.best]
	number := h.cursor.run.numbers[h.rank]
	if !h.advance() {
		a.heads = slices.Delete(a.heads, a.best, a.best+1)
		a.lead()
	} else if len(a.heads) > 1 && a.book.compare(h.key(), a.second) < 0 {
		a.lead()
	}
	return number, true
}

// waits says whether the newest partition that is not open may hold something
// newer than the best so far.
func (a *answers) waits() bool {
	newest := a.parts[len(a.parts)-1].newest
	if n := len(a.tail); n > 0 && newest < a.tail[n-1].start {
		return false
	}
	if a.best < 0 {
		return true
	}
	// Mostly the whole run of the best is newer.
	h := &a.heads[a.best]
	return newest >= h.cursor.run.start[0] && newest >= h.key().start
}

// lead finds the head that comes first, and what the others come to.
func (a *answers) lead() {
	a.best = -1
	for i := range a.heads {
		switch k := &a.heads[i]; {
		case a.best < 0:
			a.best = i
		case a.book.compare(k.key(), a.heads[a.best].key()) > 0:
			a.second, a.best = a.heads[a.best].key(), i
		case i == 1 || a.book.compare(k.key(), a.second) > 0:
			a.second = k.key()
		}
	}
}

// mayHold says whether a partition reaches into the interval asked for.
func (s *search) mayHold(p *partition) bool { return p.last >= s.from && p.first <= s.to }
