package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"strings"
	"testing"

	"frontierwatch/api/codec"
	"frontierwatch/api/cql2"
)

// filterOf is a query with a filter, in the language it is in.
func filterOf(filter string) string {
	query := url.Values{"filter": {filter}}
	if strings.HasPrefix(filter, "{") {
		query.Set("filter-lang", cql2JSON)
	}
	return "?" + query.Encode()
}

func TestFiltersOfReports(t *testing.T) {
	c := newClient(t)
	c.fill(6) // r000 to r005: counts 0 to 5, a day apart, each older and farther west
	c.post(reportText("shared", -97, "2017-01-05T00:00:00Z", 9, `"overlaps":["r001","r002"]`, `"releasable_to":["USA","CAN"]`)).is(201)
	c.post(reportText("home", -97, "2017-01-04T00:00:00Z", 9, `"overlaps":["r002"]`, `"releasable_to":["CAN"]`)).is(201)
	c.post(`{"type":"Feature","id":"stretch","geometry":null,"properties":{"stretch":{"part":"main","km_from":700,"km_to":710},"observed_start":"2017-01-01T00:00:00Z","observed_end":"2017-02-28T00:00:00Z","count_best":143,"source":"rcmp","source_ref":"Emerson's","unit":"interceptions"}}`).is(201)
	for filter, want := range map[string]string{
		`count_best = 3`:                                                                        "r003",
		`count_best > 3`:                                                                        "r004 r005 shared home stretch",
		`A_CONTAINS(overlaps, ('r002'))`:                                                        "shared home",
		`A_CONTAINS(overlaps, ('r002', 'r001'))`:                                                "shared",
		`A_EQUALS(overlaps, ('r002'))`:                                                          "home",
		`A_CONTAINEDBY(releasable_to, ('CAN'))`:                                                 "home",
		`A_OVERLAPS(releasable_to, ('USA'))`:                                                    "shared",
		`overlaps IS NOT NULL`:                                                                  "shared home",
		`releasable_to IS NULL AND count_best >= 5`:                                             "r005 stretch",
		`NOT A_CONTAINS(overlaps, ('r001'))`:                                                    "home",
		`{"op":"a_containedBy","args":[{"property":"overlaps"},["r002","r001"]]}`:               "shared home",
		`count_best BETWEEN 1 AND 2`:                                                            "r001 r002",
		`count_best IN (0, 5)`:                                                                  "r000 r005",
		`id = 'r001' OR id LIKE 'str%'`:                                                         "r001 stretch",
		`CASEI(source_ref) = CASEI('EMERSON''S')`:                                               "stretch",
		`source_ref IS NULL AND count_best < 2`:                                                 "r000 r001",
		`NOT source_ref = 'x'`:                                                                  "stretch",
		`uncertainty_m > 0 OR uncertainty_m <= 0`:                                               "",
		`deleted = FALSE AND fid = 2`:                                                           "r001",
		`observed_start >= TIMESTAMP('2017-03-03T00:00:00Z')`:                                   "r000 r001",
		`T_AFTER(observed_start, DATE('2017-03-02'))`:                                           "r000 r001",
		`T_INTERSECTS(INTERVAL(observed_start, observed_end), DATE('2017-02-15'))`:              "stretch",
		`T_DURING(observed_start, INTERVAL('2017-03-01','2017-03-02')) AND unit <> 'claims'`:    "r002 r003",
		`S_INTERSECTS(geometry, BBOX(-95.58,48,-95.49,50))`:                                     "r000 r001",
		`S_INTERSECTS(geometry, POINT(-95.6 49.001))`:                                           "r002",
		`S_INTERSECTS(geometry, POLYGON((-95.52 48,-95.48 48,-95.5 50,-95.52 48)))`:             "r000",
		`S_INTERSECTS(geometry, LINESTRING(-104.7 48, -104.7 50)) OR count_best = 0`:            "r000 stretch",
		`{"op":"=","args":[{"property":"count_best"},3]}`:                                       "r003",
		`{"op":"s_intersects","args":[{"property":"geometry"},{"bbox":[-95.58,48,-95.49,50]}]}`: "r000 r001",
	} {
		a := c.get("/collections/reports/items" + filterOf(filter)).is(200)
		if got := strings.Join(a.ids(), " "); got != want {
			t.Errorf("%s finds %q, want %q", filter, got, want)
		}
		if a.json()["numberMatched"] != float64(len(a.ids())) {
			t.Errorf("%s: numberMatched %v of %d", filter, a.json()["numberMatched"], len(a.ids()))
		}
	}
}

// A filter holds together with everything else, and its pages are parts of one
// whole while reports arrive.
func TestFiltersPageExactly(t *testing.T) {
	c := newClient(t)
	c.fill(40)
	target := "/collections/reports/items" + filterOf("count_best >= 10 AND km > 0") + "&limit=7&bbox=-180,-90,180,90&unit=persons&datetime=../2017-03-05T00:00:00Z"
	var found []string
	for n := 0; target != ""; n++ {
		a := c.get(target).is(200)
		if a.json()["numberMatched"] != 30.0 {
			t.Fatalf("page %d: numberMatched %v", n, a.json()["numberMatched"])
		}
		found = append(found, a.ids()...)
		c.post(reportText(fmt.Sprintf("late%d", n), -95.5, "2017-02-01T00:00:00Z", 20)).is(201)
		target = strings.TrimPrefix(a.link("next"), "http://example.com")
	}
	if len(found) != 30 || found[0] != "r010" || found[29] != "r039" {
		t.Errorf("%d features: %v", len(found), found)
	}
	c.get(strings.Replace(c.get("/collections/reports/items"+filterOf("count_best >= 10")+"&limit=7").link("next"), "10", "11", 1)).is(400)
}

func TestFiltersOfEveryCollection(t *testing.T) {
	c := newClient(t)
	for _, x := range []struct{ of, filter, want string }{
		{"segments", `km_from >= 700 AND km_to <= 720 AND part = 'main'`, "main-0070 main-0071"},
		{"segments", `S_INTERSECTS(geometry, POINT(-141 65)) AND guarded IS NOT NULL`, "alaska-0051"},
		{"segments", `guarded IS NULL`, "main-0007"},
		{"segments", `S_WITHIN(geometry, POLYGON((-141.1 65.1,-140.9 65.1,-140.9 65.35,-141.1 65.35,-141.1 65.1)))`, "alaska-0048 alaska-0049"},
		{"segments", `S_CROSSES(geometry, LINESTRING(-104.7 48, -104.7 50))`, "main-0070"},
		{"segments", `S_CONTAINS(geometry, POINT(-141 65.2)) OR S_EQUALS(geometry, POINT(-141 65.2))`, "alaska-0049"},
		{"segments", `S_TOUCHES(geometry, POLYGON((-141 69.5,-140 69.5,-140 69.7,-141 69.7,-141 69.5))) AND km_to <= 20`, "alaska-0000 alaska-0001"},
		{"segments", `S_OVERLAPS(geometry, LINESTRING(-141 69.6,-141 69.55))`, ""},
		{"segments", `S_OVERLAPS(geometry, LINESTRING(-141 70,-141 69.55))`, "alaska-0000"},
		{"ports", `S_WITHIN(geometry, BBOX(-98,48,-97,50))`, "port-0"},
		{"posts", `S_DISJOINT(geometry, BBOX(-100,48,-99,50))`, "beat-1"},
		{"ports", `open_ca = TRUE AND id LIKE '%1'`, "port-1"},
		{"posts", `T_AFTER(active_from, DATE('2016-12-31'))`, "beat-1"},
		{"posts", `active_from IS NULL`, "station-1"},
		{"sources", `country = 'CAN'`, "rcmp"},
		{"sources", `silent = FALSE`, "local"},
		{"hotspots", `A_CONTAINS(agencies, ('RCMP')) AND A_OVERLAPS(segments, ('main-0042', 'main-0043')) AND silent IS NULL`, "main-0042-persons-20170102"},
		{"hotspots", `A_CONTAINS(agencies, (CASEI('USBP')))`, ""},
		{"flags", `A_EQUALS(segments, ('main-0015')) AND displaced_from IS NULL AND releasable_to IS NULL`, "main-0015-persons-20170101"},
		{"hotspots", `score > 4 AND day = DATE('2017-03-05')`, "main-0015-persons-20170101 main-0042-persons-20170102"},
		{"flags", `level = 'critical' AND unguarded_share >= 0.8`, "main-0015-persons-20170101"},
	} {
		a := c.get("/collections/" + x.of + "/items" + filterOf(x.filter)).is(200)
		if got := strings.Join(a.ids(), " "); got != x.want {
			t.Errorf("%s with %s: %q, want %q", x.of, x.filter, got, x.want)
		}
	}
}

// What the queryables say can be filtered by, can be, and nothing else.
func TestQueryablesAreWhatCanBeFiltered(t *testing.T) {
	c := newClient(t)
	for _, of := range codec.Collections() {
		listed := c.get("/collections/" + of + "/queryables").is(200).json()["properties"].(map[string]any)
		for name := range listed {
			c.get("/collections/" + of + "/items" + filterOf(`"`+name+`" IS NOT NULL`)).is(200)
		}
		all, _ := filterables(of)
		if len(all) != len(listed) {
			t.Errorf("%s: %d queryables, %d can be filtered by", of, len(listed), len(all))
		}
		p := c.get("/collections/" + of + "/items" + filterOf("nosuch = 1")).is(400).problem()
		if len(p.Errors) != 1 || p.Errors[0].Parameter != "filter" || !strings.Contains(p.Errors[0].Detail, "at character 1") {
			t.Errorf("%s: %+v", of, p.Errors)
		}
	}
	c.get("/collections/sources/items" + filterOf("geometry IS NULL")).is(400)
}

func TestFiltersThatAreWrong(t *testing.T) {
	c := newClient(t)
	items := "/collections/reports/items"
	for query, says := range map[string]string{
		"?filter=":                             "at character 1",
		"?filter=unit":                         "comparison",
		"?filter=unit%3D%27surname":            "close it",
		"?filter=%7B%22op%22%3A1%7D":           "filter-lang=cql2-json",
		"?filter-lang=cql2-json&filter=km%3D1": "filter-lang=cql2-text",
		"?filter-lang=cql-text":                "cql2-text",
		"?filter-crs=http%3A%2F%2Fwww.opengis.net%2Fdef%2Fcrs%2FEPSG%2F0%2F4326&filter=km%3D1": crs84,
		"?filter=km%3D1&filter=km%3D2":         "more than once",
		"?filter=" + strings.Repeat("(", 1000): "too deep",
	} {
		a := c.get(items + query).is(400)
		p := a.problem()
		if len(p.Errors) != 1 || !strings.Contains(p.Errors[0].Detail, says) || !strings.HasPrefix(p.Errors[0].Parameter, "filter") {
			t.Errorf("%.60s: %+v; want %q", query, p.Errors, says)
		}
		if strings.Contains(string(a.body), "surname") {
			t.Errorf("a value is repeated: %s", a.body)
		}
	}
	c.get(items + "?filter-lang=cql2-text&filter-crs=" + url.QueryEscape(crs84) + "&filter=km%3D1").is(200)
}

// No filter breaks the server, and both languages find the same.
func FuzzFilter(f *testing.F) {
	t := &testing.T{}
	c := newClient(t)
	c.fill(5)
	f.Add(`count_best > 2 AND S_INTERSECTS(geometry, BBOX(-98,48,-90,50))`)
	f.Add(`T_DURING(INTERVAL(observed_start,observed_end), INTERVAL('..','2017-03-03'))`)
	f.Add(`CASEI(unit) LIKE CASEI('PERS%') OR NOT km IN (1,2)`)
	f.Fuzz(func(t *testing.T, filter string) {
		get := func(query url.Values) (int, string) {
			w := httptest.NewRecorder()
			c.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/collections/reports/items?f=csv&"+query.Encode(), nil))
			return w.Code, w.Body.String()
		}
		status, text := get(url.Values{"filter": {filter}})
		if status == 400 {
			return
		}
		tree, err := cql2.ParseText(filter)
		if status != 200 || err != nil {
			t.Fatalf("%q answers %d: %v", filter, status, err)
		}
		written, err := json.Marshal(tree)
		if err != nil || len(written) > cql2.MaxLength {
			return
		}
		if again, other := get(url.Values{"filter": {string(written)}, "filter-lang": {cql2JSON}}); again != 200 || other != text {
			t.Fatalf("%q finds\n%s\nas JSON (%d)\n%s", filter, text, again, other)
		}
	})
}

// GDAL with conditions: what it does not push down it filters itself, and finds the
// same. (Version 3.6 knows only drafts of CQL2; equality goes by parameters.)
func TestGDALFilters(t *testing.T) {
	ogrinfo, err := exec.LookPath("ogrinfo")
	if err != nil {
		t.Skip("skipped: ogrinfo (Debian gdal-bin) is not installed")
	}
	c := newClient(t)
	c.fill(10)
	server := httptest.NewServer(c)
	defer server.Close()
	for where, want := range map[string]int{
		"count_best > 6 AND unit = 'persons'":     3,
		"observed_start >= '2017/03/03 00:00:00'": 2,
	} {
		out, err := exec.Command(ogrinfo, "-ro", "--config", "GDAL_HTTP_TIMEOUT", "10", "-where", where, "OAPIF:"+server.URL, "reports").CombinedOutput()
		if err != nil || strings.Contains(string(out), "ERROR") {
			t.Fatalf("%s: %v\n%.2000s", where, err, out)
		}
		if n := strings.Count(string(out), "OGRFeature(reports)"); n != want {
			t.Errorf("%s: %d features, want %d", where, n, want)
		}
	}
}

// Each class of CQL2 that is declared is there, by filters that need it.
func TestFilterClasses(t *testing.T) {
	c := newClient(t)
	c.fill(1)
	c.post(reportText("r001", -95.55, "2017-03-03T12:00:30Z", 1, `"overlaps":["a","b"]`)).is(201)
	c.post(reportText("r002", -95.6, "2017-03-02T12:00:30Z", 2)).is(201)
	declared := string(c.get("/conformance").is(200).body)
	for class, filters := range map[string][]string{
		"ogcapi-features-3/1.0/conf/filter":          {"count_best = 1"},
		"ogcapi-features-3/1.0/conf/features-filter": {"count_best = 1"},
		"cql2/1.0/conf/cql2-text":                    {"count_best = 1"},
		"cql2/1.0/conf/cql2-json":                    {`{"op":"=","args":[{"property":"count_best"},1]}`},
		"cql2/1.0/conf/basic-cql2": {
			"count_best = 1 AND NOT unit = 'claims'", "count_best = 7 OR count_best = 1", "count_best <> 0 AND count_best < 2", "count_best >= 1 AND count_best <= 1",
			"count_best > 0 AND source_ref IS NULL AND count_best = 1", "deleted = FALSE AND count_best = 1", "observed_start = TIMESTAMP('2017-03-03T12:00:30Z')",
		},
		"cql2/1.0/conf/advanced-comparison-operators": {"id LIKE '%1'", "id LIKE '_001'", "count_best BETWEEN 1 AND 1", "count_best IN (1, 9)", "id NOT LIKE '%0' AND id NOT IN ('r002')"},
		"cql2/1.0/conf/case-insensitive-comparison":   {"CASEI(id) = CASEI('R001')", "CASEI(id) IN (CASEI('R001'))"},
		"cql2/1.0/conf/basic-spatial-functions":       {"S_INTERSECTS(geometry, BBOX(-95.56,48,-95.54,50))", "S_INTERSECTS(geometry, POINT(-95.55 49.001))"},
		"cql2/1.0/conf/basic-spatial-functions-plus": {
			"S_INTERSECTS(geometry, LINESTRING(-95.55 48, -95.55 50))", "S_INTERSECTS(geometry, POLYGON((-95.56 48,-95.54 48,-95.55 50,-95.56 48)))",
			"S_INTERSECTS(geometry, MULTIPOINT((0 0),(-95.55 49.001)))", "S_INTERSECTS(geometry, MULTILINESTRING((-95.55 48, -95.55 50),(0 0,1 1)))",
			"S_INTERSECTS(geometry, MULTIPOLYGON(((-95.56 48,-95.54 48,-95.55 50,-95.56 48))))", "S_INTERSECTS(geometry, GEOMETRYCOLLECTION(POINT(0 0),POINT(-95.55 49.001)))",
		},
		"cql2/1.0/conf/array-functions": {
			"A_EQUALS(overlaps, ('a', 'b')) AND count_best < 2", "A_CONTAINS(overlaps, ('a')) AND id <> 'r002'", "A_CONTAINEDBY(overlaps, ('b', 'c', 'a'))", "A_OVERLAPS(overlaps, ('c', 'b'))",
			`{"op":"a_containedBy","args":[{"property":"overlaps"},["b","a"]]}`, "A_CONTAINEDBY(('a'), overlaps) AND A_CONTAINS(overlaps, ())",
		},
		"cql2/1.0/conf/temporal-functions": {
			"T_AFTER(observed_start, DATE('2017-03-02')) AND T_BEFORE(observed_start, DATE('2017-03-04'))", "T_DURING(observed_start, INTERVAL('2017-03-03','2017-03-03'))",
			"T_EQUALS(observed_start, TIMESTAMP('2017-03-03T12:00:30Z'))", "NOT T_DISJOINT(observed_start, DATE('2017-03-03'))", "T_INTERSECTS(observed_start, DATE('2017-03-03'))",
			"T_CONTAINS(DATE('2017-03-03'), observed_start)", "T_MEETS(INTERVAL('..',observed_start), TIMESTAMP('2017-03-03T12:00:30Z'))",
		},
	} {
		if !strings.Contains(declared, `"http://www.opengis.net/spec/`+class+`"`) {
			t.Errorf("%s is not declared", class)
		}
		for _, filter := range filters {
			if got := strings.Join(c.get("/collections/reports/items"+filterOf(filter)).is(200).ids(), " "); got != "r001" {
				t.Errorf("%s: %s finds %q", class, filter, got)
			}
		}
	}
}
