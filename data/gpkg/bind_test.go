package gpkg

import (
	"testing"
	"time"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

func TestTimesAreThoseOfTheStandardLibrary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ms := rapid.Int64Range(time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli(), time.Date(9999, 12, 31, 23, 59, 59, 999e6, time.UTC).UnixMilli()).Draw(t, "ms")
		at := time.UnixMilli(ms).In(time.FixedZone("", rapid.IntRange(-43_200, 43_200).Draw(t, "east")))
		text := string(appendTime(nil, at))
		if want := at.UTC().Format(timeFormat); text != want {
			t.Fatalf("%s, want %s", text, want)
		}
		if back, err := parseTime([]byte(text)); err != nil || back != at.UTC() {
			t.Fatalf("%s is read as %s, %v", text, back, err)
		}
	})
}

func FuzzParseTime(f *testing.F) {
	for _, s := range []string{"2017-01-31T18:05:00.000Z", "2016-02-29T23:59:59.999Z", "2017-02-29T00:00:00.000Z", "0000-01-01T00:00:00.000Z",
		"2017-01-31T24:00:00.000Z", "2017-01-31 18:05:00.000Z", "2017-01-31T18:05:60.000Z", "2017-13-01T00:00:00.000Z", "2017-01-31T18:05:00Z", ""} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, s []byte) {
		got, err := parseTime(s)
		want, wantErr := time.Parse(timeFormat, string(s))
		good := wantErr == nil && want.Format(timeFormat) == string(s) // the library also reads what it does not write
		if (err == nil) != good || good && got != want {
			t.Fatalf("%q is read as %s, %v; the standard library reads %s, %v", s, got, err, want, wantErr)
		}
	})
}

func FuzzParsePoint(f *testing.F) {
	f.Add(appendPoint(nil, orb.Point{-97.24, 49.0001}))
	f.Add([]byte("GP\x00\x01"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, blob []byte) {
		p, err := parsePoint(blob)
		if err == nil && string(appendPoint(nil, p)) != string(blob) {
			t.Fatalf("%x is read as %v, which is written as %x", blob, p, appendPoint(nil, p))
		}
	})
}
