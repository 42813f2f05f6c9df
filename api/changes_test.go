package api

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// changed are the changes of an answer.
func (a *answered) changed() []map[string]any {
	a.Helper()
	var all []map[string]any
	for _, one := range a.is(200).json()["changes"].([]any) {
		all = append(all, one.(map[string]any))
	}
	return all
}

// Who follows the changes from the beginning has what the collection has.
func TestChangesMakeACopy(t *testing.T) {
	c := newClient(t)
	c.fill(7)
	etag := c.get("/collections/reports/items/r002").is(200).header.Get("ETag")
	c.do("PUT", "/collections/reports/items/r002", reportText("r002", -96, "2017-01-02T00:00:00Z", 99), "Content-Type: application/geo+json", "If-Match: "+etag).is(200)
	etag = c.get("/collections/reports/items/r003").is(200).header.Get("ETag")
	c.do("DELETE", "/collections/reports/items/r003", "", "If-Match: "+etag).is(204)

	copied := map[string]string{}
	tombstones, pages, next := 0, 0, "http://example.com/changes?limit=2"
	for seq := 0.0; next != ""; pages++ {
		a := c.get(strings.TrimPrefix(next, "http://example.com"))
		for _, one := range a.changed() {
			if one["seq"].(float64) != seq+1 {
				t.Fatalf("after %v comes %v", seq, one["seq"])
			}
			seq++
			if one["feature"] == nil {
				if one["op"] != "retract" {
					t.Errorf("%v has no feature", one)
				}
				tombstones++
				delete(copied, one["id"].(string))
				continue
			}
			text, _ := json.Marshal(one["feature"])
			copied[one["id"].(string)] = string(text)
		}
		if last := a.json()["last"]; last != seq {
			t.Errorf("last is %v at %v", last, seq)
		}
		next = a.link("next")
	}
	if tombstones != 1 || pages != 5 {
		t.Errorf("%d tombstones on %d pages", tombstones, pages)
	}
	found := c.get("/collections/reports/items").is(200).json()["features"].([]any)
	if len(found) != len(copied) {
		t.Errorf("%d features, the copy has %d", len(found), len(copied))
	}
	for _, f := range found {
		text, _ := json.Marshal(f)
		if id := f.(map[string]any)["id"].(string); copied[id] != string(text) {
			t.Errorf("%s is\n%s\nand in the copy\n%s", id, text, copied[id])
		}
	}
	if strings.Contains(string(c.get("/changes").body), "secret") {
		t.Error("who made an entry, or why, is shown")
	}
}

// Polling costs nothing while nothing happens, and misses nothing.
func TestChangesAreResumed(t *testing.T) {
	c := newClient(t)
	if all := c.get("/changes").changed(); len(all) != 0 {
		t.Errorf("an empty log has changes %v", all)
	}
	c.fill(3)
	a := c.get("/changes?after=3")
	if len(a.changed()) != 0 || a.json()["last"] != 3.0 || a.link("next") != "" {
		t.Errorf("at the end: %s", a.body)
	}
	c.get("/changes?after=3", "If-None-Match: "+a.header.Get("ETag")).is(304)
	if beyond := c.get("/changes?after=9").is(200).json(); beyond["last"] != 9.0 || beyond["head"] != 3.0 {
		t.Errorf("beyond the end: %v", beyond) // another node may lag behind
	}
	c.post(reportText("more", -97, "2017-01-01T00:00:00Z", 1)).is(201)
	if all := c.get("/changes?after=3", "If-None-Match: "+a.header.Get("ETag")).changed(); len(all) != 1 || all[0]["id"] != "more" {
		t.Errorf("after one more: %v", all)
	}
}

func TestChangesOfEveryCollection(t *testing.T) {
	c := newClient(t)
	c.fill(1)
	sources, _ := c.corpus.Sources(t.Context(), log.AsOf{})
	step := hotspot.Step{Flag: "f", State: hotspot.Closed, Reason: "duplicate"}
	for i, e := range []log.Entry{
		{Kind: log.Post, ID: "station-1", Op: log.Correct},
		{Kind: log.Source, ID: "rcmp", Op: log.Create, Body: report.AppendSource(nil, &sources[1].Source)},
		{Kind: log.Flag, ID: "f", Op: log.Create, Body: hotspot.AppendStep(nil, &step)},
		{Kind: "something", ID: "else", Op: log.Create},
		{Kind: log.Post, ID: "beat-1", Op: log.Retract},
	} {
		e.Seq, e.Revision = log.Seq(i+2), 1
		e.Recorded = noon()
		c.corpus.entries = append(c.corpus.entries, e)
		c.corpus.head = e.Seq
	}
	ids := func(query string) (all []string) {
		for _, one := range c.get("/changes" + query).changed() {
			text, _ := json.Marshal(one["feature"])
			var feature struct {
				ID         string
				Properties map[string]any
			}
			json.Unmarshal(text, &feature)
			if one["feature"] != nil && (feature.ID != one["id"] || len(feature.Properties) == 0) {
				t.Errorf("%v has the feature %s", one["id"], text)
			}
			if one["collection"] == "flags" && fmt.Sprint(one["step"]) != "map[reason:duplicate state:closed]" {
				t.Errorf("step %v", one["step"])
			}
			all = append(all, fmt.Sprintf("%s/%s %s", one["collection"], one["id"], one["op"]))
		}
		return all
	}
	for query, want := range map[string][]string{
		"":                           {"reports/r000 create", "posts/station-1 correct", "sources/rcmp create", "flags/f create", "posts/beat-1 retract"},
		"?collections=posts,flags":   {"posts/station-1 correct", "flags/f create", "posts/beat-1 retract"},
		"?collections=posts&limit=1": {"posts/station-1 correct"},
		"?after=2&collections=posts": {"posts/beat-1 retract"},
	} {
		if got := ids(query); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", query, got, want)
		}
	}
	// What is passed over counts as read, so that nobody looks through it again.
	if last := c.get("/changes?after=4&collections=reports").is(200).json()["last"]; last != 6.0 {
		t.Errorf("last is %v", last)
	}
	for _, query := range []string{"?after=-1", "?after=x", "?after=1.0", "?after=", "?after=9223372036854775808", "?collections=ports", "?collections=", "?collections=posts,", "?limit=0", "?bbox=1,2,3,4"} {
		c.get("/changes" + query).is(400)
	}
}
