// Package index holds every version of every report in memory and answers
// queries by place, time and position in the log.
//
// What it hands out it makes anew: memory holds versions packed (book), and what is
// asked of them most in columns, in the order of time, one set of them for each
// month (run). A report takes about 110 bytes in all.
//
// One goroutine writes; any number read snapshots. Readers never wait for the
// writer, nor it for them: what a reader sees is immutable but for marks that
// name later versions, and those it passes over by their position.
package index

import (
	"sync"
	"sync/atomic"

	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

// Index is the writer's side. Its methods are for one goroutine at a time,
// except Snapshot, which any may call.
type Index struct {
	line      func(frontier.Stretch) orb.LineString
	tuning    tuning // never changed
	pace      tuning // the writer's: that, or the one while a log is read
	revisions revisions
	state     atomic.Pointer[state]
	spare     sync.Pool // of *ranks
}

// New is an empty index over a frontier, which gives stretches their geometry.
func New(f *frontier.Frontier) *Index { return newIndex(f.Slice, live()) }

func newIndex(line func(frontier.Stretch) orb.LineString, t tuning) *Index {
	x := &Index{line: line, tuning: t, pace: t, revisions: newRevisions()}
	x.state.Store(&state{})
	return x
}

// Add takes versions in the order of the log and makes them visible to the
// snapshots taken from then on. A version of a report that is there replaces the
// one before it; one that is Deleted ends the report. Versions at or before the
// head are there already and are passed over.
func (x *Index) Add(versions ...*report.Version) {
	s := x.state.Load()
	if !x.pace.alone {
		next := *s
		s = &next
	}
	for len(versions) > 0 {
		n := min(len(versions), fetched)
		x.addSome(s, versions[:n])
		versions = versions[n:]
	}
	x.state.Store(s)
}

// fetched is how many versions are looked up at once.
const fetched = 64

func (x *Index) addSome(s *state, versions []*report.Version) {
	var room [fetched]uint64
	hashes := room[:0]
	for _, v := range versions {
		hash := uint64(0)
		if v != nil {
			hash = x.revisions.ids.hash(v.ID)
		}
		hashes = append(hashes, hash)
	}
	if len(hashes) > 1 {
		x.revisions.ids.fetch(hashes)
	}
	for i, v := range versions {
		if v != nil && v.Seq > s.head {
			x.add(s, v, hashes[i])
		}
	}
}

func (x *Index) add(s *state, v *report.Version, hash uint64) {
	at := spotOf(v)
	number, old, replaces := x.revisions.add(v, at, hash)
	if replaces {
		if h := x.revisions.book.head(old); h.flags&isDeleted == 0 {
			s.mark(key{h.start, old})
			s.standing--
		}
	}
	s.head, s.n = v.Seq, number+1
	if v.Deleted {
		return
	}
	s.standing++
	s.push(x.revisions.book, x.row(v, at, number), x.pace)
}

// Load runs fill, which may Add much, and leaves the index as compact as it can
// be, whatever fill returns. Until then only fill may take snapshots; each is true
// until fill adds more, and slow to query. It is for reading a whole log, which it
// makes several times faster.
func (x *Index) Load(fill func() error) error {
	own := x.state.Load().own()
	x.pace = x.tuning.loading()
	x.state.Store(own)
	defer func() {
		own.compact(x.revisions.book, x.tuning)
		x.pace = x.tuning
		x.state.Store(own)
	}()
	return fill()
}

// Snapshot is the index as it is now. It costs one atomic load, and holds on to
// what it saw as long as it is kept.
func (x *Index) Snapshot() Snapshot {
	s := x.state.Load()
	return Snapshot{Head: s.head, index: x, state: s}
}
