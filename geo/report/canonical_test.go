package report

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"frontierwatch/geo/frontier"
)

// sameAsDecode compares what the two readers of bodies make of a text. taken says
// whether the quick one did not give up.
func sameAsDecode(t interface{ Fatalf(string, ...any) }, text []byte) (taken bool) {
	var got Report
	if !canonical(text).report(&got) {
		return false
	}
	want := decode(text)
	if want.err != nil || len(want.faults) > 0 {
		t.Fatalf("%s is taken, but %v %v", text, want.err, want.faults)
	}
	if diff := cmp.Diff(want.report, got); diff != "" {
		t.Fatalf("%s (-decode +canonical):\n%s", text, diff)
	}
	return true
}

// Every body is read quickly, but for those that quote or leave ASCII.
func TestBodiesAreCanonical(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := anyReport().Draw(t, "report")
		plain := !strings.ContainsFunc(r.SourceRef, func(c rune) bool { return c < ' ' || c > '~' || c == '"' || c == '\\' })
		if body := AppendBody(nil, &r); sameAsDecode(t, body) != plain {
			t.Fatalf("%s was given up: %t", body, plain)
		}
	})
}

// What stands beside a body, in place of a piece of it, is given up or read as decode
// reads it.
func TestAlmostBodiesAreReadAsDecodeDoes(t *testing.T) {
	pieces := []string{"", " ", ",", "0", "-", ".", "1", "9", "00", "e1", "999999999", `"`, `\`, `\u0041`, "é", "\x7f", "null", "Z", "+01:00",
		`"a"`, `"b":1,`, `,"tlp":"RED"`, `,"links":[]`, `,"count_min":0`, `,"stretch":{"part":"main","km_from":1,"km_to":2}`, `,"uncertainty_m":-0.0`, "40075"}
	of := []*regexp.Regexp{regexp.MustCompile(`[0-9]`), regexp.MustCompile(`"`), regexp.MustCompile(``)}
	taken, given := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		r := anyReport().Draw(t, "report")
		body := AppendBody(nil, &r)
		for range 10 { // few are taken: of so many, some are
			text := body
			for range rapid.IntRange(1, 2).Draw(t, "changes") {
				places := of[rapid.IntRange(0, len(of)-1).Draw(t, "of")].FindAllIndex(text, -1)
				at := rapid.SampledFrom(places).Draw(t, "at")
				text = slices.Concat(text[:at[0]], []byte(rapid.SampledFrom(pieces).Draw(t, "piece")), text[at[1]:])
			}
			if sameAsDecode(t, text) {
				taken++
			} else {
				given++
			}
		}
	})
	// The control: both have been seen.
	if taken == 0 || given == 0 {
		t.Errorf("%d were taken and %d given up", taken, given)
	}
}

func FuzzCanonical(f *testing.F) {
	simple := plain()
	f.Add(AppendBody(nil, &simple))
	stretch := plain()
	stretch.Point, stretch.Stretch, stretch.Overlaps, stretch.Releasable = nil, &frontier.Stretch{To: 1234.56}, []string{"b", "c"}, CAN|USA
	f.Add(AppendBody(nil, &stretch))
	f.Add(full())
	f.Fuzz(func(t *testing.T, text []byte) { sameAsDecode(t, text) })
}

// Numbers at the ends of what the quick reader takes.
func TestCanonicalNumbers(t *testing.T) {
	simple := plain()
	body := string(AppendBody(nil, &simple))
	for _, x := range []struct {
		old, new string
		taken    bool
	}{
		{"-97.24,", "-97.2400000,", true}, {"-97.24,", "-180,", true}, {"-97.24,", "-180.0000001,", false}, {"-97.24,", "-97.24000001,", false},
		{"-97.24,", "-0.0000001,", true}, {"-97.24,", "-0,", true}, {"-97.24,", "-00,", false}, {"-97.24,", "-97.,", false}, {"-97.24,", ".5,", false},
		{",49]", ",90]", true}, {",49]", ",90.0000001]", false}, {",49]", ",4.9e1]", false}, {",49]", ",49,7]", false},
		{":3,", ":0,", true}, {":3,", ":03,", false}, {":3,", ":3.0,", false}, {":3,", ":-3,", false},
		{":3,", ":9007199254740991,", true}, {":3,", ":999999999999999999,", true}, {":3,", ":9223372036854775807,", false},
		{`fied"`, `fied","uncertainty_m":99999999.99`, true}, {`fied"`, `fied","uncertainty_m":100000000`, false}, {`fied"`, `fied","uncertainty_m":0.125`, false},
		{`fied"`, `fied","stretch":{"part":"main","km_from":40074.99998,"km_to":40074.99999}`, true},
		{`fied"`, `fied","stretch":{"part":"main","km_from":0,"km_to":40075}`, false}, {`fied"`, `fied","stretch":{"part":"main","km_from":-1,"km_to":40}`, false},
		{`fied"`, `fied","overlaps":[` + strings.Repeat(`"b",`, MaxOverlaps-1) + `"b"]`, true}, {`fied"`, `fied","overlaps":[` + strings.Repeat(`"b",`, MaxOverlaps) + `"b"]`, false},
		{`fied"`, `fied","overlaps":[]`, false}, {`fied"`, `fied","overlaps":["b",]`, false}, {`fied"`, `fied","releasable_to":["USA"]`, true}, {`fied"`, `fied","releasable_to":[]`, false},
		{"2017-01-31", "0001-01-01", true}, {"2017-01-31T18:05:00", "0001-01-01T00:00:00", false}, {"T18:05", "t18:05", true}, {"00.000Z", "00+00:00", false},
	} {
		text := strings.Replace(body, x.old, x.new, 1)
		if text == body {
			t.Fatalf("%s is not in %s", x.old, body)
		}
		if taken := sameAsDecode(t, []byte(text)); taken != x.taken {
			t.Errorf("%s: %t", text, taken)
		}
	}
}

// Whatever a report was, it is what is read into it.
func TestBodiesAreReadIntoUsedReports(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var r Report
		for range rapid.IntRange(2, 4).Draw(t, "reports") {
			want := anyReport().Draw(t, "report")
			if err := ReadBody(AppendBody(nil, &want), &r); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, r); diff != "" {
				t.Fatal(diff)
			}
		}
		if err := ReadBody([]byte("{"), &r); err == nil || !cmp.Equal(r, Report{}) {
			t.Fatalf("what is no body is %v, %v", r, err)
		}
	})
}

func TestReadBodyUsesItsRoomAgain(t *testing.T) {
	uncertainty := frontier.Meters(5)
	first, second := plain(), plain()
	first.Uncertainty, second.Uncertainty = &uncertainty, &uncertainty
	first.SourceRef, second.SourceRef, second.Point = "A 1", "A 1", &orb.Point{1, 2}
	bodies := [][]byte{AppendBody(nil, &first), AppendBody(nil, &second)}
	var r Report
	if n := testing.AllocsPerRun(100, func() {
		for _, body := range bodies {
			if err := ReadBody(body, &r); err != nil {
				t.Fatal(err)
			}
		}
	}); n > 0 {
		t.Errorf("%g allocations", n)
	}
}

func BenchmarkReadBody(b *testing.B) {
	r, err := Decode(full(), defaults())
	if err != nil {
		b.Fatal(err)
	}
	canon := AppendBody(nil, &r)
	for name, body := range map[string][]byte{"canonical": canon, "other": append([]byte(" "), canon...)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				if err := ReadBody(body, &r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
