package guard

import "time"

// day is a calendar day of no zone, counted from 1970-01-01.
type day int

const secondsADay = 24 * 60 * 60

// dayOf is the day of a date; months and days out of range go on into the next.
func dayOf(year int, month time.Month, date int) day {
	seconds := time.Date(year, month, date, 0, 0, 0, 0, time.UTC).Unix()
	return day(floorDiv(seconds, secondsADay))
}

func (d day) date() (int, time.Month, int) {
	return time.Unix(int64(d)*secondsADay, 0).UTC().Date()
}

func (d day) year() int {
	year, _, _ := d.date()
	return year
}

// weekday counts from Sunday. 1970-01-01 was a Thursday.
func (d day) weekday() time.Weekday { return time.Weekday(((int(d)+4)%7 + 7) % 7) }

// floorDiv is a/b rounded down, for b > 0.
func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// daysIn is the number of days of a month.
func daysIn(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// nth is the n-th of a weekday in a month, counted from the end if n is negative.
// It may lie beyond the month, if that has only four of them.
func nth(year int, month time.Month, w time.Weekday, n int) day {
	if n > 0 {
		first := dayOf(year, month, 1)
		return first + day((int(w)-int(first.weekday())+7)%7+7*(n-1))
	}
	last := dayOf(year, month+1, 0)
	return last - day((int(last.weekday())-int(w)+7)%7-7*(n+1))
}

// yearRange is a range of years, both included.
type yearRange struct{ from, to int }

// openEnd stands for a range of years or dates that has no end.
const openEnd = 1 << 20

func (y yearRange) holds(year int) bool { return y.from <= year && year <= y.to }

// weekday is a range of days of the week, or the n-th of one in its month.
type weekday struct {
	from, to time.Weekday // both included; from > to goes over the weekend
	nth      int          // 0: every one; -1: the last
}

func (w weekday) holds(d day) bool {
	is := d.weekday()
	if w.nth != 0 {
		if is != w.from {
			return false
		}
		year, month, date := d.date()
		if w.nth > 0 {
			return (date-1)/7+1 == w.nth
		}
		return (daysIn(year, month)-date)/7+1 == -w.nth
	}
	if w.from <= w.to {
		return w.from <= is && is <= w.to
	}
	return is >= w.from || is <= w.to
}

// dateRange is a range of dates, both included. With years it is one range,
// without it comes again each year, over the new year where to is before from.
type dateRange struct {
	from, to date
	open     bool // it has no end; to is not used
	single   bool // one date or month; to equals from
}

// date is a day of the year or a month of it.
type date struct {
	year    int // 0: each year
	month   time.Month
	day     int          // 0: the whole month, unless nth is set
	weekday time.Weekday // if nth is set
	nth     int          // 1 to 4, or -1 to -4 from the end; 0: not used
	shift   int          // days to be added
}

// first is the first day of a date in a year; one that the month does not have
// (29 February) is the next day.
func (x date) first(year int) day {
	switch {
	case x.nth != 0:
		return nth(year, x.month, x.weekday, x.nth) + day(x.shift)
	case x.day == 0:
		return dayOf(year, x.month, 1)
	}
	return dayOf(year, x.month, x.day) + day(x.shift)
}

// last is the last day of a date in a year; one that the month does not have is
// the day before.
func (x date) last(year int) day {
	switch {
	case x.nth != 0:
		return x.first(year)
	case x.day == 0:
		return dayOf(year, x.month+1, 0)
	}
	return dayOf(year, x.month, min(x.day, daysIn(year, x.month))) + day(x.shift)
}

func (r *dateRange) holds(d day) bool {
	if r.from.year != 0 {
		return r.from.first(r.from.year) <= d && (r.open || d <= r.to.last(r.to.year))
	}
	year := d.year()
	// A date that is shifted may fall into a neighbouring year.
	for y := year - 1; y <= year+1; y++ {
		from, to := r.from.first(y), r.to.last(y)
		if to < from && !r.single {
			to = r.to.last(y + 1)
		}
		if from <= d && d <= to {
			return true
		}
	}
	return false
}
