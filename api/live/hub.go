// Package live tells what happens to many at little cost: entries of the log as they
// become visible, and what detection finds when that changes. It knows no HTTP.
//
// One hub stands over one corpus. While somebody listens it has two goroutines,
// whatever the number of streams: one follows the log, the other looks at
// detection and keeps the beat. Events go into one ring that all streams read at
// their own pace; nobody waits for a slow stream. One that has fallen out of the
// ring goes on from the log, or is told that it missed something.
//
// Order: events have positions that never fall. What detection found stands after
// all entries that it rests on, so that who has been told up to a position has been
// told all findings before it too.
package live

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"frontierwatch/geo/log"
)

var (
	// ErrFull says that there are as many streams as there may be.
	ErrFull = errors.New("there are as many streams as there may be")
	// ErrStopped says that the server is stopping.
	ErrStopped = errors.New("the server is stopping")
	// ErrBehind says that a stream has fallen out of the ring.
	ErrBehind = errors.New("the stream is too far behind")
)

const (
	kept = 2048 // events in the ring, at the least, once there were as many
	// MaxBehind is how many entries of the log a stream may have missed and still
	// go on; who missed more is told to load everything anew.
	MaxBehind = 10_000
	// Beat is how often a stream hears something, and pause how long detection is
	// left alone after it was asked.
	Beat  = 15 * time.Second
	pause = 2 * time.Second
	tick  = time.Second
)

// Source is what a hub follows.
type Source interface {
	// Head is the newest position of the log; Wait returns once there is one after
	// another, or when ctx ends.
	Head() log.Seq
	Wait(ctx context.Context, after log.Seq) error
	// Entries yields the entries after a position up to the head, in order, each
	// with its event, or without one.
	Entries(ctx context.Context, after log.Seq, yield func(log.Seq, *Event) error) error
	// Findings is everything that detection finds now: Kind, ID, New and Data. It may
	// rest on entries up to the head at the time it returns.
	Findings(ctx context.Context) ([]Event, error)
	// Tombstone is the text for a finding that is there no more.
	Tombstone(e *Event) []byte
}

// Config is what a hub is made with. Source, Now and Ticks must be set.
type Config struct {
	Source Source
	Now    func() time.Time
	Ticks  func(time.Duration) (ticks <-chan time.Time, stop func())
	Most   int             // streams at a time
	Done   <-chan struct{} // closed when the server stops; nil: never
	Failed func(error)     // is told why following ended; nil: nobody
}

// Hub hands events on to streams.
type Hub struct {
	Config

	mu       sync.Mutex
	begun    bool
	ring     []Event
	first    uint64        // number of ring[0], counted from 0 over all that ever was
	at       Position      // up to which everything is in the ring, or was
	began    Position      // the first position of this process
	floor    Position      // from which on everything is in the ring
	wake     chan struct{} // closed when something happens
	beats    uint64
	streams  int
	lookings int // streams that want findings
	stop     context.CancelFunc
	err      error // why following ended

	draining sync.Mutex // held by who reads the log
	finding  sync.Mutex // held by who asks detection
	found    map[finding]*Event
	looked   log.Seq   // head for which found holds
	day      time.Time // and day
	rest     time.Time // until when detection is left alone
}

// finding names a finding.
type finding struct {
	kind Kind
	id   string
}

// New makes a hub. It does nothing before the first stream joins.
func New(c Config) *Hub { return &Hub{Config: c, wake: make(chan struct{})} }

// State is what there is to measure of a hub.
type State struct {
	Streams int
	Lag     log.Seq // entries that are visible and not yet told
}

// State says how a hub does.
func (h *Hub) State() State {
	h.mu.Lock()
	s := State{Streams: h.streams}
	at, running := h.at.Seq, h.stop != nil
	h.mu.Unlock()
	if head := h.Source.Head(); running && head > at {
		s.Lag = head - at
	}
	return s
}

// stopped says whether the server is stopping.
func (h *Hub) stopped() bool {
	select {
	case <-h.Done: // of nil: never
		return true
	default:
		return false
	}
}

// start begins to follow, with mu held.
func (h *Hub) start() {
	ctx, stop := context.WithCancel(context.Background())
	h.stop, h.err = stop, nil
	if !h.begun {
		h.begun = true
		h.at = Position{h.Source.Head(), uint64(max(h.Now().UnixMilli(), 1))}
		h.began, h.floor = h.at, h.at
	}
	go h.follow(ctx)
	go h.look(ctx, h.Now().Add(Beat)) // from when it is started, however late it runs
}

// follow keeps the ring at the head of the log.
func (h *Hub) follow(ctx context.Context) {
	for {
		err := h.Source.Wait(ctx, h.position().Seq)
		if err == nil {
			err = h.drain(ctx)
		}
		if err != nil {
			h.fail(ctx, err)
			return
		}
	}
}

// look keeps the beat, which comes next at a time, and asks detection when there is
// something new.
func (h *Hub) look(ctx context.Context, next time.Time) {
	ticks, stop := h.Ticks(tick)
	defer stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-h.Done:
			h.fail(ctx, ErrStopped)
			return
		case <-ticks:
		}
		if now := h.Now(); !now.Before(next) {
			next = now.Add(Beat)
			h.beat()
		}
		if h.looking() {
			if err := h.Look(ctx); err != nil {
				h.fail(ctx, err)
				return
			}
		}
	}
}

func (h *Hub) beat() {
	h.mu.Lock()
	h.beats++
	h.awaken()
	h.mu.Unlock()
}

func (h *Hub) looking() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.lookings > 0
}

// awaken tells every stream that something happened, with mu held.
func (h *Hub) awaken() {
	close(h.wake)
	h.wake = make(chan struct{})
}

// fail ends all streams of this time of following.
func (h *Hub) fail(ctx context.Context, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if ctx.Err() != nil { // it was ended from outside, or by the other goroutine
		return
	}
	h.err = err
	h.stop()
	h.awaken()
	if h.Failed != nil && !errors.Is(err, ErrStopped) {
		h.Failed(err)
	}
}

func (h *Hub) position() Position {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

// drain brings everything into the ring that the log holds. Of more than the ring
// can hold it brings nothing: streams read that from the log.
func (h *Hub) drain(ctx context.Context) error {
	h.draining.Lock()
	defer h.draining.Unlock()
	at, head := h.position().Seq, h.Source.Head()
	if head > at+kept {
		h.skip(head)
		at = head
	}
	err := h.Source.Entries(ctx, at, func(seq log.Seq, e *Event) error {
		h.mu.Lock()
		h.at.Seq = seq
		if e != nil {
			e.At = Position{Seq: seq}
			h.append(*e)
		}
		h.mu.Unlock()
		return nil
	})
	h.mu.Lock()
	h.awaken()
	h.mu.Unlock()
	return err
}

// skip leaves entries out.
func (h *Hub) skip(to log.Seq) {
	h.mu.Lock()
	h.first += uint64(len(h.ring)) + 1 // nobody stands there
	h.ring = nil
	h.at.Seq = to
	h.at.Sub++ // positions that were given before lie before the floor
	h.floor = h.at
	h.mu.Unlock()
}

// append adds an event, with mu held.
func (h *Hub) append(e Event) {
	if len(h.ring) == 2*kept {
		h.floor = h.ring[kept-1].At
		h.first += kept
		h.ring = slices.Delete(h.ring, 0, kept) // clears what is left over
	}
	h.ring = append(h.ring, e)
}

// Look asks detection, unless nothing happened since it was asked or that was just
// now, and brings what changed into the ring.
func (h *Hub) Look(ctx context.Context) error {
	h.finding.Lock()
	defer h.finding.Unlock()
	begun := h.Now()
	head, day := h.Source.Head(), begun.UTC().Truncate(24*time.Hour)
	if h.found != nil && (head == h.looked && day.Equal(h.day) || begun.Before(h.rest)) {
		return nil
	}
	now, err := h.Source.Findings(ctx)
	if err == nil {
		err = h.drain(ctx) // what they rest on comes first
	}
	if err != nil {
		return err
	}
	ended := h.Now()
	h.looked, h.day, h.rest = head, day, ended.Add(max(pause, 5*ended.Sub(begun)))
	h.compare(now)
	return nil
}

// compare brings the differences to what was found before into the ring. The first
// time there is nothing to compare with.
func (h *Hub) compare(now []Event) {
	before, first := h.found, h.found == nil
	h.found = make(map[finding]*Event, len(now))
	h.mu.Lock()
	defer h.mu.Unlock()
	tell := func(e Event) {
		h.at.Sub++
		e.At = h.at
		h.append(e)
	}
	for i := range now {
		e := &now[i]
		name := finding{e.Kind, e.ID}
		h.found[name] = e
		old := before[name]
		switch {
		case first:
		case old == nil:
			told := *e
			told.Change = Found
			tell(told)
		case string(old.Data) != string(e.Data):
			told := *e
			told.Change, told.Old, told.Gone = Changed, old.New, h.Source.Tombstone(old)
			tell(told)
		}
	}
	for _, name := range ended(before, h.found) {
		old := before[name]
		tell(Event{Kind: old.Kind, ID: old.ID, Change: Ended, Old: old.New, Gone: h.Source.Tombstone(old)})
	}
	h.awaken()
}

// ended are the names of what is found no more, in their order.
func ended(before, now map[finding]*Event) (names []finding) {
	for name := range before {
		if now[name] == nil {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, func(a, b finding) int {
		if a.kind != b.kind {
			return -compare(a.kind, b.kind) // hot spots before flags
		}
		return compare(a.id, b.id)
	})
	return names
}

func compare[T ~string](a, b T) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
