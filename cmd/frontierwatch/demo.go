package main

import (
	"errors"
	"fmt"

	"frontierwatch/data"
	"frontierwatch/data/boundary"
	"frontierwatch/data/demo"
	"frontierwatch/geo/intake"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

type demoCmd struct {
	Store string `default:"frontier-demo.gpkg" placeholder:"PATH" help:"The store that the demo is loaded into (${default})."`
	Seed  uint64 `default:"2017" help:"Seed of the simulated stream (${default})."`
	Serve bool   `default:"true" negatable:"" help:"Serve what was loaded; --no-serve ends after loading."`
	listenFlag
}

func (demoCmd) Help() string {
	return `Loads the published figures of 2013 to 2024 with the days on which they were published, and a
simulated stream of 2015 to 2017 made from them (source "simulated"). Loading again changes nothing.

Examples:
  frontierwatch demo
  frontierwatch demo --store /tmp/demo.gpkg --no-serve
  curl '127.0.0.1:8080/collections/flags/items?asOf=2017-03-05T00:00:00Z'`
}

func (c *demoCmd) Run(s *session) error {
	if c.Serve {
		if err := c.listenFlag.check(); err != nil {
			return err
		}
	}
	w, flush, err := c.watch(s)
	if err != nil {
		return err
	}
	defer flush()
	corpus, err := storeFlag{Store: c.Store}.openWatched(s, false, w)
	if err != nil {
		return err
	}
	err = c.load(s, corpus)
	if err == nil && c.Serve {
		err = c.serve(s, corpus, w)
	}
	return errors.Join(err, corpus.Close())
}

// load brings the demo into the corpus, whatever of it is there already.
func (c *demoCmd) load(s *session, corpus *data.Corpus) error {
	for _, source := range demo.Sources() {
		if err := corpus.PutSource(s, demoActor, source); err != nil {
			return fmt.Errorf("source %s: %w", source.ID, err)
		}
	}
	published, err := demo.Published()
	if err != nil {
		return err
	}
	line, err := boundary.Frontier()
	if err != nil {
		return err
	}
	stream, err := demo.Stream(line, c.Seed)
	if err != nil {
		return err
	}
	stored, err := c.loadPublished(s, corpus, published)
	if err != nil {
		return err
	}
	more, err := c.loadStream(s, corpus, stream)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "demo: %d published figures and %d simulated reports, %d of them new, in %s\n",
		len(published), len(stream), stored+more, storeFlag{Store: c.Store}.name())
	return nil
}

const demoActor = "demo"

// loadPublished stores the figures as first published, then their revisions.
func (c *demoCmd) loadPublished(s *session, corpus *data.Corpus, published []demo.Revised) (stored int, err error) {
	var first, revised []report.Report
	var revisions []int
	for _, r := range published {
		if r.Revision == 1 {
			first = append(first, r.Report)
			continue
		}
		revised, revisions = append(revised, r.Report), append(revisions, r.Revision)
	}
	added, err := corpus.Add(s, demoActor, first)
	if err != nil {
		return 0, err
	}
	corrected, err := corpus.Correct(s, demoActor, revised, revisions)
	if err != nil {
		return 0, err
	}
	return countNew(append(added, corrected...))
}

func (c *demoCmd) loadStream(s *session, corpus *data.Corpus, stream []report.Report) (stored int, err error) {
	progress := newProgress(s, "loading the simulated stream")
	for from := 0; from < len(stream); from += intake.Batch {
		to := min(from+intake.Batch, len(stream))
		added, err := corpus.Add(s, demoActor, stream[from:to])
		if err != nil {
			return stored, err
		}
		n, err := countNew(added)
		if err != nil {
			return stored, err
		}
		stored += n
		progress.of(log.Seq(to), log.Seq(len(stream)))
	}
	return stored, nil
}

// countNew counts what was written. In the demo a refusal is a fault of the demo,
// or another store was given.
func countNew(added []report.Added) (n int, err error) {
	for _, a := range added {
		switch {
		case a.Err != nil:
			return n, fmt.Errorf("the store refuses a report of the demo; give --store a new path: %w", a.Err)
		case !a.Already:
			n++
		}
	}
	return n, nil
}
