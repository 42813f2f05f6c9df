package boundary

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
)

// Every embedded file is described in both documents, and each of its columns or
// properties in the section of FORMAT.md that is about it.
func TestDocumentsDescribeEveryFile(t *testing.T) {
	format, sources := text(t, "FORMAT.md"), text(t, "SOURCES.md")
	files := embedded(t)
	if len(files) < 6 {
		t.Errorf("only %v are embedded", files)
	}
	for _, file := range files {
		section := sectionOf(format, file)
		if section == "" {
			t.Errorf("FORMAT.md has no section on %s", file)
		}
		if !strings.Contains(sources, "`"+file+"`") {
			t.Errorf("SOURCES.md does not say where %s comes from", file)
		}
		for _, name := range membersOf(t, file) {
			if !strings.Contains(section, "`"+name+"`") {
				t.Errorf("FORMAT.md does not describe %s of %s", name, file)
			}
		}
	}
}

// The control: a file that is not described must be found.
func TestUndescribedFilesAreFound(t *testing.T) {
	if got := sectionOf("# A\n\n## one.csv\n\ntext of one\n\n## two.csv\n\ntext of two\n", "two.csv"); got != "\n\ntext of two\n" {
		t.Errorf("the section is %q", got)
	}
	if got := sectionOf("# A\n\n## one.csv\n", "two.csv"); got != "" {
		t.Errorf("a section that is not there is %q", got)
	}
}

func text(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// embedded lists the files that the sources of this package embed.
func embedded(t *testing.T) (files []string) {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	directive := regexp.MustCompile(`(?m)^\s*//go:embed (\S+)$`)
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".go") && !strings.HasSuffix(e.Name(), "_test.go") {
			for _, m := range directive.FindAllStringSubmatch(text(t, e.Name()), -1) {
				files = append(files, m[1])
			}
		}
	}
	return files
}

func sectionOf(document, file string) string {
	_, section, found := strings.Cut(document, "\n## "+file)
	if !found {
		return ""
	}
	section, _, _ = strings.Cut(section, "\n## ")
	return section
}

// membersOf lists the columns of a CSV file, or the properties of the first
// feature of a GeoJSON file.
func membersOf(t *testing.T, file string) (names []string) {
	t.Helper()
	if strings.HasSuffix(file, ".csv") {
		header, err := csv.NewReader(strings.NewReader(text(t, file))).Read()
		if err != nil {
			t.Fatal(err)
		}
		return header
	}
	var collection struct {
		Features []struct{ Properties map[string]any }
	}
	if err := json.Unmarshal([]byte(text(t, file)), &collection); err != nil {
		t.Fatal(err)
	}
	for name := range collection.Features[0].Properties {
		names = append(names, name)
	}
	return names
}
