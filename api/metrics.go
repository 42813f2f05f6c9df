package api

import (
	"context"
	"time"
	"weak"

	"frontierwatch/api/live"
	"frontierwatch/geo/report"
)

// Observer hears what a server does, for who runs it. Its methods may be called from
// any goroutine, and must not wait.
type Observer interface {
	// Answered is told of every answer when it has ended. The route is one of those of
	// the API document, or "-"; the method one that HTTP knows, or "other".
	Answered(method, route string, status int, took time.Duration)

	// Sent is told of reports that were sent to be stored, by whom ever, with what became
	// of each; err: none of them was stored. What was refused because it could not be
	// read may lack most of what it should say.
	Sent(reports []report.Report, added []report.Added, err error, took time.Duration)

	// Streams is told of every hub of event streams, and how to ask for its state;
	// false: it is gone.
	Streams(state func() (live.State, bool))
}

// heardCorpus tells the observer of what is sent to a corpus.
type heardCorpus struct {
	Corpus
	observer Observer
}

// Add implements Corpus.
func (c *heardCorpus) Add(ctx context.Context, actor string, reports []report.Report) ([]report.Added, error) {
	begun := time.Now()
	added, err := c.Corpus.Add(ctx, actor, reports)
	c.observer.Sent(reports, added, err, time.Since(begun))
	return added, err
}

// Correct implements Corpus.
func (c *heardCorpus) Correct(ctx context.Context, actor string, reports []report.Report, revisions []int) ([]report.Added, error) {
	begun := time.Now()
	added, err := c.Corpus.Correct(ctx, actor, reports, revisions)
	c.observer.Sent(reports, added, err, time.Since(begun))
	return added, err
}

// unread tells the observer of a report that was refused before it came to the corpus.
func (s *server) unread(r report.Report, err error) {
	if s.observer != nil {
		s.observer.Sent([]report.Report{r}, []report.Added{{Err: err}}, nil, 0)
	}
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
