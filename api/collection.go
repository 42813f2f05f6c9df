package api

import (
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"frontierwatch/api/codec"
	"frontierwatch/geo/report"
)

// collection is a feature collection: what it is, what may be asked of it, and
// how its features are found. A new one is a new value of this.
type collection struct {
	id          string
	title       string
	description string
	datetime    string      // what the parameter datetime means here; empty: there is none
	instant     bool        // its features are as they are at an instant
	ahead       bool        // that instant may lie in the future
	asOf        bool        // they can be had as they were known
	also        []parameter // besides those that every collection has
	write       func(*call) error

	list func(*call, state) (page, error)
	item func(*call, state, string) (page, error) // of one feature, or none
}

// state is what the answer to a call is made from.
func (c *call) state(of *collection) state {
	if n := c.asked.next; n != nil {
		return state{head: n.head, recorded: n.recorded, at: n.at}
	}
	head, recorded := c.corpus.Head()
	s := state{head: head, recorded: recorded}
	if s.recorded.IsZero() {
		s.recorded = c.started
	}
	if of.instant {
		s.at = c.instant(of.ahead)
	}
	return s
}

// instant is the moment that is asked about: the end of datetime, else that of
// asOf, else now, to the minute, so that answers stay the same for as long. It is
// never before anything could have been observed, nor after now unless ahead.
func (c *call) instant(ahead bool) time.Time {
	now := c.now().UTC().Truncate(time.Minute)
	at := now
	switch {
	case !c.asked.times.to.IsZero():
		at = c.asked.times.to
	case !c.asked.times.from.IsZero(): // open at its end
	case !c.asked.asOf.Known.IsZero():
		at = c.asked.asOf.Known
	}
	if at.After(now) && !ahead {
		at = now
	}
	first := time.Date(report.FirstYear, 1, 1, 0, 0, 0, 0, time.UTC)
	if at.Before(first) {
		at = first
	}
	return at
}

// items answers with a part of a collection.
func (c *call) items(of *collection) error {
	s := c.state(of)
	if c.has(s) {
		return c.unchanged()
	}
	p, err := of.list(c, s)
	if err != nil {
		return err
	}
	h := c.Response().Header()
	if p.matched >= 0 {
		h.Set("OGC-NumberMatched", strconv.Itoa(p.matched))
	}
	h.Set("OGC-NumberReturned", strconv.Itoa(p.n))
	links := c.pageLinks(of, p)
	return c.reply(s, cacheData, links, func(w io.Writer) error {
		return p.write(w, c.format.codec(), codec.End{Links: links, At: s.time(), Matched: p.matched})
	})
}

// one answers with one feature of a collection.
func (c *call) one(of *collection) error {
	id, err := url.PathUnescape(c.Param("id"))
	if err != nil {
		return notFound(noFeature)
	}
	p, err := of.item(c, c.state(of), id)
	if err != nil {
		return err
	}
	if p.n == 0 {
		return notFound(noFeature)
	}
	if c.has(p.state) {
		return c.unchanged()
	}
	return c.replyFeature(http.StatusOK, of.id, id, p)
}

const noFeature = "there is no feature with this id"

// replyFeature answers with the only feature of a page.
func (c *call) replyFeature(status int, of, id string, p page) error {
	path := itemPath(of, id)
	links := []codec.Link{
		c.link("self", path, asGeoJSON, "This feature"),
		c.link("alternate", path+"?f=csv", asCSV, "This feature as CSV"),
		c.link("collection", "/collections/"+of, asJSON, "The collection it is in"),
	}
	if c.format == asCSV {
		links[0].Rel, links[1].Rel = "alternate", "self"
	}
	return c.replyStatus(status, p.state, cacheData, links, func(w io.Writer) error {
		if c.format == asCSV {
			return p.write(w, codec.CSV, codec.End{})
		}
		_, err := w.Write(append(p.feature(nil, links), '\n'))
		return err
	})
}

func itemPath(of, id string) string { return "/collections/" + of + "/items/" + url.PathEscape(id) }
