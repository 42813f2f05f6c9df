package live

import (
	"context"
	"slices"
	"sort"
)

// Stream is one listener. It is for one goroutine; Leave must be called in the end.
type Stream struct {
	hub      *Hub
	findings bool
	next     uint64 // number of the next event
	beats    uint64
	left     bool
	At       Position // up to which it has been told
}

// most is how many events a stream gets at a time.
const most = 64

// Join begins a stream at the present. findings says whether it wants those too.
// When it returns, everything is told that happens from then on.
func (h *Hub) Join(ctx context.Context, findings bool) (*Stream, error) {
	h.mu.Lock()
	if h.stopped() {
		h.mu.Unlock()
		return nil, ErrStopped
	}
	if h.streams >= h.Most {
		h.mu.Unlock()
		return nil, ErrFull
	}
	s := &Stream{hub: h, findings: findings}
	h.streams++
	if findings {
		h.lookings++
	}
	if h.stop == nil || h.err != nil {
		h.start()
	}
	h.mu.Unlock()
	err := h.drain(ctx)
	if err == nil && findings {
		err = h.baseline(ctx)
	}
	if err != nil {
		s.Leave()
		return nil, err
	}
	h.mu.Lock()
	s.next, s.beats, s.At = h.first+uint64(len(h.ring)), h.beats, h.at
	h.mu.Unlock()
	return s, nil
}

// baseline sees to it that there is something to compare findings with: where
// nobody wanted them for a while, that is what is found now.
func (h *Hub) baseline(ctx context.Context) error {
	h.finding.Lock()
	known := h.found != nil
	h.finding.Unlock()
	if known {
		return nil
	}
	return h.Look(ctx)
}

// Leave ends a stream. With the last one the hub stops following, but remembers
// where it was.
func (s *Stream) Leave() {
	h := s.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	if s.left {
		return
	}
	s.left = true
	h.streams--
	if s.findings {
		h.lookings--
	}
	if h.streams == 0 {
		h.stop()
		h.stop = nil
	}
}

// Next waits for events and returns some of them; none: the beat, at which
// listeners hear that they are not forgotten. ErrBehind: the stream has fallen out
// of the ring. Any other error ends it.
func (s *Stream) Next(ctx context.Context) ([]Event, error) {
	h := s.hub
	for {
		h.mu.Lock()
		end := h.first + uint64(len(h.ring))
		switch {
		case h.err != nil:
			defer h.mu.Unlock()
			return nil, h.err
		case s.next < h.first:
			h.mu.Unlock()
			return nil, ErrBehind
		case s.next < end:
			from := int(s.next - h.first)
			events := slices.Clone(h.ring[from:min(from+most, len(h.ring))])
			s.next += uint64(len(events))
			s.At = events[len(events)-1].At
			h.mu.Unlock()
			return events, nil
		case s.beats != h.beats:
			s.beats, s.At = h.beats, h.at
			h.mu.Unlock()
			return nil, nil
		}
		wake := h.wake
		h.mu.Unlock()
		select {
		case <-wake:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// Way is how a stream goes on from a position.
type Way uint8

const (
	Lost    Way = iota // the position is of another log, or too old: it goes on at the present
	Exactly            // everything since is in the ring
	FromLog            // entries after the position and up to At are to be read from the log; findings are lost
)

// Resume leads a stream back to a position.
func (s *Stream) Resume(p Position) Way {
	h := s.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	if p.Sub < h.began.Sub || p.Sub > h.at.Sub {
		p.Sub = 0 // another process has counted this
	}
	if p.Compare(h.floor) >= 0 && p.Seq <= h.at.Seq {
		i := sort.Search(len(h.ring), func(i int) bool { return h.ring[i].At.Compare(p) > 0 })
		s.next, s.At = h.first+uint64(i), p
		return Exactly
	}
	s.next, s.At = h.first+uint64(len(h.ring)), h.at
	if p.Seq > h.at.Seq || h.at.Seq-p.Seq > MaxBehind {
		return Lost
	}
	return FromLog
}
