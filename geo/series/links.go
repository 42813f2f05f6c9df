package series

import (
	"cmp"
	"maps"
	"slices"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

// links is which reports say that they may count the same people as which. A link
// holds both ways, and waits for a report that is not there yet.
type links struct {
	namedBy map[string][]string // the ids of those that name an id
	less    map[string]int64    // those that Once counts fewer people of than they say, and how many
	dirty   map[string]bool     // those whose ties have changed since they were decided
}

func newLinks() links {
	return links{namedBy: map[string][]string{}, less: map[string]int64{}, dirty: map[string]bool{}}
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
	delete(l.less, v.ID)
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

// people is how many a report says there were, as far as it is taken at its word.
func people(v *report.Version) int64 { return max(0, min(v.Count.Best, most)) }

// once decides how many people of each report of a tied set are counted, of those
// that are counted at all: see the package comment.
func once(tied []*report.Version, l links) (keep map[string]int64) {
	stands := make(map[string]*report.Version, len(tied))
	sources := map[string][]*report.Version{}
	for _, v := range tied {
		stands[v.ID] = v
		sources[v.Source] = append(sources[v.Source], v)
	}
	var greatest int64 = -1
	for _, source := range slices.Sorted(maps.Keys(sources)) {
		own, total := ofSource(sources[source], func(id string) *report.Version { return stands[id] }, l)
		if total > greatest {
			greatest, keep = total, own
		}
	}
	return keep
}

// ofSource keeps, of each group of a source's own reports that name each other, the
// largest, or its parts and what is left of it, and adds those up.
func ofSource(own []*report.Version, stands func(id string) *report.Version, l links) (keep map[string]int64, total int64) {
	keep, seen := map[string]int64{}, map[string]bool{}
	alike := func(v *report.Version) bool { return v.Source == own[0].Source }
	for _, v := range own {
		if seen[v.ID] {
			continue
		}
		group := l.tied(v, stands, alike, seen)
		slices.SortFunc(group, func(a, b *report.Version) int {
			return cmp.Or(cmp.Compare(b.Count.Best, a.Count.Best), cmp.Compare(a.ID, b.ID))
		})
		whole, rest := group[0], people(group[0])
		total += rest
		for _, part := range parts(group) {
			keep[part.ID] = people(part)
			rest -= people(part)
		}
		keep[whole.ID] = rest
	}
	return keep, total
}

// parts are the reports of a group that say where some of the people of its largest
// were, the first: they lie within its place and time, none has anything in common
// with another, and together they are no more people. Larger ones come first.
func parts(group []*report.Version) (found []*report.Version) {
	whole := group[0]
	if whole.Stretch == nil {
		return nil
	}
	rest := people(whole)
	for _, v := range group[1:] {
		if people(v) > rest || !within(v, whole) || slices.ContainsFunc(found, func(o *report.Version) bool { return meets(v, o) }) {
			continue
		}
		found = append(found, v)
		rest -= people(v)
	}
	return found
}

// extent is the stretch that a report is about; that of a point has no length.
func extent(v *report.Version) frontier.Stretch {
	if v.Stretch != nil {
		return *v.Stretch
	}
	return frontier.Stretch{Part: v.Place.Part, From: v.Place.Measure, To: v.Place.Measure}
}

// within says whether a report is about no place and no day that another is not
// about too.
func within(v, of *report.Version) bool {
	a, b, during, all := extent(v), extent(of), days(v), days(of)
	return a.Part == b.Part && b.From <= a.From && a.To <= b.To && all.first <= during.first && during.last <= all.last
}

// meets says whether two reports have a place and a day in common.
func meets(v, o *report.Version) bool {
	a, b, during, other := extent(v), extent(o), days(v), days(o)
	apart := a.Part != b.Part || a.To < b.From || b.To < a.From || a.To == b.From && a.From < a.To || b.To == a.From && b.From < b.To
	return !apart && during.first <= other.last && other.first <= during.last
}
