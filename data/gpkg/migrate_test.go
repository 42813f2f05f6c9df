package gpkg

import (
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/ncruces/go-sqlite3"
)

// trial is a schema of the future: the present one and two steps more.
func trial() (fstest.MapFS, []step) {
	files := fstest.MapFS{
		"2.sql": {Data: []byte(`CREATE TABLE keys (id TEXT PRIMARY KEY)`)},
		"3.sql": {Data: []byte(`ALTER TABLE keys ADD COLUMN name TEXT; INSERT INTO keys VALUES ('a', 'b')`)},
	}
	return files, append(steps(), step{"keys", "2.sql"}, step{"names of keys", "3.sql"})
}

func TestMigrationsGoOnWhereTheFileIs(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.gpkg")
	s := open(t, path)
	add(t, s, walks(0, 3)...)
	s.Close()
	c, err := sqlite3.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	files, all := trial()
	for _, to := range []int{len(steps()) + 1, len(steps()) + 2, len(steps()) + 2} {
		if err := migrate(c, files, all[:to], noon()); err != nil {
			t.Fatal(err)
		}
		if number, err := schemaNumber(c, to); err != nil || number != to {
			t.Errorf("the schema is %d, %v, want %d", number, err, to)
		}
	}
	want := []string{"3|keys|2017-01-31T12:00:00.000Z", "4|names of keys|2017-01-31T12:00:00.000Z"}
	if diff := cmp.Diff(want, rows(t, path, `SELECT * FROM migrations WHERE number > 2 ORDER BY number`)); diff != "" {
		t.Error(diff)
	}
	if got := rows(t, path, `SELECT count(*) FROM reports`); got[0] != "3" {
		t.Errorf("after the migrations there are %s reports", got[0])
	}
}

// A step that fails leaves nothing of itself behind, and those before it stay.
func TestAMigrationIsWholeOrNotThere(t *testing.T) {
	c, err := sqlite3.Open(filepath.Join(t.TempDir(), "a.gpkg"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	files, all := trial()
	files["2.sql"].Data = []byte(`CREATE TABLE keys (id TEXT PRIMARY KEY); INSERT INTO nowhere VALUES (1)`)
	for _, step := range steps() {
		base, err := schemas.ReadFile(step.file)
		if err != nil {
			t.Fatal(err)
		}
		files[step.file] = &fstest.MapFile{Data: base}
	}
	if err := migrate(c, files, all, noon()); err == nil || !strings.Contains(err.Error(), "migration 3 (keys)") {
		t.Errorf("a step that fails: %v", err)
	}
	number, err := schemaNumber(c, 4)
	tables := 0
	err = first(err, queryRow(c, `SELECT count(*) FROM sqlite_schema WHERE name = 'keys'`, func(st *sqlite3.Stmt) { tables = st.ColumnInt(0) }))
	if err != nil || number != 2 || tables != 0 {
		t.Errorf("then the schema is %d with %d tables of the step, %v", number, tables, err)
	}
}

// Every file of the folder is a step, in the order of its name.
func TestEveryStepIsListed(t *testing.T) {
	files, err := schemas.ReadDir("schema")
	if err != nil || len(files) != len(steps()) {
		t.Fatalf("%d files, %d steps, %v", len(files), len(steps()), err)
	}
	for i, s := range steps() {
		if s.file != "schema/"+files[i].Name() || s.title == "" {
			t.Errorf("step %d is %+v, the file %s", i+1, s, files[i].Name())
		}
	}
}
