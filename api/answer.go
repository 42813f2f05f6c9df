package api

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
)

const (
	gzipSuffix = "-gz"
	// leastGzip is the size below which packing is not worth its header.
	leastGzip = 1024
	// held is how much of an answer is kept back until its length is known.
	held = 64 << 10
)

// matches says which of the tags in an If-None-Match header is that of an
// answer, as it must be repeated; empty: none.
func matches(header, tag string, gzipped bool) string {
	for element := range strings.SplitSeq(header, ",") {
		sent := strings.Trim(strings.TrimPrefix(strings.TrimSpace(element), "W/"), `"`)
		if sent == "*" || sent == tag {
			return tag
		}
		if gzipped && sent == tag+gzipSuffix {
			return sent
		}
	}
	return ""
}

// answer is a body on its way. It keeps back the first bytes: a short one goes out
// with its length, a longer one packed if the client takes that, and until then
// an error can still become a problem.
type answer struct {
	status int
	to     http.ResponseWriter
	tag    string // empty: none
	gzip   bool   // the client takes it
	head   bool   // only the header is asked for

	kept    []byte
	packer  *gzip.Writer
	started bool
}

// pools keeps what answers are made with. It belongs to one server.
type pools struct{ buffers, packers sync.Pool }

func (p *pools) buffer() []byte {
	if b, ok := p.buffers.Get().(*[]byte); ok {
		return (*b)[:0]
	}
	return make([]byte, 0, held)
}

func (p *pools) packer(to io.Writer) *gzip.Writer {
	if z, ok := p.packers.Get().(*gzip.Writer); ok {
		z.Reset(to)
		return z
	}
	z, _ := gzip.NewWriterLevel(to, gzip.BestSpeed) // the level is a good one
	return z
}

// write sends an answer whose body fill writes. If fill fails before anything has
// gone out, nothing has.
func (p *pools) write(a *answer, fill func(io.Writer) error) error {
	a.kept = p.buffer()
	defer func() {
		p.buffers.Put(&a.kept)
		if a.packer != nil {
			p.packers.Put(a.packer)
		}
	}()
	w := &body{answer: a, pools: p}
	if err := fill(w); err != nil {
		return err
	}
	return w.close()
}

// body is an answer as its encoder sees it.
type body struct {
	*answer
	pools *pools
}

func (w *body) Write(b []byte) (int, error) {
	if !w.started && len(w.kept)+len(b) <= held {
		w.kept = append(w.kept, b...)
		return len(b), nil
	}
	if err := w.start(-1); err != nil {
		return 0, err
	}
	return w.send(b)
}

func (w *body) send(b []byte) (int, error) {
	switch {
	case w.head:
		return len(b), nil
	case w.packer != nil:
		return w.packer.Write(b)
	}
	return w.to.Write(b)
}

// start sends the header and what was kept back. length is that of the whole body,
// −1 while it is not known.
func (w *body) start(length int) error {
	if w.started {
		return nil
	}
	w.started = true
	h := w.to.Header()
	if w.gzip && (length < 0 || length >= leastGzip) {
		h.Set("Content-Encoding", "gzip")
		w.packer = w.pools.packer(w.to)
		w.tagged(h, gzipSuffix)
	} else {
		if length >= 0 {
			h.Set("Content-Length", strconv.Itoa(length))
		}
		w.tagged(h, "")
	}
	w.to.WriteHeader(w.status)
	_, err := w.send(w.kept)
	return err
}

func (w *body) tagged(h http.Header, suffix string) {
	if w.tag != "" {
		h.Set("ETag", `"`+w.tag+suffix+`"`)
	}
}

func (w *body) close() error {
	if err := w.start(len(w.kept)); err != nil {
		return err
	}
	if w.packer != nil && !w.head {
		return w.packer.Close()
	}
	return nil
}
