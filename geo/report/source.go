package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// A source's body is a JSON object of the members of Source; its cadence is a
// duration of ISO 8601 in whole days, hours, minutes or seconds ("P1D", "PT6H").
type sourceBody struct {
	Source
	Cadence string `json:"cadence,omitempty"`
}

// ValidateSource says everything that is wrong with a source; nil means nothing.
func ValidateSource(s Source) (faults Faults) {
	refuse := func(member, detail string) { faults = append(faults, Fault{Member: member, Detail: detail}) }
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
	if s.Cadence < 0 || s.Cadence%time.Second != 0 {
		refuse("/cadence", "must be a duration of whole seconds from 0 on, like P1D")
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
	return faults
}

// AppendSource appends the canonical form of a source.
func AppendSource(dst []byte, s *Source) []byte {
	body, err := json.Marshal(sourceBody{*s, FormatCadence(s.Cadence)})
	if err != nil {
		panic(err) // strings and nothing else
	}
	return append(dst, body...)
}

// DecodeSource reads what AppendSource wrote. Its members are exact: an unknown
// one is an error that names it.
func DecodeSource(body []byte) (Source, error) {
	var b sourceBody
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&b); err != nil {
		return Source{}, fmt.Errorf("source: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return Source{}, fmt.Errorf("source: something follows the end of the value")
	}
	cadence, err := ParseCadence(b.Cadence)
	if err != nil {
		return Source{}, err
	}
	b.Source.Cadence = cadence
	return b.Source, nil
}

// FormatCadence writes a duration of whole seconds as ISO 8601, in the largest
// unit that it is a whole number of; empty for 0.
func FormatCadence(d time.Duration) string {
	switch {
	case d == 0:
		return ""
	case d%(24*time.Hour) == 0:
		return fmt.Sprintf("P%dD", d/(24*time.Hour))
	case d%time.Hour == 0:
		return fmt.Sprintf("PT%dH", d/time.Hour)
	case d%time.Minute == 0:
		return fmt.Sprintf("PT%dM", d/time.Minute)
	}
	return fmt.Sprintf("PT%dS", d/time.Second)
}

// ParseCadence reads what FormatCadence writes, and weeks ("P1W").
func ParseCadence(s string) (time.Duration, error) {
	if s == "" {
		return 0, nil
	}
	const day = 24 * time.Hour
	for _, unit := range [...]struct {
		format string
		length time.Duration
	}{{"P%dD", day}, {"P%dW", 7 * day}, {"PT%dH", time.Hour}, {"PT%dM", time.Minute}, {"PT%dS", time.Second}} {
		var n int64
		if _, err := fmt.Sscanf(s, unit.format, &n); err == nil && s == fmt.Sprintf(unit.format, n) && n > 0 && n <= int64(100*365*day/unit.length) {
			return time.Duration(n) * unit.length, nil
		}
	}
	return 0, fmt.Errorf("cadence must be a duration like P1D, P1W or PT6H")
}
