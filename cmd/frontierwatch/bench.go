package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"text/tabwriter"
	"time"

	"frontierwatch/data"
	"frontierwatch/data/boundary"
	"frontierwatch/data/demo"
	"frontierwatch/data/gpkg"
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/intake"
	"frontierwatch/geo/report"
)

type benchCmd struct {
	Reports int           `default:"1000000" help:"How many reports the store holds (${default})."`
	Seed    uint64        `default:"1" help:"Seed of the reports (${default})."`
	Each    time.Duration `default:"2s" help:"How long each question is asked (${default})."`
	Dir     string        `placeholder:"DIR" help:"Where the store is made and removed again (the directory for temporary files)."`
	Format  string        `enum:"table,json" default:"table" help:"table or json (${default})."`
}

func (benchCmd) Help() string {
	return `Makes a store of seeded reports and measures it against floors of the same machine in the same run:
raw append and flush, an Echo that answers one line, a handler that only writes 1,000 features.
The ratio is to the floor in the row; on a machine with other work only the ratios mean anything.

Examples:
  frontierwatch bench
  frontierwatch bench --reports 10000000 --format json > bench-10m.json`
}

// figure is one row of the result.
type figure struct {
	What  string  `json:"what"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
	P99   float64 `json:"p99,omitempty"`   // in the same unit
	Floor string  `json:"floor,omitempty"` // the row it is compared with
	Ratio float64 `json:"ratio,omitempty"` // to that row
}

// bench is one run.
type bench struct {
	*benchCmd
	session *session
	line    *frontier.Frontier
	dir     string
	figures []figure
}

func (c *benchCmd) Run(s *session) error {
	if c.Reports < 1000 {
		return wrongUse{fmt.Errorf("--reports %d: at least 1000 are needed to measure anything", c.Reports)}
	}
	line, err := boundary.Frontier()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp(c.Dir, "frontierwatch-bench-")
	if err != nil {
		return err
	}
	b := &bench{benchCmd: c, session: s, line: line, dir: dir}
	if err := errors.Join(b.all(), os.RemoveAll(dir)); err != nil {
		return err
	}
	return b.print()
}

func (b *bench) all() error {
	for _, step := range []func() error{b.load, b.serve, b.ingest} {
		if err := step(); err != nil {
			return err
		}
		if err := b.session.Err(); err != nil {
			return err
		}
	}
	return nil
}

// add notes a figure; its ratio is to the figure called floor.
func (b *bench) add(f figure) {
	for _, other := range b.figures {
		if other.What == f.Floor && other.Value > 0 {
			f.Ratio = f.Value / other.Value
		}
	}
	b.figures = append(b.figures, f)
}

func (b *bench) store() string { return filepath.Join(b.dir, "bench.gpkg") }

func (b *bench) open(path string) (*data.Corpus, error) {
	log, err := gpkg.Open(path, gpkg.Options{})
	if err != nil {
		return nil, err
	}
	corpus, err := openCorpus(b.session, log, b.session.now, nil, demo.Sources()...)
	if err != nil {
		return nil, errors.Join(err, log.Close())
	}
	return corpus, nil
}

// load fills the store in batches, as an import does, closes it and starts cold.
func (b *bench) load() error {
	corpus, err := b.open(b.store())
	if err != nil {
		return err
	}
	progress := newProgress(b.session, "loading")
	begin, n := time.Now(), 0
	batch := make([]report.Report, 0, intake.Batch)
	flush := func() error {
		added, err := corpus.Add(b.session, "bench", batch)
		if err == nil {
			n += len(batch)
			_, err = countNew(added)
		}
		batch = batch[:0]
		progress.show(fmt.Sprintf("%d of %d", n, b.Reports), n == b.Reports)
		return err
	}
	for r := range demo.Synthetic(b.line, b.Seed, b.Reports) {
		if batch = append(batch, r); len(batch) == cap(batch) {
			if err := flush(); err != nil {
				return errors.Join(err, corpus.Close())
			}
		}
	}
	if err := errors.Join(flush(), corpus.Close()); err != nil {
		return err
	}
	b.add(figure{What: "bulk load, durable", Value: float64(n) / time.Since(begin).Seconds(), Unit: "reports/s"})
	info, err := os.Stat(b.store())
	if err != nil {
		return err
	}
	b.add(figure{What: "store on disk", Value: float64(info.Size()) / float64(b.Reports), Unit: "B/report"})
	return nil
}

// heap is how many bytes are in use after a collection.
func heap() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

func (b *bench) print() error {
	if b.Format == "json" {
		out := json.NewEncoder(b.session.out)
		out.SetIndent("", "  ")
		return out.Encode(struct {
			Reports int      `json:"reports"`
			Seed    uint64   `json:"seed"`
			CPUs    int      `json:"cpus"`
			Go      string   `json:"go"`
			Figures []figure `json:"figures"`
		}{b.Reports, b.Seed, runtime.NumCPU(), runtime.Version(), b.figures})
	}
	table := tabwriter.NewWriter(b.session.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "WHAT\tMEDIAN\tP99\tUNIT\tRATIO\tTO")
	for _, f := range b.figures {
		p99, ratio := "", ""
		if f.P99 > 0 {
			p99 = fmt.Sprintf("%.4g", f.P99)
		}
		if f.Ratio > 0 {
			ratio = fmt.Sprintf("%.2f", f.Ratio)
		}
		fmt.Fprintf(table, "%s\t%.4g\t%s\t%s\t%s\t%s\n", f.What, f.Value, p99, f.Unit, ratio, f.Floor)
	}
	return table.Flush()
}
