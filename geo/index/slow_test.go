package index

import (
	"cmp"
	"math/big"
	"slices"

	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// slow is the obvious index: every version in a slice, every question answered
// by the words of its definition.
type slow struct {
	versions []*report.Version
	line     func(frontier.Stretch) orb.LineString
}

func (s slow) head() log.Seq {
	if len(s.versions) == 0 {
		return 0
	}
	return s.versions[len(s.versions)-1].Seq
}

// standing is every version that stands at a position: known there, no
// retraction, and no later version of its report known there.
func (s slow) standing(at log.AsOf) (standing []*report.Version) {
	there := func(v *report.Version) bool {
		return (at.Seq == 0 || v.Seq <= at.Seq) && (at.Known.IsZero() || !v.Known().After(at.Known))
	}
	last := map[string]*report.Version{}
	for _, v := range s.versions {
		if there(v) {
			last[v.ID] = v
		}
	}
	for _, v := range s.versions {
		if last[v.ID] == v && !v.Deleted {
			standing = append(standing, v)
		}
	}
	return standing
}

func (s slow) query(q report.Query) report.Page {
	page := report.Page{Matched: -1, Head: s.head()}
	if q.AsOf.Seq != 0 {
		page.Head = min(page.Head, q.AsOf.Seq)
	}
	var all []*report.Version
	for _, v := range s.standing(q.AsOf) {
		if s.answers(v, q) {
			all = append(all, v)
		}
	}
	slices.SortFunc(all, func(a, b *report.Version) int {
		return cmp.Or(b.Start.Compare(a.Start), cmp.Compare(b.FID, a.FID))
	})
	if q.Count {
		page.Matched = len(all)
	}
	if q.After != nil {
		all = slices.DeleteFunc(all, func(v *report.Version) bool {
			return v.Start.After(q.After.Start) || v.Start.Equal(q.After.Start) && v.FID >= q.After.FID
		})
	}
	if len(all) > q.Limit {
		all = all[:q.Limit]
		page.Next = &report.Key{Start: all[q.Limit-1].Start, FID: all[q.Limit-1].FID}
	}
	page.Versions = all
	return page
}

func (s slow) answers(v *report.Version, q report.Query) bool {
	if !q.From.IsZero() && v.End.Before(q.From) || !q.To.IsZero() && v.Start.After(q.To) {
		return false
	}
	return (len(q.Boxes) == 0 || slices.ContainsFunc(q.Boxes, func(b orb.Bound) bool { return s.meets(v, b) })) &&
		(q.Kind == nil || q.Kind(v.Kind())) && (q.Match == nil || q.Match(v))
}

func (s slow) meets(v *report.Version, b orb.Bound) bool {
	if v.Point != nil {
		return slowEdgeMeets(*v.Point, *v.Point, b)
	}
	line := s.line(*v.Stretch)
	for i := 1; i < len(line); i++ {
		if slowEdgeMeets(line[i-1], line[i], b) {
			return true
		}
	}
	return len(line) == 1 && slowEdgeMeets(line[0], line[0], b)
}

// slowEdgeMeets clips the edge by each side of the box in turn (Liang and
// Barsky, 1984), with rationals: it meets the box if something of it is left.
func slowEdgeMeets(a, b orb.Point, box orb.Bound) bool {
	rat := func(x float64) *big.Rat { return new(big.Rat).SetFloat64(x) }
	from, to := rat(0), rat(1)
	for axis := range a {
		start, delta := rat(a[axis]), new(big.Rat).Sub(rat(b[axis]), rat(a[axis]))
		low := new(big.Rat).Sub(rat(box.Min[axis]), start)
		high := new(big.Rat).Sub(rat(box.Max[axis]), start)
		switch delta.Sign() {
		case 0:
			if low.Sign() > 0 || high.Sign() < 0 {
				return false
			}
			continue
		case -1:
			low, high = high, low
		}
		enter, leave := low.Quo(low, delta), high.Quo(high, delta)
		if enter.Cmp(from) > 0 {
			from = enter
		}
		if leave.Cmp(to) < 0 {
			to = leave
		}
	}
	return from.Cmp(to) <= 0
}
