package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"frontierwatch/data"
	"frontierwatch/geo/guard"
	"frontierwatch/geo/report"
)

type coverageCmd struct {
	storeFlag
	At        string `placeholder:"TIME" help:"The instant asked about (now)."`
	Direction string `enum:"northbound,southbound,unknown" default:"unknown" help:"Who is met: northbound, southbound, or unknown for either (${default})."`
	Format    string `enum:"table,json,csv" default:"table" help:"table, json or csv (${default})."`
}

func (coverageCmd) Help() string {
	return `Says how many of the kilometres of the frontier are guarded by an open port or an active post, how many
are not, and of how many it is not known, since nobody has published the hours: at an instant, at each
hour of its day (UTC), and never within the week from then.

Examples:
  frontierwatch coverage --store frontier.gpkg
  frontierwatch coverage --at 2025-06-02T08:00:00Z --direction northbound --format csv`
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
	return errors.Join(c.print(s.out, coverageRows(coverage)), corpus.Close())
}

// coverageRow is one line of the answer, in kilometres.
type coverageRow struct {
	When      string  `json:"when"`
	Guarded   float64 `json:"guarded_km"`
	Unguarded float64 `json:"unguarded_km"`
	Unknown   float64 `json:"unknown_km"`
}

func coverageRows(c data.Coverage) []coverageRow {
	row := func(when string, t guard.Total) coverageRow {
		return coverageRow{when, tenth(t.Guarded.KM()), tenth(t.Unguarded.KM()), tenth(t.Unknown.KM())}
	}
	rows := []coverageRow{row(c.At.Format(time.RFC3339), c.Now)}
	for h, t := range c.Hours {
		rows = append(rows, row(fmt.Sprintf("%s %02d:00", c.At.Format(time.DateOnly), h), t))
	}
	return append(rows, row("at some time of the week", c.Never))
}

// tenth rounds kilometres to what the line is known to.
func tenth(km float64) float64 { return float64(int(km*10+0.5)) / 10 }

func (c *coverageCmd) print(w io.Writer, rows []coverageRow) error {
	switch c.Format {
	case "json":
		out := json.NewEncoder(w)
		out.SetIndent("", "  ")
		return out.Encode(rows)
	case "csv":
		out := csv.NewWriter(w)
		out.Write([]string{"when", "guarded_km", "unguarded_km", "unknown_km"})
		for _, r := range rows {
			out.Write([]string{r.When, fmt.Sprint(r.Guarded), fmt.Sprint(r.Unguarded), fmt.Sprint(r.Unknown)})
		}
		out.Flush()
		return out.Error()
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "WHEN\tGUARDED KM\tUNGUARDED KM\tUNKNOWN KM\t")
	for _, r := range rows {
		fmt.Fprintf(table, "%s\t%.1f\t%.1f\t%.1f\t\n", r.When, r.Guarded, r.Unguarded, r.Unknown)
	}
	return table.Flush()
}
