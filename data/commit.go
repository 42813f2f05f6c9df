package data

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"time"

	"frontierwatch/geo/log"
)

// maxBatch is how many entries one commit takes at the most: enough that the
// cost of the flush vanishes, little enough that nobody waits long for it.
const maxBatch = 1024

// write is what one caller hands to the writing goroutine.
type write struct {
	ctx     context.Context // of who wrote it
	changes []change        // none: only what others have written is asked for
	results []log.Result
	err     error
	done    chan struct{}

	within context.Context // of the stage that it is in; nil: nobody observes it
	ended  func(error)     // tells that this stage ended
}

// batch is what is committed at once.
type batch struct {
	writes  []*write
	changes int
	results []log.Result
	err     error

	early    bool           // it is brought into memory beside becoming durable
	applying sync.WaitGroup // of that
}

// large says that it is finished beside the next commit.
func (b *batch) large() bool { return b.changes >= maxBatch/2 }

// commit hands changes to the writing goroutine and waits until they are durable
// and visible. A caller that gives up leaves them to be written all the same.
func (c *Corpus) commit(ctx context.Context, changes []change) ([]log.Result, error) {
	if len(changes) == 0 {
		return nil, nil
	}
	return c.do(ctx, &write{changes: changes, done: make(chan struct{})})
}

// do hands a write to the writing goroutine and waits for it.
func (c *Corpus) do(ctx context.Context, w *write) ([]log.Result, error) {
	if err := c.hand(ctx, w); err != nil {
		return nil, err
	}
	return c.wait(ctx, w)
}

func (c *Corpus) hand(ctx context.Context, w *write) error {
	c.closing.RLock()
	defer c.closing.RUnlock()
	if c.closed {
		return log.ErrClosed
	}
	w.ctx = ctx
	w.enter(c.config.Observe, StageWait, len(w.changes))
	select {
	case c.writes <- w:
		return nil
	case <-ctx.Done():
		w.leave(context.Cause(ctx))
		return context.Cause(ctx)
	}
}

// run is the writing goroutine: it takes all that waits, commits it at once and
// publishes one state for it. Where much waits, that is done beside the next commit.
func (c *Corpus) run() {
	defer close(c.stopped)
	var finishing sync.WaitGroup
	crowd := false
	idler, _ := c.log.(Idler)
	for {
		first, waited, ok := c.next(&idler)
		if !ok {
			break
		}
		b := c.gather(first, crowd || waited)
		crowd = len(b.writes) > 1
		for _, w := range b.writes {
			w.enter(c.config.Observe, StageCommit, b.changes)
		}
		c.append(b, finishing.Wait)
		finishing.Wait()
		if _, shared := c.log.(Shared); shared || !b.large() {
			c.finish(b)
			continue
		}
		finishing.Go(func() { c.finish(b) })
	}
	finishing.Wait()
}

// leisure is how long nobody writes before the log is let do what it has to do then.
const leisure = 10 * time.Millisecond

// next is the write that comes next, and whether it had to wait. The idler is nil when it
// has nothing more to do.
func (c *Corpus) next(idler *Idler) (w *write, waited, ok bool) {
	select {
	case w, ok = <-c.writes:
		return w, true, ok
	default:
	}
	for *idler != nil {
		select {
		case w, ok = <-c.writes:
			return w, false, ok
		case <-time.After(leisure):
			if !(*idler).Idle() {
				*idler = nil
			}
		}
	}
	w, ok = <-c.writes
	return w, false, ok
}

// gather takes all that waits, and counts the changes in it. In a crowd it lets others run
// as long as that brings more: those whose writes have just ended write again at once, and
// come with this commit instead of half of them with every other. Where there is only
// one, that would cost it a twentieth of its time.
func (c *Corpus) gather(first *write, crowd bool) *batch {
	b := &batch{writes: []*write{first}, changes: len(first.changes)}
	for came := crowd; came && b.changes < maxBatch; {
		runtime.Gosched()
		came = false
		for waits := true; waits && b.changes < maxBatch; {
			select {
			case w, ok := <-c.writes:
				if !ok {
					return b
				}
				b.writes, b.changes, came = append(b.writes, w), b.changes+len(w.changes), true
			default:
				waits = false
			}
		}
	}
	return b
}

// append commits a batch. It is brought into memory as soon as the log knows what becomes
// of it and the batch before is finished, while the disk writes: a crowd by another
// goroutine, one write alone by this one, which takes less time than to have it done. What
// is finished beside the next commit anyway is not.
func (c *Corpus) append(b *batch, before func()) {
	if b.changes == 0 {
		return
	}
	entries := make([]log.Entry, 0, b.changes)
	for _, w := range b.writes {
		for i := range w.changes {
			entries = append(entries, w.changes[i].entry)
		}
	}
	ctx := within(b.writes)
	early, ok := c.log.(Early)
	if !ok || b.large() {
		b.results, b.err = c.log.Append(ctx, entries)
		return
	}
	b.results, b.err = early.AppendEarly(ctx, entries, func(results []log.Result) {
		before()
		if b.early = !c.writer.stale; !b.early {
			return
		}
		if len(b.writes) == 1 {
			c.apply(b, results)
			return
		}
		b.applying.Go(func() { c.apply(b, results) })
	})
}

// finish brings what a batch wrote into memory, unless that was done already, and lets
// its callers go. Of a log that others write too, what they wrote before comes first, by
// the same scan.
func (c *Corpus) finish(b *batch) {
	for _, w := range b.writes {
		w.leave(b.err)
		w.enter(c.config.Observe, StageApply, len(w.changes))
	}
	b.applying.Wait()
	_, shared := c.log.(Shared)
	switch {
	case shared && b.err == nil:
		b.err = c.catchUp(within(b.writes))
	case b.early && b.err != nil:
		c.writer.stale = true // memory has what did not happen
	case !b.early && b.err == nil && !c.writer.stale:
		c.apply(b, b.results)
	}
	c.setBroken(b.err)
	results := b.results
	for _, w := range b.writes {
		if b.err != nil {
			w.err = b.err
			continue
		}
		w.results, results = results[:len(w.changes)], results[len(w.changes):]
	}
	if err := c.forget(); err != nil {
		c.setBroken(err)
		for _, w := range b.writes {
			w.err = errors.Join(w.err, err)
		}
	} else {
		c.publish()
	}
	for _, w := range b.writes {
		w.leave(w.err)
		close(w.done)
	}
}

// apply brings what the log took of a batch into memory.
func (c *Corpus) apply(b *batch, results []log.Result) {
	for _, w := range b.writes {
		for i := range w.changes {
			if err := c.applied(w.changes[i], results[i]); err != nil {
				w.err = err
			}
		}
		results = results[len(w.changes):]
	}
}

// applied brings one change that the log took into memory.
func (c *Corpus) applied(ch change, r log.Result) error {
	if r.Outcome != log.Appended {
		return nil
	}
	ch.entry.Seq, ch.entry.FID, ch.entry.Revision, ch.entry.Recorded = r.Seq, r.FID, r.Revision, r.Recorded
	return c.writer.apply(ch)
}

// setBroken remembers why the log takes no more and since when, until it takes
// something again.
func (c *Corpus) setBroken(err error) {
	if err == nil {
		c.broken.Store(nil)
		return
	}
	f := failure{err, c.now()}
	if old := c.broken.Load(); old != nil {
		f.since = old.since
	}
	c.broken.Store(&f)
}
