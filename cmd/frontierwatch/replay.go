package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"frontierwatch/api/codec"
	"frontierwatch/data"
	"frontierwatch/geo/report"
)

type replayCmd struct {
	storeFlag
	From   string `required:"" placeholder:"DAY" help:"The first day."`
	To     string `required:"" placeholder:"DAY" help:"The last day."`
	Unit   string `enum:",persons,interceptions,encounters,claims,detections,signs" default:"" help:"Only counts of this unit (all)."`
	Format string `enum:"csv,geojson,geojsonseq,json" default:"csv" help:"csv, geojson or geojsonseq: a row or feature for each flag and day; json: an object for each day, one a line (${default})."`
}

func (replayCmd) Help() string {
	return `Writes, day by day, what would have been flagged when that day ended, with what was known by then:
reports that were published later, or corrected later, do not count before they were. The same log
gives the same bytes. A flag whose hot spot is not found any more stands for 28 days: json says so, the
other formats have it on the days on which it was found. It only reads, and may run beside a server.

Examples:
  frontierwatch replay --store frontier-demo.gpkg --from 2017-01-01 --to 2017-12-31 > flags-2017.csv
  frontierwatch replay --store frontier-demo.gpkg --from 2017-02-01 --to 2017-02-28 --format json`
}

func (c *replayCmd) Run(s *session) error {
	from, err1 := parseTime("--from", c.From)
	to, err2 := parseTime("--to", c.To)
	if err := errors.Join(err1, err2); err != nil {
		return wrongUse{err}
	}
	if to.Before(from) {
		return wrongUse{fmt.Errorf("--to %s is before --from %s", c.To, c.From)}
	}
	corpus, err := c.open(s, true)
	if err != nil {
		return err
	}
	write, end := c.writer(s, corpus)
	progress := newProgress(s, "replaying")
	err = corpus.Replay(s, from, to, report.Unit(c.Unit), func(r data.Replayed) error {
		progress.show(r.Day.Format(time.DateOnly), !r.Day.AddDate(0, 0, 1).Before(to))
		return write(r)
	})
	return errors.Join(err, end(), corpus.Close())
}

// writer writes days in the format that was asked for; end must be called.
func (c *replayCmd) writer(s *session, corpus *data.Corpus) (write func(data.Replayed) error, end func() error) {
	if c.Format == "json" {
		lines := json.NewEncoder(s.out)
		return func(r data.Replayed) error { return lines.Encode(replayedDay(r)) }, func() error { return nil }
	}
	n := 0
	flags := codec.NewEncoder(corpus.Frontier()).Flags(s.out, formats[c.Format])
	write = func(r data.Replayed) error {
		for i := range r.Flags {
			if !r.Flags[i].Day.Equal(r.Day) {
				continue // it stands as it was when it was found last
			}
			if err := flags.Write(&r.Flags[i]); err != nil {
				return err
			}
			n++
		}
		return nil
	}
	return write, func() error { return flags.Close(codec.End{Matched: n}) }
}

// dayJSON is a day as it was known when it ended.
type dayJSON struct {
	Day      string        `json:"day"`
	Known    time.Time     `json:"known"`
	Reports  int           `json:"reports"` // that were known and stood
	Hotspots []spotJSON    `json:"hotspots"`
	Flags    []flagDayJSON `json:"flags"`
}

type spotJSON struct {
	ID    string  `json:"id"`
	Level string  `json:"level"`
	Label string  `json:"label"`
	Score float64 `json:"score"`
}

type flagDayJSON struct {
	ID        string  `json:"id"`
	State     string  `json:"state"`
	Unguarded float64 `json:"unguarded_share"`
	Found     string  `json:"found"` // the last day on which its hot spot was found
}

func replayedDay(r data.Replayed) dayJSON {
	day := dayJSON{Day: r.Day.Format(time.DateOnly), Known: r.Known, Reports: r.Reports, Hotspots: []spotJSON{}, Flags: []flagDayJSON{}}
	for _, h := range r.Hotspots {
		day.Hotspots = append(day.Hotspots, spotJSON{h.ID, h.Level.String(), h.Label, h.Score})
	}
	for _, f := range r.Flags {
		day.Flags = append(day.Flags, flagDayJSON{f.ID, f.State, f.UnguardedShare, f.Day.Format(time.DateOnly)})
	}
	return day
}
