package postgis

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"frontierwatch/geo/log"
)

// Check walks the whole store and names the first thing that is not as it must
// be: the log (without holes, as its chain says, numbered as it must be), and
// that every row people see is what the log says. It reads one state of the
// database, beside nodes that write.
func (s *Store) Check(ctx context.Context) error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.idle.Done()
	c, err := s.connect(ctx)
	if err != nil {
		return err
	}
	defer hangUp(c)
	return s.explain(ctx, pgx.BeginTxFunc(ctx, c, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(pgx.Tx) error {
		if err := checkSchema(ctx, c); err != nil {
			return err
		}
		head, err := readHead(ctx, c)
		if err != nil {
			return err
		}
		if err := s.scan(ctx, 0, head, piece{}, func(log.Entry) error { return nil }); err != nil {
			return err
		}
		return checkRows(ctx, c)
	}))
}

// faults lists what must find nothing: each query names the first entry or row
// that is wrong, and the text says what is wrong with it.
func faults() [][2]string {
	return [][2]string{
		{`SELECT seq FROM report_events WHERE seq > (SELECT pos FROM feed_head) ORDER BY seq LIMIT 1`, "entry %s of the log is beyond its head"},
		{`SELECT seq FROM (SELECT seq, recorded < lag(recorded) OVER (ORDER BY seq) AS wrong FROM report_events) e WHERE wrong ORDER BY seq LIMIT 1`,
			"entry %s of the log was recorded before the entry before it"},
		{`SELECT seq FROM (SELECT seq, fid, row_number() OVER (PARTITION BY kind ORDER BY seq) AS n FROM report_events WHERE revision = 1) e
			WHERE fid <> n ORDER BY seq LIMIT 1`, "entry %s of the log creates with a fid that is not the next"},
		{`SELECT e.seq FROM report_events e LEFT JOIN report_events p ON p.kind = e.kind AND p.id = e.id AND p.revision = e.revision - 1
			WHERE e.replaces IS DISTINCT FROM p.seq OR p.fid <> e.fid OR p.seq >= e.seq
			OR (e.revision = 1) <> (e.operation = 'create') OR (p.seq IS NULL) <> (e.revision = 1) ORDER BY e.seq LIMIT 1`,
			"entry %s of the log does not follow the one of its record before it"},
		{`SELECT seq FROM report_events WHERE (operation = 'retract') <> (body = '') AND (kind <> 'report' OR operation NOT IN ('create', 'correct')) ORDER BY seq LIMIT 1`, "entry %s of the log retracts and has a body, or has none"},
		{`SELECT kind FROM (SELECT kind, count(*) AS n FROM report_events WHERE revision = 1 GROUP BY kind) e FULL JOIN feed_kinds k USING (kind)
			WHERE n IS DISTINCT FROM k.fid ORDER BY kind LIMIT 1`, "the number of records of kind %s is not what feed_kinds says"},
	}
}

// checkRows compares the rows that are derived from the log with it.
func checkRows(ctx context.Context, c *pgx.Conn) error {
	for _, f := range faults() {
		var what any
		err := c.QueryRow(ctx, f[0]).Scan(&what)
		if err == nil {
			return fmt.Errorf("%w: "+f[1], errLog, fmt.Sprint(what))
		}
		if !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
	}
	for _, l := range layers() {
		if err := checkLayer(ctx, c, l); err != nil {
			return err
		}
	}
	return nil
}

func checkLayer(ctx context.Context, c *pgx.Conn, l layer) error {
	var rows, records int64
	err := c.QueryRow(ctx, `SELECT (SELECT count(*) FROM `+l.table+`), (SELECT coalesce(max(fid), 0) FROM feed_kinds WHERE kind = $1)`, string(l.kind)).Scan(&rows, &records)
	if err == nil && rows != records {
		err = fmt.Errorf("%w: the table %s has %d rows, the log %d records", errLog, l.table, rows, records)
	}
	for at := int64(0); err == nil && at < records; at += pieceEntries {
		err = checkPiece(ctx, c, l, at)
	}
	return err
}

// checkPiece compares the rows after a fid with what the entries say that they
// stand for.
func checkPiece(ctx context.Context, c *pgx.Conn, l layer, after int64) error {
	rows, err := c.Query(ctx, `SELECT t.fid, t.id, n.revision, n.seq, coalesce(n.replaces, 0), n.recorded, b.body = '' OR r.deleted, b.body FROM `+l.table+` t
		JOIN LATERAL (SELECT * FROM report_events e WHERE e.kind = $1 AND e.id = t.id ORDER BY e.revision DESC LIMIT 1) n ON true
		JOIN LATERAL (SELECT * FROM report_events e WHERE e.kind = $1 AND e.id = t.id AND e.operation IN ('create', 'correct') ORDER BY e.revision DESC LIMIT 1) b ON true
		CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM report_events e WHERE e.kind = $1 AND e.id = t.id AND e.operation = 'retract' AND e.revision > b.revision) AS deleted) r
		WHERE t.fid > $2 AND t.fid <= $3 AND t.fid = n.fid`, string(l.kind), after, after+pieceEntries)
	if err != nil {
		return err
	}
	var e event
	var want [][]any
	_, err = pgx.ForEachRow(rows, []any{&e.FID, &e.ID, &e.Revision, &e.Seq, &e.replaces, &e.Recorded, &e.deleted, &e.Body}, func() error {
		says, err := l.read(e.Body)
		if err != nil {
			return fmt.Errorf("%w: the body of %s %s cannot be read: %w", errLog, l.kind, e.ID, err)
		}
		e.Body = nil
		want = append(want, append(stands(&e), says...))
		return nil
	})
	if err != nil {
		return err
	}
	t := tableOf(standing + ", " + l.columns)
	var fid int64
	err = c.QueryRow(ctx, `SELECT fid FROM (SELECT `+t.names()+` FROM `+l.table+fmt.Sprintf(` WHERE fid > %d AND fid <= %d`, after, after+pieceEntries)+
		` EXCEPT SELECT * FROM `+t.unnest()+`) wrong ORDER BY fid LIMIT 1`, t.arrays(want)...).Scan(&fid)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err == nil {
		err = fmt.Errorf("%w: the row %d of %s is not what the log says", errLog, fid, l.table)
	}
	return err
}
