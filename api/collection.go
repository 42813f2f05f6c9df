package api

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"frontierwatch/api/codec"
)

// collection is a feature collection: what it is, what may be asked of it, and
// how its features are found. A new one is a new value of this.
type collection struct {
	id          string
	title       string
	description string
	datetime    string      // what the parameter datetime means here; empty: there is none
	moment      moment      // the time that its features depend on
	asOf        bool        // they can be had as they were known
	dated       bool        // they lie in the time that reports are about
	found       bool        // they are what detection found
	also        []parameter // besides those that every collection has
	write       *changes    // nil: they are only read

	list func(*call, state) (page, error)
	item func(*call, state, string) (page, error) // of one feature, or none
}

// items answers with a part of a collection.
func (c *call) items(of *collection) error {
	if c.format == asHTML && !c.QueryParams().Has("limit") {
		c.asked.limit = htmlLimit
	}
	leave, err := c.export()
	if err != nil {
		return err
	}
	defer leave()
	s := c.state(of)
	if c.has(s) {
		return c.unchanged(cacheData)
	}
	if c.format == asGPKG {
		return c.replyGeoPackage(of, s)
	}
	if of.moment != timeless {
		return c.replyKept(of, s)
	}
	p, err := of.list(c, s)
	if err != nil {
		return err
	}
	links := c.pageLinks(of, p)
	c.setCounts(p.n, p.matched)
	return c.reply(s, cacheData, links, func(w io.Writer) error { return c.writePage(w, of, s, p, links) })
}

func (c *call) writePage(w io.Writer, of *collection, s state, p page, links []codec.Link) error {
	if c.format == asHTML {
		return c.writeItemsHTML(w, of, s, p, links)
	}
	return p.write(w, c.format.codec(), c.class.Unmarked(of.id), codec.End{Links: links, At: s.time(), Matched: p.matched})
}

// setCounts tells the counts where the format has no place for them.
func (c *call) setCounts(n, matched int) {
	h := c.Response().Header()
	h.Set("OGC-NumberMatched", strconv.Itoa(matched))
	h.Set("OGC-NumberReturned", strconv.Itoa(n))
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
	return c.replyFeature(http.StatusOK, of.id, id, p)
}

const noFeature = "there is no feature with this id"

// replyFeature answers with the only feature of a page.
func (c *call) replyFeature(status int, of, id string, p page) error {
	path := itemPath(of, id)
	links := []codec.Link{
		c.link("alternate", path, asGeoJSON, "This feature"),
		c.link("alternate", path+"?f=csv", asCSV, "This feature as CSV"),
		c.link("alternate", path+"?f=html", asHTML, "This feature as HTML"),
		c.link("collection", "/collections/"+of, asJSON, "The collection it is in"),
	}
	self := max(0, slices.Index([]format{asGeoJSON, asCSV, asHTML}, c.format))
	links[self].Rel = "self"
	links[0], links[self] = links[self], links[0]
	links = append(links, p.more...)
	return c.replyStatus(status, p.state, cacheData, links, func(w io.Writer) error {
		switch c.format {
		case asCSV:
			return p.write(w, codec.CSV, c.class.Unmarked(of), codec.End{})
		case asHTML:
			return c.writeItemHTML(w, of, id, p, links)
		}
		_, err := w.Write(append(p.feature(nil, links, c.class.Unmarked(of)), '\n'))
		return err
	})
}

func itemPath(of, id string) string { return "/collections/" + of + "/items/" + url.PathEscape(id) }
