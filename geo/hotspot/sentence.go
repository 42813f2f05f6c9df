package hotspot

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

// sentence says it for people: "km 4430–4450: 39 people in 56 days where its own
// last two years, season and reporting allowed for, expect 0.3; chance alone shows
// the like somewhere on the frontier once in 20 months."
func sentence(h Hotspot, baselineWeeks int) string {
	text := fmt.Sprintf("km %.0f–%.0f: %s %s in %d days where its own last %s, season and reporting allowed for, expect %s; ",
		h.Stretch.From.KM(), h.Stretch.To.KM(), number(h.Observed), counted(h.Unit), h.WindowDays, ofWeeks(baselineWeeks), number(h.Expected))
	if h.Stretch.Part != frontier.Main {
		text = h.Stretch.Part.String() + " " + text
	}
	if h.Completeness < 0.995 {
		text += fmt.Sprintf("%.0f %% of its reporting arrived; ", 100*h.Completeness)
	}
	if h.Silent != nil {
		text += missing(h.Silent) + "; "
	}
	if h.Displaced != nil {
		text += moved(h.Displaced, &h) + "; "
	}
	return text + "chance alone shows the like somewhere on the frontier once in " + duration(h.RecurrenceDays) + "."
}

// missing says who is silent: "RCMP, who brought 90 % of what was reported there, have not
// reported since 2 March 2017, so that a fall is no calm".
func missing(s *Silent) string {
	since := " since " + s.Since.AddDate(0, 0, -1).Format("2 January 2006")
	if len(s.Who) == 0 {
		return "nobody has reported there" + since + ", so that a fall is no calm"
	}
	return fmt.Sprintf("%s, who brought %.0f %% of what was reported there, have not reported%s, so that a fall is no calm", strings.Join(s.Who, " and "), 100*s.Part, since)
}

// afterwards says it of a hot spot that is not found any more.
func afterwards(s *Silent) string {
	text := missing(s)
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

func counted(u report.Unit) string {
	if u == report.Persons {
		return "people"
	}
	return string(u)
}

func ofWeeks(weeks int) string {
	if weeks == baselineWeeks {
		return "two years"
	}
	return fmt.Sprintf("%d weeks", weeks)
}

// number writes whole numbers from 10 up, two digits below.
func number(v float64) string {
	switch {
	case v == math.Trunc(v) || v >= 9.95:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case v >= 0.095:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'g', 1, 64)
}

func duration(days float64) string {
	switch {
	case days < 60:
		return fmt.Sprintf("%.0f days", days)
	case days < 24*monthDays:
		return fmt.Sprintf("%.0f months", days/monthDays)
	}
	return fmt.Sprintf("%.0f years", days/365.25)
}
