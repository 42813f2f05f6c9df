package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"frontierwatch/geo/frontier"
)

func anyGap() *rapid.Generator[Gap] {
	return rapid.Custom(func(t *rapid.T) Gap {
		at := func(name string) time.Time {
			return time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(-30_000, 30_000).Draw(t, name))
		}
		g := Gap{From: at("from"), Share: math.Round(rapid.Float64Range(0, 0.99).Draw(t, "share")*1000) / 1000, Withheld: rapid.Bool().Draw(t, "withheld")}
		if rapid.Bool().Draw(t, "ends") {
			g.To = g.From.AddDate(0, 0, rapid.IntRange(0, 1000).Draw(t, "days"))
		}
		if rapid.Bool().Draw(t, "known") {
			g.Known = at("known day")
		}
		if rapid.Bool().Draw(t, "somewhere") {
			from := rapid.IntRange(0, 6000).Draw(t, "km")
			g.Stretch = frontier.Stretch{Part: rapid.SampledFrom(frontier.Parts[:]).Draw(t, "part"), From: frontier.KM(float64(from)), To: frontier.KM(float64(from) + 0.25)}
		}
		return g
	})
}

// formatGaps writes gaps as ParseGaps reads them: what is written is what is read again.
func formatGaps(gaps []Gap) string {
	all := make([]string, len(gaps))
	for i, g := range gaps {
		text := ""
		if g.Stretch.From < g.Stretch.To {
			text = fmt.Sprintf("%s %s-%s ", g.Stretch.Part, shortest(g.Stretch.From.KM()), shortest(g.Stretch.To.KM()))
		}
		to := ".."
		if !g.To.IsZero() {
			to = g.To.Format(time.DateOnly)
		}
		text += g.From.Format(time.DateOnly) + "/" + to + " " + shortest(g.Share)
		if g.Withheld {
			text += " withheld"
		}
		if !g.Known.IsZero() {
			text += " known " + g.Known.Format(time.DateOnly)
		}
		all[i] = text
	}
	return strings.Join(all, "; ")
}

func shortest(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func TestGapsSurvive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfN(anyGap(), 0, 5).Draw(t, "gaps")
		got, err := ParseGaps(formatGaps(want))
		if err != nil || len(got) != len(want) {
			t.Fatal(err, got)
		}
		for i := range want {
			if diff := cmp.Diff(want[i], got[i]); diff != "" {
				t.Fatalf("(-want +got):\n%s", diff)
			}
		}
	})
}

func TestGapsToTheLetter(t *testing.T) {
	got, err := ParseGaps("2017-01-01/2017-02-28 0.5 ;  main 4270-4290.5 2018-06-01/.. 0 withheld known 2018-06-15")
	day := func(text string) time.Time { d, _ := time.Parse(time.DateOnly, text); return d }
	want := []Gap{
		{From: day("2017-01-01"), To: day("2017-02-28"), Share: 0.5},
		{Stretch: frontier.Stretch{Part: frontier.Main, From: 4_270_000, To: 4_290_500}, From: day("2018-06-01"), Withheld: true, Known: day("2018-06-15")},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestWhatIsNoGap(t *testing.T) {
	for text, want := range map[string]string{
		";":                          "numbered 1 is not",
		"2017-01-01/.. 0;":           "numbered 2 is not",
		"2017-01-01 0":               "must be one of main, alaska",
		"2017-02-30/.. 0":            "two dots",
		"1899-12-31/.. 0":            "from 1900 on",
		"2017-02-01/2017-01-31 0":    "before its first",
		"2017-01-01/..":              "share",
		"2017-01-01/.. 1":            "share",
		"2017-01-01/.. -0.1":         "share",
		"2017-01-01/.. NaN":          "share",
		"2017-01-01/.. 0x0p1":        "share",
		"2017-01-01/.. 0 Jane Roe":   "something follows",
		"2017-01-01/.. 0 known":      "two dots",
		"yukon 1-2 2017-01-01/.. 0":  "must be one of main, alaska",
		"main 2-1 2017-01-01/.. 0":   "lesser first",
		"main 1 2017-01-01/.. 0":     "lesser first",
		"main 1-1e9 2017-01-01/.. 0": "lesser first",
		strings.Repeat("2017-01-01/.. 0;", 32) + "2017-01-01/.. 0": "at most 32",
		strings.Repeat(" ", maxGapLen+1):                           "bytes long",
	} {
		if got, err := ParseGaps(text); err == nil || !strings.Contains(err.Error(), want) || got != nil {
			t.Errorf("%s: %v, %v; want %s", text, got, err, want)
		} else if strings.Contains(err.Error(), "Jane") {
			t.Errorf("%s: repeats what was sent: %v", text, err)
		}
	}
}

func FuzzParseGaps(f *testing.F) {
	for _, text := range []string{"", "2017-01-01/2017-02-28 0.5", "main 1-2 2018-06-01/.. 0 withheld known 2018-06-15; 1900-01-01/1900-01-01 0.999", "alaska 0-.1 9999-12-31/.. .0"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		gaps, err := ParseGaps(text)
		if err != nil {
			return
		}
		for _, g := range gaps {
			if !(g.Share >= 0 && g.Share < 1) || !g.To.IsZero() && g.To.Before(g.From) || g.Stretch.From > g.Stretch.To {
				t.Fatalf("%q: %+v", text, g)
			}
		}
		again, err := ParseGaps(formatGaps(gaps))
		if diff := cmp.Diff(gaps, again); diff != "" || err != nil {
			t.Fatalf("%q: %v\n%s", text, err, diff)
		}
	})
}
