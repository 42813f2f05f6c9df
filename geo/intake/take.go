package intake

import (
	"errors"
	"io"

	"frontierwatch/geo/report"
)

// Batch is how many rows are handed over at once: one commit of a store.
const Batch = 1024

// Sink is where the rows of a file go.
type Sink struct {
	// Add stores reports, or checks them, with one result for each. Its own error
	// is for what concerns all of them, and ends the file.
	Add func([]report.Report) ([]report.Added, error)
	// Begin is Add that does not wait: wait returns what Add does. Then the next batch is
	// read, and handed over, while one is stored. Nil: Add is called.
	Begin func([]report.Report) (wait func() ([]report.Added, error), err error)
	// Dry says that Add stores nothing, so that rows that contradict or repeat an
	// earlier row of the file have to be found here.
	Dry bool
	// Refused is told of each row that was not taken: of those that Add refused in order.
	// Err is that of the row or of Add.
	Refused func(row int, err error)
	// Progress is called after each row; nil: nobody is told.
	Progress func()
	// MaxRows is how many rows are read at the most; 0: any number.
	MaxRows int
}

// Taken counts what became of the rows of a file.
type Taken struct {
	Rows     int // read
	Accepted int // stored, or in a dry run would be
	Already  int // there before, or twice in the file
	Refused  int
}

// ErrTooManyRows says that a file has more than MaxRows. Those were taken.
var ErrTooManyRows = errors.New("the file has more rows than are taken at once; send the rest as another")

// Take reads a file to its end and hands its rows over in batches. Rows without
// an id get one made from what they say, so that taking the same file again adds
// nothing. Where the file breaks, what stands before that is handed over, and the
// error is that of Next.
func Take(r *Reader, s Sink) (Taken, error) {
	t := taking{Sink: s, ids: newGivenIDs()}
	for {
		row, err := r.Next()
		if err == io.EOF {
			err := t.end()
			return t.Taken, err
		}
		if err == nil && s.MaxRows > 0 && t.Rows == s.MaxRows {
			err = ErrTooManyRows
		}
		if err != nil {
			err = errors.Join(t.end(), err)
			return t.Taken, err
		}
		if err := t.take(row); err != nil {
			err = errors.Join(err, t.settle()) // what was handed over may be stored all the same
			return t.Taken, err
		}
	}
}

// taking is a Take under way.
type taking struct {
	Sink
	Taken
	ids     *givenIDs
	rows                                   // that are read
	handed  rows                           // that are being stored
	pending func() ([]report.Added, error) // of those handed over; nil: none are
}

// rows are some of a file.
type rows struct {
	batch   []report.Report
	numbers []int
}

func (t *taking) take(row Row) error {
	t.Rows++
	if t.Progress != nil {
		t.Progress()
	}
	if row.Err != nil {
		t.refuse(row.Number, row.Err)
		return nil
	}
	t.ids.give(&row.Report)
	t.batch, t.numbers = append(t.batch, row.Report), append(t.numbers, row.Number)
	if len(t.batch) < Batch {
		return nil
	}
	return t.flush()
}

func (t *taking) refuse(row int, err error) {
	t.Taken.Refused++
	t.Sink.Refused(row, err)
}

// flush hands the batch over, and where that is not waited for, takes in what became
// of the one before it.
func (t *taking) flush() error {
	if len(t.batch) == 0 {
		return nil
	}
	if t.Begin == nil || t.Dry {
		added, err := t.Add(t.batch)
		if err == nil {
			t.count(&t.rows, added)
		}
		return err
	}
	wait, err := t.Begin(t.batch)
	if err != nil {
		return err
	}
	if err := t.settle(); err != nil {
		_, last := wait()
		return errors.Join(err, last)
	}
	t.rows, t.handed, t.pending = t.handed, t.rows, wait
	return nil
}

// settle waits for what was handed over.
func (t *taking) settle() error {
	if t.pending == nil {
		return nil
	}
	added, err := t.pending()
	if t.pending = nil; err == nil {
		t.count(&t.handed, added)
	}
	return err
}

// end hands over what is left and waits for all of it.
func (t *taking) end() error {
	if err := t.flush(); err != nil {
		return errors.Join(err, t.settle())
	}
	return t.settle()
}

// count tells what became of some rows, and makes room for others.
func (t *taking) count(of *rows, added []report.Added) {
	if t.Dry {
		t.ids.check(of.batch, added)
	}
	for i, a := range added {
		switch {
		case a.Err != nil:
			t.refuse(of.numbers[i], a.Err)
		case a.Already:
			t.Already++
		default:
			t.Accepted++
		}
	}
	clear(of.batch)
	of.batch, of.numbers = of.batch[:0], of.numbers[:0]
}
