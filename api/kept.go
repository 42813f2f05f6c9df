package api

import (
	"bytes"
	"net/http"
	"slices"
	"strconv"
	"sync"

	"github.com/klauspost/compress/gzip"

	"frontierwatch/api/codec"
)

const (
	maxKept      = 64      // answers
	maxKeptBytes = 4 << 20 // of one
)

// kept remembers answers about hot spots as the bytes that go out: they are made
// once for a change, a day and a question, whoever asks and however often.
type kept struct {
	mu  sync.Mutex
	all []*encodedPage // the latest last
}

// encodedPage is a page that is written. It is not changed any more.
type encodedPage struct {
	key           string
	links         []codec.Link
	n, matched    int
	plain, packed []byte
}

func (k *kept) get(key string) *encodedPage {
	k.mu.Lock()
	defer k.mu.Unlock()
	i := slices.IndexFunc(k.all, func(e *encodedPage) bool { return e.key == key })
	if i < 0 {
		return nil
	}
	e := k.all[i]
	k.all = append(slices.Delete(k.all, i, i+1), e)
	return e
}

func (k *kept) put(e *encodedPage) {
	if len(e.plain) > maxKeptBytes {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.all) == maxKept {
		k.all = slices.Delete(k.all, 0, 1)
	}
	k.all = append(k.all, e)
}

// replyKept answers with a page as reply does, but the page is written once only.
func (c *call) replyKept(of *collection, s state) error {
	r := c.Request()
	tag := s.tag(c.version, c.format)
	key := tag + " " + c.base + r.URL.Path + "?" + r.URL.RawQuery
	e := c.kept.get(key)
	if e == nil {
		var err error
		if e, err = c.encode(key, of, s); err != nil {
			return err
		}
		c.kept.put(e)
	}
	c.setCounts(e.n, e.matched)
	h := c.Response().Header()
	body := e.plain
	if c.takesGzip() && e.packed != nil {
		body, tag = e.packed, tag+gzipSuffix
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("ETag", `"`+tag+`"`)
	h.Set("Cache-Control", cacheData)
	h.Set("Link", linkHeader(e.links))
	h.Set("Content-Type", c.format.kind().full)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	c.Response().WriteHeader(http.StatusOK)
	if r.Method == http.MethodHead {
		return nil
	}
	_, err := c.Response().Write(body)
	return err
}

// encode writes the page that is asked for.
func (c *call) encode(key string, of *collection, s state) (*encodedPage, error) {
	p, err := of.list(c, s)
	if err != nil {
		return nil, err
	}
	e := &encodedPage{key: key, links: c.pageLinks(of, p), n: p.n, matched: p.matched}
	var plain bytes.Buffer
	if err := c.writePage(&plain, s, p, e.links); err != nil {
		return nil, err
	}
	e.plain = plain.Bytes()
	if len(e.plain) < leastGzip {
		return e, nil
	}
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.DefaultCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(e.plain); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	e.packed = packed.Bytes()
	return e, nil
}
