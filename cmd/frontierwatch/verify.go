package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"frontierwatch/data"
	"frontierwatch/geo/hotspot"
)

type verifyCmd struct {
	storeFlag
	Receipt string `placeholder:"FILE" help:"Reckon the receipt of a flag again instead; - is standard input."`
}

func (verifyCmd) Help() string {
	return `Walks the file, the log, the tables, the index and the counts, and names the first thing that
does not agree. With --receipt it reckons a flag again from the log as it stood, and names every
count, parameter and result in which receipt and store differ. It only reads, and may run beside a
server.

Examples:
  frontierwatch verify --store frontier.gpkg
  frontierwatch receipt --store frontier-demo.gpkg --as-of 2017-03-05 FLAG > receipt.json
  frontierwatch verify --store frontier-demo.gpkg --receipt receipt.json`
}

func (c *verifyCmd) Run(s *session) error {
	store, err := c.openStore(s, true)
	if err != nil {
		return err
	}
	var receipt hotspot.Receipt
	if c.Receipt != "" {
		if receipt, err = readReceipt(s.in, c.Receipt); err != nil {
			return errors.Join(err, store.Close())
		}
	} else if err := store.Check(s); err != nil {
		return errors.Join(fmt.Errorf("%s: %w", c.name(), err), store.Close())
	}
	corpus, err := openCorpus(s, store, s.now, newProgress(s, "reading the log").of)
	if err != nil {
		return errors.Join(fmt.Errorf("%s: %w", c.name(), err), store.Close())
	}
	if c.Receipt != "" {
		return errors.Join(c.receipt(s, corpus, receipt), corpus.Close())
	}
	return c.whole(s, store, corpus)
}

// whole checks what memory holds of a store whose file is right.
func (c *verifyCmd) whole(s *session, store store, corpus *data.Corpus) error {
	head, recorded := corpus.Head()
	_, hash, err := store.Chain(s)
	if err := errors.Join(err, corpus.Verify(), corpus.Close()); err != nil {
		return fmt.Errorf("%s: %w", c.name(), err)
	}
	if head == 0 {
		fmt.Fprintf(s.out, "%s: ok, the log is empty\n", c.name())
		return nil
	}
	fmt.Fprintf(s.out, "%s: ok, %d entries, the last recorded %s, %s\n", c.name(), head, recorded.UTC().Format("2006-01-02T15:04:05.000Z"), hash)
	return nil
}

// receipt reckons a receipt again and prints what does not agree.
func (c *verifyCmd) receipt(s *session, corpus *data.Corpus, receipt hotspot.Receipt) error {
	differences, err := corpus.VerifyReceipt(s, receipt)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Receipt, err)
	}
	if len(differences) == 0 {
		fmt.Fprintf(s.out, "%s: agrees with %s: %s on %s, at position %d of the log\n", c.Receipt, c.name(), receipt.ID, receipt.Day, receipt.Log.Seq)
		return nil
	}
	for _, d := range differences {
		fmt.Fprintf(s.out, "%s: %s\n", c.Receipt, d)
	}
	return fmt.Errorf("%s does not agree with %s", c.Receipt, c.name())
}

// maxReceipt is many times the size of the largest receipt.
const maxReceipt = 1 << 20

func readReceipt(in io.Reader, path string) (r hotspot.Receipt, err error) {
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return r, err
		}
		defer file.Close()
		in = file
	}
	text, err := io.ReadAll(io.LimitReader(in, maxReceipt))
	if err == nil {
		r, err = hotspot.DecodeReceipt(text)
	}
	if err != nil {
		return r, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}
