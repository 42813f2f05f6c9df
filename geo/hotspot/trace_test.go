package hotspot

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"frontierwatch/geo/series"
	"frontierwatch/geo/trend"
)

// trace is what another implementation of the method has inside on one day.
type trace struct {
	Day         string
	BaselineEnd int `json:"baseline_end_week"`
	Candidates  int
	Season      map[string][trend.Harmonics]float64 // by area
	Common28    []float64                           `json:"common_28"` // of the first segment of each area
	Segments    []struct {
		Segment                    int
		Base, Days, Lambda, Phi, V float64
		Observed7                  float64 `json:"observed_7"`
		Observed28                 float64 `json:"observed_28"`
		Expected7                  float64 `json:"expected_7"` // before the common factor
		Expected28                 float64 `json:"expected_28"`
	}
	Hotspots []struct {
		First, Last, Days                   int
		Score, Observed, Expected, Variance float64
	}
}

func traces(t *testing.T) []trace {
	t.Helper()
	text, err := os.ReadFile("testdata/trace.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Days []trace }
	if err := json.Unmarshal(text, &file); err != nil || len(file.Days) == 0 {
		t.Fatalf("%d days, %v", len(file.Days), err)
	}
	return file.Days
}

// From the counts to the order of hot spots, every step agrees with an independent
// implementation of the method.
func TestEveryStepIsThatOfTheReference(t *testing.T) {
	const tolerance = 1e-6
	in, _ := simulated(t, "rises1")
	p := &past{in: in, last: in.days - 1, fits: map[int]*fit{}}
	for _, want := range traces(t) {
		near := func(what string, got, want float64) {
			t.Helper()
			if !(math.Abs(got-want) <= tolerance*math.Abs(want)) {
				t.Errorf("%s = %.12g, want %.12g", what, got, want)
			}
		}
		at, err := time.Parse(time.DateOnly, want.Day)
		if err != nil {
			t.Fatal(err)
		}
		d := p.day(int(series.DayOf(at) - in.start))
		f, d7, d28 := d.fit, d.sums[0], d.sums[2]
		if f.k1 != want.BaselineEnd {
			t.Errorf("%s: the baseline ends with week %d, want %d", want.Day, f.k1, want.BaselineEnd)
		}
		for area, waves := range want.Season {
			a, _ := strconv.Atoi(area)
			for i := range waves {
				near(want.Day+" season "+area, f.season[a][i], waves[i])
			}
		}
		for _, c := range want.Segments {
			s, name := c.Segment, want.Day+" segment "+strconv.Itoa(c.Segment)
			near(name+" b", f.base[s], c.Base)
			near(name+" N", f.days[s], c.Days)
			near(name+" λ", f.lambda[s], c.Lambda)
			near(name+" φ", f.phi[s], c.Phi)
			near(name+" v", f.v[s], c.V)
			near(name+" C of 7 days", d7.observed[s], c.Observed7)
			near(name+" C of 28 days", d28.observed[s], c.Observed28)
			near(name+" E of 7 days", d7.expected[s]/d7.common[s], c.Expected7)
			near(name+" E of 28 days", d28.expected[s]/d28.common[s], c.Expected28)
		}
		for area, q := range want.Common28 {
			near(want.Day+" q of area "+strconv.Itoa(area), d28.common[in.of[area][0].from], q)
		}
		sameHotspots(t, in, d, want, near)
	}
}

func sameHotspots(t *testing.T, in *Input, d *day, want trace, near func(what string, got, want float64)) {
	t.Helper()
	candidates := 0
	for i := range d.sums {
		all, _ := d.sums[i].candidates(in, d.fit, nil, nil, 0)
		candidates += len(all)
	}
	if candidates != want.Candidates {
		t.Errorf("%s: %d candidates, want %d", want.Day, candidates, want.Candidates)
	}
	spots := scan(in, d)
	for i, h := range want.Hotspots {
		w := spots[i]
		if w.first != h.First || w.last != h.Last || w.days != h.Days {
			t.Errorf("%s: hot spot %d is %d to %d over %d days, want %d to %d over %d", want.Day, i, w.first, w.last, w.days, h.First, h.Last, h.Days)
			continue
		}
		name := want.Day + " hot spot " + strconv.Itoa(i)
		near(name+" h", w.score, h.Score)
		near(name+" C", w.observed, h.Observed)
		near(name+" E", w.expected, h.Expected)
		near(name+" V", w.variance, h.Variance)
		if common, _ := d.shared(in, w); w.first == w.last {
			near(name+" common factor", common, d.sums[slices.Index(durations[:], w.days)].common[w.first])
		}
	}
	if n := len(want.Hotspots); len(spots) > n && spots[n].score >= 2 {
		t.Errorf("%s: one more hot spot of score %g", want.Day, spots[n].score)
	}
}
