package hotspot

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
	"frontierwatch/geo/series"
)

// Where a hot spot may have come from is said by the days up to its own: neither reports
// nor guarding of later days are looked at.
func TestDisplacementLooksAtNoLaterDay(t *testing.T) {
	t.Parallel()
	s := readScenario(t, "testdata/scenarios/displacement.txt")
	moved := 0
	for _, today := range []int{806, 812, 820, 832, 845} {
		known, all := series.New(s.line), series.New(s.line)
		for _, v := range s.reports {
			all.Replace(nil, v)
			if !v.Start.After(scenarioStart.AddDate(0, 0, today).Add(23 * time.Hour)) {
				known.Replace(nil, v)
			}
		}
		end := on(today + 1)
		strict := func(at frontier.Stretch, from, to time.Time, d report.Direction) (float64, float64) {
			if to.After(end) {
				t.Fatalf("day %d: it asks what was guarded until %s", today, to)
			}
			return s.share(at, from, to, d)
		}
		short := Run(NewInput(known.Snapshot(), report.Persons, s.areas), on(today), Setting{Share: strict})
		long := Run(NewInput(all.Snapshot(), report.Persons, s.areas), on(today), Setting{Share: s.share})
		if diff := cmp.Diff(short, long, unexported); diff != "" {
			t.Errorf("day %d: known then (-), with all (+):\n%s", today, diff)
		}
		for _, h := range long.Hotspots {
			if h.Displaced != nil {
				moved++
			}
		}
	}
	if moved == 0 {
		t.Error("no hot spot has moved: this test tests nothing")
	}
}

// What is said of it, in the evidence, in the sentence and in the receipt.
func TestWhatIsSaidOfDisplacement(t *testing.T) {
	t.Parallel()
	s := readScenario(t, "testdata/scenarios/displacement.txt")
	set := series.New(s.line)
	for _, v := range s.reports {
		set.Replace(nil, v)
	}
	in := NewInput(set.Snapshot(), report.Persons, s.areas)
	found := 0
	for _, h := range Run(in, on(832), Setting{Share: s.share}).Hotspots {
		d := h.Displaced
		if h.First > 303 || 303 > h.Last || d == nil {
			continue
		}
		found++
		if d.Since != on(800) || d.Before < 25 || d.After > 10 || d.PFall >= 0.05 || d.PRise >= 0.05 || d.Tested != 1 || d.Stretch.From != frontier.KM(3000) || d.Stretch.To != frontier.KM(3010) {
			t.Errorf("%+v", d)
		}
		if want := "guarding rose at km 3000–3010 on 11 March 2017, where "; !strings.Contains(h.Sentence, want) {
			t.Errorf("%s: it does not say %q", h.Sentence, want)
		}
		receipt, err := Explain(in, on(832), h.ID, s.share, Setting{Share: s.share})
		if err != nil || receipt.Result.DisplacedFrom != "main-0300" || receipt.Result.DisplacedSince != "2017-03-11" {
			t.Errorf("%+v, %v", receipt.Result, err)
		}
	}
	if found != 1 {
		t.Errorf("%d hot spots at main-0303 have moved", found)
	}
	// Without anything known of what guards, nothing is looked for.
	for _, h := range Run(in, on(832), Setting{}).Hotspots {
		if h.Displaced != nil || strings.Contains(h.Sentence, "guarding rose") {
			t.Errorf("%+v", h)
		}
	}
}

// By chance alone hardly any hot spot seems to have moved: counts that fall and rise
// by themselves, with a post that comes to every tenth segment.
func TestDisplacementByChance(t *testing.T) {
	t.Parallel()
	in, _ := simulated(t, "quiet2")
	r := NewRunner(in, on(0).AddDate(1, 0, 0), on(0).AddDate(2, 0, 0), Setting{Share: func(at frontier.Stretch, from, to time.Time, _ report.Direction) (float64, float64) {
		km := int(at.From.KM())
		if begun := on(400 + km%300); km%100 == 0 && !from.Before(begun) {
			return 0.3, 0
		}
		return 1, 0
	}})
	spots, moved := 0, map[string]bool{}
	for range 366 {
		for _, h := range r.Step().Hotspots {
			spots++
			if h.Displaced != nil {
				moved[h.ID] = true
			}
		}
	}
	t.Logf("%d days of hot spots, of which %d were once said to have moved", spots, len(moved))
	if spots < 100 || len(moved) > spots/50 {
		t.Errorf("of %d days of hot spots %v were said to have moved", spots, moved)
	}
}
