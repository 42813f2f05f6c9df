package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// read is a page as a browser reads it.
type read struct {
	text   strings.Builder
	links  map[string]bool
	tags   map[string]int
	data   map[string]any // JSON-LD
	styles string
}

func (a *answered) page() *read {
	a.Helper()
	if got := a.is(200).header.Get("Content-Type"); got != "text/html" {
		a.Fatalf("%s is %s", a.what, got)
	}
	policy := a.header.Get("Content-Security-Policy")
	if !strings.HasPrefix(policy, "default-src 'none'; ") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "script-src") {
		a.Errorf("%s: policy %s", a.what, policy)
	}
	if !bytes.HasPrefix(a.body, []byte("<!doctype html>")) {
		a.Errorf("%s is no HTML5: %.60s", a.what, a.body)
	}
	root, err := html.Parse(bytes.NewReader(a.body))
	if err != nil {
		a.Fatal(err)
	}
	p := &read{links: map[string]bool{}, tags: map[string]int{}}
	for n := range root.Descendants() {
		switch n.Type {
		case html.TextNode:
			switch n.Parent.Data {
			case "script":
				if err := json.Unmarshal([]byte(n.Data), &p.data); err != nil {
					a.Errorf("%s: JSON-LD %q: %v", a.what, n.Data, err)
				}
			case "style":
				p.styles += n.Data
			default:
				p.text.WriteString(n.Data + "\n")
			}
		case html.ElementNode:
			p.tags[n.Data]++
			for _, at := range n.Attr {
				if n.Data == "a" && at.Key == "href" {
					p.links[at.Val] = true
				}
				if strings.HasPrefix(at.Key, "on") || at.Key == "style" || n.Data == "script" && at.Key == "type" && at.Val != "application/ld+json" {
					a.Errorf("%s: <%s %s=%q>", a.what, n.Data, at.Key, at.Val)
				}
			}
		}
	}
	return p
}

// linked are all links of an answer of JSON, wherever they stand.
func linksIn(v any, found map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		if href, ok := v["href"].(string); ok {
			found[href] = true
		}
		for _, m := range v {
			linksIn(m, found)
		}
	case []any:
		for _, e := range v {
			linksIn(e, found)
		}
	}
}

// Everything that can be read is a page too, with all the links that it has as JSON.
func TestEveryAnswerIsAPageToo(t *testing.T) {
	c := newClient(t)
	c.fill(3)
	ids := map[string]string{"reports": "r001", "segments": "main-0015", "ports": "port-0", "posts": "beat-1", "sources": "rcmp",
		"hotspots": "main-0015-persons-20170101", "flags": "main-0015-persons-20170101"}
	pages := 0
	for path, item := range c.document.Paths.Map() {
		if item.Get == nil || strings.HasSuffix(path, ".mvt") || path == "/events" {
			continue
		}
		for of, id := range ids {
			if strings.Contains(path+"/", "/"+of+"/") {
				path = strings.Replace(path, "{id}", id, 1)
			}
		}
		if strings.Contains(path, "{") {
			continue
		}
		first := c.get(path, "Accept: text/html")
		if first.status == 404 && strings.Contains(path, "receipt") {
			continue // there is none of what this corpus made up
		}
		p := first.page()
		pages++
		if p.tags["h1"] != 1 || p.tags["title"] != 1 || p.styles == "" {
			t.Errorf("%s: tags %v", path, p.tags)
		}
		if path == "/api" || path == "/api.html" {
			continue
		}
		if p.data["@context"] != "https://schema.org/" || p.data["@type"] == nil || p.data["name"] == nil {
			t.Errorf("%s: JSON-LD %v", path, p.data)
		}
		json := c.get(path + "?f=json").is(200).json()
		want := map[string]bool{}
		linksIn(json["links"], want)
		linksIn(json["collections"], want)
		for href := range want {
			if href = strings.TrimSuffix(href, "?f=json"); !p.links[href] && !strings.Contains(href, "f=html") && !p.links[href+"?f=geojson"] && !p.links[href+"?f=json"] {
				t.Errorf("%s: the page has no link to %s", path, href)
			}
		}
		for href := range p.links {
			if where, own := strings.CutPrefix(href, "http://example.com"); own {
				if status := c.get(where).status; status != 200 && status != 404 {
					t.Errorf("%s links to %s, which answers %d", path, href, status)
				}
			}
		}
	}
	if pages < 40 {
		t.Errorf("only %d pages", pages)
	}
}

func TestPagesShowFeaturesAndPages(t *testing.T) {
	c := newClient(t)
	c.fill(130)
	first := c.get("/collections/reports/items", "Accept: text/html").page()
	if first.tags["circle"] != 100 || first.tags["tr"] != 101 || first.tags["path"] == 0 || first.tags["svg"] != 1 {
		t.Errorf("%v", first.tags)
	}
	next := ""
	for href := range first.links {
		if strings.Contains(href, "next=") {
			next = strings.TrimPrefix(href, "http://example.com")
		}
	}
	if second := c.get(next, "Accept: text/html").page(); second.tags["circle"] != 30 {
		t.Errorf("the second page: %v", second.tags)
	}
	if few := c.get("/collections/reports/items?limit=7&f=html").page(); few.tags["circle"] != 7 {
		t.Errorf("seven: %v", few.tags)
	}
	flags := c.get("/collections/flags/items?f=html").page()
	if flags.tags["path"] != 2 || flags.tags["circle"] != 0 {
		t.Errorf("flags are drawn as %v", flags.tags)
	}
	empty := c.get("/collections/reports/items?unit=claims&f=html").page()
	if empty.tags["svg"] != 1 || empty.tags["tr"] != 0 {
		t.Errorf("nothing is drawn as %v", empty.tags)
	}
	one := c.get("/collections/reports/items/r005", "Accept: text/html").page()
	for name, value := range c.get("/collections/reports/items/r005").json()["properties"].(map[string]any) {
		if text := one.text.String(); !strings.Contains(text, name+"\n") || value != nil && value != false && !strings.Contains(text, fmt.Sprint(value)+"\n") {
			t.Errorf("the page does not say %s = %v", name, value)
		}
	}
}

// What sources say is text on a page, whatever it is.
func TestPagesEscapeWhatTheyShow(t *testing.T) {
	c := newClient(t)
	c.post(reportText("evil", -97, "2017-01-01T00:00:00Z", 1, `"source_ref":"</td><script>alert(1)</script>&\"'"`)).is(201)
	for _, target := range []string{"/collections/reports/items?f=html", "/collections/reports/items/evil?f=html"} {
		p := c.get(target).page()
		if p.tags["script"] != 1 || !strings.Contains(p.text.String(), `</td><script>alert(1)</script>&"'`) {
			t.Errorf("%s: %v", target, p.tags)
		}
	}
	if a := c.get("/collections/reports/items?f=html&source_ref=%3Cscript%3E"); strings.Contains(string(a.body), "<script>") {
		t.Error("what was asked for is not escaped")
	}
}
