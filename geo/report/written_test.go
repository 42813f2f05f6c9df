package report

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestDaysSince1970(t *testing.T) {
	for at := time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 10_000; at = at.AddDate(0, 0, 1) {
		if got := daysSince1970(at.Year(), int(at.Month()), at.Day()); got != at.Unix()/86400 {
			t.Fatalf("%s is day %d, want %d", at, got, at.Unix()/86400)
		}
	}
}

// sameAsInstant holds the quick reader of times against the slow one. What it gives up
// may be a time nevertheless.
func sameAsInstant(t interface{ Fatalf(string, ...any) }, text [24]byte) (taken bool) {
	got, ok := written(text[:])
	if !ok {
		return false
	}
	if want, err := instant(text[:]); err != nil || got != want {
		t.Fatalf("%s is %v, want %v (%v)", text, got, want, err)
	}
	return true
}

func TestWrittenTimesAreReadAsInstantDoes(t *testing.T) {
	first, last := time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli(), time.Date(9999, 12, 31, 23, 59, 59, 999e6, time.UTC).UnixMilli()
	almost := 0
	rapid.Check(t, func(t *rapid.T) {
		at := time.UnixMilli(rapid.Int64Range(first, last).Draw(t, "at")).UTC()
		text := [24]byte(AppendTime(nil, at))
		if !sameAsInstant(t, text) {
			t.Fatalf("%s is given up", text)
		}
		for range 8 {
			other := text
			other[rapid.IntRange(0, 23).Draw(t, "place")] = rapid.Byte().Draw(t, "byte")
			if other != text && sameAsInstant(t, other) {
				almost++
			}
			other[rapid.IntRange(0, 23).Draw(t, "place")] = byte('0' + rapid.IntRange(-1, 10).Draw(t, "digit"))
			sameAsInstant(t, other)
		}
	})
	if almost == 0 {
		t.Error("none of the other texts is a time")
	}
	for _, text := range []string{"2017-02-29T00:00:00.000Z", "2017-01-31T18:05:60.000Z", "2016-12-31T23:59:60.000Z", "2017-00-31T18:05:00.000Z", "2017-01-31t18:05:00.000Z", "2017-01-31T24:05:00.000Z"} {
		if got, ok := written([]byte(text)); ok {
			t.Errorf("%s is %s", text, got)
		}
	}
}

func TestTimesAreWrittenAsTheLibraryDoes(t *testing.T) {
	first, last := time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli(), time.Date(10_000, 12, 31, 0, 0, 0, 0, time.UTC).UnixMilli()
	rapid.Check(t, func(t *rapid.T) {
		at := time.UnixMilli(rapid.Int64Range(first, last).Draw(t, "at")).Add(time.Duration(rapid.IntRange(0, 999_999).Draw(t, "ns")))
		at = at.In(time.FixedZone("", rapid.IntRange(-50_000, 50_000).Draw(t, "east")))
		if got, want := string(AppendTime(nil, at)), at.UTC().Format("2006-01-02T15:04:05.000Z"); got != want {
			t.Fatalf("%s, want %s", got, want)
		}
	})
}
