package guard

import (
	"slices"
	"time"
)

// Hours are opening hours in local time, as read by ParseHours. They are
// immutable. The zero value is hours that are not known.
//
// What they say of an instant depends on nothing but the calendar day and the
// minute that a clock on the wall shows: of an hour that the clock shows twice
// (the end of daylight saving time) both are alike, and one that it skips is none.
type Hours struct {
	rules    []rule
	calendar Calendar
	minutes  []int // of a day, at which the answer may change; sorted, the first is 0
}

// rule says what holds on some days at some times. A later rule overrides the
// earlier ones.
type rule struct {
	years    []yearRange // the day must lie in one; none: any year
	dates    []dateRange // and in one of these; none: any date
	weekdays []weekday   // and be one of these, or a holiday; none: any day
	holidays bool
	spans    []span // none: the whole day
	state    Tri
	comment  string
}

// span is an interval of minutes of the day, [from, to). Beyond 24:00 it goes on
// into the next day.
type span struct{ from, to int }

const (
	fullDay  = 24 * 60 // minutes
	maxRules = 64      // so that a bit each fits one word
)

// Open says whether it is open at an instant, which must be in the local zone.
func (h *Hours) Open(at time.Time) Tri {
	year, month, date := at.Date()
	return h.state(dayOf(year, month, date), at.Hour()*60+at.Minute())
}

// state is whether it is open at a minute of a day.
func (h *Hours) state(d day, minute int) Tri { return h.resolve(h.on(d), h.on(d-1), minute) }

// on is which rules are about a day, a bit each.
func (h *Hours) on(d day) (rules uint64) {
	for i := range h.rules {
		if h.rules[i].holds(d, h.calendar) {
			rules |= 1 << i
		}
	}
	return rules
}

// resolve is the definition of what hours say; everything else rests on it. Rules
// are gone through in their order:
//
//   - One that is about the day and opens, or says that it is not known, first
//     closes what was open, the end of the evening before included, and then opens
//     its own times.
//   - One that closes on the day closes its times only, or the whole day if it has
//     none.
//   - Times beyond midnight belong to the day they began on. On the next day the
//     rule changes nothing but these times.
//
// Where no rule says anything it is closed.
func (h *Hours) resolve(today, yesterday uint64, minute int) Tri {
	if len(h.rules) == 0 {
		return Unknown
	}
	state := No
	for i := range h.rules {
		r := &h.rules[i]
		if today>>i&1 != 0 {
			if r.state != No {
				state = No
			}
			if r.covers(minute) {
				state = r.state
			}
		}
		if yesterday>>i&1 != 0 && r.covers(minute+fullDay) {
			state = r.state
		}
	}
	return state
}

// holds says whether the rule is about a day.
func (r *rule) holds(d day, c Calendar) bool {
	if len(r.years) > 0 {
		year := d.year()
		if !slices.ContainsFunc(r.years, func(y yearRange) bool { return y.holds(year) }) {
			return false
		}
	}
	if len(r.dates) > 0 && !slices.ContainsFunc(r.dates, func(x dateRange) bool { return x.holds(d) }) {
		return false
	}
	if len(r.weekdays) == 0 && !r.holidays {
		return true
	}
	return r.holidays && c.holiday(d) || slices.ContainsFunc(r.weekdays, func(w weekday) bool { return w.holds(d) })
}

// covers says whether a minute, counted from the midnight of the day the rule
// holds on, lies in its times.
func (r *rule) covers(minute int) bool {
	if len(r.spans) == 0 {
		return minute < fullDay
	}
	return slices.ContainsFunc(r.spans, func(s span) bool { return s.from <= minute && minute < s.to })
}

// always is the state that hours have at any time, if it is always the same one.
func (h *Hours) always() (Tri, bool) {
	if len(h.rules) == 0 {
		return Unknown, true
	}
	last := &h.rules[len(h.rules)-1]
	everyDay := len(last.years)+len(last.dates)+len(last.weekdays) == 0 && !last.holidays
	return last.state, everyDay && len(last.spans) == 0
}

// Holidays returns the hours with PH read as the public holidays of a country.
// Hours as parsed know none.
func (h *Hours) Holidays(c Calendar) *Hours {
	with := *h
	with.calendar = c
	return &with
}

// newHours completes what was parsed.
func newHours(rules []rule) *Hours {
	minutes := []int{0}
	for i := range rules {
		for _, s := range rules[i].spans {
			minutes = append(minutes, s.from%fullDay, s.to%fullDay)
		}
	}
	slices.Sort(minutes)
	return &Hours{rules: rules, minutes: slices.Compact(minutes)}
}
