package api

import (
	"slices"
	"strings"
	"testing"
)

// What every answer says of keeping it, for every address of the document: a tag
// and a word to caches, or that it must not be kept; the same for HEAD; and what
// the address takes.
func TestEveryAnswerSaysWhatMayBeKept(t *testing.T) {
	c := newClient(t)
	c.fill(3)
	flag := c.get("/collections/flags/items").ids()[0]
	never := []string{"/healthz", "/readyz", "/keys"}
	fixed := []string{"/", "/conformance", "/api", "/api.html", "/tiles.json"}
	looked := 0
	for path, item := range c.document.Paths.Map() {
		if item.Get == nil || path == "/events" || path == "/metrics" || strings.HasPrefix(path, "/subscriptions") || strings.HasPrefix(path, "/keys") {
			continue // they do not end, or are looked at elsewhere
		}
		id := map[string]string{"reports": "r001", "segments": "main-0015", "ports": "port-0", "posts": "beat-1", "sources": "rcmp",
			"hotspots": "main-0015-persons-20170101", "flags": flag}[collectionOf(path)]
		if strings.HasPrefix(path, "/flags/") {
			id = flag
		}
		target := strings.NewReplacer("{id}", id, "{z}", "4", "{x}", "3", "{y}", "5").Replace(path)
		a := c.get(target)
		if a.status != 200 && a.status != 204 {
			if !strings.HasSuffix(path, "/receipt") { // which the fake has none of
				t.Errorf("%s answers %d", target, a.status)
			}
			continue
		}
		looked++
		want := "private, no-cache"
		switch {
		case slices.Contains(never, path):
			want = "no-store"
		case slices.Contains(fixed, path), strings.HasSuffix(path, "ables"), strings.HasSuffix(path, "/schema"):
			want = "public, max-age=300"
		}
		tag := a.header.Get("ETag")
		if got := a.header.Get("Cache-Control"); got != want || (tag == "") != (want == "no-store") {
			t.Errorf("%s: Cache-Control %q with the tag %q, want %q", target, got, tag, want)
		}
		for _, name := range []string{"Accept", "Accept-Encoding"} {
			if !slices.Contains(strings.Split(a.header.Get("Vary"), ", "), name) {
				t.Errorf("%s: Vary %q lacks %s", target, a.header.Values("Vary"), name)
			}
		}
		head := c.do("HEAD", target, "").is(a.status)
		if len(head.body) > 0 || head.header.Get("ETag") != tag || head.header.Get("Cache-Control") != want || head.header.Get("Content-Type") != a.header.Get("Content-Type") {
			t.Errorf("HEAD %s: %v", target, head.header)
		}
		if tag != "" {
			if same := c.get(target, "If-None-Match: "+tag).is(304); len(same.body) > 0 || same.header.Get("ETag") != tag || same.header.Get("Cache-Control") != want {
				t.Errorf("304 of %s: %v", target, same.header)
			}
			c.get(target, `If-None-Match: "another"`).is(a.status)
		}
		allow := strings.Split(c.do("OPTIONS", target, "").is(200).header.Get("Allow"), ", ")
		for method := range item.Operations() {
			if !slices.Contains(allow, method) {
				t.Errorf("OPTIONS %s allows %v and not %s", target, allow, method)
			}
		}
		if !slices.Contains(allow, "HEAD") || !slices.Contains(allow, "OPTIONS") {
			t.Errorf("OPTIONS %s allows %v", target, allow)
		}
	}
	if looked < 40 {
		t.Errorf("only %d addresses were looked at", looked)
	}
}
