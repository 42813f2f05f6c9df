package boundary

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/guard"
)

func TestSegmentsAreNamed(t *testing.T) {
	f := load(t)
	for _, c := range []struct {
		id, name, ca, us string
	}{
		{"main-0123", "Champlain", "QC", "NY"},
		{"main-0229", "Detroit", "ON", "MI"},
		{"main-0427", "Emerson–Pembina", "MB", "MN"},
		{"main-0428", "Emerson–Pembina", "MB", "ND"},
		{"main-0430", "Gretna–Neche", "MB", "ND"},
		{"main-0614", "Blaine", "BC", "WA"},
		{"alaska-0062", "Little Gold Creek–Poker Creek", "YT", "AK"},
		{"alaska-0218", "", "BC", "AK"},
	} {
		s, ok := f.Segment(c.id)
		if !ok {
			t.Errorf("there is no segment %s", c.id)
			continue
		}
		if s.Name != c.name || s.AdminCA != c.ca || s.AdminUS != c.us {
			t.Errorf("%s is %q in %s and %s, want %q in %s and %s", c.id, s.Name, s.AdminCA, s.AdminUS, c.name, c.ca, c.us)
		}
	}
}

// A segment that is called after a port of entry is called after the nearest that is
// not closed, and where there is a port there is a name.
func TestSegmentsAreNamedAfterTheNearestPort(t *testing.T) {
	f := load(t)
	ports, err := Ports(f)
	if err != nil {
		t.Fatal(err)
	}
	ports = slices.DeleteFunc(ports, func(p guard.Port) bool { return p.Closed })
	after := 0
	for _, s := range f.Segments() {
		nearest, least := "", frontier.KM(10_000)
		away := map[string]frontier.Meters{}
		for _, p := range ports {
			if p.Part != s.Stretch.Part {
				continue
			}
			away[p.Name] = frontier.Distance(f.At(p.Part, min(max(p.Measure, s.Stretch.From), s.Stretch.To)), p.Point)
			if away[p.Name] < least {
				nearest, least = p.Name, away[p.Name]
			}
		}
		both := strings.Contains(s.Name, "–") // which no town is called
		if both {
			after++
		}
		if both && !(away[s.Name] < least+frontier.KM(1)) {
			t.Errorf("%s is called after %s, and %s is nearer", s.ID, s.Name, nearest)
		}
		if s.Name == "" && least < frontier.KM(5) {
			t.Errorf("%s has no name, and %s is there", s.ID, nearest)
		}
	}
	if after < 150 {
		t.Errorf("only %d segments are called after a port with two halves", after)
	}
}

// The provinces and states in the order in which the line meets them.
func TestProvincesAndStates(t *testing.T) {
	f := load(t)
	for _, c := range []struct {
		part frontier.Part
		side string
		code func(frontier.Segment) string
		want string
	}{
		{frontier.Main, "Canada", canadian, "NB QC ON MB SK AB BC"},
		{frontier.Main, "United States", american, "ME NH VT NY PA OH MI MN ND MT ID WA"},
		{frontier.Alaska, "Canada", canadian, "YT BC"},
		{frontier.Alaska, "United States", american, "AK"},
	} {
		var order []string
		for _, s := range f.Segments() {
			if code := c.code(s); s.Stretch.Part == c.part && (len(order) == 0 || order[len(order)-1] != code) {
				order = append(order, code)
			}
		}
		if got := strings.Join(order, " "); got != c.want {
			t.Errorf("%s, %s: %s, want %s", c.part, c.side, got, c.want)
		}
	}
}

func canadian(s frontier.Segment) string { return s.AdminCA }
func american(s frontier.Segment) string { return s.AdminUS }

func TestPlacesLieInTheirProvinceAndState(t *testing.T) {
	f := load(t)
	for _, c := range []struct {
		name   string
		at     orb.Point
		ca, us string
	}{
		{"Houlton", orb.Point{-67.7820, 46.1400}, "NB", "ME"},
		{"Stanstead", orb.Point{-72.0980, 45.0055}, "QC", "VT"},
		{"Cornwall", orb.Point{-74.7400, 45.0050}, "ON", "NY"},
		{"Erie, Pennsylvania", orb.Point{-80.1000, 42.3500}, "ON", "PA"},
		{"Cleveland", orb.Point{-81.7000, 41.8500}, "ON", "OH"},
		{"Sault Ste. Marie", orb.Point{-84.3450, 46.5100}, "ON", "MI"},
		{"International Falls", orb.Point{-93.4100, 48.6060}, "ON", "MN"},
		{"Warroad", orb.Point{-95.4000, 49.0000}, "MB", "MN"},
		{"Portal", orb.Point{-102.5500, 49.0000}, "SK", "ND"},
		{"Opheim", orb.Point{-106.4000, 49.0000}, "SK", "MT"},
		{"Sweetgrass", orb.Point{-111.9600, 49.0000}, "AB", "MT"},
		{"Roosville", orb.Point{-115.0550, 49.0000}, "BC", "MT"},
		{"Porthill", orb.Point{-116.5000, 49.0000}, "BC", "ID"},
		{"Osoyoos", orb.Point{-119.4600, 49.0000}, "BC", "WA"},
		{"Skagway", orb.Point{-135.1400, 59.6200}, "BC", "AK"},
	} {
		s := f.Segments()[locate(t, f, c.at).Segment]
		if s.AdminCA != c.ca || s.AdminUS != c.us {
			t.Errorf("%s is in %s and %s, want %s and %s", c.name, s.AdminCA, s.AdminUS, c.ca, c.us)
		}
	}
}

func TestSegmentsFileFitsTheLine(t *testing.T) {
	f := load(t)
	labels, err := readLabels(segmentsCSV)
	if err != nil {
		t.Fatal(err)
	}
	segments := f.Segments()
	if len(labels) != len(segments) {
		t.Fatalf("the file has %d segments, the line %d", len(labels), len(segments))
	}
	for i, l := range labels {
		s := segments[i].Stretch
		if l.Stretch.Part != s.Part || math.Abs(float64(l.Stretch.From-s.From)) > 1 || math.Abs(float64(l.Stretch.To-s.To)) > 1 {
			t.Fatalf("line %d of the file is %v, the segment %v", i+2, l.Stretch, s)
		}
	}
}

func TestFrontierCut(t *testing.T) {
	f, err := FrontierCut(frontier.KM(2.5))
	if err != nil {
		t.Fatal(err)
	}
	s, ok := f.Segment("main-0492") // km 1230 to 1232.5
	if !ok || s.Name != "Champlain" || s.AdminUS != "NY" {
		t.Errorf("main-0492 is %q in %s, want Champlain in NY", s.Name, s.AdminUS)
	}
	if _, err := FrontierCut(1); err == nil {
		t.Error("segments of 1 m are not refused")
	}
}

func TestReadLabelsRefuses(t *testing.T) {
	const header = "part,km_from,km_to,name,admin_ca,admin_us\n"
	for name, text := range map[string]string{
		"nothing":        "",
		"other columns":  "part,km_from,km_to,name,ca,us\n",
		"a missing cell": header + "main,0,10,Eastport,NB\n",
		"unknown part":   header + "maine,0,10,Eastport,NB,ME\n",
		"no number":      header + "main,0,ten,Eastport,NB,ME\n",
		"reversed":       header + "main,10,0,Eastport,NB,ME\n",
	} {
		if _, err := readLabels([]byte(text)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
