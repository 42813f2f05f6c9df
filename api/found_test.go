package api

import (
	"context"
	"fmt"
	"testing"
	"time"

	"frontierwatch/geo/log"
)

// lag lets reports arrive that detection has not looked at.
func (c *client) lag(n int) {
	c.Helper()
	for i := range n {
		c.post(reportText(fmt.Sprint("lag", c.corpus.head, "-", i), -97, "2017-01-31T00:00:00Z", 1)).is(201)
	}
	c.corpus.behind += log.Seq(n)
}

// What detection found is told as of the position that it is of, by its tag and its time,
// and so is all else that a page says.
func TestFindingsAreToldForTheirPosition(t *testing.T) {
	const hotspots, flags, segments = "/collections/hotspots/items", "/collections/flags/items", "/collections/segments/items?limit=3"
	for _, target := range []string{
		hotspots, hotspots + "/main-0015-persons-20170101", "/hotspots?guarded=false", flags, flags + "?f=html", segments, segments + "&f=csv",
		flagAt + "/state", flagAt + "/receipt", "/tiles/4/3/5.mvt", "/tiles/4/3/5.mvt?layers=flags",
	} {
		c := newClient(t)
		c.lag(2)
		c.corpus.behind = 0
		before := c.get(target).is(200)
		c.lag(3)
		after := c.get(target).is(200)
		if a, b := before.header.Get("ETag"), after.header.Get("ETag"); a != b || string(before.body) != string(after.body) {
			t.Errorf("%s: tags %s and %s, and the bodies\n%s\n%s", target, a, b, before.body, after.body)
		}
		if got := c.corpus.asked.AsOf.Seq; got != 2 {
			t.Errorf("%s: detection was asked for position %d", target, got)
		}
		c.corpus.behind = 0
		if c.get(target).is(200).header.Get("ETag") == before.header.Get("ETag") {
			t.Errorf("%s: the tag of three entries later is the same", target)
		}
	}
}

// Who asks for a time or a position is answered for that, and counts are never behind.
func TestWhatIsNotAskedOfDetectionNowIsNotBehind(t *testing.T) {
	c := newClient(t)
	c.lag(5)
	for query, want := range map[string]log.AsOf{
		"asOf=4":          {Seq: 4},
		"asOf=2017-03-04": {Known: time.Date(2017, 3, 4, 0, 0, 0, 0, time.UTC)},
	} {
		c.get("/collections/hotspots/items?" + query).is(200)
		if got := c.corpus.asked.AsOf; got != want {
			t.Errorf("%s: asked as of %v", query, got)
		}
	}
	c.get("/collections/flags/items/main-0015-persons-20170101?asOf=3").is(200)
	for _, target := range []string{"/collections/reports/items", "/summary", "/collections/segments/items/main-0015/series", "/tiles/4/3/5.mvt?layers=reports"} {
		before := c.get(target).is(200).header.Get("ETag")
		c.lag(1)
		if c.get(target).is(200).header.Get("ETag") == before {
			t.Errorf("%s: does not see a report that came", target)
		}
	}
}

// Pages go on at the position of the first.
func TestPagesOfFindingsAreOfOnePosition(t *testing.T) {
	c := newClient(t)
	c.lag(4)
	c.corpus.behind = 1
	next := c.get("/collections/hotspots/items?limit=2").is(200).link("next")
	c.lag(2)
	c.corpus.behind = 0
	c.get(next).is(200)
	if got := c.corpus.asked.AsOf.Seq; got != 3 {
		t.Errorf("%q: asked for position %d", next, got)
	}
}

// An import that was acknowledged, or was broken off, is in what is found from then on.
func TestAnImportSettles(t *testing.T) {
	c := newClient(t)
	c.lag(3)
	c.load("text/csv", csvHead+"a,-97,49.001,2017-01-31T00:00:00Z,1,persons\r\n").is(200)
	if c.corpus.settled != 1 {
		t.Errorf("settled %d times", c.corpus.settled)
	}
	c.load("application/geo+json", `{"type":"FeatureCollection","features":[`+reportText("b", -97, "2017-01-31T00:00:00Z", 1)+`,{"type":"Fea`).is(400)
	if c.corpus.settled != 2 {
		t.Errorf("settled %d times after a file that is broken", c.corpus.settled)
	}
	c.post(reportText("c", -97, "2017-01-31T00:00:00Z", 1)).is(201)
	if c.corpus.settled != 2 {
		t.Error("each report settles")
	}
}

// Streams and webhooks tell of what stands, not of a position that others are told of:
// they would not ask again when nothing arrives any more.
func TestWhatWatchesFindingsIsNotBehind(t *testing.T) {
	c := newClient(t)
	c.lag(3)
	s := newServer(Config{Corpus: c.corpus, Now: noon})
	if found, err := (feed{s}).Findings(context.Background()); err != nil || len(found) == 0 || !c.corpus.asked.AsOf.IsZero() {
		t.Errorf("%d findings as of %v: %v", len(found), c.corpus.asked.AsOf, err)
	}
}
