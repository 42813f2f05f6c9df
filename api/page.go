package api

import (
	"io"
	"net/url"

	"frontierwatch/api/codec"
	"frontierwatch/geo/report"
)

// page is features of an answer: a part of a collection, or one of it.
type page struct {
	state   state
	n       int
	matched int // on all pages
	next    *cursor
	more    []codec.Link // of the only feature

	write   func(to io.Writer, f codec.Format, unmarked report.TLP, end codec.End) error
	feature func(dst []byte, links []codec.Link, unmarked report.TLP) []byte // the first as GeoJSON
	mark    func(all *report.Markings, unmarked report.TLP)                  // with the markings of the features
	rows    func(yield func(LayerRow) bool) bool                             // for a GeoPackage; false: yield wants no more
}

// writing is how features of one kind are written.
type writing[T any] struct {
	all  func(io.Writer, codec.Format) *codec.Writer[T]
	one  func([]byte, *T, []codec.Link) []byte
	read codec.Reader[T]
	only codec.Selection
}

// newPage is a page of n features, of which at is the i-th.
func newPage[T any](s state, n int, at func(int) *T, w writing[T]) page {
	return page{
		state: s, n: n, matched: n,
		write: func(to io.Writer, f codec.Format, unmarked report.TLP, end codec.End) error {
			out := w.all(to, f)
			out.Select(w.only)
			out.Mark(unmarked)
			for i := range n {
				if out.Write(at(i)) != nil {
					break
				}
			}
			return out.Close(end)
		},
		rows: func(yield func(LayerRow) bool) bool {
			properties := w.read.Properties()
			for i := range n {
				if !yield(rowOf(w, properties, at(i))) {
					return false
				}
			}
			return true
		},
		mark: func(all *report.Markings, unmarked report.TLP) {
			for i := range n {
				m := w.read.Marking(at(i), unmarked)
				all.Add(m.TLP, m.Releasable)
			}
		},
		feature: func(dst []byte, links []codec.Link, unmarked report.TLP) []byte {
			return w.read.AppendMarked(dst, at(0), links, w.only, unmarked)
		},
	}
}

// partOf is the page that is asked for of a collection that is small enough to be
// looked through: the features that keep, the equalities and the filter of the
// question let pass, in the order they come in or the one that is asked for.
func partOf[T any](c *call, s state, all []T, w writing[T], keep func(*T) bool) page {
	var kept []*T
	keep = both(keep, shownMatcher(c.asked.equal, w.one), filterMatcher(c.asked.filter, w.read))
	for i := range all {
		if keep(&all[i]) {
			kept = append(kept, &all[i])
		}
	}
	return pageOf(c, s, sorted(kept, c.asked.orders, w.read), w)
}

// pageOf is the page that is asked for of all features that answer.
func pageOf[T any](c *call, s state, kept []*T, w writing[T]) page {
	skip := 0
	if n := c.asked.next; n != nil {
		skip = int(min(n.fid, int64(len(kept))))
	}
	n := min(len(kept)-skip, c.asked.limit)
	p := newPage(s, n, func(i int) *T { return kept[skip+i] }, w)
	p.matched = len(kept)
	if skip+n < len(kept) {
		p.next = &cursor{sum: c.asked.sum, head: s.head, recorded: s.recorded, at: s.at, matched: len(kept), fid: int64(skip + n)}
	}
	return p
}

// oneOfAll is the page of the only feature for which is holds.
func oneOfAll[T any](s state, all []T, w writing[T], is func(*T) bool) page {
	for i := range all {
		if is(&all[i]) {
			return newPage(s, 1, func(int) *T { return &all[i] }, w)
		}
	}
	return page{}
}

// pageLinks are self, alternate, next and collection of a page.
func (c *call) pageLinks(of *collection, p page) []codec.Link {
	path := c.Request().URL.Path
	query := c.QueryParams()
	links := []codec.Link{c.link("self", path+encoded(query), c.format, "This page")}
	for _, f := range c.operation.formats {
		if f != c.format {
			links = append(links, c.link("alternate", path+encoded(query, "f", f.kind().name), f, "This page as "+f.kind().title))
		}
	}
	if p.next != nil {
		links = append(links, c.link("next", path+encoded(query, "next", p.next.text()), c.format, "The next page"))
	}
	if of != nil {
		links = append(links, c.link("collection", "/collections/"+of.id, asJSON, "The collection"))
	}
	return links
}

// encoded writes a query, with one parameter set to another value if that is
// given. What need not be escaped in a query is left readable.
func encoded(query url.Values, set ...string) string {
	if len(set) == 2 {
		other := url.Values{}
		for name, values := range query {
			other[name] = values
		}
		other.Set(set[0], set[1])
		query = other
	}
	if len(query) == 0 {
		return ""
	}
	return "?" + plainQuery(query.Encode())
}

// plainQuery is a query with the commas, colons and slashes in it as they are.
func plainQuery(query string) string {
	text := make([]byte, 0, len(query))
	for i := 0; i < len(query); i++ {
		c := query[i]
		if c == '%' && i+2 < len(query) {
			switch query[i+1 : i+3] {
			case "2C":
				c, i = ',', i+2
			case "3A":
				c, i = ':', i+2
			case "2F":
				c, i = '/', i+2
			}
		}
		text = append(text, c)
	}
	return string(text)
}
