package api

import (
	"time"
	"weak"

	"frontierwatch/api/live"
)

// Observer hears what a server does, for who runs it. Its methods may be called from
// any goroutine, and must not wait.
type Observer interface {
	// Answered is told of every answer when it has ended. The route is one of those of
	// the API document, or "-"; the method one that HTTP knows, or "other".
	Answered(method, route string, status int, took time.Duration)

	// Streams is told of every hub of event streams, and how to ask for its state;
	// false: it is gone.
	Streams(state func() (live.State, bool))
}

// observeStreams tells the observer of the hub without keeping the hub.
func (s *server) observeStreams(o Observer) {
	if o == nil {
		return
	}
	hub := weak.Make(s.hub)
	o.Streams(func() (live.State, bool) {
		h := hub.Value()
		if h == nil {
			return live.State{}, false
		}
		return h.State(), true
	})
}
