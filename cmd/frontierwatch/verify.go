package main

import (
	"errors"
	"fmt"
)

type verifyCmd struct {
	storeFlag
}

func (verifyCmd) Help() string {
	return `Walks the file, the log, the tables, the index and the counts, and names the first thing that
does not agree. It only reads, and may run beside a server.

Example:
  frontierwatch verify --store frontier.gpkg`
}

func (c *verifyCmd) Run(s *session) error {
	store, err := c.openLog(true)
	if err != nil {
		return err
	}
	if err := store.Check(s); err != nil {
		return errors.Join(fmt.Errorf("%s: %w", c.Store, err), store.Close())
	}
	corpus, err := openCorpus(s, store, s.now, newProgress(s, "reading the log").of)
	if err != nil {
		return errors.Join(fmt.Errorf("%s: %w", c.Store, err), store.Close())
	}
	head, recorded := corpus.Head()
	if err := errors.Join(corpus.Verify(), corpus.Close()); err != nil {
		return fmt.Errorf("%s: %w", c.Store, err)
	}
	if head == 0 {
		fmt.Fprintf(s.out, "%s: ok, the log is empty\n", c.Store)
		return nil
	}
	fmt.Fprintf(s.out, "%s: ok, %d entries, the last recorded %s\n", c.Store, head, recorded.UTC().Format("2006-01-02T15:04:05.000Z"))
	return nil
}
