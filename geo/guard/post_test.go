package guard

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

func aStation() Post {
	return Post{ID: "station-1", Kind: Station, Name: "Pembina", Agency: "U.S. Border Patrol", Point: &orb.Point{-97.2370361, 49.000453},
		Stretch: frontier.Stretch{From: 4281300.12, To: 4281300.12}, Offset: 5.5}
}

func aBeat() Post {
	return Post{ID: "beat-1", Kind: Patrol, Name: "Night <beat> “A”", Agency: "RCMP", Stretch: frontier.Stretch{Part: frontier.Alaska, From: 1000, To: 2500.5},
		ActiveFrom: time.Date(2026, 1, 5, 22, 0, 0, 5e6, time.UTC), ActiveTo: time.Date(2026, 1, 6, 4, 0, 0, 0, time.UTC)}
}

func TestPostBodyIsCanonical(t *testing.T) {
	for _, c := range []struct {
		post Post
		want string
	}{
		{aStation(), `{"type":"Feature","id":"station-1","geometry":{"type":"Point","coordinates":[-97.2370361,49.000453]},"properties":{"kind":"station","name":"Pembina","agency":"U.S. Border Patrol","part":"main","km_from":4281.30012,"km_to":4281.30012,"offset_m":5.5}}`},
		{aBeat(), `{"type":"Feature","id":"beat-1","geometry":null,"properties":{"kind":"patrol","name":"Night <beat> “A”","agency":"RCMP","part":"alaska","km_from":1,"km_to":2.5005,"active_from":"2026-01-05T22:00:00.005Z","active_to":"2026-01-06T04:00:00.000Z"}}`},
	} {
		if got := string(AppendPost([]byte("before "), &c.post)); got != "before "+c.want {
			t.Errorf("body is\n%s, want\n%s", got, c.want)
		}
		got, err := DecodePost([]byte(c.want))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.post, got); diff != "" {
			t.Errorf("read again (-want +got):\n%s", diff)
		}
	}
}

func TestPostBodyGivesThePostBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		instant := rapid.Custom(func(t *rapid.T) time.Time {
			if rapid.Bool().Draw(t, "none") {
				return time.Time{}
			}
			return time.UnixMilli(rapid.Int64Range(-1e12, 4e12).Draw(t, "ms")).In(time.FixedZone("", 3600))
		})
		meters := rapid.Custom(func(t *rapid.T) frontier.Meters { return frontier.Meters(rapid.Float64Range(0, 1e7).Draw(t, "m")) })
		p := Post{
			ID: rapid.String().Draw(t, "id"), Kind: rapid.String().Draw(t, "kind"), Name: rapid.String().Draw(t, "name"), Agency: rapid.String().Draw(t, "agency"),
			Stretch: frontier.Stretch{Part: rapid.SampledFrom(frontier.Parts[:]).Draw(t, "part"), From: meters.Draw(t, "from"), To: meters.Draw(t, "to")},
			Offset:  meters.Draw(t, "offset"), ActiveFrom: instant.Draw(t, "active from"), ActiveTo: instant.Draw(t, "active to"),
		}
		if rapid.Bool().Draw(t, "point") {
			p.Point = &orb.Point{rapid.Float64Range(-180, 180).Draw(t, "lon"), rapid.Float64Range(-90, 90).Draw(t, "lat")}
		}
		body := AppendPost(nil, &p)
		got, err := DecodePost(body)
		if err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		if diff := cmp.Diff(rounded(p), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", body, diff)
		}
		if again := AppendPost(nil, &got); string(again) != string(body) {
			t.Errorf("first %s, then %s", body, again)
		}
	})
}

func TestPostsThatAreReadInOtherForms(t *testing.T) {
	for _, body := range []string{
		` { "properties": {"km_to":4281.30012,"km_from":4281.30012, "part":"main","agency":"U.S. Border Patrol","name":"Pembina","kind":"station","offset_m":5.5,"active_to":null,"fid":7},
		   "geometry":{"coordinates":[-97.23703612,49.000453,240],"type":"Point"}, "id":"station-1", "links":[], "bbox":[1,2,3,4], "tlp":"AMBER", "type":"Feature" } `,
		`{"type":"Feature","id":"station-1","geometry":{"type":"Point","coordinates":[-97.2370361,49.000453]},"properties":{"kind":"station","name":"Pembina","agency":"U.S. Border Patrol","part":"main","km_from":4281.300119,"km_to":4281300.12e-3,"offset_m":5.4999,"active_from":null}}`,
	} {
		got, err := DecodePost([]byte(body))
		if err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		if diff := cmp.Diff(aStation(), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", body, diff)
		}
	}
	// The line that answers draw for a stretch comes back with it.
	body := strings.Replace(string(AppendPost(nil, &Post{ID: "a", Stretch: km(1, 2)})), `"geometry":null`, `"geometry":{"type":"LineString","coordinates":[[0,0],[1,1]]}`, 1)
	if got, err := DecodePost([]byte(body)); err != nil || got.Point != nil {
		t.Errorf("%s: %+v, %v", body, got, err)
	}
}

func TestPostsThatAreNotRead(t *testing.T) {
	const good = `{"type":"Feature","id":"a","geometry":null,"properties":{"kind":"patrol","name":"n","agency":"g","part":"main","km_from":1,"km_to":2}}`
	if _, err := DecodePost([]byte(good)); err != nil {
		t.Fatalf("the good one: %v", err)
	}
	for _, c := range []struct{ old, new, member string }{
		{`"type":"Feature",`, ``, "/type"},
		{`"Feature"`, `"feature"`, "/type"},
		{`"id":"a"`, `"id":7`, "/id"},
		{`"id":"a"`, `"ID":"a"`, "/ID"},
		{`"id":"a"`, `"id":"a","tlp":"RED"`, "/tlp"},
		{`"id":"a"`, `"id":"a","tlp":7`, "/tlp"},
		{`"name":"n"`, `"name":"n","tlp":"AMBER"`, "/properties/tlp"},
		{`"id":"a"`, `"id":"a","id":"b"`, "/id"},
		{`"kind":"patrol"`, `"kind":["patrol"]`, "/properties/kind"},
		{`"name":"n"`, `"name":"n","n\/am~e":"Jane Doe"`, "/properties/n~1am~0e"},
		{`"part":"main"`, `"part":"west"`, "/properties/part"},
		{`"part":"main",`, ``, "/properties/part"},
		{`"km_from":1`, `"km_from":"1"`, "/properties/km_from"},
		{`"km_to":2`, `"km_to":1e300`, "/properties/km_to"},
		{`"km_to":2`, `"km_to":2,"active_from":"yesterday"`, "/properties/active_from"},
		{`"km_to":2`, `"km_to":2,"active_to":12`, "/properties/active_to"},
		{`"geometry":null`, `"geometry":[1,2]`, "/geometry"},
		{`"geometry":null`, `"geometry":{"type":"Polygon","coordinates":[]}`, "/geometry"},
		{`"geometry":null`, `"geometry":{"type":"Point","coordinates":[1]}`, "/geometry/coordinates"},
		{`"geometry":null`, `"geometry":{"type":"Point"}`, "/geometry/coordinates"},
		{`"geometry":null`, `"geometry":{"type":"Point","coordinates":[1,"2"]}`, "/geometry/coordinates"},
		{`"geometry":null`, `"geometry":{"type":"Point","coordinates":[1,2],"crs":1}`, "/geometry/crs"},
		{`"properties":{`, `"properties":null,"x":{`, "/properties"},
	} {
		body := strings.Replace(good, c.old, c.new, 1)
		_, err := DecodePost([]byte(body))
		var faults report.Faults
		if !errors.As(err, &faults) || faults[0].Member != c.member {
			t.Errorf("%s: %v, want a fault of %s", body, err, c.member)
		}
		if err != nil && strings.Contains(err.Error(), "Jane") {
			t.Errorf("%s: the error repeats what was sent: %v", body, err)
		}
	}
	for _, c := range []struct {
		body   string
		offset int
		cut    bool
	}{
		{"", 0, true}, {good[:40], 40, true}, {good + "}", len(good), false}, {`{"type":NaN}`, 9, false}, {"{\"id\":\"\xff\"}", 0, false},
	} {
		_, err := DecodePost([]byte(c.body))
		var fault *report.SyntaxError
		if !errors.As(err, &fault) || fault.Cut != c.cut || fault.Offset != c.offset {
			t.Errorf("%q: %+v, want a syntax error at %d, cut %v", c.body, fault, c.offset, c.cut)
		}
	}
}

func TestValidatePost(t *testing.T) {
	for _, good := range []Post{aStation(), aBeat()} {
		if faults := ValidatePost(good); faults != nil {
			t.Errorf("%s: %v", good.ID, faults)
		}
	}
	nan := frontier.Meters(math.NaN())
	for _, c := range []struct {
		member string
		change func(p *Post)
	}{
		{"/id", func(p *Post) { p.ID = "" }},
		{"/id", func(p *Post) { p.ID = "a b" }},
		{"/id", func(p *Post) { p.ID = strings.Repeat("a", 65) }},
		{"/properties/kind", func(p *Post) { p.Kind = "drone" }},
		{"/properties/name", func(p *Post) { p.Name = "" }},
		{"/properties/name", func(p *Post) { p.Name = "a\nb" }},
		{"/properties/name", func(p *Post) { p.Name = strings.Repeat("é", 129) }},
		{"/properties/agency", func(p *Post) { p.Agency = "\xff" }},
		{"/geometry", func(p *Post) { p.Point = &orb.Point{181, 0} }},
		{"/geometry", func(p *Post) { p.Point = &orb.Point{0, math.NaN()} }},
		{"/properties/part", func(p *Post) { p.Stretch.Part = 2 }},
		{"/properties/km_from", func(p *Post) { p.Stretch.From = -1 }},
		{"/properties/km_from", func(p *Post) { p.Stretch.From = nan }},
		{"/properties/km_to", func(p *Post) { p.Stretch.To = p.Stretch.From }},
		{"/properties/km_to", func(p *Post) { p.Stretch.To = frontier.Meters(math.Inf(1)) }},
		{"/properties/offset_m", func(p *Post) { p.Offset = nan }},
		{"/properties/active_from", func(p *Post) { p.ActiveFrom = time.Date(1899, 1, 1, 0, 0, 0, 0, time.UTC) }},
		{"/properties/active_to", func(p *Post) { p.ActiveTo = p.ActiveFrom }},
	} {
		p := aBeat()
		c.change(&p)
		if faults := ValidatePost(p); len(faults) == 0 || faults[0].Member != c.member {
			t.Errorf("%+v: %v, want a fault of %s", p, faults, c.member)
		}
	}
}

func TestPlace(t *testing.T) {
	line := testLine(t)
	at := line.At(frontier.Main, 50_000)
	at[1] += 0.01 // about 1.1 km north
	placed, err := Place(line, Post{ID: "a", Point: &at})
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(float64(placed.Stretch.From-50_000)) > 1 || placed.Stretch.Length() != 0 || math.Abs(float64(placed.Offset-1106)) > 1 {
		t.Errorf("placed at %v, %.1f m off", placed.Stretch, float64(placed.Offset))
	}
	if kept, _ := Place(line, Post{Point: &at, Stretch: km(10, 20)}); kept.Stretch != km(10, 20) {
		t.Errorf("a stretch that was given became %v", kept.Stretch)
	}
	for member, p := range map[string]Post{
		"/geometry":         {Point: &orb.Point{500, 0}},
		"/properties/km_to": {Stretch: km(10, 400)},
	} {
		var faults report.Faults
		if _, err := Place(line, p); !errors.As(err, &faults) || faults[0].Member != member {
			t.Errorf("%+v: %v, want a fault of %s", p, err, member)
		}
	}
}

func FuzzDecodePost(f *testing.F) {
	for _, p := range []Post{aStation(), aBeat(), {}} {
		f.Add(AppendPost(nil, &p))
	}
	f.Add([]byte(`{"type":"Feature","geometry":{"type":"LineString","coordinates":[]},"properties":{"part":"alaska","km_from":-0,"fid":{}},"links":0}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		p, err := DecodePost(body)
		if err != nil {
			return
		}
		written := AppendPost(nil, &p)
		again, err := DecodePost(written)
		if err != nil {
			t.Fatalf("%s is written %s: %v", body, written, err)
		}
		if diff := cmp.Diff(p, again); diff != "" {
			t.Fatalf("%s is written %s (-first +second):\n%s", body, written, diff)
		}
		if twice := AppendPost(nil, &again); string(twice) != string(written) {
			t.Fatalf("%s, then %s", written, twice)
		}
		ValidatePost(p)
	})
}
