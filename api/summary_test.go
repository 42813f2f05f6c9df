package api

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func (c *client) summed(query string) summaryJSON {
	c.Helper()
	var s summaryJSON
	if err := json.Unmarshal(c.get("/summary?"+query).is(200).body, &s); err != nil {
		c.Fatal(err)
	}
	return s
}

func (s summaryJSON) texts() (rows []string) {
	for _, r := range s.Rows {
		rows = append(rows, fmt.Sprint(r.Key, " ", r.Unit, " ", r.Lower, "–", r.Upper, " on ", r.Reported))
	}
	return rows
}

// What two agencies say about the same people is theirs once, and units stay apart.
func TestSummaryHasBoundsAndKeepsUnitsApart(t *testing.T) {
	c := newClient(t)
	segment := c.emerson()
	c.post(reportText("far", -103, "2017-02-10T12:00:00Z", 5)).is(201)
	c.post(reportText("claim", -97.24, "2017-02-10T12:00:00Z", 7, `"unit":"claims"`)).is(201)
	far := c.get("/collections/reports/items/far").json()["properties"].(map[string]any)["segment"].(string)
	for query, want := range map[string][]string{
		"": {segment + " claims 7–7 on 1", segment + " persons 161–304 on 59", far + " persons 5–5 on 1"},
		"by=agency": {"operator claims 7–7 on 1",
			"Royal Canadian Mounted Police persons 161–161 on 59", "operator persons 5–148 on 59"},
		"by=segment&unit=persons&datetime=2017-02-01/2017-02-28":                 {segment + " persons 142–209.864 on 28", far + " persons 5–5 on 1"},
		"by=segment&unit=persons&bbox=-103.3,48,-102.8,50":                       {far + " persons 5–5 on 1"},
		"by=week&unit=persons&bbox=-98,48,-97,50&datetime=2017-02-25/2017-03-05": {"2017-02-20 persons 10.143–14.99 on 2", "2017-02-27 persons 10.143–14.99 on 2"},
		"by=agency&bbox=-103.3,48,-102.8,50":                                     {"operator persons 5–5 on 1"},
		"asOf=1":                                                                 {segment + " persons 143–143 on 59"},
		"bbox=0,0,1,1":                                                           nil,
		"datetime=../2016-12-31":                                                 nil,
	} {
		if diff := cmp.Diff(want, c.summed(query).texts()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
	}
}

// However it is added up, it is the same in all.
func TestSummariesAgree(t *testing.T) {
	c := newClient(t)
	c.emerson()
	c.fill(60)
	segments := c.summed("by=segment").Totals
	for _, by := range []string{"agency", "week"} {
		for i, total := range c.summed("by=" + by).Totals {
			if want := segments[i]; total.Unit != want.Unit || total.From != want.From || total.To != want.To ||
				math.Abs(float64(total.Lower-want.Lower)) > 0.01 || math.Abs(float64(total.Upper-want.Upper)) > 0.01 {
				t.Errorf("by %s it is %+v, by segment %+v", by, total, want)
			}
		}
	}
	rows, err := csv.NewReader(strings.NewReader(string(c.get("/summary?by=agency&f=csv").is(200).body))).ReadAll()
	if err != nil || len(rows) != 3 || strings.Join(rows[0], ",") != "agency,unit,lower,upper,reported" {
		t.Errorf("%v %v", rows, err)
	}
	for _, query := range []string{"by=day", "unit=people", "limit=3", "bbox=1,2,3"} {
		c.get("/summary?" + query).is(400)
	}
	if got := harmless("=1+1"); got != "'=1+1" {
		t.Error(got)
	}
}
