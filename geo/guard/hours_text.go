package guard

import (
	"fmt"
	"strings"
)

// String writes the hours in the syntax that ParseHours reads, each thing in one
// way only. Reading it again gives the same hours.
func (h *Hours) String() string {
	rules := make([]string, len(h.rules))
	for i := range h.rules {
		rules[i] = h.rules[i].String()
	}
	return strings.Join(rules, "; ")
}

func (r *rule) String() string {
	var parts []string
	add := func(list []string) {
		if len(list) > 0 {
			parts = append(parts, strings.Join(list, ","))
		}
	}
	add(texts(r.years))
	add(texts(r.dates))
	days := texts(r.weekdays)
	if r.holidays {
		days = append(days, "PH")
	}
	add(days)
	add(texts(r.spans))
	switch {
	case r.state == No:
		parts = append(parts, "off")
	case r.state == Unknown:
		parts = append(parts, "unknown")
	case len(parts) == 0 && r.comment == "":
		return "24/7"
	case len(r.spans) == 0 || r.comment != "":
		parts = append(parts, "open")
	}
	if r.comment != "" {
		parts = append(parts, `"`+r.comment+`"`)
	}
	return strings.Join(parts, " ")
}

func texts[T fmt.Stringer](list []T) []string {
	all := make([]string, len(list))
	for i := range list {
		all[i] = list[i].String()
	}
	return all
}

func (y yearRange) String() string {
	switch y.to {
	case y.from:
		return fmt.Sprintf("%04d", y.from)
	case openEnd:
		return fmt.Sprintf("%04d+", y.from)
	}
	return fmt.Sprintf("%04d-%04d", y.from, y.to)
}

func (w weekday) String() string {
	name := weekdayNames[w.from]
	switch {
	case w.nth != 0:
		return fmt.Sprintf("%s[%d]", name, w.nth)
	case w.from != w.to:
		return name + "-" + weekdayNames[w.to]
	}
	return name
}

func (r dateRange) String() string {
	switch {
	case r.open:
		return r.from.String() + "+"
	case r.single:
		return r.from.String()
	}
	return r.from.String() + "-" + r.to.String()
}

func (x date) String() string {
	text := monthNames[x.month]
	if x.year != 0 {
		text = fmt.Sprintf("%04d %s", x.year, text)
	}
	switch {
	case x.nth != 0:
		text += fmt.Sprintf(" %s[%d]", weekdayNames[x.weekday], x.nth)
	case x.day != 0:
		text += fmt.Sprintf(" %02d", x.day)
	}
	if x.shift != 0 {
		unit := "days"
		if x.shift == 1 || x.shift == -1 {
			unit = "day"
		}
		text += fmt.Sprintf(" %+d %s", x.shift, unit)
	}
	return text
}

func (s span) String() string {
	if to := s.to - fullDay; to > 0 && to < s.from {
		s.to = to
	}
	return fmt.Sprintf("%02d:%02d-%02d:%02d", s.from/60, s.from%60, s.to/60, s.to%60)
}
