package report

import (
	"slices"

	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
)

// Rounded is a report as a record keeps it: coordinates to seven decimals, metres
// to the centimetre, times in UTC to the millisecond. It shares nothing with r that
// could be changed. Decode rounds by itself; reports made otherwise are rounded
// before they are placed, so that what is live is what is read again.
func Rounded(r Report) Report {
	if r.Point != nil {
		r.Point = &orb.Point{degrees(r.Point[0]), degrees(r.Point[1])}
	}
	if s := r.Stretch; s != nil {
		r.Stretch = &frontier.Stretch{Part: s.Part, From: centimeters(float64(s.From)), To: centimeters(float64(s.To))}
	}
	if r.Uncertainty != nil {
		u := centimeters(float64(*r.Uncertainty))
		r.Uncertainty = &u
	}
	r.Start, r.End, r.Published = whole(r.Start), whole(r.End), whole(r.Published)
	r.Overlaps = slices.Clone(r.Overlaps)
	return r
}
