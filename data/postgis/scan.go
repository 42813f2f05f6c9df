package postgis

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/jackc/pgx/v5"

	"frontierwatch/geo/log"
)

// A scan reads pieces of the log, one ahead of the one whose entries are handed
// over. The log only grows, and what is below its head never changes: pieces that
// are read one after the other fit together as if they were read in one
// transaction, and a slow reader keeps no old rows alive.
const pieceEntries = 4096

// piece is some entries on end, or why there are no more.
type piece struct {
	entries []log.Entry
	chains  []log.Chain
	err     error
}

// yieldError is an error of the caller's own, which is handed back as it was.
type yieldError struct{ error }

// Scan calls yield for each entry after a position, up to the head at the time
// of the call. An entry that is missing or is not what was written ends it with
// an error that says which.
func (s *Store) Scan(ctx context.Context, after log.Seq, yield func(log.Entry) error) error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.idle.Done()
	known := s.known()
	var head mark
	var first piece
	err := s.read(ctx, func(ctx context.Context, c *pgx.Conn) error {
		var b pgx.Batch // the little that is new comes with the head
		b.Queue(headQuery).QueryRow(head.take)
		b.Queue(entriesQuery, int64(max(after, 1)), int64(min(after, math.MaxInt64-pieceEntries)+pieceEntries)).Query(first.take)
		first = piece{}
		return c.SendBatch(ctx, &b).Close()
	})
	if err == nil {
		err = known.reaches(head)
	}
	if err != nil || after >= head.seq {
		return err
	}
	first.cut(head.seq) // what came between the two
	return s.explain(ctx, s.scan(ctx, after, head, first, yield))
}

func (s *Store) scan(ctx context.Context, after log.Seq, head mark, first piece, yield func(log.Entry) error) error {
	reading, stop := context.WithCancel(ctx)
	pieces := make(chan piece, 1)
	go s.readPieces(reading, after, head, first, pieces)
	defer func() {
		stop()
		for range pieces { // until the reader has ended
		}
	}()
	for p := range pieces {
		for i := range p.entries {
			if ctx.Err() != nil {
				return yieldError{context.Cause(ctx)}
			}
			if err := yield(p.entries[i]); err != nil {
				return yieldError{err}
			}
		}
		if n := len(p.entries); n > 0 {
			s.saw(mark{p.entries[n-1].Seq, p.chains[n-1]})
		}
		if p.err != nil {
			return p.err
		}
	}
	return nil
}

// readPieces reads the log up to the head. It begins with the entry at the
// position itself, whose chain the next one continues, and with the piece that is
// read already.
func (s *Store) readPieces(ctx context.Context, after log.Seq, head mark, p piece, pieces chan<- piece) {
	defer close(pieces)
	var links linker
	var before mark
	if after > 0 {
		before = mark{seq: after - 1}
	}
	for before.seq < head.seq {
		from, to := before.seq+1, min(head.seq, before.seq+pieceEntries)
		if len(p.entries) == 0 {
			p.err = s.read(ctx, func(ctx context.Context, c *pgx.Conn) error {
				p = piece{}
				rows, err := c.Query(ctx, entriesQuery, int64(from), int64(to))
				if err != nil {
					return err
				}
				return p.take(rows)
			})
		} else {
			to = min(head.seq, after+pieceEntries)
		}
		if p.err == nil {
			p.err = s.check(ctx, &links, &p, from, to, &before, from == after)
		} else {
			p.entries = nil
		}
		if from == after && len(p.entries) > 0 {
			p.entries, p.chains = p.entries[1:], p.chains[1:]
		}
		pieces <- p
		if p.err != nil {
			return
		}
		p = piece{}
	}
	if before != head {
		pieces <- piece{err: fmt.Errorf("%w: its head says that it ends otherwise than it does; restore a backup", errLog)}
	}
}

// linker computes chains and knows what was overwritten.
type linker struct {
	log.Chainer
	seals log.Seals // nil: not read yet
}

// check compares a piece with the chain and cuts it off where they do not agree.
// The first entry is taken as it is where the chain before it was not read.
func (s *Store) check(ctx context.Context, links *linker, p *piece, from, to log.Seq, before *mark, unlinked bool) error {
	for i := range p.entries {
		at := mark{p.entries[i].Seq, p.chains[i]}
		err := s.known().same(at)
		if err == nil {
			err = s.link(ctx, links, &p.entries[i], at, *before, i == 0 && unlinked)
		}
		if err != nil {
			p.entries, p.chains = p.entries[:i], p.chains[:i]
			return err
		}
		*before = at
	}
	if len(p.entries) != int(to-from+1) {
		return fmt.Errorf("%w: entry %d is missing; restore a backup", errLog, before.seq+1)
	}
	return nil
}

// link checks that an entry follows the one before.
func (s *Store) link(ctx context.Context, links *linker, e *log.Entry, at, before mark, unlinked bool) error {
	if e.Seq != before.seq+1 {
		return fmt.Errorf("%w: entry %d is missing; restore a backup", errLog, before.seq+1)
	}
	if sum := links.Next(before.chain, e); sum != at.chain && !unlinked {
		ok, err := s.sealed(ctx, &links.seals, e.Seq, sum)
		if err == nil && !ok {
			err = fmt.Errorf("%w: entry %d is not what was written; restore a backup", errLog, e.Seq)
		}
		if err != nil {
			return err
		}
	}
	if e.Op == log.Redact {
		e.Body = nil // it is about the chain
	}
	return nil
}

const entriesQuery = `SELECT seq, fid, kind, id, revision, operation, recorded, actor, reason, body, chain
	FROM report_events WHERE seq >= $1 AND seq <= $2 ORDER BY seq`

// take appends the entries of a query.
func (p *piece) take(rows pgx.Rows) error {
	var e log.Entry
	var recorded time.Time
	var chain []byte
	_, err := pgx.ForEachRow(rows, []any{&e.Seq, &e.FID, &e.Kind, &e.ID, &e.Revision, &e.Op, &recorded, &e.Actor, &e.Reason, &e.Body, &chain}, func() error {
		e.Recorded = recorded.UTC()
		if len(e.Body) == 0 {
			e.Body = nil
		}
		if len(chain) != len(log.Chain{}) {
			return fmt.Errorf("%w: entry %d has no chain; restore a backup", errLog, e.Seq)
		}
		p.entries, p.chains = append(p.entries, e), append(p.chains, log.Chain(chain))
		e.Body = nil
		return nil
	})
	return err
}

// cut leaves out what lies beyond a position.
func (p *piece) cut(head log.Seq) {
	n := len(p.entries)
	for n > 0 && p.entries[n-1].Seq > head {
		n--
	}
	p.entries, p.chains = p.entries[:n], p.chains[:n]
}
