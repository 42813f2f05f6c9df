package series

import (
	"maps"
	"slices"

	"frontierwatch/geo/report"
)

// links is which reports say that they may count the same people as which. A link
// holds both ways, and waits for a report that is not there yet.
type links struct {
	namedBy map[string][]string // the ids of those that name an id
	left    map[string]bool     // those that Once leaves out
	dirty   map[string]bool     // those whose ties have changed since they were decided
}

func newLinks() links {
	return links{namedBy: map[string][]string{}, left: map[string]bool{}, dirty: map[string]bool{}}
}

func (l *links) put(v *report.Version) {
	for _, other := range v.Overlaps {
		if other != v.ID && !slices.Contains(l.namedBy[other], v.ID) {
			l.namedBy[other] = append(l.namedBy[other], v.ID)
		}
	}
	if len(v.Overlaps) > 0 || len(l.namedBy[v.ID]) > 0 {
		l.dirty[v.ID] = true
	}
}

// take unties a report; those that stand beside it are to be decided again.
func (l *links) take(v *report.Version) {
	for other := range l.neighbours(v) {
		l.dirty[other] = true
	}
	for _, other := range v.Overlaps {
		l.namedBy[other] = slices.DeleteFunc(l.namedBy[other], func(id string) bool { return id == v.ID })
		if len(l.namedBy[other]) == 0 {
			delete(l.namedBy, other)
		}
	}
	delete(l.left, v.ID)
}

// neighbours yields the ids tied to a report, itself never, some perhaps twice.
func (l *links) neighbours(v *report.Version) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for _, ids := range [2][]string{v.Overlaps, l.namedBy[v.ID]} {
			for _, id := range ids {
				if id != v.ID && !yield(id) {
					return
				}
			}
		}
	}
}

// changed gathers the sets of tied reports of one unit in which something has
// changed, and forgets that it has.
func (l *links) changed(stands func(id string) *report.Version) (sets [][]*report.Version) {
	seen := map[string]bool{}
	for _, id := range slices.Sorted(maps.Keys(l.dirty)) {
		if seen[id] {
			continue
		}
		v := stands(id)
		if v == nil {
			continue
		}
		alike := func(o *report.Version) bool { return o.Unit == v.Unit }
		sets = append(sets, l.tied(v, stands, alike, seen))
	}
	clear(l.dirty)
	return sets
}

// tied walks from a report to all that it is tied to, itself included, through
// reports that stand and are alike.
func (l *links) tied(from *report.Version, stands func(id string) *report.Version, alike func(*report.Version) bool, seen map[string]bool) []*report.Version {
	seen[from.ID] = true
	found := []*report.Version{from}
	for next := 0; next < len(found); next++ {
		for id := range l.neighbours(found[next]) {
			if seen[id] {
				continue
			}
			if o := stands(id); o != nil && alike(o) {
				seen[id] = true
				found = append(found, o)
			}
		}
	}
	return found
}

// once decides which reports of a tied set are counted: see the package comment.
func once(tied []*report.Version, l links) (keep map[string]bool) {
	stands := make(map[string]*report.Version, len(tied))
	sources := map[string][]*report.Version{}
	for _, v := range tied {
		stands[v.ID] = v
		sources[v.Source] = append(sources[v.Source], v)
	}
	var most int64 = -1
	for _, source := range slices.Sorted(maps.Keys(sources)) {
		largest, people := ofSource(sources[source], func(id string) *report.Version { return stands[id] }, l)
		if people > most {
			most, keep = people, largest
		}
	}
	return keep
}

// ofSource keeps the largest report of each group of a source's own that name
// each other, and adds those up.
func ofSource(own []*report.Version, stands func(id string) *report.Version, l links) (keep map[string]bool, people int64) {
	keep, seen := map[string]bool{}, map[string]bool{}
	alike := func(v *report.Version) bool { return v.Source == own[0].Source }
	for _, v := range own {
		if seen[v.ID] {
			continue
		}
		largest := slices.MaxFunc(l.tied(v, stands, alike, seen), func(a, b *report.Version) int {
			if a.Count.Best != b.Count.Best {
				return int(max(-1, min(1, a.Count.Best-b.Count.Best)))
			}
			if a.ID < b.ID { // the lesser name is the greater
				return 1
			}
			return -1
		})
		keep[largest.ID] = true
		people += min(largest.Count.Best, most)
	}
	return keep, people
}
