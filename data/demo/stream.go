package demo

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/paulmach/orb"
	"gonum.org/v1/gonum/stat/distuv"

	"frontierwatch/data/boundary"
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

// The days of the stream, both included: two quiet years, then 2017.
var (
	firstDay = time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC)
	surgeDay = time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC)
	lastDay  = time.Date(2017, 12, 31, 0, 0, 0, 0, time.UTC)
)

const (
	sitesPerSector = 9
	dispersion     = 1.8 // variance of a day's count over its mean
	spreadAlong    = frontier.Meters(1500)
	spreadAcross   = frontier.Meters(600)
)

// site is a place where people cross, with the people a day it expects.
type site struct {
	part      frontier.Part
	measure   frontier.Meters
	direction report.Direction
	rate      func(day time.Time) float64
}

// Stream makes the simulated reports: one for each site and day on which
// somebody crossed. The same seed makes the same reports.
//
// A sector expects in each month of 2015 to 2017 what the Border Patrol published
// for that month of its fiscal year 2017 (October 2016 to September 2017), shared
// out over a few sites. Two northbound sites, Emerson and Roxham Road, expect in the two
// quiet years what the Canada Border Services Agency published for the fiscal year
// 2013–14 near Emerson, and in 2017 the monthly total that the RCMP first published for
// their province; a month without a published total repeats the one before.
func Stream(f *frontier.Frontier, seed uint64) ([]report.Report, error) {
	figures, err := boundary.Figures()
	if err != nil {
		return nil, err
	}
	areas, err := boundary.Areas()
	if err != nil {
		return nil, err
	}
	totals := newTotals(figures)
	random := rand.New(rand.NewPCG(seed, 0x66726f6e74696572))
	sites := sectorSites(totals, areas, random)
	for _, s := range northboundSites {
		sites = append(sites, totals.northbound(s))
	}
	var reports []report.Report
	for day := firstDay; !day.After(lastDay); day = day.AddDate(0, 0, 1) {
		for i, s := range sites {
			if n := negativeBinomial(s.rate(day), dispersion, random); n > 0 {
				id := fmt.Sprintf("sim-%s-%03d", day.Format("20060102"), i)
				reports = append(reports, s.report(f, id, day, n, random))
			}
		}
	}
	return reports, nil
}

// report is one day's people at a site, somewhere near it, at some hour.
func (s site) report(f *frontier.Frontier, id string, day time.Time, n int, random *rand.Rand) report.Report {
	along := s.measure + frontier.Meters(random.NormFloat64())*spreadAlong
	point := offset(f.At(s.part, along), frontier.Meters(random.NormFloat64())*spreadAcross)
	at := day.Add(time.Duration(random.IntN(24*60)) * time.Minute)
	count := int64(n)
	uncertainty := frontier.Meters(250)
	return report.Report{
		ID: id, Point: &point, Start: at, End: at,
		Count: report.Count{Best: count, Min: count, Max: count}, Unit: report.Detections,
		Direction: s.direction, Relation: report.BetweenPorts,
		Published: day.AddDate(0, 0, 1), Source: "simulated", Status: report.Probable,
		Uncertainty: &uncertainty, TLP: report.Clear,
	}
}

// offset moves a point north by some metres, rounded to what a report keeps.
func offset(p orb.Point, north frontier.Meters) orb.Point {
	const metersPerDegree = 111_200 // of latitude, near 50° N
	return orb.Point{round7(p[0]), round7(p[1] + float64(north)/metersPerDegree)}
}

func round7(x float64) float64 { return math.Round(x*1e7) / 1e7 }

// sectorSites shares each sector's monthly total out over sites at random places,
// the busiest with about a third of it.
func sectorSites(totals totals, areas map[string]frontier.Stretch, random *rand.Rand) (sites []site) {
	for _, sector := range totals.sectors {
		stretch := areas[sector]
		weights, sum := make([]float64, sitesPerSector), 0.0
		for i := range weights {
			weights[i] = 1 / float64(i+1)
			sum += weights[i]
		}
		for _, w := range weights {
			sites = append(sites, site{
				part: stretch.Part, direction: report.Southbound,
				measure: stretch.From + frontier.Meters(random.Float64())*stretch.Length(),
				rate:    func(day time.Time) float64 { return totals.sectorDay(sector, day) * w / sum },
			})
		}
	}
	return sites
}

// northboundSite is a place of the story with the province whose totals it takes.
type northboundSite struct {
	province string
	measure  frontier.Meters // on the main part
}

var northboundSites = [...]northboundSite{
	{"Manitoba", frontier.KM(4281.3)}, // Emerson
	{"Quebec", frontier.KM(1230.9)},   // Roxham Road
}

// totals are the published figures that the stream is made from.
type totals struct {
	sectors  []string                      // in the order of their names
	sector   map[string][13]float64        // people in a calendar month, [1] January
	province map[string]map[string]float64 // by province and month "2017-01", as first published
	quiet    float64                       // people in a quiet year at one northbound site
}

func newTotals(figures []boundary.Figure) totals {
	t := totals{sector: map[string][13]float64{}, province: map[string]map[string]float64{}}
	from, to := time.Date(2016, 10, 1, 0, 0, 0, 0, time.UTC), time.Date(2017, 10, 1, 0, 0, 0, 0, time.UTC)
	for _, f := range figures {
		switch {
		case f.Source == "usbp" && f.Area != "Northern Border" && !f.From.Before(from) && f.To.Before(to):
			months := t.sector[f.Area]
			months[f.From.Month()] = float64(f.Count)
			t.sector[f.Area] = months
		case f.Source == "rcmp" && f.From.Year() == 2017 && f.Revision == 1:
			if t.province[f.Area] == nil {
				t.province[f.Area] = map[string]float64{}
			}
			t.province[f.Area][month(f.From)] = float64(f.Count)
		case f.ID == "cbsa-2013-04-2014-03-emerson":
			t.quiet = float64(f.Count)
		}
	}
	for name := range t.sector {
		t.sectors = append(t.sectors, name)
	}
	slices.Sort(t.sectors)
	return t
}

func month(t time.Time) string { return t.Format("2006-01") }

func daysIn(t time.Time) float64 {
	return float64(time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day())
}

// sectorDay is how many people a sector expects on a day.
func (t totals) sectorDay(sector string, day time.Time) float64 {
	return t.sector[sector][day.Month()] / daysIn(day)
}

func (t totals) northbound(s northboundSite) site {
	return site{part: frontier.Main, measure: s.measure, direction: report.Northbound, rate: func(day time.Time) float64 {
		if day.Before(surgeDay) {
			return t.quiet / 365
		}
		return t.latest(s.province, day) / daysIn(day)
	}}
}

// latest is a province's total for the month of day, or for the newest month
// before it that has one.
func (t totals) latest(province string, day time.Time) float64 {
	for m := day; !m.Before(surgeDay); m = time.Date(m.Year(), m.Month(), 0, 0, 0, 0, 0, time.UTC) {
		if n, ok := t.province[province][month(m)]; ok {
			return n
		}
	}
	return 0
}

// negativeBinomial draws a count with a mean and a variance of dispersion times
// the mean, as a Poisson count whose mean is drawn from a Gamma distribution.
func negativeBinomial(mean, dispersion float64, random *rand.Rand) int {
	if mean <= 0 {
		return 0
	}
	scale := dispersion - 1
	drawn := distuv.Gamma{Alpha: mean / scale, Beta: 1 / scale, Src: random}.Rand()
	return int(distuv.Poisson{Lambda: drawn, Src: random}.Rand())
}
