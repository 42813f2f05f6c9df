package api

import (
	"context"
	"encoding/json"
	"math"
	"testing"
	"time"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/guard"
	"frontierwatch/geo/log"
)

// Guard is two ports and a beat that was known from the second entry of the log on.
func (f *fake) Guard(_ context.Context, at log.AsOf) (*guard.Guard, error) {
	var posts []guard.Post
	if at.Seq == 0 || at.Seq >= 2 {
		posts = append(posts, guard.Post{ID: "beat", Stretch: frontier.Stretch{From: frontier.KM(500), To: frontier.KM(540)}, ActiveFrom: time.Date(2017, 2, 20, 0, 0, 0, 0, time.UTC)})
	}
	g, err := guard.New(f.line, []guard.Port{
		{ID: "day", Measure: frontier.KM(155), HoursCA: "08:00-20:00", ZoneCA: "America/Winnipeg", HoursUS: "08:00-16:00", ZoneUS: "America/Chicago"},
		{ID: "unknown", Measure: frontier.KM(705), HoursCA: "24/7", ZoneCA: "America/Regina"},
	}, posts, guard.Setting{})
	if err != nil {
		return nil, err
	}
	return g, f.broken
}

func (c *client) covered(query string) (got coverageJSON) {
	c.Helper()
	if err := json.Unmarshal(c.get("/coverage?"+query).is(200).body, &got); err != nil {
		c.Fatal(err)
	}
	return got
}

func TestCoverageAddsUpTheFrontier(t *testing.T) {
	c := newClient(t)
	c.fill(3)
	// Noon of UTC is six in the morning of Winnipeg: the port of km 155 is shut, the
	// half of that of km 705 whose hours are known is open, and there is a beat of 40 km.
	now := c.covered("")
	if now.At != "2017-03-05T12:00:00Z" || now.Direction != "unknown" || len(now.Hours) != 24 || now.Hours[12] != now.Now {
		t.Errorf("%+v", now)
	}
	sum := now.Now.Guarded + now.Now.Unguarded + now.Now.Unknown
	if math.Abs(float64(sum-now.Length)) > 0.01 {
		t.Errorf("%v km of %v km", sum, now.Length)
	}
	for query, want := range map[string][3]float64{ // guarded now, at 19:00, always
		"":                              {52, 58, 52},
		"direction=northbound":          {52, 58, 52},
		"direction=southbound":          {46, 52, 46},
		"datetime=2017-02-01":           {12, 12, 6}, // the end of the day, six in the evening there
		"asOf=1":                        {6, 12, 6},
		"datetime=2016-07-01/2017-01-1": {},
	} {
		if want == ([3]float64{}) {
			c.get("/coverage?" + query).is(400)
			continue
		}
		got := c.covered(query)
		for i, total := range [...]totalJSON{got.Now, got.Hours[19], got.Always} {
			if math.Abs(float64(total.Guarded)-want[i]) > 0.01 {
				t.Errorf("%s: %d: %v km are guarded, want %v", query, i, total.Guarded, want[i])
			}
		}
	}
	if got := c.covered("direction=southbound"); math.Abs(float64(got.Now.Unknown)-6) > 0.01 {
		t.Errorf("the hours of one half are not known, and of %v km it is said so", got.Now.Unknown)
	}
	// Four hours of every day the Canadian half is open and the other is not.
	if m := now.Mismatch; len(m) != 2 || m[0] != (mismatchJSON{"day", 28, 0}) || m[1] != (mismatchJSON{"unknown", 0, 168}) || now.Hour != 28 {
		t.Errorf("%+v, %v", m, now.Hour)
	}
	for _, query := range []string{"direction=up", "unit=persons", "datetime=x"} {
		c.get("/coverage?" + query).is(400)
	}
	c.get("/coverage?f=html").is(200)
	tag := c.get("/coverage").header.Get("ETag")
	c.get("/coverage", "If-None-Match: "+tag).is(304)
}

func TestWeekOfASegment(t *testing.T) {
	c := newClient(t)
	c.fill(3)
	var got weekJSON
	at := "/collections/segments/items/main-0015/week"
	if err := json.Unmarshal(c.get(at+"?datetime=2017-02-26&window=P7D").is(200).body, &got); err != nil {
		t.Fatal(err)
	}
	if got.Zone != "America/Winnipeg" || got.From != "2017-02-20" || got.To != "2017-02-26" || len(got.Unguarded) != 168 {
		t.Fatalf("%+v", got)
	}
	// Six of the ten kilometres are in reach, from eight to eight o'clock at the place.
	for hour, want := range map[int]figure{0: 1, 7: 1, 8: 0.4, 19: 0.4, 20: 1, 24*3 + 12: 0.4, 167: 1} {
		if math.Abs(float64(got.Unguarded[hour]-want)) > 1e-3 {
			t.Errorf("hour %d: %v, want %v", hour, got.Unguarded[hour], want)
		}
	}
	if err := json.Unmarshal(c.get(at+"?datetime=2017-02-26&window=P7D&direction=southbound").is(200).body, &got); err != nil {
		t.Fatal(err)
	}
	if got.Unguarded[15] >= 1 || got.Unguarded[16] != 1 {
		t.Errorf("southbound: %v", got.Unguarded[:24])
	}
	c.get("/collections/segments/items/main-9999/week").is(404)
	c.get(at + "?window=P9D").is(400)
	c.get(at).is(200)
}
