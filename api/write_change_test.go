package api

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

const item = "/collections/reports/items/emerson-1"

// change sends a change of a report, with the tag that it has now unless tag is
// given.
func (c *client) change(method, body string, tag ...string) *answered {
	c.Helper()
	headers := []string{"Content-Type: application/geo+json"}
	if method == "PATCH" {
		headers[0] = "Content-Type: " + mediaMergePatch
	}
	if len(tag) == 0 {
		tag = []string{c.get(item).is(200).header.Get("ETag")}
	}
	if tag[0] != "" {
		headers = append(headers, "If-Match: "+tag[0])
	}
	return c.do(method, item, body, headers...)
}

func changing(t *testing.T) *client {
	c := newClient(t)
	c.post(reportText("emerson-1", -97.24, "2017-01-31T00:00:00Z", 3, `"source_ref":"a","tlp":"RED"`)).is(201)
	return c
}

func TestAReportIsReplaced(t *testing.T) {
	c := changing(t)
	first := c.get(item).is(200)
	a := c.change("PUT", reportText("emerson-1", -98, "2017-01-31T00:00:00Z", 5)).is(200)
	p := a.json()["properties"].(map[string]any)
	if p["count_best"] != 5.0 || p["source_ref"] != nil || p["revision"] != 2.0 || p["replaces"] != 1.0 || p["fid"] != 1.0 || p["seq"] != 2.0 {
		t.Errorf("%v", p)
	}
	if p["tlp"] != "RED" {
		t.Errorf("the marking went from RED to %v, which nobody asked for", p["tlp"])
	}
	now := c.get(item).is(200)
	if string(now.body) != string(a.body) || now.header.Get("ETag") != a.header.Get("ETag") || a.header.Get("ETag") == first.header.Get("ETag") {
		t.Error("what was answered is not what is there, or the tag has not changed")
	}
	// The past is as it was, and the report is there once.
	if got := c.get(item + "?asOf=1").is(200); got.json()["properties"].(map[string]any)["count_best"] != 3.0 {
		t.Errorf("at 1: %s", got.body)
	}
	if a := c.get("/collections/reports/items").is(200); a.json()["numberMatched"] != 1.0 {
		t.Errorf("%v reports", a.json()["numberMatched"])
	}
	if a := c.get("/collections/reports/items?asOf=1&count_best=3").is(200); a.json()["numberMatched"] != 1.0 {
		t.Errorf("%v reports at 1", a.json()["numberMatched"])
	}
	// The same again is no revision; neither is what GET shows, sent back.
	for _, body := range []string{reportText("", -98, "2017-01-31T00:00:00Z", 5), string(now.body)} {
		if same := c.change("PUT", body).is(200); same.header.Get("ETag") != now.header.Get("ETag") {
			t.Errorf("%s made a revision", body)
		}
	}
}

func TestAReportIsChanged(t *testing.T) {
	c := changing(t)
	for _, x := range []struct{ patch, member, want string }{
		{`{"properties":{"count_best":7}}`, "count_best", "7"},
		{`{"properties":{"count_max":9}}`, "count_max", "9"},
		{`{"properties":{"source_ref":null}}`, "source_ref", "<nil>"},
		{`{"properties":{"status":"confirmed","overlaps":["a","b"]},"id":"emerson-1"}`, "overlaps", "[a b]"},
		{`{"properties":{"overlaps":null}}`, "overlaps", "<nil>"},
		{`{"geometry":{"type":"Point","coordinates":[-99,49.001]}}`, "segment", "main-0029"},
		{`{"geometry":null,"properties":{"stretch":{"part":"main","km_from":150,"km_to":160}}}`, "km_to", "160"},
		{`{"properties":{"stretch":{"km_to":155}}}`, "km_to", "155"},
		{`{"geometry":{"type":"Point","coordinates":[-97.24,49.001]},"properties":{"stretch":null}}`, "km_to", "<nil>"},
	} {
		a := c.change("PATCH", x.patch).is(200)
		if got := fmt.Sprint(a.json()["properties"].(map[string]any)[x.member]); got != x.want {
			t.Errorf("%s: %s is %s, want %s", x.patch, x.member, got, x.want)
		}
	}
	if p := c.get(item).json()["properties"].(map[string]any); p["revision"] != 10.0 || p["count_best"] != 7.0 || p["count_max"] != 9.0 || p["status"] != "confirmed" {
		t.Errorf("%v", p)
	}
	if same := c.change("PATCH", `{}`).is(200); same.json()["properties"].(map[string]any)["revision"] != 10.0 {
		t.Error("nothing made a revision")
	}
}

func TestAReportIsRetracted(t *testing.T) {
	c := changing(t)
	tag := c.get(item).header.Get("ETag")
	if a := c.change("DELETE", "", tag).is(204); len(a.body) > 0 {
		t.Errorf("%s", a.body)
	}
	c.get(item).is(404)
	c.get(item + "?asOf=1").is(200)
	if n := c.get("/collections/reports/items").json()["numberMatched"]; n != 0.0 {
		t.Errorf("%v reports", n)
	}
	c.change("DELETE", "", "").is(404)
	c.change("DELETE", "", tag).is(412)
	c.change("PUT", reportText("", -98, "2017-01-31T00:00:00Z", 5), "").is(404)
	c.change("PUT", reportText("", -98, "2017-01-31T00:00:00Z", 5), tag).is(412)
	p := c.post(reportText("emerson-1", -97.24, "2017-01-31T00:00:00Z", 3, `"source_ref":"a","tlp":"RED"`)).is(409).problem()
	if len(p.Errors) != 1 || p.Errors[0].Pointer != "/id" {
		t.Errorf("%+v", p)
	}
	c.post(reportText("emerson-2", -97.24, "2017-01-31T00:00:00Z", 3)).is(201)
	if a := c.do("DELETE", "/collections/reports/items/emerson-2", ""); a.status != 204 { // without If-Match
		t.Errorf("%d", a.status)
	}
}

func TestChangesNeedTheTagOfWhatIsThere(t *testing.T) {
	c := changing(t)
	body, patch := reportText("", -98, "2017-01-31T00:00:00Z", 5), `{"properties":{"count_best":5}}`
	tag := c.get(item).header.Get("ETag")
	for _, method := range []string{"PUT", "PATCH"} {
		text := body
		if method == "PATCH" {
			text = patch
		}
		if p := c.change(method, text, "").is(428).problem(); len(p.Errors) != 1 || p.Errors[0].Header != "If-Match" {
			t.Errorf("%+v", p)
		}
		for _, wrong := range []string{`"other"`, "W/" + tag, strings.Trim(tag, `"`), `""`, `"a", "b"`} {
			if a := c.change(method, text, wrong).is(412); a.header.Get("ETag") != "" {
				t.Errorf("%s has a tag", a.what)
			}
		}
		a := c.do(method, "/collections/reports/items/never", text, "If-Match: *", "Content-Type: application/geo+json", "Content-Type: "+mediaMergePatch)
		a.is(412)
	}
	c.change("DELETE", "", `"other"`).is(412)
	if got := c.get(item).header.Get("ETag"); got != tag {
		t.Error("it has changed all the same")
	}
	// Every tag that GET gives is good, and only once.
	packed := c.get(item+"?f=csv", "Accept-Encoding: gzip").header.Get("ETag")
	c.change("PATCH", `{"properties":{"count_best":11}}`, `"no", `+packed).is(200)
	c.change("PATCH", `{"properties":{"count_best":12}}`, packed).is(412)
	c.change("PATCH", `{"properties":{"count_best":13}}`, "*").is(200)
	suffixed := strings.TrimSuffix(c.get(item).header.Get("ETag"), `"`) + gzipSuffix + `"`
	c.change("PATCH", `{"properties":{"count_best":14}}`, suffixed).is(200)
	if c.corpus.actor != "local" {
		t.Errorf("actor %q", c.corpus.actor)
	}
}

func TestChangesThatAreWrong(t *testing.T) {
	c := changing(t)
	before := string(c.get(item).body)
	for name, x := range map[string]struct {
		method, body string
		status       int
		pointer      string
	}{
		"another id":            {"PUT", reportText("other", -98, "2017-01-31T00:00:00Z", 5), 422, "/id"},
		"another id by patch":   {"PATCH", `{"id":"other"}`, 422, "/id"},
		"a negative count":      {"PATCH", `{"properties":{"count_best":-1}}`, 422, "/properties/count_best"},
		"an unknown member":     {"PATCH", `{"properties":{"surname":"Doe"}}`, 422, "/properties/surname"},
		"what is needed":        {"PATCH", `{"properties":{"observed_start":null}}`, 422, "/properties/observed_start"},
		"a source nobody knows": {"PATCH", `{"properties":{"source":"nobody"}}`, 422, "/properties/source"},
		"too far":               {"PATCH", `{"geometry":{"coordinates":[-97,38.5]}}`, 422, "/geometry"},
		"no JSON":               {"PATCH", `{"id":`, 400, ""},
		"two values":            {"PATCH", `{} {}`, 400, ""},
		"no object":             {"PATCH", `[1]`, 422, ""},
		"no UTF-8":              {"PATCH", "{\"id\":\"\xff\"}", 400, ""},
		"no JSON to put":        {"PUT", `{`, 400, ""},
		"a feature too few":     {"PUT", `{}`, 422, "/type"},
	} {
		a := c.change(x.method, x.body).is(x.status)
		p := a.problem()
		found := x.pointer == ""
		for _, f := range p.Errors {
			found = found || f.Pointer == x.pointer
		}
		if !found || strings.Contains(string(a.body), "Doe") {
			t.Errorf("%s: %s", name, a.body)
		}
	}
	tag := c.get(item).header.Get("ETag")
	c.do("PATCH", item, `{}`, "If-Match: "+tag, "Content-Type: application/json").is(415)
	c.do("PUT", item, `{}`, "If-Match: "+tag, "Content-Type: text/csv").is(415)
	c.do("PUT", item, strings.Repeat(" ", maxReport+1), "If-Match: "+tag, "Content-Type: application/geo+json").is(413)
	c.do("PUT", item, "{}", "If-Match: "+tag, "Content-Type: application/geo+json", "Content-Crs: <http://www.opengis.net/def/crs/EPSG/0/4326>").is(400)
	c.corpus.full = log.ErrFull
	c.change("PATCH", `{"properties":{"count_best":5}}`).is(507)
	c.change("DELETE", "").is(507)
	if got := string(c.get(item).body); got != before {
		t.Errorf("it has changed: %s", got)
	}
}

// outpaced is a corpus in which somebody else is always faster.
type outpaced struct{ *fake }

func (outpaced) Correct(context.Context, string, []report.Report, []int) ([]report.Added, error) {
	return []report.Added{{Err: report.ErrConflict}}, nil
}

func (outpaced) Retract(context.Context, string, string, int) (report.Added, error) {
	return report.Added{Err: report.ErrNotFound}, nil
}

func TestWhoComesSecondIsTold(t *testing.T) {
	c := newClient(t, func(cfg *Config) { cfg.Corpus = outpaced{cfg.Corpus.(*fake)} })
	c.post(reportText("emerson-1", -97.24, "2017-01-31T00:00:00Z", 3)).is(201)
	c.change("PATCH", `{"properties":{"count_best":5}}`).is(412)
	c.change("DELETE", "").is(412)
}

// OPTIONS tells what can be done, also to a feature that is not there: clients
// ask so whether they may edit.
func TestOptionsAreTrue(t *testing.T) {
	c := newClient(t)
	for target, want := range map[string]string{
		"/collections/reports/items":           "GET, HEAD, POST, OPTIONS",
		"/collections/reports/items/nosuch":    "GET, HEAD, PUT, PATCH, DELETE, OPTIONS",
		"/collections/segments/items":          "GET, HEAD, OPTIONS",
		"/collections/hotspots/items/whatever": "GET, HEAD, OPTIONS",
	} {
		if got := c.do("OPTIONS", target, "").is(200).header.Get("Allow"); got != want {
			t.Errorf("%s: %s, want %s", target, got, want)
		}
		for _, method := range []string{"POST", "PUT", "PATCH", "DELETE"} {
			a := c.do(method, target, "")
			if allowed := strings.Contains(want, method); allowed == (a.status == 405) {
				t.Errorf("%s %s answers %d and allows %s", method, target, a.status, want)
			}
		}
	}
}

// The examples of RFC 7396, appendix A, that are about objects.
func TestMergePatch(t *testing.T) {
	for _, x := range [][3]string{
		{`{"a":"b"}`, `{"a":"c"}`, `{"a":"c"}`},
		{`{"a":"b"}`, `{"b":"c"}`, `{"a":"b","b":"c"}`},
		{`{"a":"b"}`, `{"a":null}`, `{}`},
		{`{"a":"b","b":"c"}`, `{"a":null}`, `{"b":"c"}`},
		{`{"a":["b"]}`, `{"a":"c"}`, `{"a":"c"}`},
		{`{"a":"c"}`, `{"a":["b"]}`, `{"a":["b"]}`},
		{`{"a":{"b":"c"}}`, `{"a":{"b":"d","c":null}}`, `{"a":{"b":"d"}}`},
		{`{"a":[{"b":"c"}]}`, `{"a":[1]}`, `{"a":[1]}`},
		{`{"e":null}`, `{"a":1}`, `{"a":1,"e":null}`},
		{`[1,2]`, `{"a":"b","c":null}`, `{"a":"b"}`},
		{`{}`, `{"a":{"bb":{"ccc":null}}}`, `{"a":{"bb":{}}}`},
		{`{"n":1}`, `{"n":12345678901234567890}`, `{"n":12345678901234567890}`},
	} {
		if got, err := merged([]byte(x[0]), []byte(x[1])); err != nil || string(got) != x[2] {
			t.Errorf("%s with %s is %s (%v), want %s", x[0], x[1], got, err, x[2])
		}
	}
}
