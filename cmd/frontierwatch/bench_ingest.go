package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"frontierwatch/data/demo"
	"frontierwatch/geo/report"
)

// ingest measures how fast single reports become durable, beside the raw flush.
func (b *bench) ingest() error {
	if err := b.rawFlush(); err != nil {
		return err
	}
	for _, clients := range []int{1, 32} {
		if err := b.singles(clients); err != nil {
			return err
		}
	}
	return nil
}

const floorFlush = "floor: append 512 bytes and flush"

func (b *bench) rawFlush() error {
	file, err := os.Create(filepath.Join(b.dir, "raw"))
	if err != nil {
		return err
	}
	begin, n := time.Now(), 0
	for ; time.Since(begin) < b.Each && b.session.Err() == nil; n++ {
		if _, err := file.Write(make([]byte, 512)); err != nil {
			return errors.Join(err, file.Close())
		}
		if err := file.Sync(); err != nil {
			return errors.Join(err, file.Close())
		}
	}
	b.add(figure{What: floorFlush, Value: float64(n) / time.Since(begin).Seconds(), Unit: "1/s"})
	return file.Close()
}

// singles stores reports one by one, from several clients at once, into an empty
// store. Each is durable before its client sends the next.
func (b *bench) singles(clients int) error {
	what := map[int]string{1: "durable reports, 1 client", 32: "durable reports, 32 clients"}[clients]
	path := filepath.Join(b.dir, "singles.gpkg")
	corpus, err := b.open(path)
	if err != nil {
		return err
	}
	reports := slices.Collect(demo.Synthetic(b.line, b.Seed, 400_000))
	share := len(reports) / clients
	stored, errs := make([]int, clients), make([]error, clients)
	begin := time.Now()
	var all sync.WaitGroup
	for c := range clients {
		all.Go(func() {
			for _, r := range reports[c*share : (c+1)*share] {
				if time.Since(begin) > b.Each || b.session.Err() != nil {
					return
				}
				if _, errs[c] = corpus.Add(b.session, "bench", []report.Report{r}); errs[c] != nil {
					return
				}
				stored[c]++
			}
		})
	}
	all.Wait()
	took, n := time.Since(begin).Seconds(), 0
	for _, s := range stored {
		n += s
	}
	b.add(figure{What: what, Value: float64(n) / took, Unit: "1/s", Floor: floorFlush})
	return errors.Join(append(errs, corpus.Close(), os.Remove(path))...)
}
