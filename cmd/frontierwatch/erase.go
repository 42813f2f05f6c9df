package main

import (
	"errors"
	"fmt"

	"frontierwatch/data"
)

type eraseCmd struct {
	storeFlag
	ID     string `arg:"" help:"The report."`
	Reason string `required:"" placeholder:"TEXT" help:"Why, for the log; say nothing of the report in it."`
}

func (eraseCmd) Help() string {
	return `Overwrites everything that the report ever said, in every version, and writes the file anew. Its id and
when it was written stay, as a tombstone: the log goes on to be verifiable, the id is never used again,
and no earlier position brings the report back. It cannot be undone. Copies and backups made before
have the report still. The file must not be open in a server.

Example:
  frontierwatch erase --store frontier.gpkg 2017-0042 --reason "court order 17-12"`
}

func (c *eraseCmd) Run(s *session) error {
	return c.overwrite(s, func(corpus *data.Corpus) error {
		if err := corpus.Erase(s, "local", c.ID, c.Reason); err != nil {
			return err
		}
		fmt.Fprintf(s.out, "erased %s\n", c.ID)
		return nil
	})
}

// overwrite opens a store for what overwrites, and leaves no trace of that in a file.
func (f storeFlag) overwrite(s *session, do func(*data.Corpus) error) error {
	store, err := f.openStore(s, false)
	if err != nil {
		return err
	}
	corpus, err := openCorpus(s.Context, store, s.now, newProgress(s, "reading the log").of)
	if err != nil {
		return errors.Join(fmt.Errorf("%s: %w", f.name(), err), store.Close())
	}
	before := corpus.Redacted()
	err = do(corpus)
	file, ok := store.(interface{ Scrub() error })
	if ok && corpus.Redacted() != before {
		err = errors.Join(err, file.Scrub())
	}
	return errors.Join(err, corpus.Close())
}
