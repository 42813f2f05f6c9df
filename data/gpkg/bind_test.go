package gpkg

import (
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"frontierwatch/geo/report"
)

func TestTimesAreThoseOfTheStandardLibrary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ms := rapid.Int64Range(time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli(), time.Date(9999, 12, 31, 23, 59, 59, 999e6, time.UTC).UnixMilli()).Draw(t, "ms")
		at := time.UnixMilli(ms).In(time.FixedZone("", rapid.IntRange(-43_200, 43_200).Draw(t, "east")))
		text := string(report.AppendTime(nil, at))
		if want := at.UTC().Format(timeFormat); text != want {
			t.Fatalf("%s, want %s", text, want)
		}
		if back, err := parseTime([]byte(text)); err != nil || back != at.UTC() {
			t.Fatalf("%s is read as %s, %v", text, back, err)
		}
	})
}

// What is passed over because it is bound already is there all the same: rows that are
// much alike, some of which cannot be bound, are those of a binder that binds everything.
func TestRememberingBindsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, err := sqlite3.Open(":memory:")
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if err := c.Exec(`CREATE TABLE a (n, t, r, b, at, maybe, body); CREATE TABLE b (n, t, r, b, at, maybe, body)`); err != nil {
			t.Fatal(err)
		}
		var remembers, forgets binder
		remembers.remember()
		var into [2]*sqlite3.Stmt
		for i, table := range []string{"a", "b"} {
			if into[i], _, err = c.Prepare(`INSERT INTO ` + table + ` VALUES (?,?,?,?,?,?,?)`); err != nil {
				t.Fatal(err)
			}
			defer into[i].Close()
		}
		for range rapid.IntRange(1, 20).Draw(t, "rows") {
			n, text, real := rapid.Int64Range(0, 2).Draw(t, "n"), rapid.SampledFrom([]string{"", "a", "b", "2017-01-31T12:00:00.000Z", "\x00"}).Draw(t, "t"), float64(rapid.IntRange(0, 2).Draw(t, "r"))/2
			at, maybe := noon().Add(time.Duration(rapid.IntRange(0, 2).Draw(t, "at"))*time.Millisecond), rapid.IntRange(0, 3).Draw(t, "maybe")
			fails := rapid.IntRange(0, 5).Draw(t, "fails") == 0
			for i, b := range []*binder{&remembers, &forgets} {
				b.to(into[i])
				b.integer(n)
				b.string(text)
				b.real(real)
				b.blob([]byte(text))
				b.time(at)
				switch maybe {
				case 0:
					b.null()
				case 1:
					b.integer(n)
				case 2:
					b.optional(text)
				default:
					b.time(at)
				}
				b.body([]byte(text))
				if fails {
					b.integer(7) // there is no such parameter
				}
				if err := b.exec(); (err != nil) != fails {
					t.Fatal(err)
				}
			}
		}
		differ := 0
		err = queryRow(c, `SELECT count(*) FROM a JOIN b ON a.rowid = b.rowid WHERE (a.n, a.t, a.r, a.b, a.at, a.maybe, a.body) IS NOT (b.n, b.t, b.r, b.b, b.at, b.maybe, b.body)
			OR typeof(a.maybe) <> typeof(b.maybe) OR typeof(a.n) <> 'integer' OR typeof(a.r) <> 'real' OR typeof(a.body) <> 'text'`,
			func(st *sqlite3.Stmt) { differ = st.ColumnInt(0) })
		if err != nil || differ > 0 {
			t.Fatalf("%d rows differ, %v", differ, err)
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
