package main

import (
	"encoding/json"
	"errors"

	"frontierwatch/geo/hotspot"
)

type receiptCmd struct {
	storeFlag
	At   string `placeholder:"DAY" help:"The day of the flag (--as-of, else today)."`
	AsOf string `placeholder:"TIME" help:"With what was known then, or a position of the log (all that is known)."`
	ID   string `arg:"" help:"Id of the flag or hot spot."`
}

func (receiptCmd) Help() string {
	return `Writes what a flag or hot spot was reckoned from: method and version, parameters, the counts,
completeness and season of its window by segment and day, baselines, the position of the log, and a
hash over all of it (SHA-256 of the canonical form of RFC 8785, without the member sha256). The
score follows from it; verify --receipt holds it against a store.

Example:
  frontierwatch receipt --store frontier-demo.gpkg --as-of 2017-03-05 main-0427-detections-20161220`
}

func (c *receiptCmd) Run(s *session) error {
	var q hotspot.Query
	var errs [2]error
	q.At, errs[0] = parseTime("--at", c.At)
	q.AsOf, errs[1] = parseAsOf("--as-of", c.AsOf)
	if err := errors.Join(errs[:]...); err != nil {
		return wrongUse{err}
	}
	corpus, err := c.open(s, true)
	if err != nil {
		return err
	}
	receipt, err := corpus.Receipt(s, c.ID, q)
	if err == nil {
		err = json.NewEncoder(s.out).Encode(receipt)
	}
	return errors.Join(err, corpus.Close())
}
