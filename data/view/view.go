package view

import (
	"context"
	"errors"
	"fmt"
	"time"

	"frontierwatch/data"
	"frontierwatch/geo/guard"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
	"frontierwatch/geo/reader"
	"frontierwatch/geo/report"
)

// View is a corpus as a class of readers sees it. What is asked is answered by the
// corpus in it, which holds no more than that; what is written goes to the master,
// if it is for this class to write, and is told as the view sees it.
type View struct {
	*data.Corpus // of the view; the master itself for those who see everything

	master *data.Corpus
	class  reader.Class
	log    *Log  // nil: the public's, or the master's own
	weeks  *week // nil but for the public
	why    error // of end
	ended  chan struct{}
	// redacted is up to where the master was overwritten, of the view of all of it.
	redacted log.Seq
}

// Class is whose view it is.
func (v *View) Class() reader.Class { return v.class }

// Edition names what the view says at a position, for tags: where two of a class name it
// alike, they say the same. It follows from what is said alone, whatever server is asked
// and however often it was started, and whatever else was erased or withheld meanwhile.
func (v *View) Edition(at log.Seq) string {
	switch {
	case v.log != nil:
		return v.log.sum(at)
	case v.weeks != nil:
		return v.weeks.says.at(at)
	}
	return fmt.Sprint(v.redacted)
}

// catchUp brings what the master holds into the view. ErrRebuilt: it cannot.
func (v *View) catchUp(ctx context.Context) error {
	if err := v.master.CatchUp(ctx); err != nil && !errors.Is(err, log.ErrClosed) {
		return err
	}
	if v.weeks != nil {
		return v.weeks.stands(v.master)
	}
	if v.log.upTo(v.Corpus) {
		return nil
	}
	return v.Corpus.CatchUp(ctx)
}

// upTo says whether a corpus over the log holds all that the master does.
func (l *Log) upTo(c *data.Corpus) bool {
	head, _ := c.Head()
	of, _ := l.master.Head()
	l.mu.Lock()
	defer l.mu.Unlock()
	return !l.stale && l.at == of && head == log.Seq(len(l.rows))
}

// end closes the view. It is called once; requests that have it can go on reading.
func (v *View) end(why error) {
	v.why = why
	close(v.ended)
	v.Corpus.Close() // over a log whose Close does nothing
}

// Settle makes that what the master and the view hold now is in whatever is found.
func (v *View) Settle() {
	v.master.Settle()
	if v.Corpus != v.master {
		v.Corpus.Settle()
	}
}

// Close does nothing: Views closes what it has opened.
func (v *View) Close() error { return nil }

// Ready says what the master says: the view has nothing that could fail.
func (v *View) Ready() error { return v.master.Ready() }

// within is a context that ends with the view too.
func (v *View) within(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	done := make(chan struct{})
	var stale <-chan struct{}
	if v.log != nil {
		stale = v.log.ended
	}
	go func() {
		select {
		case <-stale:
			cancel(ErrRebuilt)
		case <-v.ended:
			cancel(v.why)
		case <-done:
		}
	}()
	return ctx, func() { close(done); cancel(nil) }
}

// Wait is that of the corpus. ErrRebuilt, log.ErrClosed: nothing more will come.
func (v *View) Wait(ctx context.Context, after log.Seq) error {
	ctx, done := v.within(ctx)
	defer done()
	return v.Corpus.Wait(ctx, after)
}

// Follow is that of the corpus. ErrRebuilt, log.ErrClosed: nothing more will come.
func (v *View) Follow(ctx context.Context, after log.Seq, yield func(log.Entry) error) error {
	ctx, done := v.within(ctx)
	defer done()
	return v.Corpus.Follow(ctx, after, yield)
}

// Erase is for those who see everything.
func (v *View) Erase(ctx context.Context, actor, id, reason string) error {
	if !v.class.All() {
		return reader.ErrForbidden
	}
	return v.master.Erase(ctx, actor, id, reason)
}

// Rewrite is for those who see everything.
func (v *View) Rewrite(ctx context.Context, actor, reason string, coarse func(*report.Version) report.Report) (int, error) {
	if !v.class.All() {
		return 0, reader.ErrForbidden
	}
	return v.master.Rewrite(ctx, actor, reason, coarse)
}

// Segments does not say what is guarded at an instant to those who are not told.
func (v *View) Segments(ctx context.Context, q hotspot.Query) ([]hotspot.SegmentState, error) {
	states, err := v.Corpus.Segments(ctx, q)
	if !v.class.Hourly() {
		for i := range states {
			states[i].Guarded = nil
		}
	}
	return states, err
}

// Coverage is of the hours of a day, so that those who are told nothing by the hour
// get what no hour tells: what is guarded at some time of the week, and at all.
func (v *View) Coverage(at time.Time, d report.Direction) guard.Coverage {
	c := v.Corpus.Coverage(at, d)
	if !v.class.Hourly() {
		c = guard.Coverage{At: c.At, Direction: c.Direction, Some: c.Some, Always: c.Always}
	}
	return c
}

// Guard is what answers for every hour: reader.ErrForbidden for those who are told
// nothing by the hour.
func (v *View) Guard(ctx context.Context, at log.AsOf) (*guard.Guard, error) {
	if !v.class.Hourly() {
		return nil, reader.ErrForbidden
	}
	return v.Corpus.Guard(ctx, at)
}
