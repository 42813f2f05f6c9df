// Package demo makes the reports that the demo shows: the published figures as
// interval and stretch reports, and a simulated stream made from them.
//
// Published figures keep the day of their publication, so that the past can be
// asked for as it was known. The stream is marked: its source is "simulated" and
// its unit detections, so that it is never added to a published figure.
package demo

import (
	"fmt"
	"time"

	"frontierwatch/data/boundary"
	"frontierwatch/geo/report"
)

// Sources are who the reports of the demo come from.
func Sources() []report.Source {
	const month = 30 * 24 * time.Hour
	return []report.Source{
		{ID: "rcmp", Agency: "Royal Canadian Mounted Police", Country: "CAN", Cadence: month, Unit: report.Interceptions, TLP: report.Clear,
			Caveat: "monthly totals by province as quoted in the press, later revised"},
		{ID: "usbp", Agency: "U.S. Border Patrol", Country: "USA", Cadence: month, Unit: report.Encounters, TLP: report.Clear,
			Caveat: "monthly totals by sector; both directions"},
		{ID: "cbsa", Agency: "Canada Border Services Agency", Country: "CAN", Unit: report.Persons, TLP: report.Clear,
			Caveat: "figures by fiscal year; claims include people who did not cross the border"},
		{ID: "local-police", Agency: "local police at Emerson", Country: "CAN", Unit: report.Interceptions, TLP: report.Clear,
			Caveat: "as quoted in the press; may count the same people as others"},
		{ID: "parliament", Agency: "Parliament of Canada", Country: "CAN", Unit: report.Interceptions, TLP: report.Clear,
			Caveat: "as stated in debate; may count the same people as others"},
		{ID: "simulated", Agency: "simulated stream", Cadence: 24 * time.Hour, Unit: report.Detections, TLP: report.Clear,
			Caveat: "simulated: made from published monthly totals with a seed; nothing of it was observed"},
	}
}

// Revised is a report with the revision it makes: 1 creates it, more correct it.
type Revised struct {
	report.Report
	Revision int
}

// Published turns figures into reports, revisions after what they revise.
func Published() ([]Revised, error) {
	figures, err := boundary.Figures()
	if err != nil {
		return nil, err
	}
	areas, err := boundary.Areas()
	if err != nil {
		return nil, err
	}
	reports := make([]Revised, len(figures))
	for i, f := range figures {
		area, ok := areas[f.Area]
		if !ok {
			return nil, fmt.Errorf("figure %s: area %q is not in areas.csv", f.ID, f.Area)
		}
		reports[i] = Revised{Revision: f.Revision, Report: report.Report{
			ID: f.ID, Stretch: &area, Start: f.From, End: f.To.Add(24*time.Hour - time.Second),
			Count: report.Count{Best: f.Count, Min: f.Count, Max: f.Count},
			Unit:  f.Unit, Direction: f.Direction, Relation: f.Relation,
			Published: f.Published, Source: f.Source, Status: report.Confirmed,
			Overlaps: f.Overlaps, TLP: report.Clear,
		}}
	}
	return reports, nil
}
