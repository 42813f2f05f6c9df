package view

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"frontierwatch/data"
	"frontierwatch/geo/guard"
	"frontierwatch/geo/log"
	"frontierwatch/geo/reader"
)

// Config is how views are kept. Master must be set.
type Config struct {
	Master *data.Corpus
	Most   int           // views that are open at a time, those of the public and of the master not counted; 0: 16
	Idle   time.Duration // after which one that nobody asks is closed; 0: 15 minutes
}

// Views opens a view for each class of readers when it is first asked for, keeps it
// while it is in use, and makes it anew where it must be. The view of those who see
// everything is the master itself, which stays the caller's.
type Views struct {
	master *data.Corpus
	most   int
	idle   time.Duration
	now    func() time.Time
	ctx    context.Context // ends with Close
	stop   context.CancelFunc

	closing sync.WaitGroup // of places that are given up
	mu      sync.Mutex
	closed  bool
	places  map[reader.Class]*place
	all     *View // of those who see everything; nil: nobody has asked
}

// place is where the view of a class is kept.
type place struct {
	turn    chan struct{} // whoever is in it may change view and dropped
	view    *View         // nil: none is open
	dropped bool          // the place is no longer kept
	used    time.Time     // under the lock of Views
}

// New keeps views of a master. Close them before the master.
func New(cfg Config) *Views {
	v := &Views{master: cfg.Master, most: cfg.Most, idle: cfg.Idle, now: cfg.Master.Config().Now, places: map[reader.Class]*place{}}
	if v.most == 0 {
		v.most = 16
	}
	if v.idle == 0 {
		v.idle = 15 * time.Minute
	}
	v.ctx, v.stop = context.WithCancel(context.Background())
	return v
}

// Of is the view of a class, which holds everything that the master held when this
// was called. It is for one request: whoever asks again later asks Of again. What
// it says stays true for the position it is at, also when another view takes its
// place meanwhile; what follows it is ended then (ErrRebuilt).
//
// The first of a class waits until its view is opened, which takes about twice as
// long as opening the master did.
func (v *Views) Of(ctx context.Context, class reader.Class) (*View, error) {
	class = class.Canonical()
	if class.All() {
		return v.whole(ctx, class)
	}
	for {
		p, err := v.place(class)
		if err != nil {
			return nil, err
		}
		select {
		case p.turn <- struct{}{}:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
		view, err := v.at(ctx, p, class)
		<-p.turn
		if view != nil || err != nil {
			return view, err
		}
	}
}

// at is the view that is kept at a place, once it is the caller's turn; none where
// the place was given up.
func (v *Views) at(ctx context.Context, p *place, class reader.Class) (*View, error) {
	if p.dropped {
		return nil, nil
	}
	if p.view != nil {
		err := p.view.catchUp(ctx)
		if err == nil {
			return p.view, nil
		}
		if !errors.Is(err, ErrRebuilt) {
			return nil, err
		}
		p.view.end(ErrRebuilt)
		p.view = nil
	}
	if v.ctx.Err() != nil {
		return nil, log.ErrClosed
	}
	// Not in the caller's time: whoever asks next would begin again.
	view, err := v.open(v.ctx, class)
	if err != nil {
		return nil, fmt.Errorf("open the view of %s: %w", class.Tier, err)
	}
	p.view = view
	return view, nil
}

// whole is the view of those who see everything. It is another once something in the
// master was overwritten, so that kept answers are not given any more.
func (v *Views) whole(ctx context.Context, class reader.Class) (*View, error) {
	if err := v.master.CatchUp(ctx); err != nil && !errors.Is(err, log.ErrClosed) {
		return nil, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.all == nil || v.all.redacted != v.master.Redacted() {
		v.all = &View{Corpus: v.master, master: v.master, class: class, redacted: v.master.Redacted()}
	}
	return v.all, nil
}

func (v *Views) open(ctx context.Context, class reader.Class) (*View, error) {
	if class.Tier == reader.Public {
		return openPublic(ctx, v.master)
	}
	for {
		view, err := openView(ctx, v.master, class)
		if !errors.Is(err, ErrRebuilt) { // a marking became stricter meanwhile
			return view, err
		}
	}
}

// place is that of a class. Those that nobody has asked for long are closed, and
// the one that was not asked for longest where there would be too many.
func (v *Views) place(class reader.Class) (*place, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.closed {
		return nil, log.ErrClosed
	}
	p, now := v.places[class], v.now()
	if p == nil {
		p = &place{turn: make(chan struct{}, 1)}
		v.places[class] = p
	}
	p.used = now
	for c, other := range v.places {
		if other != p && c.Tier != reader.Public && now.Sub(other.used) > v.idle {
			v.drop(c)
		}
	}
	for v.counted() > v.most && v.dropOldest(class) {
	}
	return p, nil
}

// counted is how many places count against Most.
func (v *Views) counted() int {
	if v.places[reader.Class{}] != nil {
		return len(v.places) - 1
	}
	return len(v.places)
}

// dropOldest drops the place that was not asked for longest; false: there is none
// but that of a class.
func (v *Views) dropOldest(but reader.Class) bool {
	var oldest *reader.Class
	for c, p := range v.places {
		if c != but && c.Tier != reader.Public && (oldest == nil || p.used.Before(v.places[*oldest].used)) {
			oldest = &c
		}
	}
	if oldest == nil {
		return false
	}
	v.drop(*oldest)
	return true
}

// drop gives up the place of a class, and closes its view when it is nobody's turn.
func (v *Views) drop(class reader.Class) {
	p := v.places[class]
	delete(v.places, class)
	v.closing.Go(p.close)
}

func (p *place) close() {
	p.turn <- struct{}{}
	defer func() { <-p.turn }()
	p.dropped = true
	if p.view != nil {
		p.view.end(log.ErrClosed)
		p.view = nil
	}
}

// Close ends every view. Requests under way go on with what they have.
func (v *Views) Close() error {
	v.mu.Lock()
	v.closed = true
	places := v.places
	v.places = map[reader.Class]*place{}
	v.mu.Unlock()
	v.stop()
	for _, p := range places {
		v.closing.Go(p.close)
	}
	v.closing.Wait()
	return nil
}

// openView is a corpus over the part of the log that a class sees.
func openView(ctx context.Context, master *data.Corpus, class reader.Class) (*View, error) {
	l, err := NewLog(ctx, master, class)
	if err != nil {
		return nil, err
	}
	cfg := master.Config()
	cfg.Log, cfg.Sources = l, l.Sources()
	if !l.posts {
		cfg.Posts = []guard.Post{}
	}
	corpus, err := data.Open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	return &View{Corpus: corpus, master: master, class: class, log: l, ended: make(chan struct{})}, nil
}
