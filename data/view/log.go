// Package view shows a corpus to those who may not see all of it. A view is a
// corpus of its own over the part of the master's log that a class of readers may
// see: filtered, coarsened, and numbered as if the rest did not exist, so that
// whatever is reckoned from it (counts, tiles, hot spots, receipts, positions)
// tells nothing of what is withheld. Nobody filters an answer.
//
// # Which entries
//
// A report is in the view from its first version on after which no version is
// withheld: a marking holds for the past too. One that becomes visible appears as a
// new report at that position. Where one is withheld that was visible, the log of
// the view would have to be another from the beginning: it ends (ErrRebuilt), and
// a new one takes its place. That is rare, and takes as long as opening a view. The
// same is done when a source changes its agency or marking, or something that was
// shown is erased or made coarser in the master.
//
// Sources and posts are in the view by their own marking and tier, steps about
// flags by the marking of the flag. Keys and subscriptions are in none. Actors are
// left out. When an entry was recorded is kept, since asOf asks for knowledge, and
// people of two classes must be able to speak of the same time.
//
// Overlaps name reports that are in the view. When one comes into it that an older
// report names, the older one gets a further revision that names it.
//
// # Cost
//
// A view holds its own corpus, and for its log 24 bytes an entry and about 150 a record;
// bodies are read from the master's log. With all of that it takes 300 bytes of memory
// for each report that is seen exactly, 400 for one that is seen coarsely (of 67,000 of
// 100,000 reports; go test -bench Open). Opening one reads the master's log twice: about
// 5 µs of processor for each entry there and 15 µs more for each that is seen. While
// nothing changes, a request pays 3 µs.
package view

import (
	"context"
	"errors"
	"sort"
	"sync"

	"frontierwatch/data"
	"frontierwatch/geo/log"
	"frontierwatch/geo/reader"
	"frontierwatch/geo/report"
)

var (
	// ErrRebuilt ends what follows a view that another has taken the place of.
	ErrRebuilt = errors.New("the view was made anew; begin again")
	// errReadOnly is what a view's log says to whoever would write to it.
	errReadOnly = errors.New("a view is written to through its master")
)

// Log is the part of a master's log that a class sees. It is a data.Shared log
// which nobody appends to.
type Log struct {
	master *data.Corpus
	class  reader.Class
	posts  bool
	ended  chan struct{} // closed when the log does not hold any more

	mu      sync.Mutex
	stale   bool
	live    bool    // it was made, and goes on
	at      log.Seq // of the master, up to which entries were looked at
	rows    []row
	says    says // of the rows that were read once, in their order
	records []record
	known   map[name]int32 // index of records
	kinds   map[log.Kind]int32
	waiting map[string][]int32 // by the id that they name and that is not in the view: reports
	sources map[string]*register
	hidden  map[name]log.Seq // the newest position of the master at which a record was withheld
	// again: something was found out that changes what came before; judgedAnew: and
	// what was withheld is to be found out anew too.
	again, judgedAnew bool
}

// row is an entry of the view: rows[i] has Seq i+1.
type row struct {
	from     log.Seq // the entry of the master that it comes from
	record   int32
	revision int32
}

type name struct {
	kind log.Kind
	id   string
}

// record is a record of the view.
type record struct {
	id    string
	kind  log.Kind
	fid   int32
	first int32 // index of its first row
	last  int32 // index of its newest row
	ahead int32 // by how much the master's revision is greater
	gone  bool  // retracted
}

// register is what is known of a source: the newest entry about it.
type register struct {
	source  report.Source
	seq     log.Seq
	judged  bool // a report was judged by it
	shown   bool // and is in the view
	changed bool // its agency or marking is not what it was first
}

// NewLog is the log of a class over a master, as far as it goes now and from then
// on. The class sees single reports and not all of them.
func NewLog(ctx context.Context, master *data.Corpus, class reader.Class) (*Log, error) {
	l := &Log{
		master: master, class: class.Canonical(), ended: make(chan struct{}),
		sources: map[string]*register{}, hidden: map[name]log.Seq{},
	}
	for _, collection := range l.class.Collections() {
		l.posts = l.posts || collection == "posts"
	}
	for _, s := range master.Config().Sources {
		l.sources[s.ID] = &register{source: s}
	}
	for l.again = true; l.again; {
		l.restart()
		if err := master.Entries(ctx, 0, l.take); err != nil {
			return nil, err
		}
	}
	l.live = true
	l.says.begin(l.Sources())
	return l, nil
}

// restart forgets everything but what must be known from the beginning.
func (l *Log) restart() {
	l.again, l.at, l.rows, l.records = false, 0, nil, nil
	l.known, l.kinds, l.waiting = map[name]int32{}, map[log.Kind]int32{}, map[string][]int32{}
	for _, r := range l.sources {
		r.judged, r.shown = false, false
	}
	if l.judgedAnew {
		l.judgedAnew, l.hidden = false, map[name]log.Seq{}
	}
}

// Append refuses.
func (l *Log) Append(context.Context, []log.Entry) ([]log.Result, error) { return nil, errReadOnly }

// Close does nothing: the master goes on.
func (l *Log) Close() error { return nil }

// Head is the newest position of the view.
func (l *Log) Head(ctx context.Context) (log.Seq, error) {
	rows, err := l.advance(ctx)
	return log.Seq(len(rows)), err
}

// Wait returns when the master has gone on since the view looked at it, which
// need not bring an entry. It does not return for a log that has ended.
func (l *Log) Wait(ctx context.Context, after log.Seq) error {
	l.mu.Lock()
	at, more := l.at, log.Seq(len(l.rows)) > after && !l.stale
	l.mu.Unlock()
	if more {
		return nil
	}
	if err := l.master.Wait(ctx, at); err != nil {
		return err
	}
	_, err := l.advance(ctx)
	if !errors.Is(err, ErrRebuilt) {
		return err
	}
	<-ctx.Done()
	return context.Cause(ctx)
}

// advance looks at what the master has that was not looked at, and returns the rows
// that there are then.
func (l *Log) advance(ctx context.Context) ([]row, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stale {
		return nil, ErrRebuilt
	}
	if err := l.master.Entries(ctx, l.at, l.take); err != nil {
		return nil, err
	}
	if l.again {
		l.stale = true
		close(l.ended)
		return nil, ErrRebuilt
	}
	return l.rows[:len(l.rows):len(l.rows)], nil
}

// Scan calls yield for each entry of the view after a position, made from those of
// the master.
func (l *Log) Scan(ctx context.Context, after log.Seq, yield func(log.Entry) error) error {
	rows, err := l.advance(ctx)
	if err != nil || after >= log.Seq(len(rows)) {
		return err
	}
	at := int(after)
	err = l.master.Entries(ctx, rows[at].from-1, func(e log.Entry) error {
		for ; at < len(rows) && rows[at].from == e.Seq; at++ {
			shown, err := l.entry(ctx, &e, rows, at)
			if err == nil {
				l.mu.Lock()
				l.says.add(&shown)
				l.mu.Unlock()
				err = yield(shown)
			}
			if err != nil {
				return err
			}
		}
		if at == len(rows) {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

// errEnough ends a scan of the master behind the last entry that is shown.
var errEnough = errors.New("the view has no more")

// firstFrom is the index of the first row that comes from an entry of the master or
// a later one.
func (l *Log) firstFrom(from log.Seq) int {
	return sort.Search(len(l.rows), func(i int) bool { return l.rows[i].from >= from })
}
