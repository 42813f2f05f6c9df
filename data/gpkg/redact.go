package gpkg

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/ncruces/go-sqlite3"

	"frontierwatch/geo/log"
)

// A redaction overwrites bodies that the chain was computed from. The chains stay as
// they are, so that all entries after them, and two stores that were alike, still
// agree. In place of what cannot be computed any more, the body of the entry that
// redacts holds log.Seals. That entry is itself tied by the chain.

// redact overwrites the bodies of a record and writes the entry that says so.
func (w *writer) redact(l *layer, e *log.Entry, old record) (log.Result, error) {
	past, err := w.history(old.seq)
	if err != nil {
		return log.Result{}, err
	}
	if len(past) != len(e.Past) {
		return log.Result{Outcome: log.Conflict, Seq: old.seq, FID: old.fid, Revision: old.revision}, nil
	}
	says := log.Seals{}
	for i := range e.Past {
		if past[i].Op == log.Retract || past[i].Op == log.Redact || bytes.Equal(past[i].Body, e.Past[i]) {
			continue
		}
		if says[past[i].Seq], err = w.overwrite(past[i].Seq, e.Past[i]); err != nil {
			return log.Result{}, err
		}
		past[i].Body = e.Past[i]
	}
	next := w.next(e, old)
	next.Body = says.Body()
	if err := w.showRedacted(l, &next, past, old.seq); err != nil {
		return log.Result{}, err
	}
	w.redacted = true
	return w.write(&next, old.seq)
}

// showRedacted brings the row of the layer to what is left.
func (w *writer) showRedacted(l *layer, next *log.Entry, past []link, replaces log.Seq) error {
	body, deleted := []byte(nil), false
	for _, p := range past {
		switch p.Op {
		case log.Create, log.Correct:
			body, deleted = p.Body, len(p.Body) == 0
		case log.Retract:
			deleted = true
		}
	}
	says, err := l.read(body)
	if err != nil {
		return err
	}
	b := &w.binder
	b.to(l.update)
	b.standing(next, replaces, deleted)
	says.bind(b)
	return b.exec()
}

// history is every entry of a record up to one, the oldest first.
func (w *writer) history(newest log.Seq) (past []link, err error) {
	for seq := newest; seq != 0; seq = past[len(past)-1].replaces {
		at, err := w.look(seq)
		if err != nil {
			return nil, err
		}
		at.Seq = seq
		past = append(past, at)
	}
	slices.Reverse(past)
	return past, nil
}

// overwrite puts a body in the place of that of an entry, whose seal it returns.
func (w *writer) overwrite(seq log.Seq, body []byte) (seal log.Chain, err error) {
	b := &w.binder
	b.to(w.erase)
	b.integer(int64(seq))
	b.body(body)
	if err := b.exec(); err != nil {
		return seal, err
	}
	columns, err := openColumns(w.conn)
	defer columns.close()
	var p piece
	if err == nil {
		err = columns.fill(&p, max(1, seq-1), seq)
	}
	if err != nil {
		return seal, err
	}
	var before log.Chain
	if seq > 1 {
		before = p.chains[0]
	}
	return w.chainer.Next(before, &p.entries[len(p.entries)-1]), nil
}

// erased says whether nothing is left of what a record said last.
func (w *writer) erased(newest log.Seq) (bool, error) {
	at, err := w.look(newest)
	if err != nil || at.Op != log.Redact {
		return false, err
	}
	past, err := w.history(newest)
	for _, p := range slices.Backward(past) {
		if p.Op == log.Create || p.Op == log.Correct {
			return len(p.Body) == 0, err
		}
	}
	return false, err
}

// measure makes the extents exact: a point that was overwritten must not be told by
// them.
func (w *writer) measure() error {
	for _, table := range layerTables {
		e, err := measureExtent(w.conn, table)
		if err != nil {
			return err
		}
		w.extents[table], w.loose[table] = e, false
	}
	return nil
}

// leave moves what was overwritten out of the write-ahead log too, as far as nobody is
// reading just then; closing the file does the rest.
func (w *writer) leave() {
	w.let()
	if w.mover != nil {
		w.mover.wait()
	}
	_, _, _ = w.conn.WALCheckpoint("main", sqlite3.CHECKPOINT_TRUNCATE)
	w.pages, w.room = 0, 0
}

// readSeals reads those of all entries that were overwritten.
func readSeals(c *sqlite3.Conn) (log.Seals, error) {
	all := log.Seals{}
	err := eachRow(c, `SELECT seq, body FROM report_events WHERE operation = 'redact' ORDER BY seq`, func(st *sqlite3.Stmt) error {
		if all.Read(st.ColumnRawText(1)) != nil {
			return damaged(log.Seq(st.ColumnInt64(0)))
		}
		return nil
	})
	return all, err
}

// sealed says whether an entry whose chain does not follow from the one before is one
// that was overwritten. The seals are read when they are first needed, and again where
// they do not suffice, since a redaction may have happened meanwhile.
func (r *reading) sealed(e *log.Entry, sum log.Chain) (bool, error) {
	for _, again := range []bool{false, true} {
		if r.seals == nil || again {
			var err error
			if r.seals, err = r.readSeals(); err != nil {
				return false, fmt.Errorf("entry %d of the log: %w", e.Seq, err)
			}
		}
		if s, ok := r.seals[e.Seq]; ok && s == sum {
			return true, nil
		}
	}
	return false, nil
}

// Scrub writes the whole file anew, so that nothing is left in it of what was
// overwritten by a program that left traces. It takes as long as a copy, and as much
// space.
func (s *Store) Scrub() error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.idle.Done()
	if s.writer == nil {
		return fmt.Errorf("the store was opened for reading only")
	}
	s.writer.let()
	err := s.writer.conn.Exec(`VACUUM`)
	s.writer.leave()
	return explain(err)
}
