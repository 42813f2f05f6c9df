package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"frontierwatch/api/codec"
	"frontierwatch/api/live"
	"frontierwatch/geo/log"
)

const (
	eventsText = "Server-sent events. `event` is `report`, `hotspot`, `flag` or `reset`; `data` is the GeoJSON feature, with `change` (`new`, `changed` or `ended`) beside its " +
		"type; what has ended, was taken back or does not answer bbox and filter any more is a feature without geometry. `id` is the position in the log up to which all has been " +
		"told, with a number of findings after a dot where there were some: sent back as Last-Event-ID, or as lastEventId, nothing is missed and nothing told twice. " +
		"`reset` says which collections must be loaded anew, since the position is of another log or too old, or since this reader was too slow, whose stream then ends. " +
		"At least every 15 seconds there is a comment or an id. A stream begins at the present."
	headerLastEvent = "Last-Event-ID"
	// defaultStreams is how many streams a server keeps open at a time.
	defaultStreams = 4000
	// writeTime is how long a listener may take to take what is written to it.
	writeTime = 10 * time.Second
)

func (s *server) eventOperations() []operation {
	names := s.toldCollections()
	return []operation{{
		http.MethodGet, "/events", "events", callTag, "What happens, as it happens", eventsText,
		slices.Concat([]parameter{paramBBox(), paramCollections("Only events about features of these collections; all of them unless told.", names...), paramLastEvent()}, paramsEventFilter()), []format{asEvents}, nil,
		ok(""), nil, (*call).events,
	}}
}

// toldCollections are the collections whose changes are told.
func (s *server) toldCollections() (names []string) {
	for _, name := range []string{codec.Reports, codec.Hotspots, codec.Flags} {
		if s.offers(name) {
			names = append(names, name)
		}
	}
	return names
}

func paramLastEvent() parameter {
	return parameter{
		name: "lastEventId", description: "Where to go on, as the header Last-Event-ID says it, which goes before this: for clients that cannot send headers.",
		schema: schema{"type": "string", "maxLength": 64, "example": "1234"},
		read: func(a *asked, text string) error {
			p, ok := live.ParsePosition(text)
			if !ok {
				return errors.New("must be the id of an event")
			}
			a.told = &p
			return nil
		},
	}
}

// paramsEventFilter are those by which events are filtered: the filter is read when
// it is known which collections it is about.
func paramsEventFilter() []parameter {
	all := paramsFilter(codec.Reports)
	filter := &all[len(all)-1]
	filter.description = "Only features for which this is true (CQL2). Every collection that is asked for must have the properties it names."
	filter.schema["example"] = "unit = 'persons'"
	filter.read = func(a *asked, text string) error {
		a.filterText = text
		return nil
	}
	return all
}

// listener is one stream of events on its way out.
type listener struct {
	*call
	stream *live.Stream
	wants  sieve
	out    *http.ResponseController
	text   []byte
}

// events tells what happens: GET /events.
func (c *call) events() error {
	from, resumed := c.lastEvent()
	wants, err := c.sieve()
	if err != nil {
		return err
	}
	if c.Request().Method == http.MethodHead {
		c.eventHeader()
		return nil
	}
	ctx := c.Request().Context()
	stream, err := c.hub.Join(ctx, wants.findings())
	switch {
	case errors.Is(err, live.ErrFull):
		return newProblem(http.StatusServiceUnavailable, "as many streams are open as there may be").retry(30)
	case errors.Is(err, live.ErrStopped):
		return newProblem(http.StatusServiceUnavailable, "the server is stopping").retry(10)
	case err != nil:
		return err
	}
	defer stream.Leave()
	l := &listener{call: c, stream: stream, wants: wants, out: http.NewResponseController(c.Response())}
	c.eventHeader()
	l.begin()
	if resumed {
		err = l.resume(ctx, from)
	} else {
		l.mark()
	}
	for err == nil {
		err = l.next(ctx)
	}
	l.end(err)
	return nil
}

// lastEvent is where a listener was before. What is no position is one that nobody
// knows.
func (c *call) lastEvent() (live.Position, bool) {
	sent := c.Request().Header.Get(headerLastEvent)
	if sent == "" {
		if c.asked.told == nil {
			return live.Position{}, false
		}
		return *c.asked.told, true
	}
	p, ok := live.ParsePosition(sent)
	if !ok {
		p.Seq = ^log.Seq(0)
	}
	return p, true
}

func (c *call) eventHeader() {
	h := c.Response().Header()
	h.Set("Content-Type", asEvents.kind().full)
	h.Set("Cache-Control", cacheNever)
	h.Set("X-Accel-Buffering", "no") // or a proxy might keep events until there are enough
	c.Response().WriteHeader(http.StatusOK)
}

// begin says when to come back, each listener another time, so that they do not all
// come at once.
func (l *listener) begin() {
	joined := l.joined.Add(1)
	l.text = fmt.Appendf(l.text, "retry: %d\n\n", 3000+joined*379%2000)
}

// mark tells a position without an event.
func (l *listener) mark() { l.text = fmt.Appendf(l.text, "id: %s\n\n", l.stream.At) }

// next waits for events and writes them.
func (l *listener) next(ctx context.Context) error {
	if err := l.flush(); err != nil {
		return err
	}
	events, err := l.stream.Next(ctx)
	switch {
	case errors.Is(err, live.ErrBehind):
		return l.resume(ctx, l.stream.At)
	case err != nil:
		return err
	case len(events) == 0:
		if still := admitted(ctx).still; still != nil && !still(ctx) {
			return errChanged // a key was revoked, or what its class sees was made anew
		}
		l.text = append(l.text, ": still here\n"...)
		l.mark()
	}
	for i := range events {
		l.tell(&events[i])
	}
	return nil
}

// errChanged ends a stream whose listener would not be let in as before.
var errChanged = errors.New("what this reader may see has changed: ask again")

// errSlow ends a stream whose listener was too slow.
var errSlow = errors.New("the listener is too slow")

// resume goes on from a position, from the log where that is needed.
func (l *listener) resume(ctx context.Context, from live.Position) error {
	begun := l.Response().Size > 0
	switch l.stream.Resume(from) {
	case live.Lost:
		why := "the position is of another log, or too old"
		if begun {
			why = "this reader was too slow"
		}
		l.reset(why, l.wants.names)
		if begun {
			return errSlow
		}
		return nil
	case live.FromLog:
		to := l.stream.At
		if l.wants.findings() {
			l.reset("what was found since is not known any more", l.wants.derived())
		}
		return l.catchUp(ctx, from.Seq, to)
	}
	return nil
}

// reset says what must be loaded anew.
func (l *listener) reset(why string, collections []string) {
	l.text = fmt.Appendf(l.text, "event: reset\ndata: {\"reason\":%q,\"collections\":[\"%s\"]}\n", why, strings.Join(collections, `","`))
	if slices.Contains(collections, codec.Reports) || !l.wants.reports() {
		l.text = fmt.Appendf(l.text, "id: %s\n", l.stream.At) // else reports follow, with their positions
	}
	l.text = append(l.text, '\n')
}

// tell writes an event, if it is wanted.
func (l *listener) tell(e *live.Event) {
	kept, change, data := l.wants.keeps(e)
	if !kept {
		return
	}
	l.text = fmt.Appendf(l.text, "id: %s\nevent: %s\ndata: {\"type\":\"Feature\",\"change\":\"%s\",", e.At, e.Kind, change)
	l.text = append(append(l.text, data[len(`{"type":"Feature",`):]...), "\n\n"...)
}

// flush sends what was written. A listener that does not take it in time is cut.
func (l *listener) flush() error {
	if len(l.text) == 0 {
		return nil
	}
	// Not every writer has a deadline: one without it holds up itself alone.
	_ = l.out.SetWriteDeadline(time.Now().Add(writeTime))
	_, err := l.Response().Write(l.text)
	if err == nil {
		err = l.out.Flush()
	}
	if l.text = l.text[:0]; cap(l.text) > 16<<10 {
		l.text = nil // thousands of idle streams must not keep what one burst took
	}
	return err
}

// end says why a stream ends, where its listener can still hear it.
func (l *listener) end(err error) {
	if errors.Is(err, live.ErrStopped) || errors.Is(err, errSlow) || errors.Is(err, errChanged) {
		l.text = fmt.Appendf(l.text, ": %s\n\n", err)
		_ = l.flush() // it may have gone
	}
}

// caughtUp is how many entries are read from the log at a time.
const caughtUp = 256

// catchUp tells the entries after a position up to another from the log, some at a
// time, so that a slow listener holds no scan open.
func (l *listener) catchUp(ctx context.Context, after log.Seq, to live.Position) error {
	for after < to.Seq {
		select {
		case l.readers <- struct{}{}:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		last, n := after, 0
		err := (feed{l.server}).Entries(ctx, after, func(seq log.Seq, e *live.Event) error {
			if n++; seq > to.Seq || n > caughtUp {
				return errEnough
			}
			if last = seq; e != nil {
				e.At = live.Position{Seq: seq}
				l.tell(e)
			}
			return nil
		})
		<-l.readers
		if err != nil && !errors.Is(err, errEnough) {
			return err
		}
		if n == 0 {
			break // it is all there was
		}
		if err := l.flush(); err != nil {
			return err
		}
		after = last
	}
	l.mark()
	return nil
}
