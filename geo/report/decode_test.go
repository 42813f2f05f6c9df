package report

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"frontierwatch/geo/frontier"
)

// plain is what emerson decodes to.
func plain() Report {
	at := time.Date(2017, 1, 31, 18, 5, 0, 0, time.UTC)
	return Report{
		ID: "a-1", Point: &orb.Point{-97.24, 49}, Start: at, End: at, Count: Count{3, 3, 3}, Source: "rcmp",
		Unit: Persons, Direction: DirectionUnknown, Relation: RelationUnknown, Status: Unverified,
	}
}

func TestMissingMembersGetWhatTheyThenAre(t *testing.T) {
	r, err := Decode([]byte(emerson), defaults())
	if diff := cmp.Diff(plain(), r); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestEveryMemberIsRead(t *testing.T) {
	text := `
	{"properties": {
		"observed_start": "2017-01-01T00:00:00-05:00", "observed_end": "2017-01-31T23:59:59.9999-05:00",
		"count_best": 143, "count_min": 140.0, "count_max": 15e1, "unit": "interceptions", "direction": "northbound",
		"relation": "between_ports", "published": "2017-02-01t11:00:00z", "source": "cbsa", "source_ref": "A\u00e9 \"7\"\/1",
		"status": "confirmed", "uncertainty_m": 1500.004, "overlaps": ["b.2", "c:3"], "tlp": "TLP:AMBER+STRICT",
		"releasable_to": ["USA", "CAN"], "stretch": {"km_to": 4290.5, "part": "alaska", "km_from": 4270.123456}},
	 "geometry": null, "id": "x", "type": "Feature"}`
	uncertainty := frontier.Meters(1500)
	want := Report{
		ID: "x", Stretch: &frontier.Stretch{Part: frontier.Alaska, From: 4270123.46, To: 4290500},
		Start: time.Date(2017, 1, 1, 5, 0, 0, 0, time.UTC), End: time.Date(2017, 2, 1, 4, 59, 59, 999e6, time.UTC),
		Count: Count{143, 140, 150}, Unit: Interceptions, Direction: Northbound, Relation: BetweenPorts,
		Published: time.Date(2017, 2, 1, 11, 0, 0, 0, time.UTC), Source: "cbsa", SourceRef: `Aé "7"/1`, Status: Confirmed,
		Uncertainty: &uncertainty, Overlaps: []string{"b.2", "c:3"}, TLP: AmberStrict, Releasable: CAN | USA,
	}
	r, err := Decode([]byte(text), defaults())
	if diff := cmp.Diff(want, r); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestOneReportInManyWritings(t *testing.T) {
	for name, text := range map[string]string{
		"indented": indented(emerson),
		"null is missing": having(`"unit":null,"observed_end":null,"count_min":null,"count_max":null,"stretch":null,"published":null,"source":null,` +
			`"source_ref":null,"status":null,"uncertainty_m":null,"overlaps":null,"tlp":null,"releasable_to":null,"direction":null,"relation":null,` +
			`"km_from":null,"km_to":null,"part":null`),
		"empty texts":     having(`"source_ref":"","overlaps":[]`),
		"an altitude":     edit("49.0]", "49.0,231.5]"),
		"eight decimals":  edit("-97.24,", "-97.240000004,"),
		"exponents":       edit(`"count_best":3`, `"count_best":0.3E+1`),
		"type after":      edit(`"type":"Point","coordinates":[-97.24,49.0]`, `"coordinates":[-97.24,49.0],"type":"Point"`),
		"escaped names":   edit(`"count_best"`, `"count\u005fbest"`),
		"boxes and links": edit(`"type":"Feature"`, `"bbox":[1,2,3,4],"links":[{"href":"x"}],"type":"Feature"`),
		"box of geometry": edit(`"type":"Point"`, `"bbox":[1,2,3,4],"type":"Point"`),
		"another offset":  edit("18:05:00Z", "13:05:00-05:00"),
		"what answers add": having(`"fid":1,"seq":2,"recorded":"2017-02-01T00:00:00Z","part":"main","km":4270.1,"offset_m":-3,"side":"CA",` +
			`"segment":"main-0427","revision":1,"replaces":null,"deleted":false`),
		"source said": having(`"source":"rcmp"`),
	} {
		r, err := Decode([]byte(text), defaults())
		if diff := cmp.Diff(plain(), r); text == emerson || diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
	}
}

func indented(text string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetIndent("\r\n", "\t")
	if err := e.Encode(json.RawMessage(text)); err != nil {
		panic(err)
	}
	return b.String()
}

// Answers draw a stretch as a line and give its ends beside the part: what was read
// can be sent back.
func TestStretchesComeInThreeWritings(t *testing.T) {
	want := &frontier.Stretch{Part: frontier.Main, From: 4270000, To: 4290250}
	nested, flat := `"stretch":{"part":"main","km_from":4270,"km_to":4290.25}`, `"part":"main","km_from":4270,"km_to":4290.25`
	line := `"geometry":{"type":"LineString","coordinates":[[-97,49],[-97.1,49]]}`
	lines := `"geometry":{"coordinates":[[[-97,49],[-97.1,49]]],"type":"MultiLineString"}`
	for _, text := range []string{
		stretched(nested), stretched(flat), stretched(nested + "," + flat),
		strings.Replace(stretched(flat), `"geometry":null`, line, 1),
		strings.Replace(stretched(nested), `"geometry":null`, lines, 1),
		strings.Replace(stretched(nested), `"geometry":null,`, "", 1),
	} {
		r, err := Decode([]byte(text), defaults())
		if diff := cmp.Diff(want, r.Stretch); diff != "" || err != nil || r.Point != nil {
			t.Errorf("%s: %v (-want +got):\n%s", text, err, diff)
		}
	}
}

func TestWhatTheSenderIsSaidToBe(t *testing.T) {
	without := edit(`"id":"a-1",`, "")
	for _, x := range []struct {
		text     string
		d        Defaults
		id, from string
	}{
		{without, Defaults{Source: "rcmp"}, "", "rcmp"},
		{without, Defaults{Source: "rcmp", ID: "made"}, "made", "rcmp"},
		{emerson, Defaults{Source: "rcmp", ID: "made"}, "a-1", "rcmp"},
		{edit(`"a-1"`, "null"), Defaults{Source: "rcmp", ID: "made"}, "made", "rcmp"},
		{having(`"source":"cbsa"`), Defaults{Source: "rcmp"}, "a-1", "cbsa"},
	} {
		if r, err := Decode([]byte(x.text), x.d); err != nil || r.ID != x.id || r.Source != x.from {
			t.Errorf("%s with %+v: id %q source %q (%v)", x.text, x.d, r.ID, r.Source, err)
		}
	}
	if _, err := Decode([]byte(emerson), Defaults{}); said(err) != "/properties/source: is missing; give the id of the source that reports this" {
		t.Errorf("nobody reports: %v", err)
	}
}

// What lies at a limit is still within it.
func TestTheLimitsThemselvesAreAllowed(t *testing.T) {
	for _, text := range []string{
		edit(`"a-1"`, `"`+strings.Repeat("x", MaxID)+`"`),
		edit(`[-97.24,49.0]`, `[-180,-90]`), edit(`[-97.24,49.0]`, `[180,90]`),
		edit(`"2017-01-31T18:05:00Z"`, `"1900-01-01T00:00:00Z"`), having(`"published":"1900-01-01T00:00:00Z"`), having(`"observed_end":"2017-02-01T12:05:00Z"`),
		edit(`"count_best":3`, `"count_best":0`), having(`"count_min":0,"count_max":9007199254740991`),
		having(`"source_ref":"` + strings.Repeat("é", MaxRef) + `"`), having(`"overlaps":[` + manyIDs(MaxOverlaps) + `]`),
		having(`"uncertainty_m":0`), having(`"uncertainty_m":40075000`), stretched(`"stretch":{"part":"main","km_from":0,"km_to":40075}`),
	} {
		if _, err := Decode([]byte(text), defaults()); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// What could be read is there also where there are faults, so that a caller can
// say at once what else is wrong with it.
func TestWhatCouldBeReadIsKept(t *testing.T) {
	r, err := Decode([]byte(having(`"unit":"people","source":"cbsa"`)), defaults())
	if err == nil || r.ID != "a-1" || r.Point == nil || r.Source != "cbsa" || r.Count.Best != 3 {
		t.Errorf("%+v (%v)", r, err)
	}
}

// What AppendBody writes is a feature that Decode takes, and nothing is lost.
func TestReportsSurviveDecode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := anyReport().Draw(t, "report")
		got, err := Decode(AppendBody(nil, &want), defaults())
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Fatalf("%v (-want +got):\n%s", err, diff)
		}
	})
}

// Whatever comes in: no panic; what is accepted is JSON, is valid, and has a body
// that gives it back; what is refused has faults or is no JSON.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(emerson))
	f.Add([]byte(stretched(`"stretch":{"part":"main","km_from":4270,"km_to":4290.25}`)))
	f.Add([]byte(having(`"overlaps":["b"],"releasable_to":["CAN"],"tlp":"RED","uncertainty_m":0,"source_ref":"\ud83d\udec2"`)))
	for _, bad := range badFeatures() {
		f.Add([]byte(bad.text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := Decode(text, defaults())
		var faults Faults
		var syntax *SyntaxError
		switch {
		case err == nil:
			accepted(t, text, r)
		case errors.As(err, &faults):
			if len(faults) == 0 || len(faults) > MaxFaults {
				t.Fatalf("%d faults", len(faults))
			}
		case !errors.As(err, &syntax):
			t.Fatalf("another error: %v", err)
		}
	})
}

func accepted(t *testing.T, text []byte, r Report) {
	if !json.Valid(text) {
		t.Fatal("accepted what is no JSON")
	}
	if r.ID == "" {
		r.ID = "given"
	}
	if faults := Validate(r, noon()); faults != nil {
		t.Fatalf("accepted and not valid: %v", faults)
	}
	again, err := DecodeBody(AppendBody(nil, &r))
	if diff := cmp.Diff(r, again); diff != "" || err != nil {
		t.Fatalf("body: %v (-want +got):\n%s", err, diff)
	}
}
