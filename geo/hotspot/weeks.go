package hotspot

import "frontierwatch/geo/series"

// weeks is people by week and segment, from the week of a day on: what baselines are
// made from. The zero value counts nothing.
type weeks struct {
	segments int
	start    series.Day
	people   []float64 // people[week·segments + segment]; nil: they were not asked for yet
}

// add counts more on a day.
func (w *weeks) add(segment int, d series.Day, people float64) {
	if w.people == nil {
		return
	}
	if d < w.start { // then weeks begin elsewhere
		w.people = nil
		return
	}
	k := int(d-w.start) / week
	w.extend(k + 1)
	w.people[k*w.segments+segment] += people
}

// extend makes room for so many weeks.
func (w *weeks) extend(n int) {
	if more := n*w.segments - len(w.people); more > 0 {
		w.people = append(w.people, make([]float64, more)...)
	}
}

// weeks implements weekly. Where weeks begin is found out by the first report, so that
// they are seldom counted anew.
func (t *tally) weeks(start series.Day, from, to int) []float64 {
	w := &t.byWeek
	if w.people == nil || w.start != start {
		*w = weeks{segments: len(t.areas), start: start, people: []float64{}}
		t.each(start, t.begin+series.Day(t.days), w.add)
	}
	w.extend(to)
	return w.people[from*w.segments : max(from, to)*w.segments]
}
