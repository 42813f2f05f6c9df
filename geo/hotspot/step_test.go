package hotspot

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontierwatch/geo/report"
)

func flagAt(first int, seen string) *Flag {
	day, err := time.Parse(time.DateOnly, seen)
	if err != nil {
		panic(err)
	}
	return &Flag{Hotspot: Hotspot{ID: "main-" + seen, Unit: report.Persons, First: first, Last: first + 1, FirstSeen: day}, State: Open}
}

func TestStepsThatFlagsCanTake(t *testing.T) {
	for _, c := range []struct {
		from, to, reason string
		ok               bool
	}{
		{Open, Acknowledged, "under_review", true},
		{Open, Closed, "explained", true},
		{Acknowledged, Closed, "dealt_with", true},
		{Acknowledged, Open, "mistake", true},
		{Closed, Open, "new_evidence", true},
		{Closed, Acknowledged, "under_review", false}, // opened again first
		{Open, Open, "mistake", false},
		{Closed, Closed, "explained", false},
		{Open, Closed, "under_review", false}, // the reason of another state
		{Open, Closed, "", false},
		{Open, Closed, "seen by J. Doe", false},
		{Open, "shelved", "explained", false},
		{Open, "", "", false},
	} {
		if err := (Step{State: c.to, Reason: c.reason}).Check(c.from); (err == nil) != c.ok || err != nil && !errors.Is(err, ErrStep) && !errors.Is(err, ErrState) {
			t.Errorf("%s → %s (%s): %v", c.from, c.to, c.reason, err)
		}
	}
	if !slices.Equal(States(), []string{Open, Acknowledged, Closed}) || len(Reasons()) != 8 {
		t.Errorf("%v, %v", States(), Reasons())
	}
}

func TestStepsAreKeptAsTheyAre(t *testing.T) {
	s := StepOf(flagAt(427, "2016-12-20"), Acknowledged, "passed_on")
	body := AppendStep(nil, &s)
	const want = `{"flag":"main-2016-12-20","state":"acknowledged","reason":"passed_on","unit":"persons","first":427,"last":428,"first_seen":"2016-12-20"}`
	if string(body) != want {
		t.Errorf("%s, want %s", body, want)
	}
	again, err := DecodeStep(body)
	if diff := cmp.Diff(s, again); diff != "" || err != nil {
		t.Error(diff, err)
	}
	for _, text := range []string{
		``, `{}`, `{"state":"closed","reason":"J. Doe"}`, `{"state":"open","reason":"mistake","note":"J. Doe"}`, `{"state":"open","reason":"mistake"}1`,
	} {
		if _, err := DecodeStep([]byte(text)); err == nil {
			t.Errorf("%s is taken", text)
		}
	}
}

func FuzzDecodeStep(f *testing.F) {
	f.Add([]byte(`{"flag":"a","state":"open","reason":"mistake","first":-1}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := DecodeStep(text)
		if err != nil {
			return
		}
		again, err := DecodeStep(AppendStep(nil, &s))
		if diff := cmp.Diff(s, again); diff != "" || err != nil {
			t.Error(diff, err)
		}
	})
}

// A step is about the flag it was taken for, whatever id that has come to have.
func TestStepsFollowTheirFlag(t *testing.T) {
	taken := func(f *Flag, state, reason string) Taken { return Taken{Step: StepOf(f, state, reason)} }
	steps := []Taken{
		taken(flagAt(427, "2016-12-20"), Acknowledged, "under_review"),
		taken(flagAt(100, "2016-12-20"), Closed, "explained"),
		taken(flagAt(427, "2016-12-20"), Closed, "dealt_with"),
	}
	other := flagAt(427, "2016-12-20")
	other.ID, other.Unit = "claims", report.Claims
	for name, c := range map[string]struct {
		flag *Flag
		want string
	}{
		"the same":                         {flagAt(427, "2016-12-20"), Closed},
		"an earlier first day came out":    {flagAt(427, "2016-12-11"), Closed},
		"and another first segment":        {flagAt(424, "2016-12-21"), Closed},
		"three segments away":              {flagAt(423, "2016-12-21"), Open},
		"a later hot spot":                 {flagAt(427, "2017-01-04"), Open},
		"another unit at the same stretch": {other, Open},
	} {
		flags := []Flag{*c.flag}
		if Take(flags, steps); flags[0].State != c.want {
			t.Errorf("%s: %s, want %s", name, flags[0].State, c.want)
		}
	}
	// Steps under its own id go before those of one like it.
	own := flagAt(427, "2016-12-15")
	if got := About(own, append(steps, taken(own, Open, "mistake"))); len(got) != 1 || got[0].State != Open {
		t.Errorf("%+v", got)
	}
}
