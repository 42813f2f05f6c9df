//go:build unix

package postgis

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"frontierwatch/data/logtest"
	"frontierwatch/geo/log"
)

func noon() time.Time { return time.Date(2017, 1, 31, 12, 0, 0, 0, time.UTC) }

func entry(kind log.Kind, id string, n int) log.Entry {
	return log.Entry{Kind: kind, ID: id, Revision: 1, Op: log.Create, Recorded: noon(), Actor: "tester", Body: logtest.Body(kind, id, n)}
}

func revised(e log.Entry, revision int, op log.Operation) log.Entry {
	e.Revision, e.Op = revision, op
	if op == log.Retract {
		e.Body = nil
	}
	return e
}

func put(t testing.TB, s *Store, entries ...log.Entry) []log.Result {
	t.Helper()
	results, err := s.Append(context.Background(), entries)
	if err != nil {
		t.Fatal(err)
	}
	return results
}

// filled is a store with records of every kind, corrected and taken back, within
// one batch too.
func filled(t testing.TB, s *Store) {
	put(t, s, entry(log.Report, "a", 1), entry(log.Post, "p", 1), entry(log.Source, "s", 1), entry(log.Flag, "f", 1))
	put(t, s, entry(log.Report, "b", 2), revised(entry(log.Report, "b", 3), 2, log.Correct), revised(entry(log.Report, "b", 0), 3, log.Retract),
		revised(entry(log.Report, "a", 9), 2, log.Correct), entry(log.Report, "c", 1))
	put(t, s, revised(entry(log.Post, "p", 0), 2, log.Retract), revised(entry(log.Report, "b", 4), 4, log.Correct), revised(entry(log.Report, "c", 0), 2, log.Retract))
}

// Check passes what is right and finds each thing that was made wrong.
func TestCheckFindsWhatIsWrong(t *testing.T) {
	dsn := database(t)
	s := opened(t, dsn)
	filled(t, s)
	if err := s.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ break_, mend, want string }{
		{`UPDATE report_events SET body = body || ' ' WHERE seq = 3`, `UPDATE report_events SET body = rtrim(body) WHERE seq = 3`, "entry 3 is not what"},
		{`UPDATE report_events SET seq = 99 WHERE seq = 5`, `UPDATE report_events SET seq = 5 WHERE seq = 99`, "entry 5 is missing"},
		{`UPDATE report_events SET replaces = 2 WHERE seq = 6`, `UPDATE report_events SET replaces = 5 WHERE seq = 6`, "entry 6 of the log does not follow"},
		{`UPDATE feed_head SET pos = pos - 1`, `UPDATE feed_head SET pos = pos + 1`, "its head says"},
		{`UPDATE feed_kinds SET fid = 2 WHERE kind = 'flag'`, `UPDATE feed_kinds SET fid = 1 WHERE kind = 'flag'`, "kind flag"},
		{`UPDATE reports SET count_best = 7 WHERE fid = 1`, `UPDATE reports SET count_best = 9 WHERE fid = 1`, "row 1 of reports"},
		{`UPDATE reports SET deleted = false WHERE fid = 3`, `UPDATE reports SET deleted = true WHERE fid = 3`, "row 3 of reports"},
		{`UPDATE posts SET lon = 1 WHERE fid = 1`, `UPDATE posts SET lon = NULL WHERE fid = 1`, "row 1 of posts"},
		{`UPDATE sources SET fid = 2`, `UPDATE sources SET fid = 1`, "row 2 of sources"},
		{`CREATE TABLE kept AS SELECT * FROM sources; DELETE FROM sources`, `INSERT INTO sources SELECT * FROM kept`, "sources has 0 rows"},
	} {
		change(t, dsn, c.break_)
		err := fresh(t, dsn)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("after %s: %v, want %q", c.break_, err, c.want)
		}
		change(t, dsn, c.mend)
	}
	if err := fresh(t, dsn); err != nil {
		t.Errorf("mended: %v", err)
	}
}

// fresh checks with a store that has seen nothing yet.
func fresh(t *testing.T, dsn string) error {
	s, err := OpenReadOnly(t.Context(), dsn, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	return s.Check(t.Context())
}

// change does what the trigger keeps from being done.
func change(t *testing.T, dsn, sql string) {
	t.Helper()
	err := sqlOver(dsn, `ALTER TABLE report_events DISABLE TRIGGER USER`, sql, `ALTER TABLE report_events ENABLE TRIGGER USER`)
	if err != nil {
		t.Fatal(err)
	}
}

func TestTheLogStays(t *testing.T) {
	dsn := database(t)
	filled(t, opened(t, dsn))
	for _, sql := range []string{`UPDATE report_events SET actor = 'x'`, `UPDATE report_events SET body = ''`, `DELETE FROM report_events`, `TRUNCATE report_events`} {
		if err := sqlOver(dsn, sql); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: %v", sql, err)
		}
	}
}

// What people see: a record that was corrected and taken back, in one batch and
// in several.
func TestTables(t *testing.T) {
	dsn := database(t)
	s := opened(t, dsn)
	filled(t, s)
	for sql, want := range map[string]string{
		`SELECT string_agg(format('%s %s %s %s %s', fid, id, revision, count_best, deleted), ', ' ORDER BY fid) FROM reports`: "1 a 2 9 f, 2 b 4 4 f, 3 c 2 1 t",
		`SELECT string_agg(format('%s %s', id, ST_AsText(geom)), ', ' ORDER BY id) FROM standing_reports`:                     "a POINT(-97.24 49.0001), b POINT(-97.24 49.0001)",
		`SELECT string_agg(format('%s %s %s', kind, id, deleted), ', ' ORDER BY kind, id) FROM records`:                       "flag f f, post p t, report a f, report b f, report c t, source s f",
		`SELECT format('%s %s %s', week, reports, count_best) FROM weekly_counts`:                                             "2017-01-30 2 13",
		`SELECT format('%s %s', source, reports) FROM source_activity`:                                                        "police 2",
	} {
		var got string
		err := s.read(t.Context(), func(ctx context.Context, c *pgx.Conn) error { return c.QueryRow(ctx, sql).Scan(&got) })
		if err != nil || got != want {
			t.Errorf("%s\n%q, %v, want %q", sql, got, err, want)
		}
	}
}
