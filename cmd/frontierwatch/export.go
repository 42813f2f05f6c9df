package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"frontierwatch/api"
	"frontierwatch/api/codec"
	"frontierwatch/data"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// exportPage is how many reports are asked for at once.
const exportPage = 10_000

type exportCmd struct {
	storeFlag
	Collection string `enum:"reports,segments,ports,posts,sources,hotspots,flags" default:"reports" help:"reports, segments, ports, posts, sources, hotspots or flags (${default})."`
	Format     string `enum:"geojson,geojsonseq,csv,gpkg" default:"geojson" help:"geojson, geojsonseq, csv, or gpkg for all layers of the store in one GeoPackage (${default})."`
	Output     string `short:"o" default:"-" placeholder:"FILE" help:"Where to write; - is standard output (${default})."`
	AsOf       string `placeholder:"TIME" help:"With what was known then, or a position of the log (all that is known)."`
}

func (exportCmd) Help() string {
	return `Examples:
  frontierwatch export --store frontier.gpkg --format csv -o reports.csv
  frontierwatch export --collection flags --as-of 2017-03-05 -o flags.geojson

  frontierwatch export --format gpkg -o layers.gpkg

The file appears when it is complete, not before. It only reads, and may run beside a server.`
}

func (c *exportCmd) Run(s *session) error {
	at, err := parseAsOf("--as-of", c.AsOf)
	if err != nil {
		return wrongUse{err}
	}
	if c.Format == "gpkg" {
		return c.layers(s)
	}
	corpus, err := c.open(s, true)
	if err != nil {
		return err
	}
	write := func(w io.Writer) error { return c.write(s, corpus, at, w) }
	if c.Output == "-" {
		return errors.Join(write(s.out), corpus.Close())
	}
	return errors.Join(replaceFile(c.Output, write), corpus.Close())
}

// layers writes the layers of the store as they now are, all in one file.
func (c *exportCmd) layers(s *session) error {
	if c.Output == "-" || c.AsOf != "" {
		return wrongUse{errors.New("--format gpkg writes the store's layers as they are now into a file: give -o FILE, and no --as-of")}
	}
	store, err := c.openLog(true)
	if err != nil {
		return err
	}
	return errors.Join(store.Export(s, c.Output), store.Close())
}

// replaceFile writes a file that appears under its name when all of it is there.
func replaceFile(path string, write func(io.Writer) error) error {
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	if err := errors.Join(write(file), file.Chmod(0o644), file.Sync(), file.Close()); err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return os.Rename(file.Name(), path)
}

// formats are the encodings by the name they have on the command line.
var formats = map[string]codec.Format{"geojson": codec.GeoJSON, "geojsonseq": codec.GeoJSONSeq, "csv": codec.CSV}

func (c *exportCmd) write(s *session, corpus *data.Corpus, at log.AsOf, w io.Writer) error {
	enc, format := codec.NewEncoder(corpus.Frontier()), formats[c.Format]
	q := hotspot.Query{AsOf: at}
	switch c.Collection {
	case codec.Reports:
		return c.reports(s, corpus, at, enc.Reports(w, format))
	case codec.Segments:
		segments, err := corpus.Segments(s, q)
		return exportAll(enc.Segments(w, format), segments, c.unmarked(), err)
	case codec.Ports:
		ports, err := corpus.Ports(s, at.Known)
		return exportAll(enc.Ports(w, format), ports, c.unmarked(), err)
	case codec.Posts:
		posts, err := corpus.Posts(s, at)
		return exportAll(enc.Posts(w, format), posts, c.unmarked(), err)
	case codec.Sources:
		sources, err := corpus.Sources(s, at)
		return exportAll(enc.Sources(w, format), sources, c.unmarked(), err)
	case codec.Hotspots:
		spots, err := corpus.Hotspots(s, q)
		return exportAll(enc.Hotspots(w, format), spots, c.unmarked(), err)
	case codec.Flags:
		flags, err := corpus.Flags(s, q)
		return exportAll(enc.Flags(w, format), flags, c.unmarked(), err)
	}
	return fmt.Errorf("no collection is called %s", c.Collection)
}

// unmarked is the label of what bears none, for who exports everything.
func (c *exportCmd) unmarked() report.TLP { return api.Owner().Class.Unmarked(c.Collection) }

// exportAll writes what is all there is, unless finding it failed.
func exportAll[T any](w *codec.Writer[T], features []T, unmarked report.TLP, err error) error {
	w.Mark(unmarked)
	for i := range features {
		if err == nil {
			err = w.Write(&features[i])
		}
	}
	return errors.Join(err, w.Close(codec.End{Matched: len(features)}))
}

// reports writes page by page, all at the position of the first.
func (c *exportCmd) reports(s *session, corpus *data.Corpus, at log.AsOf, w *codec.Writer[report.Version]) error {
	w.Mark(c.unmarked())
	q := report.Query{AsOf: at, Limit: exportPage}
	total := 0
	for {
		page, err := corpus.Reports(s, q)
		if err != nil {
			return errors.Join(err, w.Close(codec.End{Matched: -1}))
		}
		for _, v := range page.Versions {
			if err := w.Write(v); err != nil {
				return errors.Join(err, w.Close(codec.End{Matched: -1}))
			}
		}
		total += len(page.Versions)
		if page.Next == nil {
			return w.Close(codec.End{Matched: total})
		}
		q.After, q.AsOf.Seq = page.Next, page.Head
	}
}
