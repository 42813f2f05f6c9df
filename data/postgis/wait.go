package postgis

import (
	"context"
	"errors"
	"time"

	"frontierwatch/geo/log"
)

// longestPause is between two attempts to reach the server.
const longestPause = 2 * time.Second

// Wait returns when there may be entries after a position: when the head says so,
// or when the server can be reached again. A notification only makes it look at
// the head earlier. While the server cannot be reached each call fails, the first
// at once and the others after a pause that grows.
func (s *Store) Wait(ctx context.Context, after log.Seq) error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.idle.Done()
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	defer context.AfterFunc(s.ending, func() { stop(log.ErrClosed) })()
	s.listening.Lock()
	defer s.listening.Unlock()
	if err := s.pause(ctx); err != nil {
		return err
	}
	err := s.listen(ctx, after)
	if err == nil || ctx.Err() != nil {
		return s.explain(ctx, err)
	}
	s.failures++
	s.troubled.Store(true)
	return s.explain(ctx, err)
}

// pause waits the longer the more often the server was not reached.
func (s *Store) pause(ctx context.Context) error {
	if s.failures == 0 {
		return nil
	}
	pause := time.NewTimer(min(longestPause, 50*time.Millisecond<<min(s.failures, 10)))
	defer pause.Stop()
	select {
	case <-pause.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// listen looks at the head until it is past a position, whenever the server says
// that there is something, and now and then besides.
func (s *Store) listen(ctx context.Context, after log.Seq) error {
	for {
		known := s.known()
		head, err := s.look(ctx)
		if err == nil {
			err = known.reaches(head)
		}
		if err != nil {
			return err
		}
		s.failures = 0
		if s.troubled.CompareAndSwap(true, false) || head.seq > after {
			return nil
		}
		waiting, stop := context.WithTimeout(ctx, s.options.poll)
		_, err = s.listener.WaitForNotification(waiting)
		stop()
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil && !errors.Is(err, context.DeadlineExceeded) {
			s.dropListener()
			return err
		}
	}
}

// look reads the head over the connection that listens.
func (s *Store) look(ctx context.Context) (m mark, err error) {
	ctx, stop := context.WithTimeout(ctx, s.options.patience/2)
	defer stop()
	if s.listener == nil {
		if s.listener, err = s.connect(ctx); err != nil {
			s.listener = nil
			return m, err
		}
		if s.notifies {
			if _, err = s.listener.Exec(ctx, `LISTEN frontierwatch`); err != nil {
				s.dropListener()
				return m, err
			}
		}
	}
	if m, err = readHead(ctx, s.listener); err != nil {
		s.dropListener()
	}
	return m, err
}

func (s *Store) dropListener() {
	hangUp(s.listener)
	s.listener = nil
}
