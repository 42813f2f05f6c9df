package guard

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func dayAt(t testing.TB, text string) day {
	t.Helper()
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		t.Fatal(err)
	}
	return dayOf(at.Date())
}

func TestDaysAreThoseOfThePackageTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := time.Date(rapid.IntRange(1800, 2200).Draw(t, "year"), time.Month(rapid.IntRange(1, 12).Draw(t, "month")), rapid.IntRange(1, 31).Draw(t, "day"), 0, 0, 0, 0, time.UTC)
		d := dayOf(at.Date())
		if year, month, date := d.date(); year != at.Year() || month != at.Month() || date != at.Day() || d.year() != year {
			t.Errorf("%v became %d-%02d-%02d", at, year, month, date)
		}
		if d.weekday() != at.Weekday() {
			t.Errorf("%v is a %v, not a %v", at, at.Weekday(), d.weekday())
		}
		if int64(d)*secondsADay != at.Unix() {
			t.Errorf("%v is day %d", at, d)
		}
		next := dayOf(at.Year(), at.Month(), at.Day()+1)
		if next != d+1 {
			t.Errorf("after day %d comes %d", d, next)
		}
	})
}

func TestFloorDiv(t *testing.T) {
	for _, c := range []struct{ a, b, want int64 }{{7, 3, 2}, {6, 3, 2}, {0, 3, 0}, {-1, 3, -1}, {-3, 3, -1}, {-4, 3, -2}} {
		if got := floorDiv(c.a, c.b); got != c.want {
			t.Errorf("%d/%d is %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestNthOfAMonth(t *testing.T) {
	for _, c := range []struct {
		year  int
		month time.Month
		w     time.Weekday
		n     int
		want  string
	}{
		{2025, time.March, time.Sunday, 2, "2025-03-09"},
		{2026, time.November, time.Sunday, 1, "2026-11-01"},
		{2026, time.November, time.Saturday, 1, "2026-11-07"},
		{2025, time.May, time.Monday, -1, "2025-05-26"},
		{2026, time.May, time.Monday, -1, "2026-05-25"},
		{2026, time.May, time.Sunday, -1, "2026-05-31"},
		{2026, time.May, time.Sunday, -5, "2026-05-03"},
		{2025, time.May, time.Friday, 3, "2025-05-16"}, // before Victoria Day, the 19th
		{2024, time.February, time.Thursday, 5, "2024-02-29"},
		{2025, time.December, time.Wednesday, -1, "2025-12-31"},
	} {
		if got := nth(c.year, c.month, c.w, c.n); got != dayAt(t, c.want) {
			year, month, date := got.date()
			t.Errorf("%v[%d] of %v %d is %d-%02d-%02d, want %s", c.w, c.n, c.month, c.year, year, month, date, c.want)
		}
	}
	// The two ways to count agree.
	for d := dayAt(t, "2024-01-01"); d < dayAt(t, "2027-01-01"); d++ {
		year, month, _ := d.date()
		for n := 1; n <= 5; n++ {
			for _, k := range [...]int{n, -n} {
				counted := nth(year, month, d.weekday(), k) == d
				if held := (weekday{from: d.weekday(), nth: k}).holds(d); held != counted {
					t.Fatalf("day %d: [%d] holds is %v, counted it is %v", d, k, held, counted)
				}
			}
		}
	}
}

// Dates of Easter Sunday as published by the churches and almanacs, the earliest
// and latest possible among them.
func TestEaster(t *testing.T) {
	for _, date := range []string{
		"1818-03-22", "1886-04-25", "1943-04-25", "1961-04-02", "1981-04-19", "2000-04-23", "2008-03-23",
		"2011-04-24", "2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2038-04-25", "2049-04-18", "2285-03-22",
	} {
		d := dayAt(t, date)
		if got := easter(d.year()); got != d {
			year, month, date := got.date()
			t.Errorf("Easter of %d is %02d-%02d, want %02d", year, month, date, d)
		}
	}
}

func TestHolidaysByName(t *testing.T) {
	for _, c := range []struct {
		date   string
		ca, us bool
	}{
		{"2026-01-01", true, true},
		{"2026-01-19", false, true}, // Martin Luther King's Birthday
		{"2026-02-16", false, true}, // Washington's Birthday
		{"2026-04-03", true, false}, // Good Friday
		{"2026-04-06", false, false},
		{"2026-05-18", true, false}, // Victoria Day
		{"2026-05-25", false, true}, // Memorial Day
		{"2026-06-19", false, true},
		{"2020-06-19", false, false}, // before Juneteenth was one
		{"2026-09-07", true, true},   // Labour Day
		{"2026-09-30", true, false},
		{"2020-09-30", false, false}, // before the National Day for Truth and Reconciliation
		{"2026-10-12", true, true},   // Thanksgiving in Canada, Columbus Day
		{"2026-11-11", true, true},
		{"2026-11-26", false, true}, // Thanksgiving in the United States
		{"2026-12-26", true, false}, // Boxing Day, a Saturday
		{"2026-12-28", true, false}, // which is kept on Monday
		{"2021-12-24", false, true}, // Christmas on a Saturday, kept on Friday
		{"2021-12-27", true, false}, // in Canada on Monday
		{"2021-12-28", true, false}, // and Boxing Day on Tuesday
		{"2021-12-31", false, true}, // New Year's Day of 2022
		{"2022-01-03", true, false},
		{"2022-12-27", true, false}, // Christmas on a Sunday; Monday is Boxing Day
		{"2026-07-15", false, false},
	} {
		d := dayAt(t, c.date)
		if got := Canada.holiday(d); got != c.ca {
			t.Errorf("%s in Canada: %v, want %v", c.date, got, c.ca)
		}
		if got := UnitedStates.holiday(d); got != c.us {
			t.Errorf("%s in the United States: %v, want %v", c.date, got, c.us)
		}
		if NoHolidays.holiday(d) || Calendar(9).holiday(d) {
			t.Errorf("%s is a holiday of nobody", c.date)
		}
	}
}

func TestDatesAtTheEdges(t *testing.T) {
	for _, c := range []struct {
		hours, day string
		want       bool
	}{
		{"Feb 29", "2024-02-29", true},
		{"Feb 29", "2025-02-28", false},
		{"Feb 29", "2025-03-01", false},
		{"Feb 29-Mar 02", "2025-02-28", false},
		{"Feb 29-Mar 02", "2025-03-01", true},
		{"Feb 20-Feb 29", "2025-02-28", true},
		{"Feb 20-Feb 29", "2025-03-01", false},
		{"Feb", "2024-02-29", true},
		{"Dec 31-Jan 01", "2025-12-30", false},
		{"Dec 31-Jan 01", "2025-12-31", true},
		{"Dec 31-Jan 01", "2026-01-01", true},
		{"Dec 31-Jan 01", "2026-01-02", false},
		{"Dec-Jan", "2026-01-31", true},
		{"Dec-Jan", "2026-02-01", false},
		{"Jan 01-Dec 31", "2026-01-01", true},
		{"Jan 01-Dec 31", "2026-12-31", true},
		{"Jan 01 -3 days-Jan 02", "2025-12-28", false},
		{"Jan 01 -3 days-Jan 02", "2025-12-29", true},
		{"Jan 01 -3 days-Jan 02", "2026-01-02", true},
		{"Jan 01 -3 days-Jan 02", "2026-01-03", false},
		{"Dec 30-Dec 31 +2 days", "2026-01-02", true},
		{"Dec 30-Dec 31 +2 days", "2026-01-03", false},
		{"2025 Dec 31 +1 day", "2026-01-01", true},
		{"2025 Dec+", "2025-11-30", false},
		{"2025 Dec+", "2099-11-30", true},
		{"1900-1999", "1999-12-31", true},
		{"1900-1999", "2000-01-01", false},
		{"9999", "9999-06-01", true},
	} {
		want := No
		if c.want {
			want = Yes
		}
		if got := mustHours(t, c.hours+" open").state(dayAt(t, c.day), 720); got != want {
			t.Errorf("%q on %s: %v, want %v", c.hours, c.day, got, want)
		}
	}
}
