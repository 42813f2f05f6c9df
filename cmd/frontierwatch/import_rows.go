package main

import (
	"errors"
	"fmt"
	"io"

	"frontierwatch/data"
	"frontierwatch/geo/intake"
	"frontierwatch/geo/report"
)

const (
	// shownErrors is how many refused rows are printed one by one.
	shownErrors = 100
	// importActor is who the log says has added what a command has.
	importActor = "local"
)

// take brings the rows of a file into the corpus and says what became of them.
// What stands before the place where a file is broken is stored.
func (c *importCmd) take(s *session, corpus *data.Corpus, in *countingReader) error {
	progress, shown := newProgress(s, "importing"), 0
	add := func(reports []report.Report) ([]report.Added, error) { return corpus.Add(s, importActor, reports) }
	if c.DryRun {
		add = func(reports []report.Report) ([]report.Added, error) { return corpus.Check(s, reports), nil }
	}
	reader := intake.New(in, intake.Format(c.Format), report.Defaults{Now: s.now(), Source: c.Source})
	taken, err := intake.Take(reader, intake.Sink{
		Add: add, Dry: c.DryRun,
		Begin: func(reports []report.Report) (func() ([]report.Added, error), error) {
			return corpus.Begin(s, importActor, reports)
		},
		Progress: func() { progress.show(in.String(), false) },
		Refused: func(row int, err error) {
			if shown++; shown <= shownErrors {
				fmt.Fprintln(s.err, "refused:", inRow(err, row))
			}
		},
	})
	progress.show(in.String(), true)
	if more := shown - shownErrors; more > 0 {
		fmt.Fprintf(s.err, "refused: … and %d rows more\n", more)
	}
	verb := "stored"
	if c.DryRun {
		verb = "would be stored"
	}
	fmt.Fprintf(s.out, "%d %s, %d there already, %d refused\n", taken.Accepted, verb, taken.Already, taken.Refused)
	if err == nil && taken.Refused > 0 {
		return errRefused
	}
	return err
}

// inRow says in which row of the file something is wrong.
func inRow(err error, row int) error {
	var faults report.Faults
	var syntax *report.SyntaxError
	switch {
	case errors.As(err, &faults):
		for i := range faults {
			faults[i].Row = row
		}
		return faults
	case errors.As(err, &syntax):
		return err // names its row
	}
	return fmt.Errorf("row %d: %w", row, err)
}

// countingReader knows how much of a file was read.
type countingReader struct {
	io.Reader
	read, size int64
}

// Read counts what it passes on.
func (r *countingReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	r.read += int64(n)
	return n, err
}

func (r *countingReader) String() string {
	if r.size > 0 {
		return fmt.Sprintf("%d of %d kB", r.read/1000, r.size/1000)
	}
	return fmt.Sprintf("%d kB", r.read/1000)
}
