package codec

import (
	"time"

	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/guard"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/report"
)

type segmented = subject[hotspot.SegmentState]

var segmentTable = table[hotspot.SegmentState]{
	collection: Segments,
	geometry:   "geometry-linestring",
	id:         func(v *hotspot.SegmentState) string { return v.ID },
	shape: func(dst []byte, g ground, v *hotspot.SegmentState) []byte {
		return g.appendLine(dst, v.Index, v.Stretch)
	},
	lonlat: func(f *frontier.Frontier, v *hotspot.SegmentState) (orb.Point, bool) { return middle(f, v.Stretch) },
	columns: []column[hotspot.SegmentState]{
		whole("fid", "Numeric id: the number of the segment, from 1.",
			always(func(s segmented) int64 { return int64(s.of.Index) + 1 })),
		text("part", partText, func(s segmented) string { return s.of.Stretch.Part.String() }),
		number("km_from", 3, fromText, func(s segmented) float64 { return s.of.Stretch.From.KM() }),
		number("km_to", 3, toText, func(s segmented) float64 { return s.of.Stretch.To.KM() }),
		number("length_km", 3, "Length, kilometres.", func(s segmented) float64 { return s.of.Stretch.Length().KM() }),
		text("name", "Nearest place or feature.", func(s segmented) string { return s.of.Name }),
		text("admin_ca", "Province or territory, ISO 3166-2 without CA-.", func(s segmented) string { return s.of.AdminCA }),
		text("admin_us", "State, ISO 3166-2 without US-.", func(s segmented) string { return s.of.AdminUS }),
		truth("guarded", "Whether all of it is guarded at the instant asked about; null: hours are not known.",
			func(s segmented) guard.Tri {
				if s.of.Guarded == nil {
					return guard.Unknown
				}
				return tri(*s.of.Guarded)
			}),
		number("unguarded_share", 4, "Part of its length and of the hours of the window that is not known to be guarded, 0 to 1.",
			func(s segmented) float64 { return s.of.UnguardedShare }),
		text("nearest_port", "Id of the nearest port along the part.", func(s segmented) string { return s.of.NearestPort }),
		number("nearest_port_km", 3, "Distance to it along the part, kilometres.",
			func(s segmented) float64 { return given(s.of.NearestPort != "", s.of.NearestPortKM) }),
		word("unit", words(report.Units()), "What observed and expected count; null: nothing was reported.",
			func(s segmented) string { return string(s.of.Unit) }),
		number("observed", 6, "How many in the window.",
			func(s segmented) float64 { return given(s.of.Unit != "", s.of.Observed) }),
		number("expected", 6, "How many its own last two years, season and reporting allowed for, expect in the window.",
			func(s segmented) float64 { return given(s.of.Unit != "", s.of.Expected) }),
		number("completeness", 4, "Share of the expected reporting that has arrived for the window, 0 to 1.",
			func(s segmented) float64 { return given(s.of.Unit != "", s.of.Completeness) }),
		word("level", levelNames(), "Highest level of the hot spots that touch it; null: none does.",
			func(s segmented) string { return levelName(s.of.Level) }),
	},
}

type ported = subject[guard.PortState]

var portTable = table[guard.PortState]{
	collection: Ports,
	geometry:   "geometry-point",
	id:         func(v *guard.PortState) string { return v.ID },
	shape:      func(dst []byte, _ ground, v *guard.PortState) []byte { return appendPoint(dst, v.Point) },
	lonlat:     func(_ *frontier.Frontier, v *guard.PortState) (orb.Point, bool) { return v.Point, true },
	columns: []column[guard.PortState]{
		whole("fid", "Numeric id.", always(func(s ported) int64 { return s.of.FID })),
		text("name", "Name of both halves together.", func(s ported) string { return s.of.Name }),
		text("name_ca", "Name of the Canadian half.", func(s ported) string { return s.of.NameCA }),
		text("name_us", "Name of the United States half.", func(s ported) string { return s.of.NameUS }),
		text("code_us", "Port code of U.S. Customs and Border Protection, four digits.", func(s ported) string { return s.of.CodeUS }),
		text("code_ca", "Office code of the Canada Border Services Agency, three digits.", func(s ported) string { return s.of.CodeCA }),
		text("part", partText, func(s ported) string { return s.of.Part.String() }),
		number("km", 3, "Place along the part, kilometres from its origin.", func(s ported) float64 { return s.of.Measure.KM() }),
		text("hours_ca", "Hours of the Canadian half in its local time, opening_hours syntax; null: not known.", func(s ported) string { return s.of.HoursCA }),
		text("hours_us", "Hours of the United States half in its local time, opening_hours syntax; null: not known.", func(s ported) string { return s.of.HoursUS }),
		text("zone_ca", "Time zone of the Canadian half (IANA).", func(s ported) string { return s.of.ZoneCA }),
		text("zone_us", "Time zone of the United States half (IANA).", func(s ported) string { return s.of.ZoneUS }),
		truth("open_ca", "Whether the Canadian half is open at the instant asked about; null: not known.", func(s ported) guard.Tri { return s.of.OpenCA }),
		truth("open_us", "Whether the United States half is open at the instant asked about; null: not known.", func(s ported) guard.Tri { return s.of.OpenUS }),
		truth("mismatch", "Whether one half is open and the other closed; null: not known.", func(s ported) guard.Tri { return s.of.Mismatch }),
		truth("closed", "Whether it is no longer a port.", func(s ported) guard.Tri { return tri(s.of.Closed) }),
		text("note", "What else there is to know.", func(s ported) string { return s.of.Note }),
		text("source", "Where these facts come from.", func(s ported) string { return s.of.Source }),
	},
}

type posted = subject[guard.PostState]

var postTable = table[guard.PostState]{
	collection: Posts,
	geometry:   "geometry-any",
	id:         func(v *guard.PostState) string { return v.ID },
	shape: func(dst []byte, g ground, v *guard.PostState) []byte {
		if v.Point != nil {
			return appendPoint(dst, *v.Point)
		}
		return appendStretch(dst, g.frontier, v.Stretch)
	},
	lonlat: func(f *frontier.Frontier, v *guard.PostState) (orb.Point, bool) {
		if v.Point != nil {
			return *v.Point, true
		}
		return middle(f, v.Stretch)
	},
	columns: []column[guard.PostState]{
		whole("fid", "Numeric id.", always(func(s posted) int64 { return s.of.FID })),
		word("kind", []string{"station", "patrol", "tower"}, "What it is.", func(s posted) string { return s.of.Kind }),
		text("name", "Name.", func(s posted) string { return s.of.Name }),
		text("agency", "Agency that keeps it.", func(s posted) string { return s.of.Agency }),
		text("part", partText, func(s posted) string { return s.of.Stretch.Part.String() }),
		number("km_from", 5, fromText, func(s posted) float64 { return s.of.Stretch.From.KM() }),
		number("km_to", 5, toText, func(s posted) float64 { return s.of.Stretch.To.KM() }),
		number("offset_m", 1, "Distance of its point from the line, metres; null where only the stretch is known.",
			func(s posted) float64 { return given(s.of.Point != nil, float64(s.of.Offset)) }),
		instant("active_from", "Since when it is active; null: since ever.",
			func(s posted) time.Time { return s.of.ActiveFrom }).role("primary-interval-start"),
		instant("active_to", "The first instant at which it is no longer active; null: for ever.",
			func(s posted) time.Time { return s.of.ActiveTo }).role("primary-interval-end"),
	},
}

const (
	partText = "Part of the frontier, main or alaska."
	fromText = "Beginning, kilometres along the part."
	toText   = "End, kilometres along the part."
)
