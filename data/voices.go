package data

import (
	"slices"
	"time"

	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// voices is what detection has to know of the sources, as far as was known. Who a
// source is and how often it reports, is known from the register at a position,
// whenever it was written down (see method). A gap is known when the source said so,
// else from when the register first had it until it no longer has.
func (s *state) voices(at log.AsOf) (voices []hotspot.Voice) {
	s.sources.each(log.AsOf{Seq: at.Seq}, func(_ int64, source report.Source) {
		voices = append(voices, hotspot.Voice{
			Source: source.ID, Unit: source.Unit, Cadence: source.Cadence, Gaps: s.gaps(source, at),
		})
	})
	return voices
}

// gaps are those of a source, as its newest version at a position has it, that were
// known.
func (s *state) gaps(source report.Source, at log.AsOf) (known []report.Gap) {
	if at.Known.IsZero() {
		return parsedGaps(source.Gaps)
	}
	day := at.Known.UTC().Truncate(24 * time.Hour)
	for _, g := range parsedGaps(source.Gaps) {
		if !g.Known.IsZero() && !g.Known.After(day) {
			known = append(known, g)
		}
	}
	then, _ := s.sources.find(source.ID, at) // as it was written down by then
	for _, g := range parsedGaps(then.Gaps) {
		if !g.Known.After(day) && !slices.Contains(known, g) {
			known = append(known, g)
		}
	}
	return known
}

// parsedGaps reads gaps that were checked when they came in.
func parsedGaps(text string) []report.Gap {
	gaps, _ := report.ParseGaps(text)
	return gaps
}
