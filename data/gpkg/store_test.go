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
	"github.com/paulmach/orb"

	"frontierwatch/geo/log"
)

// sql opens a file behind the store's back, runs SQL on it and closes it.
func sql(t testing.TB, path, statements string) {
	t.Helper()
	c, err := sqlite3.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Exec(statements); err != nil {
		t.Fatal(err)
	}
}

// rows runs a query on a file and shows its rows, columns parted by "|".
func rows(t testing.TB, path, query string) (lines []string) {
	t.Helper()
	c, err := sqlite3.OpenFlags(path, sqlite3.OPEN_READONLY)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	err = eachRow(c, query, func(st *sqlite3.Stmt) error {
		cells := make([]string, st.ColumnCount())
		for i := range cells {
			if cells[i] = st.ColumnText(i); st.ColumnType(i) == sqlite3.NULL {
				cells[i] = "NULL"
			}
		}
		lines = append(lines, strings.Join(cells, "|"))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func TestLayersShowWhatStands(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.gpkg")
	s := open(t, path)
	add(t, s, mixed()...)
	if err := s.Check(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	got := rows(t, path, `SELECT fid, hex(geom), stretch_part, stretch_km_from, stretch_km_to, observed_start, observed_end,
		count_best, count_min, count_max, unit, direction, relation, published, source, source_ref, status, uncertainty_m, overlaps,
		tlp, releasable_to, revision, seq, replaces, recorded, deleted FROM reports ORDER BY fid`)
	// points as GDAL writes them: ogr2ogr of POINT (-97 49) and so on
	want := []string{
		"1|47500001E61000000101000000" + "00000000004058C0" + "0000000000804840" + "|NULL|NULL|NULL|2017-01-31T12:00:00.000Z|2017-01-31T12:00:00.000Z|0|0|0|persons|northbound|between_ports|NULL|police|NULL|confirmed|NULL|NULL|GREEN|NULL|3|9|8|2017-01-31T12:04:00.000Z|0",
		"2|47500001E61000000101000000" + "00000000002059C0" + "0000000000604840" + "|NULL|NULL|NULL|2017-01-31T12:01:00.000Z|2017-01-31T12:01:00.000Z|1|1|1|persons|northbound|between_ports|NULL|police|NULL|confirmed|NULL|NULL|GREEN|NULL|2|6|2|2017-01-31T12:04:00.000Z|0",
	}
	for i := range want {
		// recorded of entries is that of the newest before where it would fall
		if !strings.HasPrefix(got[i], want[i][:strings.LastIndex(want[i], "|2017")]) {
			t.Errorf("row\n%s\nwant\n%s", got[i], want[i])
		}
	}
	for i, w := range map[int]string{
		2: "|2|7|3|2017-01-31T13:34:00.000Z|1", // retracted: the row stays, as deleted
		3: "4||alaska|1000.0|1250.5|2017-01-31T12:03:00.000Z|",
		4: "|2017-01-31T12:04:00.000Z|2017-01-31T13:34:00.000Z|143|140|150|persons|northbound|between_ports|2017-02-01T12:04:00.000Z|police|it's 7/2017|confirmed|250.5|" + walk(0).ID + ",other|GREEN|CAN,USA|1|5|NULL|2017-01-31T13:34:00.000Z|0",
	} {
		if !strings.Contains(got[i], w) {
			t.Errorf("row\n%s\ndoes not hold\n%s", got[i], w)
		}
	}
	if diff := cmp.Diff([]string{"1|x1|agency 1|persons|GREEN|1|11|0"}, rows(t, path, `SELECT fid, id, agency, unit, tlp, revision, seq, deleted FROM sources`)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"1|x0|station|post 0|main|1.0|2.0|NULL"}, rows(t, path, `SELECT fid, id, kind, name, part, km_from, km_to, geom FROM posts`)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"flag|x2|1|12", "flag|x3|2|13", "later|x4|1|14"}, rows(t, path, `SELECT kind, id, fid, seq FROM records ORDER BY seq`)); diff != "" {
		t.Error(diff)
	}
}

func TestTheLogIsAppendOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.gpkg")
	s := open(t, path)
	add(t, s, walks(0, 3)...)
	s.Close()
	c, err := sqlite3.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, statement := range []string{
		`UPDATE report_events SET body = '' WHERE seq = 1`, `DELETE FROM report_events WHERE seq = 3`, `DELETE FROM report_events`,
		`INSERT INTO report_events SELECT 5, kind, 4, 'e', 1, operation, NULL, recorded, actor, reason, body, chain FROM report_events WHERE seq = 3`,
		`INSERT OR REPLACE INTO report_events SELECT 2, kind, fid, id, 1, operation, NULL, recorded, actor, reason, '', chain FROM report_events WHERE seq = 2`,
	} {
		if err := c.Exec(statement); err == nil {
			t.Errorf("the file lets through: %s", statement)
		}
	}
}

func TestExtentIsTrue(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.gpkg")
	box := func() string {
		return rows(t, path, `SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = 'reports'`)[0]
	}
	s := open(t, path)
	if got := box(); got != "NULL|NULL|NULL|NULL" {
		t.Errorf("the extent of an empty layer is %s", got)
	}
	at := func(n int, lon, lat float64) log.Entry {
		r := walk(n)
		r.Point = &orb.Point{lon, lat}
		return created(r)
	}
	add(t, s, at(0, -97.5, 49.25))
	if got := box(); got != "-97.5|49.25|-97.5|49.25" {
		t.Errorf("around one point: %s", got)
	}
	add(t, s, at(1, -141, 69.5), at(2, -67, 44.75))
	if got := box(); got != "-141.0|44.75|-67.0|69.5" {
		t.Errorf("around three points, while open: %s", got)
	}
	moved := at(1, -100, 49)
	moved.Op, moved.Revision = log.Correct, 2
	add(t, s, moved)
	if err := s.Check(context.Background()); err != nil {
		t.Error(err)
	}
	s.Close()
	if got := box(); got != "-100.0|44.75|-67.0|49.25" {
		t.Errorf("after the point in the north was corrected and the file closed: %s", got)
	}
}

func TestOneWriter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.gpkg")
	s := open(t, path)
	add(t, s, walks(0, 2)...)
	link := filepath.Join(t.TempDir(), "link.gpkg")
	if err := os.Symlink(path, link); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	for _, name := range []string{path, link} {
		if _, err := Open(name, Options{}); err == nil || !strings.Contains(err.Error(), "is open for writing in another program") {
			t.Errorf("a second writer by %s: %v", filepath.Base(name), err)
		}
	}
	add(t, s, walks(2, 2)...) // still ours
	s.Close()
	again, err := Open(link, Options{})
	if err != nil {
		t.Fatal(err)
	}
	again.Close()
}

// A closed file can be read where nothing can be written. Root can write
// everywhere, so as root this shows nothing.
func TestReadingInAFolderOfOthers(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("skipped: root may write in any folder; run as another user")
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "a b?.gpkg")
	s := open(t, path)
	add(t, s, walks(0, 5)...)
	s.Close()
	if err := errors.Join(os.Chmod(path, 0o400), os.Chmod(dir, 0o500)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(dir, 0o700) })
	if err := checkFile(path); err != nil {
		t.Error(err)
	}
	if s, err := Open(path, Options{}); err == nil || !strings.Contains(err.Error(), "cannot be opened for writing: permission denied") {
		t.Errorf("opened for writing: %v, %v", s, err)
	}
}

// Where the lock does not hold (a file system without, a system without), a
// second writer is found out before anything goes wrong.
func TestAForeignEntryIsFoundOut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.gpkg")
	s := open(t, path)
	add(t, s, walks(0, 3)...)
	sql(t, path, `INSERT INTO report_events SELECT 4, kind, 4, 'd', 1, operation, NULL, recorded, actor, reason, body, chain FROM report_events WHERE seq = 3`)
	if _, err := s.Append(context.Background(), walks(3, 1)); err == nil || !strings.Contains(err.Error(), "another program has written to the log: it ends at 4, not at 3") {
		t.Errorf("append after a foreign entry: %v", err)
	}
}

func TestReadersBesideAWriter(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "a.gpkg")
	s := open(t, path)
	r, err := OpenReadOnly(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for i := range 5 {
		add(t, s, walks(i*10, 10)...)
		n := 0
		if err := r.Scan(ctx, 0, func(log.Entry) error { n++; return nil }); err != nil || n != 10*(i+1) {
			t.Errorf("round %d: the reader sees %d entries, %v", i, n, err)
		}
		if err := r.Check(ctx); err != nil {
			t.Errorf("round %d: %v", i, err)
		}
		if head, err := r.Head(ctx); err != nil || head != log.Seq(10*(i+1)) {
			t.Errorf("round %d: head %d, %v", i, head, err)
		}
	}
	if _, err := r.Append(ctx, walks(99, 1)); err == nil || !strings.Contains(err.Error(), "reading only") {
		t.Errorf("appended by a reader: %v", err)
	}
}

func TestAnUnreadableBodyIsRefusedWhole(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "a.gpkg"))
	bad := created(walk(1))
	bad.Body = []byte(`{"type":"Feature"`)
	if _, err := s.Append(context.Background(), []log.Entry{created(walk(0)), bad}); err == nil || !strings.Contains(err.Error(), "entry 1 of the batch") {
		t.Errorf("a body that is no report: %v", err)
	}
	if got := add(t, s, walks(0, 1)...)[0]; got.Seq != 1 || got.FID != 1 {
		t.Errorf("the next entry is %+v", got)
	}
	if err := s.Check(context.Background()); err != nil {
		t.Error(err)
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	database := func(name, statements string) string {
		path := filepath.Join(dir, name)
		sql(t, path, statements)
		return path
	}
	changed := func(name, statements string) string {
		path := filepath.Join(dir, name)
		s := open(t, path)
		add(t, s, walks(0, 1)...)
		s.Close()
		sql(t, path, statements)
		return path
	}
	for _, c := range []struct{ path, want string }{
		{dir, "is a folder"},
		{filepath.Join(dir, "none", "a.gpkg"), "the folder " + filepath.Join(dir, "none") + " is not there"},
		{file("text.gpkg", strings.Repeat("this is not a GeoPackage. ", 10)), "is not a GeoPackage"},
		{file("short.gpkg", "short"), "is not a GeoPackage"},
		{database("mail.db", `CREATE TABLE mail (a)`), "of another application (application_id 0x00000000"},
		{database("app.db", `PRAGMA application_id = 0x12345678; CREATE TABLE x (a)`), "of another application (application_id 0x12345678"},
		{database("qgis.gpkg", `PRAGMA application_id = 0x47504B47; CREATE TABLE gpkg_contents (a)`), "a GeoPackage of another application"},
		{changed("newer.gpkg", `INSERT INTO migrations VALUES (3, 'from the future', '2040-01-01T00:00:00.000Z')`), "was written by a newer frontierwatch (schema 3, this program knows 2)"},
	} {
		before, _ := os.ReadFile(c.path)
		for _, f := range []func(string, Options) (*Store, error){Open, OpenReadOnly} {
			s, err := f(c.path, Options{})
			if err == nil {
				s.Close()
			}
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), filepath.Base(c.path)) {
				t.Errorf("%v, want %q", err, c.want)
			}
		}
		if after, _ := os.ReadFile(c.path); string(before) != string(after) {
			t.Errorf("%s was changed by being refused", c.path)
		}
	}
	if _, err := OpenReadOnly(filepath.Join(dir, "absent.gpkg"), Options{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("reading a file that is not there: %v", err)
	}
	empty := file("empty.gpkg", "")
	if _, err := OpenReadOnly(empty, Options{}); err == nil || !strings.Contains(err.Error(), "is empty") {
		t.Errorf("reading an empty file: %v", err)
	}
	if s, err := Open(empty, Options{}); err != nil {
		t.Errorf("an empty file is as good as none: %v", err)
	} else {
		s.Close()
	}
}

func TestNamesThatLookLikeURIs(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for i, name := range []string{"file:x.gpkg", "a b%20c?d#e.gpkg", "frontière.gpkg"} {
		s, err := Open(name, Options{})
		if err != nil {
			t.Fatal(err)
		}
		add(t, s, walks(0, i+1)...)
		s.Close()
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
}

// A file that a crash left between its first page and its tables is as good as
// empty.
func TestOpenAfterACrashWhileMaking(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.gpkg")
	sql(t, path, `PRAGMA journal_mode = WAL; CREATE TABLE x (a); DROP TABLE x; VACUUM`)
	s := open(t, path)
	add(t, s, walks(0, 1)...)
	if err := s.Check(context.Background()); err != nil {
		t.Error(err)
	}
}

func ExampleStore() {
	dir, _ := os.MkdirTemp("", "gpkg")
	defer os.RemoveAll(dir)
	s, err := Open(filepath.Join(dir, "frontier.gpkg"), Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()
	results, err := s.Append(context.Background(), []log.Entry{created(walk(1)), created(walk(1))})
	fmt.Println(results[0].Outcome, results[1].Outcome, err)
	// Output: appended already <nil>
}
