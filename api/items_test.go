package api

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestItemsAreFoundByBoxAndTime(t *testing.T) {
	c := newClient(t)
	c.fill(5)
	for query, want := range map[string]string{
		"":                                             "r000 r001 r002 r003 r004",
		"bbox=-95.58,48,-95.4,50":                      "r000 r001",
		"bbox=-95.58,48,0,-95.4,50,9":                  "r000 r001",
		"bbox=-100,48,-96,50":                          "",
		"bbox=170,48,-95.58,50":                        "r002 r003 r004", // over the antimeridian
		"bbox=170,48,-170,50":                          "",
		"datetime=2017-03-04T12:00:30Z":                "r000",
		"datetime=2017-03-04":                          "r000",
		"datetime=2017-03-02T00:00:00Z/..":             "r000 r001 r002",
		"datetime=2017-03-02T00:00:00Z/":               "r000 r001 r002",
		"datetime=../2017-03-02":                       "r002 r003 r004",
		"datetime=/2017-03-02t23:59:60z":               "r002 r003 r004",
		"datetime=2017-03-01/2017-03-02":               "r002 r003",
		"datetime=0000-01-01T00:00:00Z/9999-12-31":     "r000 r001 r002 r003 r004",
		"datetime=0001-01-01T00:00:00Z":                "",
		"datetime=2017-03-04T07:00:30-05:00":           "r000",
		"count_best=3":                                 "r003",
		"count_best=3.0":                               "r003",
		"id=r002":                                      "r002",
		"unit=persons&status=unverified&tlp=AMBER":     "r000 r001 r002 r003 r004",
		"unit=claims":                                  "",
		"segment=main-0003":                            "r000",
		"side=CA&part=main":                            "r000 r001 r002 r003 r004",
		"source=rcmp":                                  "",
		"source_ref=":                                  "",
		"observed_start=2017-03-03T07:00:30-05:00":     "r001",
		"deleted=false&revision=1":                     "r000 r001 r002 r003 r004",
		"deleted=true":                                 "",
		"asOf=2":                                       "r000 r001",
		"asOf=99":                                      "r000 r001 r002 r003 r004",
		"asOf=2017-03-05T12:00:30.003Z":                "r000 r001 r002",
		"asOf=2017-03-05":                              "",
		"bbox=-95.58,48,-95.4,50&datetime=2017-03-03":  "r001",
		"bbox=-180,-90,180,90&limit=99999999999999999": "r000 r001 r002 r003 r004",
	} {
		a := c.get("/collections/reports/items?" + query).is(200)
		if got := strings.Join(a.ids(), " "); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
		body := a.json()
		if n := float64(len(strings.Fields(want))); body["numberMatched"] != n || body["numberReturned"] != n {
			t.Errorf("%s: numberMatched %v, numberReturned %v, want %v", query, body["numberMatched"], body["numberReturned"], n)
		}
	}
	if a := c.get("/collections/reports/items?unit=claims"); !strings.Contains(string(a.body), `"features":[]`) {
		t.Errorf("an empty page has no empty list: %s", a.body)
	}
}

// Every property that can be asked for by name finds the features that show the
// value, and those only: for every value that the features of each collection
// show.
func TestEqualityFindsWhatIsShown(t *testing.T) {
	c := newClient(t)
	c.fill(4)
	c.post(strings.Replace(reportText("stretch", 0, "2017-01-01T00:00:00Z", 143, `"observed_end":"2017-02-28T00:00:00Z"`, `"stretch":{"part":"main","km_from":150,"km_to":160}`, `"source":"rcmp"`, `"source_ref":"a \"b\" <c>, d"`, `"unit":"interceptions"`),
		`{"type":"Point","coordinates":[0,49.001]}`, "null", 1)).is(201)
	for _, of := range []string{"reports", "segments", "ports", "posts", "sources", "hotspots", "flags"} {
		all := c.get("/collections/" + of + "/items").is(200).json()["features"].([]any)
		tried := 0
		for _, p := range equalities(of, nil) {
			seen := map[string][]string{} // ids by the value they show
			for _, f := range all {
				f := f.(map[string]any)
				value := f["properties"].(map[string]any)[p.name]
				if p.name == "id" {
					value = f["id"]
				}
				if value != nil {
					text := strings.TrimSuffix(fmt.Sprintf("%.10f", value), ".0000000000")
					if s, ok := value.(string); ok {
						text = s
					} else if b, ok := value.(bool); ok {
						text = fmt.Sprint(b)
					}
					seen[text] = append(seen[text], f["id"].(string))
				}
			}
			for text, want := range first(seen, 3) {
				got := c.get("/collections/" + of + "/items?" + encoded(map[string][]string{p.name: {text}})[1:]).is(200).ids()
				if p.name == "unit" && of == "segments" {
					continue // it is the unit that is counted
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s with %s=%s (-want +got):\n%s", of, p.name, text, diff)
				}
				tried++
			}
		}
		if tried < 5 {
			t.Errorf("%s: only %d values were tried", of, tried)
		}
	}
}

func first(m map[string][]string, n int) map[string][]string {
	keys := []string{}
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	some := map[string][]string{}
	for _, k := range keys[:min(n, len(keys))] {
		some[k] = m[k]
	}
	return some
}

// Pages of any size are together the whole, each with the same numberMatched,
// while reports arrive in between and even when the server is started anew.
func TestPagesAreOneWholeWhileReportsArrive(t *testing.T) {
	for _, size := range []int{1, 4, 10, 23, 24} {
		c := newClient(t)
		c.fill(23)
		whole := c.get("/collections/reports/items?bbox=-97,48,-95,50").ids()
		var got []string
		next := fmt.Sprintf("/collections/reports/items?bbox=-97,48,-95,50&limit=%d", size)
		for page := 0; next != ""; page++ {
			a := c.get(next).is(200)
			got = append(got, a.ids()...)
			if m := a.json()["numberMatched"]; m != 23.0 {
				t.Fatalf("page %d of %d each: numberMatched %v", page, size, m)
			}
			if a.header.Get("OGC-NumberMatched") != "23" || a.json()["numberReturned"] != float64(len(a.ids())) {
				t.Errorf("page %d of %d each counts wrongly", page, size)
			}
			if inHeader := strings.Contains(a.header.Get("Link"), `rel="next"`); inHeader != (a.link("next") != "") {
				t.Errorf("Link header and links of page %d disagree about next", page)
			}
			next = strings.TrimPrefix(a.link("next"), "http://example.com")
			c.post(reportText(fmt.Sprintf("new-%d", page), -95.6, "2016-03-05T11:00:00Z", 1)).is(201)
			c.Handler = New(Config{Corpus: c.corpus, Now: noon, Version: "1.2.3"})
		}
		if diff := cmp.Diff(whole, got); diff != "" {
			t.Errorf("by %d (-whole +pages):\n%s", size, diff)
		}
	}
}

// The other collections page by the same rules.
func TestSmallCollectionsPage(t *testing.T) {
	c := newClient(t)
	for of, n := range map[string]int{"segments": 309, "ports": 2, "posts": 2, "sources": 2, "hotspots": 4, "flags": 1} {
		seen := map[string]bool{}
		for next := "/collections/" + of + "/items?limit=40"; next != ""; {
			a := c.get(next).is(200)
			for _, id := range a.ids() {
				if seen[id] {
					t.Errorf("%s: %s is on two pages", of, id)
				}
				seen[id] = true
			}
			if m := a.json()["numberMatched"]; m != float64(n) {
				t.Errorf("%s: numberMatched %v, want %d", of, m, n)
			}
			next = strings.TrimPrefix(a.link("next"), "http://example.com")
		}
		if len(seen) != n {
			t.Errorf("%s: %d features on all pages, want %d", of, len(seen), n)
		}
	}
}

func TestCursorBelongsToItsQuestion(t *testing.T) {
	c := newClient(t)
	c.fill(3)
	next := strings.TrimPrefix(c.get("/collections/reports/items?limit=1&unit=persons").link("next"), "http://example.com")
	c.get(strings.Replace(next, "limit=1", "limit=2&f=csv", 1)).is(200)
	for _, other := range []string{
		strings.Replace(next, "unit=persons", "unit=claims", 1),
		strings.Replace(next, "reports", "segments", 1),
		next + "x", strings.Replace(next, "next=A", "next=B", 1), next[:len(next)-24],
		"/collections/reports/items?next=", "/collections/reports/items?next=AAAA",
	} {
		p := c.get(other).is(400).problem()
		if len(p.Errors) == 0 || !slices.ContainsFunc(p.Errors, func(f fault) bool { return f.Parameter == "next" }) {
			t.Errorf("%s: %+v", other, p.Errors)
		}
	}
}

func TestOneFeatureOfEachCollection(t *testing.T) {
	c := newClient(t)
	c.fill(1)
	for of, id := range map[string]string{
		"reports": "r000", "segments": "main-0004", "ports": "port-1", "posts": "beat-1", "sources": "rcmp",
		"hotspots": "main-0042-persons-20170102", "flags": "main-0015-persons-20170101",
	} {
		at := "/collections/" + of + "/items/" + id
		a := c.get(at).is(200)
		if a.json()["id"] != id {
			t.Errorf("%s: id %v", at, a.json()["id"])
		}
		for rel, want := range map[string]string{"self": at, "collection": "/collections/" + of, "alternate": at + "?f=csv"} {
			if got := a.link(rel); got != "http://example.com"+want {
				t.Errorf("%s: link %s is %q", at, rel, got)
			}
		}
		if csv := c.get(at + "?f=csv").is(200); !strings.Contains(string(csv.body), "\r\n"+id+",") {
			t.Errorf("%s as CSV: %s", at, csv.body)
		}
		c.get(at + "/").is(200)
		c.get(at + "x").is(404)
		c.get("/collections/" + of + "/items/a/b").is(404)
	}
	c.get("/collections/reports/items/r%3000").is(200)
	c.get("/collections/reports/items/r000?asOf=2017-01-01").is(404)
}
