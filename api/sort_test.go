package api

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"frontierwatch/api/codec"
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

func TestReportsInOrder(t *testing.T) {
	c := newClient(t)
	for i, count := range []int{3, 1, 2, 1} { // r0 the newest
		c.post(reportText(fmt.Sprintf("r%d", i), -95.5-float64(i), noon().AddDate(0, 0, -1-i).Format("2006-01-02T15:04:05Z"), count)).is(201)
	}
	c.post(reportText("ref", -97, "2017-01-01T00:00:00Z", 2, `"source_ref":"b"`)).is(201)
	c.post(reportText("ref2", -97, "2016-01-01T00:00:00Z", 2, `"source_ref":"a"`)).is(201)
	for sortby, want := range map[string]string{
		"count_best":                      "r1 r3 r2 ref ref2 r0",
		"+count_best,-km":                 "r3 r1 r2 ref ref2 r0",
		"+count_best,+km":                 "r1 r3 ref ref2 r2 r0",
		" count_best,-observed_start":     "r1 r3 r2 ref ref2 r0",
		"-count_best,observed_start":      "r0 ref2 ref r2 r3 r1",
		"-id":                             "ref2 ref r3 r2 r1 r0",
		"observed_start":                  "ref2 ref r3 r2 r1 r0",
		"-observed_start":                 "r0 r1 r2 r3 ref ref2",
		"-observed_start,-fid":            "r0 r1 r2 r3 ref ref2",
		"source_ref":                      "ref2 ref r0 r1 r2 r3",
		"-source_ref":                     "ref ref2 r0 r1 r2 r3", // null comes last
		"deleted":                         "r0 r1 r2 r3 ref ref2",
		"-count_best&filter=count_best<3": "r2 ref ref2 r1 r3",
	} {
		name, filter, _ := strings.Cut(sortby, "&filter=")
		query := url.Values{"sortby": {name}}
		if filter != "" {
			query.Set("filter", filter)
		}
		if got := strings.Join(c.get("/collections/reports/items?"+query.Encode()).is(200).ids(), " "); got != want {
			t.Errorf("sortby=%s: %s, want %s", sortby, got, want)
		}
	}
	if got := strings.Join(c.get("/collections/reports/items?sortby=+count_best").ids(), " "); got != "r1 r3 r2 ref ref2 r0" {
		t.Errorf("an unescaped plus sign: %s", got)
	}
	for _, wrong := range []string{"", "nosuch", "--km", "%2B-km", "km,km", "km,-km", "km,", "geometry", "overlaps", "km;DESC"} {
		p := c.get("/collections/reports/items?sortby=" + url.QueryEscape(wrong)).is(400).problem()
		if len(p.Errors) != 1 || p.Errors[0].Parameter != "sortby" {
			t.Errorf("sortby=%s: %+v", wrong, p.Errors)
		}
	}
}

// Sorted pages are parts of one whole too, while reports arrive.
func TestSortedPagesAreExact(t *testing.T) {
	for _, sortby := range []string{"count_best", "-observed_start", "-km"} {
		c := newClient(t)
		c.fill(30)
		target := "/collections/reports/items?limit=7&sortby=" + sortby + filterOf("id LIKE 'r0%'")
		target = strings.Replace(target, sortby+"?", sortby+"&", 1)
		var found []string
		for n := 0; target != ""; n++ {
			a := c.get(target).is(200)
			if a.json()["numberMatched"] != 30.0 {
				t.Fatalf("%s, page %d: numberMatched %v", sortby, n, a.json()["numberMatched"])
			}
			found = append(found, a.ids()...)
			c.post(reportText("r0late"+strings.Trim(sortby, "-_")+fmt.Sprint(n), -95.5, "2017-02-20T00:00:00Z", 5)).is(201)
			target = strings.TrimPrefix(a.link("next"), "http://example.com")
		}
		if len(found) != 30 || found[0] > "r029" || len(slices.Compact(slices.Sorted(slices.Values(found)))) != 30 {
			t.Errorf("%s: %d features: %v", sortby, len(found), found)
		}
	}
}

func TestEveryCollectionSorts(t *testing.T) {
	c := newClient(t)
	c.fill(3)
	for _, of := range codec.Collections() {
		listed := c.get("/collections/" + of + "/sortables").is(200).json()["properties"].(map[string]any)
		all, _ := sortables(of)
		if len(all) != len(listed) || listed["geometry"] != nil {
			t.Errorf("%s: %d sortables are listed of %d", of, len(listed), len(all))
		}
		if got := c.get("/collections/" + of).link("http://www.opengis.net/def/rel/ogc/1.0/sortables"); got != "http://example.com/collections/"+of+"/sortables" {
			t.Errorf("%s: link %q", of, got)
		}
		shown := func(sortby, name string) (values []float64) {
			for _, f := range c.get("/collections/" + of + "/items?limit=400&sortby=" + sortby).is(200).json()["features"].([]any) {
				if v, ok := f.(map[string]any)["properties"].(map[string]any)[name].(float64); ok {
					values = append(values, v)
				}
			}
			return values
		}
		up, down := shown("fid", "fid"), shown("-fid", "fid")
		if !slices.IsSorted(up) || !slices.IsSortedFunc(down, func(a, b float64) int { return cmp.Compare(b, a) }) || len(up) == 0 {
			t.Errorf("%s: %v and %v", of, up, down)
		}
	}
	if got := strings.Join(c.get("/collections/hotspots/items?sortby=level,-score").is(200).ids(), " "); got == "" || !strings.HasPrefix(got, "main-0015") {
		t.Errorf("hot spots: %s", got)
	}
	got := strings.Join(c.get("/collections/segments/items?sortby=-part,-km_from&limit=2").is(200).ids(), " ")
	if got != "main-0204 main-0203" {
		t.Errorf("segments: %s", got)
	}
}

func TestPartsOfFeatures(t *testing.T) {
	c := newClient(t)
	c.fill(2)
	for _, target := range []string{"/collections/reports/items", "/collections/reports/items/r001", "/collections/ports/items", "/collections/sources/items/rcmp"} {
		a := c.get(target + "?properties=fid,source,note&skipGeometry=true")
		if strings.Contains(target, "reports") {
			a.is(400) // a report has no note
			a = c.get(target + "?properties=fid,source&skipGeometry=true").is(200)
		} else if strings.Contains(target, "sources") {
			a.is(400)
			a = c.get(target + "?properties=fid&skipGeometry=true").is(200)
		}
		f := a.is(200).json()
		if all, ok := f["features"].([]any); ok {
			f = all[0].(map[string]any)
		}
		if n := len(f["properties"].(map[string]any)); n < 1 || n > 3 || f["geometry"] != nil || f["id"] == "" {
			text, _ := json.Marshal(f)
			t.Errorf("%s: %s", target, text)
		}
	}
	if got := string(c.get("/collections/reports/items?f=csv&properties=count_best&skipGeometry=true&limit=1").is(200).body); got != "id,count_best\r\nr000,0\r\n" {
		t.Errorf("CSV: %q", got)
	}
	next := c.get("/collections/reports/items?properties=count_best&limit=1").link("next")
	if got := string(c.get(strings.TrimPrefix(next, "http://example.com") + "&f=csv").is(200).body); !strings.HasPrefix(got, "id,lon,lat,count_best\r\nr001,") {
		t.Errorf("the next page: %q", got)
	}
	for _, wrong := range []string{"properties=", "properties=nosuch", "properties=geometry", "skipGeometry=yes"} {
		c.get("/collections/reports/items?" + wrong).is(400)
	}
}

// overflowing is a corpus with more reports than are sorted.
type overflowing struct{ *fake }

func (c overflowing) Reports(_ context.Context, q report.Query) (report.Page, error) {
	v := &report.Version{Report: report.Report{ID: "one", Stretch: &frontier.Stretch{To: 1}, Start: noon(), End: noon()}, FID: 1, Seq: 1, Recorded: noon()}
	return report.Page{Versions: slices.Repeat([]*report.Version{v}, min(q.Limit, maxSorted+1)), Matched: maxSorted + 1}, nil
}

func TestTooManyReportsToSort(t *testing.T) {
	c := newClient(t, func(cfg *Config) { cfg.Corpus = overflowing{cfg.Corpus.(*fake)} })
	c.fill(1)
	p := c.get("/collections/reports/items?sortby=km").is(400).problem()
	if len(p.Errors) != 1 || p.Errors[0].Parameter != "sortby" || !strings.Contains(p.Errors[0].Detail, "100000") {
		t.Errorf("%+v", p)
	}
	c.get("/collections/reports/items?sortby=-observed_start&limit=1").is(200)
}
