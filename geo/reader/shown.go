package reader

import (
	"math"
	"time"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

// Shown is a report of a source as the class is shown it, if it sees it at all.
// Partners get whole segments and whole UTC days. The agency's own reference is for
// that agency, and overlaps name reports that are seen, which the caller knows. Its
// own reports a source is shown as it sent them, to the letter: it must be able to
// correct them, and every name in them it has given itself.
func (c Class) Shown(f *frontier.Frontier, r report.Report, s report.Source, seen func(id string) bool) report.Report {
	c = c.Canonical()
	if c.All() || c.owns(&r) {
		return r
	}
	if !c.colleague(s) {
		r.SourceRef = ""
	}
	var overlaps []string
	for _, id := range r.Overlaps {
		if seen(id) {
			overlaps = append(overlaps, id)
		}
	}
	r.Overlaps = overlaps
	if c.Tier < Agency {
		r = Coarse(f, r)
	}
	return r
}

// Coarse is a report of which only segments and UTC days are told. It is counted in
// the same cells as the report itself, except that a stretch is spread evenly over
// its segments.
func Coarse(f *frontier.Frontier, r report.Report) report.Report {
	r.Stretch, r.Point = whole(f, &r), nil
	r.Uncertainty = nil // the stretch says it, and a figure of its own would be a mark
	r.Start, r.End = days(r.Start, r.End)
	if !r.Published.IsZero() {
		r.Published = r.Published.UTC().Truncate(day)
	}
	return r
}

const day = 24 * time.Hour

// days are the first and the last instant of the UTC days that an interval touches.
// One that ends at midnight does not touch the day that begins there.
func days(start, end time.Time) (first, last time.Time) {
	if end.After(start) {
		end = end.Add(-time.Nanosecond)
	}
	return start.UTC().Truncate(day), end.UTC().Truncate(day).Add(day - time.Millisecond)
}

// whole is the stretch of the segments that a report lies on.
func whole(f *frontier.Frontier, r *report.Report) *frontier.Stretch {
	segments := f.Segments()
	if r.Stretch == nil {
		place, err := f.Locate(*r.Point, frontier.Meters(math.Inf(1)))
		if err != nil { // only without a line
			return &frontier.Stretch{}
		}
		return &frontier.Stretch{Part: place.Part, From: segments[place.Segment].Stretch.From, To: kept(segments[place.Segment].Stretch.To)}
	}
	first, last := f.SegmentAt(r.Stretch.Part, r.Stretch.From), f.SegmentAt(r.Stretch.Part, r.Stretch.To)
	if first < 0 {
		return r.Stretch // a part that the line does not have
	}
	if last > first && segments[last].Stretch.From >= r.Stretch.To {
		last-- // it ends where that segment begins
	}
	return &frontier.Stretch{Part: r.Stretch.Part, From: segments[first].Stretch.From, To: kept(segments[last].Stretch.To)}
}

// kept is an end as a body keeps it, to the centimetre, and not beyond the line.
func kept(m frontier.Meters) frontier.Meters {
	return frontier.Meters(math.Floor(float64(m)*100) / 100)
}
