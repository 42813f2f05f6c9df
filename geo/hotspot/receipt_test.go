package hotspot

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/gonum/mathext"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

func half(frontier.Stretch, time.Time, time.Time, report.Direction) (float64, float64) {
	return 0.5, 0.25
}

// receipts are those of all hot spots of some days.
func receipts(t *testing.T) (all []Receipt) {
	t.Helper()
	in, _ := simulated(t, "rises1")
	for _, t0 := range []int{140, 800, 1000, 1060} {
		day := in.start.Time().AddDate(0, 0, t0)
		for _, h := range Run(in, day, Setting{}).Hotspots {
			r, err := Explain(in, day, h.ID, half, Setting{})
			if err != nil {
				t.Fatal(err)
			}
			if r.ID != h.ID || r.Result.Score != h.Score || r.Result.Level != h.Level.String() || r.WindowDays != h.WindowDays ||
				r.Result.Flagged == h.FirstRaised.IsZero() || r.Result.UnknownShare != 0.25 || len(r.Segments) != h.Last-h.First+1 {
				t.Errorf("the receipt says other things than the hot spot %+v: %+v", h, r)
			}
			r.Log, r.Frontier = Position{Seq: 4711, Known: "2016-12-31T23:59:59.999Z"}, "edition"
			if err := r.Seal(); err != nil {
				t.Fatal(err)
			}
			all = append(all, r)
		}
	}
	if len(all) < 4 {
		t.Fatalf("%d hot spots: the test shows little", len(all))
	}
	return all
}

// What a receipt says can be reckoned from what else it says, in a few lines.
func TestReceiptsAddUp(t *testing.T) {
	near := func(what string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 1e-6*max(1, math.Abs(want)) {
			t.Errorf("%s: %.12g, the receipt says %.12g", what, got, want)
		}
	}
	for _, r := range receipts(t) {
		var c, e, v float64
		for _, s := range r.Segments {
			if len(s.Counts) != r.WindowDays || len(s.Completeness) != r.WindowDays || len(s.Season) != r.WindowDays {
				t.Fatalf("%s: %d counts, %d completeness, %d season of %d days", r.ID, len(s.Counts), len(s.Completeness), len(s.Season), r.WindowDays)
			}
			people, days := 0.0, 0.0
			for i := range s.Counts {
				if s.Counts[i] != nil {
					people += *s.Counts[i]
				}
				days += s.Completeness[i] * s.Season[i]
			}
			near("observed of "+s.Segment, people, s.Observed)
			near("expected of "+s.Segment, max(1e-6, s.Lambda*days)*s.Common, s.Expected)
			relative := s.Phi / (s.BaselinePeople + 0.5)
			c, e, v = c+s.Observed, e+s.Expected, v+s.Phi*s.Expected+relative*s.Expected*s.Expected
		}
		v += r.Parameters.Drift * e * e
		k := e * e / (v - e)
		near("score of "+r.ID, -math.Log10(mathext.RegIncBeta(c, k, e/(e+k))), r.Result.Score)
		near("observed", c, r.Result.Observed)
		near("expected", e, r.Result.Expected)
	}
}

// Whatever is changed in a receipt is found, and named, with the hash as it was and
// with one made anew.
func TestEveryChangeIsNamed(t *testing.T) {
	r := receipts(t)[1]
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	same, err := DecodeReceipt(text)
	if err != nil {
		t.Fatal(err)
	}
	if found, err := same.Differences(&r); err != nil || len(found) != 0 {
		t.Fatalf("nothing was changed, and %v, %v are found", found, err)
	}
	var tree any
	if err := json.Unmarshal(text, &tree); err != nil {
		t.Fatal(err)
	}
	n := 0
	changeEach(tree, "", func(pointer string) {
		if pointer == "/receipt" || pointer == "/sha256" {
			return
		}
		n++
		changed, err := json.Marshal(tree)
		if err != nil {
			t.Fatal(err)
		}
		forged, err := DecodeReceipt(changed)
		if err != nil {
			t.Fatalf("%s: %v", pointer, err)
		}
		found, err := forged.Differences(&r)
		if err != nil || len(found) != 2 || !strings.HasPrefix(found[0], "/sha256: ") || !strings.HasPrefix(found[1], pointer+": ") {
			t.Errorf("%s was changed; found: %q, %v", pointer, found, err)
		}
		if err := forged.Seal(); err != nil {
			t.Fatal(err)
		}
		if found, err := forged.Differences(&r); err != nil || len(found) != 1 || !strings.HasPrefix(found[0], pointer+": ") {
			t.Errorf("%s was changed and sealed; found: %q, %v", pointer, found, err)
		}
	})
	if n < 100 {
		t.Errorf("only %d members were changed", n)
	}
}

// changeEach changes every leaf of a JSON value in turn, calls check and puts it back.
func changeEach(value any, at string, check func(pointer string)) {
	each := func(name string, v any, set func(any)) {
		pointer := at + "/" + name
		switch leaf := v.(type) {
		case map[string]any, []any:
			changeEach(v, pointer, check)
			return
		case float64:
			set(leaf + 1)
		case string:
			set(leaf + "x")
		case bool:
			set(!leaf)
		case nil:
			set(7)
		}
		check(pointer)
		set(v)
	}
	switch tree := value.(type) {
	case map[string]any:
		for name, v := range tree {
			each(name, v, func(new any) { tree[name] = new })
		}
	case []any:
		for i, v := range tree {
			each(strconv.Itoa(i), v, func(new any) { tree[i] = new })
		}
	}
}

// The canonical form, written out: members by name, no spaces, < as it is, numbers
// as ECMAScript writes them (1e-7, 1e+21).
func TestSealIsOverTheCanonicalForm(t *testing.T) {
	r := Receipt{Format: 1, Method: "lsnb", ID: "a<b", KMFrom: 1e-7, KMTo: 1e21}
	if err := r.Seal(); err != nil {
		t.Fatal(err)
	}
	want := sha256.Sum256([]byte(`{"day":"","frontier":"","id":"a<b","km_from":1e-7,"km_to":1e+21,"log":{"known":"","seq":0},"method":"lsnb",` +
		`"parameters":` + noParameters + `,"part":"","receipt":1,"result":` + noFinding + `,"segments":null,"unit":"","version":"","window_days":0}`))
	if got := hex.EncodeToString(want[:]); got != r.SHA256 {
		t.Errorf("%s, want %s", r.SHA256, got)
	}
}

const (
	noParameters = `{"baseline_weeks":0,"common_high":0,"common_low":0,"common_near":0,"common_prior":0,"common_whole":0,"dispersion_min":0,` +
		`"dispersion_own":0,"drift":0,"guard_weeks":0,"least_active":0,"least_expected":0,"least_people":0,"least_weeks":0,"near_days":0,` +
		`"near_segments":0,"reach_m":0,"season_people":0,"season_weeks":0,"shrink_people":0,"silent_cap":0,"silent_days":0,"silent_history":0,` +
		`"silent_least":0,"silent_people":0,"threshold":0,"unguarded_share":0,"widest":0,"windows":null,"winsor":0}`
	noFinding = `{"agencies":null,"baseline_from":"","baseline_to":"","common":0,"completeness":0,"direction":"","expected":0,"first_seen":"",` +
		`"flagged":false,"label":"","level":"","observed":0,"q":0,"ratio":0,"ratio_high":0,"ratio_low":0,"releasable_to":null,"score":0,"tlp":"",` +
		`"unguarded_share":0,"unknown_share":0}`
)

func TestReceiptsOfOtherKindsAreRefused(t *testing.T) {
	for name, text := range map[string]string{
		"nothing":       ``,
		"no JSON":       `{"receipt":1`,
		"a list":        `[]`,
		"a new member":  `{"receipt":1,"note":"x"}`,
		"more behind":   `{"receipt":1}{}`,
		"a format":      `{"receipt":2}`,
		"none":          `{}`,
		"a wrong count": `{"receipt":1,"segments":[{"counts":["5"]}]}`,
	} {
		if _, err := DecodeReceipt([]byte(text)); err == nil {
			t.Errorf("%s: %s is taken", name, text)
		}
	}
	if _, err := Explain(&Input{}, time.Unix(0, 0), "x", half, Setting{}); !errors.Is(err, ErrNotFound) {
		t.Errorf("of nothing: %v", err)
	}
}

// FuzzDecodeReceipt: what is taken can be compared, and agrees with itself once it is
// sealed.
func FuzzDecodeReceipt(f *testing.F) {
	f.Add([]byte(`{"receipt":1,"segments":[{"counts":[1,null,0.5]}],"result":{"agencies":["x"]}}`))
	f.Add([]byte(`{"receipt":1,"km_from":1e300,"log":{"seq":18446744073709551615}}`))
	f.Add([]byte(`{"receipt":1,"id":"\u2028\ud800"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := DecodeReceipt(text)
		if err != nil {
			return
		}
		if err := r.Seal(); err != nil {
			t.Fatal(err)
		}
		if found, err := r.Differences(&r); err != nil || len(found) != 0 {
			t.Errorf("not like itself: %q, %v", found, err)
		}
	})
}
