package guard

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func mustHours(t testing.TB, text string) *Hours {
	t.Helper()
	h, err := ParseHours(text)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return h
}

func local(t testing.TB, zone, wall string) time.Time {
	t.Helper()
	location, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", wall, location)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestHoursOpen(t *testing.T) {
	for _, c := range []struct {
		hours, wall string
		want        Tri
	}{
		{"", "2026-01-05 12:00", Unknown},
		{"24/7", "2026-01-05 03:00", Yes},
		{"08:00-16:00", "2026-01-05 07:59", No},
		{"08:00-16:00", "2026-01-05 08:00", Yes},
		{"08:00-16:00", "2026-01-05 15:59", Yes},
		{"08:00-16:00", "2026-01-05 16:00", No},
		// What the other implementation does not read, or reads otherwise.
		{"unknown; 2025 Jan 06+ 09:00-17:00", "2025-01-05 10:00", Unknown},
		{"unknown; 2025 Jan 06+ 09:00-17:00", "2025-01-06 08:59", No},
		{"unknown; 2025 Jan 06+ 09:00-17:00", "2025-01-06 09:00", Yes},
		{"unknown; 2025 Jan 06+ 09:00-17:00", "2031-07-06 16:59", Yes},
		{"2025 Mar+ 09:00-17:00", "2025-02-28 10:00", No},
		{"2025 Mar+ 09:00-17:00", "2025-03-01 10:00", Yes},
		{"2025 Nov 01-2026 Feb 15 09:00-17:00", "2026-01-10 10:00", Yes},
		{"2025 Nov 01-2026 Feb 15 09:00-17:00", "2026-02-16 10:00", No},
		{"2025 Nov 01-2026 Feb 15 09:00-17:00", "2026-11-10 10:00", No},
		{"2025 Jan,Feb 09:00-17:00", "2025-02-10 10:00", Yes},
		{"2025 Jan,Feb 09:00-17:00", "2026-02-10 10:00", No},
		{"May 15-31,Jul 08:00-10:00", "2026-07-20 09:00", Yes},
		{"May 15-31,Jul 08:00-10:00", "2026-06-20 09:00", No},
		{"Feb 01-Feb 29 08:00-10:00", "2026-03-01 09:00", No},
		// The end of a daily span that goes on into a year it does not hold in.
		{"2025 22:00-02:00", "2026-01-01 01:00", Yes},
		{"2025 22:00-02:00", "2025-01-01 01:00", No},
		// A weekday of the month is a date between dates, else a day of the week.
		{"May-Sep Su[1],Mo 08:00-10:00", "2026-09-13 09:00", No},
		{"May-Sep Su[1],Mo 08:00-10:00", "2026-09-14 09:00", Yes},
		{"May 01-Sep Su[1] 08:00-10:00", "2026-09-06 09:00", Yes},
		{"May 01-Sep Su[1] 08:00-10:00", "2026-09-07 09:00", No},
		{"May Su[1],Jul 04 08:00-10:00", "2026-07-04 09:00", Yes},
		{"Jul,May 15-31 Su[1] 08:00-10:00", "2026-07-05 09:00", Yes},
		{"Jul,May 15-31 Su[1] 08:00-10:00", "2026-05-24 09:00", No},
		{"May Su[1],Mo 08:00-10:00", "2026-05-11 09:00", Yes},
		{"Jan 01 -1 day 08:00-10:00", "2025-12-31 09:00", Yes},
		{"Dec 31 +1 day 08:00-10:00", "2026-01-01 09:00", Yes},
		// A comment without a word is not known, which is never open.
		{`09:00-17:00 "ring the bell"`, "2026-01-05 10:00", Unknown},
		{`09:00-17:00 open "ring the bell"`, "2026-01-05 10:00", Yes},
		{"MAY 15 - sep 30 mo-FR 8:00 - 16:00", "2026-06-01 10:00", Yes},
	} {
		if got := mustHours(t, c.hours).Open(local(t, "UTC", c.wall)); got != c.want {
			t.Errorf("%q at %s: %v, want %v", c.hours, c.wall, got, c.want)
		}
	}
}

func TestHolidaysInHours(t *testing.T) {
	h := mustHours(t, "Mo-Sa 09:00-17:00; PH off")
	for _, c := range []struct {
		calendar Calendar
		wall     string
		want     Tri
	}{
		{Canada, "2026-07-01 10:00", No}, // Canada Day, a Wednesday
		{UnitedStates, "2026-07-01 10:00", Yes},
		{NoHolidays, "2026-07-01 10:00", Yes},
		{UnitedStates, "2026-07-04 10:00", No}, // a Saturday
		{UnitedStates, "2026-07-03 10:00", No}, // and the Friday on which it is kept
		{Canada, "2026-07-04 10:00", Yes},
		{Canada, "2026-05-18 10:00", No},       // Victoria Day
		{UnitedStates, "2026-05-25 10:00", No}, // Memorial Day
		{Canada, "2026-04-03 10:00", No},       // Good Friday
	} {
		if got := h.Holidays(c.calendar).Open(local(t, "UTC", c.wall)); got != c.want {
			t.Errorf("calendar %d at %s: %v, want %v", c.calendar, c.wall, got, c.want)
		}
	}
	if got := mustHours(t, "PH,Su 10:00-12:00").Holidays(Canada).Open(local(t, "UTC", "2026-07-01 11:00")); got != Yes {
		t.Errorf("PH among days: %v, want open", got)
	}
}

func TestHoursErrorsSayWhereAndHow(t *testing.T) {
	for _, c := range []struct {
		text   string
		column int
		says   string
	}{
		{"Mon-Fri 08:00-16:00", 1, "write Mo"},
		{"Mo-Friday 08:00-16:00", 4, "Mo-Fr"},
		{"January 01 off", 1, "write Jan"},
		{"Mo–Fr 08:00-16:00", 3, "hyphen"},
		{"“x”", 1, "quotation mark"},
		{"08:00-16:00 open \"x", 18, "second quotation mark"},
		{"08:00+", 6, "from when until when"},
		{"08:00-16:00+", 12, "until when"},
		{"Mo-Fr 8-16", 7, "colon"},
		{"8:5-16:00", 1, "two digits"},
		{"08:00-16:60", 7, "00 to 59"},
		{"08:00-49:00", 7, "48:00"},
		{"24:00-26:00", 1, "next day"},
		{"08:00-08:00", 1, "24/7"},
		{"08:00-34:00", 1, "longer than a day"},
		{"Mo-Fr 08:00-16:00, Sa 09:00-12:00", 18, "semicolon"},
		{"08:00-16:00 || unknown", 13, "fallback"},
		{"sunrise-sunset", 1, "time of the clock"},
		{"week 1-10 off", 1, "dates"},
		{"SH off", 1, "school holidays"},
		{"easter off", 1, "years"},
		{"Feb 30 off", 5, "no such day"},
		{"2025 Feb 29 off", 10, "no such day"},
		{"Jan 06+ off", 1, "needs a year"},
		{"2025 Nov 01-Feb 15 off", 6, "both years"},
		{"2026 Feb-2025 Nov off", 6, "before it begins"},
		{"Nov 01-2026 Feb 15 off", 8, "both ends or at none"},
		{"2025-2024 off", 6, "later"},
		{"2025,2026 Jan,2027 Feb off", 15, "years were given before"},
		{"1812 off", 1, "1900"},
		{"Jul 04,May Su[1] off", 12, "two rules"},
		{"Jul 04,May: Su[1] off", 13, "two rules"},
		{"Sep 01 +0 days off", 11, "adds nothing"},
		{"Jan 1,6 off", 7, "month again"},
		{"Mo[6] off", 4, "1 to 5"},
		{"Mo[1 off", 6, "expected ]"},
		{"24/8", 4, "24/7"},
		{"off; ; off", 6, "rule is missing"},
		{"; off", 1, "rule is missing"},
		{"openn", 1, "expected"},
		{"off \"a\x01\"", 5, "printable"},
		{"08:00-16:00 \x00", 13, "no meaning"},
		{"May Mo[5]-Jun 01 off", 8, "1 to 4"},
		{strings.Repeat("off; ", 65) + "off", 321, "more than 64"},
		{strings.Repeat("off ", 300), 1, "longer than"},
	} {
		_, err := ParseHours(c.text)
		var fault *HoursError
		if !errors.As(err, &fault) {
			t.Errorf("%q: %v, want a *HoursError", c.text, err)
			continue
		}
		if fault.Column != c.column || !strings.Contains(fault.Detail, c.says) {
			t.Errorf("%q: character %d: %s; want character %d and %q", c.text, fault.Column, fault.Detail, c.column, c.says)
		}
	}
}

func TestHoursAreWrittenInOneWay(t *testing.T) {
	for text, want := range map[string]string{
		"":                                   "",
		" 24/7 ":                             "24/7",
		"open":                               "24/7",
		"closed":                             "off",
		"Mo-Mo 8:00-16:00":                   "Mo 08:00-16:00",
		"mo , WE,PH 22:00-26:00":             "Mo,We,PH 22:00-02:00",
		"PH,Mo off":                          "Mo,PH off",
		"May 15-31: 08:00-32:00":             "May 15-May 31 08:00-32:00",
		"2025 Jan 6-12,Feb open":             "2025 Jan 06-2025 Jan 12,2025 Feb open",
		"Sep Mo[1] +1 days-Sep 30 off \"x\"": `Sep Mo[1] +1 day-Sep 30 off "x"`,
		"Mo[1,-1] \"x\"":                     `Mo[1],Mo[-1] unknown "x"`,
		"2025+ 24/7;":                        "2025+ open",
	} {
		h := mustHours(t, text)
		if got := h.String(); got != want {
			t.Errorf("%q is written %q, want %q", text, got, want)
		}
		if diff := cmp.Diff(h, mustHours(t, want), cmp.AllowUnexported(allHours...)); diff != "" {
			t.Errorf("%q read again (-first +second):\n%s", text, diff)
		}
	}
}

var allHours = []any{Hours{}, rule{}, yearRange{}, dateRange{}, date{}, weekday{}, span{}}

// The clock goes from 01:59 to 03:00 on 8 March 2026 in Winnipeg, and from 01:59
// to 01:00 again on 1 November.
func TestHoursOnTheDaysTheClockShifts(t *testing.T) {
	winnipeg, err := time.LoadLocation("America/Winnipeg")
	if err != nil {
		t.Fatal(err)
	}
	spring := time.Date(2026, time.March, 8, 0, 0, 0, 0, winnipeg)
	autumn := time.Date(2026, time.November, 1, 0, 0, 0, 0, winnipeg)
	for _, c := range []struct {
		name, hours string
		midnight    time.Time
		want        []string // when it opens and closes, as time since midnight
	}{
		{"no shift in sight", "08:00-16:00", spring.AddDate(0, 0, 1), []string{"8h0m0s", "16h0m0s"}},
		{"a lost hour in the morning", "08:00-16:00", spring, []string{"7h0m0s", "15h0m0s"}},
		{"an hour won in the morning", "08:00-16:00", autumn, []string{"9h0m0s", "17h0m0s"}},
		{"over the lost hour", "01:00-04:00", spring, []string{"1h0m0s", "3h0m0s"}},
		{"over the hour that comes twice", "00:30-02:30", autumn, []string{"30m0s", "3h30m0s"}},
		{"opening in the lost hour", "02:30-04:00", spring, []string{"2h0m0s", "3h0m0s"}},
		{"closing in the lost hour", "01:00-02:30", spring, []string{"1h0m0s", "2h0m0s"}},
		{"within the lost hour", "02:15-02:45", spring, nil},
		{"twice within the hour that comes twice", "01:15-01:45", autumn, []string{"1h15m0s", "1h45m0s", "2h15m0s", "2h45m0s"}},
		{"closing in the hour that comes twice", "00:00-01:30", autumn, []string{"0s", "1h30m0s", "2h0m0s", "2h30m0s"}},
		{"from the evening before over the lost hour", "22:00-03:00; Mo off", spring, []string{"0s", "2h0m0s", "21h0m0s"}},
	} {
		clock := &clock{mustHours(t, c.hours), winnipeg}
		end := c.midnight.AddDate(0, 0, 1)
		var got []string
		state := No
		for _, x := range clock.changes(nil, c.midnight.Unix(), end.Unix()) {
			if x.state != state {
				got = append(got, time.Unix(x.at, 0).Sub(c.midnight).String())
			}
			state = x.state
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s, %s (-want +got):\n%s", c.name, c.hours, diff)
		}
	}
}

// The changes must be those that asking at every minute finds.
func TestChangesAreThoseOfEveryMinute(t *testing.T) {
	zones := []string{"America/Winnipeg", "America/Halifax", "America/Regina", "America/Anchorage", "America/St_Johns", "UTC", "Australia/Lord_Howe"}
	rapid.Check(t, func(t *rapid.T) {
		text := hoursText().Draw(t, "hours")
		h, err := ParseHours(text)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		zone, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		c := &clock{h.Holidays(rapid.SampledFrom([]Calendar{NoHolidays, Canada, UnitedStates}).Draw(t, "calendar")), zone}
		from := startOf(2025) + rapid.Int64Range(0, 3*366*24*60).Draw(t, "from")*60
		to := from + rapid.Int64Range(1, 6*24*60).Draw(t, "minutes")*60
		if rapid.Bool().Draw(t, "at a shift") {
			_, end := time.Unix(from, 0).In(zone).ZoneBounds()
			if !end.IsZero() {
				from, to = end.Unix()-24*60*60, end.Unix()+24*60*60
			}
		}
		var want []change
		for at := from; at < to; at += 60 {
			if state := c.at(at); len(want) == 0 || want[len(want)-1].state != state {
				want = append(want, change{at, state})
			}
		}
		if diff := cmp.Diff(want, c.changes(nil, from, to), cmp.AllowUnexported(change{})); diff != "" {
			t.Errorf("%s (-every minute +changes):\n%s", text, diff)
		}
	})
}

func FuzzParseHours(f *testing.F) {
	for _, block := range strings.Split(hoursGolden, "\n= ")[1:] {
		text, _, _ := strings.Cut(block, "\n")
		f.Add(text)
	}
	for _, text := range []string{"", ";", "2025 Jan 06+ 24/7", "Mo[1,-1],PH 8:00-26:00 \"é\"", "Nov Su[1] -1 day-Mar 31 off", "2025,2026-2027,2030+ Feb 29 open", "“–”"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		h, err := ParseHours(text)
		if err != nil {
			var fault *HoursError
			if h != nil || !errors.As(err, &fault) || fault.Column < 1 || fault.Column > len(text)+1 || fault.Detail == "" {
				t.Fatalf("%q: %v is not a helpful error", text, err)
			}
			return
		}
		written := h.String()
		again, err := ParseHours(written)
		if err != nil {
			t.Fatalf("%q is written %q: %v", text, written, err)
		}
		if diff := cmp.Diff(h, again, cmp.AllowUnexported(allHours...)); diff != "" {
			t.Fatalf("%q is written %q, read again (-first +second):\n%s", text, written, diff)
		}
		if twice := again.String(); twice != written {
			t.Fatalf("%q is written %q, then %q", text, written, twice)
		}
		h.Open(time.Date(2026, time.July, 4, 1, 30, 0, 0, time.UTC))
	})
}
