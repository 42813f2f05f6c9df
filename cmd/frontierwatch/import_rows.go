package main

import (
	"errors"
	"fmt"
	"io"

	"frontierwatch/data"
	"frontierwatch/geo/intake"
	"frontierwatch/geo/report"
)

// importBatch is how many rows are handed over at once: one commit of the store.
const importBatch = 1024

// shownErrors is how many refused rows are printed one by one.
const shownErrors = 100

// intakeRows takes the rows of one file into a corpus, in batches.
type intakeRows struct {
	command  *importCmd
	session  *session
	corpus   *data.Corpus
	progress *progress

	batch   []report.Report
	numbers []int // of the rows of batch

	stored, already, refused int
}

// all reads to the end, stores what can be stored, and says what became of it.
// What stands before the place where a file is broken is stored.
func (r *intakeRows) all(in *countingReader) error {
	reader := intake.New(in, intake.Format(r.command.Format), report.Defaults{Now: r.session.now(), Source: r.command.Source})
	var broken error
	for broken == nil {
		row, err := reader.Next()
		if err == io.EOF {
			break
		}
		broken = err
		if err == nil {
			broken = r.take(row)
			r.progress.show(in.String(), false)
		}
	}
	err := errors.Join(broken, r.flush())
	r.progress.show(in.String(), true)
	r.summary()
	if err == nil && r.refused > 0 {
		return errRefused
	}
	return err
}

func (r *intakeRows) take(row intake.Row) error {
	if row.Err != nil {
		r.refuse(row.Err)
		return nil
	}
	r.batch, r.numbers = append(r.batch, row.Report), append(r.numbers, row.Number)
	if len(r.batch) < importBatch {
		return nil
	}
	return r.flush()
}

// flush hands the batch over.
func (r *intakeRows) flush() (err error) {
	if len(r.batch) == 0 {
		return nil
	}
	var added []report.Added
	if r.command.DryRun {
		added = r.corpus.Check(r.session, r.batch)
	} else if added, err = r.corpus.Add(r.session, importActor, r.batch); err != nil {
		return fmt.Errorf("rows from %d on were not stored: %w", r.numbers[0], err)
	}
	for i, a := range added {
		switch {
		case a.Err != nil:
			r.refuse(inRow(a.Err, r.numbers[i]))
		case a.Already:
			r.already++
		default:
			r.stored++
		}
	}
	r.batch, r.numbers = r.batch[:0], r.numbers[:0]
	return nil
}

// importActor is who the log says has added what a command has.
const importActor = "local"

// inRow says in which row of the file something is wrong.
func inRow(err error, row int) error {
	var faults report.Faults
	if !errors.As(err, &faults) {
		return fmt.Errorf("row %d: %w", row, err)
	}
	for i := range faults {
		faults[i].Row = row
	}
	return faults
}

func (r *intakeRows) refuse(err error) {
	r.refused++
	if r.refused <= shownErrors {
		fmt.Fprintln(r.session.err, "refused:", err)
	}
}

func (r *intakeRows) summary() {
	if more := r.refused - shownErrors; more > 0 {
		fmt.Fprintf(r.session.err, "refused: … and %d rows more\n", more)
	}
	verb := "stored"
	if r.command.DryRun {
		verb = "would be stored"
	}
	fmt.Fprintf(r.session.out, "%d %s, %d there already, %d refused\n", r.stored, verb, r.already, r.refused)
}

// countingReader knows how much of a file was read.
type countingReader struct {
	io.Reader
	read, size int64
}

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
