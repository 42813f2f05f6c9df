package api

import (
	"bytes"
	"container/list"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/klauspost/compress/gzip"

	"frontierwatch/api/codec"
)

// kept remembers answers that cost more to make than to send, as the bytes that
// go out: they are made once for a state and a question, whoever asks and however
// often. Those that were not asked for longest are forgotten first.
type kept struct {
	most, mostBytes int // answers, and bytes of all of them together, unpacked

	mu    sync.Mutex
	order list.List // of *encodedPage, the latest last
	at    map[string]*list.Element
	bytes int
}

func newKept(most, mostBytes int) *kept {
	return &kept{most: most, mostBytes: mostBytes, at: map[string]*list.Element{}}
}

// encodedPage is an answer that is written. It is not changed any more.
type encodedPage struct {
	key        string
	links      []codec.Link
	n, matched int // of features; n −1: there are none in it
	plain      []byte

	// of a tile that shows reports only: for which state it was made, with which tag,
	// and up to where nothing has touched it since
	state state
	tag   string
	upTo  atomic.Uint64

	once   sync.Once
	packed []byte // by pack
}

func (k *kept) get(key string) *encodedPage {
	k.mu.Lock()
	defer k.mu.Unlock()
	e, ok := k.at[key]
	if !ok {
		return nil
	}
	k.order.MoveToBack(e)
	return e.Value.(*encodedPage)
}

// put remembers an answer in the place of one with the same key, unless that is newer or
// it would leave no place for others.
func (k *kept) put(e *encodedPage) {
	if len(e.plain) > k.mostBytes/4 {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if old, ok := k.at[e.key]; ok {
		if old.Value.(*encodedPage).upTo.Load() > e.upTo.Load() {
			return
		}
		k.forget(old)
	}
	k.at[e.key], k.bytes = k.order.PushBack(e), k.bytes+len(e.plain)
	for k.order.Len() > k.most || k.bytes > k.mostBytes {
		k.forget(k.order.Front())
	}
}

func (k *kept) forget(at *list.Element) {
	e := k.order.Remove(at).(*encodedPage)
	delete(k.at, e.key)
	k.bytes -= len(e.plain)
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
	return c.replyMade(s, func() (*encodedPage, error) { return c.encode(of, s) })
}

// replyMade answers with what was made for a state already, or else with what encode
// makes now.
func (c *call) replyMade(s state, encode func() (*encodedPage, error)) error {
	r := c.Request()
	tag := c.tag(s, c.format)
	key := tag + " " + c.base + r.URL.Path + "?" + r.URL.RawQuery
	e := c.kept.get(key)
	if e == nil {
		var err error
		if e, err = encode(); err != nil {
			return err
		}
		e.key = key
		c.kept.put(e)
	}
	return c.send(e, tag, cacheData)
}

// send answers with what is written, packed if the client takes that.
func (c *call) send(e *encodedPage, tag, cache string) error {
	h := c.Response().Header()
	if e.n >= 0 {
		c.setCounts(e.n, e.matched)
	}
	body := e.plain
	if c.takesGzip() && len(body) >= leastGzip {
		body, tag = e.pack(), tag+gzipSuffix
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("ETag", `"`+tag+`"`)
	h.Set("Cache-Control", cache)
	if len(e.links) > 0 {
		h.Set("Link", linkHeader(e.links))
	}
	h.Set("Content-Type", c.format.kind().full)
	c.policy()
	h.Set("Content-Length", strconv.Itoa(len(body)))
	c.Response().WriteHeader(http.StatusOK)
	if c.Request().Method == http.MethodHead {
		return nil
	}
	_, err := c.Response().Write(body)
	return err
}

// encode makes the page that is asked for.
func (c *call) encode(of *collection, s state) (*encodedPage, error) {
	p, err := of.list(c, s)
	if err != nil {
		return nil, err
	}
	e := &encodedPage{links: c.pageLinks(of, p), n: p.n, matched: p.matched}
	var b bytes.Buffer
	err = c.writePage(&b, of, s, p, e.links)
	e.plain = b.Bytes()
	return e, err
}
