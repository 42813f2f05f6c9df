package gpkg

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ncruces/go-sqlite3"

	"frontierwatch/geo/log"
)

// closedCopy makes a closed file with a mixed log and copies it as often as it
// is asked.
func closedCopy(t *testing.T) func() string {
	original := filepath.Join(t.TempDir(), "a.gpkg")
	s := open(t, original)
	add(t, s, mixed()...)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	bytes, err := os.ReadFile(original)
	if err != nil {
		t.Fatal(err)
	}
	return func() string {
		path := filepath.Join(t.TempDir(), "copy.gpkg")
		if err := os.WriteFile(path, bytes, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
}

// forced runs statements with the triggers that guard the log taken away, and
// puts them back.
func forced(t *testing.T, path, statements string) {
	t.Helper()
	c, err := sqlite3.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var back strings.Builder
	err = eachRow(c, `SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'`, func(st *sqlite3.Stmt) error {
		back.WriteString(st.ColumnText(1) + ";")
		statements = "DROP TRIGGER " + st.ColumnText(0) + ";" + statements
		return nil
	})
	if err := first(err, c.Exec(`PRAGMA foreign_keys = OFF`), c.Exec(statements), c.Exec(back.String())); err != nil {
		t.Fatal(err)
	}
}

func checkFile(path string) error {
	s, err := OpenReadOnly(path, Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	return s.Check(context.Background())
}

// Each way of changing a file behind the store's back must be named.
func TestCheckNamesTheFirstDifference(t *testing.T) {
	fresh := closedCopy(t)
	if err := checkFile(fresh()); err != nil {
		t.Fatalf("a file that nobody changed: %v", err)
	}
	for _, c := range []struct{ change, want string }{
		{`UPDATE report_events SET body = replace(body, '143', '144') WHERE seq = 5`, "entry 5 of the log is damaged"},
		{`UPDATE report_events SET actor = 'nobody' WHERE seq = 1`, "entry 1 of the log is damaged"},
		{`UPDATE report_events SET reason = 'better' WHERE seq = 14`, "entry 14 of the log is damaged"},
		{`UPDATE report_events SET recorded = '2016-01-31T12:00:00.000Z' WHERE seq = 2`, "entry 2 of the log is damaged"},
		{`UPDATE report_events SET recorded = 'yesterday' WHERE seq = 2`, "entry 2 of the log is damaged"},
		{`UPDATE report_events SET fid = NULL WHERE 0; UPDATE report_events SET chain = x'00' WHERE seq = 3`, "entry 3 of the log is damaged"},
		{`DELETE FROM report_events WHERE seq = 4`, "entry 4 is missing in the log"},
		{`DELETE FROM report_events WHERE seq = 1`, "entry 1 is missing in the log"},
		{`UPDATE report_events SET seq = 99 WHERE seq = 7; UPDATE report_events SET seq = 7 WHERE seq = 8; UPDATE report_events SET seq = 8 WHERE seq = 99`, "entry 7 of the log is damaged"},
		{`UPDATE report_events SET replaces = 1 WHERE seq = 6`, "entry 6 of the log says that it replaces 1, it follows 2"},
		{`UPDATE report_events SET replaces = NULL WHERE seq = 6`, "do not say which one they replace"},
		{`DELETE FROM reports WHERE fid = 2`, "table reports, fid 2: the row is missing"},
		{`DELETE FROM reports WHERE fid = 5`, "table reports, fid 5: the row is missing"},
		{`INSERT INTO reports SELECT 77, geom, 'new', stretch_part, stretch_km_from, stretch_km_to, observed_start, observed_end, count_best, count_min, count_max, unit, direction, relation, published, source, source_ref, status, uncertainty_m, overlaps, tlp, releasable_to, revision, seq, replaces, recorded, deleted FROM reports WHERE fid = 1`,
			"table reports, fid 77: the log knows no such record"},
		{`UPDATE reports SET count_best = 7 WHERE fid = 5`, "count_best is 7, the log says 143"},
		{`UPDATE reports SET geom = NULL WHERE fid = 1`, "geom is NULL, the log says POINT (-97 49)"},
		{`UPDATE reports SET geom = x'00' WHERE fid = 1`, "geom is \"\\x00\", the log says POINT (-97 49)"},
		{`UPDATE reports SET deleted = 0 WHERE fid = 3`, "deleted is 0, the log says 1"},
		{`UPDATE reports SET revision = 9 WHERE fid = 1`, "revision is 9, the log says 3"},
		{`UPDATE reports SET id = 'other' WHERE fid = 1`, "id is \"other\", the log says"},
		{`UPDATE reports SET source_ref = NULL WHERE fid = 5`, "source_ref is NULL, the log says it's 7/2017"},
		{`UPDATE sources SET agency = 'me'`, "table sources, fid 1 (x1): agency is \"me\", the log says agency 1"},
		{`DELETE FROM posts`, "table posts, fid 1: the row is missing"},
		{`DELETE FROM records WHERE id = 'x3'`, "table records, fid 2: the row is missing"},
		{`INSERT INTO records VALUES ('ghost', 'g', 1, 1, 1, NULL, 'x', 0)`, "table records, ghost g: the log knows no record of this kind"},
		{`UPDATE gpkg_contents SET min_x = -98 WHERE table_name = 'reports'`, "does not hold all points"},
		{`UPDATE gpkg_contents SET min_x = -170 WHERE table_name = 'reports'`, "is larger than all points ever were"},
		{`UPDATE gpkg_contents SET min_x = NULL WHERE table_name = 'reports'`, "the extent in gpkg_contents"},
		{`UPDATE gpkg_contents SET srs_id = 7 WHERE table_name = 'reports'`, "is damaged"},
		{`DROP TABLE posts`, "posts is missing"},
		{`ALTER TABLE reports ADD COLUMN person TEXT`, "reports was changed to"},
		{`PRAGMA user_version = 10200`, "user_version is 10200"},
	} {
		path := fresh()
		forced(t, path, c.change)
		if err := checkFile(path); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("after %s\n  %v\n  want %q", c.change, err, c.want)
		}
	}
	path := fresh()
	sql(t, path, `DROP TRIGGER report_events_no_delete`)
	if err := checkFile(path); err == nil || !strings.Contains(err.Error(), "report_events_no_delete is missing") {
		t.Errorf("without a trigger: %v", err)
	}
}

// What the log holds is either handed out as it was written, or refused. Flipped
// bits may also hit what is not read, or make the file one that cannot be opened.
func TestFlippedBitsAreNeverServed(t *testing.T) {
	fresh := closedCopy(t)
	var want []log.Entry
	collect := func(path string) (got []log.Entry, err error) {
		s, err := OpenReadOnly(path, Options{})
		if err != nil {
			return nil, err
		}
		defer s.Close()
		err = s.Scan(context.Background(), 0, func(e log.Entry) error {
			e.Body = append([]byte{}, e.Body...)
			got = append(got, e)
			return nil
		})
		return got, err
	}
	want, err := collect(fresh())
	if err != nil || len(want) != len(mixed()) {
		t.Fatal(len(want), err)
	}
	path := fresh()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(7, 7))
	refused, named := 0, 0
	const rounds = 150
	for range rounds {
		broken := append([]byte{}, whole...)
		bit := r.IntN(8 * len(broken))
		broken[bit/8] ^= 1 << (bit % 8)
		if err := os.WriteFile(path, broken, 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := collect(path)
		if err != nil {
			refused++
		}
		if len(got) > len(want) || len(got) > 0 && cmp.Diff(want[:len(got)], got) != "" {
			t.Errorf("with bit %d flipped the log gave %s", bit, cmp.Diff(want, got))
		}
		if err == nil && len(got) != len(want) {
			t.Errorf("with bit %d flipped the log ended after %d entries of %d, without a word", bit, len(got), len(want))
		}
		if checkFile(path) != nil {
			named++
		}
	}
	if refused == 0 || named < refused {
		t.Errorf("of %d flipped bits %d were refused and %d named by a check; the test shows nothing", rounds, refused, named)
	}
}

// Every bit of the pages that hold the log counts: where one is flipped in a
// body, the entry is refused.
func TestABitInABody(t *testing.T) {
	path := closedCopy(t)()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// everywhere: SQLite leaves copies behind where it has moved a row
	whole = bytes.ReplaceAll(whole, []byte(`"count_best":143`), []byte(`"count_best":153`))
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := OpenReadOnly(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	n := 0
	err = s.Scan(context.Background(), 0, func(log.Entry) error { n++; return nil })
	if n != 4 || err == nil || !strings.Contains(err.Error(), "entry 5 of the log is damaged") || !strings.Contains(err.Error(), "restore a backup") {
		t.Errorf("after %d entries: %v", n, err)
	}
}

func TestCheckStops(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "a.gpkg"))
	add(t, s, mixed()...)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := s.Check(ctx); err != context.Canceled {
		t.Errorf("a check that was called off: %v", err)
	}
	if err := s.Check(context.Background()); err != nil {
		t.Errorf("the next check: %v", err)
	}
}
