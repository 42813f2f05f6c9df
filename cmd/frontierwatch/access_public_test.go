package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/reader"
	"frontierwatch/geo/report"
)

// cellOf is a segment, a week and a unit.
type cellOf struct {
	segment, week int
	unit          report.Unit
}

// drawPeople draws two truths about some cells that agree in the ranges that are said of
// each: under five, 5 to 9, 10 to 19, 20 to 49.
func drawPeople(random *rand.Rand) (one, other map[cellOf]int) {
	one, other = map[cellOf]int{}, map[cellOf]int{}
	for segment := range 6 {
		for week := range 5 {
			for _, unit := range []report.Unit{report.Persons, report.Claims} {
				r := [][2]int{{0, 4}, {0, 4}, {1, 4}, {5, 9}, {10, 19}, {20, 49}}[random.IntN(6)]
				c := cellOf{segment, week, unit}
				one[c], other[c] = r[0]+random.IntN(r[1]-r[0]+1), r[0]+random.IntN(r[1]-r[0]+1)
			}
		}
	}
	return one, other
}

// worldOf is a server over a truth, told in reports of a few people each, with others that
// the public must not know of.
func worldOf(t *testing.T, random *rand.Rand, people map[cellOf]int) *world {
	t.Helper()
	w := newWorld(t, func(*report.Report, report.Source) bool { return false }, everySource)
	w.clock.Store(evening.AddDate(0, 0, -14).Unix())
	monday := time.Date(2017, 4, 3, 0, 0, 0, 0, time.UTC)
	line := w.corpus.Frontier()
	var all []report.Report
	put := func(segment int, at time.Time, unit report.Unit, n int, source string, tlp report.TLP) {
		p := line.At(frontier.Main, frontier.KM(float64(segment)*10+1+8*random.Float64()))
		all = append(all, report.Report{
			ID: fmt.Sprint("p", len(all)), Point: &orb.Point{p[0], p[1] + 0.01}, Start: at, End: at, Count: report.Count{Best: int64(n), Min: int64(n), Max: int64(n)}, Unit: unit,
			Direction: report.Northbound, Relation: report.BetweenPorts, Source: source, Status: report.Confirmed, TLP: tlp,
		})
	}
	for segment := range 6 {
		for week := range 5 {
			for _, unit := range []report.Unit{report.Persons, report.Claims} {
				for left := people[cellOf{segment, week, unit}]; left > 0; {
					some := 1 + random.IntN(min(left, 7))
					left -= some
					put(segment, monday.Add(time.Duration(week*7*24)*time.Hour+time.Duration(random.IntN(7*24*60))*time.Minute), unit, some, []string{"open", "shared"}[random.IntN(2)], report.Clear)
				}
			}
		}
	}
	for i := range random.IntN(9) { // withheld
		put(i, monday.AddDate(0, 0, random.IntN(30)), report.Persons, 30+random.IntN(30), "rcmp", []report.TLP{report.Green, report.Amber, report.Red}[i%3])
	}
	added, err := w.corpus.Add(t.Context(), "test", all)
	for i := range added {
		if err == nil && added[i].Err != nil {
			err = fmt.Errorf("%s: %w", all[i].ID, added[i].Err)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	w.clock.Store(evening.Unix())
	all = nil
	put(0, evening.AddDate(0, 0, -3), report.Persons, 50+random.IntN(50), "open", report.Clear) // too new
	if _, err := w.corpus.Add(t.Context(), "test", all); err != nil {
		t.Fatal(err)
	}
	return w
}

// publicQuestions are everything that the public may ask, by its own document, in every
// format, of boxes, days, weeks and positions, and what it may not ask.
func publicQuestions(t *testing.T, w *world) (all []string) {
	t.Helper()
	text := w.answer("GET", "/api", "", "")
	var document struct{ Paths map[string]map[string]any }
	if err := json.Unmarshal([]byte(text[strings.Index(text, "\n{")+1:]), &document); err != nil {
		t.Fatal(err)
	}
	for path := range document.Paths {
		for _, id := range []string{"main-0000", "main-0003", "main-0005"} {
			all = append(all, strings.NewReplacer("{z}", "6", "{x}", "14", "{y}", "21", "{id}", id).Replace(path))
		}
	}
	for _, of := range []string{"/collections/segments/items", "/collections/hotspots/items", "/hotspots"} {
		for _, query := range []string{"f=csv", "f=geojsonseq", "f=gpkg", "f=html", "limit=3", "bbox=-100.3,48.9,-100.1,49.1", "bbox=-100.2,48.9,-100.1,49.1&f=csv", "datetime=2017-04-12", "datetime=2017-05-01",
			"asOf=3", "asOf=2017-05-09T00:00:00Z&f=csv", "sortby=-observed", "filter=observed%3E4", "filter=observed%3C5&f=csv", "unit=claims&f=csv", "properties=observed"} {
			all = append(all, of+"?"+query)
		}
	}
	for _, at := range []string{"/collections/segments/series", "/collections/segments/items/main-0001/series", "/collections/segments/items/main-0004/series"} {
		for _, query := range []string{"bin=P1D", "bin=P1W", "bin=P1M", "unit=claims&bin=P1W", "datetime=2017-04-03/2017-04-09&bin=P1D", "datetime=2017-04-05/2017-04-18&bin=P1D", "bin=P1W&f=csv"} {
			all = append(all, at+"?datetime=2017-03-27/2017-05-29&"+query)
		}
	}
	for _, tile := range []string{"3/1/2", "5/7/10", "7/28/43", "9/113/175"} {
		all = append(all, "/tiles/"+tile+".mvt", "/tiles/"+tile+".mvt?layers=segments,hotspots", "/tiles/"+tile+".mvt?layers=reports")
	}
	return append(all, "/summary", "/changes", "/events", "/collections/reports/items", "/collections/reports/items?f=gpkg", "/collections/flags/items", "/coverage", "/flags/main-0001/receipt")
}

// Whatever the public asks over HTTP, it is told the same of two truths that agree in what
// is said of each cell: to the byte, with headers and tags, as tiles, series, hot spots and
// GeoPackages, and where it may not ask at all. So nothing that it subtracts from something
// tells more than the ranges, and of less than five people nothing.
func TestThePublicIsToldTheSameOfTwoTruths(t *testing.T) {
	for seed := range uint64(4) {
		random := rand.New(rand.NewPCG(seed, 1))
		one, other := drawPeople(random)
		a, b := worldOf(t, random, one), worldOf(t, random, other)
		answered := map[string]int{}
		all := publicQuestions(t, a)
		for _, q := range all {
			x, y := a.answer("GET", q, "", ""), b.answer("GET", q, "", "")
			if x != y {
				t.Errorf("%s tells two truths apart:\n%s", q, difference(x, y))
			}
			answered[status(x)]++
		}
		if answered["200"] < 80 || answered["404"] < 6 {
			t.Errorf("the questions were answered %v", answered)
		}
		if cells, err := a.door.views.Of(t.Context(), reader.Class{}); err != nil || cells.Size() < 5 {
			t.Errorf("%v: there is hardly anything to tell", err)
		}
		if seed > 0 {
			continue
		}
		// The control: one cell of another range is told, in many ways.
		for c, n := range one {
			if n >= 5 && n <= 9 && c.unit == report.Persons {
				other[c] = 10
				break
			}
		}
		b, found := worldOf(t, random, other), 0
		for _, q := range all {
			if a.answer("GET", q, "", "") != b.answer("GET", q, "", "") {
				found++
			}
		}
		if found < 20 {
			t.Errorf("another range is found out by %d questions", found)
		}
	}
}
