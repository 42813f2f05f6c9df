package data

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
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

// Add stores reports, each on its own: one that is refused does not keep the
// others from being stored. It returns when they are durable and visible.
func (c *Corpus) Add(ctx context.Context, actor string, reports []report.Report) ([]report.Added, error) {
	return c.store(ctx, actor, log.Create, reports, func(int) int { return 1 })
}

// Correct replaces reports by their next revisions; revisions[i] is the number
// that reports[i] makes, one more than the one it replaces.
func (c *Corpus) Correct(ctx context.Context, actor string, reports []report.Report, revisions []int) ([]report.Added, error) {
	return c.store(ctx, actor, log.Correct, reports, func(i int) int { return revisions[i] })
}

// Check says what Add would refuse or have already, and stores nothing.
func (c *Corpus) Check(_ context.Context, reports []report.Report) []report.Added {
	s := c.state.Load()
	added := make([]report.Added, len(reports))
	for i := range reports {
		r, place, err := c.accept(s, reports[i])
		if err != nil {
			added[i].Err = err
			continue
		}
		if old, ok := s.reports.Get(r.ID, log.AsOf{}); ok {
			added[i].Already = string(report.AppendBody(nil, &old.Report)) == string(report.AppendBody(nil, &r))
			if !added[i].Already {
				added[i].Err = report.ErrConflict
				continue
			}
		}
		added[i].Version = &report.Version{Report: r, Place: place, Revision: 1}
	}
	return added
}

// without tells what became of one change.
func without(_ *state, _ change, result log.Result) report.Added {
	switch result.Outcome {
	case log.Conflict:
		return report.Added{Err: report.ErrConflict}
	case log.Missing:
		return report.Added{Err: report.ErrNotFound}
	}
	return report.Added{Already: result.Outcome == log.Already}
}

// outcome tells it with the version, at a state that holds it.
func (s *state) outcome(c change, result log.Result) report.Added {
	added := without(s, c, result)
	if added.Err != nil {
		return added
	}
	v, ok := s.reports.Get(c.entry.ID, log.AsOf{Seq: result.Seq})
	if !ok {
		return report.Added{Err: fmt.Errorf("report %s is in the log at %d but not in memory", c.entry.ID, result.Seq)}
	}
	added.Version = v
	return added
}

// accept checks a report against the house: the record's own rules, a source
// that is registered, a place on the frontier. Every fault is in the error.
func (c *Corpus) accept(s *state, r report.Report) (report.Report, frontier.Place, error) {
	faults := report.Validate(r, c.now())
	source, ok := s.sources.find(r.Source, log.AsOf{})
	if !ok && r.Source != "" {
		faults = append(faults, report.Fault{Member: "/properties/source", Detail: "is not a registered source; use one of " + s.sourceIDs()})
	}
	if r.TLP == "" {
		r.TLP = source.TLP
	}
	r = report.Rounded(r)
	if placeless(&r, faults) {
		return r, frontier.Place{}, faults
	}
	at, err := place(c.frontier, &r, c.limit)
	var more report.Faults
	if errors.As(err, &more) {
		faults = append(faults, more...)
	} else if err != nil && len(faults) > 0 {
		faults = append(faults, report.Fault{Member: "/geometry", Detail: err.Error()})
	}
	if len(faults) > 0 {
		return r, at, faults
	}
	return r, at, err
}

// placeless says whether the place of a report is wrong in itself, so that
// there is nothing to locate.
func placeless(r *report.Report, faults report.Faults) bool {
	return (r.Point == nil) == (r.Stretch == nil) || slices.ContainsFunc(faults, func(f report.Fault) bool {
		return strings.HasPrefix(f.Member, "/geometry") || strings.HasPrefix(f.Member, "/properties/stretch")
	})
}

func (s *state) sourceIDs() string {
	var ids []string
	s.sources.each(log.AsOf{}, func(_ int64, source report.Source) { ids = append(ids, source.ID) })
	return strings.Join(ids, ", ")
}

// PutSource registers a source or changes what is said of it.
func (c *Corpus) PutSource(ctx context.Context, actor string, source report.Source) error {
	if faults := report.ValidateSource(source); len(faults) > 0 {
		return faults
	}
	s := c.state.Load()
	e := log.Entry{Kind: log.Source, ID: source.ID, Body: report.AppendSource(nil, &source)}
	old, revision := s.sources.newest(source.ID)
	if revision > 0 && string(report.AppendSource(nil, &old)) == string(e.Body) {
		return nil
	}
	return c.put(ctx, actor, e, revision, change{source: &source})
}

func (c *Corpus) put(ctx context.Context, actor string, e log.Entry, revision int, ch change) error {
	e.Op, e.Revision, e.Actor, e.Recorded = log.Create, revision+1, actor, c.now().UTC()
	if revision > 0 {
		e.Op = log.Correct
	}
	ch.entry = e
	results, err := c.commit(ctx, []change{ch})
	if err != nil {
		return err
	}
	if o := results[0].Outcome; o != log.Appended && o != log.Already {
		return fmt.Errorf("%s %s %w", e.Kind, e.ID, errMeanwhile)
	}
	return nil
}

var errMeanwhile = errors.New("was changed by somebody else at the same time; read it again")

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
	var applying sync.WaitGroup
	crowd := false
	for {
		first, waited, ok := c.next()
		if !ok {
			break
		}
		batch, n := c.gather(first, crowd || waited)
		crowd = len(batch) > 1
		for _, w := range batch {
			w.enter(c.config.Observe, StageCommit, n)
		}
		results, err := c.append(batch, n)
		applying.Wait()
		if _, shared := c.log.(Shared); shared || n < maxBatch/2 {
			c.finish(batch, results, err)
			continue
		}
		applying.Go(func() { c.finish(batch, results, err) })
	}
	applying.Wait()
}

// next is the write that comes next, and whether it had to wait.
func (c *Corpus) next() (w *write, waited, ok bool) {
	select {
	case w, ok = <-c.writes:
		return w, true, ok
	default:
		w, ok = <-c.writes
		return w, false, ok
	}
}

// gather takes all that waits, and counts the changes in it. In a crowd it lets others run
// as long as that brings more: those whose writes have just ended write again at once, and
// come with this commit instead of half of them with every other. Where there is only
// one, that would cost it a twentieth of its time.
func (c *Corpus) gather(first *write, crowd bool) (batch []*write, n int) {
	batch, n = []*write{first}, len(first.changes)
	for came := crowd; came && n < maxBatch; {
		runtime.Gosched()
		came = false
		for waits := true; waits && n < maxBatch; {
			select {
			case w, ok := <-c.writes:
				if !ok {
					return batch, n
				}
				batch, n, came = append(batch, w), n+len(w.changes), true
			default:
				waits = false
			}
		}
	}
	return batch, n
}

// append commits what a batch of callers wrote, n changes.
func (c *Corpus) append(batch []*write, n int) ([]log.Result, error) {
	if n == 0 {
		return nil, nil
	}
	entries := make([]log.Entry, 0, n)
	for _, w := range batch {
		for i := range w.changes {
			entries = append(entries, w.changes[i].entry)
		}
	}
	return c.log.Append(within(batch), entries)
}

// finish brings what a batch wrote into memory and lets its callers go. Of a log
// that others write too, what they wrote before comes first, by the same scan.
func (c *Corpus) finish(batch []*write, results []log.Result, err error) {
	for _, w := range batch {
		w.leave(err)
		w.enter(c.config.Observe, StageApply, len(w.changes))
	}
	_, shared := c.log.(Shared)
	if shared && err == nil {
		err = c.catchUp(within(batch))
	}
	c.setBroken(err)
	for _, w := range batch {
		if w.err = err; err != nil {
			continue
		}
		w.results, results = results[:len(w.changes)], results[len(w.changes):]
		for i, r := range w.results {
			if shared {
				continue
			}
			if err := c.applied(w.changes[i], r); err != nil {
				w.err = err
			}
		}
	}
	if err := c.forget(); err != nil {
		c.setBroken(err)
		for _, w := range batch {
			w.err = errors.Join(w.err, err)
		}
	}
	c.publish()
	for _, w := range batch {
		w.leave(w.err)
		close(w.done)
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
