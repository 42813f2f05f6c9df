package reader

import (
	"math"
	"time"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

// Retention is how long exact positions are kept, counted from the end of what was
// observed. The zero value keeps them for ever.
type Retention struct {
	Kilometre time.Duration // from this age on a position is a kilometre of the line; 0: never
	Segment   time.Duration // from this age on it is a segment; 0: never
}

// Kept is a report as it is kept at a time. Its people stay in the segments and days
// in which they were counted. What was coarse is never made finer.
func (k Retention) Kept(f *frontier.Frontier, v *report.Version, now time.Time) report.Report {
	r, age := v.Report, now.Sub(v.End)
	switch {
	case k.Segment > 0 && age >= k.Segment:
		r.Point, r.Stretch, r.Uncertainty = nil, whole(f, &r), nil
	case k.Kilometre > 0 && age >= k.Kilometre:
		r.Point, r.Stretch, r.Uncertainty = nil, kilometres(f, v), nil
	}
	return r
}

// kilometres is the stretch of the whole kilometres that a report lies on; that of a
// point lies in its segment.
func kilometres(f *frontier.Frontier, v *report.Version) *frontier.Stretch {
	const step = 1000
	s, most := frontier.Stretch{Part: v.Place.Part, From: v.Place.Measure, To: v.Place.Measure}, kept(f.Length(v.Place.Part))
	if v.Stretch != nil {
		s = *v.Stretch
	}
	whole := frontier.Stretch{
		Part: s.Part, From: frontier.Meters(math.Floor(float64(s.From)/step) * step), To: frontier.Meters(math.Ceil(float64(s.To)/step) * step),
	}
	if v.Stretch == nil {
		whole.To = whole.From + step
		of := f.Segments()[v.Place.Segment].Stretch
		whole.From, most = max(whole.From, of.From), min(most, kept(of.To))
	}
	whole.To = min(whole.To, most)
	if whole.From >= whole.To { // the last metre of a part
		whole.From = max(0, whole.To-step)
	}
	return &whole
}
