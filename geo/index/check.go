package index

import (
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// Check walks every invariant of the snapshot and names the first that fails. It
// may run while the writer goes on; it costs about as much as building the index.
func (s Snapshot) Check() error {
	if s.state == nil {
		return nil
	}
	a := audit{snapshot: s}
	for _, step := range []func() error{a.tail, a.runs, a.parts, a.once, a.reports, a.totals} {
		if err := step(); err != nil {
			return fmt.Errorf("index at %d: %w", s.Head, err)
		}
	}
	return nil
}

// audit is what a Check has seen so far.
type audit struct {
	snapshot Snapshot
	seen     []log.Seq // of the versions held; sorted by once
}

// version checks what holds for every version wherever it is kept.
func (a *audit) version(v *report.Version, replaced bool) error {
	switch {
	case v.Deleted:
		return fmt.Errorf("version %d is a retraction and is among those that may match", v.Seq)
	case v.Seq == 0 || v.Seq > a.snapshot.Head:
		return fmt.Errorf("version %d lies beyond the head", v.Seq)
	}
	a.seen = append(a.seen, v.Seq)
	known := a.snapshot.index.revisions
	newest := known.newest.get(v.ID)
	if newest == nil {
		return fmt.Errorf("version %d: report %q is not in the catalog", v.Seq, v.ID)
	}
	if replaced && newest.Seq <= v.Seq {
		return fmt.Errorf("version %d is marked as replaced, and there is none after it", v.Seq)
	}
	if !replaced && known.replaced(v, log.AsOf{Seq: a.snapshot.Head}) {
		return fmt.Errorf("version %d was replaced and is not marked", v.Seq)
	}
	return nil
}

func (a *audit) tail() error {
	s := a.snapshot.state
	for i, r := range s.tail {
		if i > 0 && s.tail[i-1].version.Seq >= r.version.Seq {
			return fmt.Errorf("tail: version %d comes before %d", s.tail[i-1].version.Seq, r.version.Seq)
		}
		if err := a.version(r.version, s.gone.has(i)); err != nil {
			return fmt.Errorf("tail: %w", err)
		}
	}
	return nil
}

func (a *audit) runs() error {
	for r := range a.snapshot.state.runs {
		for i, v := range r.versions {
			if err := a.version(v, r.replaced.has(i)); err != nil {
				return err
			}
		}
		for _, check := range []func() error{r.checkOrder, r.checkColumns, r.checkSummary, r.checkTree} {
			if err := check(); err != nil {
				return fmt.Errorf("run from %s: %w", r.versions[0].Start.UTC().Format("2006-01-02"), err)
			}
		}
	}
	return nil
}

func (r *run) checkOrder() error {
	for i := 1; i < r.len(); i++ {
		if order(r.versions[i-1], r.versions[i]) >= 0 {
			return fmt.Errorf("rank %d does not come after the one before", i)
		}
	}
	return nil
}

func (r *run) checkColumns() error {
	for i, v := range r.versions {
		if r.start[i] != v.Start.UnixMilli() || r.end[i] != ending(v).UnixMilli() {
			return fmt.Errorf("rank %d has another interval than version %d", i, v.Seq)
		}
		placed := v.Point != nil && in(v.Point.Bound(), *v.Point)
		if here := (orb.Point{r.lon[i], r.lat[i]}); placed && here != *v.Point || !placed && !math.IsNaN(here[0]) {
			return fmt.Errorf("rank %d has another place than version %d", i, v.Seq)
		}
	}
	return nil
}

// checkSummary compares what is said of the whole run with its rows.
func (r *run) checkSummary() error {
	placed := 0
	for i, v := range r.versions {
		if r.end[i] > r.latest[i/block] || r.latest[i/block] > r.last {
			return fmt.Errorf("rank %d ends after its block or its run", i)
		}
		if v.Seq < r.oldest || v.Seq > r.newest {
			return fmt.Errorf("version %d is not between %d and %d", v.Seq, r.oldest, r.newest)
		}
		if b, ok := r.place(i); ok {
			if placed++; !holds(r.bound, b) {
				return fmt.Errorf("rank %d lies outside the bound of the run", i)
			}
		}
	}
	if placed != r.placed {
		return fmt.Errorf("%d versions have a place, and the run counts %d", placed, r.placed)
	}
	return nil
}

// checkTree looks every placed version up in the tree.
func (r *run) checkTree() error {
	if r.tree == nil {
		return nil
	}
	found := make(marks, blocks(r.len()))
	var err error
	r.tree.Scan(func(low, high [2]float32, i uint32) bool {
		if int(i) >= r.len() || found.has(int(i)) {
			err = fmt.Errorf("the tree holds rank %d twice, or the run does not hold it", i)
			return false
		}
		found.set(int(i))
		if b, ok := r.place(int(i)); !ok || single(b.Min) != low || single(b.Max) != high {
			err = fmt.Errorf("the tree holds rank %d elsewhere than the run", i)
		}
		return err == nil
	})
	if err == nil && r.tree.Len() != r.placed {
		err = fmt.Errorf("the tree holds %d of %d versions", r.tree.Len(), r.placed)
	}
	return err
}

func (a *audit) parts() error {
	before := math.MinInt
	for _, p := range a.snapshot.state.parts {
		if p.month <= before {
			return fmt.Errorf("partition %d does not come after %d", p.month, before)
		}
		before = p.month
		for _, r := range p.runs {
			first, last := r.versions[0], r.versions[r.len()-1]
			if month(first.Start) != p.month || month(last.Start) != p.month {
				return fmt.Errorf("partition %d holds version %d or %d of another month", p.month, first.Seq, last.Seq)
			}
			if r.start[0] < p.first || r.start[r.len()-1] > p.newest || r.last > p.last {
				return fmt.Errorf("partition %d: a run reaches beyond it", p.month)
			}
		}
	}
	return nil
}

// once checks that no version is held twice.
func (a *audit) once() error {
	slices.Sort(a.seen)
	for i := 1; i < len(a.seen); i++ {
		if a.seen[i-1] == a.seen[i] {
			return fmt.Errorf("version %d is held twice", a.seen[i])
		}
	}
	return nil
}

// reports checks the succession of each report, and that what should be held is.
func (a *audit) reports() (err error) {
	known := a.snapshot.index.revisions
	for newest := range known.newest.each {
		var before *report.Version
		for _, v := range known.upTo(newest.ID, a.snapshot.Head) {
			if _, held := slices.BinarySearch(a.seen, v.Seq); !held && !v.Deleted {
				return fmt.Errorf("version %d of report %q is in the catalog and held nowhere", v.Seq, v.ID)
			}
			if before != nil {
				err = succeeds(v, before)
			}
			if err != nil {
				return err
			}
			before = v
		}
	}
	return nil
}

func succeeds(v, before *report.Version) error {
	switch {
	case v.Seq <= before.Seq:
		return fmt.Errorf("report %q: version %d comes after %d", v.ID, v.Seq, before.Seq)
	case v.FID != before.FID:
		return fmt.Errorf("report %q: version %d has another fid than %d", v.ID, v.Seq, before.Seq)
	case v.Replaces != before.Seq:
		return fmt.Errorf("report %q: version %d replaces %d, and the one before it is %d", v.ID, v.Seq, v.Replaces, before.Seq)
	case v.Revision <= before.Revision:
		return fmt.Errorf("report %q: version %d is revision %d after %d", v.ID, v.Seq, v.Revision, before.Revision)
	}
	return nil
}

func (a *audit) totals() error {
	s, standing := a.snapshot.state, 0
	if len(a.seen) != s.held {
		return fmt.Errorf("%d versions are held, and %d are counted", len(a.seen), s.held)
	}
	a.snapshot.Versions(log.AsOf{}, func(*report.Version) bool { standing++; return true })
	if standing != s.standing {
		return fmt.Errorf("%d reports stand, and %d are counted", standing, s.standing)
	}
	return nil
}
