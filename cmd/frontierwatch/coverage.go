package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"frontierwatch/geo/guard"
	"frontierwatch/geo/report"
)

type coverageCmd struct {
	storeFlag
	At        string `placeholder:"TIME" help:"The instant asked about (now)."`
	Direction string `enum:"northbound,southbound,unknown" default:"unknown" help:"Who is met: northbound, southbound, or unknown for either (${default})."`
	Mismatch  bool   `help:"Say for how long one side of a port is open and the other is not."`
	Format    string `enum:"table,json,csv" default:"table" help:"table, json or csv (${default})."`
}

func (coverageCmd) Help() string {
	return `Says how many of the kilometres of the frontier are guarded by an open port or an active post, how many
are not, and of how many it is not known, since nobody has published the hours: at an instant, at each
hour of its day (UTC), at some time of the week that begins with that day, and at all times of it.

With --mismatch it says of each port how many hours of that week one side is open and the other is not,
so that whoever is let out of one country finds the other shut.

Examples:
  frontierwatch coverage --store frontier.gpkg
  frontierwatch coverage --at 2025-06-02T08:00:00Z --direction northbound --format csv
  frontierwatch coverage --at 2025-06-02 --mismatch`
}

func (c *coverageCmd) Run(s *session) error {
	at, err := parseTime("--at", c.At)
	if err != nil {
		return wrongUse{err}
	}
	corpus, err := c.open(s, true)
	if err != nil {
		return err
	}
	coverage := corpus.Coverage(at, report.Direction(c.Direction))
	t := coverageTable(coverageRows(coverage))
	if c.Mismatch {
		t = mismatchTable(mismatchRows(coverage))
	}
	return errors.Join(t.print(s.out, c.Format), corpus.Close())
}

// coverageRow is one line of the answer, in kilometres.
type coverageRow struct {
	When      string  `json:"when"`
	Guarded   float64 `json:"guarded_km"`
	Unguarded float64 `json:"unguarded_km"`
	Unknown   float64 `json:"unknown_km"`
}

func coverageRows(c guard.Coverage) []coverageRow {
	row := func(when string, t guard.Total) coverageRow {
		return coverageRow{when, tenth(t.Guarded.KM()), tenth(t.Unguarded.KM()), tenth(t.Unknown.KM())}
	}
	rows := []coverageRow{row(c.At.Format(time.RFC3339), c.Now)}
	for h, t := range c.Hours {
		rows = append(rows, row(fmt.Sprintf("%s %02d:00", c.At.Format(time.DateOnly), h), t))
	}
	return append(rows, row("at some time of the week", c.Some), row("always, all of the week", c.Always))
}

// tenth rounds kilometres to what the line is known to.
func tenth(km float64) float64 { return float64(int(km*10+0.5)) / 10 }

// mismatchRow is one port, in hours a week.
type mismatchRow struct {
	Port    string  `json:"port"`
	Hours   float64 `json:"mismatch_hours_week"`
	Unknown float64 `json:"unknown_hours_week"`
}

func mismatchRows(c guard.Coverage) []mismatchRow {
	rows := make([]mismatchRow, len(c.Mismatch))
	for i, m := range c.Mismatch {
		rows[i] = mismatchRow{m.Port, tenth(m.Hours), tenth(m.Unknown)}
	}
	return rows
}

// coverageOutput is a table in each of its formats.
type coverageOutput struct {
	json   any
	names  []string // of the columns of CSV
	titles []string
	cells  [][]any
}

func coverageTable(rows []coverageRow) coverageOutput {
	t := coverageOutput{json: rows, names: []string{"when", "guarded_km", "unguarded_km", "unknown_km"}, titles: []string{"WHEN", "GUARDED KM", "UNGUARDED KM", "UNKNOWN KM"}}
	for _, r := range rows {
		t.cells = append(t.cells, []any{r.When, r.Guarded, r.Unguarded, r.Unknown})
	}
	return t
}

func mismatchTable(rows []mismatchRow) coverageOutput {
	t := coverageOutput{json: rows, names: []string{"port", "mismatch_hours_week", "unknown_hours_week"}, titles: []string{"PORT", "MISMATCH H/WEEK", "UNKNOWN H/WEEK"}}
	for _, r := range rows {
		t.cells = append(t.cells, []any{r.Port, r.Hours, r.Unknown})
	}
	return t
}

func (t coverageOutput) print(w io.Writer, format string) error {
	switch format {
	case "json":
		out := json.NewEncoder(w)
		out.SetIndent("", "  ")
		return out.Encode(t.json)
	case "csv":
		out := csv.NewWriter(w)
		out.Write(t.names)
		for _, row := range t.cells {
			out.Write(texts(row, "%v"))
		}
		out.Flush()
		return out.Error()
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, strings.Join(t.titles, "\t")+"\t")
	for _, row := range t.cells {
		fmt.Fprintln(table, strings.Join(texts(row, "%.1f"), "\t")+"\t")
	}
	return table.Flush()
}

// texts writes the cells of a row, numbers as a format has them.
func texts(row []any, number string) (cells []string) {
	for _, cell := range row {
		if v, ok := cell.(float64); ok {
			cells = append(cells, fmt.Sprintf(number, v))
		} else {
			cells = append(cells, fmt.Sprint(cell))
		}
	}
	return cells
}
