package api

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/report"
)

// The fake has four hot spots: 15 (critical, 56 days), 42 (high, 28), 51 (low,
// 14) and 80 (low, 7); odd segments are unguarded.
func TestHotspotsInOneCall(t *testing.T) {
	c := newClient(t)
	for query, want := range map[string]string{
		"":                                    "15 42 51 80",
		"level=low":                           "15 42 51 80",
		"level=high":                          "15 42",
		"level=critical":                      "15",
		"guarded=false":                       "15 51",
		"guarded=true":                        "42 80",
		"guarded=false&level=medium":          "15",
		"window=P28D":                         "42 51 80",
		"window=P7D":                          "80",
		"bbox=-97.2,48,-97,50":                "15",
		"bbox=-97.2,50,-97,51":                "",
		"bbox=-97.2,48,-97,50&guarded=true":   "",
		"bbox=-180,48,180,50&limit=10":        "15 42 51 80",
		"bbox=100,48,-97,50":                  "15 42 51 80",
		"datetime=2017-03-05&asOf=2017-03-05": "15 42 51 80",
		"sortby=score":                        "80 51 42 15",
		"sortby=-window_days,id&level=low":    "15 42 51 80",
		"filter=score%3E2.7":                  "15 42 51",
		"filter=window_days%3C50&sortby=id":   "42 51 80",
		"window_days=28":                      "42",
		"label=new&part=main&limit=2":         "15 42",
	} {
		var got []string
		for _, id := range c.get("/hotspots?" + query).is(200).ids() {
			got = append(got, strings.TrimPrefix(strings.SplitN(id, "-p", 2)[0], "main-00"))
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%s: %s, want %s", query, s, want)
		}
	}
	for _, bad := range []string{"level=none", "guarded=no", "window=28", "window=P9D", "unit=people", "segment=main-0015"} {
		c.get("/hotspots?" + bad).is(400)
	}
}

// What is asked of detection: the end of datetime, never the future.
func TestTheInstantThatIsAskedAbout(t *testing.T) {
	c := newClient(t)
	now, day := noon().Truncate(time.Minute), noon().Truncate(24*time.Hour)
	at := func(text string) time.Time {
		v, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for query, want := range map[string]struct{ segments, hotspots, ports time.Time }{
		"":                               {now, day, now},
		"datetime=2017-02-01T05:06:07Z":  {at("2017-02-01T05:06:07Z"), at("2017-02-01T00:00:00Z"), at("2017-02-01T05:06:07Z")},
		"datetime=2017-02-01":            {at("2017-02-01T23:59:59.999Z"), at("2017-02-01T00:00:00Z"), at("2017-02-01T23:59:59.999Z")},
		"datetime=2017-01-01/2017-02-01": {at("2017-02-01T23:59:59.999Z"), at("2017-02-01T00:00:00Z"), at("2017-02-01T23:59:59.999Z")},
		"datetime=2017-01-01/..":         {now, day, now},
		"datetime=0000-01-01T00:00:00Z/9999-12-31": {now, day, at("9999-12-31T23:59:59.999Z")},
		"datetime=2018-01-01T12:00:00Z":            {now, day, at("2018-01-01T12:00:00Z")},
		"datetime=0000-01-01T00:00:00Z":            {at("1900-01-01T00:00:00Z"), at("1900-01-01T00:00:00Z"), at("1900-01-01T00:00:00Z")},
	} {
		c := newClient(t) // without answers that are kept
		c.get("/collections/segments/items?limit=1&" + query).is(200)
		if !c.corpus.asked.At.Equal(want.segments) {
			t.Errorf("segments with %q: asked about %v, want %v", query, c.corpus.asked.At, want.segments)
		}
		c.get("/hotspots?" + query).is(200)
		if !c.corpus.asked.At.Equal(want.hotspots) {
			t.Errorf("hotspots with %q: asked about %v, want %v", query, c.corpus.asked.At, want.hotspots)
		}
		c.get("/collections/ports/items?" + query).is(200)
		if !c.corpus.at.Equal(want.ports) {
			t.Errorf("ports with %q: asked about %v, want %v", query, c.corpus.at, want.ports)
		}
	}
	c.fill(3)
	c.get("/collections/segments/items?asOf=2&unit=claims&window=P7D").is(200)
	if q := c.corpus.asked; q.AsOf.Seq != 2 || q.Unit != report.Claims || q.Window != 7 {
		t.Errorf("asked %+v", q)
	}
	c.get("/hotspots?asOf=2017-02-01T10:00:00Z").is(200)
	if q := c.corpus.asked; !q.AsOf.Known.Equal(at("2017-02-01T10:00:00Z")) || !q.At.Equal(at("2017-02-01T00:00:00Z")) {
		t.Errorf("asked %+v", q)
	}
	for _, query := range []string{"asOf=9999-12-31", "asOf=3", "asOf=900"} {
		c.get("/hotspots?" + query).is(200)
		if q := c.corpus.asked; !q.AsOf.IsZero() {
			t.Errorf("%s asks for the past: %+v", query, q)
		}
	}
}

// Answers about hot spots are made once for a change, a day and a question.
func TestHotspotsAreWrittenOnce(t *testing.T) {
	now := noon()
	c := newClient(t, func(c *Config) { c.Now = func() time.Time { return now } })
	c.fill(1)
	made := func(target string, headers ...string) bool {
		c.corpus.asked = hotspot.Query{}
		c.get(target, headers...).is(200)
		return !c.corpus.asked.At.IsZero()
	}
	for i, x := range []struct {
		target  string
		headers []string
		made    bool
		first   func()
	}{
		{target: "/hotspots", made: true},
		{target: "/hotspots"},
		{target: "/hotspots", headers: []string{"Accept-Encoding: gzip"}},
		{target: "/hotspots", headers: []string{"Host: other.example"}, made: true},
		{target: "/hotspots?f=csv", made: true},
		{target: "/hotspots?level=high", made: true},
		{target: "/hotspots", first: func() { now = now.Add(time.Hour) }},
		{target: "/hotspots", made: true, first: func() { now = now.AddDate(0, 0, 1) }},
		{target: "/hotspots", made: true, first: func() { c.post(reportText("new", -97, "2017-01-01T00:00:00Z", 1)).is(201) }},
		{target: "/hotspots"},
	} {
		if x.first != nil {
			x.first()
		}
		if got := made(x.target, x.headers...); got != x.made {
			t.Errorf("step %d, %s %v: made %v", i, x.target, x.headers, got)
		}
	}
}

// All boxes and all single segments of one state are picked from one answer.
func TestSegmentsAreAskedForOnce(t *testing.T) {
	c := newClient(t)
	asked := func(target string) bool {
		c.corpus.asked = hotspot.Query{}
		c.get(target).is(200)
		return !c.corpus.asked.At.IsZero()
	}
	for i, x := range []struct {
		target string
		asked  bool
	}{
		{"/collections/segments/items", true}, {"/collections/segments/items?bbox=-97,48,-96,50", false}, {"/collections/segments/items/main-0007", false},
		{"/collections/segments/items/main-0007?window=P7D", true}, {"/collections/segments/items?level=high&window=P7D", false},
		{"/collections/segments/items?unit=claims", true}, {"/collections/segments/items?datetime=2017-01-01", true},
	} {
		if got := asked(x.target); got != x.asked {
			t.Errorf("step %d, %s: asked %v", i, x.target, got)
		}
	}
	c.fill(1)
	if !asked("/collections/segments/items/main-0007") {
		t.Error("after a report the old state is told")
	}
	for i := range 2 * remembered {
		asked("/collections/segments/items/main-0007?datetime=2017-01-" + strconv.Itoa(10+i))
	}
	c.corpus.broken = errors.New("out of order")
	c.get("/collections/segments/items/main-0007?datetime=2016-01-01").is(500)
	c.corpus.broken = nil
	c.get("/collections/segments/items/main-0007?datetime=2016-01-01").is(200)
}

func TestKeptAnswersAreBounded(t *testing.T) {
	const most, bytes = 64, 1 << 20
	k := newKept(most, bytes)
	for i := range 3 * most {
		k.put(&encodedPage{key: strconv.Itoa(i), plain: make([]byte, 1000)})
	}
	if k.order.Len() != most || len(k.at) != most || k.bytes != 1000*most || k.get("0") != nil || k.get(strconv.Itoa(3*most-1)) == nil {
		t.Errorf("%d answers of %d bytes are kept", k.order.Len(), k.bytes)
	}
	oldest := k.order.Front().Value.(*encodedPage).key
	k.get(oldest) // now it is the one asked for last
	for i := range 4 {
		k.put(&encodedPage{key: "large" + strconv.Itoa(i), plain: make([]byte, bytes/5)})
	}
	if k.get(oldest) == nil {
		t.Error("what was asked for last is forgotten first")
	}
	for i := range 9 {
		k.put(&encodedPage{key: "more" + strconv.Itoa(i), plain: make([]byte, bytes/5)})
	}
	k.put(&encodedPage{key: "more8", plain: make([]byte, 7)}) // made twice at the same time
	sum := 0
	for e := k.order.Front(); e != nil; e = e.Next() {
		sum += len(e.Value.(*encodedPage).plain)
	}
	if sum != k.bytes || sum > bytes || k.order.Len() != len(k.at) {
		t.Errorf("%d bytes are kept, counted %d", sum, k.bytes)
	}
	k.put(&encodedPage{key: "huge", plain: make([]byte, bytes/2)})
	if k.get("huge") != nil {
		t.Error("one answer takes the place of all others")
	}
}

func TestPostsAreFoundByBoxAndTime(t *testing.T) {
	c := newClient(t)
	for query, want := range map[string]string{
		"":                                    "station-1 beat-1",
		"datetime=2017-01-15":                 "station-1 beat-1",
		"datetime=2017-02-01T00:00:00Z":       "station-1", // from then on it is no longer active
		"datetime=2017-01-31T23:59:59.999Z":   "station-1 beat-1",
		"datetime=../2016-12-31":              "station-1",
		"bbox=-103,48,-101.5,50":              "beat-1",
		"bbox=-99.2,48,-99,50":                "station-1",
		"kind=patrol":                         "beat-1",
		"kind=station&bbox=-103,48,-101.5,50": "",
	} {
		if got := strings.Join(c.get("/collections/posts/items?"+query).is(200).ids(), " "); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	if got := len(c.get("/collections/sources/items?bbox=0,0,1,1&datetime=1999-01-01").is(200).ids()); got != 2 {
		t.Errorf("%d sources: what has no place and no time matches every box and every time", got)
	}
}

// The bounds of segments settle nothing otherwise than the line would.
func TestMeetsAgreesWithTheLine(t *testing.T) {
	c := newClient(t)
	s := newServer(Config{Corpus: c.corpus, Now: noon})
	line := c.corpus.line
	for part, length := range map[frontier.Part]frontier.Meters{frontier.Main: line.Length(frontier.Main), frontier.Alaska: line.Length(frontier.Alaska)} {
		for i := range 400 {
			from := length * frontier.Meters(i) / 400
			stretch := frontier.Stretch{Part: part, From: from, To: min(from+frontier.KM(float64(i%40+1)), length)}
			for j := range 20 {
				at := line.At(part, length*frontier.Meters(j)/20)
				b := box(at[0]-0.2, at[1]-0.01*float64(j%3), at[0]+0.1, at[1]+0.02)
				if got, want := s.meets(stretch, boxes(b)), line.Meets(stretch, b); got != want {
					t.Fatalf("%v and %v: %v, the line says %v", stretch, b, got, want)
				}
			}
		}
	}
}
