package gpkg

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"frontierwatch/geo/log"
)

// floor is how long it takes here to append the bytes of a report to a file and
// to wait until they are on the disk: what no store can be faster than.
func floor(b *testing.B, n int) time.Duration {
	b.Helper()
	f, err := os.Create(filepath.Join(b.TempDir(), "raw"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	body := created(walk(1)).Body
	start := time.Now()
	for range n {
		if _, err := f.Write(body); err != nil {
			b.Fatal(err)
		}
		if err := syncData(f); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(start) / time.Duration(n)
}

// One client that waits for each report, beside the floor of the same run. The
// bar is 0.7 of the floor.
func BenchmarkOneClient(b *testing.B) {
	raw := floor(b, 500)
	s := open(b, filepath.Join(b.TempDir(), "a.gpkg"))
	n := 0
	for b.Loop() {
		add(b, s, created(walk(n)))
		n++
	}
	each := b.Elapsed() / time.Duration(n)
	again := floor(b, 500) // the disk may have become slower or faster meanwhile
	b.ReportMetric(float64(time.Second)/float64(each), "reports/s")
	b.ReportMetric(float64((raw+again)/2)/float64(each), "of_floor")
}

// Many clients, whose reports wait for each other's commit. The bar is 3 times
// the floor.
func BenchmarkManyClients(b *testing.B) {
	const clients = 32
	raw := floor(b, 500)
	s := open(b, filepath.Join(b.TempDir(), "a.gpkg"))
	waiting, done := make(chan log.Entry, clients), make(chan struct{})
	var all sync.WaitGroup
	for client := range clients {
		all.Go(func() {
			for n := range b.N/clients + 1 {
				waiting <- created(walk(client<<20 + n))
				<-done
			}
		})
	}
	go func() { all.Wait(); close(waiting) }()
	b.ResetTimer()
	n := 0
	for e := range waiting {
		batch := []log.Entry{e}
		for len(waiting) > 0 {
			batch = append(batch, <-waiting)
		}
		add(b, s, batch...)
		n += len(batch)
		for range batch {
			done <- struct{}{}
		}
	}
	each := b.Elapsed() / time.Duration(n)
	b.ReportMetric(float64(time.Second)/float64(each), "reports/s")
	b.ReportMetric(float64(raw)/float64(each), "of_floor")
}

// Batches of 1024 to a durable file. The bar is 100,000 reports/s.
func BenchmarkBulk(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "a.gpkg"))
	n := 0
	for b.Loop() {
		b.StopTimer()
		batch := walks(n, 1024)
		b.StartTimer()
		add(b, s, batch...)
		n += len(batch)
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "reports/s")
}

// Batches of 1024 of which all is there already, as when a file is imported
// twice.
func BenchmarkAlready(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "a.gpkg"))
	const batches = 50
	for i := range batches {
		add(b, s, walks(i*1024, 1024)...)
	}
	n := 0
	for b.Loop() {
		b.StopTimer()
		batch := walks(n%batches*1024, 1024)
		b.StartTimer()
		if results, err := s.Append(context.Background(), batch); err != nil || results[7].Outcome != log.Already {
			b.Fatal(results, err)
		}
		n++
	}
	b.ReportMetric(float64(n)*1024/b.Elapsed().Seconds(), "reports/s")
}

// The whole log, checked. The bar is a million in a second.
func BenchmarkScan(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "a.gpkg"))
	for i := range 200 {
		add(b, s, walks(i*1024, 1024)...)
	}
	n := 0
	for b.Loop() {
		if err := s.Scan(context.Background(), 0, func(log.Entry) error { n++; return nil }); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "entries/s")
}

func BenchmarkCheck(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "a.gpkg"))
	for i := range 50 {
		add(b, s, walks(i*1024, 1024)...)
	}
	n := 0
	for b.Loop() {
		if err := s.Check(context.Background()); err != nil {
			b.Fatal(err)
		}
		n += 50 * 1024
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "entries/s")
}
