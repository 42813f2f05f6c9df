package codec

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"frontierwatch/geo/hotspot"
)

func TestAppendFixed(t *testing.T) {
	for _, c := range []struct {
		v        float64
		decimals int
		want     string
	}{
		{0, 3, "0"}, {math.Copysign(0, -1), 3, "0"}, {-0.0004, 3, "0"}, {0.0005, 3, "0.001"}, {-0.0005, 3, "-0.001"},
		{100, 0, "100"}, {100, 3, "100"}, {10.5, 3, "10.5"}, {10.05, 2, "10.05"}, {-97.24, 7, "-97.24"}, {0.1 + 0.2, 7, "0.3"},
		{1e-7, 7, "1e-7"}, {-9e-7, 7, "-9e-7"}, {1e-6, 7, "0.000001"}, {0.9999999, 3, "1"}, {2.5, 0, "3"}, {-2.5, 0, "-3"},
		{999999999999.999, 3, "999999999999.999"}, {1e15, 3, "1000000000000000"}, {1e21, 0, "1e+21"}, {-math.MaxFloat64, 7, "-1.7976931348623157e+308"},
	} {
		if got := string(appendFixed(nil, c.v, c.decimals)); got != c.want {
			t.Errorf("%v to %d decimals is %s, want %s", c.v, c.decimals, got, c.want)
		}
	}
}

func TestAppendSignificant(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0", math.Copysign(0, -1): "0", 1: "1", 12345: "12340", 0.000123456: "0.0001235", -1.00004: "-1", 9.9999: "10",
		1.23456e-9: "1.235e-9", 1e22: "1e+22", math.MaxFloat64: "1.7976931348623157e+308", math.SmallestNonzeroFloat64: "5e-324",
	} {
		if got := string(appendSignificant(nil, v, 4)); got != want {
			t.Errorf("%v is %s, want %s", v, got, want)
		}
	}
}

// TestNumbersAreJSON: what is written is JSON, near to what was meant, and has no
// more decimals than asked for.
func TestNumbersAreJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v, decimals := anyReal().Draw(t, "v"), rapid.IntRange(0, 7).Draw(t, "decimals")
		text := string(realOrNull(nil, v, decimals))
		if !json.Valid([]byte(text)) {
			t.Fatalf("%v is %s", v, text)
		}
		if !finite(v) {
			if text != "null" {
				t.Fatalf("%v is %s", v, text)
			}
			return
		}
		got, err := strconv.ParseFloat(text, 64)
		if err != nil || math.Abs(got-v) > 0.5000001*math.Pow10(-decimals)+math.Abs(v)*1e-15 {
			t.Fatalf("%v to %d decimals is %s", v, decimals, text)
		}
		if _, behind, _ := strings.Cut(text, "."); len(behind) > decimals && math.Abs(v) < 1e8 && !strings.Contains(text, "e") {
			t.Fatalf("%v to %d decimals is %s", v, decimals, text)
		}
	})
}

func TestIntegersAreThoseOfStrconv(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.OneOf(rapid.Int64(), rapid.SampledFrom([]int64{0, -1, 1, 9, 10, 1e15 - 1, 1e15, math.MaxInt64, math.MinInt64})).Draw(t, "n")
		if got := string(appendInteger(nil, n)); got != strconv.FormatInt(n, 10) {
			t.Fatalf("%d is %s", n, got)
		}
	})
}

// TestInstantsAreThoseOfTime compares any time with the library's format.
func TestInstantsAreThoseOfTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seconds := rapid.Int64Range(-62167219200-10, 253402300800+10).Draw(t, "seconds")
		nano := rapid.OneOf(rapid.Just(int64(0)), rapid.Map(rapid.Int64Range(0, 999), func(ms int64) int64 { return ms * 1e6 }), rapid.Int64Range(0, 999_999_999)).Draw(t, "nano")
		at := time.Unix(seconds, nano).In(time.FixedZone("", rapid.IntRange(-14, 14).Draw(t, "zone")*3600))
		want, day := `null`, ""
		if year := at.UTC().Year(); !at.IsZero() && year >= 0 && year <= 9999 {
			want, day = `"`+at.UTC().Format(time.RFC3339Nano)+`"`, at.UTC().Format(time.DateOnly)
		}
		if got := string(instantOrNull(nil, at)); got != want {
			t.Fatalf("%v is %s, want %s", at, got, want)
		}
		if day != "" && string(appendDay(nil, at)) != day {
			t.Fatalf("day of %v is %s, want %s", at, appendDay(nil, at), day)
		}
	})
}

// FuzzText compares any bytes with what encoding/json makes of them.
func FuzzText(f *testing.F) {
	for _, seed := range []string{"", "plain", "12345678", "1234567\x7f", `1234567"`, `"\/`, "\x00\b\f\n\r\t\x1f ", "<&>", "é–日😀", "\u2028\u2029\u202a", "\xff", "a\xc3", "\xed\xa0\x80", "exactly8é", "=cmd"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want, err := marshalled(s)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(appendText([]byte("x"), s)); got != "x"+string(want) {
			t.Errorf("%q is %s, want %s", s, got, want)
		}
	})
}

// TestEveryByteIsLookedAt puts each byte at each place of the eight that are
// looked at together.
func TestEveryByteIsLookedAt(t *testing.T) {
	for b := range 256 {
		for at := range 8 {
			text := []byte("abcdefgh")
			text[at] = byte(b)
			if got := plain8(string(text)); got != plain(byte(b)) {
				t.Fatalf("byte %#x at %d: %v", b, at, got)
			}
		}
	}
}

func TestNumericID(t *testing.T) {
	// FNV-1a, 64 bits, of the specification's own vectors, by 2^11.
	for id, hash := range map[string]uint64{"": 0xcbf29ce484222325, "a": 0xaf63dc4c8601ec8c, "foobar": 0x85944171f73967e8} {
		if got := NumericID(id); got != int64(hash>>11) {
			t.Errorf("%q has %d, want %d", id, got, hash>>11)
		}
	}
	seen := map[int64]bool{}
	for i := range 100_000 {
		n := NumericID(fmt.Sprintf("main-%04d-persons-%d", i%1000, 20170101+i/1000))
		if n <= 0 || n >= 1<<53 || seen[n] {
			t.Fatalf("%d is no id, or was there before", n)
		}
		seen[n] = true
	}
}

// TestLevelsAreCalledAsTheDomainCallsThem, but for the one below the watch list.
func TestLevelsAreCalledAsTheDomainCallsThem(t *testing.T) {
	for l := hotspot.Low; l <= hotspot.Critical; l++ {
		if got := levelName(l); got != l.String() {
			t.Errorf("level %d is %q, want %q", l, got, l)
		}
	}
	if levelName(hotspot.None) != "" || levelName(hotspot.Critical+1) != "" {
		t.Error("what is no level has a name")
	}
}
