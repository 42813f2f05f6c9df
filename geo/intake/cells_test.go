package intake

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// table takes a whole text apart. whole is false if a quote is out of place or the
// text ends within quotes.
func table(text string) (rows [][]string, whole bool) {
	s := &source{from: iotest.OneByteReader(strings.NewReader(text)), line: 1}
	var c cells
	for whole = true; ; {
		s.begin()
		more, quoted := c.read(s)
		whole = whole && !quoted && c.stray < 0
		row := make([]string, c.count())
		for i := range row {
			row[i] = string(c.cell(i))
		}
		if more || s.at > s.mark {
			rows = append(rows, row)
		}
		if !more {
			return rows, whole
		}
	}
}

func TestRowsOfRFC4180(t *testing.T) {
	for text, want := range map[string][][]string{
		"":                                  nil,
		"aaa,bbb,ccc\r\nzzz,yyy,xxx\r\n":    {{"aaa", "bbb", "ccc"}, {"zzz", "yyy", "xxx"}}, // section 2, rule 1
		"aaa,bbb,ccc\r\nzzz,yyy,xxx":        {{"aaa", "bbb", "ccc"}, {"zzz", "yyy", "xxx"}}, // 2
		`"aaa","bbb","ccc"` + "\nzzz,y y,x": {{"aaa", "bbb", "ccc"}, {"zzz", "y y", "x"}},   // 4, 5
		"\"aaa\",\"b\r\nbb\",\"ccc\"\r\nz":  {{"aaa", "b\r\nbb", "ccc"}, {"z"}},             // 6
		`"aaa","b""bb",""""`:                {{"aaa", `b"bb`, `"`}},                         // 7
		",\n":                               {{"", ""}},
		"\n\n":                              {{""}, {""}},
		`""`:                                {{""}},
		`"",""` + "\n":                      {{"", ""}},
		"a\rb\r\n":                          {{"a\rb"}},
	} {
		if rows, whole := table(text); !whole || !cmp.Equal(rows, want) {
			t.Errorf("%q: %q, want %q (%t)", text, rows, want, whole)
		}
	}
	for _, text := range []string{`a"`, `a"b"`, `"a"b`, `"a" ,b`, ` "a"`, `"a`, `"a,b` + "\n", `"""`, `"a"""b`, `a,"`} {
		if rows, whole := table(text); whole {
			t.Errorf("%q: %q", text, rows)
		}
	}
}

// encoding/csv is the oracle. It makes LF of CRLF within quotes, leaves out lines
// with nothing on them, and drops a carriage return at the end of the text.
func FuzzCells(f *testing.F) {
	for _, text := range []string{
		"", "a,b\r\nc,d", "\"a\"\"b\r\n\",c\n\n\"\"\nd", `a"b`, `"a"b`, `"a`, "a\r\r\n", ",,\n\"\",", "\"a\"\r\n", "\"a\"\rb\n", "é,\xff\n",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.HasSuffix(text, "\r") {
			return
		}
		oracle := csv.NewReader(strings.NewReader(text))
		oracle.FieldsPerRecord = -1
		want, err := oracle.ReadAll()
		got, whole := table(text)
		if whole != (err == nil) {
			t.Fatalf("%q: whole %t, and encoding/csv says %v", text, whole, err)
		}
		if err != nil {
			return
		}
		for _, row := range got {
			for i := range row {
				row[i] = strings.ReplaceAll(row[i], "\r\n", "\n")
			}
		}
		// A line of one empty cell in quotes is a row for encoding/csv.
		blank := func(row []string) bool { return len(row) == 1 && row[0] == "" }
		got, want = slices.DeleteFunc(got, blank), slices.DeleteFunc(want, blank)
		if diff := cmp.Diff(want, got); diff != "" && len(got)+len(want) > 0 {
			t.Fatalf("%q (-want +got):\n%s", text, diff)
		}
	})
}

func TestNamesFitALine(t *testing.T) {
	for name, want := range map[string]string{
		"": `""`, "nom": "nom", "n\tb": `n\u0009b`, "\x1b[2J": `\u001b[2J`, "\xff": `\ufffd`, "é": "é", strings.Repeat("é", 65): strings.Repeat("é", 64) + "…",
	} {
		if got := shown(name); got != want {
			t.Errorf("%q: %s, want %s", name, got, want)
		}
	}
}
