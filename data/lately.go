package data

import (
	"context"
	"slices"
	"sync"
	"time"

	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/index"
	"frontierwatch/geo/log"
)

// What stands now is found for the newest position there is, when somebody asks: who
// stores a report and asks, sees it. While thousands of reports arrive in a second that
// would be a finding for each few of them, each of which costs its asker a thousand
// times what an answer costs that was found already, and is out of date when it is
// read. So while a corpus is busy:
//
//   - an asker is given the newest finding, if it is of the last second;
//   - one that is a quarter of a second old is found anew beside that, one at a time, and
//     not as long again as that took;
//   - only who finds none waits, for the one that is being found, or finds it himself.
//
// A finding is of one position, always, and that is what the asker is told: what was
// found is what asOf that position finds. Nothing is given of before the newest entry
// that is no report (who leads a flag to a state sees it there), of before something
// was overwritten, or of before Settle.
const (
	freshFor  = time.Second
	renewedAt = 250 * time.Millisecond
	// mostTold is how many positions can be asked for again without counting again.
	mostTold = 64
)

// Found is the position for which detection answers a question about a UTC day that
// asks for nothing earlier, and when it was recorded: what is asked as of it is not
// counted again. It is the newest, but while many entries arrive it may be one that was
// the newest less than a second ago.
func (c *Corpus) Found(ctx context.Context, day time.Time) (log.Seq, time.Time) {
	s := c.state.Load()
	if c.bustle.busy() {
		s = c.lately(ctx, day.UTC().Truncate(24*time.Hour))
	}
	c.found.told.add(s)
	return s.head, s.recorded
}

// Settle makes Found tell of nothing before the newest position of now: who has stored
// much and asks, sees all of it.
func (c *Corpus) Settle() {
	s := c.state.Load()
	r := &c.found.recent
	r.mu.Lock()
	r.settled = max(r.settled, s.head)
	r.mu.Unlock()
}

// Lately is of which positions an answer about reports may be, where nobody names one:
// from least on it may be given, and from renewed on it need not be made anew beside
// that. Both are the newest. But while many entries arrive they are what was the newest
// at some time of the last second, and of the last two to three tenths of it: never of
// before the newest entry that changed a report, took one back or overwrote one, so that
// nothing is shown that is not there any more, and never of before Settle.
func (c *Corpus) Lately() (least, renewed log.Seq) {
	s := c.state.Load()
	r := &c.found.recent
	r.mu.Lock()
	least = max(r.settled, s.changed)
	r.mu.Unlock()
	second, tenths := c.bustle.lately(s.head)
	least = max(least, second)
	return least, max(least, tenths)
}

// at is the state that a question is answered from: the newest, or one whose position
// was told to somebody.
func (c *Corpus) at(at log.AsOf) *state {
	s := c.state.Load()
	if at.Known.IsZero() && at.Seq != 0 && at.Seq < s.head {
		if told := c.found.told.find(at.Seq, s.redacted); told != nil {
			return told
		}
	}
	return s
}

// lately is the state that answers for a day while much arrives.
func (c *Corpus) lately(ctx context.Context, day time.Time) *state {
	now := c.bustle.elapsed()
	s := c.state.Load() // the newest at that time, or newer
	given, begun := c.found.recent.choose(day, s, now)
	switch {
	case begun == nil:
		<-given.done
	case given == nil:
		given = begun
		c.complete(ctx, begun)
	case !c.beside(func() { c.complete(context.Background(), begun) }):
		c.found.recent.drop(begun) // the corpus is closed
	}
	return given.state
}

// complete finds what a recent one waits for.
func (c *Corpus) complete(ctx context.Context, r *recent) {
	defer c.found.recent.end(r)
	begun := c.bustle.elapsed()
	c.detect(ctx, r.state, hotspot.Query{At: r.day})
	r.took = c.bustle.elapsed() - begun
}

// beside does something that Close waits for; false: the corpus is closed.
func (c *Corpus) beside(do func()) bool {
	c.closing.RLock()
	defer c.closing.RUnlock()
	if c.closed {
		return false
	}
	c.working.Go(do)
	return true
}

// recent is a finding of lately.
type recent struct {
	day   time.Time
	state *state        // what it is of
	since time.Duration // when that was the newest
	took  time.Duration // to find it; once it is done
	done  chan struct{} // closed when it is found
	next  bool          // it is to take the place of another, and nobody waits for it
}

func (r *recent) found() bool {
	select {
	case <-r.done:
		return true
	default:
		return false
	}
}

// recents are the findings that may be given while a corpus is busy.
type recents struct {
	mu       sync.Mutex
	all      []*recent // oldest first
	renewing bool      // one is being found that nobody waits for
	settled  log.Seq   // nothing of before is given
}

// choose gives the finding for a day, if there is one or will be, and the one that is to
// be begun, if one is; one of them there is. s was the newest state at a time.
func (r *recents) choose(day time.Time, s *state, now time.Duration) (given, begun *recent) {
	r.mu.Lock()
	defer r.mu.Unlock()
	least := max(r.settled, s.settled)
	r.all = slices.DeleteFunc(r.all, func(o *recent) bool {
		return now-o.since >= freshFor || o.state.head < least || o.state.redacted != s.redacted
	})
	for _, o := range r.all {
		if o.day.Equal(day) && (given == nil || o.found() || !given.found()) {
			given = o
		}
	}
	switch {
	case given != nil && given.state.head == s.head:
		given.since = max(given.since, now)
		return given, nil
	case given != nil && (!given.found() || r.renewing || now-given.since < max(renewedAt, 2*given.took)):
		return given, nil
	}
	begun = &recent{day: day, state: s.light(), since: now, done: make(chan struct{}), next: given != nil}
	r.all = append(r.all, begun)
	r.renewing = r.renewing || begun.next
	return given, begun
}

// end makes a finding known.
func (r *recents) end(f *recent) {
	r.mu.Lock()
	defer r.mu.Unlock()
	close(f.done)
	r.renewing = r.renewing && !f.next
}

// drop gives up one that was begun.
func (r *recents) drop(f *recent) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = slices.DeleteFunc(r.all, func(o *recent) bool { return o == f })
	r.renewing = false
}

// light is the state without its reports, which cost memory to hold on to, and which
// detection does not look at.
func (s *state) light() *state {
	own := *s
	own.reports, own.own = index.Snapshot{}, nil
	return &own
}

// told is the states whose positions askers were told.
type told struct {
	mu       sync.Mutex
	states   []*state // oldest first, light
	redacted log.Seq
}

func (t *told) add(s *state) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.overwritten(s.redacted)
	if s.redacted < t.redacted || slices.ContainsFunc(t.states, func(o *state) bool { return o.head == s.head }) {
		return
	}
	if len(t.states) == mostTold {
		t.states = slices.Delete(t.states, 0, 1)
	}
	t.states = append(t.states, s.light())
}

// overwritten forgets what was said before the newest entry that overwrote others, with
// mu held.
func (t *told) overwritten(at log.Seq) {
	if at > t.redacted {
		clear(t.states)
		t.states, t.redacted = t.states[:0], at
	}
}

// forget drops what detection holds of before something was overwritten.
func (d *detections) forget(redacted log.Seq) {
	d.told.mu.Lock()
	d.told.overwritten(redacted)
	d.told.mu.Unlock()
	d.recent.mu.Lock()
	d.recent.all = slices.DeleteFunc(d.recent.all, func(r *recent) bool { return r.state.redacted != redacted })
	d.recent.mu.Unlock()
}

func (t *told) find(at, redacted log.Seq) *state {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, s := range t.states {
		if s.head == at && s.redacted == redacted {
			return s
		}
	}
	return nil
}
