package index

import (
	"context"
	"fmt"
	"math"

	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// Snapshot is the index at one position of the log. It stays what it is while
// the writer goes on. The zero value is empty.
type Snapshot struct {
	Head  log.Seq // the newest position it holds; queries beyond it are bounded by it
	index *Index
	state *state
}

// Query answers q, newest first. Page.Head is the position it was answered at,
// min(q.AsOf.Seq, Head): asked for again, with later snapshots too, it gives the
// same Matched and the same versions behind a key, whatever was added since. A
// limit below 1 is an error, and so is a context that has ended.
func (s Snapshot) Query(ctx context.Context, q report.Query) (report.Page, error) {
	if q.Limit < 1 {
		return report.Page{}, fmt.Errorf("limit %d: ask for at least 1 report", q.Limit)
	}
	if ctx.Err() != nil {
		return report.Page{}, context.Cause(ctx)
	}
	page := report.Page{Matched: -1, Head: s.Head}
	if q.AsOf.Seq != 0 {
		page.Head = min(page.Head, q.AsOf.Seq)
	}
	if q.Count {
		page.Matched = 0
	}
	if s.state == nil {
		return page, nil
	}
	search := newSearch(ctx, s, q)
	defer search.done()
	numbers := search.fill(&page, q.Limit)
	switch {
	case !q.Count:
	case page.Next == nil && q.After == nil: // they are all there
		page.Matched = page.N
	default:
		page.Matched = search.matched()
	}
	if search.err != nil {
		return report.Page{}, search.err
	}
	book := s.index.revisions.book
	book.fetch(numbers, s.state.n)
	if q.Lean {
		room := &unpacked{}
		page.At = func(i int) *report.Version { return book.unpack(room, numbers[i]) }
	} else {
		page.Versions = book.versions(numbers)
	}
	return page, nil
}

// fill finds up to limit versions for the page, and the key behind them if there
// are more.
func (s *search) fill(page *report.Page, limit int) (numbers []uint32) {
	s.plan.need = limit
	if limit < math.MaxInt {
		s.plan.need++ // the one more that tells whether there is a next page
	}
	a := s.answers()
	more := false
	for s.plan.need > 0 {
		number, ok := a.next()
		if !ok {
			break
		}
		if more = len(numbers) == limit; more {
			break
		}
		numbers = append(numbers, number)
		s.plan.need--
	}
	if page.N = len(numbers); more {
		last := a.book.head(numbers[limit-1])
		page.Next = &report.Key{Start: moment(last.start), FID: last.fid}
	}
	return numbers
}

// matched is how many versions answer on all pages together.
func (s *search) matched() int {
	all := s.anywhere && s.from == math.MinInt64 && s.to == math.MaxInt64 && s.match == nil && s.kind == nil
	if all && s.at.all(s.snapshot.state.n) {
		return s.snapshot.state.standing
	}
	s.behind, s.plan.need = false, math.MaxInt
	return s.count()
}

// Versions calls yield for every version that stands at a position, in no
// particular order, until yield returns false. A version may not be kept: the next
// takes its place.
func (s Snapshot) Versions(at log.AsOf, yield func(*report.Version) bool) {
	if s.state == nil {
		return
	}
	search := newSearch(context.Background(), s, report.Query{AsOf: at})
	for _, k := range search.tail() {
		if !yield(search.version(k.number)) {
			return
		}
	}
	for r := range s.state.runs {
		c, ok := search.open(r)
		if !ok {
			continue
		}
		for i := c.next(); i >= 0; i = c.next() {
			if !yield(search.version(r.numbers[i])) {
				return
			}
		}
	}
}

// runs calls yield for every run until it returns false.
func (s *state) runs(yield func(*run) bool) {
	for _, r := range s.young {
		if !yield(r) {
			return
		}
	}
	for _, p := range s.parts {
		for _, r := range p.runs {
			if !yield(r) {
				return
			}
		}
	}
}

// Get is the newest version of a report at a position, Deleted where it was
// retracted; false: there is none yet.
func (s Snapshot) Get(id string, at log.AsOf) (*report.Version, bool) {
	if s.state == nil {
		return nil, false
	}
	known := s.index.revisions
	number, ok := known.at(id, s.position(at))
	if !ok {
		return nil, false
	}
	return known.book.version(number), true
}

// History is every version of a report up to the head, oldest first,
// retractions with them; empty if there is none.
func (s Snapshot) History(id string) []*report.Version {
	if s.state == nil {
		return nil
	}
	known := s.index.revisions
	return known.book.versions(known.upTo(id, s.state.n))
}

// Len is how many reports stand at the head.
func (s Snapshot) Len() int {
	if s.state == nil {
		return 0
	}
	return s.state.standing
}
