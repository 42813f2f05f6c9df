package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/gzip"

	"frontierwatch/data"
	"frontierwatch/data/memlog"
)

type importCmd struct {
	storeFlag
	DryRun bool   `help:"Say what would be refused, and store nothing."`
	Source string `default:"local" placeholder:"ID" help:"Source of the rows that name none (${default})."`
	Format string `enum:"auto,csv,geojson,geojsonseq,ndjson" default:"auto" help:"csv, geojson, geojsonseq or ndjson; auto looks at the name and the beginning."`
	File   string `arg:"" help:"The file, - for standard input; .gz is unpacked."`
}

func (importCmd) Help() string {
	return `Examples:
  frontierwatch import --store frontier.gpkg reports.csv
  frontierwatch import --dry-run reports.geojson
  zcat reports.ndjson.gz | frontierwatch import --format ndjson -

Each row stands for itself: one that is refused is named with all its faults and the others are
stored; the exit code is then 3. Repeating an import changes nothing.

Servers over the same database may go on: they show the rows as they come, and hot spots and flags
by all of them a second after the last at the latest.`
}

func (c *importCmd) Run(s *session) error {
	in, size, err := c.input(s)
	if err != nil {
		return err
	}
	defer in.Close()
	corpus, err := c.corpus(s)
	if err != nil {
		return err
	}
	return errors.Join(c.take(s, corpus, &countingReader{Reader: in, size: size}), corpus.Close())
}

// corpus is the store; for a dry run that of the past, or an empty one in memory,
// so that nothing is made on disk.
func (c *importCmd) corpus(s *session) (*data.Corpus, error) {
	if !c.DryRun {
		return c.open(s, false)
	}
	if _, err := os.Stat(c.Store); err == nil || c.isDatabase() {
		return c.open(s, true)
	}
	return openCorpus(s, memlog.New(), s.now, nil)
}

// input opens the file; size is 0 where it cannot be told.
func (c *importCmd) input(s *session) (io.ReadCloser, int64, error) {
	if c.File == "-" {
		return io.NopCloser(s.in), 0, nil
	}
	file, err := os.Open(c.File)
	if err != nil {
		return nil, 0, err
	}
	if filepath.Ext(c.File) == ".gz" {
		unpacked, err := gzip.NewReader(bufio.NewReader(file))
		if err != nil {
			return nil, 0, errors.Join(fmt.Errorf("%s: %w", c.File, err), file.Close())
		}
		return unpacked, 0, nil
	}
	info, err := file.Stat()
	if err != nil {
		return nil, 0, errors.Join(err, file.Close())
	}
	return file, info.Size(), nil
}
