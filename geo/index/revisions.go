package index

import (
	"slices"

	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// revisions knows which versions a report has had: the newest by its id, and from
// each the one before it. It may be ahead of a snapshot: versions beyond the
// position asked about are passed over.
type revisions struct {
	book *book
	ids  *ids
}

func newRevisions() revisions {
	b := newBook()
	return revisions{b, newIDs(b)}
}

// position is what a log.AsOf means to the versions of a snapshot.
type position struct {
	limit   uint32 // versions numbered so and higher are not there yet
	bounded bool   // by knowledge
	known   int64  // milliseconds
}

// all says whether every version below a number is there and known.
func (p position) all(below uint32) bool { return !p.bounded && below <= p.limit }

// add writes v down, which is at a spot and whose id has a hash, and returns the
// version that was the newest of its report; false: v is the first.
func (r revisions) add(v *report.Version, at spot, hash uint64) (number, old uint32, replaces bool) {
	slot := r.ids.slot(hash, v.ID)
	newest := slot.Load()
	old, replaces = uint32(newest)-1, newest != 0
	number = r.book.add(v, at, old, replaces)
	r.ids.put(slot, hash, number)
	return number, old, replaces
}

// back yields the versions of the report with an id, the newest first.
func (r revisions) back(id string) func(yield func(uint32, head) bool) {
	return func(yield func(uint32, head) bool) {
		number, ok := r.ids.get(id)
		for ok {
			h := r.book.head(number)
			if !yield(number, h) {
				return
			}
			number, ok = h.before, h.flags&hasBefore != 0
		}
	}
}

// upTo is the versions of a report below a number, oldest first.
func (r revisions) upTo(id string, limit uint32) (numbers []uint32) {
	for number := range r.back(id) {
		if number < limit {
			numbers = append(numbers, number)
		}
	}
	slices.Reverse(numbers)
	return numbers
}

// at is the newest version of a report that was known at a position; false: none
// was.
func (r revisions) at(id string, at position) (uint32, bool) {
	for number, h := range r.back(id) {
		if at.knows(number, &h) {
			return number, true
		}
	}
	return 0, false
}

// replaced says whether a later version took the place of one at a position.
func (r revisions) replaced(number uint32, at position) bool {
	for later, h := range r.back(r.book.id(number)) {
		if later <= number {
			return false
		}
		if at.knows(later, &h) {
			return true
		}
	}
	return false
}

// knows says whether a version was in the log and known at the position.
func (p position) knows(number uint32, h *head) bool {
	return number < p.limit && (!p.bounded || h.known() <= p.known)
}

// position is that of a bound, in a snapshot of n versions with a head.
func (s Snapshot) position(at log.AsOf) position {
	p := position{limit: s.state.n, bounded: !at.Known.IsZero(), known: at.Known.UnixMilli()}
	if at.Seq != 0 && at.Seq < s.Head {
		p.limit = s.index.revisions.book.until(at.Seq, s.state.n)
	}
	return p
}
