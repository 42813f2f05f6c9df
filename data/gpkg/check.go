package gpkg

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ncruces/go-sqlite3"

	"frontierwatch/geo/log"
)

// Check walks the whole file and names the first thing that is not as it must
// be: the pages and indexes of SQLite, the tables and triggers, the log (without
// holes, as its chain says, numbered as it must be), and that every row people
// see is what the log says. It reads one state of the file, beside a writer too.
//
// For each record it keeps about 30 bytes in memory.
func (s *Store) Check(ctx context.Context) error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.idle.Done()
	c, err := s.reader()
	if err != nil {
		return err
	}
	defer s.release(c)
	if err := c.Exec(`BEGIN`); err != nil {
		return explain(err)
	}
	c.SetInterrupt(ctx)
	err = check(ctx, c)
	c.SetInterrupt(context.Background())
	err = first(err, c.Exec(`COMMIT`))
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return explainScan(err)
}

func check(ctx context.Context, c *sqlite3.Conn) error {
	if err := checkPages(c); err != nil {
		return err
	}
	if err := checkSchema(c); err != nil {
		return err
	}
	if err := checkTables(c); err != nil {
		return err
	}
	k := checker{conn: c, kinds: map[log.Kind]*kindCheck{}}
	if err := k.checkLog(ctx); err != nil {
		return err
	}
	return k.checkLayers()
}

// checkPages lets SQLite look at every page and index.
func checkPages(c *sqlite3.Conn) error {
	word := ""
	for _, sql := range []string{`PRAGMA integrity_check(1)`, `PRAGMA foreign_key_check`} {
		if err := queryRow(c, sql, func(st *sqlite3.Stmt) { word = st.ColumnText(0) }); err != nil {
			return err
		}
		if word != "" && word != "ok" {
			return fmt.Errorf("the file is damaged: %s; restore a backup", word)
		}
		word = ""
	}
	return nil
}

// checkTables compares the tables, indexes and triggers with those of a new
// file. What other programs have added beside them does no harm.
func checkTables(c *sqlite3.Conn) error {
	fresh, err := sqlite3.Open(":memory:")
	if err != nil {
		return err
	}
	err = migrate(fresh, schemas, steps(), time.Time{})
	if err == nil {
		err = compareTables(c, fresh)
	}
	return first(err, fresh.Close())
}

func compareTables(c, fresh *sqlite3.Conn) (err error) {
	for name, want := range objects(fresh, &err) {
		var sql string
		err = first(err, queryRow(c, `SELECT sql FROM sqlite_schema WHERE name = ?`, func(st *sqlite3.Stmt) { sql = st.ColumnText(0) }, name))
		switch {
		case err != nil:
			return err
		case sql == "":
			return fmt.Errorf("the table, index or trigger %s is missing; restore a backup", name)
		case sql != want:
			return fmt.Errorf("%s was changed to: %s", name, sql)
		}
	}
	version := 0
	err = first(err, queryRow(c, `PRAGMA user_version`, func(st *sqlite3.Stmt) { version = st.ColumnInt(0) }))
	if err == nil && version != userVersion {
		err = fmt.Errorf("user_version is %d, a GeoPackage 1.3 has %d", version, userVersion)
	}
	return err
}

// objects is the SQL of each table, index and trigger by name.
func objects(c *sqlite3.Conn, errp *error) map[string]string {
	all := map[string]string{}
	*errp = eachRow(c, `SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL`, func(st *sqlite3.Stmt) error {
		all[st.ColumnText(0)] = st.ColumnText(1)
		return nil
	})
	return all
}

// checker collects from the log what the layers are compared with.
type checker struct {
	conn  *sqlite3.Conn
	kinds map[log.Kind]*kindCheck
	prior map[log.Seq]log.Seq // the entry that one replaces, where there is one
	last  time.Time           // when the entry before was recorded
}

// kindCheck is what the log says of the records of one kind, by fid - 1.
type kindCheck struct {
	records []recordCheck
	ever    extent // around every point there ever was
}

type recordCheck struct {
	newest   log.Seq
	body     log.Seq // the newest entry with a body
	revision int32
	deleted  bool
	erased   bool // nothing is left of the newest body
}

// checkLog walks the log, entry by entry.
func (k *checker) checkLog(ctx context.Context) error {
	position, err := readPosition(k.conn)
	if err != nil {
		return err
	}
	k.prior = map[log.Seq]log.Seq{}
	sealed, err := readSeals(k.conn)
	if err != nil {
		return err
	}
	known := func() (log.Seals, error) { return sealed, nil }
	open := func(c *sqlite3.Conn) (entryReader, error) { return openColumns(c) }
	err = scan(ctx, []*sqlite3.Conn{k.conn}, open, 0, position.head, known, func(e log.Entry) error {
		if err := k.checkEntry(&e); err != nil {
			return fmt.Errorf("entry %d of the log (%s %s): %w", e.Seq, e.Kind, e.ID, err)
		}
		k.last = e.Recorded
		return nil
	})
	if y, ok := err.(yieldError); ok {
		err = y.error
	}
	if err != nil {
		return err
	}
	return k.checkLinks()
}

func (k *checker) checkEntry(e *log.Entry) error {
	kind := k.kinds[e.Kind]
	if kind == nil {
		kind = &kindCheck{}
		k.kinds[e.Kind] = kind
	}
	if e.Recorded.Before(k.last) {
		return errors.New("was recorded before the entry before it")
	}
	switch {
	case e.Op == log.Redact, e.Erased() && e.Kind == log.Report:
	case e.Op == log.Retract:
		if len(e.Body) > 0 {
			return errors.New("retracts and has a body")
		}
	default:
		says, err := described(e.Kind).read(e.Body)
		if err != nil {
			return fmt.Errorf("has a body that cannot be read: %w", err)
		}
		if point := says.point(); point != nil {
			kind.ever = kind.ever.with(*point)
		}
	}
	return kind.checkRecord(e, k.prior)
}

// checkRecord checks the numbers of an entry against the entries before.
func (kind *kindCheck) checkRecord(e *log.Entry, prior map[log.Seq]log.Seq) error {
	n := int64(len(kind.records))
	if e.Op == log.Create {
		if e.FID != n+1 || e.Revision != 1 {
			return fmt.Errorf("creates with fid %d and revision %d, not fid %d and revision 1", e.FID, e.Revision, n+1)
		}
		kind.records = append(kind.records, recordCheck{newest: e.Seq, body: e.Seq, revision: 1, erased: e.Erased()})
		return nil
	}
	if e.Op != log.Correct && e.Op != log.Retract && e.Op != log.Redact {
		return fmt.Errorf("has the unknown operation %q", e.Op)
	}
	if e.FID < 1 || e.FID > n {
		return fmt.Errorf("revises fid %d, which no entry before it created", e.FID)
	}
	r := &kind.records[e.FID-1]
	if e.Revision != int(r.revision)+1 {
		return fmt.Errorf("has revision %d after %d", e.Revision, r.revision)
	}
	prior[e.Seq] = r.newest
	r.newest, r.revision = e.Seq, int32(e.Revision)
	switch e.Op {
	case log.Redact:
		r.deleted = r.deleted || r.erased
	case log.Retract:
		r.deleted = true
	default:
		r.body, r.deleted, r.erased = e.Seq, false, e.Erased()
	}
	return nil
}

// checkLinks checks which entry each entry says that it replaces, and that they
// are of the same record.
func (k *checker) checkLinks() error {
	found := 0
	err := eachRow(k.conn, `SELECT a.seq, a.replaces, a.id = b.id AND a.kind = b.kind AND a.fid = b.fid
		FROM report_events a LEFT JOIN report_events b ON b.seq = a.replaces WHERE a.replaces IS NOT NULL`, func(st *sqlite3.Stmt) error {
		seq, replaces := log.Seq(st.ColumnInt64(0)), log.Seq(st.ColumnInt64(1))
		if k.prior[seq] != replaces || !st.ColumnBool(2) {
			return fmt.Errorf("entry %d of the log says that it replaces %d, it follows %d", seq, replaces, k.prior[seq])
		}
		found++
		return nil
	})
	if err == nil && found != len(k.prior) {
		err = fmt.Errorf("%d entries of the log do not say which one they replace", len(k.prior)-found)
	}
	return err
}

// eachRow runs a query and calls f for each row.
func eachRow(c *sqlite3.Conn, sql string, f func(*sqlite3.Stmt) error) error {
	st, _, err := c.Prepare(sql)
	if err != nil {
		return err
	}
	defer st.Close()
	for st.Step() {
		if err := f(st); err != nil {
			return err
		}
	}
	return st.Err()
}
