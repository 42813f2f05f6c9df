package main

import (
	"strings"
	"testing"

	"frontierwatch/api"
	"frontierwatch/geo/report"
)

// restarted is a server that was started now over the same log.
func (w *world) restarted(t *testing.T) *world {
	again := &world{corpus: w.corpus, door: newDoor(w.corpus, nil, w.door.now), clock: w.clock}
	t.Cleanup(func() { again.door.Close() })
	again.serve(func(*api.Config) {})
	return again
}

// A server that was started again takes the tags of the one before, until something that
// they stand for was overwritten: then none of before is taken, also when it is started
// once more. A reader whom the change does not show keeps his.
func TestTagsOfBeforeWhatWasOverwritten(t *testing.T) {
	targets := []string{"/collections/reports/items?limit=9", "/collections/reports/items?f=csv", "/collections/reports/items?f=gpkg", "/collections/flags/items", "/changes?limit=700", "/tiles/5/7/10.mvt"}
	w := newWorld(t, everyReport, everySource)
	tags := map[string]map[string]string{}
	names := []string{"partner", "agency", "originator", "analyst"}
	for _, name := range names {
		token, _ := tokenOf(name)
		tags[name] = map[string]string{}
		for _, target := range targets {
			tags[name][target] = tagOf(w.answer("GET", target, token, ""))
		}
	}
	check := func(what string, of *world, want map[string]string) {
		t.Helper()
		for _, name := range names {
			token, _ := tokenOf(name)
			for _, target := range targets {
				answer := of.answer("GET", target, token, "", "If-None-Match: "+tags[name][target])
				if tags[name][target] == "" || status(answer) != want[name] {
					t.Errorf("%s, %s: %s with the tag of before is answered %s, want %s", what, name, target, status(answer), want[name])
				}
			}
		}
	}
	check("started again", w.restarted(t), map[string]string{"partner": "304", "agency": "304", "originator": "304", "analyst": "304"})
	_, err := w.corpus.Rewrite(t.Context(), "test", "test", func(v *report.Version) report.Report {
		r := v.Report
		if v.Source == "rcmp" && v.TLP == report.Red && r.Point != nil { // what the originator sees, and no other class but analysts
			segment := w.corpus.Frontier().Segments()[v.Place.Segment].Stretch
			r.Point, r.Stretch = nil, &segment
		}
		return r
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"partner": "304", "agency": "304", "originator": "200", "analyst": "200"}
	check("overwritten", w, want)
	check("overwritten, started again", w.restarted(t), want)
	check("overwritten, started once more", w.restarted(t), want)
	if err := w.corpus.Erase(t.Context(), "test", "all00", "test"); err != nil { // which partners see
		t.Fatal(err)
	}
	want = map[string]string{"partner": "200", "agency": "200", "originator": "200", "analyst": "200"}
	check("erased", w, want)
	check("erased, started again", w.restarted(t), want)
	token, _ := tokenOf("analyst") // whose copy must forget it
	if got := w.answer("GET", "/changes?limit=10000", token, ""); !strings.Contains(got, `"op":"redact","collection":"reports","id":"all00","revision":2,"feature":null`) ||
		!strings.Contains(got, `"op":"create","collection":"reports","id":"all00","revision":1,"feature":null`) || !strings.Contains(got, `"op":"redact","collection":"reports","id":"secret00","revision":2,"feature":{`) {
		t.Error("the changes do not say what was overwritten")
	}
}
