package gpkg

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"time"

	"github.com/ncruces/go-sqlite3"

	"frontierwatch/geo/log"
)

// Append writes the entries in their order in one transaction, which is durable
// when it returns. The rules are those of the log of the corpus. The context is
// asked before the transaction, not in it.
func (s *Store) Append(ctx context.Context, entries []log.Entry) ([]log.Result, error) {
	return s.AppendEarly(ctx, entries, nil)
}

// AppendEarly is Append, which calls known when the system has the whole transaction and
// is to bring it to the disk.
func (s *Store) AppendEarly(ctx context.Context, entries []log.Entry, known func([]log.Result)) ([]log.Result, error) {
	if err := s.enter(); err != nil {
		return nil, err
	}
	defer s.idle.Done()
	if s.writer == nil {
		return nil, errors.New("the store was opened for reading only")
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if len(entries) == 0 {
		return nil, nil
	}
	results, err := s.writer.append(entries, known)
	if err != nil {
		return nil, explain(err)
	}
	s.head.Store(uint64(s.writer.head))
	return results, nil
}

// append is one transaction. If it fails, the writer knows what it knew before.
func (w *writer) append(entries []log.Entry, known func([]log.Result)) (results []log.Result, err error) {
	if err := w.admit(entries); err != nil {
		return nil, err
	}
	w.before.copy(&w.state)
	defer func() {
		if err != nil {
			w.state.copy(&w.before)
		}
	}()
	w.redacted = false
	pages := w.pages
	if err := w.start(); err != nil {
		return nil, w.rollback(outcome(err, false))
	}
	if results, err = w.all(entries); err != nil {
		return nil, w.rollback(outcome(err, false))
	}
	if w.redacted {
		if err := w.measure(); err != nil {
			return nil, w.rollback(outcome(err, false))
		}
	}
	if err := w.writeExtents(w.before.extents); err != nil {
		return nil, w.rollback(outcome(err, false))
	}
	if w.gatherer != nil && known != nil {
		w.gatherer.syncing = func() { known(results) }
		defer func() { w.gatherer.syncing = nil }()
	}
	if err := w.commit.Exec(); err != nil {
		return nil, w.rollback(outcome(err, true))
	}
	if w.redacted {
		w.leave()
	}
	w.makeRoom(pages)
	w.move()
	for i := range entries {
		w.changed[w.layers[entries[i].Kind].table] = true
	}
	return results, nil
}

// all writes the entries that are to be written. Their bodies are read by another
// hand, which is ahead.
func (w *writer) all(entries []log.Entry) ([]log.Result, error) {
	results := make([]log.Result, len(entries))
	bodies := w.readAhead(entries)
	defer bodies.wait()
	for i := range entries {
		says, err := bodies.next()
		if err == nil {
			results[i], err = w.one(&entries[i], says)
		}
		if err != nil {
			return nil, fmt.Errorf("entry %d of the batch (%s %s): %w", i, entries[i].Kind, entries[i].ID, err)
		}
	}
	return results, nil
}

// admit refuses what cannot be written, and opens the layers that are needed.
func (w *writer) admit(entries []log.Entry) (err error) {
	for i := range entries {
		e := &entries[i]
		if err := e.Admissible(); err != nil {
			return fmt.Errorf("entry %d of the batch %w", i, err)
		}
		if w.layers[e.Kind] != nil {
			continue
		}
		l, err := openLayer(w.conn, e.Kind)
		if err != nil {
			return err
		}
		if w.fids[e.Kind], err = l.newest(w.conn, e.Kind); err != nil {
			return first(err, l.close())
		}
		w.layers[e.Kind] = l
	}
	return nil
}

// outcome says how an append that failed has ended. After a commit that failed
// for another reason than space nobody knows: what was written may come back
// when the file is next opened, or not.
func outcome(err error, committing bool) error {
	switch {
	case errors.Is(err, sqlite3.FULL), errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fmt.Errorf("%w (%w)", log.ErrFull, err)
	case committing:
		return fmt.Errorf("%w: %w", log.ErrUnknown, err)
	}
	return err
}

// rollback ends a transaction that failed because of err.
func (w *writer) rollback(err error) error {
	if err == nil {
		return nil
	}
	w.let()
	if w.conn.GetAutocommit() {
		return err // SQLite has done so
	}
	return errors.Join(err, w.conn.Exec(`ROLLBACK`))
}

// one writes one entry, if it is to be written.
func (w *writer) one(e *log.Entry, says shown) (log.Result, error) {
	l := w.layers[e.Kind]
	if e.Op == log.Create {
		return w.create(l, e, says)
	}
	old, err := l.lookup(e.ID)
	switch {
	case err != nil:
		return log.Result{}, err
	case old.seq == 0:
		return log.Result{Outcome: log.Missing}, nil
	case e.Revision != old.revision+1:
		return w.compare(e, old)
	case e.Op == log.Redact:
		return w.redact(l, e, old)
	}
	if gone, err := w.erased(old.seq); gone || err != nil {
		return log.Result{Outcome: log.Conflict, Seq: old.seq, FID: old.fid, Revision: old.revision}, err
	}
	return w.revise(l, e, says, old)
}

// create writes the first entry of a record. The row of the layer comes first:
// whether its id is there says whether there is anything to write.
func (w *writer) create(l *layer, e *log.Entry, says shown) (log.Result, error) {
	next := w.next(e, record{fid: w.fids[e.Kind] + 1})
	b := &w.binder
	b.to(l.insert)
	b.standing(&next, 0, false)
	b.string(e.ID)
	says.bind(b)
	if err := b.exec(); err != nil {
		return log.Result{}, err
	}
	if w.conn.Changes() == 0 {
		old, err := l.lookup(e.ID)
		if err != nil {
			return log.Result{}, err
		}
		return w.compare(e, old)
	}
	w.fids[e.Kind] = next.FID
	w.extend(l, says.point())
	return w.write(&next, 0)
}

// revise writes the next entry of a record.
func (w *writer) revise(l *layer, e *log.Entry, says shown, old record) (log.Result, error) {
	next := w.next(e, old)
	b := &w.binder
	if next.Op == log.Retract {
		b.to(l.retract)
		b.standing(&next, old.seq, true)
	} else {
		if err := w.loosen(l, old.fid); err != nil {
			return log.Result{}, err
		}
		b.to(l.update)
		b.standing(&next, old.seq, false)
		says.bind(b)
		w.extend(l, says.point())
	}
	if err := b.exec(); err != nil {
		return log.Result{}, err
	}
	return w.write(&next, old.seq)
}

// next is the entry as it will be in the log.
func (w *writer) next(e *log.Entry, of record) log.Entry {
	next := *e
	next.Seq, next.FID, next.Revision = w.head+1, of.fid, of.revision+1
	next.Recorded = e.Recorded.UTC().Truncate(time.Millisecond)
	if next.Recorded.Before(w.recorded) {
		next.Recorded = w.recorded
	}
	if next.Op == log.Retract {
		next.Body = nil
	}
	return next
}

// standing binds what all statements of a layer begin with.
func (b *binder) standing(e *log.Entry, replaces log.Seq, deleted bool) {
	b.integer(e.FID)
	b.integer(int64(e.Revision))
	b.integer(int64(e.Seq))
	b.seq(replaces)
	b.time(e.Recorded)
	b.boolean(deleted)
}

// write puts the entry at the end of the log.
func (w *writer) write(e *log.Entry, replaces log.Seq) (log.Result, error) {
	w.head, w.recorded, w.chain = e.Seq, e.Recorded, w.chainer.Next(w.chain, e)
	b := &w.binder
	b.to(w.insert)
	b.integer(int64(e.Seq))
	b.string(string(e.Kind))
	b.integer(e.FID)
	b.string(e.ID)
	b.integer(int64(e.Revision))
	b.string(string(e.Op))
	b.seq(replaces)
	b.time(e.Recorded)
	b.string(e.Actor)
	b.string(e.Reason)
	b.body(e.Body)
	b.blob(w.chain[:])
	return log.Result{Outcome: log.Appended, Seq: e.Seq, FID: e.FID, Revision: e.Revision, Recorded: e.Recorded}, b.exec()
}
