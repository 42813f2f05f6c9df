package api

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"strings"

	"github.com/klauspost/compress/gzip"
)

const (
	// maxReport is the size of the largest body of one report, packed or not.
	maxReport = 1 << 20
	// maxImport is that of the largest file, packed or not.
	maxImport = 256 << 20
	// maxRows is how many rows one file may have.
	maxRows = 1_000_000
)

const crs84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"

// limited is a packed body that may grow beyond what may be read of it.
type limited struct {
	from io.Reader
	left int64
	max  int64
}

func (l *limited) Read(b []byte) (int, error) {
	if int64(len(b)) > l.left+1 {
		b = b[:l.left+1]
	}
	n, err := l.from.Read(b)
	if int64(n) > l.left {
		return int(l.left), &http.MaxBytesError{Limit: l.max}
	}
	l.left -= int64(n)
	return n, err
}

// body opens the body of a request, unpacked, and tells its media type, which is
// one of those that the operation takes. Reading it fails beyond most bytes,
// packed or unpacked.
func (c *call) body(most int64) (io.Reader, string, error) {
	r := c.Request()
	media, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || !contains(c.operation.takes.media, media) {
		return nil, "", newProblem(http.StatusUnsupportedMediaType, "Content-Type must be one of "+strings.Join(c.operation.takes.media, ", "))
	}
	if charset, ok := parameters["charset"]; ok && !strings.EqualFold(charset, "utf-8") && !strings.EqualFold(charset, "us-ascii") {
		return nil, "", newProblem(http.StatusUnsupportedMediaType, "the text must be UTF-8")
	}
	if err := c.bodyCRS(); err != nil {
		return nil, "", err
	}
	if r.ContentLength > most {
		return nil, "", &http.MaxBytesError{Limit: most}
	}
	packed := io.Reader(upload{http.MaxBytesReader(c.Response(), r.Body, most)})
	switch strings.ToLower(strings.TrimSpace(r.Header.Get("Content-Encoding"))) {
	case "", "identity":
		return packed, media, nil
	case "gzip", "x-gzip":
		unpacked, err := gzip.NewReader(packed)
		if err != nil {
			return nil, "", unreadable(err)
		}
		return &limited{from: upload{unpacked}, left: most, max: most}, media, nil
	}
	c.Response().Header().Set("Accept-Encoding", "gzip, identity")
	return nil, "", newProblem(http.StatusUnsupportedMediaType, "Content-Encoding must be gzip or absent")
}

// bodyCRS refuses coordinates that are not longitude and latitude.
func (c *call) bodyCRS() error {
	sent := strings.Trim(strings.TrimSpace(c.Request().Header.Get("Content-Crs")), "<>")
	if sent == "" || sent == crs84 || sent == crs84+"h" {
		return nil
	}
	return faulty(http.StatusBadRequest, "coordinates must be longitude and latitude (CRS84)",
		fault{Header: "Content-Crs", Detail: "must be <" + crs84 + "> or absent"})
}

// readBody reads all of it.
func (c *call) readBody(most int64) ([]byte, error) {
	from, _, err := c.body(most)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(from)
}

// upload is a body whose errors can be told to the client: it ends before its
// end, is too large, or is packed wrongly.
type upload struct{ io.Reader }

func (u upload) Read(b []byte) (int, error) {
	n, err := u.Reader.Read(b)
	if err != nil && err != io.EOF {
		err = unreadable(err)
	}
	return n, err
}

func unreadable(err error) error {
	var large *http.MaxBytesError
	var known *problem
	if errors.As(err, &large) || errors.As(err, &known) {
		return err
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return newProblem(http.StatusRequestTimeout, "the body came too slowly").because(err)
	}
	return newProblem(http.StatusBadRequest, "the body could not be read to its end; if it is packed, it must be gzip").because(err)
}

func contains(all []string, one string) bool {
	for _, s := range all {
		if s == one {
			return true
		}
	}
	return false
}
