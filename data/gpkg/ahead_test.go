package gpkg

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ncruces/go-sqlite3"

	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// texts are the rows of a table.
func texts(t *testing.T, s *Store, table string) (all []string) {
	t.Helper()
	c, err := s.reader()
	if err != nil {
		t.Fatal(err)
	}
	defer s.release(c)
	err = eachRow(c, `SELECT * FROM `+table, func(st *sqlite3.Stmt) error {
		var row []string
		for i := range st.ColumnCount() {
			row = append(row, fmt.Sprintf("%v %q", st.ColumnType(i), st.ColumnText(i)))
		}
		all = append(all, strings.Join(row, "|"))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// A store that is told what the bodies say writes what one writes that has to read
// them, and one that is told of some of them does too.
func TestWhatIsBroughtIsWhatIsRead(t *testing.T) {
	entries := append(mixed(), walks(100, 300)...)
	var want [][]string
	for name, brings := range map[string]func(i int) bool{
		"nothing": func(int) bool { return false }, "all": func(int) bool { return true }, "some": func(i int) bool { return i%3 == 0 },
	} {
		told := slices.Clone(entries)
		for i := range told {
			if e := &told[i]; e.Kind == log.Report && len(e.Body) > 0 && brings(i) {
				r, err := report.DecodeBody(e.Body)
				if err != nil {
					t.Fatal(err)
				}
				e.Says = &r
			}
		}
		s := open(t, filepath.Join(t.TempDir(), "a.gpkg"))
		add(t, s, told...)
		got := [][]string{texts(t, s, "reports"), texts(t, s, "report_events"), texts(t, s, "posts")}
		if want == nil {
			want = got
		}
		for i := range want {
			if !slices.Equal(got[i], want[i]) {
				t.Errorf("told of %s: table %d differs", name, i)
			}
		}
		if err := s.Check(context.Background()); err != nil {
			t.Errorf("told of %s: %v", name, err)
		}
	}
}

// The control: what is brought is written, so that a check names an entry that brought
// something else than its body says.
func TestWhatIsBroughtMustBeTheBody(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "a.gpkg"))
	e := created(walk(1))
	other, err := report.DecodeBody(e.Body)
	if err != nil {
		t.Fatal(err)
	}
	other.Count.Best++
	e.Says = &other
	add(t, s, e)
	if err := s.Check(context.Background()); err == nil || !strings.Contains(err.Error(), "count_best") {
		t.Errorf("the check says %v", err)
	}
}
