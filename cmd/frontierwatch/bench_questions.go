package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"frontierwatch/data"
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

// question is asked at random places, the same in every run.
type question struct {
	what, floor string
	target      func(*frontier.Frontier, *rand.Rand) string
	reach       bar
}

const flagsTarget = "/collections/flags/items?datetime=2017-12-31T00:00:00Z"

func (b *bench) questions(corpus *data.Corpus) []question {
	small := 0.02 / math.Sqrt(float64(b.Reports)/1e6) // degrees: as many hits, however many reports there are
	tile, n := busiestTile(b.session, corpus)
	asked := 0
	return []question{
		{"small box, about 80 hits", floorAppend, itemsIn(small, 0, "limit=1000"), bar{}},
		{"medium box, newest 1,000", floorAppend, itemsIn(2, 0, "limit=1000"), bar{most: 2, ratio: true}},
		{"medium box, newest 1,000 of one source", floorAppend, itemsIn(2, 0, "limit=1000&source=simulated"), bar{}},
		{"large box, 30 days, newest 1,000", floorAppend, itemsIn(20, 30, "limit=1000"), bar{}},
		{"nothing of a unit that nobody reports", floorHello, itemsIn(20, 0, "unit=claims"), bar{}},
		{"hot spots in a box", floorHello, func(f *frontier.Frontier, r *rand.Rand) string {
			return "/hotspots?datetime=2017-12-31T00:00:00Z&bbox=" + box(f, r, 5)
		}, bar{}},
		{"flags of the whole frontier", floorHello, func(*frontier.Frontier, *rand.Rand) string { return flagsTarget }, bar{}},
		{fmt.Sprintf("tile %s of %d reports, cold", tile, n), floorHello, func(*frontier.Frontier, *rand.Rand) string {
			asked++ // another question each time, so that nothing is remembered
			return fmt.Sprintf("/tiles/%s.mvt?layers=reports&datetime=2000-01-01T%02d:%02d:%02dZ/..", tile, asked/3600%24, asked/60%60, asked%60)
		}, bar{most: 10_000}},
		{"the same tile, warm", floorHello, func(*frontier.Frontier, *rand.Rand) string {
			return "/tiles/" + tile + ".mvt?layers=reports"
		}, bar{most: 1000}},
	}
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
