package api

import (
	"net/url"
	"strings"
	"testing"
)

// A filter that is decided by kinds keeps what the same filter keeps when it must be
// asked of every report, which a second condition that is always true makes it.
func TestFiltersByKindKeepWhatFiltersOfReportsKeep(t *testing.T) {
	c := newClient(t)
	for _, r := range []string{
		reportText("a", -95.5, "2017-03-01T00:00:00Z", 1, `"unit":"claims","status":"confirmed","tlp":"GREEN"`),
		reportText("b", -95.6, "2017-03-02T00:00:00Z", 2, `"unit":"persons","source":"rcmp","direction":"northbound"`),
		reportText("c", -95.7, "2017-03-03T00:00:00Z", 3, `"unit":"claims","source":"rcmp","relation":"at_port"`),
	} {
		c.post(r).is(201)
	}
	for filter, want := range map[string]string{
		`unit = 'claims'`:                         "c a",
		`source = 'rcmp'`:                         "c b",
		`source = 'rcmp' AND NOT unit = 'claims'`: "b",
		`relation IN ('at_port', 'inland') OR direction = 'northbound'`: "c b",
		`tlp LIKE 'GR%' AND status = 'confirmed'`:                       "a",
		`unit IS NULL`: "",
	} {
		tree, err := parseFilter("reports", cql2Text, filter)
		if err != nil || !tree.names(ofKind[:]) {
			t.Errorf("%s is not decided by kinds: %v", filter, err)
		}
		for _, asked := range []string{filter, "(" + filter + ") AND count_best >= 0"} {
			a := c.get("/collections/reports/items" + filterOf(asked)).is(200)
			if got := strings.Join(a.ids(), " "); got != want || a.json()["numberMatched"] != float64(len(a.ids())) {
				t.Errorf("%s: %q of %v, want %q", asked, got, a.json()["numberMatched"], want)
			}
		}
	}
	if tree, err := parseFilter("reports", cql2Text, "unit = 'claims' AND km > 3"); err != nil || tree.names(ofKind[:]) {
		t.Errorf("a filter of places is decided by kinds: %v", err)
	}
	if got := strings.Join(c.get("/collections/reports/items?unit=claims&source=rcmp").is(200).ids(), " "); got != "c" {
		t.Errorf("by two parameters: %q", got)
	}
}

// Orders are remembered; what is remembered for one question is no answer to another.
func TestOrdersAreThoseOfTheirQuestion(t *testing.T) {
	c := newClient(t)
	c.fill(6)
	ask := func(rest string) string {
		return strings.Join(c.get("/collections/reports/items?sortby="+url.QueryEscape("-count_best")+rest).is(200).ids(), " ")
	}
	for range 2 {
		for rest, want := range map[string]string{
			"":                                  "r005 r004 r003 r002 r001 r000",
			"&limit=2":                          "r005 r004",
			"&datetime=2017-03-01/..":           ask("&datetime=2017-03-01/.."),
			"&filter=count_best<3":              "r002 r001 r000",
			"&count_best=4":                     "r004",
			"&properties=unit&bbox=-180,0,0,90": "r005 r004 r003 r002 r001 r000",
		} {
			if got := ask(rest); got != want {
				t.Errorf("%s: %q, want %q", rest, got, want)
			}
		}
	}
	c.post(reportText("more", -95.5, "2017-03-01T00:00:00Z", 9)).is(201)
	if got := ask(""); !strings.HasPrefix(got, "more r005") {
		t.Errorf("after one more report: %q", got)
	}
}
