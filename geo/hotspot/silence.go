package hotspot

import (
	"frontierwatch/geo/series"
	"frontierwatch/geo/trend"
)

const (
	silentDays    = 10   // least length of a silence
	silentPeople  = 17.5 // least number that should have come in it
	silentHistory = 182  // days before it that say how many should have
	silentLeast   = 28   // more than so many of these are needed
	silentCap     = 0.98 // quantile at which each of these is capped
)

// silence is a run of days on which nothing came from an area, not even a reported
// zero: [from, to), and the people a day it had reported before.
type silence struct {
	from, to int
	rate     float64 // 0: too little is known
}

// inferred says whether the silence, as far as it goes before a day, is too long to
// be chance: then nobody reported, rather than nobody came.
func (s silence) inferred(before int) (to int, ok bool) {
	to = min(s.to, before)
	length := to - s.from
	return to, length >= silentDays && s.rate*float64(length) >= silentPeople
}

// silences finds the runs of each area on the days [0, days) that may be inferred.
// What it says of a run rests on the days before its end alone.
func silences(in *Input, days int) [][]silence {
	found := make([][]silence, len(in.of))
	for area, totals := range in.counts.totals(in.areas, len(in.of), in.start, in.start+series.Day(days-1)) {
		for from := 0; from < days; {
			to := from
			for to < days && totals[to].Reports == 0 {
				to++
			}
			if to-from >= silentDays {
				if rate := rateBefore(totals[:from]); rate > 0 {
					found[area] = append(found[area], silence{from, to, rate})
				}
			}
			from = to + 1
		}
	}
	return found
}

// rateBefore is how many people a day an area has reported lately.
func rateBefore(totals []series.Cell) float64 {
	var lately []float64
	for _, c := range totals[max(0, len(totals)-silentHistory):] {
		lately = append(lately, c.Once)
	}
	if len(lately) <= silentLeast {
		return 0
	}
	limit, sum := trend.Quantile(lately, silentCap), 0.0
	for _, v := range lately {
		sum += min(v, limit)
	}
	return sum / float64(len(lately))
}

// exposure is how complete each day of a zone is, x in [from, to), with the
// silences inferred from the days before a day; silent are those of its area.
func exposure(in *Input, silent []silence, zone, from, to, before int) []float64 {
	area := in.zoneArea[zone]
	x := make([]float64, to-from)
	for i := range x {
		x[i] = 1
	}
	for _, d := range in.declared {
		if d.area != area {
			continue
		}
		for i := max(from, int(d.first-in.start)); i < min(to, int(d.last-in.start)+1); i++ {
			x[i-from] = min(x[i-from], d.completeness)
		}
	}
	in.lose(x, zone, from, before)
	for _, s := range silent {
		if end, ok := s.inferred(before); ok {
			for i := max(from, s.from); i < min(to, end); i++ {
				x[i-from] = 0
			}
		}
	}
	return x
}
