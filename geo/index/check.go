package index

import (
	"fmt"
	"math"
	"slices"

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
	seen     []uint32 // numbers of the versions held; sorted by once
}

func (a *audit) book() *book { return a.snapshot.index.revisions.book }

// version checks what holds for every version wherever it is kept.
func (a *audit) version(number uint32, replaced bool) error {
	if number >= a.snapshot.state.n {
		return fmt.Errorf("version number %d lies beyond the head", number)
	}
	h := a.book().head(number)
	switch {
	case h.flags&isDeleted != 0:
		return fmt.Errorf("version %d is a retraction and is among those that may match", h.seq)
	case h.seq == 0 || h.seq > a.snapshot.Head:
		return fmt.Errorf("version %d lies beyond the head", h.seq)
	}
	a.seen = append(a.seen, number)
	known, id := a.snapshot.index.revisions, a.book().id(number)
	newest, ok := known.ids.get(id)
	if !ok {
		return fmt.Errorf("version %d: report %q is not to be found", h.seq, id)
	}
	if replaced && newest <= number {
		return fmt.Errorf("version %d is marked as replaced, and there is none after it", h.seq)
	}
	if !replaced && known.replaced(number, position{limit: a.snapshot.state.n}) {
		return fmt.Errorf("version %d was replaced and is not marked", h.seq)
	}
	return nil
}

func (a *audit) tail() error {
	s := a.snapshot.state
	for i, r := range s.tail {
		if i > 0 && s.tail[i-1].number >= r.number {
			return fmt.Errorf("tail: version number %d comes before %d", s.tail[i-1].number, r.number)
		}
		if err := a.version(r.number, s.gone.has(i)); err != nil {
			return fmt.Errorf("tail: %w", err)
		}
	}
	return nil
}

func (a *audit) runs() error {
	for r := range a.snapshot.state.runs {
		for i, number := range r.numbers {
			if err := a.version(number, r.replaced.has(i)); err != nil {
				return err
			}
		}
		for _, check := range []func() error{r.checkOrder, r.checkColumns, r.checkSummary, r.checkTree} {
			if err := check(); err != nil {
				return fmt.Errorf("run from %s: %w", moment(r.start[0]).Format("2006-01-02"), err)
			}
		}
	}
	return nil
}

func (r *run) checkOrder() error {
	for i := 1; i < r.len(); i++ {
		if r.book.compare(r.key(i-1), r.key(i)) >= 0 {
			return fmt.Errorf("rank %d does not come after the one before", i)
		}
	}
	return nil
}

func (r *run) checkColumns() error {
	var u unpacked
	for i, number := range r.numbers {
		v := r.book.unpack(&u, number)
		if start := v.Start.UnixMilli(); r.start[i] != start || r.end(i) != max(start, v.End.UnixMilli()) {
			return fmt.Errorf("rank %d has another interval than version %d", i, v.Seq)
		}
		c, ok := cell{lon: elsewhere}, false
		if v.Point != nil {
			c, ok = cellOf(*v.Point)
		}
		if here := (cell{r.lon[i], r.lat[i]}); ok && here != c || !ok && here.lon != elsewhere {
			return fmt.Errorf("rank %d has another place than version %d", i, v.Seq)
		}
		if k := r.kinds[i]; k < manyKinds && (*r.book.kinds.Load())[k] != v.Kind() {
			return fmt.Errorf("rank %d has another kind than version %d", i, v.Seq)
		}
	}
	return nil
}

// checkSummary compares what is said of the whole run with its rows.
func (r *run) checkSummary() error {
	placed, gone := 0, 0
	for i, number := range r.numbers {
		if r.end(i) > r.latest[i/block] || r.latest[i/block] > r.last {
			return fmt.Errorf("rank %d ends after its block or its run", i)
		}
		if r.end(i)-r.start[i] > r.longest {
			return fmt.Errorf("rank %d lasts longer than its run says", i)
		}
		if number < r.oldest || number > r.newest {
			return fmt.Errorf("version number %d is not between %d and %d", number, r.oldest, r.newest)
		}
		if k := r.kinds[i]; r.present[k/block]>>(k%block)&1 == 0 {
			return fmt.Errorf("rank %d is of a kind that the run has nothing of", i)
		}
		if r.replaced.has(i) {
			gone++
		}
		if b, ok := r.place(i); ok {
			if placed++; !holds(r.bound, b) {
				return fmt.Errorf("rank %d lies outside the bound of the run", i)
			}
		}
	}
	if gone > 0 && r.gone.Load() == 0 {
		return fmt.Errorf("%d versions were replaced, and the run counts none", gone)
	}
	if placed != r.placed {
		return fmt.Errorf("%d versions have a place, and the run counts %d", placed, r.placed)
	}
	return nil
}

// checkTree looks every placed version up in the tree.
func (r *run) checkTree() error {
	t := r.tree
	if t == nil {
		return nil
	}
	found := make(marks, blocks(r.len()))
	for k := range t.bundles {
		b := &t.bundles[k]
		for pack := b.first; pack < t.until(uint32(k)); pack++ {
			if !b.box.holds(&t.boxes[pack]) || (pack < t.points) != (b.first < t.points) {
				return fmt.Errorf("pack %d is not such as its bundle", pack)
			}
			if err := r.checkPack(pack, found); err != nil {
				return err
			}
		}
	}
	seen := 0
	t.root.Scan(func(low, high [2]float64, k uint32) bool {
		if b := &t.bundles[k].box; b.low() == low && b.high() == high {
			seen++
		}
		return true
	})
	if n := len(t.ranks); n != r.placed || seen != len(t.bundles) || seen != t.root.Len() {
		return fmt.Errorf("the tree holds %d of %d versions in %d of %d bundles", n, r.placed, seen, len(t.bundles))
	}
	return nil
}

func (r *run) checkPack(k uint32, found marks) error {
	t, total := r.tree, sum{}
	for at := t.first[k]; at < t.first[k+1]; at++ {
		i := int(t.ranks[at])
		if i >= r.len() || found.has(i) {
			return fmt.Errorf("the tree holds rank %d twice, or the run does not hold it", i)
		}
		found.set(i)
		_, placed := r.place(i)
		if t.lon[at] != r.lon[i] || t.lat[at] != r.lat[i] || !placed || (k < t.points) != (r.lon[i] != elsewhere) {
			return fmt.Errorf("the tree holds rank %d elsewhere than the run", i)
		}
		if box := r.cells(i); !t.boxes[k].holds(&box) {
			return fmt.Errorf("rank %d lies outside its pack", i)
		}
		if at > t.first[k] && t.ranks[at-1] >= t.ranks[at] {
			return fmt.Errorf("rank %d does not come after the one before in its pack", i)
		}
		total = sum{total.lon + int64(r.lon[i]), total.lat + int64(r.lat[i])}
	}
	if n := (node{from: k, to: k + 1}); k < t.points && t.total(n) != total {
		return fmt.Errorf("pack %d has another sum", k)
	}
	return nil
}

func (a *audit) parts() error {
	before := math.MinInt
	for _, p := range a.snapshot.state.parts {
		if p.month <= before {
			return fmt.Errorf("partition %d does not come after %d", p.month, before)
		}
		before = p.month
		for _, r := range p.runs {
			if month(r.start[0]) != p.month || month(r.start[r.len()-1]) != p.month {
				return fmt.Errorf("partition %d holds a version of another month", p.month)
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
	for newest := range known.ids.each {
		id := a.book().id(newest)
		var before *report.Version
		for _, number := range known.upTo(id, a.snapshot.state.n) {
			v := a.book().version(number)
			if _, held := slices.BinarySearch(a.seen, number); !held && !v.Deleted {
				return fmt.Errorf("version %d of report %q is in the book and held nowhere", v.Seq, id)
			}
			if v.ID != id {
				return fmt.Errorf("version %d of report %q is of %q", v.Seq, id, v.ID)
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
