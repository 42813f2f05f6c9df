package gpkg

import (
	"bytes"

	"frontierwatch/geo/log"
)

// record is where a record stands. The zero value is none.
type record struct {
	fid      int64
	revision int
	seq      log.Seq
}

func (l *layer) lookup(id string) (r record, err error) {
	b := binder{st: l.find}
	if b.string(id); b.err != nil {
		return r, b.err
	}
	if l.find.Step() {
		r = record{l.find.ColumnInt64(0), l.find.ColumnInt(1), log.Seq(l.find.ColumnInt64(2))}
	}
	return r, first(l.find.Err(), l.find.Reset())
}

// compare says what became of an entry that is not written because of what is
// there: it looks back from the newest entry of the record to the one that the
// caller means.
func (w *writer) compare(e *log.Entry, old record) (log.Result, error) {
	newest, err := w.look(old.seq)
	if err != nil {
		return log.Result{}, err
	}
	result := log.Result{Outcome: log.Conflict, Seq: old.seq, FID: old.fid, Revision: old.revision, Recorded: newest.Recorded}
	wanted := e.Revision
	if e.Op == log.Create {
		if bytes.Equal(newest.Body, e.Body) {
			result.Outcome = log.Already
			return result, nil
		}
		wanted = 1
	}
	if wanted < 1 || wanted > old.revision {
		return result, nil
	}
	at, seq := newest, old.seq
	for at.Revision > wanted {
		seq = at.replaces
		if at, err = w.look(seq); err != nil {
			return log.Result{}, err
		}
	}
	if at.Op == e.Op && bytes.Equal(at.Body, e.Body) {
		result.Outcome, result.Seq, result.Recorded = log.Already, seq, at.Recorded
	}
	return result, nil
}

// link is an entry with the one it replaces.
type link struct {
	log.Entry
	replaces log.Seq
}

// look reads the entry at a position.
func (w *writer) look(seq log.Seq) (l link, err error) {
	st := w.event
	if err := st.BindInt64(1, int64(seq)); err != nil {
		return l, err
	}
	if !st.Step() {
		return l, first(st.Err(), st.Reset(), gap(seq))
	}
	l.Revision, l.Op, l.replaces = st.ColumnInt(0), log.Operation(st.ColumnText(1)), log.Seq(st.ColumnInt64(2))
	l.Recorded, err = parseTime(st.ColumnRawText(3))
	if l.Op != log.Redact { // whose body is about the chain
		l.Body = bytes.Clone(st.ColumnRawText(4))
	}
	return l, first(err, st.Err(), st.Reset())
}
