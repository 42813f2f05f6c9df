package data_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"frontierwatch/data"
	"frontierwatch/data/boundary"
	"frontierwatch/data/demo"
	"frontierwatch/data/memlog"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/report"
)

// BenchmarkAfterAReport is what it costs the first who asks after a report has come,
// at 200,000 reports of three years on the whole frontier; old: one of 20 weeks ago, which
// is part of the baselines of the weeks since.
func BenchmarkAfterAReport(b *testing.B) {
	day := time.Date(2017, 12, 31, 12, 0, 0, 0, time.UTC)
	line, err := boundary.Frontier()
	ports, err1 := boundary.Ports(line)
	posts, err2 := boundary.Posts(line)
	if err := errors.Join(err, err1, err2); err != nil {
		b.Fatal(err)
	}
	c := open(b, memlog.New(), func(cfg *data.Config) {
		cfg.Frontier, cfg.Ports, cfg.Posts, cfg.Sources = line, ports, posts, demo.Sources()
		cfg.Now = func() time.Time { return day.AddDate(0, 0, 2) }
	})
	var batch []report.Report
	for r := range demo.Synthetic(line, 1, 200_000) {
		if batch = append(batch, r); len(batch) == 1000 {
			add(b, c, batch...)
			batch = batch[:0]
		}
	}
	if head, _ := c.Head(); head != 200_000 {
		b.Fatal(head)
	}
	ctx, q := context.Background(), hotspot.Query{At: day}
	for _, ask := range []struct {
		what string
		ago  time.Duration // that the report is about
		do   func() error
	}{
		{"old", 20 * 7 * 24 * time.Hour, func() error { _, err := c.Hotspots(ctx, q); return err }},
		{"hotspots", 0, func() error { _, err := c.Hotspots(ctx, q); return err }},
		{"flags", 0, func() error { _, err := c.Flags(ctx, q); return err }},
		{"segments", 0, func() error { _, err := c.Segments(ctx, q); return err }},
	} {
		sent := 0
		b.Run(ask.what, func(b *testing.B) {
			for range b.N {
				b.StopTimer()
				for r := range demo.Synthetic(line, uint64(sent), 1) {
					r.ID, r.Start = fmt.Sprint(ask.what, sent), day.Add(-ask.ago-time.Duration(sent%72)*time.Hour)
					r.End = r.Start
					if added := add(b, c, r); added[0].Err != nil {
						b.Fatal(added[0].Err)
					}
				}
				sent++
				b.StartTimer()
				if err := ask.do(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
