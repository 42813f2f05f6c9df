package api

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestEncodingIsWhatWasAskedFor(t *testing.T) {
	c := newClient(t)
	c.fill(10)
	for _, target := range []string{"/collections/reports/items", "/hotspots", "/collections", "/api", "/collections/segments/items?limit=300"} {
		plain := c.get(target).is(200)
		if plain.header.Get("Content-Encoding") != "" {
			t.Errorf("%s is packed without being asked", target)
		}
		for accept, packed := range map[string]bool{
			"gzip": true, "GZIP": true, "br, gzip;q=0.5": true, "*": true, "deflate, *;q=0.1": true, "x-gzip": true,
			"gzip;q=0": false, "gzip; q=0.000": false, "identity": false, "*;q=0": false, "gzipped": false, "gzip;q=0, *": false, "br": false, "": false,
		} {
			a := c.get(target, "Accept-Encoding: "+accept).is(200)
			if got := a.header.Get("Content-Encoding") == "gzip"; got != packed {
				t.Errorf("%s with %q: packed %v", target, accept, got)
				continue
			}
			body := a.body
			if packed {
				z, err := gzip.NewReader(bytes.NewReader(a.body))
				if err != nil {
					t.Fatal(err)
				}
				if body, err = io.ReadAll(z); err != nil {
					t.Fatal(err)
				}
			}
			if !bytes.Equal(body, plain.body) {
				t.Errorf("%s with %q has another content", target, accept)
			}
			if same := a.header.Get("ETag") == plain.header.Get("ETag"); same == packed {
				t.Errorf("%s with %q: ETag %s and plainly %s", target, accept, a.header.Get("ETag"), plain.header.Get("ETag"))
			}
			if strings.HasPrefix(a.header.Get("ETag"), "W/") {
				t.Errorf("%s: the tag is weak", target)
			}
		}
	}
	if a := c.get("/healthz", "Accept-Encoding: gzip"); a.header.Get("Content-Encoding") != "" {
		t.Error("a short answer is packed")
	}
}

func TestTagsSayWhetherAnAnswerHasChanged(t *testing.T) {
	c := newClient(t)
	c.fill(3)
	for _, target := range []string{"/", "/collections", "/collections/reports", "/collections/reports/items", "/collections/reports/items/r001",
		"/collections/segments/items", "/hotspots", "/api", "/api.html", "/collections/reports/queryables", "/conformance"} {
		for _, encoding := range []string{"identity", "gzip"} {
			first := c.get(target, "Accept-Encoding: "+encoding).is(200)
			tag := first.header.Get("ETag")
			if tag == "" || first.header.Get("Cache-Control") == "" {
				t.Fatalf("%s: ETag %q, Cache-Control %q", target, tag, first.header.Get("Cache-Control"))
			}
			for _, sent := range []string{tag, `"other", ` + tag, "W/" + tag, "*"} {
				a := c.get(target, "Accept-Encoding: "+encoding, "If-None-Match: "+sent).is(304)
				if len(a.body) > 0 || sent != "*" && a.header.Get("ETag") != tag {
					t.Errorf("%s 304 has %d bytes and tag %s, want %s", target, len(a.body), a.header.Get("ETag"), tag)
				}
			}
			c.get(target, "Accept-Encoding: "+encoding, `If-None-Match: "other"`).is(200)
		}
	}
	packed := c.get("/collections/reports/items", "Accept-Encoding: gzip").header.Get("ETag")
	c.get("/collections/reports/items", "If-None-Match: "+packed).is(200) // it cannot read what it has
	one := c.get("/collections/reports/items/r001").header.Get("ETag")
	c.post(reportText("later", -96, "2017-01-01T00:00:00Z", 1)).is(201)
	c.get("/collections/reports/items", "Accept-Encoding: gzip", "If-None-Match: "+packed).is(200)
	c.get("/collections/reports/items/r001", "If-None-Match: "+one).is(304)
	c.get("/collections/reports/items/r001?f=csv", "If-None-Match: "+one).is(200)
}

// Whether a source is silent changes as time goes by, without a new report.
func TestTagsOfSourcesChangeWithTime(t *testing.T) {
	now := noon()
	c := newClient(t, func(c *Config) { c.Now = func() time.Time { return now } })
	c.fill(1)
	tag := c.get("/collections/sources/items?datetime=2017-01-01").is(200).header.Get("ETag")
	c.get("/collections/sources/items?datetime=2017-01-01", "If-None-Match: "+tag).is(304)
	now = now.Add(time.Minute)
	c.get("/collections/sources/items?datetime=2017-01-01", "If-None-Match: "+tag).is(200)
}

// Two answers with the same tag are the same bytes.
func TestEqualTagsAreEqualBytes(t *testing.T) {
	c := newClient(t)
	c.fill(2)
	for _, target := range []string{"/collections/reports/items", "/collections/ports/items", "/hotspots?level=high", "/collections/flags/items?f=csv"} {
		a, b := c.get(target).is(200), c.get(target).is(200)
		if a.header.Get("ETag") != b.header.Get("ETag") || !bytes.Equal(a.body, b.body) {
			t.Errorf("%s asked for twice differs", target)
		}
	}
}

func TestFormatIsNegotiated(t *testing.T) {
	c := newClient(t)
	c.fill(1)
	items := "/collections/reports/items"
	for _, x := range []struct{ target, accept, want string }{
		{items, "", "application/geo+json"},
		{items, "*/*", "application/geo+json"},
		{items, "application/json", "application/geo+json"},
		{items, "application/geo+json; charset=utf-8", "application/geo+json"},
		{items, "application/*", "application/geo+json"},
		{items, "text/csv", "text/csv"},
		{items, "text/*", "text/csv"},
		{items, "application/geo+json;q=0.5, text/csv;q=0.6", "text/csv"},
		{items, "application/geo+json-seq", "application/geo+json-seq"},
		{items, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"},
		{items + "?f=csv", "application/geo+json", "text/csv"},
		{items + "?f=json", "text/csv", "application/geo+json"},
		{items + "?f=geojson", "", "application/geo+json"},
		{items + "?f=geojsonseq", "", "application/geo+json-seq"},
		{items + "/r000?f=json", "", "application/geo+json"},
		{"/?f=json", "", "application/json"},
		{"/collections?f=json", "", "application/json"},
		{"/conformance?f=json", "", "application/json"},
		{"/api", "application/vnd.oai.openapi+json;version=3.0", "application/vnd.oai.openapi+json;version=3.0"},
		{"/api", "application/json", "application/vnd.oai.openapi+json;version=3.0"},
		{"/api.html", "text/html", "text/html"},
		{"/collections/reports/queryables", "application/schema+json", "application/schema+json"},
	} {
		a := c.get(x.target, "Accept: "+x.accept).is(200)
		if got := a.header.Get("Content-Type"); got != x.want {
			t.Errorf("%s accepting %q: %s, want %s", x.target, x.accept, got, x.want)
		}
	}
	for _, x := range []struct{ target, accept string }{
		{items, "application/xml"}, {items, "application/json;q=0"}, {"/tiles.json", "image/png"}, {"/", "text/csv"}, {"/api.html", "application/json"},
	} {
		c.get(x.target, "Accept: "+x.accept).is(406)
	}
	c.get(items + "?f=xml").is(400)
	c.get("/?f=csv").is(400)
}

func TestHeadIsGetWithoutBody(t *testing.T) {
	c := newClient(t)
	c.fill(2)
	for _, target := range []string{"/", "/collections", "/collections/reports/items", "/collections/reports/items/r000", "/hotspots", "/api", "/healthz",
		"/collections/segments/items?limit=10000", "/nowhere", "/collections/reports/items?limit=0"} {
		for _, encoding := range []string{"", "gzip"} {
			get, head := c.get(target, "Accept-Encoding: "+encoding), c.do("HEAD", target, "", "Accept-Encoding: "+encoding)
			if head.status != get.status || len(head.body) != 0 {
				t.Errorf("HEAD %s: %d with %d bytes, GET %d", target, head.status, len(head.body), get.status)
			}
			for _, h := range []*answered{get, head} {
				h.header.Del("X-Request-Id")
			}
			if diff := cmp.Diff(get.header, head.header); diff != "" {
				t.Errorf("%s (-GET +HEAD):\n%s", target, diff)
			}
		}
	}
}

func TestOptionsAndAllow(t *testing.T) {
	c := newClient(t)
	for target, want := range map[string]string{
		"/":                                      "GET, HEAD, OPTIONS",
		"/collections/reports/items":             "GET, HEAD, POST, OPTIONS",
		"/collections/reports/items/does-not-be": "GET, HEAD, PUT, PATCH, DELETE, OPTIONS",
		"/collections/ports/items":               "GET, HEAD, OPTIONS",
		"/imports":                               "POST, OPTIONS",
		"/collections/reports/items/":            "GET, HEAD, POST, OPTIONS",
	} {
		if got := c.do("OPTIONS", target, "").is(200).header.Get("Allow"); got != want {
			t.Errorf("OPTIONS %s allows %q, want %q", target, got, want)
		}
		a := c.do("PROPFIND", target, "").is(405)
		got, expected := strings.Split(a.header.Get("Allow"), ", "), strings.Split(want, ", ")
		slices.Sort(got)
		slices.Sort(expected)
		if diff := cmp.Diff(expected, got); diff != "" {
			t.Errorf("405 of %s (-want +got):\n%s", target, diff)
		}
	}
	c.do("POST", "/collections/ports/items", "{}").is(405)
	c.do("GET", "/imports", "").is(405)
	c.do("OPTIONS", "/nowhere", "").is(404)
}

func TestPagesOfOtherOriginsMayReadButNotWrite(t *testing.T) {
	open := newClient(t)
	listed := newClient(t, func(c *Config) { c.Origins = []string{"https://map.example"} })
	text := reportText("x", -97, "2017-01-01T00:00:00Z", 1)

	for _, target := range []string{"/", "/nowhere", "/collections/reports/items?limit=0"} {
		if got := open.get(target, "Origin: https://other.example").header.Get("Access-Control-Allow-Origin"); got != "*" {
			t.Errorf("%s allows %q", target, got)
		}
	}
	a := open.do("OPTIONS", "/collections/reports/items", "", "Origin: https://other.example", "Access-Control-Request-Method: POST", "Access-Control-Request-Headers: content-type").is(200)
	if strings.Contains(a.header.Get("Access-Control-Allow-Headers"), "Content-Type") {
		t.Error("a page of any origin is let write")
	}
	open.post(text, "Origin: https://other.example").is(403)
	open.post(text, "Sec-Fetch-Site: cross-site").is(403)
	open.post(text, "Origin: http://example.com").is(201)

	if got := listed.get("/", "Origin: https://other.example").header.Get("Access-Control-Allow-Origin"); got != "" {
		t.Errorf("an origin that is not listed is allowed: %q", got)
	}
	a = listed.do("OPTIONS", "/collections/reports/items", "", "Origin: https://map.example", "Access-Control-Request-Method: POST").is(200)
	if a.header.Get("Access-Control-Allow-Origin") != "https://map.example" || !strings.Contains(a.header.Get("Access-Control-Allow-Headers"), "Content-Type") {
		t.Errorf("a listed origin may not write: %v", a.header)
	}
	if !slices.Contains(a.header.Values("Vary"), "Origin") {
		t.Error("Vary has no Origin")
	}
	listed.post(text, "Origin: https://map.example", "Sec-Fetch-Site: cross-site").is(201)
	listed.post(text, "Origin: https://other.example").is(403)
	for _, name := range []string{"ETag", "Link", "Location", "Retry-After", "OGC-NumberMatched"} {
		if !strings.Contains(a.header.Get("Access-Control-Expose-Headers"), name) {
			t.Errorf("%s is not exposed", name)
		}
	}
}

func TestLinksAreOnTheCallersHost(t *testing.T) {
	trusting := func(c *Config) { c.Proxies = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")} } // httptest calls from 192.0.2.1
	forwarded := []string{"Host: inner:8080", "X-Forwarded-Proto: https", "X-Forwarded-Host: forged.example, maps.example", "X-Forwarded-Prefix: /fw/"}
	for _, x := range []struct {
		c       *client
		headers []string
		want    string
	}{
		{newClient(t), nil, "http://example.com"},
		{newClient(t), []string{"Host: [::1]:8080"}, "http://[::1]:8080"},
		{newClient(t), []string{`Host: a"><script>`}, "http://localhost"},
		{newClient(t), forwarded, "http://inner:8080"},
		{newClient(t, trusting), forwarded, "https://maps.example/fw"},
		{newClient(t, trusting), []string{"X-Forwarded-Host: a/b", "X-Forwarded-Proto: javascript", "X-Forwarded-Prefix: evil"}, "http://example.com"},
	} {
		for _, target := range []string{"/", "/collections", "/collections/ports/items?limit=1", "/collections/ports/items/port-1", "/hotspots"} {
			a := x.c.get(target, x.headers...).is(200)
			for _, l := range a.json()["links"].([]any) {
				if href := l.(map[string]any)["href"].(string); !strings.HasPrefix(href, x.want+"/") {
					t.Errorf("%s with %v: link %s, want it on %s", target, x.headers, href, x.want)
				}
			}
		}
		if a := x.c.get("/api", x.headers...); !strings.Contains(string(a.body), `"servers":[{"url":"`+x.want+`"}]`) {
			t.Errorf("the document names another server than %s", x.want)
		}
	}
}

// The Link header says the same as the links of the body.
func TestLinkHeadersMirrorTheBody(t *testing.T) {
	c := newClient(t)
	c.fill(3)
	for _, target := range []string{"/", "/collections", "/collections/reports", "/collections/reports/items?limit=1", "/collections/reports/items/r000", "/hotspots?limit=2"} {
		a := c.get(target).is(200)
		header := a.header.Get("Link")
		links := a.json()["links"].([]any)
		if n := strings.Count(header, "; rel="); n != len(links) {
			t.Errorf("%s: %d links in the header, %d in the body", target, n, len(links))
		}
		for _, l := range links {
			l := l.(map[string]any)
			if want := "<" + l["href"].(string) + `>; rel="` + l["rel"].(string) + `"; type="` + l["type"].(string) + `"`; !strings.Contains(header, want) {
				t.Errorf("%s: %s is not in the header %s", target, want, header)
			}
		}
	}
}

func TestRequestIDIsKeptIfItCanBe(t *testing.T) {
	c := newClient(t)
	if got := c.get("/", "X-Request-Id: abc-1.2").header.Get("X-Request-Id"); got != "abc-1.2" {
		t.Errorf("a good id became %q", got)
	}
	for _, bad := range []string{"a b", "<x>", strings.Repeat("a", 65)} {
		if got := c.get("/", "X-Request-Id: "+bad).header.Get("X-Request-Id"); got == bad {
			t.Errorf("%q was kept", bad)
		}
	}
}
