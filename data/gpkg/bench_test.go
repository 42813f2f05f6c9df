package gpkg

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

func entriesFor(from, n int) []log.Entry {
	out := make([]log.Entry, n)
	t0 := time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range out {
		k := from + i
		p := orb.Point{-97 - float64(k%1000)/500, 49 + float64(k%777)/7770}
		at := t0.Add(time.Duration(k) * time.Minute)
		r := report.Report{ID: fmt.Sprintf("018b0000-%04x-7000-8000-%012x", k&0xffff, k*2654435761%(1<<40)), Point: &p, Start: at, End: at, Count: report.Count{Best: int64(k % 9), Min: int64(k % 9), Max: int64(k % 9)},
			Unit: report.Persons, Direction: report.Northbound, Relation: report.BetweenPorts, Source: "local", Status: report.Confirmed, TLP: report.Green}
		out[i] = log.Entry{Kind: log.Report, ID: r.ID, Op: log.Create, Revision: 1, Recorded: at, Actor: "local", Body: report.AppendBody(nil, &r)}
	}
	return out
}

func BenchmarkBulk(b *testing.B) {
	s, err := Open(filepath.Join(b.TempDir(), "x.gpkg"), Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	n := 0
	for b.Loop() {
		b.StopTimer()
		e := entriesFor(n, 1024)
		b.StartTimer()
		if _, err := s.Append(context.Background(), e); err != nil {
			b.Fatal(err)
		}
		n += 1024
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "reports/s")
}

func BenchmarkScan(b *testing.B) {
	s, err := Open(filepath.Join(b.TempDir(), "x.gpkg"), Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	for n := 0; n < 200; n++ {
		if _, err := s.Append(context.Background(), entriesFor(n*1024, 1024)); err != nil {
			b.Fatal(err)
		}
	}
	k := 0
	for b.Loop() {
		err := s.Scan(context.Background(), 0, func(log.Entry) error { k++; return nil })
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(k)/b.Elapsed().Seconds(), "entries/s")
}
