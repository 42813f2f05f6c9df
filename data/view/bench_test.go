package view

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"frontierwatch/geo/reader"
	"frontierwatch/geo/report"
)

// BenchmarkOpen opens views of 100,000 reports, a third of them withheld, and says what
// they hold in memory beside the master.
func BenchmarkOpen(b *testing.B) {
	c := at(wednesday)
	master := openMaster(b, c.read)
	const n = 100_000
	for from := 0; from < n; from += 1000 {
		var reports []report.Report
		for i := from; i < from+1000; i++ {
			r := walk(fmt.Sprint("report-", i), "rcmp", []report.TLP{report.Clear, report.Green, report.Red}[i%3], -99.9+3.8*float64(i%997)/997)
			r.Start = wednesday.AddDate(0, 0, -1-i%1000)
			r.End = r.Start
			reports = append(reports, r)
		}
		add(b, master, reports...)
	}
	for _, x := range []struct {
		name  string
		class reader.Class
	}{{"partner", reader.Class{Tier: reader.Partner}}, {"agency", agency("CBSA")}, {"public", reader.Class{}}} {
		b.Run(x.name, func(b *testing.B) {
			var before, after runtime.MemStats
			held := 0.0
			for b.Loop() {
				runtime.GC()
				runtime.ReadMemStats(&before)
				views := New(Config{Master: master})
				view, err := views.Of(context.Background(), x.class)
				if err != nil {
					b.Fatal(err)
				}
				runtime.GC()
				runtime.ReadMemStats(&after)
				head, _ := view.Head()
				held = float64(after.HeapAlloc-before.HeapAlloc) / float64(max(1, head))
				views.Close()
			}
			b.ReportMetric(held, "B/entry")
		})
	}
}

// BenchmarkOf is what a request pays for its view while nothing changes.
func BenchmarkOf(b *testing.B) {
	c := at(wednesday)
	master := openMaster(b, c.read)
	add(b, master, walk("a", "rcmp", report.Green, -98))
	views := openViews(b, master)
	for b.Loop() {
		viewOf(b, views, reader.Class{Tier: reader.Partner})
	}
}
