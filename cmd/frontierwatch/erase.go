package main

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"frontierwatch/data"
	"frontierwatch/geo/reader"
	"frontierwatch/geo/report"
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

type retainCmd struct {
	storeFlag
	KilometreAfter int      `name:"km-after-days" default:"90" placeholder:"DAYS" help:"Age from which a position is a kilometre of the line (${default}); 0: never."`
	SegmentAfter   int      `name:"segment-after-days" default:"365" placeholder:"DAYS" help:"Age from which a position is a segment (${default}); 0: never."`
	Source         []string `placeholder:"ID" help:"Only reports of these sources (all)."`
	Except         []string `placeholder:"ID" help:"No reports of these sources, which have other ages (none)."`
	DryRun         bool     `help:"Say how many reports it would be, and change nothing."`
}

func (retainCmd) Help() string {
	return `Makes the positions of old reports coarser, in every version, and writes the file anew. People stay
counted where they were. It cannot be undone. The file must not be open in a server.

Examples:
  frontierwatch retain --store frontier.gpkg --dry-run
  frontierwatch retain --store frontier.gpkg --source rcmp --km-after-days 30 --segment-after-days 90
  frontierwatch retain --store frontier.gpkg --except rcmp`
}

func (c *retainCmd) Run(s *session) error {
	if c.KilometreAfter < 0 || c.SegmentAfter < 0 {
		return wrongUse{errors.New("an age in days cannot be less than 0")}
	}
	if c.DryRun {
		corpus, err := c.open(s, true)
		if err != nil {
			return err
		}
		return errors.Join(c.rewrite(s, corpus, ""), corpus.Close())
	}
	return c.overwrite(s, func(corpus *data.Corpus) error { return c.rewrite(s, corpus, "local") })
}

// rewrite makes coarse what is due; without actor it only counts.
func (c *retainCmd) rewrite(s *session, corpus *data.Corpus, actor string) error {
	const day = 24 * time.Hour
	now, line := s.now(), corpus.Frontier()
	keep := reader.Retention{Kilometre: time.Duration(c.KilometreAfter) * day, Segment: time.Duration(c.SegmentAfter) * day}
	n, err := corpus.Rewrite(s, actor, "retention", func(v *report.Version) report.Report {
		if len(c.Source) > 0 && !slices.Contains(c.Source, v.Source) || slices.Contains(c.Except, v.Source) {
			return v.Report
		}
		return keep.Kept(line, v, now)
	})
	if err != nil {
		return err
	}
	verb := "made coarser"
	if actor == "" {
		verb = "would be made coarser"
	}
	fmt.Fprintf(s.out, "%d reports %s\n", n, verb)
	return nil
}
