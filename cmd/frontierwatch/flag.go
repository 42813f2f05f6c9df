package main

import (
	"errors"
	"fmt"
	"io"
	"time"

	"frontierwatch/data"
	"frontierwatch/geo/hotspot"
)

type flagCmd struct {
	storeFlag
	At     string `placeholder:"DAY" help:"The day of the flag (today)."`
	State  string `enum:",open,acknowledged,closed" default:"" help:"acknowledged, closed or open; without it what was done so far is listed."`
	Reason string `placeholder:"WORD" help:"acknowledged: under_review, passed_on. closed: explained, data_error, dealt_with, duplicate. open: new_evidence, mistake."`
	ID     string `arg:"" help:"Id of the flag."`
}

func (flagCmd) Help() string {
	return `Every step is an entry of the log, with who took it, when, and a reason from a fixed list: there is no
place for a text, so that none can name a person. Without a step a flag is open; it is closed by
itself when its hot spot has been below the watch list for 28 days.

Examples:
  frontierwatch flag --store frontier-demo.gpkg --at 2017-03-05 main-0427-detections-20161220
  frontierwatch flag --store frontier-demo.gpkg --at 2017-03-05 --state acknowledged --reason under_review main-0427-detections-20161220

While a server has the store open, send the step to it: POST /flags/{id}/state.`
}

func (c *flagCmd) Run(s *session) error {
	at, err := parseTime("--at", c.At)
	if err == nil && (c.State == "") != (c.Reason == "") {
		err = errors.New("--state and --reason go together")
	}
	if err != nil {
		return wrongUse{err}
	}
	corpus, err := c.open(s, c.State == "")
	if err != nil {
		return err
	}
	q := hotspot.Query{At: at}
	if c.State != "" {
		err = corpus.PutFlag(s, localSource().ID, c.ID, c.State, c.Reason, q)
	}
	if errors.Is(err, hotspot.ErrStep) {
		err = wrongUse{err}
	}
	if err == nil {
		err = c.print(s, s.out, corpus, q)
	}
	return errors.Join(err, corpus.Close())
}

func (c *flagCmd) print(s *session, w io.Writer, corpus *data.Corpus, q hotspot.Query) error {
	flag, steps, err := corpus.Flag(s, c.ID, q)
	if err != nil {
		return err
	}
	for _, step := range steps {
		fmt.Fprintf(w, "%s  %s (%s) by %s\n", step.Recorded.UTC().Format(time.RFC3339), step.State, step.Reason, step.Actor)
	}
	fmt.Fprintf(w, "%s: %s\n", flag.ID, flag.State)
	return nil
}
