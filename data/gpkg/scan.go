package gpkg

import (
	"context"
	"sync"

	"github.com/ncruces/go-sqlite3"

	"frontierwatch/geo/log"
)

// A scan has several hands: some read pieces of the log in turn, one checks them
// against the chain, and the caller's takes the entries. Pieces that are done
// with go back to the hand they came from. Between pieces nothing of the file is
// held, so that a slow reader does not keep the write-ahead log from being moved
// into the file.
const (
	pieceEntries = 1024
	pieces       = 4 // of each hand that reads
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
	conns := []*sqlite3.Conn{}
	defer func() {
		for _, c := range conns {
			s.release(c)
		}
	}()
	for len(conns) == 0 || len(conns) < 2 && head-after > 2*pieceEntries {
		c, err := s.reader()
		if err != nil {
			return err
		}
		conns = append(conns, c)
	}
	return explainScan(scan(ctx, conns, openPages, after, head, s.readSeals, yield))
}

// readSeals reads them over a connection of its own.
func (s *Store) readSeals() (log.Seals, error) {
	c, err := s.reader()
	if err != nil {
		return nil, err
	}
	defer s.release(c)
	return readSeals(c)
}

// yieldError is an error of the caller's own, which is handed back as it was.
type yieldError struct{ error }

func explainScan(err error) error {
	if y, ok := err.(yieldError); ok {
		return y.error
	}
	return explain(err)
}

// entryReader reads entries over a connection.
type entryReader interface {
	fill(p *piece, from, to log.Seq) error
	close() error
}

func scan(ctx context.Context, conns []*sqlite3.Conn, open func(*sqlite3.Conn) (entryReader, error), after, head log.Seq, seals func() (log.Seals, error), yield func(log.Entry) error) (err error) {
	ctx, stop := context.WithCancel(ctx)
	r := reading{open: open, after: after, head: head, readSeals: seals, hands: make([]hand, len(conns)), checked: make(chan *piece, pieces)}
	var busy sync.WaitGroup
	for i, c := range conns {
		r.hands[i] = newHand()
		busy.Go(func() { r.readAll(ctx, i, c) })
	}
	busy.Go(r.checkAll)
	defer func() {
		stop()
		for range r.checked { // until all have ended
		}
		busy.Wait()
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
		p.from.free <- p
	}
	return nil
}

// reading is what the hands of a scan pass to each other.
type reading struct {
	open        func(*sqlite3.Conn) (entryReader, error)
	after, head log.Seq
	hands       []hand
	checked     chan *piece
	readSeals   func() (log.Seals, error)
	seals       log.Seals // those that were read
}

// hand reads pieces. Each has its own, or the one whose turn it is could find
// them all taken.
type hand struct{ free, read chan *piece }

func newHand() hand {
	h := hand{free: make(chan *piece, pieces), read: make(chan *piece, pieces)}
	for range pieces {
		h.free <- &piece{from: h}
	}
	return h
}

// readAll reads every piece whose turn it is for one of the hands. The first
// begins with the entry at the position itself, whose chain the next one
// continues.
func (r *reading) readAll(ctx context.Context, turn int, c *sqlite3.Conn) {
	h := r.hands[turn]
	defer close(h.read)
	entries, err := r.open(c)
	defer entries.close()
	step := log.Seq(len(r.hands) * pieceEntries)
	for from := max(r.after, 1) + log.Seq(turn*pieceEntries); from <= r.head; from += step {
		var p *piece
		select {
		case p = <-h.free:
		case <-ctx.Done():
			p, err = &piece{}, yieldError{context.Cause(ctx)}
		}
		if err == nil {
			err = entries.fill(p, from, min(r.head, from+pieceEntries-1))
		}
		p.err = err
		h.read <- p // and no longer touched: the next hand shortens it
		if err != nil {
			return
		}
	}
}

// checkAll checks the pieces in their order, and takes what was only read for its
// chain out of the first.
func (r *reading) checkAll() {
	defer close(r.checked)
	var links log.Chainer
	var before log.Chain
	for turn := 0; ; turn = (turn + 1) % len(r.hands) {
		p, ok := <-r.hands[turn].read
		if !ok {
			break
		}
		if len(p.entries) > 0 && p.entries[0].Seq == r.after {
			before = p.chains[0]
			p.entries, p.chains = p.entries[1:], p.chains[1:]
		}
		for i := range p.entries {
			if err := r.check(&links, &before, p, i); err != nil {
				p.err = err
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
	for _, h := range r.hands {
		for range h.read { // so that the hands can end
		}
	}
}

// check checks an entry against the chain of the one before, and goes on to its own.
func (r *reading) check(links *log.Chainer, before *log.Chain, p *piece, i int) error {
	e := &p.entries[i]
	sum := links.Next(*before, e)
	if sum != p.chains[i] {
		if ok, err := r.sealed(e, sum); err != nil {
			return err
		} else if !ok {
			return damaged(e.Seq)
		}
	}
	*before = p.chains[i]
	if e.Op == log.Redact {
		e.Body = nil // it is about the chain
	}
	return nil
}
