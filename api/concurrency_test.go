package api

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/paulmach/orb"
)

func boxes(b ...orb.Bound) []orb.Bound { return b }

// Readers and writers at once: every page a reader follows is of the whole that
// its first page counted.
func TestReadersWhileReportsArrive(t *testing.T) {
	c := newClient(t)
	c.fill(30)
	var wg sync.WaitGroup
	for w := range 2 {
		wg.Go(func() {
			for i := range 60 {
				r := httptest.NewRequest("POST", "/collections/reports/items", strings.NewReader(reportText(fmt.Sprintf("w%d-%d", w, i), -97, "2017-01-01T00:00:00Z", 1)))
				r.Header.Set("Content-Type", "application/geo+json")
				answer := httptest.NewRecorder()
				c.ServeHTTP(answer, r)
				if answer.Code != 201 {
					t.Errorf("%d: %s", answer.Code, answer.Body)
				}
			}
		})
	}
	for range 4 {
		wg.Go(func() {
			for range 6 {
				found, matched := 0, ""
				for next := "/collections/reports/items?limit=17"; next != ""; {
					answer := httptest.NewRecorder()
					c.ServeHTTP(answer, httptest.NewRequest("GET", next, nil))
					h := answer.Header()
					if matched == "" {
						matched = h.Get("OGC-NumberMatched")
					}
					if answer.Code != 200 || h.Get("OGC-NumberMatched") != matched {
						t.Errorf("%d with %s of %s", answer.Code, h.Get("OGC-NumberMatched"), matched)
						return
					}
					found += strings.Count(answer.Body.String(), `"type":"Feature"`)
					next = nextIn(h.Get("Link"))
				}
				if fmt.Sprint(found) != matched {
					t.Errorf("%d features on all pages, numberMatched %s", found, matched)
				}
			}
		})
		wg.Go(func() {
			for _, target := range []string{"/hotspots", "/collections", "/collections/segments/items?limit=20", "/api", "/hotspots?f=csv", "/collections/flags/items"} {
				for _, encoding := range []string{"", "gzip"} {
					r := httptest.NewRequest("GET", target, nil)
					r.Header.Set("Accept-Encoding", encoding)
					answer := httptest.NewRecorder()
					c.ServeHTTP(answer, r)
					if answer.Code != 200 {
						t.Errorf("%s: %d", target, answer.Code)
					}
				}
			}
		})
	}
	wg.Wait()
}

// nextIn is the address of the next link of a Link header.
func nextIn(header string) string {
	for link := range strings.SplitSeq(header, ", ") {
		if strings.Contains(link, `rel="next"`) {
			return strings.TrimPrefix(strings.TrimPrefix(link[:strings.IndexByte(link, '>')], "<"), "http://example.com")
		}
	}
	return ""
}
