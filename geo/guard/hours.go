package guard

import (
	"fmt"
	"time"
)

// Hours are opening hours. The zero value is hours that are not known.
type Hours struct {
	known    bool
	from, to int // minutes of the day
}

// ParseHours reads opening hours.
func ParseHours(text string) (*Hours, error) {
	switch text {
	case "":
		return &Hours{}, nil
	case "24/7":
		return &Hours{known: true, to: 24 * 60}, nil
	}
	var h1, m1, h2, m2 int
	if _, err := fmt.Sscanf(text, "%d:%d-%d:%d", &h1, &m1, &h2, &m2); err != nil {
		return nil, fmt.Errorf("opening hours %q: write them like 08:00-16:00", text)
	}
	return &Hours{known: true, from: h1*60 + m1, to: h2*60 + m2}, nil
}

// Open says whether it is open at a local time.
func (h *Hours) Open(at time.Time) Tri {
	if !h.known {
		return Unknown
	}
	if m := at.Hour()*60 + at.Minute(); m >= h.from && m < h.to {
		return Yes
	}
	return No
}
