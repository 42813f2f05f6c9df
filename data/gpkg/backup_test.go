package gpkg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ncruces/go-sqlite3"

	"frontierwatch/geo/log"
)

// A backup that is taken while entries come in holds the log up to one moment,
// and goes on from there when it is opened.
func TestBackupUnderLoad(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	s := open(t, filepath.Join(dir, "a.gpkg"))
	add(t, s, mixed()...)
	before := len(mixed())
	stop, done := make(chan struct{}), make(chan error, 1)
	go func() {
		for n := 100; ; n += 10 {
			select {
			case <-stop:
				done <- nil
				return
			default:
			}
			if _, err := s.Append(ctx, walks(n, 10)); err != nil {
				done <- err
				return
			}
		}
	}()
	for i := range 3 {
		path := filepath.Join(dir, fmt.Sprintf("backup %d's.gpkg", i))
		if err := s.Backup(ctx, path); err != nil {
			t.Fatal(err)
		}
		b := open(t, path)
		if err := b.Check(ctx); err != nil {
			t.Error(err)
		}
		head, sum, err := b.Chain(ctx)
		if err != nil || int(head) < before || (int(head)-before)%10 != 0 {
			t.Errorf("the backup ends at %d, %v", head, err)
		}
		if want := sumAt(t, s, head); sum != want {
			t.Errorf("the chain of the backup at %d is %s, that of the store %s", head, sum, want)
		}
		add(t, b, walks(90_000, 5)...)
		b.Close()
	}
	close(stop)
	if err := <-done; err != nil {
		t.Error(err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*.part")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func sumAt(t *testing.T, s *Store, seq log.Seq) (sum string) {
	t.Helper()
	c, err := s.reader()
	if err != nil {
		t.Fatal(err)
	}
	defer s.release(c)
	err = queryRow(c, `SELECT lower(hex(chain)) FROM report_events WHERE seq = ?`, func(st *sqlite3.Stmt) { sum = st.ColumnText(0) }, int64(seq))
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

func TestChainTellsLogsApart(t *testing.T) {
	sums := map[string]string{}
	for name, entries := range map[string][]log.Entry{
		"empty": nil, "two": walks(0, 2), "two again": walks(0, 2), "three": walks(0, 3), "other": {created(walk(1)), created(walk(0))},
	} {
		s := open(t, filepath.Join(t.TempDir(), "a.gpkg"))
		if entries != nil {
			add(t, s, entries...)
		}
		head, sum, err := s.Chain(context.Background())
		if err != nil || int(head) != len(entries) {
			t.Errorf("%s: head %d, %v", name, head, err)
		}
		sums[name] = sum
	}
	if sums["two"] != sums["two again"] || sums["two"] == sums["three"] || sums["two"] == sums["other"] || sums["empty"] != strings.Repeat("0", 32) {
		t.Errorf("%v", sums)
	}
}

func TestCopiesOverwriteNothing(t *testing.T) {
	dir := t.TempDir()
	s := open(t, filepath.Join(dir, "a.gpkg"))
	add(t, s, walks(0, 1)...)
	there := filepath.Join(dir, "there.gpkg")
	if err := os.WriteFile(there, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	for name, f := range map[string]func(context.Context, string) error{"backup": s.Backup, "export": s.Export} {
		if err := f(context.Background(), there); err == nil || !strings.Contains(err.Error(), "is there already") {
			t.Errorf("%s over a file: %v", name, err)
		}
		if err := f(context.Background(), filepath.Join(dir, "none", "b.gpkg")); err == nil || !strings.Contains(err.Error(), "none") {
			t.Errorf("%s into no folder: %v", name, err)
		}
		if err := f(cancelled, filepath.Join(dir, "cancelled.gpkg")); !errors.Is(err, context.Canceled) {
			t.Errorf("%s called off: %v", name, err)
		}
	}
	if content, _ := os.ReadFile(there); string(content) != "mine" {
		t.Error("a file that was there was overwritten")
	}
	if names, _ := filepath.Glob(filepath.Join(dir, "*.part*")); len(names) > 0 {
		t.Errorf("left behind: %v", names)
	}
	if _, err := os.Stat(filepath.Join(dir, "cancelled.gpkg")); err == nil {
		t.Error("a copy that was called off bears its name")
	}
}

func TestExport(t *testing.T) {
	dir := t.TempDir()
	s := open(t, filepath.Join(dir, "a?b#c 100%.gpkg"))
	add(t, s, mixed()...)
	path := filepath.Join(dir, "export.gpkg")
	if err := s.Export(context.Background(), path); err != nil {
		t.Fatal(err)
	}
	tables := rows(t, path, `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name`)
	want := []string{"gpkg_contents", "gpkg_extensions", "gpkg_geometry_columns", "gpkg_metadata", "gpkg_metadata_reference", "gpkg_spatial_ref_sys", "posts", "reports",
		"rtree_posts_geom", "rtree_posts_geom_node", "rtree_posts_geom_parent", "rtree_posts_geom_rowid",
		"rtree_reports_geom", "rtree_reports_geom_node", "rtree_reports_geom_parent", "rtree_reports_geom_rowid", "sources"}
	if diff := cmp.Diff(want, tables); diff != "" {
		t.Error(diff)
	}
	if got := rows(t, path, `SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'reports' ORDER BY name`); len(got) != 6 || got[0] != "rtree_reports_geom_delete" || got[5] != "rtree_reports_geom_update4" {
		t.Errorf("triggers of the index: %v", got)
	}
	s.Close()
	for _, table := range []string{"reports", "posts", "sources"} {
		all := `SELECT * FROM ` + table
		if diff := cmp.Diff(rows(t, filepath.Join(dir, "a?b#c 100%.gpkg"), all), rows(t, path, all)); diff != "" {
			t.Errorf("table %s: %s", table, diff)
		}
	}
	if _, err := Open(path, Options{}); err == nil || !strings.Contains(err.Error(), "a GeoPackage of another application") {
		t.Errorf("an export opened as a store: %v", err)
	}
	validate(t, path)
	if n := countByGDAL(t, path); n != 5 {
		t.Errorf("ogrinfo counts %d of 5 reports", n)
	}
	near := gdal(t, "ogrinfo", "-ro", "-so", "-spat", "-100.6", "48.7", "-100.4", "48.8", path, "reports")
	if !strings.Contains(near, "Feature Count: 1") {
		t.Errorf("in the box around one report ogrinfo finds:\n%s", near)
	}
}

// Another program may make a spatial index, or count rows, in a store that is
// closed. It must not keep us from writing, since its triggers call functions we
// do not have, and what it counts must not be left to become false.
func TestHelpersOfOthersAreTakenOut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.gpkg")
	s := open(t, path)
	add(t, s, walks(0, 5)...)
	s.Close()
	c, err := sqlite3.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	counts := c.Exec(`CREATE TABLE gpkg_ogr_contents (table_name TEXT NOT NULL PRIMARY KEY, feature_count INTEGER DEFAULT NULL);
		INSERT INTO gpkg_ogr_contents VALUES ('reports', 5), ('theirs', 7);
		CREATE TABLE theirs (a); CREATE TRIGGER theirs_too AFTER INSERT ON theirs BEGIN SELECT 1; END;
		CREATE TRIGGER trigger_insert_feature_count_reports AFTER INSERT ON reports BEGIN UPDATE gpkg_ogr_contents SET feature_count = feature_count + 1 WHERE table_name = 'reports'; END`)
	if err := first(counts, indexLayers(c), c.Close()); err != nil {
		t.Fatal(err)
	}
	s = open(t, path)
	add(t, s, walks(5, 5)...)
	if err := s.Check(context.Background()); err != nil {
		t.Error(err)
	}
	s.Close()
	if got := rows(t, path, `SELECT name FROM sqlite_schema WHERE name LIKE 'rtree%' UNION SELECT extension_name FROM gpkg_extensions`); len(got) > 0 {
		t.Errorf("left of the index: %v", got)
	}
	if got := rows(t, path, `SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name LIKE '%t%' UNION ALL SELECT table_name || feature_count FROM gpkg_ogr_contents`); len(got) != 5 || got[3] != "theirs_too" || got[4] != "theirs7" {
		t.Errorf("of our triggers, their table's trigger and count there is: %v", got)
	}
}
