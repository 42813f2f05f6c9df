package api

import (
	"time"

	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
)

// inside says whether a point lies in one of the boxes; none are everywhere.
func inside(p orb.Point, boxes []orb.Bound) bool {
	for _, b := range boxes {
		if b.Contains(p) {
			return true
		}
	}
	return len(boxes) == 0
}

// meets says whether a stretch meets one of the boxes; none are everywhere. The
// bounds of the segments it lies in settle most cases without the line.
func (s *server) meets(stretch frontier.Stretch, boxes []orb.Bound) bool {
	if len(boxes) == 0 {
		return true
	}
	first, last := s.line.SegmentAt(stretch.Part, stretch.From), s.line.SegmentAt(stretch.Part, stretch.To)
	if first < 0 || last < first {
		return false
	}
	bound := s.bounds[first]
	for _, b := range s.bounds[first+1 : last+1] {
		bound = bound.Union(b)
	}
	for _, b := range boxes {
		if b.Intersects(bound) && (b.Contains(bound.Min) && b.Contains(bound.Max) || s.line.Meets(stretch, b)) {
			return true
		}
	}
	return false
}

// bounds are those of the segments, by their index.
func bounds(line *frontier.Frontier) []orb.Bound {
	all := make([]orb.Bound, len(line.Segments()))
	for i, segment := range line.Segments() {
		all[i] = line.Slice(segment.Stretch).Bound()
	}
	return all
}

// meets says whether the interval from begin until before end, each open if zero,
// has a moment in common with s.
func (s span) meets(begin, end time.Time) bool {
	return (s.to.IsZero() || begin.IsZero() || !begin.After(s.to)) &&
		(s.from.IsZero() || end.IsZero() || end.After(s.from))
}
