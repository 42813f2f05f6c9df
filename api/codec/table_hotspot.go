package codec

import (
	"slices"
	"time"

	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/report"
)

type spotted = subject[hotspot.Hotspot]

var hotspotTable = table[hotspot.Hotspot]{
	collection: Hotspots,
	geometry:   "geometry-linestring",
	id:         func(v *hotspot.Hotspot) string { return v.ID },
	marking:    func(v *hotspot.Hotspot) report.Marking { return v.Marking },
	shape:      func(dst []byte, g ground, v *hotspot.Hotspot) []byte { return g.appendLine(dst, v.First, v.Stretch) },
	lonlat:     func(f *frontier.Frontier, v *hotspot.Hotspot) (orb.Point, bool) { return middle(f, v.Stretch) },
	columns: slices.Concat(spotColumns, markings(
		func(s spotted) report.TLP { return s.of.Marking.TLP },
		func(s spotted) report.Countries { return s.of.Marking.Releasable })),
}

// spotColumns is what hot spots and flags have in common.
var spotColumns = []column[hotspot.Hotspot]{
	whole("fid", "Numeric id: a hash of the id, below 2^53.", always(func(s spotted) int64 { return NumericID(s.of.ID) })),
	word("unit", words(report.Units()), "What is counted.", func(s spotted) string { return string(s.of.Unit) }),
	text("part", partText, func(s spotted) string { return s.of.Stretch.Part.String() }),
	number("km_from", 3, fromText, func(s spotted) float64 { return s.of.Stretch.From.KM() }),
	number("km_to", 3, toText, func(s spotted) float64 { return s.of.Stretch.To.KM() }),
	list("segments", "Ids of its segments.",
		func(s spotted) int { return segmentCount(s.line, s.of) },
		func(s spotted, i int) string { return s.line.Segments()[s.of.First+i].ID }),
	text("name", "Place or feature nearest to its middle.", func(s spotted) string { return s.line.Name(s.of.Stretch) }),
	day("first_seen", "The UTC day on which it was first found.", func(s spotted) time.Time { return s.of.FirstSeen }),
	day("day", "The UTC day it was computed for, the last of the window.", func(s spotted) time.Time { return s.of.Day }).role("primary-instant"),
	whole("window_days", "Length of the window, days.", always(func(s spotted) int64 { return int64(s.of.WindowDays) })),
	number("observed", 6, "How many in the window.", func(s spotted) float64 { return s.of.Observed }),
	number("expected", 6, "How many its own last two years, season and reporting allowed for, expect in the window.", func(s spotted) float64 { return s.of.Expected }),
	number("ratio", 3, "How many times as many as expected: the median.", func(s spotted) float64 { return s.of.Ratio }),
	number("ratio_low", 3, "Lower bound of the ratio (2.5 %).", func(s spotted) float64 { return s.of.RatioLow }),
	number("ratio_high", 3, "Upper bound of the ratio (97.5 %).", func(s spotted) float64 { return s.of.RatioHigh }),
	number("score", 4, "−log10 of the probability of as many or more by chance.", func(s spotted) float64 { return s.of.Score }),
	small("false_alarms_month", "How many hot spots of this score or higher chance gives in a month, over the whole frontier.", func(s spotted) float64 { return s.of.FalseAlarmsMonth }),
	small("recurrence_days", "Days between two of them.", func(s spotted) float64 { return s.of.RecurrenceDays }),
	small("q", "Expected share of false ones among the hot spots of this score or higher.", func(s spotted) float64 { return s.of.Q }),
	number("common", 4, "By which factor its whole area is above what is expected.", func(s spotted) float64 { return s.of.Common }),
	number("completeness", 4, "Share of the expected reporting that has arrived for the window, 0 to 1.", func(s spotted) float64 { return s.of.Completeness }),
	list("agencies", "Who reported.",
		func(s spotted) int { return len(s.of.Agencies) },
		func(s spotted, i int) string { return s.of.Agencies[i] }),
	word("direction", words(report.Directions()), "The way all went of whom it is known.", func(s spotted) string { return string(s.of.Direction) }),
	word("label", []string{"new", "diminishing", "intensifying", "sporadic", "persistent"}, "How it develops.", func(s spotted) string { return s.of.Label }),
	word("level", levelNames(), "How much it stands out.", func(s spotted) string { return levelName(s.of.Level) }),
	list("silent", "Agencies that normally report there and have stopped: a fall is no calm then; null: none has.",
		func(s spotted) int {
			if s.of.Silent == nil {
				return 0
			}
			return len(s.of.Silent.Who)
		},
		func(s spotted, i int) string { return s.of.Silent.Who[i] }),
	list("displaced_from", "Ids of the segments that it may have moved away from, since guarding rose there; null: none are known.",
		func(s spotted) int {
			if s.of.Displaced == nil || s.of.Displaced.First < 0 || s.of.Displaced.Last >= len(s.line.Segments()) {
				return 0
			}
			return s.of.Displaced.Last - s.of.Displaced.First + 1
		},
		func(s spotted, i int) string { return s.line.Segments()[s.of.Displaced.First+i].ID }),
	day("displaced_since", "The UTC day from which on these were guarded more.", func(s spotted) (at time.Time) {
		if s.of.Displaced != nil {
			at = s.of.Displaced.Since
		}
		return at
	}),
	text("sentence", "The same in a sentence.", func(s spotted) string { return s.of.Sentence }),
}

// markings say who may see what was made from marked reports.
func markings[T any](tlp func(subject[T]) report.TLP, releasable func(subject[T]) report.Countries) []column[T] {
	return []column[T]{
		word("tlp", words(report.TLPs()), "The strictest marking of what it was made from: Traffic Light Protocol 2.0 label, without TLP:.",
			func(s subject[T]) string { return string(tlp(s)) }),
		list("releasable_to", "The countries it may be shown to; null: not restricted.",
			func(s subject[T]) int { return countryCount(releasable(s)) },
			func(s subject[T], i int) string { return country(releasable(s), i) }),
	}
}

type flagged = subject[hotspot.Flag]

// flagTable: a flag says all that its hot spot says, and more.
var flagTable = table[hotspot.Flag]{
	collection: Flags,
	geometry:   hotspotTable.geometry,
	id:         func(v *hotspot.Flag) string { return v.ID },
	marking:    func(v *hotspot.Flag) report.Marking { return report.Marking{TLP: v.TLP, Releasable: v.Releasable} },
	shape:      func(dst []byte, g ground, v *hotspot.Flag) []byte { return g.appendLine(dst, v.First, v.Stretch) },
	lonlat:     func(f *frontier.Frontier, v *hotspot.Flag) (orb.Point, bool) { return middle(f, v.Stretch) },
	columns: slices.Concat(ofFlag(spotColumns), []column[hotspot.Flag]{
		number("unguarded_share", 4, "Part of its length and of the hours of the window that is not known to be guarded, 0 to 1.",
			func(s flagged) float64 { return s.of.UnguardedShare }),
		number("unknown_share", 4, "The part of unguarded_share for which hours are not known.",
			func(s flagged) float64 { return s.of.UnknownShare }),
		word("state", []string{"open", "acknowledged", "closed"}, "Where it is in its life.",
			func(s flagged) string { return s.of.State }),
	}, markings(
		func(s flagged) report.TLP { return s.of.TLP },
		func(s flagged) report.Countries { return s.of.Releasable })),
}

// ofFlag reads the properties of a hot spot from a flag.
func ofFlag(columns []column[hotspot.Hotspot]) []column[hotspot.Flag] {
	all := make([]column[hotspot.Flag], len(columns))
	for i, c := range columns {
		all[i] = column[hotspot.Flag]{
			Property: c.Property, key: c.key, decimals: c.decimals, significant: c.significant,
			text: within(c.text), real: within(c.real), truth: within(c.truth), instant: within(c.instant), count: within(c.count),
		}
		if c.whole != nil {
			all[i].whole = func(s flagged) (int64, bool) { return c.whole(spotOf(s)) }
		}
		if c.element != nil {
			all[i].element = func(s flagged, n int) string { return c.element(spotOf(s), n) }
		}
	}
	return all
}

func spotOf(s flagged) spotted { return spotted{&s.of.Hotspot, s.line} }

func within[V any](get func(spotted) V) func(flagged) V {
	if get == nil {
		return nil
	}
	return func(s flagged) V { return get(spotOf(s)) }
}

func segmentCount(f *frontier.Frontier, h *hotspot.Hotspot) int {
	if h.First < 0 || h.Last >= len(f.Segments()) {
		return 0
	}
	return h.Last - h.First + 1
}

// levelName is empty below the watch list.
func levelName(l hotspot.Level) string {
	if names := levelNames(); l > hotspot.None && int(l) <= len(names) {
		return names[l-1]
	}
	return ""
}

func levelNames() []string { return []string{"low", "medium", "high", "critical"} }
