package api

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"frontierwatch/api/codec"
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/log"
)

func TestLandingPageHasTheLinksThatClientsLookFor(t *testing.T) {
	c := newClient(t)
	links := map[string]string{}
	for _, l := range c.get("/").is(200).json()["links"].([]any) {
		l := l.(map[string]any)
		links[l["rel"].(string)] = l["type"].(string)
		a := c.get(strings.TrimPrefix(l["href"].(string), "http://example.com"), "Accept: "+l["type"].(string)).is(200)
		if got := a.header.Get("Content-Type"); got != l["type"] {
			t.Errorf("link %s says %s, the answer is %s", l["rel"], l["type"], got)
		}
	}
	for rel, media := range map[string]string{
		"self": "application/json", "service-desc": "application/vnd.oai.openapi+json;version=3.0", "service-doc": "text/html",
		"conformance": "application/json", "data": "application/json",
	} {
		if links[rel] != media {
			t.Errorf("link %s has type %q, want %q", rel, links[rel], media)
		}
	}
}

// Every link of every description works and is what it says.
func TestLinksOfCollectionsWork(t *testing.T) {
	c := newClient(t)
	c.fill(2)
	all := c.get("/collections").is(200).json()["collections"].([]any)
	if len(all) != len(codec.Collections()) {
		t.Fatalf("%d collections, want %d", len(all), len(codec.Collections()))
	}
	for i, of := range all {
		of := of.(map[string]any)
		id := codec.Collections()[i]
		if of["id"] != id {
			t.Errorf("collection %d is %v, want %s", i, of["id"], id)
		}
		itemTypes := map[string]bool{}
		for _, l := range of["links"].([]any) {
			l := l.(map[string]any)
			a := c.get(strings.TrimPrefix(l["href"].(string), "http://example.com")).is(200)
			if got := a.header.Get("Content-Type"); got != l["type"] {
				t.Errorf("%s: link %s says %s, the answer is %s", id, l["href"], l["type"], got)
			}
			if l["rel"] == "items" {
				itemTypes[l["type"].(string)] = true
			}
		}
		for _, media := range []string{"application/geo+json", "application/geo+json-seq", "text/csv"} {
			if !itemTypes[media] {
				t.Errorf("%s has no items link of type %s", id, media)
			}
		}
		one := c.get("/collections/" + id).is(200).json()
		if fmt.Sprint(one) != fmt.Sprint(of) {
			t.Errorf("/collections/%s and its element of /collections differ:\n%v\n%v", id, one, of)
		}
	}
	c.get("/collections/nothing").is(404)
	c.get("/collections/nothing/items").is(404)
}

func TestExtentHoldsEverything(t *testing.T) {
	c := newClient(t)
	extent := func() (map[string]any, map[string]any) {
		e := c.get("/collections/reports").is(200).json()["extent"].(map[string]any)
		return e["spatial"].(map[string]any), e["temporal"].(map[string]any)
	}
	if _, temporal := extent(); fmt.Sprint(temporal["interval"]) != "[[<nil> <nil>]]" {
		t.Errorf("without a report the interval is %v", temporal["interval"])
	}
	c.post(reportText("late", -97, "2016-06-01T10:00:00Z", 1)).is(201)
	c.post(reportText("early", -97, "2014-02-28T23:59:59Z", 1)).is(201)
	spatial, temporal := extent()
	if fmt.Sprint(temporal["interval"]) != "[[2014-02-28T00:00:00Z <nil>]]" {
		t.Errorf("interval %v", temporal["interval"])
	}
	b := spatial["bbox"].([]any)[0].([]any)
	bound := orb.Bound{Min: orb.Point{b[0].(float64), b[1].(float64)}, Max: orb.Point{b[2].(float64), b[3].(float64)}}
	// Whatever can be located lies in the extent: walk around every tenth segment at the limit.
	for i, s := range c.corpus.line.Segments() {
		if i%10 != 0 {
			continue
		}
		at := c.corpus.line.At(s.Stretch.Part, s.Stretch.From)
		for _, step := range [][2]float64{{0, .2244}, {0, -.2244}, {.6, 0}, {-.6, 0}, {.2, .1}, {.3, 0}, {-.34, 0}} {
			p := orb.Point{at[0] + step[0], at[1] + step[1]}
			if _, err := c.corpus.line.Locate(p, frontier.Limit); err == nil && !bound.Contains(p) {
				t.Errorf("a report at %v can be stored and is outside the extent %v", p, bound)
			}
		}
	}
}

func TestConformanceDeclaresWhatIsTested(t *testing.T) {
	c := newClient(t)
	var declared []string
	for _, uri := range c.get("/conformance").is(200).json()["conformsTo"].([]any) {
		declared = append(declared, uri.(string))
	}
	for _, uri := range []string{"ogcapi-features-1/1.0/conf/core", "ogcapi-features-1/1.0/conf/geojson", "ogcapi-features-1/1.0/conf/oas30",
		"ogcapi-features-3/1.0/conf/queryables", "ogcapi-features-3/1.0/conf/queryables-query-parameters"} {
		if !slices.Contains(declared, "http://www.opengis.net/spec/"+uri) {
			t.Errorf("%s is not declared", uri)
		}
	}
	for _, uri := range declared {
		for _, undone := range []string{"conf/functions", "conf/arithmetic", "conf/property-property", "conf/accent-insensitive-comparison"} {
			if strings.Contains(uri, undone) {
				t.Errorf("%s is declared and not there", uri)
			}
		}
	}
}

func TestQueryablesAreQueryParameters(t *testing.T) {
	c := newClient(t)
	for _, of := range codec.Collections() {
		for _, path := range []string{"queryables", "schema"} {
			s := c.get("/collections/" + of + "/" + path).is(200).json()
			if s["$schema"] != "https://json-schema.org/draft/2020-12/schema" || s["$id"] != "http://example.com/collections/"+of+"/"+path || s["type"] != "object" {
				t.Errorf("%s of %s: %v %v %v", path, of, s["$schema"], s["$id"], s["type"])
			}
		}
		s := c.get("/collections/" + of + "/queryables").json()
		documented := map[string]any{}
		for _, p := range c.document.Paths.Find("/collections/" + of + "/items").Get.Parameters {
			documented[p.Value.Name] = p.Value.Schema.Value.Type.Slice()[0]
		}
		for name, p := range s["properties"].(map[string]any) {
			p := p.(map[string]any)
			if strings.HasPrefix(fmt.Sprint(p["format"]), "geometry-") {
				if p["type"] != nil {
					t.Errorf("%s.%s has a type", of, name)
				}
				continue
			}
			if p["type"] == "array" {
				if documented[name] != nil {
					t.Errorf("%s.%s is a list and has a parameter", of, name)
				}
				continue
			}
			if documented[name] != p["type"] {
				t.Errorf("%s.%s is of type %v, its parameter %v", of, name, p["type"], documented[name])
			}
		}
	}
}

func TestParametersInTheDocumentAreAsTheSuiteWants(t *testing.T) {
	c := newClient(t)
	for _, of := range codec.Collections() {
		found := 0
		for _, p := range c.document.Paths.Find("/collections/" + of + "/items").Get.Parameters {
			p := p.Value
			s := p.Schema.Value
			switch p.Name {
			case "bbox":
				found++
				if !s.Type.Is("array") || s.MinItems != 4 || *s.MaxItems != 6 || p.Style != "form" || *p.Explode {
					t.Errorf("%s: bbox %+v", of, p)
				}
			case "limit":
				found++
				if !s.Type.Is("integer") || *s.Min != 1 || *s.Max != 10000 || s.Default != 1000.0 {
					t.Errorf("%s: limit %+v", of, s)
				}
			case "datetime":
				found++
			}
		}
		if found != 3 {
			t.Errorf("%s has %d of bbox, limit, datetime", of, found)
		}
	}
}

// Every address of the document answers something other than 404 and 405, and
// everything that is routed is in the document.
func TestDocumentAndRoutesAreTheSame(t *testing.T) {
	c := newClient(t)
	s := newServer(Config{Corpus: c.corpus, Now: noon})
	routed := 0
	for _, op := range s.operations() {
		path := c.document.Paths.Find(op.path)
		if path == nil || path.GetOperation(op.method) == nil {
			t.Errorf("%s %s is not in the document", op.method, op.path)
		}
		routed++
	}
	documented := 0
	for path, item := range c.document.Paths.Map() {
		for method := range item.Operations() {
			documented++
			if a := c.do(method, strings.Replace(path, "{id}", "x", 1), ""); a.status == 405 || a.status == 404 && !strings.Contains(path, "{id}") {
				t.Errorf("%s %s is documented and answers %d", method, path, a.status)
			}
		}
	}
	if routed != documented {
		t.Errorf("%d operations are routed, %d documented", routed, documented)
	}
}

func TestHealthReadinessVersion(t *testing.T) {
	c := newClient(t)
	c.fill(1)
	c.get("/healthz").is(200)
	if v := c.get("/version").is(200).json(); v["version"] != "1.2.3" {
		t.Errorf("version %v", v)
	}
	if v := c.get("/readyz").is(200).json(); v["head"] != 1.0 {
		t.Errorf("readyz %v", v)
	}
	for _, err := range []error{log.ErrFull, log.ErrClosed} {
		c.corpus.full = err
		a := c.get("/readyz").is(503)
		if a.header.Get("Retry-After") == "" {
			t.Error("no Retry-After")
		}
		c.get("/healthz").is(200)
		c.get("/collections/reports/items").is(200) // reading goes on
	}
}
