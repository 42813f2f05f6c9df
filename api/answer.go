package api

import (
	"bytes"
	"errors"
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
type pools struct {
	buffers, packers sync.Pool
	orders           memo[sortQuestion, []string] // ids of reports
}

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
	if !w.started {
		if err := w.overflow(); err != nil {
			return 0, err
		}
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

// start sends the header. length is that of the whole body
// as it goes out, −1 while it is not known.
func (w *body) start(length int) {
	w.started = true
	h := w.to.Header()
	suffix := ""
	if w.packer != nil {
		suffix = gzipSuffix
		h.Set("Content-Encoding", "gzip")
	}
	if length >= 0 {
		h.Set("Content-Length", strconv.Itoa(length))
	}
	if w.tag != "" {
		h.Set("ETag", `"`+w.tag+suffix+`"`)
	}
	w.to.WriteHeader(w.status)
}

// overflow sends what was kept back, of a body that is longer than that.
func (w *body) overflow() error {
	if w.gzip {
		w.packer = w.pools.packer(w.to)
	}
	w.start(-1)
	_, err := w.send(w.kept)
	return err
}

// close sends what is left. A body that was kept back whole goes out with its
// length, packed or not.
func (w *body) close() error {
	switch {
	case w.started && w.packer != nil && !w.head:
		return w.packer.Close()
	case w.started:
		return nil
	case !w.gzip || len(w.kept) < leastGzip:
		return w.whole(w.kept)
	}
	var packed bytes.Buffer
	packed.Grow(len(w.kept) / 4)
	w.packer = w.pools.packer(&packed)
	_, err := w.packer.Write(w.kept)
	if err = errors.Join(err, w.packer.Close()); err != nil {
		return err
	}
	return w.whole(packed.Bytes())
}

func (w *body) whole(text []byte) error {
	w.start(len(text))
	if w.head {
		return nil
	}
	_, err := w.to.Write(text)
	return err
}
