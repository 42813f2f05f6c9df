package guard

import "time"

// Calendar says whose public holidays PH means. The zero value has none.
//
// Canada's are the general holidays of the Canada Labour Code, section 166: New
// Year's Day, Good Friday, Victoria Day, Canada Day, Labour Day, the National Day
// for Truth and Reconciliation (from 2021), Thanksgiving, Remembrance Day,
// Christmas Day, Boxing Day. Holidays of provinces are not among them.
//
// Those of the United States are the legal public holidays of 5 U.S.C. 6103: New
// Year's Day, Martin Luther King's Birthday (from 1986), Washington's Birthday,
// Memorial Day, Juneteenth (from 2021), Independence Day, Labor Day, Columbus Day,
// Veterans Day, Thanksgiving Day, Christmas Day.
//
// A holiday on a weekend is kept on a weekday too, and both days are holidays
// here. In the United States that is the Friday before a Saturday and the Monday
// after a Sunday (5 U.S.C. 6103(b), Executive Order 11582); in Canada the next
// weekday that is no holiday.
//
// The rules are those in force; years before 1971 are reckoned by them as well.
type Calendar uint8

const (
	NoHolidays Calendar = iota
	Canada
	UnitedStates
)

// fixedHoliday comes on the same date each year, weekdayHoliday on the n-th of a
// weekday in its month.
type fixedHoliday struct {
	month time.Month
	date  int
	since int // the first year; 0: all
}

type weekdayHoliday struct {
	month   time.Month
	weekday time.Weekday
	nth     int
	since   int
}

var (
	fixedHolidays = [...][]fixedHoliday{
		Canada:       {{time.January, 1, 0}, {time.July, 1, 0}, {time.September, 30, 2021}, {time.November, 11, 0}, {time.December, 25, 0}, {time.December, 26, 0}},
		UnitedStates: {{time.January, 1, 0}, {time.June, 19, 2021}, {time.July, 4, 0}, {time.November, 11, 0}, {time.December, 25, 0}},
	}
	weekdayHolidays = [...][]weekdayHoliday{
		Canada: {{time.September, time.Monday, 1, 0}, {time.October, time.Monday, 2, 0}},
		UnitedStates: {
			{time.January, time.Monday, 3, 1986}, {time.February, time.Monday, 3, 0}, {time.May, time.Monday, -1, 0},
			{time.September, time.Monday, 1, 0}, {time.October, time.Monday, 2, 0}, {time.November, time.Thursday, 4, 0},
		},
	}
)

// holiday says whether a day is a public holiday, or the weekday on which one is
// kept that falls on a weekend.
func (c Calendar) holiday(d day) bool {
	if c != Canada && c != UnitedStates {
		return false
	}
	if c.named(d) {
		return true
	}
	if c == UnitedStates {
		w := d.weekday()
		return w == time.Friday && c.fixed(d+1) || w == time.Monday && c.fixed(d-1)
	}
	return c.moved(d)
}

// named says whether a day is a holiday by its date.
func (c Calendar) named(d day) bool {
	if c.fixed(d) {
		return true
	}
	year, month, date := d.date()
	for _, h := range weekdayHolidays[c] {
		if month == h.month && year >= h.since && (weekday{from: h.weekday, nth: h.nth}).holds(d) {
			return true
		}
	}
	if c != Canada {
		return false
	}
	// Good Friday, and Victoria Day, the last Monday before 25 May.
	return d == easter(year)-2 || month == time.May && 18 <= date && date <= 24 && d.weekday() == time.Monday
}

func (c Calendar) fixed(d day) bool {
	year, month, date := d.date()
	for _, h := range fixedHolidays[c] {
		if month == h.month && date == h.date && year >= h.since {
			return true
		}
	}
	return false
}

// moved says whether a weekday takes the place of a holiday on the weekend before
// it: each of those takes the next weekday that is free.
func (c Calendar) moved(d day) bool {
	w := d.weekday()
	if w != time.Monday && w != time.Tuesday {
		return false
	}
	saturday := d - day(w) - 1
	waiting := 0
	for _, weekend := range [...]day{saturday, saturday + 1} {
		if c.fixed(weekend) {
			waiting++
		}
	}
	for free := saturday + 2; free <= d; free++ {
		if c.named(free) {
			continue
		}
		if free == d {
			return waiting > 0
		}
		waiting--
	}
	return false
}

// easter is Easter Sunday of the Gregorian calendar, by the congruences that J.
// Meeus gives as those of Butcher (Astronomical Algorithms, chapter 8).
func easter(year int) day {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	g := (8*b + 13) / 25
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	month, date := (h+l-7*m+114)/31, (h+l-7*m+114)%31+1
	return dayOf(year, time.Month(month), date)
}
