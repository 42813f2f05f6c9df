package guard

import (
	_ "embed"
	"fmt"
	"strings"
	"testing"
	"time"
)

//go:embed testdata/hours.txt
var hoursGolden string

// Where the answers differ, and why ours is meant to.
var disagreements = map[string]string{
	"Mo 08:00-20:00; 10:00-12:00":       "a rule without days is about every day, also where an earlier one names some",
	"May 15-31,Jul,Sep 1-5 08:00-10:00": "a month between dates is as open as they are",
	"Feb 01-Feb 29 08:00-10:00":         "29 February as an end is the last of the month in years without it, not 1 March",
}

func TestHoursAgreeWithAnotherImplementation(t *testing.T) {
	compared := 0
	for _, block := range strings.Split(hoursGolden, "\n= ")[1:] {
		lines := strings.Split(strings.TrimSpace(block), "\n")
		text := lines[0]
		h, err := ParseHours(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		why, differ := disagreements[text]
		same := true
		for i, line := range lines[1 : len(lines)-1] {
			from, want, _ := strings.Cut(line, " ")
			until, _, _ := strings.Cut(lines[i+2], " ")
			for d := parseDay(t, from); d < parseDay(t, until); d++ {
				if got := openOn(h, d); got != want {
					same = false
					if !differ {
						year, month, date := d.date()
						t.Errorf("%s: %d-%02d-%02d is %s, the other has %s", text, year, month, date, got, want)
					}
					break
				}
				compared++
			}
		}
		if differ && same {
			t.Errorf("%s: no longer differs (%s)", text, why)
		}
	}
	if compared < 20_000 {
		t.Errorf("compared only %d days", compared)
	}
}

func parseDay(t *testing.T, s string) day {
	t.Helper()
	at, err := time.Parse(time.DateOnly, s)
	if err != nil {
		t.Fatal(err)
	}
	return dayOf(at.Date())
}

// openOn writes what is open on a day like the golden file, by quarters of an hour.
func openOn(h *Hours, d day) string {
	var spans []string
	state, since := No, 0
	for m := 0; m <= fullDay; m += 15 {
		now := No
		if m < fullDay {
			now = h.state(d, m)
		}
		if now == state {
			continue
		}
		if state != No {
			mark := map[Tri]string{Unknown: "?"}[state]
			spans = append(spans, fmt.Sprintf("%s%02d:%02d-%02d:%02d", mark, since/60, since%60, m/60, m%60))
		}
		state, since = now, m
	}
	if len(spans) == 0 {
		return "closed"
	}
	return strings.Join(spans, " ")
}
