package gpkg

import (
	"context"
	"fmt"
	"sync"

	"github.com/ncruces/go-sqlite3"

	"frontierwatch/geo/log"
)

// A scan has three hands: one reads pieces of the log, one checks them against
// the chain, and the caller's takes the entries. Pieces that are done with go
// back to the first. Between pieces nothing of the file is held, so that a slow
// reader does not keep the write-ahead log from being moved into the file.
const (
	pieceEntries = 1024
	pieces       = 4
)

// Scan calls yield for each entry after a position, up to the head at the time
// of the call. An entry that is missing or is not what was written ends it with
// an error that says which.
func (s *Store) Scan(ctx context.Context, after log.Seq, yield func(log.Entry) error) error {
	head, err := s.Head(ctx)
	if err != nil {
		return err
	}
	if err := s.enter(); err != nil {
		return err
	}
	defer s.idle.Done()
	if after >= head {
		return nil
	}
	c, err := s.reader()
	if err != nil {
		return err
	}
	defer s.release(c)
	if err := scan(ctx, c, after, head, yield); err != nil {
		return s.explainScan(err)
	}
	return nil
}

// yieldError is an error of the caller's own, which is handed back as it was.
type yieldError struct{ error }

func (s *Store) explainScan(err error) error {
	if y, ok := err.(yieldError); ok {
		return y.error
	}
	return s.explain(err)
}

func scan(ctx context.Context, c *sqlite3.Conn, after, head log.Seq, yield func(log.Entry) error) (err error) {
	ctx, stop := context.WithCancel(ctx)
	r := reading{free: make(chan *piece, pieces), read: make(chan *piece, pieces), checked: make(chan *piece, pieces)}
	for range pieces {
		r.free <- &piece{}
	}
	var hands sync.WaitGroup
	hands.Go(func() { r.readAll(ctx, c, after, head) })
	hands.Go(func() { r.checkAll() })
	defer func() {
		stop()
		for range r.checked { // until both have ended
		}
		hands.Wait()
	}()
	for p := range r.checked {
		for i := range p.entries {
			if ctx.Err() != nil {
				return yieldError{context.Cause(ctx)}
			}
			if err := yield(p.entries[i]); err != nil {
				return yieldError{err}
			}
		}
		if p.err != nil {
			return p.err
		}
		r.free <- p
	}
	return nil
}

// reading is what the hands of a scan pass to each other.
type reading struct{ free, read, checked chan *piece }

// readAll reads piece after piece. The first begins with the entry at the
// position itself, whose chain the next one continues.
func (r *reading) readAll(ctx context.Context, c *sqlite3.Conn, after, head log.Seq) {
	defer close(r.read)
	columns, err := openColumns(c)
	defer columns.close()
	for from := max(after, 1); from <= head; {
		var p *piece
		select {
		case p = <-r.free:
		case <-ctx.Done():
			err = yieldError{context.Cause(ctx)}
			p = &piece{}
		}
		p.after = after
		if err == nil {
			err = columns.fill(p, from, head)
		}
		p.err = err
		r.read <- p // never full: there are no more pieces than it holds, and one that ends it
		if err != nil {
			return
		}
		from += log.Seq(len(p.entries))
	}
}

// checkAll checks piece after piece, and takes what was only read for its chain
// out of the first.
func (r *reading) checkAll() {
	defer close(r.checked)
	var links chainer
	var before chain
	for p := range r.read {
		if len(p.entries) > 0 && p.entries[0].Seq == p.after {
			before = p.chains[0]
			p.entries, p.chains = p.entries[1:], p.chains[1:]
		}
		for i := range p.entries {
			if before = links.next(before, &p.entries[i]); before != p.chains[i] {
				p.err = damaged(p.entries[i].Seq)
				p.entries = p.entries[:i]
				break
			}
		}
		failed := p.err != nil
		r.checked <- p
		if failed {
			break
		}
	}
	for range r.read { // so that the hand that reads can end
	}
}

func damaged(seq log.Seq) error {
	return fmt.Errorf("entry %d of the log is damaged: it is not what was written; restore a backup", seq)
}

func gap(seq log.Seq) error {
	return fmt.Errorf("entry %d is missing in the log; restore a backup", seq)
}

// piece is some entries that follow each other. Its buffers are used again.
type piece struct {
	after   log.Seq // the position that the scan began after
	entries []log.Entry
	chains  []chain
	bodies  []byte
	err     error // why there is no piece after this one
}

// columns reads entries from the table.
type columns struct {
	st    *sqlite3.Stmt
	row   [11]any
	dest  []any
	words map[string]string // those that come again and again
}

func openColumns(c *sqlite3.Conn) (*columns, error) {
	st, _, err := c.Prepare(`SELECT seq, kind, fid, id, revision, operation, recorded, actor, reason, body, chain
		FROM report_events WHERE seq >= ? AND seq <= ? ORDER BY seq LIMIT ?`)
	if err != nil {
		return &columns{}, err
	}
	k := &columns{st: st, words: map[string]string{}}
	k.dest = k.row[:]
	return k, st.BindInt(3, pieceEntries)
}

func (k *columns) close() error { return k.st.Close() }

// fill reads the entries from one position up to the head, as many as a piece
// holds.
func (k *columns) fill(p *piece, from, head log.Seq) error {
	p.entries, p.chains, p.bodies = p.entries[:0], p.chains[:0], p.bodies[:0]
	if err := first(k.st.BindInt64(1, int64(from)), k.st.BindInt64(2, int64(head))); err != nil {
		return err
	}
	for k.st.Step() {
		if err := k.st.ColumnsRaw(k.dest...); err != nil {
			return first(err, k.st.Reset())
		}
		if err := k.entry(p, from+log.Seq(len(p.entries))); err != nil {
			return first(err, k.st.Reset())
		}
	}
	if err := first(k.st.Err(), k.st.Reset()); err != nil {
		return err
	}
	if next := from + log.Seq(len(p.entries)); next <= head && len(p.entries) < pieceEntries {
		return gap(next)
	}
	return nil
}

// entry adds the row that the statement stands on, which must have the wanted
// position.
func (k *columns) entry(p *piece, want log.Seq) error {
	seq, _ := k.row[0].(int64)
	fid, ok1 := k.row[2].(int64)
	revision, ok2 := k.row[4].(int64)
	recorded, err := parseTime(k.bytes(6))
	sum := k.bytes(10)
	if log.Seq(seq) != want {
		return gap(want)
	}
	if !ok1 || !ok2 || err != nil || len(sum) != len(chain{}) {
		return damaged(want)
	}
	at := len(p.bodies)
	p.bodies = append(p.bodies, k.bytes(9)...)
	p.chains = append(p.chains, chain(sum))
	p.entries = append(p.entries, log.Entry{
		Seq: want, FID: fid, Kind: log.Kind(k.word(1)), ID: string(k.bytes(3)), Revision: int(revision), Op: log.Operation(k.word(5)),
		Recorded: recorded, Actor: k.word(7), Reason: k.word(8), Body: p.bodies[at:len(p.bodies):len(p.bodies)],
	})
	return nil
}

// bytes is a column that holds a text or a blob; nil if it holds neither.
func (k *columns) bytes(column int) []byte {
	b, _ := k.row[column].([]byte)
	return b
}

// word is a text that comes again and again, so that it is kept once.
func (k *columns) word(column int) string {
	b := k.bytes(column)
	if w, ok := k.words[string(b)]; ok {
		return w
	}
	w := string(b)
	if len(k.words) < 1024 {
		k.words[w] = w
	}
	return w
}
