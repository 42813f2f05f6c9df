package hotspot

import (
	"maps"
	"slices"

	"frontierwatch/geo/report"
	"frontierwatch/geo/series"
)

// Marking is that of what something was made from.
type Marking = report.Marking

// fed is the kinds of reports that a hot spot was made from.
type fed map[series.Kind]float64 // people

// fed gathers what fed each of the hot spots of a day.
func (r *Runner) fed(d *day, tracks []track) []fed {
	all := make([]fed, len(tracks))
	of := map[int]int{} // segment → hot spot
	var segments []int
	for i, k := range tracks {
		all[i] = fed{}
		for s := k.now.first; s <= k.now.last; s++ {
			of[s], segments = i, append(segments, s)
		}
	}
	if len(tracks) == 0 {
		return all
	}
	today := r.in.start + series.Day(d.t)
	r.in.counts.kinds(segments, today-longest+1, today, func(k *series.Kind, segment int, on series.Day, people float64) {
		if i := of[segment]; on > today-series.Day(tracks[i].now.days) {
			all[i][*k] += people
		}
	})
	return all
}

// agencies are the names of those that reported, sorted.
func (f fed) agencies(name func(string) string) []string {
	names := map[string]bool{}
	for k := range f {
		if name == nil {
			names[k.Source] = true
		} else {
			names[name(k.Source)] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// direction is the way all people went of whom it is known.
func (f fed) direction() report.Direction {
	way := report.DirectionUnknown
	for k, people := range f {
		known := k.Direction == report.Northbound || k.Direction == report.Southbound
		switch {
		case !known || people == 0 || k.Direction == way:
		case way != report.DirectionUnknown:
			return report.DirectionUnknown
		default:
			way = k.Direction
		}
	}
	return way
}

// marking is that of all that fed it together.
func (f fed) marking() Marking {
	var all report.Markings
	for k := range f {
		all.Add(k.TLP, k.Releasable)
	}
	return all.Whole()
}
