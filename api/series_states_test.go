package api

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/report"
)

// The four states of a day: people, a reported zero, a figure that is withheld, and
// no report. What is reported is not withheld, whatever the source says.
func TestCellsHaveFourStates(t *testing.T) {
	c := newClient(t)
	day := func(n int) time.Time { return time.Date(2017, 2, n, 0, 0, 0, 0, time.UTC) }
	c.post(reportText("some", -97.24, "2017-02-01T12:00:00Z", 4)).is(201)
	c.post(reportText("nobody", -97.24, "2017-02-02T12:00:00Z", 0)).is(201)
	c.post(reportText("released", -97.24, "2017-02-04T12:00:00Z", 0)).is(201)
	segment := c.get("/collections/reports/items/some").json()["properties"].(map[string]any)["segment"].(string)
	var at frontier.Stretch
	for _, s := range c.corpus.line.Segments() {
		if s.ID == segment {
			at = s.Stretch
		}
	}
	read := func(bin string) (texts []string) {
		t.Helper()
		var s seriesJSON
		if err := json.Unmarshal(c.get("/collections/segments/items/"+segment+"/series?datetime=2017-02-01/2017-02-07&bin="+bin).is(200).body, &s); err != nil {
			t.Fatal(err)
		}
		for _, b := range s.Bins {
			texts = append(texts, fmt.Sprint(b.Start[5:], " ", b.State, " ", b.Reported, "+", b.Withheld, " of ", b.Days, ", ", b.Zero, " zero"))
		}
		return texts
	}
	none := []string{"02-01 count 1+0 of 1, 0 zero", "02-02 zero 1+0 of 1, 1 zero", "02-03 none 0+0 of 1, 0 zero", "02-04 zero 1+0 of 1, 1 zero",
		"02-05 none 0+0 of 1, 0 zero", "02-06 none 0+0 of 1, 0 zero", "02-07 none 0+0 of 1, 0 zero"}
	if diff := cmp.Diff(none, read("P1D")); diff != "" {
		t.Errorf("nothing is withheld (-want +got):\n%s", diff)
	}
	gap := report.Gap{From: day(3), To: day(5), Stretch: at, Withheld: true}
	with := func(g report.Gap) {
		c = newClient(t)
		c.corpus.voices = []hotspot.Voice{{Source: "local", Unit: report.Persons, Gaps: []report.Gap{g}}}
		c.post(reportText("some", -97.24, "2017-02-01T12:00:00Z", 4)).is(201)
		c.post(reportText("nobody", -97.24, "2017-02-02T12:00:00Z", 0)).is(201)
		c.post(reportText("released", -97.24, "2017-02-04T12:00:00Z", 0)).is(201)
	}
	with(gap)
	want := append([]string(nil), none...)
	want[2], want[4] = "02-03 withheld 0+1 of 1, 0 zero", "02-05 withheld 0+1 of 1, 0 zero"
	gap.Share = 0.5 // so that the report of day 4 does not end it
	with(gap)
	if diff := cmp.Diff(want, read("P1D")); diff != "" {
		t.Errorf("withheld (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"01-30 count 3+2 of 7, 2 zero", "02-06 none 0+0 of 2, 0 zero"}, read("P1W")); diff != "" {
		t.Errorf("by the week (-want +got):\n%s", diff)
	}
	var m matrixJSON
	if err := json.Unmarshal(c.get("/collections/segments/series?datetime=2017-02-01/2017-02-07&bin=P1D").is(200).body, &m); err != nil {
		t.Fatal(err)
	}
	for i, id := range m.Segments {
		if got := fmt.Sprint(m.Zero[i], m.Withheld[i]); id == segment && got != "[0 1 0 1 0 0 0] [0 0 1 0 1 0 0]" || id != segment && m.Withheld[i] != nil {
			t.Errorf("%s: %s", id, got)
		}
	}
	csv := string(c.get("/collections/segments/items/" + segment + "/series?datetime=2017-02-01/2017-02-07&bin=P1D&f=csv").is(200).body)
	if !strings.Contains(csv, "2017-02-03,2017-02-03,1,0,0,0,0,1,withheld,") {
		t.Error(csv)
	}
	// The control: what is said not to be known to the source is not withheld.
	gap.Withheld = false
	with(gap)
	if diff := cmp.Diff(none, read("P1D")); diff != "" {
		t.Errorf("not withheld (-want +got):\n%s", diff)
	}
}

// A flag leads to its receipt and its state, of the same day, and so does a segment to
// what is known of it.
func TestFeaturesLeadOn(t *testing.T) {
	c := newClient(t)
	c.fill(2)
	c.corpus.spots[0].Displaced = &hotspot.Displaced{First: 11, Last: 12, Since: noon().AddDate(0, 0, -9)}
	id := c.corpus.spots[0].ID
	links := func(path string) (rest []string) {
		t.Helper()
		for _, l := range c.get(path).is(200).json()["links"].([]any) {
			l := l.(map[string]any)
			href := strings.TrimPrefix(l["href"].(string), "http://example.com")
			if rel := l["rel"]; rel == "related" || rel == "describedby" {
				rest = append(rest, href)
				c.get(href).is(200)
			}
		}
		return rest
	}
	want := []string{"/flags/" + id + "/receipt?datetime=2017-03-04", "/collections/segments/items/main-0011", "/collections/segments/items/main-0012", "/flags/" + id + "/state?datetime=2017-03-04"}
	if diff := cmp.Diff(want, links("/collections/flags/items/"+id+"?datetime=2017-03-04")); diff != "" {
		t.Errorf("flag (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want[:3], links("/collections/hotspots/items/"+id+"?datetime=2017-03-04")); diff != "" {
		t.Errorf("hot spot (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"/flags/" + id + "/receipt", want[1], want[2]}, links("/collections/hotspots/items/"+id)); diff != "" {
		t.Errorf("hot spot (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"/collections/segments/items/main-0001/series", "/collections/segments/items/main-0001/week"}, links("/collections/segments/items/main-0001")); diff != "" {
		t.Errorf("segment (-want +got):\n%s", diff)
	}
	if text := string(c.get("/collections/flags").is(200).body); !strings.Contains(text, "28 days") || !strings.Contains(text, "no report is not calm") {
		t.Errorf("the collection does not say how long flags stand: %s", text)
	}
}
