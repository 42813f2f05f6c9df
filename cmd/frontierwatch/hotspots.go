package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/paulmach/orb"

	"frontierwatch/api/codec"
	"frontierwatch/data"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

type hotspotsCmd struct {
	storeFlag
	BBox   string `name:"bbox" placeholder:"W,S,E,N" help:"Only what meets this box, degrees."`
	At     string `placeholder:"TIME" help:"The day asked about (--as-of, else today)."`
	AsOf   string `placeholder:"TIME" help:"With what was known then (all that is known)."`
	Unit   string `enum:",persons,interceptions,encounters,claims,detections,signs" default:"" help:"Only counts of this unit (all)."`
	Format string `enum:"table,geojson,csv,json" default:"table" help:"table, geojson, csv or json (${default})."`
}

func (hotspotsCmd) Help() string {
	return `Examples:
  frontierwatch hotspots --store frontier-demo.gpkg --as-of 2017-03-05
  frontierwatch hotspots --bbox -98,48.5,-96,49.5 --as-of 2017-03-05 --format geojson

Times are RFC 3339 (2017-03-05T12:00:00Z) or a day (2017-03-05). It only reads, and may run beside a server.`
}

func (c *hotspotsCmd) Run(s *session) error {
	query, box, err := c.query()
	if err != nil {
		return wrongUse{err}
	}
	corpus, err := c.open(s, true)
	if err != nil {
		return err
	}
	spots, err := corpus.Hotspots(s, query)
	flags, err2 := corpus.Flags(s, query)
	if err := errors.Join(err, err2); err != nil {
		return errors.Join(err, corpus.Close())
	}
	spots = within(corpus, spots, box)
	return errors.Join(c.print(s.out, corpus, spots, flags), corpus.Close())
}

func (c *hotspotsCmd) query() (q hotspot.Query, boxes []orb.Bound, err error) {
	var errs [3]error
	q.Unit = report.Unit(c.Unit)
	q.At, errs[0] = parseTime("--at", c.At)
	q.AsOf.Known, errs[1] = parseTime("--as-of", c.AsOf)
	boxes, errs[2] = parseBox("--bbox", c.BBox)
	return q, boxes, errors.Join(errs[:]...)
}

func within(corpus *data.Corpus, spots []hotspot.Hotspot, boxes []orb.Bound) []hotspot.Hotspot {
	if boxes == nil {
		return spots
	}
	var inside []hotspot.Hotspot
	for _, spot := range spots {
		if slices.ContainsFunc(boxes, func(b orb.Bound) bool { return corpus.Frontier().Meets(spot.Stretch, b) }) {
			inside = append(inside, spot)
		}
	}
	return inside
}

func (c *hotspotsCmd) print(w io.Writer, corpus *data.Corpus, spots []hotspot.Hotspot, flags []hotspot.Flag) error {
	line := corpus.Frontier()
	switch c.Format {
	case "geojson", "json":
		return codec.WriteHotspots(w, codec.GeoJSON, line, spots)
	case "csv":
		return codec.WriteHotspots(w, codec.CSV, line, spots)
	}
	flagged := map[string]bool{}
	for _, f := range flags {
		flagged[f.ID] = true
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "LEVEL\tFLAG\tPART\tKM\tPLACE\tUNIT\tDAYS\tOBSERVED\tEXPECTED\tRATIO\tSCORE\tFIRST SEEN\tLABEL")
	for _, h := range spots {
		flag := "-"
		if flagged[h.ID] {
			flag = "yes"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%.0f–%.0f\t%s\t%s\t%d\t%.0f\t%.1f\t%.1f (%.1f–%.1f)\t%.2f\t%s\t%s\n",
			h.Level, flag, h.Stretch.Part, h.Stretch.From.KM(), h.Stretch.To.KM(), line.Name(h.Stretch), h.Unit,
			h.WindowDays, h.Observed, h.Expected, h.Ratio, h.RatioLow, h.RatioHigh, h.Score,
			h.FirstSeen.Format(time.DateOnly), h.Label)
	}
	return table.Flush()
}

// parseTime reads RFC 3339 or a day, which stands for its beginning. Empty is zero.
func parseTime(flag, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.DateOnly, text); err == nil {
		return t, nil
	}
	t, err := report.ParseTime(text)
	if err != nil {
		return t, fmt.Errorf("%s %q is neither a day (2017-03-05) nor RFC 3339 (2017-03-05T12:00:00Z)", flag, text)
	}
	return t, nil
}

// parseAsOf reads a log position or a time.
func parseAsOf(flag, text string) (at log.AsOf, err error) {
	if seq, err := strconv.ParseUint(text, 10, 63); err == nil {
		return log.AsOf{Seq: log.Seq(seq)}, nil
	}
	at.Known, err = parseTime(flag, text)
	return at, err
}

// parseBox reads west,south,east,north in degrees, as the API does. Empty is
// everywhere.
func parseBox(flag, text string) ([]orb.Bound, error) {
	if text == "" {
		return nil, nil
	}
	boxes, err := report.ParseBox(text)
	if err != nil {
		return nil, fmt.Errorf("%s %q: %w", flag, text, err)
	}
	return boxes, nil
}
