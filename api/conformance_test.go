package api

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// The requirements of OGC API – Features, Part 1 (17-069r4), by their names, and
// of Part 3 (19-079r2) as far as they are declared. What other tests here look at
// more closely is only touched.
func TestRequirements(t *testing.T) {
	c := newClient(t)
	c.fill(12)
	items, one := "/collections/reports/items", "/collections/reports/items/r003"
	for name, check := range map[string]func(c *client){
		"core/root-success": func(c *client) {
			a := c.get("/").is(200)
			for _, rel := range []string{"service-desc", "conformance", "data"} {
				if a.link(rel) == "" {
					c.Errorf("no link %s", rel)
				}
			}
		},
		"core/api-definition-success": func(c *client) {
			for _, rel := range []string{"service-desc", "service-doc"} {
				c.get(strings.TrimPrefix(c.get("/").link(rel), "http://example.com")).is(200)
			}
		},
		"core/conformance-success": func(c *client) {
			if n := len(c.get("/conformance").is(200).json()["conformsTo"].([]any)); n < 3 {
				c.Errorf("%d classes", n)
			}
		},
		"core/http": func(c *client) {
			c.do("DELETE", items, "").is(405)
			c.get("/nothing").is(404)
			c.get(items, "Accept: image/png").is(406)
		},
		"core/query-param-unknown": func(c *client) { c.get(items + "?nosuch=1").is(400) },
		"core/query-param-invalid": func(c *client) { c.get(items + "?limit=x").is(400) },
		"core/crs84": func(c *client) {
			f := c.get(one).is(200).json()["geometry"].(map[string]any)["coordinates"].([]any)
			if f[0].(float64) > -95 || f[1].(float64) != 49.001 {
				c.Errorf("longitude is not first: %v", f)
			}
		},
		"core/fc-md-links": func(c *client) {
			a := c.get("/collections").is(200)
			if a.link("self") == "" {
				c.Error("no link self")
			}
		},
		"core/sfc-md-success": func(c *client) {
			all := c.get("/collections").json()["collections"].([]any)[0].(map[string]any)
			one := c.get("/collections/reports").is(200).json()
			for _, member := range []string{"id", "title", "description", "extent", "itemType", "crs"} {
				if fmt.Sprint(all[member]) != fmt.Sprint(one[member]) || one[member] == nil {
					c.Errorf("%s: %v and %v", member, all[member], one[member])
				}
			}
		},
		"core/fc-bbox-response": func(c *client) {
			c.get(items + "?bbox=177,65,-177,70").is(200)
			c.get(items + "?bbox=-180,85,180,90").is(200)
			if got := len(c.get(items + "?bbox=-95.58,48,-95.4,50").is(200).ids()); got != 2 {
				c.Errorf("%d features in the box", got)
			}
		},
		"core/fc-limit-response": func(c *client) {
			if got := len(c.get(items + "?limit=5").is(200).ids()); got != 5 {
				c.Errorf("%d features for limit 5", got)
			}
			if got := len(c.get(items + "?limit=10001").is(200).ids()); got != 12 {
				c.Errorf("%d features for a limit above the maximum", got)
			}
			for _, limit := range []string{"0", "-1", "1.5", ""} {
				c.get(items + "?limit=" + limit).is(400)
			}
		},
		"core/fc-time-response": func(c *client) {
			if got := len(c.get(items + "?datetime=2017-03-03T00:00:00Z/..").is(200).ids()); got != 2 {
				c.Errorf("%d features", got)
			}
		},
		"core/fc-links and fc-timeStamp and fc-numberMatched": func(c *client) {
			a := c.get(items + "?limit=5").is(200)
			if a.link("self") == "" || a.link("alternate") == "" || a.link("next") == "" {
				c.Errorf("links: %v", a.json()["links"])
			}
			if _, err := time.Parse(time.RFC3339, a.json()["timeStamp"].(string)); err != nil {
				c.Error(err)
			}
			if a.json()["numberMatched"] != 12.0 || a.json()["numberReturned"] != 5.0 {
				c.Errorf("numbers: %v of %v", a.json()["numberReturned"], a.json()["numberMatched"])
			}
			if last := c.get(items + "?limit=12"); last.link("next") != "" {
				c.Error("the last page has a next link")
			}
		},
		"core/f-links": func(c *client) {
			a := c.get(one).is(200)
			if a.link("self") != "http://example.com"+one || a.link("collection") != "http://example.com/collections/reports" {
				c.Errorf("links: %v", a.json()["links"])
			}
		},
		"geojson/content": func(c *client) {
			for _, target := range []string{items, one, "/hotspots"} {
				a := c.get(target, "Accept: application/geo+json").is(200)
				if got := a.header.Get("Content-Type"); got != "application/geo+json" || strings.Contains(string(a.body), `"crs"`) {
					c.Errorf("%s is %s", target, got)
				}
			}
		},
		"oas30/oas-definition-1": func(c *client) {
			a := c.get("/api", "Accept: application/vnd.oai.openapi+json;version=3.0").is(200)
			if v := a.json()["openapi"].(string); !strings.HasPrefix(v, "3.0.") {
				c.Errorf("openapi %s", v)
			}
		},
		"queryables/get-queryables-op": func(c *client) {
			s := c.get("/collections/reports/queryables").is(200)
			if got := s.header.Get("Content-Type"); got != "application/schema+json" {
				c.Error(got)
			}
			p := s.json()["properties"].(map[string]any)
			if unit := p["unit"].(map[string]any); unit["type"] != "string" || unit["enum"] == nil {
				c.Errorf("unit: %v", unit)
			}
			if a := c.get("/collections/reports").link("http://www.opengis.net/def/rel/ogc/1.0/queryables"); a != "http://example.com/collections/reports/queryables" {
				c.Error(a)
			}
		},
		"queryables-query-parameters/parameters": func(c *client) {
			if got := strings.Join(c.get(items+"?count_best=3&unit=persons").is(200).ids(), " "); got != "r003" {
				c.Error(got)
			}
			c.get(items + "?unit=people").is(400)
		},
		"RFC 7946": func(c *client) {
			a := c.get("/collections/segments/items?limit=309").is(200)
			for _, f := range a.json()["features"].([]any) {
				g := f.(map[string]any)["geometry"].(map[string]any)
				for _, p := range g["coordinates"].([]any) {
					if lon := p.([]any)[0].(float64); lon < -180 || lon > 180 {
						c.Fatalf("longitude %v", lon)
					}
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			sub := *c
			sub.T = t
			check(&sub)
		})
	}
}
