package demo

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"time"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

const (
	syntheticSites = 150
	syntheticYears = 3
)

// Synthetic makes n reports of three years, in the order of their time: four of
// five at one of 150 sites, the rest anywhere on the frontier. It is for measuring;
// the same seed and n make the same reports.
func Synthetic(f *frontier.Frontier, seed uint64, n int) iter.Seq[report.Report] {
	return func(yield func(report.Report) bool) {
		random := rand.New(rand.NewPCG(seed, 0x62656e6368))
		sites := make([]site, syntheticSites)
		for i := range sites {
			sites[i] = anywhere(f, random)
		}
		step := syntheticYears * 365 * 24 * time.Hour / time.Duration(n)
		for i := range n {
			s := sites[random.IntN(syntheticSites)]
			if random.IntN(5) == 0 {
				s = anywhere(f, random)
			}
			at := firstDay.Add(time.Duration(i) * step).Truncate(time.Second)
			r := s.report(f, fmt.Sprintf("syn-%08d", i), at.Truncate(24*time.Hour), 1+random.IntN(4), random)
			r.Start, r.End = at, at
			if !yield(r) {
				return
			}
		}
	}
}

// anywhere is a place on the frontier, each kilometre as likely as any other.
func anywhere(f *frontier.Frontier, random *rand.Rand) site {
	m := frontier.Meters(random.Float64()) * (f.Length(frontier.Main) + f.Length(frontier.Alaska))
	s := site{part: frontier.Main, measure: m, direction: report.DirectionUnknown}
	if rest := m - f.Length(frontier.Main); rest > 0 {
		s.part, s.measure = frontier.Alaska, rest
	}
	return s
}
