package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"time"

	"frontierwatch/data"
	"frontierwatch/data/demo"
	"frontierwatch/data/gpkg"
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/intake"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

func (b *bench) store() string { return filepath.Join(b.dir, "bench.gpkg") }

func (b *bench) open(path string) (*data.Corpus, error) {
	if b.Made {
		return openCorpus(b.session, &madeLog{line: b.line, seed: b.Seed, stored: b.Reports, head: log.Seq(b.Reports)}, benchNow, nil, demo.Sources()...)
	}
	store, err := gpkg.Open(path, gpkg.Options{})
	if err != nil {
		return nil, err
	}
	corpus, err := openCorpus(b.session, store, benchNow, nil, demo.Sources()...)
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return corpus, nil
}

// load fills the store in batches, as an import does, and closes it.
func (b *bench) load() error {
	corpus, err := b.open(b.store())
	if err != nil {
		return err
	}
	begin, cpu := time.Now(), processTime()
	if err := errors.Join(b.fill(corpus), corpus.Close()); err != nil {
		return err
	}
	n := float64(b.Reports)
	b.add(figure{What: "bulk load, durable", Value: n / time.Since(begin).Seconds(), Unit: "reports/s"}, bar{least: 100_000})
	b.add(figure{What: "bulk load, processor time", Value: (processTime() - cpu).Seconds() * 1e6 / n, Unit: "µs/report"})
	info, err := os.Stat(b.store())
	if err != nil {
		return err
	}
	b.add(figure{What: "store on disk", Value: float64(info.Size()) / n, Unit: "B/report"})
	return nil
}

// fill stores the reports, one batch always ahead of the one that is waited for.
func (b *bench) fill(corpus *data.Corpus) error {
	progress, n := newProgress(b.session, "loading"), 0
	wait := func() ([]report.Added, error) { return nil, nil }
	var batch []report.Report
	flush := func() error {
		next, err := corpus.Begin(b.session, "bench", batch)
		if err != nil {
			return err
		}
		added, err := wait()
		if err == nil {
			_, err = countNew(added)
		}
		n += len(batch)
		batch, wait = make([]report.Report, 0, intake.Batch), next
		progress.show(fmt.Sprintf("%d of %d", n, b.Reports), n == b.Reports)
		return err
	}
	for r := range demo.Synthetic(b.line, b.Seed, b.Reports) {
		if batch = append(batch, r); len(batch) >= intake.Batch {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	err := flush()
	_, last := wait()
	return errors.Join(err, last)
}

// coldStart opens what is stored, and says what that took.
func (b *bench) coldStart() (*data.Corpus, error) {
	debug.FreeOSMemory()
	before, resident := heap(), residentBytes()
	forgetPeak()
	begin, cpu := time.Now(), processTime()
	corpus, err := b.open(b.store())
	if err != nil {
		return nil, err
	}
	most := 3 * float64(b.Reports) / 1e6 // seconds
	took := processTime() - cpu
	b.add(figure{What: "cold start", Value: time.Since(begin).Seconds(), Unit: "s"}, bar{most: most})
	b.add(figure{What: "cold start, processor time over 2 cores", Value: took.Seconds() / 2, Unit: "s"}, bar{most: most})
	after, peak := residentBytes(), peakBytes()
	debug.FreeOSMemory()
	n := float64(b.Reports)
	b.add(figure{What: "memory in use", Value: (heap() - before) / n, Unit: "B/report"}, bar{most: 150})
	b.add(figure{What: "memory of the process", Value: (residentBytes() - resident) / n, Unit: "B/report"})
	b.add(figure{What: "memory of the process right after the start", Value: after / 1e6, Unit: "MB"})
	f := figure{What: "memory of the process at its peak during the start", Value: peak / 1e6, Unit: "MB"}
	if b.Reports >= 10_000_000 { // of fewer the program itself is a good part
		b.add(f, bar{most: 150 * n / 1e6})
	} else {
		b.add(f)
	}
	return corpus, nil
}

// heap is how many bytes are in use after a collection.
func heap() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// madeLog is a log of seeded reports that are made when they are read. What is
// appended is counted and forgotten.
type madeLog struct {
	line   *frontier.Frontier
	seed   uint64
	stored int
	head   log.Seq
}

// Append implements data.Log for new reports, which is what a bench adds.
func (l *madeLog) Append(_ context.Context, entries []log.Entry) ([]log.Result, error) {
	results := make([]log.Result, len(entries))
	for i, e := range entries {
		l.head++
		results[i] = log.Result{Outcome: log.Appended, Seq: l.head, FID: int64(l.head), Revision: 1, Recorded: e.Recorded}
	}
	return results, nil
}

// Scan implements data.Log, from its beginning.
func (l *madeLog) Scan(_ context.Context, _ log.Seq, yield func(log.Entry) error) error {
	var body []byte
	seq := log.Seq(0)
	for r := range demo.Synthetic(l.line, l.seed, l.stored) {
		seq++
		body = report.AppendBody(body[:0], &r)
		if err := yield(log.Entry{
			Seq: seq, FID: int64(seq), Kind: log.Report, ID: r.ID, Op: log.Create, Revision: 1, Recorded: r.Published, Actor: "bench", Body: body,
		}); err != nil {
			return err
		}
	}
	return nil
}

// Head implements data.Log.
func (l *madeLog) Head(context.Context) (log.Seq, error) { return l.head, nil }

// Close implements data.Log.
func (l *madeLog) Close() error { return nil }
