package index

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

var epoch = time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC)

// zigzag is a toy line: a degree of longitude for each 100 km, its latitude
// going up and down between 49 and 50 with a vertex each 50 km.
func zigzag(s frontier.Stretch) orb.LineString {
	at := func(m float64) orb.Point {
		_, frac := math.Modf(m / 100_000)
		return orb.Point{-125 + m/100_000, 49 + 2*min(frac, 1-frac)}
	}
	line := orb.LineString{at(float64(s.From))}
	for m := math.Floor(float64(s.From)/50_000)*50_000 + 50_000; m < float64(s.To); m += 50_000 {
		line = append(line, at(m))
	}
	return append(line, at(float64(s.To)))
}

// synthetic makes n versions of n reports: three years, 80 % at 150 sites along
// a line from 125° W to 70° W, the rest anywhere on it, in random order of time.
func synthetic(n int, seed uint64) []*report.Version {
	random := rand.New(rand.NewPCG(seed, 1))
	const years = 3 * 365 * 24 * 3600
	versions := make([]*report.Version, n)
	for i := range versions {
		p := orb.Point{-125 + 55*random.Float64(), 49}
		if random.Float64() < 0.8 {
			p[0] = -125 + 55*(float64(random.IntN(150))+0.5)/150
		}
		p[0] += random.NormFloat64() * 0.01
		p[1] += random.NormFloat64() * 0.01
		p[0], p[1] = math.Round(p[0]*1e7)/1e7, math.Round(p[1]*1e7)/1e7
		start := epoch.Add(time.Duration(random.IntN(years)) * time.Second)
		versions[i] = &report.Version{
			Report: report.Report{ID: fmt.Sprintf("r%07d", i), Point: &p, Start: start, End: start},
			FID:    int64(i + 1), Seq: log.Seq(i + 1), Revision: 1,
			Recorded: start.Add(time.Hour),
		}
	}
	return versions
}
