package gpkg

import (
	"context"
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
		return explainScan(err)
	}
	return nil
}

// yieldError is an error of the caller's own, which is handed back as it was.
type yieldError struct{ error }

func explainScan(err error) error {
	if y, ok := err.(yieldError); ok {
		return y.error
	}
	return explain(err)
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
		from += log.Seq(len(p.entries)) // before p is handed over
		r.read <- p
		if err != nil {
			return
		}
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
