package reader_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/reader"
	"frontierwatch/geo/report"
)

// matrix says for each class which reports of two sources it sees. The columns are
// who asks, the rows a marking: its label, then whom it is releasable to (no: not
// said). RCMP's source is rcmp (Canada), the other agency's is cbp (USA).
//
//	p public, and a tier that there is not   q partner   r partner with the key of rcmp
//	c an agency of Canada, not RCMP    m RCMP    u CBP    k the key of rcmp, at RCMP
//	n an agency of no country          a analyst and admin
const matrix = `
source label        releasable   p q r c m u k n a
rcmp   CLEAR        -            x x x x x x x x x
rcmp   CLEAR        CAN          . . x x x . x . x
rcmp   CLEAR        USA          . . x . . x x . x
rcmp   CLEAR        CAN,USA      . . x x x x x . x
rcmp   GREEN        -            . x x x x x x x x
rcmp   GREEN        CAN          . . x x x . x . x
rcmp   GREEN        USA          . . x . . x x . x
rcmp   GREEN        CAN,USA      . . x x x x x . x
rcmp   AMBER        -            . . x x x x x x x
rcmp   AMBER        CAN          . . x x x . x . x
rcmp   AMBER        USA          . . x . . x x . x
rcmp   AMBER        CAN,USA      . . x x x x x . x
rcmp   AMBER+STRICT -            . . x . x . x . x
rcmp   AMBER+STRICT CAN          . . x . x . x . x
rcmp   AMBER+STRICT USA          . . x . . . x . x
rcmp   AMBER+STRICT CAN,USA      . . x . x . x . x
rcmp   RED          -            . . x . . . x . x
rcmp   RED          CAN,USA      . . x . . . x . x
cbp    CLEAR        -            x x x x x x x x x
cbp    GREEN        -            . x x x x x x x x
cbp    AMBER        -            . . . x x x x x x
cbp    AMBER        USA          . . . . . x . . x
cbp    AMBER        CAN          . . . x x . x . x
cbp    AMBER+STRICT -            . . . . . x . . x
cbp    AMBER+STRICT CAN          . . . . . . . . x
cbp    RED          -            . . . . . . . . x
rcmp   (source)     -            . . x x x x x x x
cbp    (source)     -            . . . . . x . . x
none   (source)     -            . . . . . . . . x
`

func classes() map[string][]reader.Class {
	return map[string][]reader.Class{
		"p": {{}, {Tier: reader.Public, Agency: "RCMP", Country: report.CAN, Source: "rcmp"}, {Tier: 9, Agency: "RCMP", Source: "rcmp"}},
		"q": {{Tier: reader.Partner}, {Tier: reader.Partner, Agency: "RCMP", Country: report.CAN}},
		"r": {{Tier: reader.Partner, Source: "rcmp"}},
		"c": {{Tier: reader.Agency, Agency: "CBSA", Country: report.CAN}, {Tier: reader.Agency, Country: report.CAN}},
		"m": {{Tier: reader.Agency, Agency: "RCMP", Country: report.CAN}},
		"u": {{Tier: reader.Agency, Agency: "CBP", Country: report.USA}},
		"k": {{Tier: reader.Agency, Agency: "RCMP", Country: report.CAN, Source: "rcmp"}},
		"n": {{Tier: reader.Agency, Agency: "Interpol"}},
		"a": {{Tier: reader.Analyst}, {Tier: reader.Admin}},
	}
}

var sources = map[string]report.Source{
	"rcmp": {ID: "rcmp", Agency: "RCMP", Country: "CAN", TLP: report.Amber},
	"cbp":  {ID: "cbp", Agency: "CBP", Country: "USA", TLP: report.AmberStrict},
	"none": {ID: "none"}, // is not registered any more
}

func TestWhoSeesWhat(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(matrix), "\n")
	who := strings.Fields(lines[0])[3:]
	for _, line := range lines[1:] {
		words := strings.Fields(line)
		s := sources[words[0]]
		r := report.Report{Source: words[0]}
		if words[1] != "(source)" {
			r.TLP = report.TLP(words[1])
		}
		for _, country := range strings.Split(words[2], ",") {
			switch country {
			case "CAN":
				r.Releasable |= report.CAN
			case "USA":
				r.Releasable |= report.USA
			}
		}
		for i, letter := range who {
			want := words[3+i] == "x"
			for _, class := range classes()[letter] {
				for _, c := range []reader.Class{class, class.Canonical()} {
					if got := c.Sees(&r, s); got != want {
						t.Errorf("%s\n%s, %+v: %v", line, letter, c, got)
					}
				}
			}
		}
	}
}

// Where the marking of a report is that of its source, who sees the one sees the other.
func TestSourcesAreSeenAsTheirReports(t *testing.T) {
	for letter, all := range classes() {
		for _, c := range all {
			for id, s := range sources {
				want := c.Sees(&report.Report{Source: id}, s) && letter != "p"
				if got := c.SeesSource(s); got != want {
					t.Errorf("%s: the source %s: %v, its reports %v", letter, id, got, want)
				}
			}
		}
	}
	if (reader.Class{}).SeesSource(report.Source{ID: "x", TLP: report.Clear}) {
		t.Error("the public sees a source")
	}
}

func TestCollections(t *testing.T) {
	for _, x := range []struct {
		tier   reader.Tier
		want   string
		hourly bool
	}{
		{reader.Public, "segments hotspots", false},
		{reader.Partner, "reports segments ports sources hotspots flags", false},
		{reader.Agency, "reports segments ports posts sources hotspots flags", true},
		{reader.Analyst, "reports segments ports posts sources hotspots flags", true},
		{reader.Admin, "reports segments ports posts sources hotspots flags", true},
		{reader.Tier(9), "segments hotspots", false},
	} {
		c := reader.Class{Tier: x.tier}
		if got := strings.Join(c.Collections(), " "); got != x.want || c.Hourly() != x.hourly {
			t.Errorf("%s: %s, by the hour %v", x.tier, got, c.Hourly())
		}
	}
}

func line(t *testing.T) *frontier.Frontier {
	t.Helper()
	f, err := frontier.New([]frontier.Line{{Part: frontier.Main, Points: orb.LineString{{-100, 49}, {-99, 49}}}}, frontier.KM(10))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestShown(t *testing.T) {
	uncertainty := frontier.Meters(12)
	at := func(s string) time.Time {
		v, err := time.Parse(time.RFC3339Nano, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	sent := report.Report{
		ID: "a", Point: &orb.Point{-99.8, 49.01}, Start: at("2017-01-31T18:05:00Z"), End: at("2017-01-31T18:05:00Z"),
		Published: at("2017-02-02T07:08:09Z"), Source: "rcmp", SourceRef: "B-7", TLP: report.Clear, Uncertainty: &uncertainty,
		Overlaps: []string{"seen", "unseen"},
	}
	exact := sent
	exact.SourceRef, exact.Overlaps = "", []string{"seen"}
	colleague := exact
	colleague.SourceRef = "B-7"
	coarse := exact
	coarse.Point, coarse.Uncertainty = nil, nil
	coarse.Stretch = &frontier.Stretch{Part: frontier.Main, From: 10_000, To: 20_000}
	coarse.Start, coarse.End, coarse.Published = at("2017-01-31T00:00:00Z"), at("2017-01-31T23:59:59.999Z"), at("2017-02-02T00:00:00Z")
	seen := func(id string) bool { return id == "seen" }
	for letter, want := range map[string]report.Report{"q": coarse, "r": sent, "c": exact, "m": colleague, "u": exact, "k": sent, "a": sent} {
		for _, c := range classes()[letter] {
			if diff := cmp.Diff(want, c.Shown(line(t), sent, sources["rcmp"], seen)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", letter, diff)
			}
		}
	}
	if len(sent.Overlaps) != 2 || sent.Point == nil {
		t.Error("what was sent has changed")
	}
}

// Days and segments are those that the interval and the stretch touch, no others.
func TestCoarseIsOutward(t *testing.T) {
	f := line(t)
	end := f.Length(frontier.Main)
	for _, x := range []struct{ start, end, first, last string }{
		{"2017-01-31T00:00:00Z", "2017-01-31T00:00:00Z", "2017-01-31T00:00:00Z", "2017-01-31T23:59:59.999Z"},
		{"2017-01-31T00:00:00Z", "2017-02-01T00:00:00Z", "2017-01-31T00:00:00Z", "2017-01-31T23:59:59.999Z"},
		{"2017-01-31T12:00:00Z", "2017-02-01T00:00:00.001Z", "2017-01-31T00:00:00Z", "2017-02-01T23:59:59.999Z"},
		{"2017-01-31T23:00:00-05:00", "2017-01-31T23:00:00-05:00", "2017-02-01T00:00:00Z", "2017-02-01T23:59:59.999Z"},
	} {
		for _, y := range []struct{ from, to, first, last frontier.Meters }{
			{0, 10_000, 0, 10_000}, {1, 9_999, 0, 10_000}, {9_999, 10_001, 0, 20_000}, {10_000, 20_000, 10_000, 20_000},
			{70_000.5, end, 70_000, end}, {72_000, end - 1, 70_000, end},
		} {
			start, _ := time.Parse(time.RFC3339, x.start)
			stop, _ := time.Parse(time.RFC3339, x.end)
			r := report.Report{Start: start, End: stop, Stretch: &frontier.Stretch{From: y.from, To: y.to}}
			got := reader.Coarse(f, r)
			if got.Start.Format(time.RFC3339Nano) != x.first || got.End.Format(time.RFC3339Nano) != x.last {
				t.Errorf("%s to %s: %s to %s", x.start, x.end, got.Start, got.End)
			}
			if got.Stretch.From != y.first || got.Stretch.To > y.last || got.Stretch.To < y.last-0.01 {
				t.Errorf("%g to %g: %g to %g, want %g to %g", y.from, y.to, got.Stretch.From, got.Stretch.To, y.first, y.last)
			}
			if again := reader.Coarse(f, got); !cmp.Equal(again, got) {
				t.Errorf("coarse again: %s", cmp.Diff(got, again))
			}
		}
	}
}

func TestTiers(t *testing.T) {
	for _, tier := range []reader.Tier{reader.Public, reader.Partner, reader.Agency, reader.Analyst, reader.Admin} {
		if got, err := reader.ParseTier(tier.String()); got != tier || err != nil {
			t.Errorf("%s: %v, %v", tier, got, err)
		}
	}
	if _, err := reader.ParseTier("root"); err == nil {
		t.Error("root is a tier")
	}
}
