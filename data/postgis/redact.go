package postgis

import (
	"bytes"
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"frontierwatch/geo/log"
)

// A redaction overwrites bodies that the chain was computed from. The chains stay as
// they are, so that all entries after them, and two stores that were alike, still
// agree. The body of the entry that redacts holds log.Seals, the same as in a file.

// erased says whether nothing is left of what a record said last. All versions of a
// record whose newest entry redacts are known.
func (r *record) erased() bool {
	for revision := r.revision; revision > 0; revision-- {
		v, ok := r.versions[revision]
		if !ok {
			return false
		}
		if v.op == log.Create || v.op == log.Correct {
			return len(v.body) == 0
		}
	}
	return false
}

// content is what a record says now, and whether it is gone.
func (r *record) content() (body []byte, deleted bool) {
	for revision := r.revision; revision > 0; revision-- {
		switch v := r.versions[revision]; v.op {
		case log.Retract:
			deleted = true
		case log.Create, log.Correct:
			return v.body, deleted || len(v.body) == 0
		}
	}
	return nil, true
}

// redact overwrites the bodies of a record and writes the entry that says so.
func (d *draft) redact(e *log.Entry, r *record) log.Result {
	says := log.Seals{}
	for i, body := range e.Past {
		v := r.versions[i+1]
		if v.op == log.Retract || v.op == log.Redact || bytes.Equal(v.body, body) {
			continue
		}
		v.body = bytes.Clone(body)
		r.versions[i+1] = v
		if v.seq > d.start {
			d.events[v.seq-d.start-1].Body = v.body
		} else {
			d.overwritten[v.seq] = v.body
		}
		says[v.seq] = d.links.Next(v.before, &log.Entry{
			Seq: v.seq, FID: r.fid, Kind: e.Kind, ID: e.ID, Revision: i + 1, Op: v.op, Recorded: v.recorded, Actor: v.actor, Reason: v.reason, Body: v.body,
		})
	}
	next := *e
	next.Past = nil
	next.Body = says.Body()
	return d.write(&next, r)
}

// queueOverwritten changes the bodies in the database. It comes after the entries that
// say so.
func (d *draft) queueOverwritten(b *pgx.Batch) {
	if len(d.overwritten) == 0 {
		return
	}
	var seqs []int64
	var bodies []string
	for seq, body := range d.overwritten {
		seqs, bodies = append(seqs, int64(seq)), append(bodies, string(body))
	}
	b.Queue(`UPDATE report_events e SET body = u.body FROM unnest($1::bigint[], $2::text[]) AS u(seq, body) WHERE e.seq = u.seq`, seqs, bodies)
}

// whole lists the records of which everything must be known before an entry of the
// batch can be judged: those that are to be redacted, and those that were.
func (d *draft) whole(entries []log.Entry) (kinds, ids []string) {
	seen := map[name]bool{}
	for i := range entries {
		n := name{entries[i].Kind, entries[i].ID}
		r := d.records[n]
		if r == nil || seen[n] || entries[i].Op != log.Redact && r.versions[r.revision].op != log.Redact {
			continue
		}
		seen[n] = true
		kinds, ids = append(kinds, string(n.kind)), append(ids, n.id)
	}
	return kinds, ids
}

func (d *draft) readWhole(ctx context.Context, c *pgx.Conn, kinds, ids []string) error {
	rows, err := c.Query(ctx, `SELECT e.kind, e.id, e.revision, e.seq, e.operation, e.recorded, e.body, e.actor, e.reason, coalesce(p.chain, '')
		FROM unnest($1::text[], $2::text[]) AS w(kind, id) JOIN report_events e ON e.kind = w.kind AND e.id = w.id
		LEFT JOIN report_events p ON p.seq = e.seq - 1`, kinds, ids)
	if err != nil {
		return err
	}
	var n name
	var revision int
	var v version
	var before []byte
	_, err = pgx.ForEachRow(rows, []any{&n.kind, &n.id, &revision, &v.seq, &v.op, &v.recorded, &v.body, &v.actor, &v.reason, &before}, func() error {
		v.before = log.Chain{}
		copy(v.before[:], before)
		d.records[n].know(revision, v)
		v.body = nil
		return nil
	})
	return err
}

// know keeps a version as it is compared with: the body of an entry that redacts is
// about the chain.
func (r *record) know(revision int, v version) {
	if v.op == log.Redact {
		v.body = nil
	}
	v.recorded = v.recorded.UTC()
	r.versions[revision] = v
}

// sealed says whether an entry whose chain does not follow from the one before is one
// that was overwritten. The seals are read when they are first needed, and again where
// they do not suffice, since a redaction may have happened meanwhile.
func (s *Store) sealed(ctx context.Context, known *log.Seals, seq log.Seq, sum log.Chain) (bool, error) {
	if at, ok := (*known)[seq]; ok && at == sum {
		return true, nil
	}
	*known = log.Seals{}
	err := s.read(ctx, func(ctx context.Context, c *pgx.Conn) error {
		rows, err := c.Query(ctx, `SELECT seq, body FROM report_events WHERE operation = 'redact' ORDER BY seq`)
		if err != nil {
			return err
		}
		var by log.Seq
		var body []byte
		_, err = pgx.ForEachRow(rows, []any{&by, &body}, func() error {
			if known.Read(body) != nil {
				return fmt.Errorf("%w: entry %d is not what was written; restore a backup", errLog, by)
			}
			return nil
		})
		return err
	})
	at, ok := (*known)[seq]
	return ok && at == sum, err
}
