package boundary

import (
	"slices"
	"strings"
	"testing"
	"time"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

func loadFigures(t *testing.T) []Figure {
	t.Helper()
	figures, err := Figures()
	if err != nil {
		t.Fatal(err)
	}
	return figures
}

// known are the figures as they were known on a day: of each, the newest revision
// that was published by then.
func known(figures []Figure, day string) map[string]Figure {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err)
	}
	found := map[string]Figure{}
	for _, f := range figures {
		if !f.Published.After(at) && f.Revision > found[f.ID].Revision {
			found[f.ID] = f
		}
	}
	return found
}

// January 2017 was 476 at first and 315 four weeks later.
func TestRevisionOfJanuary2017(t *testing.T) {
	figures := loadFigures(t)
	for day, want := range map[string]int64{"2017-03-20": 0, "2017-03-21": 476, "2017-03-25": 476, "2017-04-18": 476, "2017-04-19": 315, "2017-05-16": 315} {
		if got := known(figures, day)["rcmp-2017-01-canada"].Count; got != want {
			t.Errorf("as of %s the RCMP gave %d for January 2017, want %d", day, got, want)
		}
	}
	sum := int64(0)
	for area, want := range map[string]int64{"quebec": 245, "british-columbia": 207, "manitoba": 19, "saskatchewan": 5} {
		f := known(figures, "2017-03-25")["rcmp-2017-01-"+area]
		if f.Count != want || f.Unit != report.Interceptions || f.Direction != report.Northbound || f.Relation != report.BetweenPorts {
			t.Errorf("%s in January 2017: %+v, want %d", area, f, want)
		}
		sum += f.Count
	}
	if sum != 476 {
		t.Errorf("the provinces sum up to %d, want 476", sum)
	}
	first, second := known(figures, "2017-03-25")["rcmp-2017-01-canada"], known(figures, "2017-05-16")["rcmp-2017-01-canada"]
	if first.Revision != 1 || second.Revision != 2 || !first.From.Equal(second.From) || !first.To.Equal(second.To) || first.Area != second.Area {
		t.Errorf("%+v was not revised by %+v", first, second)
	}
}

// The winter of 2017 at Emerson: three sources that may count the same people.
func TestWinterAtEmerson(t *testing.T) {
	figures := known(loadFigures(t), "2017-05-16")
	police, parliament := figures["emerson-2017-01-02-police"], figures["parliament-2017-02-manitoba"]
	if police.Count != 143 || police.From.Format(time.DateOnly) != "2017-01-01" || police.To.Format(time.DateOnly) != "2017-02-28" || police.Area != "near Emerson" {
		t.Errorf("local police: %+v", police)
	}
	if parliament.Count != 143 || parliament.From.Month() != time.February || parliament.Area != "Manitoba" {
		t.Errorf("Parliament: %+v", parliament)
	}
	if january, february := figures["rcmp-2017-01-manitoba"].Count, figures["rcmp-2017-02-manitoba"].Count; january+february != 161 {
		t.Errorf("the RCMP gave %d and %d for Manitoba, want 161 together", january, february)
	}
	for _, id := range []string{"parliament-2017-02-manitoba", "rcmp-2017-01-manitoba", "rcmp-2017-02-manitoba"} {
		if !slices.Contains(police.Overlaps, id) {
			t.Errorf("the figure of the police does not say that it may count the people of %s", id)
		}
	}
	if !slices.Contains(parliament.Overlaps, "rcmp-2017-02-manitoba") {
		t.Error("the figure of Parliament does not say that it may count the people of the RCMP's")
	}
}

func TestOtherStories(t *testing.T) {
	figures := known(loadFigures(t), "2026-01-01")
	for id, want := range map[string]int64{
		"cbsa-2013-04-2014-03-emerson": 68, "cbsa-2015-04-2016-03-emerson": 340, "cbsa-2016-04-2016-12-emerson": 410,
		"usbp-fy2021-swanton": 365, "usbp-fy2022-swanton": 1065, "usbp-fy2023-swanton": 6925, "usbp-fy2024-swanton": 19222,
		"claims-2017-02-13-canada": 3800,
	} {
		if figures[id].Count != want {
			t.Errorf("%s is %d, want %d", id, figures[id].Count, want)
		}
	}
	if claims := figures["claims-2017-02-13-canada"]; claims.Unit != report.Claims || claims.Relation == report.BetweenPorts {
		t.Errorf("claims are counted as crossings: %+v", claims)
	}
	quebec, canada := figures["rcmp-2023-01-quebec"].Count, figures["rcmp-2023-01-canada"].Count
	if share := float64(quebec) / float64(canada); share < 0.97 || share > 0.99 {
		t.Errorf("in January 2023 Quebec had %.3f of the interceptions, want 98 %%", share)
	}
}

func TestFiguresAreWhole(t *testing.T) {
	figures := loadFigures(t)
	areas, err := Areas()
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]int{}
	for _, f := range figures {
		ids[f.ID]++
		if f.Revision != ids[f.ID] {
			t.Errorf("%s has revision %d, after %d others", f.ID, f.Revision, ids[f.ID]-1)
		}
	}
	if len(figures) != 630 || len(ids) != 629 {
		t.Errorf("%d lines on %d figures, want 630 on 629", len(figures), len(ids))
	}
	for i, f := range figures {
		if _, ok := areas[f.Area]; !ok {
			t.Errorf("%s: area %q is not in areas.csv", f.ID, f.Area)
		}
		if _, err := report.ParseUnit(string(f.Unit)); err != nil {
			t.Errorf("%s: unit %q %v", f.ID, f.Unit, err)
		}
		if _, err := report.ParseDirection(string(f.Direction)); err != nil {
			t.Errorf("%s: direction %q %v", f.ID, f.Direction, err)
		}
		if _, err := report.ParseRelation(string(f.Relation)); err != nil {
			t.Errorf("%s: relation %q %v", f.ID, f.Relation, err)
		}
		if f.Count < 0 || f.To.Before(f.From) || f.Where == "" || f.Source == "" || len(f.ID) > report.MaxID {
			t.Errorf("%+v is not whole", f)
		}
		if !f.Published.IsZero() && f.Published.Before(f.To) {
			t.Errorf("%s was published on %v, before its end", f.ID, f.Published)
		}
		if i > 0 && f.From.Before(figures[i-1].From) {
			t.Errorf("%s stands after %s, which is later", f.ID, figures[i-1].ID)
		}
		for _, o := range f.Overlaps {
			if ids[o] == 0 || o == f.ID {
				t.Errorf("%s overlaps %q", f.ID, o)
			}
		}
	}
}

func TestAreas(t *testing.T) {
	f := load(t)
	areas, err := Areas()
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range areas {
		if s.From < 0 || s.To > f.Length(s.Part) {
			t.Errorf("%s reaches beyond the frontier: %v", name, s)
		}
	}
	// Side by side without a gap, from one end of the main part to the other.
	for _, row := range [][]string{
		{"New Brunswick", "Quebec", "Ontario", "Manitoba", "Saskatchewan", "Alberta", "British Columbia"},
		{"Houlton", "Swanton", "Buffalo", "Detroit", "Grand Forks", "Havre", "Spokane", "Blaine"},
		{"Canada"}, {"Northern Border"},
	} {
		at := frontier.Meters(0)
		for _, name := range row {
			s, ok := areas[name]
			if !ok || s.From != at || s.Part != frontier.Main {
				t.Errorf("%s is %v, want it to begin at km %.3f", name, s, at.KM())
			}
			at = s.To
		}
		if end := f.Length(frontier.Main); end-at > 1 {
			t.Errorf("%s ends at km %.3f, want %.3f", row[len(row)-1], at.KM(), end.KM())
		}
	}
	provinces := map[string]string{"New Brunswick": "NB", "Quebec": "QC", "Ontario": "ON", "Manitoba": "MB", "Saskatchewan": "SK", "Alberta": "AB", "British Columbia": "BC"}
	for _, segment := range f.Segments() {
		middle := segment.Stretch.From + segment.Stretch.Length()/2
		for name, code := range provinces {
			inside := areas[name].From <= middle && middle < areas[name].To
			if segment.Stretch.Part == frontier.Main && inside != (segment.AdminCA == code) {
				t.Errorf("%s is in %s, but areas.csv says %s: %v", segment.ID, segment.AdminCA, name, areas[name])
			}
		}
	}
}

// The sectors give their lengths in miles; the last has no such figure.
func TestSectorsHaveTheLengthsTheyGive(t *testing.T) {
	areas, err := Areas()
	if err != nil {
		t.Fatal(err)
	}
	for name, miles := range map[string]float64{"Houlton": 611, "Swanton": 295, "Detroit": 863, "Grand Forks": 861, "Havre": 456, "Spokane": 308} {
		const kmPerMile = 1.609344
		if got := areas[name].Length().KM() / kmPerMile; got < miles-1.5 || got > miles+1.5 {
			t.Errorf("%s is %.1f miles long, want %.0f", name, got, miles)
		}
	}
	// Their stations and ports lie where they should.
	for km, name := range map[float64]string{269.8: "Houlton", 1407.9: "Swanton", 1470.1: "Buffalo", 2203: "Detroit", 3402.7: "Grand Forks", 4818.2: "Havre", 5585.2: "Spokane", 5907.6: "Spokane", 6112.7: "Blaine", 4281.3: "near Emerson"} {
		if s := areas[name]; frontier.KM(km) < s.From || frontier.KM(km) >= s.To {
			t.Errorf("km %.1f is not in %s, %v", km, name, s)
		}
	}
}

// The controls: what the readers refuse.
func TestTablesThatAreRefused(t *testing.T) {
	columns := []string{"a", "b"}
	for _, text := range []string{"", "a\n", "a,c\n1,2\n", "a,b\n1,2,3\n", "a,b\n\"1,2\n"} {
		if rows, err := table([]byte(text), columns...); err == nil {
			t.Errorf("%q: %v, no error", text, rows)
		}
	}
	if rows, err := table([]byte("a,b\n1,2\n"), columns...); err != nil || len(rows) != 1 {
		t.Errorf("a right table: %v, %v", rows, err)
	}
	good := strings.Split("x,1,s,Canada,2017-01-01,2017-01-31,2017-02-01,7,persons,northbound,between_ports,y z,where,note", ",")
	if f, err := figure(good); err != nil || f.Count != 7 || len(f.Overlaps) != 2 {
		t.Errorf("a right figure: %+v, %v", f, err)
	}
	for column, bad := range map[int]string{1: "first", 4: "2017-02-30", 5: "", 6: "soon", 7: "1.5"} {
		row := slices.Clone(good)
		row[column] = bad
		if f, err := figure(row); err == nil {
			t.Errorf("%q in column %d: %+v, no error", bad, column, f)
		}
	}
}
