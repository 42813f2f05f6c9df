package report

import (
	"strings"
	"testing"
	"time"
)

func TestTimesOfRFC3339(t *testing.T) {
	for text, want := range map[string]string{
		// RFC 3339, section 5.8; a leap second is the last millisecond before it.
		"1985-04-12T23:20:50.52Z":      "1985-04-12T23:20:50.520Z",
		"1996-12-19T16:39:57-08:00":    "1996-12-20T00:39:57.000Z",
		"1990-12-31T23:59:60Z":         "1990-12-31T23:59:59.999Z",
		"1990-12-31T15:59:60-08:00":    "1990-12-31T23:59:59.999Z",
		"1937-01-01T12:00:27.87+00:20": "1937-01-01T11:40:27.870Z",

		"2017-01-31t18:05:00z":               "2017-01-31T18:05:00.000Z",
		"2017-01-31T18:05:00-00:00":          "2017-01-31T18:05:00.000Z",
		"2017-01-31T18:05:00.9999999999999Z": "2017-01-31T18:05:00.999Z",
		"2017-01-31T18:05:00.1+23:59":        "2017-01-30T18:06:00.100Z",
		"2016-02-29T23:30:00-01:00":          "2016-03-01T00:30:00.000Z",
		"2000-02-29T00:00:00Z":               "2000-02-29T00:00:00.000Z",
		"2016-12-31T23:59:60.5Z":             "2016-12-31T23:59:59.999Z",
		"0000-01-01T00:00:00Z":               "0000-01-01T00:00:00.000Z",
		"9999-12-31T23:59:59.999Z":           "9999-12-31T23:59:59.999Z",
	} {
		got, err := ParseTime(text)
		if err != nil || string(AppendTime(nil, got)) != want || got.Location() != time.UTC {
			t.Errorf("%s: %s, want %s (%v)", text, AppendTime(nil, got), want, err)
		}
	}
}

func TestWhatIsNoTime(t *testing.T) {
	const good = "2017-01-31T18:05:00Z"
	bad := []string{
		"", "Z", "2017", "2017-01-31", "18:05:00Z", "2017-01-31T18:05Z", "2017-01-31T18:05:00", "2017-01-31 18:05:00Z", "2017-01-31T18:05:00.Z",
		"2017-01-31T18:05:00,5Z", "2017-13-01T00:00:00Z", "2017-00-01T00:00:00Z", "2017-01-00T00:00:00Z", "2017-01-32T00:00:00Z", "2017-02-29T00:00:00Z",
		"1900-02-29T00:00:00Z", "2017-04-31T00:00:00Z", "2017-01-31T24:00:00Z", "2017-01-31T18:60:00Z", "2017-01-31T18:05:61Z", "2017-01-31T18:05:60Z",
		"2017-01-31T23:59:60-01:00", "2017-01-31T18:05:00+24:00", "2017-01-31T18:05:00+01:60", "2017-01-31T18:05:00+0100", "2017-01-31T18:05:00+01",
		"2017-01-31T18:05:00 Z", " " + good, good + " ", good + "Z", "2017-1-31T18:05:00Z", "17-01-31T18:05:00Z", "+2017-01-31T18:05:00Z", "2017-W05-2T18:05:00Z",
		"20170131T180500Z", "2017-01-31T18:05:00Zulu", "2017-01-31T18:05:00z\n", "２017-01-31T18:05:00Z", "0000-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
		"2017-01-31T18:05:00.5", "2017-01-31T18:05:00.", "2017-01-31T18:05:00x01:00", "2017-01-31T18:05:00+01x00", "2017-01-31T18:05:00+01:0x",
		"20x7-01-31T18:05:00Z", "2x17-01-31T18:05:00Z", "20 7-01-31T18:05:00Z", "201/-01-31T18:05:00Z", "201:-01-31T18:05:00Z",
	}
	for i := range good {
		bad = append(bad, good[:i], good[:i]+"x"+good[i+1:])
	}
	for _, text := range bad {
		if got, err := ParseTime(text); err == nil {
			t.Errorf("%q is %s", text, got)
		} else if !got.IsZero() || err != errInstant {
			t.Errorf("%q: %s, %v", text, got, err)
		}
	}
}

func TestDaysOfMonths(t *testing.T) {
	for year := range 10_000 {
		for month := time.January; month <= time.December; month++ {
			if got, want := days(year, int(month)), time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day(); got != want {
				t.Fatalf("%d-%d has %d days, want %d", year, month, got, want)
			}
		}
	}
}

// lenient says whether package time takes a text that is no date-time of RFC 3339:
// with a comma before the fraction, an hour of one digit, an offset of 24 hours or 60 minutes.
func lenient(text string) bool {
	offset := text[len(text)-len("24:00"):]
	return strings.Contains(text, ",") || text[len("2006-01-02T1")] == ':' || offset[2] == ':' && (offset >= "24:00" || offset[3:] == "60")
}

// Package time is the oracle. It takes less in some things (small letters, leap
// seconds) and more in others: see lenient.
func FuzzParseTime(f *testing.F) {
	for _, text := range []string{
		"1985-04-12T23:20:50.52Z", "1996-12-19T16:39:57-08:00", "1990-12-31T23:59:60Z", "2017-01-31t18:05:00.123456789z", "2017-02-29T00:00:00Z",
		"0000-01-01T00:00:00+00:01", "9999-12-31T23:59:59-23:59", "20x7-01-31T18:05:00Z", "2017-01-31T18:05:00,5Z", "2017-01-31T1:05:00Z",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ParseTime(text)
		if err != nil {
			want, err := time.Parse(time.RFC3339, text)
			if year := want.UTC().Year(); err == nil && year >= 0 && year <= 9999 && !lenient(text) {
				t.Fatalf("%q is %s for package time", text, want)
			}
			return
		}
		again, err := ParseTime(string(AppendTime(nil, got)))
		if err != nil || !again.Equal(got) || got.Location() != time.UTC || got.Nanosecond()%1e6 != 0 {
			t.Fatalf("%q is %s, and that is %s (%v)", text, got, again, err)
		}
		if want, err := time.Parse(time.RFC3339, strings.ToUpper(text)); err == nil && !want.UTC().Truncate(time.Millisecond).Equal(got) {
			t.Fatalf("%q is %s, want %s", text, got, want)
		} else if err != nil && !strings.Contains(text, ":60") {
			t.Fatalf("%q is %s and no time for package time: %v", text, got, err)
		}
	})
}
