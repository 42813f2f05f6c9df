package index

import (
	"github.com/paulmach/orb"

	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// mostTouched is of how many versions Touched looks at each.
const mostTouched = 2048

// Touched says whether a report that meets a box has come, was changed or has gone
// since a position. It may say so though none has: where very much has come, of which
// it looks at nothing, and of a stretch whose bound meets the box.
func (s Snapshot) Touched(after log.Seq, box orb.Bound) bool {
	if s.state == nil || after >= s.Head {
		return false
	}
	book := s.index.revisions.book
	number := book.until(after, s.state.n)
	if s.state.n-number > mostTouched {
		return true
	}
	var room unpacked
	for ; number < s.state.n; number++ {
		if s.near(book.unpack(&room, number), box) {
			return true
		}
		if h := book.head(number); h.flags&hasBefore != 0 && s.near(book.unpack(&room, h.before), box) {
			return true
		}
	}
	return false
}

func (s Snapshot) near(v *report.Version, box orb.Bound) bool {
	extent := s.index.extent(v)
	return extent != nil && box.Intersects(*extent)
}
