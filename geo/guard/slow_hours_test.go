package guard

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Bits of opening hours, each with what it means, said in another way than the
// reader does: by counting days.

// bit is text about days.
type bit struct {
	text string
	is   func(d time.Time, c Calendar) bool
}

func always(time.Time, Calendar) bool { return true }

func monthDay(d time.Time) int { return int(d.Month())*100 + d.Day() }

// which is how many of a weekday a month has had up to a day, and how many are left
// with it.
func which(d time.Time) (n, left int) {
	for at := d; at.Month() == d.Month(); at = at.AddDate(0, 0, -7) {
		n++
	}
	for at := d; at.Month() == d.Month(); at = at.AddDate(0, 0, 7) {
		left++
	}
	return n, left
}

// find is the n-th of a weekday in a month.
func find(year int, m time.Month, w time.Weekday, n int) time.Time {
	for d := time.Date(year, m, 1, 0, 0, 0, 0, time.UTC); ; d = d.AddDate(0, 0, 1) {
		if k, _ := which(d); d.Weekday() == w && k == n {
			return d
		}
	}
}

func isHoliday(d time.Time, c Calendar) bool { return c.holiday(dayOf(d.Date())) }

func dateBits() []bit {
	return []bit{
		{"", always}, {"", always}, {"", always},
		{"2025-2026", func(d time.Time, _ Calendar) bool { return d.Year() == 2025 || d.Year() == 2026 }},
		{"2026+", func(d time.Time, _ Calendar) bool { return d.Year() > 2025 }},
		{"2025,2027+ Feb", func(d time.Time, _ Calendar) bool { return d.Year() != 2026 && d.Year() > 2024 && d.Month() == 2 }},
		{"May-Sep", func(d time.Time, _ Calendar) bool { return d.Month() > 4 && d.Month() < 10 }},
		{"Oct 15-Apr 01", func(d time.Time, _ Calendar) bool { return monthDay(d) >= 1015 || monthDay(d) <= 401 }},
		{"Jul,May 15-31", func(d time.Time, _ Calendar) bool { return d.Month() == 5 && d.Day() > 14 || d.Month() == 7 }},
		{"Feb 29", func(d time.Time, _ Calendar) bool { return monthDay(d) == 229 }},
		{"Mar 08,Nov 01", func(d time.Time, _ Calendar) bool { return monthDay(d) == 308 || monthDay(d) == 1101 }},
		{"2026 Mar 01+", func(d time.Time, _ Calendar) bool { return d.Year()*10000+monthDay(d) >= 20260301 }},
		{"2025 Dec 24-2026 Jan 06", func(d time.Time, _ Calendar) bool {
			return d.Year() == 2025 && monthDay(d) >= 1224 || d.Year() == 2026 && monthDay(d) <= 106
		}},
		{"Mar Su[2]-Nov Su[1]", func(d time.Time, _ Calendar) bool {
			return !d.Before(find(d.Year(), 3, time.Sunday, 2)) && !d.After(find(d.Year(), 11, time.Sunday, 1))
		}},
		{"Nov Su[1]-Mar Su[2] -1 day", func(d time.Time, _ Calendar) bool {
			return !d.Before(find(d.Year(), 11, time.Sunday, 1)) || d.Before(find(d.Year(), 3, time.Sunday, 2))
		}},
		{"Nov Su[1] -1 day", func(d time.Time, _ Calendar) bool {
			return d.AddDate(0, 0, 1).Equal(find(d.AddDate(0, 0, 1).Year(), 11, time.Sunday, 1))
		}},
		{"Dec 31 +1 day", func(d time.Time, _ Calendar) bool { return monthDay(d) == 101 }},
	}
}

func dayBits() []bit {
	weekend := func(d time.Time) bool { return d.Weekday() == time.Saturday || d.Weekday() == time.Sunday }
	return []bit{
		{"", always}, {"", always},
		{"Mo-Fr", func(d time.Time, _ Calendar) bool { return !weekend(d) }},
		{"Sa,Su", func(d time.Time, _ Calendar) bool { return weekend(d) }},
		{"Fr-Mo", func(d time.Time, _ Calendar) bool {
			return weekend(d) || d.Weekday() == time.Friday || d.Weekday() == time.Monday
		}},
		{"PH", isHoliday},
		{"Su[1],PH", func(d time.Time, c Calendar) bool {
			n, _ := which(d)
			return isHoliday(d, c) || d.Weekday() == time.Sunday && n == 1
		}},
		{"We[-1]", func(d time.Time, _ Calendar) bool {
			_, left := which(d)
			return d.Weekday() == time.Wednesday && left == 1
		}},
		{"Sa[2,-2]", func(d time.Time, _ Calendar) bool {
			n, left := which(d)
			return d.Weekday() == time.Saturday && (n == 2 || left == 2)
		}},
	}
}

// timeBit is text about minutes of the day, beyond 1440 of the next.
type timeBit struct {
	text   string
	covers func(minute int) bool
}

func timeBits() []timeBit {
	between := func(minute, from, to int) bool { return minute >= from && minute < to }
	return []timeBit{
		{"", func(m int) bool { return m < 1440 }},
		{"08:00-16:00", func(m int) bool { return between(m, 480, 960) }},
		{"22:00-02:30", func(m int) bool { return between(m, 1320, 1590) }},
		{"01:15-03:10,12:00-24:00", func(m int) bool { return between(m, 75, 190) || between(m, 720, 1440) }},
		{"00:00-01:45", func(m int) bool { return m < 105 }},
		{"20:00-44:00", func(m int) bool { return between(m, 1200, 2640) }},
	}
}

type slowRule struct {
	date, day bit
	time      timeBit
	means     Tri
}

func (r slowRule) about(d time.Time, c Calendar) bool { return r.date.is(d, c) && r.day.is(d, c) }

func (r slowRule) text() string {
	word := map[Tri]string{Yes: "open", No: "off", Unknown: "unknown"}[r.means]
	return strings.Join(strings.Fields(strings.Join([]string{r.date.text, r.day.text, r.time.text, word}, " ")), " ")
}

func drawRules() *rapid.Generator[[]slowRule] {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) slowRule {
		return slowRule{
			rapid.SampledFrom(dateBits()).Draw(t, "date"), rapid.SampledFrom(dayBits()).Draw(t, "day"),
			rapid.SampledFrom(timeBits()).Draw(t, "time"), rapid.SampledFrom([]Tri{Yes, Yes, No, Unknown}).Draw(t, "means"),
		}
	}), 1, 4)
}

func textOf(rules []slowRule) string {
	texts := make([]string, len(rules))
	for i, r := range rules {
		texts[i] = r.text()
	}
	return strings.Join(texts, "; ")
}

// hoursText draws text that ParseHours reads.
func hoursText() *rapid.Generator[string] { return rapid.Map(drawRules(), textOf) }

// slowOpenAt goes through the day of an instant minute by minute from what each
// rule means.
func slowOpenAt(rules []slowRule, c Calendar, at time.Time) Tri {
	minute := at.Hour()*60 + at.Minute()
	today := at.Truncate(24 * time.Hour)
	yesterday := today.AddDate(0, 0, -1)
	state := No
	for _, r := range rules {
		if r.about(today, c) && r.means != No {
			state = No // what was said before is overridden for the whole day
		}
		if r.about(today, c) && r.time.covers(minute) || r.about(yesterday, c) && r.time.covers(minute+1440) {
			state = r.means
		}
	}
	return state
}

func TestHoursSayWhatTheirBitsMean(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := drawRules().Draw(t, "rules")
		calendar := rapid.SampledFrom([]Calendar{NoHolidays, Canada, UnitedStates}).Draw(t, "calendar")
		h, err := ParseHours(textOf(rules))
		if err != nil {
			t.Fatalf("%q: %v", textOf(rules), err)
		}
		h = h.Holidays(calendar)
		begin := time.Date(2024, 12, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 1500).Draw(t, "day"))
		for day := range 12 {
			for minute := 0; minute < 1440; minute += 95 {
				at := begin.AddDate(0, 0, day).Add(time.Duration(minute) * time.Minute)
				if got, want := h.Open(at), slowOpenAt(rules, calendar, at); got != want {
					t.Fatalf("%q at %s: %v, its bits mean %v", textOf(rules), at.Format("2006-01-02 15:04 Mon"), got, want)
				}
			}
		}
		// Read from what String writes, they say the same.
		again, err := ParseHours(h.String())
		if err != nil {
			t.Fatalf("%q is written %q: %v", textOf(rules), h, err)
		}
		if got, want := again.Holidays(calendar).Open(begin), h.Open(begin); got != want {
			t.Fatalf("%q is written %q, which says %v and not %v", textOf(rules), h, got, want)
		}
	})
}

// The bits one by one on every day of five years, so that none is missed by chance.
func TestEachBitOnEveryDay(t *testing.T) {
	for _, b := range append(dateBits(), dayBits()...) {
		h := mustHours(t, b.text+" open").Holidays(Canada)
		for d := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC); d.Year() < 2029; d = d.AddDate(0, 0, 1) {
			want := No
			if b.is(d, Canada) {
				want = Yes
			}
			if got := h.Open(d); got != want {
				t.Errorf("%q on %s: %v, want %v", b.text, d.Format("2006-01-02 Mon"), got, want)
				break
			}
		}
	}
}
