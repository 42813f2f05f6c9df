package postgis

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"frontierwatch/geo/log"
)

// Append writes the entries in their order in one transaction, which is durable
// when it returns. The rules are those of the log of the corpus. Transactions
// that were in each other's way, and servers that were not there, are tried again
// for a while, as long as it is certain that nothing was written.
func (s *Store) Append(ctx context.Context, entries []log.Entry) ([]log.Result, error) {
	if err := s.enter(); err != nil {
		return nil, err
	}
	defer s.idle.Done()
	switch {
	case s.readOnly:
		return nil, errors.New("the store was opened for reading only")
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case len(entries) == 0:
		return nil, nil
	}
	if err := admit(entries); err != nil {
		return nil, err
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	limited, stop := context.WithTimeout(ctx, s.options.patience)
	defer stop()
	for pause := 10 * time.Millisecond; ; pause = min(2*pause, time.Second/2) {
		results, err := s.attempt(limited, entries)
		if err == nil {
			return results, nil
		}
		err = s.explain(ctx, err)
		if errors.Is(err, log.ErrUnknown) || !serial(err) && !errors.Is(err, log.ErrUnreachable) || !sleep(limited, pause) {
			return nil, err
		}
	}
}

// sleep says whether there is time left afterwards.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}

// attempt is one transaction, over the connection there is or a new one.
func (s *Store) attempt(ctx context.Context, entries []log.Entry) (results []log.Result, err error) {
	if s.writer == nil {
		if s.writer, err = s.connectWriter(ctx); err != nil {
			s.writer = nil
			return nil, err
		}
	}
	results, err = s.transact(ctx, s.writer, entries)
	if err != nil && !s.writer.rollback() {
		s.writer = nil
	}
	return results, err
}

// rollback says whether the connection can be used again.
func (w *writer) rollback() bool {
	if !w.conn.IsClosed() && !w.committing.Load() {
		ctx, stop := context.WithTimeout(context.Background(), time.Second)
		defer stop()
		if _, err := w.conn.Exec(ctx, `ROLLBACK`); err == nil {
			return true
		}
	}
	hangUp(w.conn)
	return false
}

func (s *Store) transact(ctx context.Context, w *writer, entries []log.Entry) ([]log.Result, error) {
	known := s.known()
	d, err := begin(ctx, w.conn, entries)
	if err != nil {
		return nil, err
	}
	if err := known.reaches(d.mark); err != nil {
		return nil, err
	}
	if names, revisions := d.older(entries); len(names) > 0 {
		if err := d.readOlder(ctx, w.conn, names, revisions); err != nil {
			return nil, err
		}
	}
	if kinds, ids := d.whole(entries); len(ids) > 0 {
		if err := d.readWhole(ctx, w.conn, kinds, ids); err != nil {
			return nil, err
		}
	}
	d.start = d.seq
	results := make([]log.Result, len(entries))
	for i := range entries {
		results[i] = d.judge(&entries[i])
	}
	b, err := s.changes(d)
	if err != nil {
		return nil, err
	}
	return results, w.commit(ctx, b, s.options.patience)
}

// begin locks the head and reads, in the same round trip, where the log ends and
// where the records stand that the batch names. Each statement sees what was
// committed before it began, so that those after the lock see everything.
func begin(ctx context.Context, c *pgx.Conn, entries []log.Entry) (*draft, error) {
	d := &draft{kinds: map[log.Kind]int64{}, records: map[name]*record{}, overwritten: map[log.Seq][]byte{}}
	kinds, ids := named(entries)
	var b pgx.Batch
	b.Queue(`BEGIN ISOLATION LEVEL READ COMMITTED`)
	b.Queue(`SELECT pos, recorded, chain FROM feed_head WHERE one = 1 FOR UPDATE`).QueryRow(func(row pgx.Row) error {
		var recorded *time.Time
		var chain []byte
		err := row.Scan(&d.seq, &recorded, &chain)
		copy(d.chain[:], chain)
		if recorded != nil {
			d.recorded = recorded.UTC()
		}
		return err
	})
	b.Queue(`SELECT kind, fid FROM feed_kinds`).Query(func(rows pgx.Rows) error {
		var kind log.Kind
		var fid int64
		_, err := pgx.ForEachRow(rows, []any{&kind, &fid}, func() error {
			d.kinds[kind] = fid
			return nil
		})
		return err
	})
	b.Queue(`SELECT `+versionColumns+` FROM unnest($1::text[], $2::text[]) AS w(kind, id) CROSS JOIN LATERAL
		(SELECT * FROM report_events r WHERE r.kind = w.kind AND r.id = w.id ORDER BY r.revision DESC LIMIT 1) e`, kinds, ids).Query(d.take)
	return d, c.SendBatch(ctx, &b).Close()
}

const versionColumns = `e.kind, e.id, e.fid, e.revision, e.seq, e.operation, e.recorded, e.body`

// named lists what records a batch names, each once.
func named(entries []log.Entry) (kinds, ids []string) {
	seen := make(map[name]bool, len(entries))
	for i := range entries {
		n := name{entries[i].Kind, entries[i].ID}
		if !seen[n] {
			seen[n] = true
			kinds, ids = append(kinds, string(n.kind)), append(ids, n.id)
		}
	}
	return kinds, ids
}

func (d *draft) readOlder(ctx context.Context, c *pgx.Conn, names []name, revisions []int64) error {
	kinds, ids := make([]string, len(names)), make([]string, len(names))
	for i, n := range names {
		kinds[i], ids[i] = string(n.kind), n.id
	}
	rows, err := c.Query(ctx, `SELECT `+versionColumns+` FROM unnest($1::text[], $2::text[], $3::bigint[]) AS w(kind, id, revision)
		JOIN report_events e ON e.kind = w.kind AND e.id = w.id AND e.revision = w.revision`, kinds, ids, revisions)
	if err != nil {
		return err
	}
	return d.take(rows)
}

// take keeps versions of records as they are read, the newest of each first.
func (d *draft) take(rows pgx.Rows) error {
	var n name
	var r record
	var v version
	_, err := pgx.ForEachRow(rows, []any{&n.kind, &n.id, &r.fid, &r.revision, &v.seq, &v.op, &v.recorded, &v.body}, func() error {
		old := d.records[n]
		if old == nil {
			old = &record{fid: r.fid, revision: r.revision, seq: v.seq, versions: map[int]version{}}
			d.records[n] = old
		}
		old.know(r.revision, v)
		v.body = nil
		return nil
	})
	return err
}

// changes is everything that the transaction changes. Where nothing was appended
// the head is written all the same, for the standby.
func (s *Store) changes(d *draft) (*pgx.Batch, error) {
	b := &pgx.Batch{}
	if len(d.events) > 0 {
		if err := d.queue(b); err != nil {
			return nil, err
		}
		if s.notifies {
			b.Queue(`SELECT pg_notify('frontierwatch', '')`)
		}
	}
	var recorded *time.Time
	if d.seq > 0 {
		recorded = &d.recorded
	}
	b.Queue(`UPDATE feed_head SET pos = pos + $1, recorded = $2, chain = $3 WHERE one = 1`, int64(len(d.events)), recorded, d.chain[:])
	return b, nil
}

// commit sends the changes and ends the transaction, in one round trip: the head
// stays locked no longer than it must, and after a change that fails the server
// leaves out the rest. From here on nothing is called off: where no clear answer
// comes, nobody knows.
func (w *writer) commit(ctx context.Context, b *pgx.Batch, patience time.Duration) error {
	var end string
	b.Queue(`COMMIT`).Exec(func(tag pgconn.CommandTag) error {
		end = tag.String()
		return nil
	})
	w.warned.Store(false)
	w.committing.Store(true)
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer stop()
	err := w.conn.SendBatch(ctx, b).Close()
	var answer *pgconn.PgError
	switch {
	case err == nil && end == "COMMIT" && w.warned.Load():
		err = fmt.Errorf("%w: the server committed, but no standby has confirmed", log.ErrUnknown)
	case err == nil && end != "COMMIT":
		err = fmt.Errorf("the server answered COMMIT with %s", end)
	case errors.As(err, &answer) && answer.SeverityUnlocalized == "ERROR" && answer.Code != "40003":
		// undone
	case err != nil:
		return fmt.Errorf("%w: %w", log.ErrUnknown, err) // and the guard stays up
	}
	w.committing.Store(false)
	return err
}
