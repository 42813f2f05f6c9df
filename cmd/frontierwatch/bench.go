package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"slices"
	"text/tabwriter"
	"time"

	"frontierwatch/data/boundary"
	"frontierwatch/geo/frontier"
)

type benchCmd struct {
	Reports int           `default:"1000000" help:"How many reports the store holds (${default})."`
	Made    bool          `help:"Make the reports while they are read instead of storing them: for more of them than there is time to store. Leaves out what only a store has."`
	Seed    uint64        `default:"1" help:"Seed of the reports (${default})."`
	Each    time.Duration `default:"2s" help:"How long each question is asked; single reports are stored five times as long (${default})."`
	Beside  []string      `placeholder:"KIND[=ADDRESS]" sep:"none" help:"Load the same reports into another server and ask it the same: postgis starts the PostgreSQL that is installed, postgis=DSN, tile38=HOST:PORT and featureserv=URL take one that runs on this machine. May be given several times."`
	Dir     string        `placeholder:"DIR" help:"Where the store is made and removed again (the directory for temporary files)."`
	Format  string        `enum:"table,json" default:"table" help:"table or json (${default})."`
}

func (benchCmd) Help() string {
	return `Makes a store of seeded reports and measures it against floors of the same machine in the same run:
raw append and flush, an Echo that answers one line, a handler that only writes 1,000 features. Questions
are measured in the processor time of the one thread that answers, which other work on the machine does
little to, and by the clock, which it does much to. Where the house has set itself a bar, the row says it.

Boxes are asked for twice: for all that there is to say of a report (about 690 bytes a feature), and, in the rows
that end with "` + withFew[2:] + `", with properties=` + fewProperties + ` (about 195 bytes). The bars were set with features of
193 bytes and stand beside both. Both are held to a floor that writes 1,000 of the same features with the same
encoder. Ours always counts all that match (numberMatched): there is no way to ask it not to. "how" in the JSON
is what was asked.

--beside asks another server of this machine the same questions of the same boxes, in turn with ours, and
compares its processor time, of all its threads and of the system for it, with that of our answering thread:
RATIO says how many times as much it takes. Every answer is compared with ours; where one differs the row is
void and says where. PostGIS gets one table with an index on the place, on the time, on both and on segment and
time, is asked for the same columns, in each of the ways an expert would try, and the cheapest counts: its SQL is
"how" in the JSON. It counts what matches only in the rows that are called so. One that is started here has a
gigabyte of buffers for each million reports, up to a quarter of the memory, and keeps about as much in --dir.
Tables, and the key of Tile38, are called frontierwatch_bench and removed in the end. pg_featureserv has to serve
the database of the --beside postgis=DSN before it.

--made spares only ours the store: another server is loaded with all reports, which takes minutes a million.

Examples:
  frontierwatch bench
  frontierwatch bench --beside postgis --each 10s
  frontierwatch bench --beside postgis=postgres://me@/bench --beside featureserv=http://localhost:9000
  frontierwatch bench --beside tile38=localhost:9851
  frontierwatch bench --reports 10000000 --made --format json > bench-10m.json
  frontierwatch bench --reports 10000000 --made --beside postgis --each 10s --format json > bench-10m-postgis.json`
}

// figure is one row of the result.
type figure struct {
	What    string  `json:"what"`
	Value   float64 `json:"value"` // of questions the median of processor time
	Unit    string  `json:"unit"`
	P99     float64 `json:"p99,omitempty"`      // in the same unit
	Wall    float64 `json:"wall,omitempty"`     // the median by the clock
	WallP99 float64 `json:"wall_p99,omitempty"` // by the clock
	Floor   string  `json:"floor,omitempty"`    // the row it is compared with
	Ratio   float64 `json:"ratio,omitempty"`    // to that row
	Bar     string  `json:"bar,omitempty"`      // what it should reach
	How     string  `json:"how,omitempty"`      // what is asked; of several ways to ask another server, the cheapest
	Missed  bool    `json:"missed,omitempty"`
}

// bar is what a figure should reach: the value, or its ratio to the floor.
type bar struct {
	most, least float64 // 0: no such
	ratio       bool
}

// judge says of a figure what it should reach and whether it has.
func (r bar) judge(f *figure) {
	value, what := f.Value, f.Unit
	if r.ratio {
		value, what = f.Ratio, "×"
	}
	switch {
	case r.most > 0:
		f.Bar, f.Missed = fmt.Sprintf("≤ %g %s", r.most, what), value > r.most
	case r.least > 0:
		f.Bar, f.Missed = fmt.Sprintf("≥ %g %s", r.least, what), value < r.least
	}
}

// bench is one run.
type bench struct {
	*benchCmd
	session *session
	line    *frontier.Frontier
	dir     string
	figures []figure
	peers   []peer
	writing map[string]http.Handler // the floors that only write 1,000 features
	// arrivals is how many reports were stored to ask just after.
	arrivals int
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
	err = b.all()
	if err == nil { // before what took long can be lost to a fault of leaving
		err = b.print()
	}
	return errors.Join(err, b.part(), os.RemoveAll(dir))
}

func (b *bench) all() error {
	steps := []func() error{b.meet, b.load, b.beside, b.serve, b.ingest, b.ingestBeside}
	if b.Made {
		steps = []func() error{b.meet, b.beside, b.serve}
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
		if err := b.session.Err(); err != nil {
			return err
		}
	}
	return nil
}

// add notes a figure; its ratio is to the figure called floor, if it has none yet.
func (b *bench) add(f figure, reach ...bar) {
	if other, ok := b.noted(f.Floor); ok && other.Value > 0 && f.Ratio == 0 {
		f.Ratio = f.Value / other.Value
	}
	for _, r := range reach {
		r.judge(&f)
	}
	b.figures = append(b.figures, f)
}

func (b *bench) noted(what string) (figure, bool) {
	i := slices.IndexFunc(b.figures, func(f figure) bool { return f.What == what })
	if i < 0 {
		return figure{}, false
	}
	return b.figures[i], true
}

func (b *bench) print() error {
	if b.Format == "json" {
		out := json.NewEncoder(b.session.out)
		out.SetIndent("", "  ")
		return out.Encode(struct {
			Reports int      `json:"reports"`
			Made    bool     `json:"made"`
			Seed    uint64   `json:"seed"`
			CPUs    int      `json:"cpus"`
			Go      string   `json:"go"`
			Figures []figure `json:"figures"`
		}{b.Reports, b.Made, b.Seed, runtime.NumCPU(), runtime.Version(), b.figures})
	}
	table := tabwriter.NewWriter(b.session.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "WHAT\tVALUE\tP99\tUNIT\tCLOCK\tCLOCK P99\tRATIO\tTO\tBAR\t")
	for _, f := range b.figures {
		missed := ""
		if f.Missed {
			missed = "missed"
		}
		fmt.Fprintf(table, "%s\t%.4g\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", f.What, f.Value, unless0(f.P99), f.Unit, unless0(f.Wall), unless0(f.WallP99), unless0(f.Ratio), f.Floor, f.Bar, missed)
	}
	return table.Flush()
}

func unless0(v float64) string {
	if v == 0 {
		return ""
	}
	return fmt.Sprintf("%.3g", v)
}
