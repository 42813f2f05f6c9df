//go:build unix

package postgis

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"frontierwatch/data"
	"frontierwatch/data/gpkg"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// Durable reports, one a call: by some clients over one node or several, beside
// the file on the same disk.
func BenchmarkAdd(b *testing.B) {
	file := func(b *testing.B) data.Log {
		s, err := gpkg.Open(filepath.Join(b.TempDir(), "b.gpkg"), gpkg.Options{})
		if err != nil {
			b.Fatal(err)
		}
		return s
	}
	for _, clients := range []int{1, 32} {
		b.Run(fmt.Sprintf("gpkg/clients=%d", clients), func(b *testing.B) {
			add(b, clients, file(b))
		})
		for _, nodes := range []int{1, 4} {
			b.Run(fmt.Sprintf("postgis/nodes=%d/clients=%d", nodes, clients), func(b *testing.B) {
				dsn := database(b)
				logs := make([]data.Log, min(nodes, clients))
				for i := range logs {
					logs[i] = opened(b, dsn)
				}
				add(b, clients, logs...)
			})
		}
	}
}

func add(b *testing.B, clients int, logs ...data.Log) {
	corpora := make([]*data.Corpus, len(logs))
	for i, l := range logs {
		c, err := nodeCorpus(context.Background(), l)
		if err != nil {
			b.Fatal(err)
		}
		defer c.Close()
		corpora[i] = c
	}
	var next atomic.Int64
	var all sync.WaitGroup
	b.ResetTimer()
	for w := range clients {
		all.Go(func() {
			for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
				added, err := corpora[w%len(corpora)].Add(context.Background(), "bench", []report.Report{walk(fmt.Sprint("b", n), 1)})
				if err != nil || added[0].Err != nil {
					b.Error(err, added)
					return
				}
			}
		})
	}
	all.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "reports/s")
}

// The floor: one row inserted and committed, over one connection.
func BenchmarkFloor(b *testing.B) {
	dsn := database(b)
	if err := sqlOver(dsn, `CREATE TABLE bare (n bigint PRIMARY KEY, body text)`); err != nil {
		b.Fatal(err)
	}
	ctx := context.Background()
	c, err := pgx.Connect(ctx, dsn)
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close(ctx)
	body, n := string(entry(log.Report, "x", 1).Body), 0
	for b.Loop() {
		if _, err := c.Exec(ctx, `INSERT INTO bare VALUES ($1, $2)`, n, body); err != nil {
			b.Fatal(err)
		}
		n++
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "commits/s")
}

// Reading a log from its beginning, as a node does when it starts.
func BenchmarkScan(b *testing.B) {
	dsn := database(b)
	s := opened(b, dsn)
	const n = 50_000
	for from := 0; from < n; from += 1000 {
		batch := entriesFrom(from, 1000)
		if _, err := s.Append(context.Background(), batch); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if err := s.Scan(context.Background(), 0, nothing); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "entries/s")
}

func nothing(log.Entry) error { return nil }

func entriesFrom(from, n int) []log.Entry {
	batch := make([]log.Entry, n)
	for i := range batch {
		batch[i] = entry(log.Report, fmt.Sprint("m", from+i), i)
	}
	return batch
}

// Batches of 1,000, as an import and a migration write them.
func BenchmarkBatch(b *testing.B) {
	s := opened(b, database(b))
	from := 0
	for b.Loop() {
		if _, err := s.Append(context.Background(), entriesFrom(from, 1000)); err != nil {
			b.Fatal(err)
		}
		from += 1000
	}
	b.ReportMetric(float64(from)/b.Elapsed().Seconds(), "entries/s")
}
