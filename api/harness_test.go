package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	for _, media := range []string{"application/geo+json", "application/schema+json", "application/vnd.oai.openapi+json"} {
		openapi3filter.RegisterBodyDecoder(media, openapi3filter.JSONBodyDecoder)
	}
	for _, media := range []string{"text/csv", "text/html", "application/geo+json-seq", "application/vnd.mapbox-vector-tile", "text/event-stream", "application/geopackage+sqlite3"} {
		openapi3filter.RegisterBodyDecoder(media, openapi3filter.PlainBodyDecoder)
	}
	code := m.Run()
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// client asks a server, and holds every answer against the API document that the
// server itself gives.
type client struct {
	*testing.T
	corpus *fake
	http.Handler
	document *openapi3.T
	router   routers.Router
}

// newClient is a client of a server over an empty corpus; set may change how the
// server is made.
func newClient(t *testing.T, set ...func(*Config)) *client {
	t.Helper()
	c := &client{T: t, corpus: newFake()}
	cfg := Config{Corpus: c.corpus, Now: noon, Version: "1.2.3", GeoPackage: writeLayer}
	for _, f := range set {
		f(&cfg)
	}
	c.Handler = New(cfg)
	c.document, c.router = described()
	return c
}

// described reads the document of a server and checks that it is one: once, since
// it is the same for all.
var described = sync.OnceValues(func() (*openapi3.T, routers.Router) {
	return describedBy(New(Config{Corpus: newFake(), Now: noon, Version: "1.2.3", GeoPackage: writeLayer}))
})

// describedBy is the document of a server that has more than others.
func describedBy(h http.Handler) (*openapi3.T, routers.Router) {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/api", nil))
	document, err := openapi3.NewLoader().LoadFromData(w.Body.Bytes())
	if err != nil {
		panic(err)
	}
	if err := document.Validate(context.Background()); err != nil {
		panic(err)
	}
	routed, err := openapi3.NewLoader().LoadFromData(w.Body.Bytes())
	if err != nil {
		panic(err)
	}
	for path, item := range routed.Paths.Map() {
		if short, found := strings.CutSuffix(path, ".mvt"); found { // which the router takes for a part of the name
			routed.Paths.Delete(path)
			routed.Paths.Set(short, item)
		}
	}
	router, err := legacy.NewRouter(routed)
	if err != nil {
		panic(err)
	}
	return document, router
}

// answered is an answer that was read.
type answered struct {
	*client
	what   string // method and address
	status int
	header http.Header
	body   []byte
}

// do asks; headers come as "Name: value".
func (c *client) do(method, target, body string, headers ...string) *answered {
	c.Helper()
	return c.send(method, target, strings.NewReader(body), headers...)
}

func (c *client) get(target string, headers ...string) *answered {
	c.Helper()
	return c.do("GET", target, "", headers...)
}

// post sends a report.
func (c *client) post(body string, headers ...string) *answered {
	c.Helper()
	return c.do("POST", "/collections/reports/items", body, append([]string{"Content-Type: application/geo+json"}, headers...)...)
}

func (c *client) send(method, target string, body io.Reader, headers ...string) *answered {
	c.Helper()
	r := httptest.NewRequest(method, target, body)
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if name == "Host" {
			r.Host = value
			continue
		}
		r.Header.Add(name, value)
	}
	if r.URL.Path == "/events" { // which ends with its request
		gone, leave := context.WithCancel(r.Context())
		leave()
		r = r.WithContext(gone)
	}
	w := httptest.NewRecorder()
	c.ServeHTTP(w, r)
	a := &answered{c, method + " " + target, w.Code, w.Header(), w.Body.Bytes()}
	a.validate(r)
	return a
}

// validate holds an answer against the document, and checks what every answer
// has.
func (a *answered) validate(r *http.Request) {
	a.Helper()
	for _, name := range []string{"Access-Control-Expose-Headers", "X-Content-Type-Options", "X-Request-Id", "Vary", "Content-Security-Policy"} {
		if a.header.Get(name) == "" {
			a.Errorf("%s: header %s is missing", a.what, name)
		}
	}
	if a.status >= 400 {
		a.problem()
	}
	if a.header.Get("Content-Encoding") != "" || r.Method == "HEAD" || r.Method == "OPTIONS" {
		return
	}
	r = r.Clone(context.Background())
	r.Host = "example.com"
	r.URL.Host, r.URL.Scheme = "example.com", "http"
	if len(r.URL.Path) > 1 {
		r.URL.Path = strings.TrimRight(r.URL.Path, "/")
	}
	r.URL.Path = strings.TrimSuffix(r.URL.Path, ".mvt")
	route, parameters, err := a.router.FindRoute(r)
	if id, ok := parameters["id"]; ok && id == "" {
		err = routers.ErrPathNotFound // the router takes the address of all for that of one without a name
	}
	if err != nil {
		if a.status != 404 && a.status != 405 {
			a.Errorf("%s answers %d and is not in the document: %v", a.what, a.status, err)
		}
		return
	}
	err = openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, PathParams: parameters, Route: route},
		Status:                 a.status, Header: a.header, Body: io.NopCloser(bytes.NewReader(a.body)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	})
	if err != nil {
		a.Errorf("%s answers %d, which is not as the document says: %v", a.what, a.status, err)
	}
}

// is fails the test if the status is another.
func (a *answered) is(status int) *answered {
	a.Helper()
	if a.status != status {
		a.Fatalf("%s answers %d and not %d: %s", a.what, a.status, status, a.body)
	}
	return a
}

// json is the body as JSON.
func (a *answered) json() map[string]any {
	a.Helper()
	var v map[string]any
	if err := json.Unmarshal(a.body, &v); err != nil {
		a.Fatalf("%s: %v in %.200s", a.what, err, a.body)
	}
	return v
}

// problem is the body as a problem, which must agree with the header.
func (a *answered) problem() *problem {
	a.Helper()
	p := &problem{imported: &imported{}}
	if got := a.header.Get("Content-Type"); got != "application/problem+json" {
		a.Fatalf("%s answers %d as %q: %.200s", a.what, a.status, got, a.body)
	}
	if got := a.header.Get("Cache-Control"); got != "no-store" {
		a.Errorf("%s: a problem may be kept: Cache-Control %q", a.what, got)
	}
	if a.header.Get("ETag") != "" {
		a.Errorf("%s: a problem has a tag", a.what)
	}
	if len(a.body) == 0 {
		return p // HEAD
	}
	if err := json.Unmarshal(a.body, p); err != nil {
		a.Fatalf("%s: %v in %.200s", a.what, err, a.body)
	}
	if p.Status != a.status || p.Title == "" || p.Type == "" {
		a.Errorf("%s: problem %+v with status %d", a.what, p, a.status)
	}
	return p
}

// link is the address of a link of the body.
func (a *answered) link(rel string) string {
	a.Helper()
	links, _ := a.json()["links"].([]any)
	for _, l := range links {
		if l := l.(map[string]any); l["rel"] == rel {
			return l["href"].(string)
		}
	}
	return ""
}

// ids are those of the features.
func (a *answered) ids() []string {
	a.Helper()
	all := []string{}
	features, ok := a.json()["features"].([]any)
	if !ok {
		a.Fatalf("%s has no features: %.200s", a.what, a.body)
	}
	for _, f := range features {
		all = append(all, f.(map[string]any)["id"].(string))
	}
	return all
}

// reportText is a report at a place on the 49th parallel.
func reportText(id string, lon float64, start string, count int, more ...string) string {
	extra := ""
	for _, m := range more {
		extra += "," + m
	}
	named := ""
	if id != "" {
		named = fmt.Sprintf(`"id":%q,`, id)
	}
	return fmt.Sprintf(`{"type":"Feature",%s"geometry":{"type":"Point","coordinates":[%g,49.001]},"properties":{"observed_start":%q,"count_best":%d%s}}`,
		named, lon, start, count, extra)
}

// fill posts n reports, r000 to …, a day apart, each farther west and older.
func (c *client) fill(n int) {
	c.Helper()
	for i := range n {
		start := noon().AddDate(0, 0, -i-1).Format("2006-01-02T15:04:05Z")
		c.post(reportText(fmt.Sprintf("r%03d", i), -95.5-float64(i)*0.05, start, i)).is(201)
	}
}
