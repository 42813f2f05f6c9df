package data

import (
	"maps"
	"slices"
	"time"

	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/index"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
	"frontierwatch/geo/series"
)

// paces is how often each source reports, as the ends of what it reported tell. It is
// the writer's; readers have what shown gives.
type paces struct {
	ends  map[string]*ends
	dirty map[string]bool
	shown map[string]time.Duration // replaced, not changed
}

// ends are the UTC days on which what a source reported ends, in order, each once.
type ends struct {
	days    []series.Day
	reports []int32 // that end on it
}

// note takes in that next stands in the place of old; nil, or a retraction, is nothing.
func (p *paces) note(old, next *report.Version) {
	if p.ends == nil {
		p.ends, p.dirty = map[string]*ends{}, map[string]bool{}
	}
	for _, v := range [...]struct {
		of   *report.Version
		sign int32
	}{{old, -1}, {next, +1}} {
		if v.of == nil || v.of.Deleted {
			continue
		}
		e := p.ends[v.of.Source]
		if e == nil {
			e = &ends{}
			p.ends[v.of.Source] = e
		}
		if e.add(series.DayOf(v.of.End), v.sign) {
			p.dirty[v.of.Source] = true
		}
	}
}

// add says whether a day has come or gone.
func (e *ends) add(d series.Day, sign int32) bool {
	i := len(e.days)
	if i > 0 && d <= e.days[i-1] { // mostly the newest
		i, _ = slices.BinarySearch(e.days, d)
	}
	if i < len(e.days) && e.days[i] == d {
		if e.reports[i] += sign; e.reports[i] > 0 {
			return false
		}
		e.days, e.reports = slices.Delete(e.days, i, i+1), slices.Delete(e.reports, i, i+1)
		return true
	}
	if sign > 0 {
		e.days, e.reports = slices.Insert(e.days, i, d), slices.Insert(e.reports, i, sign)
	}
	return sign > 0
}

// patience is after how long without a report a source is silent, by its pace alone;
// 0: too little is known of it.
func (e *ends) patience() time.Duration {
	lately := e.days[max(0, len(e.days)-20):]
	steps := make([]int, 0, len(lately))
	for i := 1; i < len(lately); i++ {
		steps = append(steps, int(lately[i]-lately[i-1]))
	}
	days, ok := hotspot.Patience(steps, 0)
	if !ok {
		return 0
	}
	return time.Duration(days) * 24 * time.Hour
}

// show is the patience with each source of which one is known.
func (p *paces) show() map[string]time.Duration {
	if len(p.dirty) == 0 {
		return p.shown
	}
	next := maps.Clone(p.shown)
	if next == nil {
		next = map[string]time.Duration{}
	}
	for source := range p.dirty {
		if next[source] = p.ends[source].patience(); next[source] == 0 {
			delete(next, source)
		}
	}
	clear(p.dirty)
	p.shown = next
	return next
}

// pacesOf is the same by looking at every report that stood.
func pacesOf(reports index.Snapshot, at log.AsOf) map[string]time.Duration {
	var p paces
	reports.Versions(at, func(v *report.Version) bool {
		p.note(nil, v)
		return true
	})
	return p.show()
}

// silent says whether a source that normally reports has stopped: it has missed two
// turns of the cadence that it gives, or where it gives none, has not reported for
// longer than its pace allows.
func silent(s report.Source, last, now time.Time, patience time.Duration) bool {
	if s.Cadence > 0 {
		patience = 2 * s.Cadence
	}
	return patience > 0 && !last.IsZero() && now.Sub(last) > patience
}
