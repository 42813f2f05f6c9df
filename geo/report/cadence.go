package report

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

const (
	day        = 24 * time.Hour
	maxCadence = 36500 * day
)

var errCadence = errors.New("must be one whole number of days, weeks, hours, minutes or seconds, up to 100 years, like P1D, P1W or PT6H (ISO 8601)")

// FormatCadence writes a duration of whole seconds as ISO 8601, in the largest
// unit up to days that it is a whole number of ("P7D", "PT6H"); empty for 0.
func FormatCadence(d time.Duration) string {
	switch {
	case d == 0:
		return ""
	case d%day == 0:
		return fmt.Sprintf("P%dD", d/day)
	case d%time.Hour == 0:
		return fmt.Sprintf("PT%dH", d/time.Hour)
	case d%time.Minute == 0:
		return fmt.Sprintf("PT%dM", d/time.Minute)
	}
	return fmt.Sprintf("PT%dS", d/time.Second)
}

// ParseCadence reads what FormatCadence writes, and weeks ("P1W"). Months and years
// have no fixed length and are refused. The empty text and a count of 0 are 0: not
// said.
func ParseCadence(s string) (time.Duration, error) {
	if s == "" {
		return 0, nil
	}
	for _, unit := range [...]struct {
		prefix, suffix string
		length         time.Duration
	}{{"PT", "S", time.Second}, {"PT", "M", time.Minute}, {"PT", "H", time.Hour}, {"P", "D", day}, {"P", "W", 7 * day}} {
		digits, timed := strings.CutPrefix(s, unit.prefix)
		digits, ended := strings.CutSuffix(digits, unit.suffix)
		if !timed || !ended {
			continue
		}
		n, err := strconv.ParseUint(digits, 10, 32)
		if err != nil || time.Duration(n) > maxCadence/unit.length {
			return 0, errCadence
		}
		return time.Duration(n) * unit.length, nil
	}
	return 0, errCadence
}
