package gpkg

import (
	"context"
	"fmt"

	"github.com/ncruces/go-sqlite3"

	"frontierwatch/geo/log"
)

// Scan reads the entries after a position and checks each against the chain.
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
	return s.scan(ctx, c, after, head, yield)
}

func (s *Store) scan(ctx context.Context, c *sqlite3.Conn, after, head log.Seq, yield func(log.Entry) error) error {
	st, _, err := c.Prepare(`SELECT seq, kind, fid, id, revision, operation, recorded, actor, reason, body, chain FROM report_events WHERE seq >= ? AND seq <= ? ORDER BY seq`)
	if err != nil {
		return s.explain(err)
	}
	defer st.Close()
	st.BindInt64(1, max(int64(after), 1))
	st.BindInt64(2, int64(head))
	var p chain
	var ch chainer
	want := max(after, 1)
	var row [11]any
	dest := row[:]
	for st.Step() {
		if err := st.ColumnsRaw(dest...); err != nil {
			return s.explain(err)
		}
		e := log.Entry{Seq: log.Seq(row[0].(int64)), Kind: log.Kind(row[1].([]byte)), FID: row[2].(int64), ID: string(row[3].([]byte)), Revision: int(row[4].(int64)),
			Op: log.Operation(row[5].([]byte)), Actor: string(row[7].([]byte)), Reason: string(row[8].([]byte)), Body: row[9].([]byte)}
		if e.Recorded, err = parseTime(row[6].([]byte)); err != nil {
			return err
		}
		if e.Seq != want {
			return fmt.Errorf("entry %d missing", want)
		}
		want++
		if e.Seq > after {
			p = ch.next(p, &e)
			if string(p[:]) != string(row[10].([]byte)) {
				return fmt.Errorf("entry %d damaged", e.Seq)
			}
			if err := yield(e); err != nil {
				return err
			}
		} else {
			copy(p[:], row[10].([]byte))
		}
	}
	return s.explain(st.Err())
}
