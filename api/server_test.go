package api

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"frontierwatch/geo/report"
)

// Over a connection: lengths, packing and what HEAD says agree with what net/http
// sends.
func TestOverAConnection(t *testing.T) {
	c := newClient(t)
	c.fill(200)
	server := httptest.NewServer(c)
	defer server.Close()
	web := server.Client()
	web.Transport.(*http.Transport).DisableCompression = true
	for _, target := range []string{"/", "/collections/reports/items", "/collections/segments/items?limit=309", "/hotspots", "/api.html"} {
		for _, encoding := range []string{"", "gzip"} {
			get, body := fetch(t, web, "GET", server.URL+target, encoding)
			head, none := fetch(t, web, "HEAD", server.URL+target, encoding)
			if get.StatusCode != 200 || head.StatusCode != 200 || len(body) == 0 || len(none) != 0 {
				t.Errorf("%s: GET %d with %d bytes, HEAD %d with %d", target, get.StatusCode, len(body), head.StatusCode, len(none))
			}
			if get.ContentLength >= 0 && get.ContentLength != int64(len(body)) || head.ContentLength != get.ContentLength {
				t.Errorf("%s: %d bytes, Content-Length %d, of HEAD %d", target, len(body), get.ContentLength, head.ContentLength)
			}
			if !strings.Contains(get.Header.Get("Link"), server.URL) && target != "/api.html" {
				t.Errorf("%s: links are not on %s: %s", target, server.URL, get.Header.Get("Link"))
			}
		}
	}
	web.CloseIdleConnections()
}

func fetch(t *testing.T, web *http.Client, method, url, encoding string) (*http.Response, []byte) {
	t.Helper()
	r, err := http.NewRequest(method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if encoding != "" {
		r.Header.Set("Accept-Encoding", encoding)
	}
	answer, err := web.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, body
}

// rotten is a corpus of which one report cannot be written.
type rotten struct {
	*fake
	at int // which; those before it are good
}

func (r rotten) Reports(ctx context.Context, q report.Query) (report.Page, error) {
	page, err := r.fake.Reports(ctx, q)
	at := page.At
	page.At = func(i int) *report.Version {
		if i == r.at {
			return nil
		}
		return at(i)
	}
	return page, err
}

// An answer that breaks when part of it has gone out is cut off, so that nobody
// takes the part for the whole; before that it is a problem.
func TestABrokenAnswerIsCutOff(t *testing.T) {
	c := newClient(t)
	c.fill(300) // more than is kept back
	for at, whole := range map[int]bool{0: true, 299: false} {
		server := httptest.NewServer(New(Config{Corpus: rotten{c.corpus, at}, Now: noon}))
		answer, err := server.Client().Get(server.URL + "/collections/reports/items")
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.ReadAll(answer.Body)
		answer.Body.Close()
		if whole && (answer.StatusCode != 500 || err != nil) {
			t.Errorf("broken at %d: status %d, %v", at, answer.StatusCode, err)
		}
		if !whole && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("broken at %d: status %d, the end came as %v", at, answer.StatusCode, err)
		}
		server.Close()
	}
}
