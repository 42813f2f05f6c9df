package index

import (
	"math"
	"math/bits"
	"runtime"
	"slices"
	"sort"
	"sync"

	"frontierwatch/geo/log"
)

// state is everything at one position. It is replaced, not changed, except that
// versions in it are marked as replaced by later ones.
//
// New versions go to the tail. A full tail becomes a run of the young; when the
// young are many, they are dealt out to the partitions, one a month of Start.
// Runs of similar size are merged, so that a version moves a number of times
// that grows as the logarithm of how many there are.
type state struct {
	head     log.Seq
	n        uint32 // versions in the book up to the head, retractions with them
	standing int    // reports that stand at the head
	held     int    // versions up to the head, retractions left out

	tail  []row // by number; the replaced are in gone
	gone  marks
	young []*run
	parts []*partition // by month
}

// partition is the versions whose Start is in one month (UTC). Immutable.
type partition struct {
	month  int // since the year 0
	runs   []*run
	first  int64 // the smallest start, milliseconds
	newest int64 // the largest start
	last   int64 // the largest end
}

// tuning is how the rows of an index are laid out. It changes no answer.
type tuning struct {
	tail  int     // rows at which the tail becomes a run
	young int     // rows at which the young are dealt out to the partitions
	tree  int     // rows from which a run of a partition has a tree; fewer are scanned
	ask   float64 // what asking a tree costs at the least; see plan
	load  int     // rows of the tail while a log is read
	alone bool    // nobody reads: the state is changed and not replaced
}

// live is the tuning while queries come between: a tail that is sorted for each
// of them, and young runs that are scanned.
func live() tuning { return tuning{tail: 256, young: 4096, tree: 512, ask: 300, load: 1 << 18} }

// loading is that while a log is read: few merges, no trees, which would not last,
// and no copies for readers.
func (t tuning) loading() tuning {
	return tuning{tail: t.load, tree: math.MaxInt, ask: t.ask, alone: true}
}

// own is the state for one who changes it: it shares with this one only what is never
// changed, and marks.
func (s *state) own() *state {
	own := *s
	own.tail, own.gone = slices.Clone(s.tail), s.gone.grown(len(s.tail))
	own.young, own.parts = slices.Clone(s.young), slices.Clone(s.parts)
	return &own
}

// fanIn runs of one size class are merged into one of a higher.
const fanIn = 4

// class grows by one as the size of a run grows fanIn times.
func class(r *run) int { return bits.Len(uint(r.len())) / 2 }

func month(ms int64) int {
	year, m, _ := moment(ms).Date()
	return year*12 + int(m) - 1
}

// push appends a version that stands at the head, and moves rows on when the
// tail is full.
func (s *state) push(b *book, r row, t tuning) {
	s.gone = s.gone.grown(len(s.tail) + 1)
	if len(s.tail) == cap(s.tail) {
		s.tail = slices.Grow(s.tail, max(1, min(len(s.tail), t.tail-len(s.tail)))) // append would copy a large one five times
	}
	s.tail = append(s.tail, r)
	s.held++
	if len(s.tail) < t.tail {
		return
	}
	if t.tail >= t.young {
		s.deal(b, s.seal(b, t), t)
		return
	}
	s.young = tier(s.young, newRun(b, s.seal(b, t)), math.MaxInt)
	n := 0
	for _, r := range s.young {
		n += r.len()
	}
	if n >= t.young {
		s.deal(b, merged(s.young), t)
		s.young = nil
	}
}

// seal takes the rows of the tail, in order. Of one who is alone they hold only until
// the next version comes, since it takes their room.
func (s *state) seal(b *book, t tuning) []row {
	rows := s.tail
	if s.tail = nil; t.alone {
		s.tail = rows[:0]
	} else {
		rows = slices.Clone(rows)
	}
	for i := range rows {
		rows[i].replaced = s.gone.has(i)
	}
	b.sortRows(rows)
	s.gone = nil
	return rows
}

// deal gives rows, which are in order, to the partitions of their months.
func (s *state) deal(b *book, rows []row, t tuning) {
	s.parts = slices.Clone(s.parts)
	for len(rows) > 0 {
		m := month(rows[0].start)
		n := sort.Search(len(rows), func(i int) bool { return month(rows[i].start) > m })
		s.give(m, newRun(b, rows[:n]), t)
		rows = rows[n:]
	}
}

// give puts a run into the partition of its month.
func (s *state) give(m int, r *run, t tuning) {
	i, found := s.partition(m)
	if !found {
		s.parts = slices.Insert(s.parts, i, &partition{month: m})
	}
	s.parts[i] = newPartition(m, tier(s.parts[i].runs, r, t.tree))
}

func (s *state) partition(m int) (int, bool) {
	return slices.BinarySearchFunc(s.parts, m, func(p *partition, m int) int { return p.month - m })
}

func newPartition(m int, runs []*run) *partition {
	p := &partition{month: m, runs: runs, first: runs[0].start[0], newest: runs[0].start[0], last: runs[0].last}
	for _, r := range runs {
		p.first = min(p.first, r.start[0])
		p.newest = max(p.newest, r.start[r.len()-1])
		p.last = max(p.last, r.last)
	}
	return p
}

// tier is the runs with one more, those of one class merged when they are fanIn.
// A run of as many rows as tree gets one.
func tier(runs []*run, r *run, tree int) []*run {
	for {
		same := []*run{r}
		var rest []*run
		for _, other := range runs {
			if class(other) == class(r) {
				same = append(same, other)
			} else {
				rest = append(rest, other)
			}
		}
		if len(same) < fanIn {
			return append(slices.Clip(runs), r.plant(tree, &planting{}))
		}
		runs, r = rest, newRun(r.book, merged(same))
	}
}

// mark notes that a version, which is no retraction, was replaced.
func (s *state) mark(k key) {
	i := sort.Search(len(s.tail), func(i int) bool { return s.tail[i].number >= k.number })
	if i < len(s.tail) && s.tail[i].number == k.number {
		s.gone.set(i)
		return
	}
	for _, r := range s.young {
		if r.mark(k) {
			return
		}
	}
	if i, found := s.partition(month(k.start)); found {
		for _, r := range s.parts[i].runs {
			if r.mark(k) {
				return
			}
		}
	}
}

// compact leaves one run with its tree in each partition, and nothing elsewhere.
func (s *state) compact(b *book, t tuning) {
	s.deal(b, s.seal(b, t.loading()), t.loading())
	s.deal(b, merged(s.young), t.loading())
	s.tail, s.young = nil, nil
	var wait sync.WaitGroup
	turns := make(chan *planting, runtime.GOMAXPROCS(0))
	for range cap(turns) {
		turns <- &planting{}
	}
	for i, p := range s.parts {
		room := <-turns
		wait.Go(func() {
			s.parts[i] = newPartition(p.month, []*run{compacted(p.runs).plant(t.tree, room)})
			turns <- room
		})
	}
	wait.Wait()
}

func compacted(runs []*run) *run {
	if len(runs) == 1 {
		return runs[0]
	}
	return newRun(runs[0].book, merged(runs))
}
