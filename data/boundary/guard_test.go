package boundary

import (
	"strings"
	"testing"
	"time"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/guard"
	"frontierwatch/geo/report"
)

func loadPorts(t *testing.T, f *frontier.Frontier) map[string]guard.Port {
	t.Helper()
	list, err := Ports(f)
	if err != nil {
		t.Fatal(err)
	}
	ports := map[string]guard.Port{}
	for i, p := range list {
		ports[p.ID] = p
		if i > 0 && (p.Part < list[i-1].Part || p.Part == list[i-1].Part && p.Measure < list[i-1].Measure) {
			t.Errorf("%s stands out of order", p.ID)
		}
	}
	return ports
}

func TestPorts(t *testing.T) {
	f := load(t)
	ports := loadPorts(t, f)
	codes := map[string]string{}
	for _, p := range ports {
		place, err := f.Locate(p.Point, frontier.Limit)
		if err != nil {
			t.Errorf("%s: %v", p.ID, err)
		} else if place.Part != p.Part || place.Measure != p.Measure {
			t.Errorf("%s is at %s km %.3f, not %s km %.3f", p.ID, place.Part, place.Measure.KM(), p.Part, p.Measure.KM())
		}
		for _, hours := range []string{p.HoursCA, p.HoursUS} {
			if h, err := guard.ParseHours(hours); err != nil {
				t.Errorf("%s: %v", p.ID, err)
			} else if h.String() != hours {
				t.Errorf("%s: hours %q would be written %q", p.ID, hours, h)
			}
		}
		if p.CodeUS == "" {
			continue
		}
		if other := codes[p.CodeUS]; other != "" || len(p.CodeUS) != 4 {
			t.Errorf("%s has code %q, as has %q", p.ID, p.CodeUS, other)
		}
		codes[p.CodeUS] = p.ID
	}
	if len(codes) != 83 || len(ports) != 87 {
		t.Errorf("%d ports, %d of them with a code; want 87 and 83", len(ports), len(codes))
	}
}

func TestPortsThatPeopleKnow(t *testing.T) {
	ports := loadPorts(t, load(t))
	for _, c := range []struct {
		id, code, us string
		part         frontier.Part
		km           float64
	}{
		{"emerson-pembina", "3401", "Pembina, North Dakota", frontier.Main, 4281.3},
		{"calais", "0115", "Calais, Maine", frontier.Main, 63.0},
		{"st-bernard-de-lacolle-champlain-rouses-point", "0712", "Champlain Rouses Point, New York", frontier.Main, 1230.8},
		{"detroit", "3801", "Detroit, Michigan", frontier.Main, 2296.9},
		{"blaine", "3004", "Blaine, Washington", frontier.Main, 6148.1},
		{"eastport-maine", "0103", "Eastport, Maine", frontier.Main, 13.8},
		{"eastport-idaho", "3302", "Eastport, Idaho", frontier.Main, 5667.5},
		{"beaver-creek-alcan", "3104", "Alcan, Alaska", frontier.Alaska, 784.1},
		{"little-gold-creek-poker-creek", "", "Poker Creek, Alaska", frontier.Alaska, 620.2},
	} {
		p, ok := ports[c.id]
		if !ok {
			t.Errorf("there is no port %s", c.id)
			continue
		}
		if p.CodeUS != c.code || p.NameUS != c.us || p.Part != c.part || p.Measure < frontier.KM(c.km-0.2) || p.Measure > frontier.KM(c.km+0.2) {
			t.Errorf("%s is %q (%s) at %s km %.3f, want %q (%s) at %s km %.1f", c.id, p.NameUS, p.CodeUS, p.Part, p.Measure.KM(), c.us, c.code, c.part, c.km)
		}
	}
	for id, want := range map[string]bool{"emerson-east-noyes": true, "whitetail": true, "emerson-pembina": false} {
		if ports[id].Closed != want {
			t.Errorf("%s: closed is %v, want %v", id, ports[id].Closed, want)
		}
	}
	if p := ports["windygates-maida"]; !strings.Contains(p.Source, "hours in Canada: https://www.ctvnews.ca") || !strings.Contains(p.Source, "hours in the United States: https://www.einpresswire.com") {
		t.Errorf("the source of Maida is %q", p.Source)
	}
}

func TestHoursOfPorts(t *testing.T) {
	f := load(t)
	list, err := Ports(f)
	if err != nil {
		t.Fatal(err)
	}
	g, err := guard.New(f, list, nil, guard.Setting{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		id, utc string
		ca, us  guard.Tri
	}{
		// Gretna closed at ten in the evening until 2025-01-05, at six from the day after.
		{"gretna-neche", "2024-12-05T02:00:00Z", guard.Yes, guard.Unknown},
		{"gretna-neche", "2025-01-10T02:00:00Z", guard.No, guard.No},
		{"gretna-neche", "2025-01-10T18:00:00Z", guard.Yes, guard.Yes},
		{"gretna-neche", "2017-01-10T18:00:00Z", guard.Unknown, guard.Unknown},
		{"emerson-pembina", "2017-02-01T09:00:00Z", guard.Yes, guard.Yes},
		{"emerson-east-noyes", "2017-02-01T18:00:00Z", guard.No, guard.No},
		// Saskatchewan does not shift its clocks, North Dakota does: with its seasons
		// Carievale keeps step with Sherwood.
		{"carievale-sherwood", "2025-07-01T14:30:00Z", guard.Yes, guard.Yes},
		{"carievale-sherwood", "2025-07-01T13:30:00Z", guard.No, guard.No},
		{"carievale-sherwood", "2025-12-01T15:30:00Z", guard.Yes, guard.Yes},
		{"carievale-sherwood", "2025-12-01T14:30:00Z", guard.No, guard.No},
		{"monchy-morgan", "2025-07-05T18:00:00Z", guard.No, guard.Unknown}, // a Saturday
		{"monchy-morgan", "2025-07-04T18:00:00Z", guard.Yes, guard.Unknown},
		// A mismatch: Rykerts is open until midnight where Porthill closes at seven.
		{"rykerts-porthill", "2025-12-02T05:00:00Z", guard.Yes, guard.No},
		{"little-gold-creek-poker-creek", "2025-05-16T20:00:00Z", guard.Yes, guard.No},
		{"little-gold-creek-poker-creek", "2025-12-16T20:00:00Z", guard.No, guard.No},
		{"coronach-scobey", "2025-12-16T20:00:00Z", guard.Unknown, guard.Yes},
		{"beaver-creek-alcan", "2025-12-25T20:00:00Z", guard.Unknown, guard.Yes},
		{"lyleton-antler", "2025-06-01T20:00:00Z", guard.Yes, guard.Unknown}, // after its 120 days
	} {
		at, err := time.Parse(time.RFC3339, c.utc)
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, p := range g.PortsAt(at) {
			if p.ID != c.id {
				continue
			}
			found = true
			if p.OpenCA != c.ca || p.OpenUS != c.us {
				t.Errorf("%s at %s: Canada %v, United States %v; want %v, %v", c.id, c.utc, p.OpenCA, p.OpenUS, c.ca, c.us)
			}
		}
		if !found {
			t.Errorf("there is no port %s", c.id)
		}
	}
}

func TestPosts(t *testing.T) {
	posts, err := Posts(load(t))
	if err != nil {
		t.Fatal(err)
	}
	near := 0
	for _, p := range posts {
		if p.Kind != guard.Station || p.Point == nil || !p.ActiveFrom.IsZero() {
			t.Errorf("%+v is not a station that is there", p)
		}
		if p.Offset <= guard.Reach {
			near++
		}
	}
	if len(posts) != 57 || near != 21 {
		t.Errorf("%d stations, %d of which reach the line; want 57 and 21", len(posts), near)
	}
}

// What it comes to as a whole, so that nobody changes it without noticing.
func TestHowMuchIsGuarded(t *testing.T) {
	f := load(t)
	ports, err := Ports(f)
	if err != nil {
		t.Fatal(err)
	}
	posts, err := Posts(f)
	if err != nil {
		t.Fatal(err)
	}
	g, err := guard.New(f, ports, posts, guard.Setting{})
	if err != nil {
		t.Fatal(err)
	}
	from := time.Date(2025, 3, 3, 0, 0, 0, 0, time.UTC)
	never, unknown := g.Never(from, from.AddDate(0, 0, 28), report.DirectionUnknown)
	length := f.Length(frontier.Main) + f.Length(frontier.Alaska)
	if never < length*9/10 || never >= length || unknown <= 0 || unknown > frontier.KM(300) {
		t.Errorf("of %.0f km %.0f are never known to be guarded, %.0f of them as hours are not known", length.KM(), never.KM(), unknown.KM())
	}
	night := g.Total(time.Date(2025, 3, 4, 9, 0, 0, 0, time.UTC), report.DirectionUnknown)
	noon := g.Total(time.Date(2025, 3, 4, 19, 0, 0, 0, time.UTC), report.DirectionUnknown)
	if !(night.Guarded+frontier.KM(50) < noon.Guarded) {
		t.Errorf("guarded at night %.1f km, at noon %.1f km", night.Guarded.KM(), noon.Guarded.KM())
	}
	t.Logf("never %.1f km, of it unknown %.1f km; guarded at night %.1f km, at noon %.1f km", never.KM(), unknown.KM(), night.Guarded.KM(), noon.Guarded.KM())
}

// The control of the checks: each damage to the file must be found.
func TestDamagedFilesAreRefused(t *testing.T) {
	f := load(t)
	read := func(data string) error {
		features, err := readFeatures[portProperties]([]byte(data))
		if err != nil {
			return err
		}
		for _, x := range features {
			if _, err := x.Properties.port(f, x.ID, x.Geometry.Coordinates); err != nil {
				return err
			}
		}
		return nil
	}
	whole := string(portsJSON)
	if err := read(whole); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, new, says string }{
		{`"km":4281.356`, `"km":4282.356`, "not main km 4282.356"},
		{`"id":"emerson-pembina"`, `"id":"gretna-neche"`, "two features"},
		{`"id":"emerson-pembina"`, `"id":"Emerson"`, "hyphens"},
		{`"name_us":"Pembina, North Dakota"`, `"name_us":""`, "must not be empty"},
		{`"closed":false`, `"closed":false,"guess":1`, "unknown field"},
		{`"type":"Point"`, `"type":"LineString"`, "not a Feature of a Point"},
		{"]}\n", "]}]", "follows the end"},
		{`"hours_us":"24/7"`, `"hours_us":""`, "source its hours"},
	} {
		damaged := strings.Replace(whole, c.old, c.new, 1)
		if damaged == whole {
			t.Errorf("%q is not in the file", c.old)
		}
		if err := read(damaged); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s for %s: %v, want an error that says %q", c.new, c.old, err, c.says)
		}
	}
}
