package api

import (
	"io"
	"net/http"
	"time"
)

// A caller that sends or takes its bytes one by one keeps a connection, and what is
// made for it, for as long as it likes. So it has to keep a pace: for each body that it
// sends, and for each piece of an answer that it takes, it has Patience and as
// much longer as the bytes need at the slowest rate. The time that the server itself
// takes does not count.

// paced keeps callers to a pace.
func (l *limits) paced(next http.Handler) http.Handler {
	if l.Patience <= 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		control := http.NewResponseController(w)
		if r.Body != nil && r.Body != http.NoBody {
			r2 := *r
			r2.Body = &pacedBody{ReadCloser: r.Body, control: control, limits: l}
			r = &r2
			// Also for what no handler reads, and the server reads to its end by itself.
			control.SetReadDeadline(time.Now().Add(l.Patience))
			defer func() { control.SetReadDeadline(time.Now().Add(l.Patience)) }()
		}
		control.SetWriteDeadline(time.Time{}) // that of the answer before
		next.ServeHTTP(&pacedWriter{w, control, l}, r)
	})
}

// within is how long so many bytes may take.
func (l *limits) within(bytes int64) time.Duration {
	return l.Patience + time.Duration(float64(bytes)/float64(max(l.Slowest, 1))*float64(time.Second))
}

// pacedBody is a body of which every read must come in time.
type pacedBody struct {
	io.ReadCloser
	control *http.ResponseController
	limits  *limits
	waited  time.Duration
	read    int64
}

// Read reads as the body does. Connections without deadlines, which are those of
// tests, have none.
func (b *pacedBody) Read(p []byte) (int, error) {
	started := time.Now()
	b.control.SetReadDeadline(started.Add(b.limits.within(b.read) - b.waited))
	n, err := b.ReadCloser.Read(p)
	b.waited += time.Since(started)
	b.read += int64(n)
	if err != nil {
		b.control.SetReadDeadline(time.Time{}) // else it would end the handler that works on what was read
	}
	return n, err
}

// pacedWriter is an answer of which every piece must be taken in time.
type pacedWriter struct {
	http.ResponseWriter
	control *http.ResponseController
	limits  *limits
}

// Write writes as the answer does.
func (w *pacedWriter) Write(p []byte) (int, error) {
	w.control.SetWriteDeadline(time.Now().Add(w.limits.within(int64(len(p)))))
	return w.ResponseWriter.Write(p)
}

// Unwrap is the answer itself, for those who must flush it.
func (w *pacedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
