package hotspot

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"frontierwatch/geo/report"
	"frontierwatch/geo/series"
)

// The bar of Emerson: 143 people in the 59 days of January and February, walking in
// at a quiet segment of a frontier like the simulated ones, are raised with a median
// delay of at most four days.
func TestWalkInIsRaisedInDays(t *testing.T) {
	t.Parallel()
	line, areas := border(t)
	const begins, lasts, people = 731, 59, 143
	var delays []int
	for seed := range uint64(15) {
		random := rand.New(rand.NewPCG(seed, 2017))
		set := series.New(line)
		add := func(segment, day int, n int64) {
			v := &report.Version{Report: report.Report{
				ID: fmt.Sprintf("%d-%d-%d", segment, day, random.Uint64()), Unit: report.Persons, Source: "agency",
				Start: scenarioStart.AddDate(0, 0, day), Count: report.Count{Best: n},
			}}
			v.End, v.Place.Segment = v.Start, segment
			set.Replace(nil, v)
		}
		place := random.IntN(600)
		for range 6000 { // of two years, at a third of the segments, with some busy ones
			if s := int(random.ExpFloat64() * 60 * 3); s < 642 && s/3*3 != place/3*3 {
				add(s/3*3, random.IntN(begins+lasts), 1+int64(random.IntN(3)))
			}
		}
		for range people {
			add(place, begins+random.IntN(lasts), 1)
		}
		delays = append(delays, delay(set, areas, place, begins, lasts))
	}
	slices.Sort(delays)
	t.Logf("delays of %d walk-ins, days: %v", len(delays), delays)
	if median := delays[len(delays)/2]; median > 4 {
		t.Errorf("median delay %d days, at most 4", median)
	}
}

// delay is the days from the first until the place is raised, 999 if it never is.
func delay(set *series.Set, areas []int, place, begins, lasts int) int {
	in := NewInput(set.Snapshot(), report.Persons, areas)
	from := scenarioStart.AddDate(0, 0, begins)
	r := NewRunner(in, from, from.AddDate(0, 0, lasts), Setting{})
	for d := range lasts {
		for _, h := range r.Step().Hotspots {
			if h.Raised() && h.First <= place && place <= h.Last {
				return d
			}
		}
	}
	return 999
}
