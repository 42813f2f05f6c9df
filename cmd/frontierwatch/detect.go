package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/klauspost/compress/gzip"

	"frontierwatch/geo/hotspot"
)

type detectCmd struct {
	Counts    string  `required:"" placeholder:"FILE" help:"CSV date,segment,count: people by day and segment, zeros may be left out; .gz is unpacked."`
	Areas     string  `required:"" placeholder:"FILE" help:"CSV segment,source: who reports for each segment, numbered from 0."`
	Coverage  string  `placeholder:"FILE" help:"CSV source,from,to,coverage: days on which less than all was reported (all was)."`
	From      string  `placeholder:"DAY" help:"The first day judged (the first of the counts)."`
	To        string  `placeholder:"DAY" help:"The last day judged (the last of the counts)."`
	Threshold float64 `default:"3.23" help:"Score above which a hot spot is flagged (${default}, about one false flag a month)."`
	Format    string  `enum:"csv,json,table" default:"csv" help:"csv, json (one object a line) or table (${default})."`
}

func (detectCmd) Help() string {
	return `Example:
  frontierwatch detect --counts counts.csv.gz --areas areas.csv --coverage coverage.csv --from 2016-01-01 --to 2016-12-31

Writes a row for each flagged segment and day. A day is judged by the counts up to and including it.
Areas may also give chainage_start_km and chainage_end_km: a part of the frontier begins where they
leap. There is nothing to judge by before the 16th week of the counts.`
}

func (c *detectCmd) Run(s *session) error {
	if !(c.Threshold > 0) {
		return wrongUse{fmt.Errorf("--threshold %g must be above 0", c.Threshold)}
	}
	in, err := c.read()
	if err != nil {
		return err
	}
	from, to, err := c.days(in)
	if err != nil {
		return wrongUse{err}
	}
	out := newFlagWriter(s.out, c.Format)
	progress := newProgress(s, "judging")
	runner := hotspot.NewRunner(in, from, to, hotspot.Setting{Threshold: c.Threshold})
	for day := from; !day.After(to); day = day.AddDate(0, 0, 1) {
		if err := s.Err(); err != nil {
			return err
		}
		for _, spot := range runner.Step().Hotspots {
			if !spot.Raised() {
				continue
			}
			for segment := spot.First; segment <= spot.Last; segment++ {
				if err := out.write(segment, spot); err != nil {
					return err
				}
			}
		}
		progress.show(day.Format(time.DateOnly), day.Equal(to))
	}
	return out.close()
}

// read reads the files into what detection reads.
func (c *detectCmd) read() (*hotspot.Input, error) {
	var files []io.Closer
	defer func() {
		for _, f := range files {
			f.Close()
		}
	}()
	open := func(path string) (io.Reader, error) {
		file, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		files = append(files, file)
		if !strings.HasSuffix(path, ".gz") {
			return file, nil
		}
		unpacked, err := gzip.NewReader(file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		return unpacked, nil
	}
	counts, err1 := open(c.Counts)
	areas, err2 := open(c.Areas)
	var coverage io.Reader
	var err3 error
	if c.Coverage != "" {
		coverage, err3 = open(c.Coverage)
	}
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, err
	}
	return hotspot.ReadTable(counts, areas, coverage)
}

// days are the first and the last day to judge.
func (c *detectCmd) days(in *hotspot.Input) (from, to time.Time, err error) {
	first, last, ok := in.Span()
	if !ok {
		return from, to, errors.New("--counts has no counts")
	}
	from, err1 := parseTime("--from", c.From)
	to, err2 := parseTime("--to", c.To)
	if err := errors.Join(err1, err2); err != nil {
		return from, to, err
	}
	if from.IsZero() {
		from = first
	}
	if to.IsZero() {
		to = last
	}
	switch {
	case to.Before(from):
		return from, to, fmt.Errorf("--to %s is before --from %s", to.Format(time.DateOnly), from.Format(time.DateOnly))
	case from.Before(first), to.After(last.AddDate(1, 0, 0)):
		return from, to, fmt.Errorf("the counts are of %s to %s: --from may not be before, nor --to more than a year after",
			first.Format(time.DateOnly), last.Format(time.DateOnly))
	}
	return from, to, nil
}

// flagRow is a flagged segment on a day, in the order of the columns.
type flagRow struct {
	Date       string  `json:"date"`
	Segment    int     `json:"segment"`
	Hotspot    string  `json:"hotspot"`
	FirstSeen  string  `json:"first_seen"`
	Level      string  `json:"level"`
	Label      string  `json:"label"`
	Score      float64 `json:"score"`
	WindowDays int     `json:"window_days"`
	Observed   float64 `json:"observed"`
	Expected   float64 `json:"expected"`
	Ratio      float64 `json:"ratio"`
	RatioLow   float64 `json:"ratio_low"`
	RatioHigh  float64 `json:"ratio_high"`
	Alarms     float64 `json:"false_alarms_month"`
}

var flagColumns = [...]string{"date", "segment", "hotspot", "first_seen", "level", "label", "score", "window_days",
	"observed", "expected", "ratio", "ratio_low", "ratio_high", "false_alarms_month"}

func (r flagRow) texts() []string {
	number := func(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }
	return []string{r.Date, strconv.Itoa(r.Segment), r.Hotspot, r.FirstSeen, r.Level, r.Label, number(r.Score), strconv.Itoa(r.WindowDays),
		number(r.Observed), number(r.Expected), number(r.Ratio), number(r.RatioLow), number(r.RatioHigh), number(r.Alarms)}
}

// flagWriter writes rows in one format.
type flagWriter struct {
	put   func(flagRow) error
	close func() error
}

func newFlagWriter(w io.Writer, format string) *flagWriter {
	switch format {
	case "json":
		encoder := json.NewEncoder(w)
		return &flagWriter{func(r flagRow) error { return encoder.Encode(r) }, func() error { return nil }}
	case "table":
		table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		line := func(cells []string) error {
			_, err := fmt.Fprintln(table, strings.Join(cells, "\t"))
			return err
		}
		err := line(flagColumns[:])
		return &flagWriter{func(r flagRow) error { return errors.Join(err, line(r.texts())) }, table.Flush}
	}
	file := csv.NewWriter(w)
	err := file.Write(flagColumns[:])
	return &flagWriter{func(r flagRow) error { return errors.Join(err, file.Write(r.texts())) }, func() error {
		file.Flush()
		return file.Error()
	}}
}

func (w *flagWriter) write(segment int, h hotspot.Hotspot) error {
	return w.put(flagRow{
		Date: h.Day.Format(time.DateOnly), Segment: segment, Hotspot: h.ID, FirstSeen: h.FirstSeen.Format(time.DateOnly),
		Level: h.Level.String(), Label: h.Label, Score: h.Score, WindowDays: h.WindowDays, Observed: h.Observed, Expected: h.Expected,
		Ratio: h.Ratio, RatioLow: h.RatioLow, RatioHigh: h.RatioHigh, Alarms: h.FalseAlarmsMonth,
	})
}
