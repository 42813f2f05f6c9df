package api

import (
	"fmt"
	"hash/fnv"
	"strconv"
	"time"

	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// state is what an answer was made from. Two answers of one address, format and
// state are the same bytes, so that a tag can be told before anything is made.
type state struct {
	head     log.Seq
	recorded time.Time // of head
	at       time.Time // the instant answered for; zero: none
	shown    uint64    // of what the answer shows, where that is all it depends on; else 0
	found    bool      // head is what detection answers for
}

// time is the moment that the state has been so since.
func (s state) time() time.Time {
	if s.at.After(s.recorded) {
		return s.at
	}
	return s.recorded
}

// tag is that of an answer of this server.
func (s *server) tag(of state, f format) string {
	edition := s.edition
	if s.editionAt != nil {
		edition += " " + s.editionAt(of.head)
	}
	return of.tag(edition, f)
}

// tag is the strong entity tag of an answer without its quotes, before it is
// known in which encoding it goes out.
func (s state) tag(version string, f format) string {
	h := fnv.New64a()
	fmt.Fprint(h, version, " ", f, " ", uint64(s.head), " ", milliseconds(s.recorded), " ", milliseconds(s.at), " ", s.shown)
	return strconv.FormatUint(h.Sum64(), 36)
}

// moment is the time that the features of a collection depend on.
type moment uint8

const (
	timeless moment = iota // they are what they are
	passing                // now, whatever is asked
	daily                  // a UTC day that is not in the future
	current                // an instant that is not in the future
	planned                // any instant
)

// asked says whether it is the parameter datetime that tells it.
func (m moment) asked() bool { return m >= daily }

// state is what the answer to a call is made from.
func (c *call) state(of *collection) state {
	if n := c.asked.next; n != nil {
		return state{head: n.head, recorded: n.recorded, at: n.at}
	}
	var s state
	if of.moment != timeless {
		s.at = c.instant(of.moment)
	}
	if s.found = of.found && c.asked.asOf.IsZero(); s.found {
		s.head, s.recorded = c.corpus.Found(c.Request().Context(), s.at)
	} else {
		s.head, s.recorded = c.corpus.Head()
	}
	if s.recorded.IsZero() {
		s.recorded = c.started
	}
	return s
}

// static is the state of answers that change with the program only.
func (c *call) static() state { return state{recorded: c.started} }

// instant is the moment that is asked about: the end of datetime, else that of
// asOf, else now, to the minute, so that answers stay the same for as long. It is
// never before anything could have been observed.
func (c *call) instant(m moment) time.Time {
	now := c.now().UTC().Truncate(time.Minute)
	at := now
	switch {
	case m == passing:
	case !c.asked.times.to.IsZero():
		at = c.asked.times.to
	case !c.asked.times.from.IsZero(): // open at its end
	case !c.asked.asOf.Known.IsZero():
		at = c.asked.asOf.Known
	}
	if at.After(now) && m != planned {
		at = now
	}
	first := time.Date(report.FirstYear, 1, 1, 0, 0, 0, 0, time.UTC)
	if at.Before(first) {
		at = first
	}
	if m == daily {
		at = at.Truncate(24 * time.Hour)
	}
	return at
}
