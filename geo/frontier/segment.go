package frontier

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sort"
)

// shortest is the least length of a segment: below it there would be more
// segments than anything can be counted for.
const shortest Meters = 100

// Label is what is known of a stretch for people to read: see Segment.
type Label struct {
	Stretch Stretch
	Name    string
	AdminCA string
	AdminUS string
}

// cut makes the segments of all rulers, in the order of their Index.
func cut(rulers []ruler, length Meters) ([]Segment, error) {
	if !(length >= shortest) || math.IsInf(float64(length), 0) {
		return nil, fmt.Errorf("segments of %g m: the length must be at least %g m", float64(length), float64(shortest))
	}
	var all []Segment
	for i := range rulers {
		r := &rulers[i]
		r.firstSegment, r.segmentLength = len(all), length
		r.segmentCount = max(1, int(math.Ceil(float64(r.length()/length))))
		for n := range r.segmentCount {
			from := Meters(n) * length
			all = append(all, Segment{
				Index:   len(all),
				ID:      fmt.Sprintf("%s-%04d", r.part, n),
				Stretch: Stretch{Part: r.part, From: from, To: min(from+length, r.length())},
			})
		}
	}
	return all, nil
}

// segmentAt is the Index of the segment that holds a measure.
func (r *ruler) segmentAt(m Meters) int {
	n := float64(m / r.segmentLength)
	if n >= 0 && n < float64(r.segmentCount) {
		return r.firstSegment + int(n)
	}
	if n < 0 {
		return r.firstSegment
	}
	return r.firstSegment + r.segmentCount - 1 // m may be infinite
}

// Segments lists all, by Index. The list is shared and must not be changed.
func (f *Frontier) Segments() []Segment { return f.segments }

// SegmentAt is the Index of the segment that holds a measure: segments hold
// their beginning and not their end, but for the last of a part, which holds
// both. Outside [0, length] the measure is clamped, NaN counts as 0. It is -1 for
// a part that the frontier does not have.
func (f *Frontier) SegmentAt(part Part, m Meters) int {
	r := f.ruler(part)
	if r == nil {
		return -1
	}
	if m != m {
		m = 0
	}
	return r.segmentAt(m)
}

// Name is what a stretch is called: the name of the segment that holds its middle.
// It is empty where that has none, and for a part that the frontier does not have.
func (f *Frontier) Name(s Stretch) string {
	i := f.SegmentAt(s.Part, s.From+s.Length()/2)
	if i < 0 {
		return ""
	}
	return f.segments[i].Name
}

// Segment finds a segment by its id.
func (f *Frontier) Segment(id string) (Segment, bool) {
	for _, p := range Parts {
		var n int
		if _, err := fmt.Sscanf(id, p.String()+"-%d", &n); err != nil {
			continue
		}
		r := f.ruler(p)
		if r == nil || n < 0 || n >= r.segmentCount {
			return Segment{}, false
		}
		s := f.segments[r.firstSegment+n]
		return s, s.ID == id
	}
	return Segment{}, false
}

// Label returns the frontier with its segments named: each takes the label whose
// stretch holds its middle, and keeps what it has where there is none. Labels may
// come in any order and should not overlap.
func (f *Frontier) Label(labels []Label) *Frontier {
	sorted := slices.Clone(labels)
	slices.SortFunc(sorted, func(a, b Label) int {
		return cmp.Or(cmp.Compare(a.Stretch.Part, b.Stretch.Part), cmp.Compare(a.Stretch.From, b.Stretch.From))
	})
	named := &Frontier{rulers: f.rulers, segments: slices.Clone(f.segments)}
	for i := range named.segments {
		s := &named.segments[i]
		middle := (s.Stretch.From + s.Stretch.To) / 2
		// The last label that begins at or before the middle.
		n := sort.Search(len(sorted), func(i int) bool {
			l := sorted[i].Stretch
			return l.Part > s.Stretch.Part || l.Part == s.Stretch.Part && l.From > middle
		}) - 1
		if n >= 0 && sorted[n].Stretch.Part == s.Stretch.Part && middle < sorted[n].Stretch.To {
			s.Name, s.AdminCA, s.AdminUS = sorted[n].Name, sorted[n].AdminCA, sorted[n].AdminUS
		}
	}
	return named
}
