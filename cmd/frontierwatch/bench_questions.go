package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"frontierwatch/api/codec"
	"frontierwatch/data"
	"frontierwatch/data/demo"
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

// question is asked at random places, the same in every run.
type question struct {
	what, floor string
	target      func(*frontier.Frontier, *rand.Rand) string
	reach       bar
}

const (
	flagsTarget    = "/collections/flags/items?datetime=2017-12-31T00:00:00Z"
	hotspotsTarget = "/hotspots?datetime=2017-12-31T00:00:00Z"
)

// benchNow is when a bench takes place: when the reports that it makes end,
// whatever the clock of the machine says.
func benchNow() time.Time { return time.Date(2018, 1, 1, 0, 0, 0, 0, time.UTC) }

// lately is a time of the last three days that there are reports of.
func lately(random *rand.Rand) time.Time {
	return time.Date(2017, 12, 31, -random.IntN(72), 0, 0, 0, time.UTC)
}

// arrived stores a report of the last three days before it asks.
func (b *bench) arrived(corpus *data.Corpus, target string) func(*frontier.Frontier, *rand.Rand) string {
	return func(line *frontier.Frontier, random *rand.Rand) string {
		for r := range demo.Synthetic(line, random.Uint64(), 1) {
			b.arrivals++
			r.ID = fmt.Sprint("arrived-", b.arrivals)
			r.Start = lately(random)
			r.End = r.Start
			added, err := corpus.Add(b.session, "bench", []report.Report{r})
			if err == nil {
				err = added[0].Err
			}
			if err != nil {
				return "/" + url.PathEscape(err.Error()) // which answers that it is not there
			}
		}
		return target
	}
}

func (b *bench) questions(corpus *data.Corpus) []question {
	small := smallBox(b.Reports)
	tile, n := busiestTile(b.session, corpus)
	asked := 0
	return []question{
		{"small box, about 80 hits", floorAppend, itemsIn(small, 0, "limit=1000"), bar{}},
		{"medium box, newest 1,000", floorAppend, itemsIn(2, 0, "limit=1000"), bar{most: 2, ratio: true}},
		{"medium box, newest 1,000 of one source", floorAppend, itemsIn(2, 0, "limit=1000&source=simulated"), bar{}},
		{"large box, 30 days, newest 1,000", floorAppend, itemsIn(20, 30, "limit=1000"), bar{}},
		{"small box, about 80 hits" + withFew, floorFew, fewOf(itemsIn(small, 0, "limit=1000")), bar{}},
		{"medium box, newest 1,000" + withFew, floorFew, fewOf(itemsIn(2, 0, "limit=1000")), bar{most: 2, ratio: true}},
		{"large box, 30 days, newest 1,000" + withFew, floorFew, fewOf(itemsIn(20, 30, "limit=1000")), bar{}},
		{"nothing of a unit that nobody reports", floorHello, itemsIn(20, 0, "unit=claims"), bar{}},
		{"hot spots in a box", floorHello, hotspotsInBox, bar{}},
		{"flags of the whole frontier", floorHello, func(*frontier.Frontier, *rand.Rand) string { return flagsTarget }, bar{}},
		{"hot spots just after a report came", floorHello, b.arrived(corpus, hotspotsTarget), bar{most: 5000}},
		{"flags just after a report came", floorHello, b.arrived(corpus, flagsTarget), bar{most: 5000}},
		{fmt.Sprintf("tile %s of %d reports, cold", tile, n), floorHello, func(*frontier.Frontier, *rand.Rand) string {
			asked++ // another question each time, so that nothing is remembered
			return fmt.Sprintf("/tiles/%s.mvt?layers=reports&datetime=2000-01-01T%02d:%02d:%02dZ/..", tile, asked/3600%24, asked/60%60, asked%60)
		}, bar{most: 10_000}},
		{"the same tile, warm", floorHello, func(*frontier.Frontier, *rand.Rand) string {
			return "/tiles/" + tile + ".mvt?layers=reports"
		}, bar{most: 1000}},
	}
}

// fewProperties are when, how many and of what. With them, its id and its place a
// feature is as long as those that the bars for boxes were measured with; with every
// property it is three and a half times as long.
const fewProperties = "observed_start,count_best,unit"

// withFew is how rows call questions for no more than those.
const withFew = ", 3 properties"

// fewOf asks for no more than fewProperties.
func fewOf(target func(*frontier.Frontier, *rand.Rand) string) func(*frontier.Frontier, *rand.Rand) string {
	return func(f *frontier.Frontier, r *rand.Rand) string { return target(f, r) + "&properties=" + fewProperties }
}

// onlyFew is what a writer then selects.
func onlyFew() (only codec.Selection) {
	few := strings.Split(fewProperties, ",")
	for _, p := range codec.Properties(codec.Reports) {
		only.Columns = append(only.Columns, slices.Contains(few, p.Name))
	}
	return only
}

// howAsked says what a question of ours is, by one of them.
func howAsked(target string) string {
	how := "such as GET " + target
	if strings.Contains(target, "/items?") {
		how += ", as GeoJSON with numberMatched, which cannot be left out"
	}
	return how
}

// smallBox is the side of a small box in degrees: as many hits, however many
// reports there are.
func smallBox(reports int) float64 { return 0.02 / math.Sqrt(float64(reports)/1e6) }

func hotspotsInBox(f *frontier.Frontier, r *rand.Rand) string {
	return hotspotsTarget + "&bbox=" + box(f, r, 5)
}

// busiestTile is the tile of zoom 6 with the most reports, as z/x/y, and how many.
func busiestTile(ctx context.Context, corpus *data.Corpus) (path string, most int) {
	seen := map[maptile.Tile]bool{}
	line := corpus.Frontier()
	for _, part := range frontier.Parts {
		for m := frontier.Meters(0); m < line.Length(part); m += frontier.KM(10) {
			t := maptile.At(line.At(part, m), 6)
			if seen[t] {
				continue
			}
			seen[t] = true
			page, err := corpus.Reports(ctx, report.Query{Boxes: []orb.Bound{t.Bound()}, Limit: 1, Count: true})
			if err == nil && page.Matched > most {
				path, most = fmt.Sprintf("%d/%d/%d", t.Z, t.X, t.Y), page.Matched
			}
		}
	}
	return path, most
}
