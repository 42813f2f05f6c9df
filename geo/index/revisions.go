package index

import (
	"slices"
	"sort"
	"sync/atomic"

	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// revisions knows which versions a report has had. Most reports have one, and
// only those with more have a chain. It may be ahead of a snapshot: versions
// beyond the position asked about are passed over.
type revisions struct {
	newest *catalog[report.Version]
	chains *catalog[chain]
}

// chain is all versions of one report by Seq, at least two. The slice only
// grows, and is published anew each time.
type chain struct {
	versions atomic.Pointer[[]*report.Version]
}

func newRevisions() revisions {
	return revisions{
		newest: newCatalog(func(v *report.Version) string { return v.ID }),
		chains: newCatalog(func(c *chain) string { return (*c.versions.Load())[0].ID }),
	}
}

// add makes v the newest of its report and returns the one that was; nil: v is
// the first. The chain comes first, so that who meets v finds those before it.
func (r revisions) add(v *report.Version) (old *report.Version) {
	slot := r.newest.slot(v.ID)
	if old = slot.Load(); old != nil {
		r.extend(old, v)
	}
	slot.Store(v)
	return old
}

func (r revisions) extend(old, v *report.Version) {
	slot := r.chains.slot(v.ID)
	if c := slot.Load(); c != nil {
		versions := append(*c.versions.Load(), v)
		c.versions.Store(&versions)
		return
	}
	c := &chain{}
	c.versions.Store(&[]*report.Version{old, v})
	slot.Store(c)
}

// upTo is the versions of a report up to a position, oldest first.
func (r revisions) upTo(id string, head log.Seq) []*report.Version {
	newest := r.newest.get(id)
	if newest == nil {
		return nil
	}
	versions := []*report.Version{newest}
	if c := r.chains.get(id); c != nil {
		versions = *c.versions.Load()
	}
	n := sort.Search(len(versions), func(i int) bool { return versions[i].Seq > head })
	return versions[:n:n]
}

// at is the newest version of a report that was known at a position, nil if
// none was.
func (r revisions) at(id string, at log.AsOf) *report.Version {
	newest := r.newest.get(id)
	if newest == nil || known(newest, at) {
		return newest
	}
	for _, v := range slices.Backward(r.upTo(id, at.Seq)) {
		if known(v, at) {
			return v
		}
	}
	return nil
}

// replaced says whether a later version took the place of v at a position.
func (r revisions) replaced(v *report.Version, at log.AsOf) bool {
	for _, w := range slices.Backward(r.upTo(v.ID, at.Seq)) {
		if w.Seq <= v.Seq {
			return false
		}
		if known(w, at) {
			return true
		}
	}
	return false
}

// known says whether a version was in the log and known at a position, whose
// Seq is set.
func known(v *report.Version, at log.AsOf) bool {
	return v.Seq <= at.Seq && (at.Known.IsZero() || !v.Known().After(at.Known))
}
