package report

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"frontierwatch/geo/frontier"
)

func TestWhatIsValidIsValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := anyReport().Draw(t, "report")
		if faults := Validate(r, noon()); faults != nil {
			t.Fatalf("%+v: %v", r, faults)
		}
	})
}

func TestTheZeroReportSaysWhatItNeeds(t *testing.T) {
	want := `/id: must be 1 to 64 of the characters A-Z a-z 0-9 . _ : -
/properties/source: is missing; give the id of the source that reports this
/geometry: is missing; give a Point, or null and the property stretch
/properties/observed_start: is missing; give when it was observed, like 2017-01-31T18:05:00Z
/properties/unit: must be one of persons, interceptions, encounters, claims, detections, signs
/properties/direction: must be one of northbound, southbound, unknown
/properties/relation: must be one of between_ports, at_port, inland, unknown
/properties/status: must be one of unverified, probable, confirmed, rejected`
	if got := said(Validate(Report{}, noon())); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

// Each of these spoils one thing of any valid report, and nothing else is said.
var spoilt = map[string]struct {
	spoil func(*Report)
	at    string
}{
	"id":             {func(r *Report) { r.ID = "a b" }, atID},
	"id empty":       {func(r *Report) { r.ID = "" }, atID},
	"id long":        {func(r *Report) { r.ID = strings.Repeat("x", MaxID+1) }, atID},
	"source":         {func(r *Report) { r.Source = "é" }, atSource},
	"no place":       {func(r *Report) { r.Point, r.Stretch = nil, nil }, atGeometry},
	"two places":     {func(r *Report) { r.Point, r.Stretch = &orb.Point{}, &frontier.Stretch{To: 1} }, atStretch},
	"latitude":       {func(r *Report) { r.Point, r.Stretch = &orb.Point{0, 90.0001}, nil }, atLat},
	"longitude":      {func(r *Report) { r.Point, r.Stretch = &orb.Point{-180.0001, 0}, nil }, atLon},
	"no number":      {func(r *Report) { r.Point, r.Stretch = &orb.Point{0, math.NaN()}, nil }, atLat},
	"infinity":       {func(r *Report) { r.Point, r.Stretch = &orb.Point{math.Inf(1), 0}, nil }, atLon},
	"stretch empty":  {func(r *Report) { r.Point, r.Stretch = nil, &frontier.Stretch{From: 5, To: 5} }, atTo},
	"stretch tiny":   {func(r *Report) { r.Point, r.Stretch = nil, &frontier.Stretch{From: 5, To: 5.001} }, atTo},
	"stretch before": {func(r *Report) { r.Point, r.Stretch = nil, &frontier.Stretch{From: -1, To: 5} }, atFrom},
	"stretch beyond": {func(r *Report) { r.Point, r.Stretch = nil, &frontier.Stretch{From: 1, To: 1e9} }, atTo},
	"stretch NaN":    {func(r *Report) { r.Point, r.Stretch = nil, &frontier.Stretch{From: frontier.Meters(math.NaN()), To: 5} }, atFrom},
	"stretch part":   {func(r *Report) { r.Point, r.Stretch = nil, &frontier.Stretch{Part: 7, To: 5} }, atPart},
	"end":            {func(r *Report) { r.End = r.Start.Add(-time.Millisecond) }, atEnd},
	"end ahead":      {func(r *Report) { r.End = noon().Add(Ahead + time.Millisecond) }, atEnd},
	"published":      {func(r *Report) { r.Published = noon().Add(time.Hour) }, atPublished},
	"published old":  {func(r *Report) { r.Published = time.Date(FirstYear-1, 12, 31, 0, 0, 0, 0, time.UTC) }, atPublished},
	"count":          {func(r *Report) { r.Count = Count{-1, -1, -1} }, atBest},
	"min":            {func(r *Report) { r.Count = Count{1, 2, 3} }, atMin},
	"max":            {func(r *Report) { r.Count = Count{3, 2, 1} }, atMax},
	"unit":           {func(r *Report) { r.Unit = "people" }, atUnit},
	"direction":      {func(r *Report) { r.Direction = "" }, atDirection},
	"relation":       {func(r *Report) { r.Relation = "near" }, atRelation},
	"status":         {func(r *Report) { r.Status = "Confirmed" }, atStatus},
	"tlp":            {func(r *Report) { r.TLP = "TLP:RED" }, atTLP},
	"releasable":     {func(r *Report) { r.Releasable = 8 }, atReleasable},
	"reference":      {func(r *Report) { r.SourceRef = "a\x00" }, atRef},
	"reference text": {func(r *Report) { r.SourceRef = "a\xff" }, atRef},
	"reference long": {func(r *Report) { r.SourceRef = strings.Repeat("é", MaxRef+1) }, atRef},
	"uncertainty":    {func(r *Report) { u := frontier.Meters(-0.5); r.Uncertainty = &u }, atUncertainty},
	"uncertain NaN":  {func(r *Report) { u := frontier.Meters(math.NaN()); r.Uncertainty = &u }, atUncertainty},
	"overlaps":       {func(r *Report) { r.Overlaps = []string{r.ID + "b", "é"} }, atOverlaps + "/1"},
	"overlaps many":  {func(r *Report) { r.Overlaps = make([]string, MaxOverlaps+1) }, atOverlaps},
	"overlaps self":  {func(r *Report) { r.Overlaps = []string{r.ID} }, atOverlaps + "/0"},
	"overlaps twice": {func(r *Report) { r.Overlaps = []string{r.ID + "b", r.ID + "b"}; r.ID = "a" }, atOverlaps + "/1"},
}

func TestEachThingThatIsSpoiltIsSaid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole := anyReport().Filter(func(r Report) bool { return len(r.ID) < MaxID }).Draw(t, "report")
		for name, s := range spoilt {
			r := whole
			s.spoil(&r)
			faults := Validate(r, noon())
			bad := 0
			for _, f := range faults {
				if f.Member == s.at {
					bad++
				} else if name != "count" { // all three may be wrong
					t.Fatalf("%s: %v", name, faults)
				}
			}
			if bad != 1 {
				t.Fatalf("%s: %v, want %s", name, faults, s.at)
			}
		}
	})
}

func TestFiveMinutesAheadAreAllowed(t *testing.T) {
	r := plain()
	r.Start, r.End = noon().Add(Ahead), noon().Add(Ahead)
	r.Published = r.End
	if faults := Validate(r, noon()); faults != nil {
		t.Error(faults)
	}
	r.End = r.End.Add(365 * 24 * time.Hour)
	if faults := Validate(r, time.Time{}); faults != nil {
		t.Errorf("without a clock something is in the future: %v", faults)
	}
}

// The texts of faults name the limits, which are constants elsewhere.
func TestTextsNameTheLimits(t *testing.T) {
	if MaxID != 64 || FirstYear != 1900 || Ahead != 5*time.Minute || longest != 40_075_000 {
		t.Error("a limit has changed; mend the texts in validate.go")
	}
}

func TestVocabularies(t *testing.T) {
	for _, u := range Units() {
		if got, err := ParseUnit(string(u)); got != u || err != nil {
			t.Errorf("%s: %s (%v)", u, got, err)
		}
	}
	for _, l := range TLPs() {
		if got, err := ParseTLP("TLP:" + string(l)); got != l || err != nil {
			t.Errorf("%s: %s (%v)", l, got, err)
		}
	}
	Units()[0], TLPs()[0] = "spoilt", "spoilt"
	if Units()[0] != Persons || TLPs()[0] != Clear {
		t.Error("the lists are shared")
	}
	for names, c := range map[string]Countries{"": 0, "CAN": CAN, "USA": USA, "CAN,USA": CAN | USA} {
		if c.String() != names || c.Names() == nil {
			t.Errorf("%s, want %s", c, names)
		}
	}
	for _, s := range []string{"", "can", "CA", "CAN ", "CAN,USA", "MEX"} {
		if _, err := ParseCountry(s); err == nil {
			t.Errorf("%q is a country", s)
		}
	}
}
