package data

import (
	"context"
	"errors"

	"frontierwatch/geo/log"
)

// follow keeps memory at the head of a log that others write too, until ctx ends.
func (c *Corpus) follow(ctx context.Context, shared Shared) {
	for ctx.Err() == nil {
		head, _ := c.Head()
		err := shared.Wait(ctx, head)
		if err == nil {
			err = c.CatchUp(ctx)
		}
		if err != nil && ctx.Err() == nil {
			c.setBroken(err)
		}
	}
}

// CatchUp returns when everything is visible that the log held at the time of
// the call. A log that only this corpus writes has nothing to catch up with.
func (c *Corpus) CatchUp(ctx context.Context) error {
	if _, ok := c.log.(Shared); !ok {
		return nil
	}
	_, err := c.do(ctx, &write{done: make(chan struct{})})
	return err
}

// catchUp applies what the log holds after what memory holds.
func (c *Corpus) catchUp(ctx context.Context) error {
	return c.log.Scan(ctx, c.writer.head, func(e log.Entry) error {
		if err := c.writer.replay(e); err != nil {
			return fault(&e, err)
		}
		return nil
	})
}

// publish shows readers what was applied, and wakes who waits for it.
func (c *Corpus) publish() {
	old := c.state.Load()
	if old.head == c.writer.head {
		return
	}
	c.state.Store(c.writer.publish())
	c.bustle.note(old.head, int(c.writer.head-old.head))
	close(old.passed)
}

// Wait returns nil once entries after a position are visible, else why ctx ended.
func (c *Corpus) Wait(ctx context.Context, after log.Seq) error {
	for {
		s := c.state.Load()
		if s.head > after {
			return nil
		}
		select {
		case <-s.passed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// Entries yields the entries after a position, in order and without a gap, up to
// the head that readers see at the time of the call. It stops at the first error
// of yield and returns it. Bodies may not be kept after yield returns.
func (c *Corpus) Entries(ctx context.Context, after log.Seq, yield func(log.Entry) error) error {
	head, _ := c.Head()
	return c.entries(ctx, after, head, yield)
}

// entries yields the entries after a position up to another.
func (c *Corpus) entries(ctx context.Context, after, head log.Seq, yield func(log.Entry) error) error {
	if after >= head {
		return nil
	}
	err := c.log.Scan(ctx, after, func(e log.Entry) error {
		if err := yield(e); err != nil {
			return err
		}
		if e.Seq == head {
			return errHead
		}
		return nil
	})
	if errors.Is(err, errHead) {
		return nil
	}
	return err
}

// errHead ends a scan at the position that was asked for.
var errHead = errors.New("the position is reached")

// Follow yields every entry after a position as soon as it is visible, in order
// and without a gap, until ctx ends (whose cause it returns) or yield fails. It
// reads the log at its own pace: a slow follower holds nobody up.
func (c *Corpus) Follow(ctx context.Context, after log.Seq, yield func(log.Entry) error) error {
	for {
		if err := c.Wait(ctx, after); err != nil {
			return err
		}
		err := c.Entries(ctx, after, func(e log.Entry) error {
			after = e.Seq
			return yield(e)
		})
		if err != nil {
			return err
		}
	}
}
