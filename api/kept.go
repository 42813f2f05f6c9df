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
	maxKept      = 64       // answers
	maxKeptBytes = 32 << 20 // of all of them together, unpacked
)

// kept remembers answers that cost more to make than to send, as the bytes that
// go out: they are made once for a state and a question, whoever asks and however
// often.
type kept struct {
	mu    sync.Mutex
	all   []*encodedPage // the latest last
	bytes int
}

// encodedPage is a page that is written. It is not changed any more.
type encodedPage struct {
	key        string
	links      []codec.Link
	n, matched int
	plain      []byte

	once   sync.Once
	packed []byte // by pack
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

// put remembers an answer, and forgets those that were not asked for longest.
func (k *kept) put(e *encodedPage) {
	if len(e.plain) > maxKeptBytes/4 {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.all, k.bytes = append(k.all, e), k.bytes+len(e.plain)
	drop := 0
	for len(k.all)-drop > maxKept || k.bytes > maxKeptBytes {
		k.bytes -= len(k.all[drop].plain)
		drop++
	}
	k.all = slices.Delete(k.all, 0, drop)
}

// pack is the page packed with gzip, made when it is first asked for.
func (e *encodedPage) pack() []byte {
	e.once.Do(func() {
		var b bytes.Buffer
		z, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed) // the level is a good one
		z.Write(e.plain)                                // into memory, which does not fail
		z.Close()
		e.packed = b.Bytes()
	})
	return e.packed
}

// replyKept answers with a page as reply does, but the page is made once only.
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
	if c.takesGzip() && len(body) >= leastGzip {
		body, tag = e.pack(), tag+gzipSuffix
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

// encode makes the page that is asked for.
func (c *call) encode(key string, of *collection, s state) (*encodedPage, error) {
	p, err := of.list(c, s)
	if err != nil {
		return nil, err
	}
	e := &encodedPage{key: key, links: c.pageLinks(of, p), n: p.n, matched: p.matched}
	var b bytes.Buffer
	err = c.writePage(&b, s, p, e.links)
	e.plain = b.Bytes()
	return e, err
}
