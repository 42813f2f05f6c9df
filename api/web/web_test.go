package web

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

var (
	script = strings.Repeat("draw(frontier);", 100)
	dist   = fstest.MapFS{
		"README":              {Data: []byte("how to build")},
		"index.html":          {Data: []byte("<!doctype html><title>map</title>")},
		"assets/map-1f2e.js":  {Data: []byte(script)},
		"assets/map-1f2e.css": {Data: []byte("body{}")},
	}
)

func ask(h http.Handler, method, target string, header ...string) *http.Response {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func text(t *testing.T, r io.Reader) string {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestFilesAreServed(t *testing.T) {
	for _, c := range []struct {
		target string
		status int
		media  string
		cache  string
	}{
		{"/map/", 200, "text/html; charset=utf-8", "no-cache"},
		{"/map/index.html", 200, "text/html; charset=utf-8", "no-cache"},
		{"/map/assets/map-1f2e.js", 200, "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"},
		{"/map/assets/map-1f2e.css", 200, "text/css; charset=utf-8", "public, max-age=31536000, immutable"},
		{"/map/README", 404, "text/plain; charset=utf-8", ""},
		{"/map/assets/", 404, "text/plain; charset=utf-8", ""},
		{"/map/../web.go", 404, "text/plain; charset=utf-8", ""},
	} {
		r := ask(handler(dist), "GET", c.target)
		if r.StatusCode != c.status || r.Header.Get("Content-Type") != c.media || r.Header.Get("Cache-Control") != c.cache {
			t.Errorf("%s: %d, %q, %q", c.target, r.StatusCode, r.Header.Get("Content-Type"), r.Header.Get("Cache-Control"))
		}
	}
}

// Every answer carries the policy, and the policy has no way around itself.
func TestPolicyIsStrict(t *testing.T) {
	for _, target := range []string{"/map/", "/map/assets/map-1f2e.js", "/map/missing"} {
		p := ask(handler(dist), "GET", target).Header.Get("Content-Security-Policy")
		if !strings.HasPrefix(p, "default-src 'none'; script-src 'self'; style-src 'self';") {
			t.Errorf("%s: %q", target, p)
		}
		for _, hole := range []string{"unsafe", "http", "*"} {
			if strings.Contains(p, hole) {
				t.Errorf("%s: the policy holds %q", target, hole)
			}
		}
	}
}

func TestTagsAreKept(t *testing.T) {
	h := handler(dist)
	plain := ask(h, "GET", "/map/assets/map-1f2e.js")
	packed := ask(h, "GET", "/map/assets/map-1f2e.js", "Accept-Encoding", "br, gzip")
	if packed.Header.Get("Content-Encoding") != "gzip" || plain.Header.Get("Content-Encoding") != "" {
		t.Fatalf("packed %q, plain %q", packed.Header.Get("Content-Encoding"), plain.Header.Get("Content-Encoding"))
	}
	z, err := gzip.NewReader(packed.Body)
	if err != nil {
		t.Fatal(err)
	}
	if text(t, z) != script || text(t, plain.Body) != script {
		t.Error("the script arrived changed")
	}
	if plain.Header.Get("ETag") == packed.Header.Get("ETag") {
		t.Error("two bodies share a strong tag")
	}
	again := ask(h, "GET", "/map/assets/map-1f2e.js", "If-None-Match", plain.Header.Get("ETag"))
	if again.StatusCode != 304 || text(t, again.Body) != "" {
		t.Errorf("status %d for a file that the client has", again.StatusCode)
	}
	if stale := ask(h, "GET", "/map/assets/map-1f2e.js", "If-None-Match", `"other"`); stale.StatusCode != 200 {
		t.Errorf("status %d for a file that the client has not", stale.StatusCode)
	}
}

func TestGzipIsSentToThoseWhoTakeIt(t *testing.T) {
	for header, want := range map[string]bool{
		"": false, "br": false, "gzip": true, "GZIP": true, "br, gzip;q=0.5": true, "gzip;q=0": false, "gzip; q=0.000": false, "gzip;q=1.0": true,
	} {
		if takesGzip(header) != want {
			t.Errorf("%q: %v", header, !want)
		}
	}
}

func TestWithoutBuildThePageSaysHow(t *testing.T) {
	r := ask(handler(fstest.MapFS{"README": {Data: []byte("x")}}), "GET", "/map/")
	if body := text(t, r.Body); r.StatusCode != 200 || !strings.Contains(body, "make build") {
		t.Errorf("%d: %s", r.StatusCode, body)
	}
}

func TestOthersAreServedByNext(t *testing.T) {
	h := Over(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusTeapot) }))
	for target, want := range map[string]int{"/": 418, "/mapx": 418, "/collections": 418, "/map": 308, "/map/": 200} {
		if r := ask(h, "GET", target); r.StatusCode != want {
			t.Errorf("%s: %d, want %d", target, r.StatusCode, want)
		}
	}
	if to := ask(h, "GET", "/map?day=2017-03-05").Header.Get("Location"); to != "map/?day=2017-03-05" {
		t.Errorf("sent to %q", to)
	}
	if r := ask(h, "POST", "/map/"); r.StatusCode != 405 || r.Header.Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: %d, allowed %q", r.StatusCode, r.Header.Get("Allow"))
	}
}
