package api

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"frontierwatch/api/codec"
)

// What caches may keep. The frontier itself changes with a release only; what is
// made from reports must be asked for again, which costs nothing while the tag
// is the same.
const (
	cacheStatic = "public, max-age=300"
	cacheData   = "private, no-cache"
	cacheNever  = "no-store"
)

// has says whether the client has the answer for a state already, and then sets
// the tag by which it has it.
func (c *call) has(s state) bool {
	sent := strings.Join(c.Request().Header.Values("If-None-Match"), ",")
	if m := c.Request().Method; sent == "" || m != http.MethodGet && m != http.MethodHead {
		return false
	}
	tag := matches(sent, c.tag(s, c.format), c.takesGzip())
	if tag == "" {
		return false
	}
	c.Response().Header().Set("ETag", `"`+tag+`"`)
	return true
}

// unchanged answers 304.
func (c *call) unchanged(cache string) error {
	c.Response().Header().Set("Cache-Control", cache)
	return c.NoContent(http.StatusNotModified)
}

func (c *call) takesGzip() bool {
	return takesGzip(strings.Join(c.Request().Header.Values("Accept-Encoding"), ","))
}

// reply answers 200 with what fill writes, or 304 if the client has it.
func (c *call) reply(s state, cache string, links []codec.Link, fill func(io.Writer) error) error {
	return c.replyStatus(http.StatusOK, s, cache, links, fill)
}

func (c *call) replyStatus(status int, s state, cache string, links []codec.Link, fill func(io.Writer) error) error {
	if cache != cacheNever && c.has(s) {
		return c.unchanged(cache)
	}
	h := c.Response().Header()
	a := &answer{status: status, to: c.Response(), head: c.Request().Method == http.MethodHead, gzip: c.takesGzip()}
	h.Set("Cache-Control", cache)
	if cache != cacheNever {
		a.tag = c.tag(s, c.format)
	}
	h.Set("Content-Type", c.format.kind().full)
	c.policy()
	if len(links) > 0 {
		h.Set("Link", linkHeader(links))
	}
	return c.pools.write(a, fill)
}

// replyJSON answers with a value as JSON.
func (c *call) replyJSON(s state, cache string, links []codec.Link, value any) error {
	return c.reply(s, cache, links, func(w io.Writer) error {
		if c.format == asHTML {
			return c.writeValueHTML(w, links, value)
		}
		return writeJSON(w, value)
	})
}

func writeJSON(w io.Writer, value any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}

// linkHeader writes links as RFC 8288 has them.
func linkHeader(links []codec.Link) string {
	var b strings.Builder
	for i, l := range links {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("<" + l.Href + `>; rel="` + l.Rel + `"`)
		if l.Type != "" {
			b.WriteString(`; type="` + l.Type + `"`)
		}
		if l.Title != "" && ascii(l.Title) {
			b.WriteString(`; title="` + l.Title + `"`)
		}
	}
	return b.String()
}

// ascii says whether a text can stand between quotes in a header as it is.
func ascii(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}
