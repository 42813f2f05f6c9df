package report

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
	"pgregory.net/rapid"

	"frontierwatch/geo/frontier"
)

// Bodies are in logs that must be read for as long as they are kept, and two bodies
// are compared to tell whether a report was sent again: they may not change.
func TestBodiesToTheLetter(t *testing.T) {
	uncertainty := frontier.Meters(1500.5)
	stretch := Report{
		ID: "cbsa-2017-01:emerson", Stretch: &frontier.Stretch{Part: frontier.Alaska, From: 0, To: 4290500.01},
		Start: time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC), End: time.Date(2017, 2, 1, 4, 59, 59, 999e6, time.UTC), Count: Count{143, 140, 150},
		Unit: Interceptions, Direction: Northbound, Relation: BetweenPorts, Published: time.Date(2017, 3, 1, 0, 0, 0, 0, time.UTC),
		Source: "cbsa", SourceRef: "A\"7\\<é>\u2028", Status: Confirmed, Uncertainty: &uncertainty, Overlaps: []string{"b", "a"}, TLP: AmberStrict, Releasable: CAN | USA,
	}
	simple := plain()
	for _, x := range []struct {
		r    *Report
		want string
	}{
		{&simple, `{"type":"Feature","id":"a-1","geometry":{"type":"Point","coordinates":[-97.24,49]},"properties":{` +
			`"observed_start":"2017-01-31T18:05:00.000Z","count_best":3,"unit":"persons","direction":"unknown","relation":"unknown","source":"rcmp","status":"unverified"}}`},
		{&stretch, `{"type":"Feature","id":"cbsa-2017-01:emerson","geometry":null,"properties":{` +
			`"observed_start":"2017-01-01T00:00:00.000Z","observed_end":"2017-02-01T04:59:59.999Z","published":"2017-03-01T00:00:00.000Z",` +
			`"count_best":143,"count_min":140,"count_max":150,"unit":"interceptions","direction":"northbound","relation":"between_ports",` +
			`"source":"cbsa","source_ref":"A\"7\\<é>` + "\u2028" + `","status":"confirmed","tlp":"AMBER+STRICT","overlaps":["b","a"],"releasable_to":["CAN","USA"],` +
			`"uncertainty_m":1500.5,"stretch":{"part":"alaska","km_from":0,"km_to":4290.50001}}}`},
	} {
		if got := string(AppendBody([]byte("before"), x.r)); got != "before"+x.want {
			t.Errorf("\n got %s\nwant %s", got, x.want)
		}
	}
}

// Every body is a GeoJSON Feature for others too.
func TestBodiesAreGeoJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := anyReport().Draw(t, "report")
		body := AppendBody(nil, &r)
		f, err := geojson.UnmarshalFeature(body)
		if err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		if r.Point != nil && f.Geometry != orb.Geometry(*r.Point) || r.Point == nil && f.Geometry != nil {
			t.Fatalf("%s: %v, want %v", body, f.Geometry, r.Point)
		}
		if f.ID != r.ID || f.Properties["source_ref"] != r.SourceRef && r.SourceRef != "" || f.Properties["count_best"] != float64(r.Count.Best) {
			t.Fatalf("%s: %v %v", body, f.ID, f.Properties)
		}
		var compact bytes.Buffer
		if err := json.Compact(&compact, body); err != nil || compact.Len() != len(body) {
			t.Fatalf("%s could be shorter (%v)", body, err)
		}
	})
}

func TestBodiesGiveTheReportBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := anyReport().Draw(t, "report")
		body := AppendBody(nil, &want)
		got, err := DecodeBody(body)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Fatalf("%v (-want +got):\n%s", err, diff)
		}
		if again := AppendBody(nil, &got); !bytes.Equal(body, again) {
			t.Fatalf("%s became %s", body, again)
		}
		if rounded := Rounded(want); !cmp.Equal(want, rounded) {
			t.Fatalf("rounding changes what is rounded: %s", cmp.Diff(want, rounded))
		}
	})
}

// Whatever precision a report has, its body has that of Rounded.
func TestBodiesAreRounded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := anyReport().Draw(t, "report")
		r.Start = r.Start.Add(time.Duration(rapid.IntRange(0, 999_999).Draw(t, "ns"))).In(time.FixedZone("", 5*3600))
		if r.Point != nil {
			r.Point = &orb.Point{rapid.Float64Range(-180, 180).Draw(t, "lon"), rapid.Float64Range(-90, 90).Draw(t, "lat")}
		} else {
			r.Stretch.To += frontier.Meters(rapid.Float64Range(0, 0.01).Draw(t, "mm"))
		}
		rounded := Rounded(r)
		rounded.End = later(rounded.Start, rounded.End)
		r.End = later(r.Start, r.End)
		body := AppendBody(nil, &r)
		if want := AppendBody(nil, &rounded); !bytes.Equal(want, body) {
			t.Fatalf("%s, want %s", body, want)
		}
		got, err := DecodeBody(body)
		if diff := cmp.Diff(rounded, got); diff != "" || err != nil {
			t.Fatalf("%v (-want +got):\n%s", err, diff)
		}
	})
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func TestRoundedSharesNothing(t *testing.T) {
	uncertainty := frontier.Meters(5)
	r := plain()
	r.Uncertainty, r.Overlaps, r.Stretch = &uncertainty, []string{"b"}, &frontier.Stretch{To: 1}
	kept := Rounded(r)
	r.Point[0], *r.Uncertainty, r.Overlaps[0], r.Stretch.To = 0, 0, "c", 0
	if kept.Point[0] != -97.24 || *kept.Uncertainty != 5 || kept.Overlaps[0] != "b" || kept.Stretch.To != 1 {
		t.Errorf("%+v", kept)
	}
}

func TestWhatIsNoBody(t *testing.T) {
	for _, text := range []string{"", "{", "null", `{"type":"Feature"}`, having(`"name":"x"`), edit(`"Feature"`, `"Collection"`), having(`"unit":"x"`), emerson + "x"} {
		if _, err := DecodeBody([]byte(text)); err == nil {
			t.Errorf("%s is a body", text)
		}
	}
}

// A body that is taken is the same from then on.
func FuzzDecodeBody(f *testing.F) {
	simple := plain()
	f.Add(AppendBody(nil, &simple))
	f.Add([]byte(stretched(`"stretch":{"part":"main","km_from":4270,"km_to":4290.25},"uncertainty_m":1e-3`)))
	f.Add([]byte(having(`"overlaps":["b"],"releasable_to":["CAN"],"tlp":"RED","source_ref":"\ud83d\udec2"`)))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := DecodeBody(text)
		if err != nil || Validate(r, time.Time{}) != nil {
			return
		}
		body := AppendBody(nil, &r)
		again, err := DecodeBody(body)
		if diff := cmp.Diff(r, again); diff != "" || err != nil {
			t.Fatalf("%s: %v (-want +got):\n%s", body, err, diff)
		}
		if twice := AppendBody(nil, &again); !bytes.Equal(body, twice) {
			t.Fatalf("%s became %s", body, twice)
		}
	})
}

// A text that needs no escapes is copied; it is what it is character by character.
func TestTextsAreWrittenAsCharacterByCharacter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.StringMatching(`[ -~]{0,40}`), rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }), rapid.StringMatching(`[a-z]{0,17}["\\\x01\x7fé]?[a-z]{0,17}`)).Draw(t, "text")
		if got, want := string(appendString([]byte("x"), text)), `x"`+string(appendEscaped(nil, text))+`"`; got != want {
			t.Fatalf("%s, want %s", got, want)
		}
	})
}
