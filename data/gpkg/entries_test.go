package gpkg

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"frontierwatch/data/logtest"
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

func noon() time.Time { return time.Date(2017, 1, 31, 12, 0, 0, 0, time.UTC) }

// walk is a report of some people at a place near the 49th parallel, all of
// which its number decides.
func walk(n int) report.Report {
	at := noon().Add(time.Duration(n) * time.Minute)
	people := int64(n % 9)
	return report.Report{
		ID:    fmt.Sprintf("01598%03x-%04x-7000-8000-%012x", n>>16&0xfff, n&0xffff, n*2654435761%(1<<40)),
		Point: &orb.Point{-97 - float64(n%1000)/500, 49 + float64(n%777)/7770}, Start: at, End: at,
		Count: report.Count{Best: people, Min: people, Max: people}, Unit: report.Persons,
		Direction: report.Northbound, Relation: report.BetweenPorts, Source: "police", Status: report.Confirmed, TLP: report.Green,
	}
}

func created(r report.Report) log.Entry {
	return log.Entry{Kind: log.Report, ID: r.ID, Op: log.Create, Revision: 1, Recorded: r.End, Actor: "tester", Body: report.AppendBody(nil, &r)}
}

func corrected(r report.Report, revision int) log.Entry {
	e := created(r)
	e.Op, e.Revision, e.Reason = log.Correct, revision, "counted again"
	return e
}

// walks creates n reports from a number on.
func walks(from, n int) []log.Entry {
	entries := make([]log.Entry, n)
	for i := range entries {
		entries[i] = created(walk(from + i))
	}
	return entries
}

func add(t testing.TB, s *Store, entries ...log.Entry) []log.Result {
	t.Helper()
	results, err := s.Append(context.Background(), entries)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range results {
		if r.Outcome != log.Appended {
			t.Fatalf("entry %d: %v", i, r.Outcome)
		}
	}
	return results
}

// mixed is a log with something of everything: kinds, corrections, a retraction
// and one that stands again, a stretch, all optional properties.
func mixed() []log.Entry {
	stretch := walk(3)
	stretch.Point, stretch.Stretch = nil, &frontier.Stretch{Part: frontier.Alaska, From: 1_000_000, To: 1_250_500}
	full := walk(4)
	full.End, full.Published = full.Start.Add(90*time.Minute), full.Start.Add(24*time.Hour)
	full.Count = report.Count{Best: 143, Min: 140, Max: 150}
	full.SourceRef, full.Overlaps, full.Releasable = "it's 7/2017", []string{walk(0).ID, "other"}, report.CAN|report.USA
	metres := frontier.Meters(250.5)
	full.Uncertainty = &metres
	moved := walk(1)
	moved.Point = &orb.Point{-100.5, 48.75}
	retract := func(n, revision int) log.Entry {
		e := created(walk(n))
		return log.Entry{Kind: log.Report, ID: e.ID, Op: log.Retract, Revision: revision, Recorded: e.Recorded, Actor: "tester"}
	}
	entries := append(walks(0, 3), created(stretch), created(full), corrected(moved, 2), retract(2, 2), retract(0, 2), corrected(walk(0), 3))
	for i, kind := range []log.Kind{log.Post, log.Source, log.Flag, log.Flag, log.Kind("later")} {
		id := fmt.Sprint("x", i)
		entries = append(entries, log.Entry{Kind: kind, ID: id, Op: log.Create, Revision: 1, Recorded: noon(), Actor: "tester", Body: logtest.Body(kind, id, i)})
	}
	return entries
}
