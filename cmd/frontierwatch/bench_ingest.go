package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"frontierwatch/data"
	"frontierwatch/data/demo"
	"frontierwatch/geo/report"
)

// ingest measures how fast single reports become durable, beside the raw flush: a
// slice of one after a slice of the other, because a disk that others use as well is
// ten times as fast in one second as in the next.
func (b *bench) ingest() error {
	for _, s := range []struct {
		clients      int
		what, beside string
		reach        float64
	}{
		{1, "durable reports, 1 client", "floor: append 512 bytes and " + flushCall, 0.7},
		{32, "durable reports, 32 clients", "floor: append 512 bytes and " + flushCall + ", beside the 32", 3},
	} {
		raw, store, err := b.slices(s.clients)
		if err != nil {
			return err
		}
		b.add(figure{What: s.beside, Value: raw.rate(), Unit: "1/s"})
		b.add(figure{What: s.what, Value: store.rate(), Unit: "1/s", Floor: s.beside}, bar{least: s.reach, ratio: true})
	}
	return nil
}

const (
	// ingestSlice is for how long one side goes on before it is the other's turn.
	ingestSlice = 100 * time.Millisecond
	// ingestEach is how many times as long as a question is asked reports are stored: the
	// ratio to the disk was 0.66 to 0.79 in runs of 2 s, and 0.71 to 0.76 in runs of 10 s.
	ingestEach = 5
)

// turns counts what was done in all slices of one side.
type turns struct {
	done int
	took time.Duration
}

func (t *turns) rate() float64 { return float64(t.done) / t.took.Seconds() }

// take is one slice of work, which says how much was done.
func (t *turns) take(work func(until time.Time) (int, error)) error {
	begin := time.Now()
	n, err := work(begin.Add(ingestSlice))
	t.done, t.took = t.done+n, t.took+time.Since(begin)
	return err
}

// slices appends to a file and stores reports one by one, from several clients at
// once, into a store that was empty, in turns. Each report is durable before its client
// sends the next.
func (b *bench) slices(clients int) (raw, store turns, err error) {
	path := filepath.Join(b.dir, "singles.gpkg")
	corpus, err := b.open(path)
	if err != nil {
		return raw, store, err
	}
	file, err := os.Create(filepath.Join(b.dir, "raw"))
	if err != nil {
		return raw, store, errors.Join(err, corpus.Close())
	}
	rest := newShares(slices.Collect(demo.Synthetic(b.line, b.Seed, 400_000)), clients)
	for err == nil && store.took < ingestEach*b.Each && b.session.Err() == nil {
		err = errors.Join(
			raw.take(func(until time.Time) (int, error) { return flushes(file, until) }),
			store.take(func(until time.Time) (int, error) { return b.singles(corpus, rest, until) }),
		)
	}
	return raw, store, errors.Join(err, file.Close(), corpus.Close(), os.Remove(path))
}

// flushes appends to a file until a moment, and makes each piece durable with the call
// that the store makes too.
func flushes(file *os.File, until time.Time) (n int, err error) {
	for ; time.Now().Before(until); n++ {
		if _, err := file.Write(make([]byte, 512)); err != nil {
			return n, err
		}
		if err := flushData(file); err != nil {
			return n, err
		}
	}
	return n, nil
}

// newShares deals reports out among clients.
func newShares(reports []report.Report, clients int) [][]report.Report {
	shares, each := make([][]report.Report, clients), len(reports)/clients
	for c := range shares {
		shares[c] = reports[c*each : (c+1)*each]
	}
	return shares
}

// singles stores reports until a moment, each client its own, and leaves the rest.
func (b *bench) singles(corpus *data.Corpus, rest [][]report.Report, until time.Time) (n int, err error) {
	stored, errs := make([]int, len(rest)), make([]error, len(rest))
	var all sync.WaitGroup
	for c := range rest {
		all.Go(func() {
			for len(rest[c]) > 0 && time.Now().Before(until) && b.session.Err() == nil {
				if _, errs[c] = corpus.Add(b.session, "bench", rest[c][:1]); errs[c] != nil {
					return
				}
				rest[c] = rest[c][1:]
				stored[c]++
			}
		})
	}
	all.Wait()
	for _, s := range stored {
		n += s
	}
	return n, errors.Join(errs...)
}
