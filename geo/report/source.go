package report

import (
	"fmt"
	"time"
)

// ValidateSource says everything that is wrong with a source; nil means nothing is.
func ValidateSource(s Source) (faults Faults) {
	refuse := func(member, detail string) { faults = faults.with(member, detail) }
	if !named(s.ID) {
		refuse("/id", identifier)
	}
	if s.Agency == "" || !printable(s.Agency, maxAgency) {
		refuse("/agency", fmt.Sprintf("must be 1 to %d printable characters", maxAgency))
	}
	if s.Country != "" {
		if _, err := ParseCountry(s.Country); err != nil {
			refuse("/country", err.Error()+", or empty")
		}
	}
	if s.Cadence < 0 || s.Cadence > maxCadence || s.Cadence%time.Second != 0 {
		refuse("/cadence", "must be a duration of whole seconds up to 100 years, like P1D")
	}
	if _, err := ParseUnit(string(s.Unit)); err != nil {
		refuse("/unit", err.Error())
	}
	if !printable(s.Caveat, maxCaveat) {
		refuse("/caveat", fmt.Sprintf("must be at most %d printable characters", maxCaveat))
	}
	if _, err := word(string(s.TLP), tlps[:]); err != nil {
		refuse("/tlp", err.Error())
	}
	if _, err := ParseGaps(s.Gaps); err != nil {
		refuse("/gaps", err.Error())
	}
	return faults
}

// AppendSource appends the canonical form of a valid source: a JSON object of the
// members of Source in their order, compact, what is empty left out. The cadence is
// a duration of ISO 8601: see FormatCadence.
func AppendSource(dst []byte, s *Source) []byte {
	dst = appendString(append(dst, `{"id":`...), s.ID)
	for _, m := range [...]struct{ name, value string }{
		{`,"agency":`, s.Agency}, {`,"country":`, s.Country}, {`,"cadence":`, FormatCadence(s.Cadence)},
		{`,"unit":`, string(s.Unit)}, {`,"caveat":`, s.Caveat}, {`,"tlp":`, string(s.TLP)},
		{`,"gaps":`, s.Gaps},
	} {
		if m.value != "" {
			dst = appendString(append(dst, m.name...), m.value)
		}
	}
	return append(dst, '}')
}

const knownOfSource = "id, agency, country, cadence, unit, caveat, tlp, gaps"

// DecodeSource reads what AppendSource wrote, with the strictness of Decode: its
// error is a *SyntaxError or Faults. It does not validate; what is missing or null
// stays empty.
func DecodeSource(body []byte) (Source, error) {
	d := reader{scanner: scanner{text: body}}
	var s Source
	if d.kind() != kindObject {
		d.wrong("", "must be an object with "+knownOfSource)
	} else {
		d.source(&s)
	}
	d.end()
	switch {
	case d.err != nil:
		return Source{}, d.err
	case len(d.faults) > 0:
		return Source{}, d.faults
	}
	return s, nil
}

// source reads the object, which is next.
func (d *reader) source(s *Source) {
	plain := func(text string) (string, error) { return text, nil }
	var seen uint64
	d.open('{')
	for i := 0; d.next('}', i); i++ {
		name := d.name()
		bit, member := uint64(0), pointer("", name)
		for k, known := range [...]string{"id", "agency", "country", "cadence", "unit", "caveat", "tlp", "gaps"} {
			if string(name) == known {
				bit = 1 << k
			}
		}
		d.once(&seen, bit, "", name)
		if bit != 0 && d.null() {
			continue
		}
		switch string(name) {
		case "id":
			parsed(d, member, &s.ID, plain)
		case "agency":
			parsed(d, member, &s.Agency, plain)
		case "country":
			parsed(d, member, &s.Country, plain)
		case "cadence":
			parsed(d, member, &s.Cadence, ParseCadence)
		case "unit":
			parsed(d, member, &s.Unit, ParseUnit)
		case "caveat":
			parsed(d, member, &s.Caveat, plain)
		case "tlp":
			parsed(d, member, &s.TLP, ParseTLP)
		case "gaps":
			parsed(d, member, &s.Gaps, plain)
		default:
			d.unknown("", name, knownOfSource)
		}
	}
}
