package gpkg

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// FORMAT.md must name every table and every column, and none that is not there.
func TestFormatIsDescribed(t *testing.T) {
	text, err := os.ReadFile("FORMAT.md")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "a.gpkg")
	open(t, path).Close()
	columns := map[string][]string{}
	for _, line := range rows(t, path, `SELECT m.name, c.name FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'`) {
		table, column, _ := strings.Cut(line, "|")
		columns[table] = append(columns[table], column)
	}
	if len(columns) != 11 {
		t.Errorf("the file has %d tables", len(columns))
	}
	said := sections(string(text))
	for table, want := range columns {
		for _, column := range want {
			if !slices.Contains(words(said[table]), column) {
				t.Errorf("FORMAT.md does not describe %s.%s", table, column)
			}
		}
		for _, row := range regexp.MustCompile(`(?m)^\| (.*?) \|`).FindAllStringSubmatch(said[table], -1) {
			for _, column := range words(row[1]) {
				if !slices.Contains(want, column) {
					t.Errorf("FORMAT.md describes %s.%s, which is not there", table, column)
				}
			}
		}
	}
}

// sections is what is said of each table: the section whose heading names it,
// or in the section of the standard the brackets behind its name.
func sections(text string) map[string]string {
	said := map[string]string{}
	for _, section := range strings.Split(text, "\n## ")[1:] {
		heading, body, _ := strings.Cut(section, "\n")
		names, _, _ := strings.Cut(heading, ":")
		for _, name := range strings.Split(names, ", ") {
			said[name] = body
		}
	}
	for _, m := range regexp.MustCompile("`(gpkg_[a-z_]+)` \\(([^)]*)\\)").FindAllStringSubmatch(said["Tables of the standard"], -1) {
		said[m[1]] = m[2]
	}
	return said
}

// words are those that are set as code.
func words(text string) (found []string) {
	for _, m := range regexp.MustCompile("`([a-z_]+)`").FindAllStringSubmatch(text, -1) {
		found = append(found, m[1])
	}
	return found
}
