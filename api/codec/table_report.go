package codec

import (
	"math"
	"time"

	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/guard"
	"frontierwatch/geo/report"
)

// reportTable: first what a source says, under the names by which it is sent,
// then what answers add. What was read can be sent back.
var reportTable = table[report.Version]{
	collection: Reports,
	geometry:   "geometry-any",
	id:         func(v *report.Version) string { return v.ID },
	shape:      appendReportShape,
	write:      appendReport,
	marking:    func(v *report.Version) report.Marking { return report.Marking{TLP: v.TLP, Releasable: v.Releasable} },
	lonlat: func(_ *frontier.Frontier, v *report.Version) (orb.Point, bool) {
		if v.Point == nil {
			return orb.Point{}, false // a stretch has no point that stands for it
		}
		return *v.Point, true
	},
	columns: []column[report.Version]{
		whole("fid", "Numeric id, the same for all versions of the report.",
			always(func(s reported) int64 { return s.of.FID })),
		instant("observed_start", "When it happened, or the beginning of the interval that the count is for.",
			func(s reported) time.Time { return s.of.Start }).role("primary-interval-start"),
		instant("observed_end", "The end of that interval; the same as observed_start for an instant.",
			func(s reported) time.Time { return s.of.End }).role("primary-interval-end"),
		whole("count_best", "How many, by the best knowledge of the source; 0 is a reported zero.",
			always(func(s reported) int64 { return s.of.Count.Best })),
		whole("count_min", "How many at least.",
			always(func(s reported) int64 { return s.of.Count.Min })),
		whole("count_max", "How many at most.",
			always(func(s reported) int64 { return s.of.Count.Max })),
		word("unit", words(report.Units()), "What is counted; unlike units are never added.",
			func(s reported) string { return string(s.of.Unit) }),
		word("direction", words(report.Directions()), "The way the people went.",
			func(s reported) string { return string(s.of.Direction) }),
		word("relation", words(report.Relations()), "Where it was in relation to the ports of entry.",
			func(s reported) string { return string(s.of.Relation) }),
		instant("published", "When the source made it known.",
			func(s reported) time.Time { return s.of.Published }),
		text("source", "Id of the source.",
			func(s reported) string { return s.of.Source }),
		text("source_ref", "The agency's own reference.",
			func(s reported) string { return s.of.SourceRef }),
		word("status", words(report.Statuses()), "State of verification.",
			func(s reported) string { return string(s.of.Status) }),
		number("uncertainty_m", 2, "Horizontal uncertainty of the place, metres.", uncertainty),
		list("overlaps", "Ids of reports that may count the same people.",
			func(s reported) int { return len(s.of.Overlaps) },
			func(s reported, i int) string { return s.of.Overlaps[i] }),
		word("tlp", words(report.TLPs()), "Traffic Light Protocol 2.0 label, without TLP:.",
			func(s reported) string { return string(s.of.TLP) }),
		list("releasable_to", "The countries it may be shown to; null: not restricted.",
			func(s reported) int { return countryCount(s.of.Releasable) },
			func(s reported, i int) string { return country(s.of.Releasable, i) }),

		text("part", "Part of the frontier, main or alaska.",
			func(s reported) string { return s.of.Place.Part.String() }),
		number("km_from", 5, "Beginning of the stretch, kilometres along the part; null for a point.",
			func(s reported) float64 {
				return stretchEnd(s.of.Stretch, func(s *frontier.Stretch) frontier.Meters { return s.From })
			}),
		number("km_to", 5, "End of the stretch, kilometres along the part; null for a point.",
			func(s reported) float64 {
				return stretchEnd(s.of.Stretch, func(s *frontier.Stretch) frontier.Meters { return s.To })
			}),
		number("km", 3, "Place along the part, kilometres from its origin; for a stretch its middle.",
			func(s reported) float64 { return s.of.Place.Measure.KM() }),
		number("offset_m", 1, "Distance from the line, metres, positive towards Canada; null for a stretch.",
			func(s reported) float64 { return given(s.of.Point != nil, float64(s.of.Place.Offset)) }),
		word("side", []string{"CA", "US"}, "The country the point lies in; null for a stretch and on the line itself.",
			func(s reported) string { return side(s.of) }),
		text("segment", "Id of the segment it lies in; for a stretch that of its middle.",
			func(s reported) string { return segmentID(s.line, s.of.Place.Segment) }),
		whole("seq", "Position in the log of the entry that made this version.",
			always(func(s reported) int64 { return int64(s.of.Seq) })),
		instant("recorded", "When that entry was made.",
			func(s reported) time.Time { return s.of.Recorded }),
		whole("revision", "Number of this version, from 1.",
			always(func(s reported) int64 { return int64(s.of.Revision) })),
		whole("replaces", "Position in the log of the entry that this one corrects; null: it is the first.",
			func(s reported) (int64, bool) { return int64(s.of.Replaces), s.of.Replaces != 0 }),
		truth("deleted", "Whether the entry retracts the report.",
			func(s reported) guard.Tri { return tri(s.of.Deleted) }),
	},
}

type reported = subject[report.Version]

func uncertainty(s reported) float64 {
	if s.of.Uncertainty == nil {
		return math.NaN()
	}
	return float64(*s.of.Uncertainty)
}

func stretchEnd(s *frontier.Stretch, end func(*frontier.Stretch) frontier.Meters) float64 {
	if s == nil {
		return math.NaN()
	}
	return end(s).KM()
}

func side(v *report.Version) string {
	if v.Point == nil {
		return ""
	}
	return v.Place.Side.String()
}

func segmentID(f *frontier.Frontier, index int) string {
	if segments := f.Segments(); index >= 0 && index < len(segments) {
		return segments[index].ID
	}
	return ""
}

func countryCount(c report.Countries) int {
	return int(c&report.CAN) + int(c&report.USA)/int(report.USA)
}

// country is the i-th of the names of c, without making the list of them.
func country(c report.Countries, i int) string {
	if c&report.CAN != 0 && i == 0 {
		return "CAN"
	}
	return "USA"
}
