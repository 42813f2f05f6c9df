package api

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"frontierwatch/geo/reader"
)

// doorOfTwo is a door with two keys: "a" of an analyst and "p" of a partner.
type doorOfTwo struct{ corpus Corpus }

func (doorOfTwo) Identify(_ context.Context, credential string) (reader.Reader, error) {
	switch credential {
	case "":
		return reader.Reader{}, nil
	case "a":
		return reader.Reader{Class: reader.Class{Tier: reader.Analyst}, ID: "key-a", Scopes: reader.Read | reader.Send | reader.Curate}, nil
	case "p":
		return reader.Reader{Class: reader.Class{Tier: reader.Partner}, ID: "key-p", Scopes: reader.Read}, nil
	}
	return reader.Reader{}, ErrCredential
}

func (k doorOfTwo) View(context.Context, reader.Class) (Corpus, error) { return k.corpus, nil }

// askFrom asks a server from an address, with a key or none.
func askFrom(h http.Handler, address, key, method, target string, body io.Reader) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, body)
	r.RemoteAddr = address
	r.Header.Set("Content-Type", "application/geo+json")
	if key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestRate(t *testing.T) {
	var passed atomic.Int64
	now := func() time.Time { return noon().Add(time.Duration(passed.Load())) }
	corpus := newFake()
	h := New(Config{Corpus: corpus, Access: doorOfTwo{corpus}, Now: now, Limits: Limits{Rate: 10, Burst: 50}})
	ask := func(address, key string) *httptest.ResponseRecorder {
		return askFrom(h, address, key, "GET", "/conformance", nil)
	}
	for i := range 50 {
		if w := ask("192.0.2.1:1000", ""); w.Code != 200 {
			t.Fatalf("request %d: %d", i, w.Code)
		}
	}
	w := ask("192.0.2.1:2000", "")
	if w.Code != 429 || w.Header().Get("Retry-After") != "1" || w.Header().Get("Content-Type") != mediaProblem {
		t.Errorf("the 51st: %d, %v", w.Code, w.Header())
	}
	for _, other := range []struct{ address, key string }{{"192.0.2.2:1", ""}, {"192.0.2.1:1", "a"}, {"192.0.2.1:1", "p"}, {"[2001:db8::1]:1", ""}} {
		if w := ask(other.address, other.key); w.Code != 200 {
			t.Errorf("%v has to wait for others: %d", other, w.Code)
		}
	}
	passed.Add(int64(time.Second))
	for i := range 10 {
		if w := ask("192.0.2.1:1", ""); w.Code != 200 {
			t.Fatalf("a second later, %d: %d", i, w.Code)
		}
	}
	if w := ask("192.0.2.1:1", ""); w.Code != 429 {
		t.Errorf("more than a second's worth: %d", w.Code)
	}
	// One subscriber is one network of IPv6, and is asked to wait wherever in it he is.
	for i := range 60 {
		w = ask(fmt.Sprintf("[2001:db8:0:7::%x]:1", i+1), "")
	}
	if w.Code != 429 {
		t.Errorf("a network of IPv6: %d", w.Code)
	}
	// Guessing costs ten times as much.
	for i := range 6 {
		w = ask("192.0.2.9:1", fmt.Sprint("guess", i))
	}
	if w.Code != 429 {
		t.Errorf("the sixth guess: %d", w.Code)
	}
	if w := askFrom(h, "192.0.2.9:1", "", "GET", "/healthz", nil); w.Code != 200 {
		t.Errorf("whether the process is alive: %d", w.Code)
	}
}

// A desktop program that reads all reports ten by ten, as GDAL does, is not held up.
func TestPagingIsNotHeldUp(t *testing.T) {
	corpus := newFake()
	c := &client{T: t, corpus: corpus, Handler: New(Config{Corpus: corpus, Now: noon})}
	c.document, c.router = described()
	c.fill(250)
	h := New(Config{Corpus: corpus, Access: doorOfTwo{corpus}, Now: noon, Limits: Limits{Rate: 1, Burst: 30}})
	pages, next := 0, "/collections/reports/items?limit=1"
	for ; next != ""; pages++ {
		w := askFrom(h, "192.0.2.1:1", "p", "GET", next, nil)
		if w.Code != 200 {
			t.Fatalf("page %d: %d", pages, w.Code)
		}
		next = (&answered{client: c, body: w.Body.Bytes()}).link("next")
		next = strings.TrimPrefix(next, "http://example.com")
	}
	if pages != 250 {
		t.Errorf("%d pages", pages)
	}
}

func TestBucketsAreForgotten(t *testing.T) {
	l := newLimits(Limits{Rate: 1, Burst: 10}, noon)
	for i := range 3 * mostBuckets {
		l.take(fmt.Sprint(i), 1)
	}
	if n := len(l.buckets); n > mostBuckets {
		t.Errorf("%d callers are remembered", n)
	}
}

// withheld is a body that is not sent before it is let go.
type withheld struct {
	begun chan struct{}
	sent  chan struct{}
}

func (h withheld) Read([]byte) (int, error) {
	close(h.begun)
	<-h.sent
	return 0, io.EOF
}

func TestRequestsAtATimeAreBounded(t *testing.T) {
	corpus := newFake()
	h := New(Config{Corpus: corpus, Access: doorOfTwo{corpus}, Now: noon, Limits: Limits{Concurrent: 2}})
	var all [2]withheld
	done := make(chan int, 2)
	for i := range all {
		all[i] = withheld{make(chan struct{}), make(chan struct{})}
		go func() { done <- askFrom(h, "192.0.2.1:1", "a", "POST", "/collections/reports/items", all[i]).Code }()
		<-all[i].begun
	}
	w := askFrom(h, "192.0.2.1:1", "a", "GET", "/conformance", nil)
	if w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Errorf("the third: %d, %v", w.Code, w.Header())
	}
	if w := askFrom(h, "192.0.2.1:1", "", "GET", "/healthz", nil); w.Code != 200 {
		t.Errorf("whether the process is alive: %d", w.Code)
	}
	for i := range all {
		close(all[i].sent)
		if code := <-done; code != 400 {
			t.Errorf("a body of nothing: %d", code)
		}
	}
	if w := askFrom(h, "192.0.2.1:1", "a", "GET", "/conformance", nil); w.Code != 200 {
		t.Errorf("when they are done: %d", w.Code)
	}
}

// untaken is an answer that is not taken before it is let go.
type untaken struct {
	*httptest.ResponseRecorder
	begun chan struct{}
	taken chan struct{}
}

func (s untaken) Write(p []byte) (int, error) {
	close(s.begun)
	<-s.taken
	return len(p), nil
}

func TestLargeAnswersAtATimeAreBounded(t *testing.T) {
	corpus := newFake()
	h := New(Config{Corpus: corpus, Access: doorOfTwo{corpus}, Now: noon, Limits: Limits{Exports: 1}})
	large := func() *http.Request {
		r := httptest.NewRequest("GET", "/collections/reports/items?limit=10000", nil)
		r.Header.Set("Authorization", "Bearer a")
		return r
	}
	s := untaken{httptest.NewRecorder(), make(chan struct{}), make(chan struct{})}
	done := make(chan struct{})
	go func() { h.ServeHTTP(s, large()); close(done) }()
	<-s.begun
	w := httptest.NewRecorder()
	h.ServeHTTP(w, large())
	if w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Errorf("the second: %d, %v", w.Code, w.Header())
	}
	if w := askFrom(h, "192.0.2.1:1", "a", "GET", "/collections/reports/items?limit=10", nil); w.Code != 200 {
		t.Errorf("a small one: %d", w.Code)
	}
	close(s.taken)
	<-done
	w = httptest.NewRecorder()
	if h.ServeHTTP(w, large()); w.Code != 200 {
		t.Errorf("when it is done: %d", w.Code)
	}
}

func TestCredentials(t *testing.T) {
	basic := func(pair string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(pair)) }
	for header, want := range map[string]string{
		"Bearer k": "k", "bearer  k ": "k", basic("qgis:k"): "k", basic(":k"): "k", basic("k:"): "k", basic("qgis:k:l"): "k:l",
		"": "!", "Bearer": "!", "Bearer ": "!", "k": "!", basic(":"): "!", basic("k"): "!", "Basic %": "!", "Digest k": "!",
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Authorization", header)
		got, err := credential(r)
		if err != nil {
			got = "!"
		}
		if got != want {
			t.Errorf("%q: %q, want %q", header, got, want)
		}
	}
	r := httptest.NewRequest("GET", "/", nil)
	if got, err := credential(r); got != "" || err != nil {
		t.Errorf("none: %q, %v", got, err)
	}
	r.Header.Add("Authorization", "Bearer a")
	r.Header.Add("Authorization", "Bearer b")
	if _, err := credential(r); err == nil {
		t.Error("of two, one was taken")
	}
}

// A page of another origin may ask what it may send before it has sent a key, whatever
// the address, and learns nothing of what is there.
func TestPreflightNeedsNoKey(t *testing.T) {
	corpus := newFake()
	h := New(Config{Corpus: corpus, Access: doorOfTwo{corpus}, Now: noon})
	for _, target := range []string{"/collections/reports/items", "/nothing"} {
		r := httptest.NewRequest("OPTIONS", target, nil)
		r.Header.Set("Origin", "https://map.example")
		r.Header.Set("Access-Control-Request-Method", "GET")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != 204 || !strings.Contains(w.Header().Get("Access-Control-Allow-Headers"), "Authorization") {
			t.Errorf("%s: %d, %v", target, w.Code, w.Header())
		}
	}
}

func loadDocument(t *testing.T, text []byte) *openapi3.T {
	t.Helper()
	document, err := openapi3.NewLoader().LoadFromData(text)
	if err == nil {
		err = document.Validate(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	return document
}

// The document of each tier is whole by itself, and names no more than its routes.
func TestDocumentsOfTiers(t *testing.T) {
	for tier := reader.Public; tier <= reader.Admin; tier++ {
		s := newServer(Config{Corpus: newFake(), Now: noon, Version: "1"})
		s.class.Tier = tier
		routed(s)
		text := string(s.document.openapi)
		document := loadDocument(t, s.document.openapi)
		for path, least := range map[string]reader.Tier{
			"/hotspots": reader.Public, "/collections/reports/items": reader.Partner, "/changes": reader.Partner, "/collections/posts/items": reader.Agency,
		} {
			if got := document.Paths.Value(path) != nil; got != (tier >= least) {
				t.Errorf("%s: %s is in the document: %v", tier, path, got)
			}
		}
		if strings.Contains(text, "reportInput") && tier == reader.Public {
			t.Error("the document of the public speaks of reports that are sent")
		}
	}
}

// Every operation has been thought about: what it is not said of whom it is for is for
// the owners alone.
func TestNewRoutesAreForOwners(t *testing.T) {
	if tier := (&operation{method: "GET", path: "/new", id: "new"}).tierOf(); tier != reader.Analyst {
		t.Errorf("a new route is for %s", tier)
	}
	if tier := (&operation{method: "GET", path: "/collections/segments/new", id: "new.segment"}).tierOf(); tier != reader.Analyst {
		t.Errorf("a new route of segments is for %s", tier)
	}
	for _, x := range []struct {
		op   operation
		want reader.Scopes
	}{
		{operation{method: "POST", path: "/collections/reports/items", id: "create.reports"}, reader.Send},
		{operation{method: "DELETE", path: "/collections/reports/items/{id}", id: "retract.reports"}, reader.Send},
		{operation{method: "POST", path: "/imports", id: "import"}, reader.Send},
		{operation{method: "PUT", path: "/collections/posts/items/{id}", id: "replace.posts"}, reader.Curate},
		{operation{method: "POST", path: "/flags/{id}/state", id: "putFlagState"}, reader.Curate},
		{operation{method: "POST", path: "/new", id: "new"}, reader.Curate},
		{operation{method: "GET", path: "/keys", id: "keys"}, reader.Supervise},
		{operation{method: "GET", path: "/collections/reports/items", id: "items.reports"}, reader.Read},
		{operation{method: "GET", path: "/", id: "landing"}, 0},
	} {
		if got := x.op.scopeOf(); got != x.want {
			t.Errorf("%s %s needs %v, want %v", x.op.method, x.op.path, got, x.want)
		}
	}
}
