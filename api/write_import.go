package api

import (
	"errors"
	"fmt"
	"net/http"

	"frontierwatch/geo/intake"
	"frontierwatch/geo/report"
)

const (
	// maxFaults is how many faults an answer lists; the others are counted.
	maxFaults = 1000
	// maxImports is how many imports may run at once.
	maxImports = 4
)

// imported is what became of a file.
type imported struct {
	DryRun   bool    `json:"dryRun"`
	Rows     int     `json:"rows"`     // read
	Accepted int     `json:"accepted"` // stored, or with dryRun would be
	Already  int     `json:"already"`  // were there before, or twice in the file
	Refused  int     `json:"refused"`
	Omitted  int     `json:"omitted"` // faults that are not listed
	Faults   []fault `json:"-"`       // errors of the answer
}

// intakeFormat is the format of a file of a media type that is taken.
func intakeFormat(media string) intake.Format {
	switch media {
	case "text/csv":
		return intake.CSV
	case "application/geo+json", "application/json":
		return intake.GeoJSON
	case "application/geo+json-seq":
		return intake.GeoJSONSeq
	}
	return intake.NDJSON
}

// importReports takes a file of reports: POST /imports. Each row stands for
// itself, and a batch of rows is stored as soon as it is read. The answer is
//
//	200  at least one row was taken, or there was none
//	422  every row was refused
//	400  the file is broken at some place; what stands before it is stored
//	413  the file has too many rows or bytes; what stands before that is stored
//
// and says in each case what became of the rows that were read.
func (c *call) importReports() error {
	leave, err := place(c.limits.imports, newProblem(http.StatusServiceUnavailable, "other imports are running; nothing was read").retry(30))
	if err != nil {
		return err
	}
	defer leave()
	from, media, err := c.body(maxImport)
	if err != nil {
		return err
	}
	rows := &rows{call: c, result: imported{DryRun: c.asked.dryRun}}
	reader := intake.New(from, intakeFormat(media), report.Defaults{Now: c.now(), Source: c.reporter()})
	err = rows.take(reader)
	c.corpus.Settle() // who asks after this sees what was stored
	if err != nil {
		return rows.stopped(err)
	}
	done := &rows.result
	if done.Refused > 0 && done.Accepted+done.Already == 0 {
		return rows.problem(newProblem(http.StatusUnprocessableEntity, "every row was refused; errors says why"))
	}
	return c.replyJSON(c.static(), cacheNever, nil, struct {
		*imported
		Errors []fault `json:"errors"`
	}{done, append([]fault{}, done.Faults...)})
}

// rows is what became of the rows of one file.
type rows struct {
	*call
	result  imported
	refused int // rows that the corpus refused, and that are not listed yet
}

func (r *rows) take(reader *intake.Reader) error {
	ctx := r.Request().Context()
	add := func(reports []report.Report) ([]report.Added, error) {
		added, err := r.corpus.Add(ctx, r.actor(), reports)
		for i := range added {
			if added[i].Err != nil {
				r.refused++
			}
		}
		return added, err
	}
	if r.result.DryRun {
		add = func(reports []report.Report) ([]report.Added, error) { return r.corpus.Check(ctx, reports), nil }
	}
	taken, err := intake.Take(reader, intake.Sink{Add: add, Dry: r.result.DryRun, MaxRows: maxRows, Refused: r.refuse})
	r.result.Rows, r.result.Accepted, r.result.Already, r.result.Refused = taken.Rows, taken.Accepted, taken.Already, taken.Refused
	if errors.Is(err, intake.ErrTooManyRows) {
		return newProblem(http.StatusRequestEntityTooLarge, fmt.Sprintf("the file has more than %d rows; send the rest as another", maxRows))
	}
	return err
}

// refuse lists what is wrong with a row.
func (r *rows) refuse(row int, err error) {
	switch {
	case r.refused > 0:
		r.refused--
	case !r.result.DryRun: // it did not come as far as to the corpus
		r.unread(report.Report{Source: r.reporter()}, err)
	}
	p := problemOf(err)
	faults := p.Errors
	if len(faults) == 0 {
		faults = []fault{{Detail: p.Detail}}
	}
	for _, f := range faults {
		if len(r.result.Faults) == maxFaults {
			r.result.Omitted++
			continue
		}
		f.Row = row
		r.result.Faults = append(r.result.Faults, f)
	}
}

// stopped is the problem of a file that was not read to its end.
func (r *rows) stopped(err error) error {
	var broken *intake.BrokenError
	p := problemOf(err)
	if p.Status == http.StatusInternalServerError && errors.As(err, &broken) {
		p = newProblem(http.StatusBadRequest, broken.Error()).because(err)
	}
	return r.problem(p)
}

// problem adds what became of the rows to a problem.
func (r *rows) problem(p *problem) *problem {
	with := *p
	with.imported = &r.result
	with.Errors = append(append([]fault{}, r.result.Faults...), p.Errors...)
	return &with
}
