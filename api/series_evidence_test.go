package api

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"frontierwatch/geo/report"
)

func (e *evidence) texts() (texts []string) {
	for _, s := range e.Sources {
		texts = append(texts, fmt.Sprint(s.Source, " (", s.Agency, ") ", s.Lower, "–", s.Upper, " ", s.Unit, " on ", s.Reported))
	}
	for _, l := range e.Linked {
		var reports []string
		for _, r := range l.Reports {
			reports = append(reports, fmt.Sprint(r.Source, " ", r.ID, " ", r.Count, " ", r.From, "/", r.To, " ", r.Counted))
		}
		texts = append(texts, fmt.Sprint(l.Lower, "–", l.Upper, " ", l.Unit, ": ", strings.Join(reports, "; ")))
	}
	return texts
}

// Emerson in January and February 2017. Police of the place: 143; Parliament: 143;
// the Royal Canadian Mounted Police: 19 and 142. The answer is neither their sum of
// 447 nor any of them alone, but 161 to 447, and by whom. 7 claims are no persons.
func TestTheAnswerForEmersonNamesItsSourcesAndReports(t *testing.T) {
	c := newClient(t)
	segment := c.emerson()
	c.post(reportText("parliament", -97.24, "2017-01-01T00:00:00Z", 143, `"observed_end":"2017-03-01T00:00:00Z"`, `"overlaps":["local"]`)).is(201)
	c.post(reportText("claims", -97.24, "2017-02-10T12:00:00Z", 7, `"unit":"claims"`, `"overlaps":["local"]`)).is(201)
	c.post(reportText("far", -103, "2017-02-10T12:00:00Z", 5)).is(201)
	linked := "161–447 persons: local local 143 2017-01-01/2017-02-28 0; local parliament 143 2017-01-01/2017-02-28 0; " +
		"rcmp feb 142 2017-02-01/2017-02-28 142; rcmp jan 19 2017-01-01/2017-01-31 19"

	var s seriesJSON
	series := "/collections/segments/items/" + segment + "/series?unit=persons&bin=P1M&datetime="
	if err := json.Unmarshal(c.get(series+"2017-01-01/2017-02-28").is(200).body, &s); err != nil {
		t.Fatal(err)
	}
	want := []string{"local (operator) 0–286 persons on 59", "rcmp (Royal Canadian Mounted Police) 161–161 persons on 59", linked}
	if diff := cmp.Diff(want, s.texts()); diff != "" {
		t.Errorf("series (-want +got):\n%s", diff)
	}
	lower, upper := figure(0), figure(0)
	for _, b := range s.Bins {
		lower, upper = lower+b.Lower, upper+b.Upper
	}
	if lower != 161 || upper != 447 {
		t.Errorf("the bins add up to %v–%v", lower, upper)
	}

	all := c.summed("datetime=2017-01-01/2017-02-28")
	want = []string{"local (operator) 7–7 claims on 1", "local (operator) 5–291 persons on 59", "rcmp (Royal Canadian Mounted Police) 161–161 persons on 59", linked}
	if diff := cmp.Diff(want, all.evidence.texts()); diff != "" {
		t.Errorf("summary (-want +got):\n%s", diff)
	}
	if got := c.summed("datetime=2017-01-01/2017-02-28&bbox=-98,48,-97,50&unit=persons").Totals; len(got) != 1 || got[0].Lower != 161 || got[0].Upper != 447 {
		t.Errorf("%+v", got)
	}

	// What does not touch the question is not told: other places, other days, other units.
	for _, query := range []string{"bbox=-103.3,48,-102.8,50", "datetime=2017-03-02/2017-03-05", "unit=claims"} {
		if got := c.summed(query); len(got.Linked) != 0 || got.Omitted != 0 {
			t.Errorf("%s: %v", query, got.evidence.texts())
		}
	}
	// The control: without the links there is nothing to know, and the bounds are one.
	c = newClient(t)
	c.post(reportText("local", -97.24, "2017-01-01T00:00:00Z", 143, `"observed_end":"2017-03-01T00:00:00Z"`)).is(201)
	c.post(reportText("jan", -97.24, "2017-01-01T00:00:00Z", 19, `"observed_end":"2017-02-01T00:00:00Z"`, `"source":"rcmp"`)).is(201)
	if got := c.summed(""); len(got.Linked) != 0 || got.Totals[0].Lower != 162 || got.Totals[0].Upper != 162 {
		t.Errorf("%+v", got)
	}
}

// Sources of lower add up to the totals, whatever overlaps; a set of very many
// reports is counted and not listed.
func TestEvidenceAddsUpAndStaysShort(t *testing.T) {
	c := newClient(t)
	c.emerson()
	for i := range maxLinked + 1 {
		at := noon().AddDate(0, 0, -i%20)
		c.corpus.Add(t.Context(), "tester", []report.Report{{
			ID: fmt.Sprint("part-", i), Point: &orb.Point{-103, 49}, Start: at, End: at, Count: report.Count{Best: 1, Min: 1, Max: 1},
			Unit: report.Persons, Source: "local", Overlaps: []string{"part-0"},
		}})
	}
	s := c.summed("by=week&unit=persons")
	lower, upper := figure(0), figure(0)
	for _, source := range s.Sources {
		lower, upper = lower+source.Lower, upper+source.Upper
	}
	if len(s.Totals) != 1 || !near(lower, s.Totals[0].Lower) || !near(upper, s.Totals[0].Upper) {
		t.Errorf("sources add up to %v–%v, totals are %+v", lower, upper, s.Totals)
	}
	if len(s.Linked) != 1 || s.Omitted != 1 {
		t.Errorf("%d sets are listed and %d are not", len(s.Linked), s.Omitted)
	}
}

func near(a, b figure) bool { return a-b < 0.01 && b-a < 0.01 }
