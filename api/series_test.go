package api

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"frontierwatch/geo/series"
)

// Emerson in January and February 2017: the police of the place and Parliament about
// the same people, the Royal Canadian Mounted Police by the month.
func (c *client) emerson() (segment string) {
	c.Helper()
	const lon = -97.24
	for _, r := range []string{
		reportText("local", lon, "2017-01-01T00:00:00Z", 143, `"observed_end":"2017-03-01T00:00:00Z"`, `"overlaps":["jan","feb"]`),
		reportText("jan", lon, "2017-01-01T00:00:00Z", 19, `"observed_end":"2017-02-01T00:00:00Z"`, `"source":"rcmp"`),
		reportText("feb", lon, "2017-02-01T00:00:00Z", 142, `"observed_end":"2017-03-01T00:00:00Z"`, `"source":"rcmp"`),
	} {
		c.post(r).is(201)
	}
	return c.get("/collections/reports/items/jan").json()["properties"].(map[string]any)["segment"].(string)
}

func TestSeriesHasBoundsByMonth(t *testing.T) {
	c := newClient(t)
	segment := c.emerson()
	a := c.get("/collections/segments/items/" + segment + "/series?bin=P1M&datetime=2016-12-15/2017-03-05").is(200)
	var s struct {
		Segment, Unit, Bin string
		Bins               []map[string]any
	}
	if err := json.Unmarshal(a.body, &s); err != nil {
		t.Fatal(err)
	}
	if s.Segment != segment || s.Unit != "persons" || s.Bin != "P1M" {
		t.Errorf("%+v", s)
	}
	var got []string
	for _, b := range s.Bins {
		got = append(got, fmt.Sprint(b["start"], " ", b["end"], " ", b["days"], " ", b["lower"], "–", b["upper"], " on ", b["reported"], ", expected ", b["expected"], ", ", b["completeness"]))
	}
	want := []string{
		"2016-12-01 2016-12-31 31 0–0 on 0, expected <nil>, 0", // before anybody reported
		"2017-01-01 2017-01-31 31 19–94.136 on 31, expected <nil>, 1",
		"2017-02-01 2017-02-28 28 142–209.864 on 28, expected <nil>, 1",
		"2017-03-01 2017-03-05 5 0–0 on 0, expected <nil>, 1", // as far as today
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	before := c.get("/collections/segments/items/" + segment + "/series?bin=P1M&datetime=2017-01-01/2017-02-28&asOf=2").is(200)
	if text := string(before.body); !strings.Contains(text, `"lower":75.136,"upper":94.136`) {
		t.Errorf("as of the second entry the larger source is the local police: %s", text)
	}
}

func TestSeriesIsCSVToo(t *testing.T) {
	c := newClient(t)
	at := "/collections/segments/items/" + c.emerson() + "/series?bin=P1D&datetime=2017-01-30/2017-02-02"
	a := c.get(at+"&f=csv", "Accept: text/html").is(200)
	rows, err := csv.NewReader(strings.NewReader(string(a.body))).ReadAll()
	if err != nil || len(rows) != 5 || strings.Join(rows[0], ",") != "start,end,days,lower,upper,reported,zero,withheld,state,expected,expected_low,expected_high,completeness" {
		t.Fatalf("%v %v", rows, err)
	}
	if got := strings.Join(rows[3], ","); got != "2017-02-01,2017-02-01,1,5.071,7.495,1,0,0,count,,,,1" {
		t.Error(got)
	}
	if got := a.header.Get("Content-Type"); got != "text/csv" {
		t.Error(got)
	}
	tag := a.header.Get("ETag")
	c.get(at+"&f=csv", "If-None-Match: "+tag).is(304)
	for _, l := range c.get(at).is(200).json()["links"].([]any) {
		l := l.(map[string]any)
		linked := c.get(strings.TrimPrefix(l["href"].(string), "http://example.com")).is(200)
		if got := linked.header.Get("Content-Type"); got != l["type"] {
			t.Errorf("link %s says %s, the answer is %s", l["rel"], l["type"], got)
		}
	}
}

// The matrix says what the series of each segment says.
func TestMatrixIsAllSeries(t *testing.T) {
	c := newClient(t)
	for i := range 200 {
		start := noon().AddDate(0, 0, -3*i).Format(time.RFC3339)
		c.post(reportText(fmt.Sprintf("r%03d", i), -97-float64(i%3)*0.2, start, i%5)).is(201)
	}
	query := "bin=P1W&datetime=2015-12-01/2017-03-05"
	var m matrixJSON
	if err := json.Unmarshal(c.get("/collections/segments/series?"+query).is(200).body, &m); err != nil {
		t.Fatal(err)
	}
	if len(m.Segments) != len(c.corpus.line.Segments()) || len(m.Starts) != 66 || m.Starts[0] != "2015-11-30" {
		t.Fatalf("%d segments × %d bins from %s", len(m.Segments), len(m.Starts), m.Starts[0])
	}
	reported, expected := 0, 0
	for i, id := range m.Segments {
		if i%60 != 0 && m.Lower[i] == nil {
			continue
		}
		var s seriesJSON
		if err := json.Unmarshal(c.get("/collections/segments/items/"+id+"/series?"+query).is(200).body, &s); err != nil {
			t.Fatal(err)
		}
		for b, row := range s.Bins {
			if row.Start != m.Starts[b] || row.Days != m.Days[b] || row.Completeness != m.Completeness[m.Area[i]][b] {
				t.Fatalf("%s bin %d: %+v", id, b, row)
			}
			if m.Lower[i] == nil {
				if row.Upper != 0 || row.Reported != 0 {
					t.Fatalf("%s has no row and %+v", id, row)
				}
			} else if row.Lower != m.Lower[i][b] || row.Upper != m.Upper[i][b] || row.Reported != m.Reported[i][b] {
				t.Fatalf("%s bin %d: %+v", id, b, row)
			}
			reported += row.Reported
			if e := float64(m.Rate[i] * m.Weight[m.Area[i]][b]); math.Abs(e-float64(row.Expected)) > 0.01*e {
				t.Errorf("%s bin %d: expected %v, by the matrix %v", id, b, row.Expected, e)
			} else if e > 0 {
				expected++
				if !(row.ExpectedLow <= row.ExpectedHigh) || row.Expected >= 1 && !(row.ExpectedLow <= row.Expected && row.ExpectedHigh > row.Expected) {
					t.Errorf("%s bin %d: %+v", id, b, row)
				}
			}
		}
	}
	if reported != 154 || expected == 0 {
		t.Errorf("reports on %d days, %d expectations", reported, expected)
	}
	c.get("/collections/segments/series?" + query + "&unit=claims").is(200)
}

func TestSeriesRefusesWhatItCannotAnswer(t *testing.T) {
	c := newClient(t)
	c.fill(1)
	one, all := "/collections/segments/items/main-0001/series", "/collections/segments/series"
	c.get(one).is(200)
	c.get(all).is(200)
	c.get("/collections/segments/items/main-9999/series").is(404)
	for _, target := range []string{
		one + "?bin=P2D", one + "?unit=people", one + "?bbox=1,2,3,4", one + "?bin=P1D&datetime=1900-01-01/..", all + "?bin=P1D&datetime=2010-01-01/..", one + "?f=html&x=1",
	} {
		if p := c.get(target).is(400).problem(); len(p.Errors) == 0 || p.Errors[0].Parameter == "" {
			t.Errorf("%s: %+v", target, p)
		}
	}
	for _, target := range []string{one + "?bin=P1M&datetime=0000-01-01T00:00:00Z/9999-12-31T00:00:00Z", one + "?datetime=../2016-01-01", one + "?datetime=2018-01-01/.."} {
		c.get(target).is(200)
	}
	if got := string(c.get(one + "?datetime=2018-01-01/..").body); !strings.Contains(got, `"bins":[]`) {
		t.Errorf("of the future there is %s", got)
	}
}

// Bins follow each other without a gap, hold the days they were made for, and begin
// as their kind does.
func TestBinsCoverTheirDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := rapid.SampledFrom([]binning{byDay, byWeek, byMonth}).Draw(t, "binning")
		from := series.Day(rapid.IntRange(-40_000, 40_000).Draw(t, "from"))
		to := from + series.Day(rapid.IntRange(0, 500).Draw(t, "more"))
		bins, err := b.bins(from, to, 600)
		if err != nil || len(bins) == 0 {
			t.Fatal(err, bins)
		}
		if bins[0].from > from || bins[0].to < from || bins[len(bins)-1].to != to {
			t.Fatalf("%v to %v: %v", from, to, bins)
		}
		for i, x := range bins {
			if i > 0 && x.from != bins[i-1].to+1 {
				t.Fatalf("a gap before %v", x)
			}
			if b == byWeek && x.from.Time().Weekday() != time.Monday || b == byMonth && x.from.Time().Day() != 1 || b == byDay && x.from != x.to && i < len(bins)-1 {
				t.Fatalf("%s: %v", b, x.from.Time())
			}
		}
	})
}
