// Package data holds the corpus: every report, post and source that the log
// holds, placed, indexed and counted in memory.
//
// Two rules: the log is the truth and memory can always be rebuilt from it; live
// entries and those read at start go through one apply.
//
// Concurrency: one goroutine (write) appends to the log, applies and publishes a
// new state; readers load the state that is published and never wait for it.
package data

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/guard"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/index"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
	"frontierwatch/geo/series"
)

// Config is what a corpus is opened with. Frontier and Log must be set.
type Config struct {
	Frontier *frontier.Frontier
	Log      Log
	Ports    []guard.Port
	Posts    []guard.Post    // those every corpus has; the log may add and change
	Sources  []report.Source // those every corpus has; the log may add and change
	Guard    guard.Setting
	Now      func() time.Time // nil: time.Now
	// Elapsed is the time since any moment, which never runs back; nil: since Open.
	Elapsed func() time.Duration
	// Limit is how far from the line a report may lie; 0: frontier.Limit.
	Limit frontier.Meters
	// Progress is told how far the reading of the log has come; nil: nobody.
	Progress func(done, total log.Seq)
	// Observe is told of the stages of what is done; nil: nobody.
	Observe Observe
}

// Corpus is the truth in memory. It satisfies what the API asks of it.
type Corpus struct {
	config   Config // without Log and Progress
	frontier *frontier.Frontier
	log      Log
	now      func() time.Time
	limit    frontier.Meters
	areas    []int

	writes   chan *write
	stopped  chan struct{} // closed when the writer has ended
	unfollow func()        // ends the following of a shared log
	closing  sync.RWMutex  // held for reading while a write is handed over
	closed   bool
	working  sync.WaitGroup          // what is done beside readers, until it has ended
	broken   atomic.Pointer[failure] // why the log takes no more, nil while it does

	writer writer // touched by one goroutine at a time: that of finish
	state  atomic.Pointer[state]
	found  detections
	bustle bustle
}

// state is what readers see: one position of the log, immutable.
type state struct {
	head     log.Seq
	recorded time.Time
	reports  index.Snapshot
	series   series.Snapshot
	guard    *guard.Guard
	posts    records[guard.Post]
	sources  records[report.Source]
	latest   map[string]time.Time     // by source; see writer
	paces    map[string]time.Duration // after how long a source is silent, by its pace
	named    log.Seq                  // of the newest entry about a source
	settled  log.Seq                  // of the newest entry that is no report
	steps    []hotspot.Taken          // about flags, in the order of the log
	setting  guard.Setting            // what guard was made with
	own      map[log.Kind]records[Own]
	redacted log.Seq       // of the newest entry that overwrote others
	changed  log.Seq       // of the newest entry about a report that was there already
	passed   chan struct{} // closed when a newer state is published
}

// Open reads the whole log and starts the writer. The corpus owns the log from
// then on and closes it with Close.
func Open(ctx context.Context, cfg Config) (*Corpus, error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Elapsed == nil {
		begun := time.Now()
		cfg.Elapsed = func() time.Duration { return time.Since(begun) }
	}
	if cfg.Limit == 0 {
		cfg.Limit = frontier.Limit
	}
	c := &Corpus{
		frontier: cfg.Frontier, log: cfg.Log, now: cfg.Now, limit: cfg.Limit,
		areas:   hotspot.Areas(cfg.Frontier.Segments()),
		writes:  make(chan *write, maxBatch),
		stopped: make(chan struct{}), unfollow: func() {},
		bustle: bustle{elapsed: cfg.Elapsed},
	}
	c.config = cfg
	c.config.Log, c.config.Progress = nil, nil
	if err := c.writer.init(cfg); err != nil {
		return nil, err
	}
	reading, read := cfg.Observe.begin(ctx, StageRead, 0)
	err := c.replay(reading, cfg.Progress)
	read(err)
	if err != nil {
		return nil, err
	}
	c.writer.stale = false // it was read after everything that was overwritten
	c.state.Store(c.writer.publish())
	go c.run()
	if shared, ok := c.log.(Shared); ok {
		following, stop := context.WithCancel(context.WithoutCancel(ctx))
		c.unfollow = stop
		go c.follow(following, shared)
	}
	return c, nil
}

// Close lets the writes that were handed over finish, then closes the log.
// Writes after Close answer log.ErrClosed; reads go on with the last state.
func (c *Corpus) Close() error {
	c.closing.Lock()
	already := c.closed
	c.closed = true
	c.closing.Unlock()
	if already {
		return nil
	}
	c.unfollow()
	close(c.writes)
	<-c.stopped
	c.working.Wait()
	return c.log.Close()
}

// Config is what the corpus was opened with but for its log, so that another can be
// opened beside it over another log. Its lists must not be changed.
func (c *Corpus) Config() Config { return c.config }

// Frontier is the line that reports are placed on.
func (c *Corpus) Frontier() *frontier.Frontier { return c.frontier }

// Head is the newest position and when it was recorded.
func (c *Corpus) Head() (log.Seq, time.Time) {
	s := c.state.Load()
	return s.head, s.recorded
}

// Ready is nil while the corpus accepts reports, else why it does not.
func (c *Corpus) Ready() error {
	c.closing.RLock()
	defer c.closing.RUnlock()
	if c.closed {
		return log.ErrClosed
	}
	if f := c.broken.Load(); f != nil {
		return f.err
	}
	return nil
}

// failure is why a log takes no more, and since when.
type failure struct {
	err   error
	since time.Time
}

// Stale says since when answers may lack what others wrote, because the log that
// they share with this corpus cannot be read. Zero: they lack nothing.
func (c *Corpus) Stale() time.Time {
	f := c.broken.Load()
	if _, shared := c.log.(Shared); !shared || f == nil {
		return time.Time{}
	}
	return f.since
}

// Verify walks what memory holds and names the first thing that does not agree.
func (c *Corpus) Verify() error {
	s := c.state.Load()
	return errors.Join(s.reports.Check(), s.series.Check())
}
