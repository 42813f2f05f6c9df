package report

import (
	"errors"
	"time"
)

var errInstant = errors.New("must be a time like 2017-01-31T18:05:00Z (RFC 3339, with Z or an offset)")

// ParseTime reads a date-time of RFC 3339, section 5.6: any offset, "t" and "z"
// in either case, a fraction of any length. The result is in UTC and cut to
// milliseconds. A leap second (:60 in the last minute of a UTC day) becomes the
// last millisecond before it, since time.Time has none. Years are 0000 to 9999, in
// UTC too.
func ParseTime[T string | []byte](s T) (time.Time, error) { return instant(s) }

// instant reads the fixed part by position, then fraction and offset.
func instant[T string | []byte](s T) (time.Time, error) {
	const fixed = len("2017-01-31T18:05:00")
	if len(s) <= fixed || s[4] != '-' || s[7] != '-' || s[10]|0x20 != 't' || s[13] != ':' || s[16] != ':' {
		return time.Time{}, errInstant
	}
	century, year := two(s, 0), two(s, 2)
	month, day := two(s, 5), two(s, 8)
	hour, minute, second := two(s, 11), two(s, 14), two(s, 17)
	invalid := century|year|month|day|hour|minute|second < 0 // one of them is
	year += century * 100
	if invalid || month < 1 || month > 12 || day < 1 || day > days(year, month) ||
		hour > 23 || minute > 59 || second > 60 {
		return time.Time{}, errInstant
	}
	milli, at := fraction(s, fixed)
	east, ok := offset(s, at)
	if !ok {
		return time.Time{}, errInstant
	}
	leap := second == 60
	if leap {
		second, milli = 59, 999
	}
	t := time.Date(year, time.Month(month), day, hour, minute-east, second, milli*int(time.Millisecond), time.UTC)
	if leap && (t.Hour() != 23 || t.Minute() != 59) || east != 0 && (t.Year() < 0 || t.Year() > 9999) {
		return time.Time{}, errInstant
	}
	return t, nil
}

// two is the number that two digits make, negative if they are none.
func two[T string | []byte](s T, at int) int {
	a, b := s[at]-'0', s[at+1]-'0'
	if a > 9 || b > 9 {
		return -1
	}
	return int(a)*10 + int(b)
}

func days(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// fraction reads ".123" and what more digits follow, and says where it ends. A
// point without digits is left standing, for offset to trip over.
func fraction[T string | []byte](s T, at int) (milli, end int) {
	if s[at] != '.' {
		return 0, at
	}
	end = at + 1
	for scale := 100; end < len(s) && s[end]-'0' <= 9; end++ {
		milli += int(s[end]-'0') * scale
		scale /= 10
	}
	if end == at+1 {
		return 0, at
	}
	return milli, end
}

// offset reads "Z" or "+hh:mm", which must end the text, as minutes east.
func offset[T string | []byte](s T, at int) (east int, ok bool) {
	rest := len(s) - at
	if rest == 1 && s[at]|0x20 == 'z' {
		return 0, true
	}
	if rest != len("+00:00") || s[at] != '+' && s[at] != '-' || s[at+3] != ':' {
		return 0, false
	}
	hours, minutes := two(s, at+1), two(s, at+4)
	if hours|minutes < 0 || hours > 23 || minutes > 59 {
		return 0, false
	}
	if s[at] == '-' {
		return -hours*60 - minutes, true
	}
	return hours*60 + minutes, true
}

// whole cuts t to what a body keeps: UTC, milliseconds, no monotonic reading.
func whole(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Millisecond)
}
