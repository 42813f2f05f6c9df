package data_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"frontierwatch/data"
	"frontierwatch/data/boundary"
	"frontierwatch/data/demo"
	"frontierwatch/data/gpkg"
	"frontierwatch/geo/report"
)

// BenchmarkStart reads 200,000 reports of three years from a file, which is in the
// cache of the machine. The bar is 1 M in 3 s on two cores: 6 µs of processor time a
// report.
func BenchmarkStart(b *testing.B) {
	const n = 200_000
	line, err := boundary.Frontier()
	ports, err1 := boundary.Ports(line)
	posts, err2 := boundary.Posts(line)
	if err := errors.Join(err, err1, err2); err != nil {
		b.Fatal(err)
	}
	path := filepath.Join(b.TempDir(), "a.gpkg")
	start := func() *data.Corpus {
		store, err := gpkg.Open(path, gpkg.Options{})
		if err != nil {
			b.Fatal(err)
		}
		c, err := data.Open(context.Background(), data.Config{
			Frontier: line, Log: store, Ports: ports, Posts: posts, Sources: demo.Sources(),
			Now: func() time.Time { return time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC) },
		})
		if err != nil {
			b.Fatal(err)
		}
		return c
	}
	end := func(c *data.Corpus) {
		if err := c.Close(); err != nil {
			b.Fatal(err)
		}
	}
	c := start()
	var batch []report.Report
	for r := range demo.Synthetic(line, 1, n) {
		if batch = append(batch, r); len(batch) == 1000 {
			add(b, c, batch...)
			batch = batch[:0]
		}
	}
	end(c)
	for b.Loop() {
		c := start()
		b.StopTimer()
		if c.Size() != n {
			b.Fatal(c.Size())
		}
		end(c)
		b.StartTimer()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/report")
}
