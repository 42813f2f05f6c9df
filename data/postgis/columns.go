package postgis

import (
	"fmt"
	"strings"
	"time"
)

// Rows go to the server by columns: one array a column, whatever the number of
// rows, so that a statement is prepared once.

// columns are names with the types that PostgreSQL knows them by.
type columns []struct{ name, kind string }

// tableOf reads "name type, name type".
func tableOf(text string) (t columns) {
	for column := range strings.SplitSeq(text, ",") {
		f := strings.Fields(column)
		t = append(t, struct{ name, kind string }{f[0], f[1]})
	}
	return t
}

func (t columns) names() string {
	names := make([]string, len(t))
	for i, c := range t {
		names[i] = `"` + c.name + `"` // overlaps is a word of SQL
	}
	return strings.Join(names, ", ")
}

// unnest is the table that the arrays make.
func (t columns) unnest() string {
	parts := make([]string, len(t))
	for i, c := range t {
		parts[i] = fmt.Sprintf("$%d::%s[]", i+1, c.kind)
	}
	return "unnest(" + strings.Join(parts, ", ") + ")"
}

// excluded sets every column but the key to what was to be inserted.
func (t columns) excluded() string {
	parts := make([]string, 0, len(t))
	for _, c := range t[1:] {
		parts = append(parts, fmt.Sprintf(`%q = excluded.%[1]q`, c.name))
	}
	return strings.Join(parts, ", ")
}

// arrays turns rows into columns.
func (t columns) arrays(rows [][]any) []any {
	arrays := make([]any, len(t))
	for i, c := range t {
		switch c.kind {
		case "bigint":
			arrays[i] = array[int64](rows, i)
		case "float8":
			arrays[i] = array[float64](rows, i)
		case "boolean":
			arrays[i] = array[bool](rows, i)
		case "timestamptz":
			arrays[i] = array[time.Time](rows, i)
		case "bytea":
			arrays[i] = array[[]byte](rows, i)
		default:
			arrays[i] = texts(rows, i)
		}
	}
	return arrays
}

func array[T any](rows [][]any, i int) []*T {
	out := make([]*T, len(rows))
	for k, row := range rows {
		if v, ok := row[i].(T); ok {
			out[k] = &v
		}
	}
	return out
}

// texts are without NUL, which a text in PostgreSQL cannot hold; the body has it
// as an escape.
func texts(rows [][]any, i int) []*string {
	out := array[string](rows, i)
	for _, s := range out {
		if s != nil && strings.Contains(*s, "\x00") {
			*s = strings.ReplaceAll(*s, "\x00", "\uFFFD")
		}
	}
	return out
}
