//go:build unix

package postgis

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// FORMAT.md names every table, view and column that there is.
func TestFormatNamesEveryColumn(t *testing.T) {
	text, err := os.ReadFile("FORMAT.md")
	if err != nil {
		t.Fatal(err)
	}
	s := opened(t, database(t))
	n := 0
	err = s.read(t.Context(), func(ctx context.Context, c *pgx.Conn) error {
		rows, err := c.Query(ctx, `SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'
			AND table_name NOT IN ('spatial_ref_sys', 'geometry_columns', 'geography_columns')`)
		if err != nil {
			return err
		}
		var table, column string
		_, err = pgx.ForEachRow(rows, []any{&table, &column}, func() error {
			n++
			if !strings.Contains(string(text), table) || !strings.Contains(string(text), "`"+column+"`") {
				t.Errorf("FORMAT.md does not name %s.%s", table, column)
			}
			return nil
		})
		return err
	})
	if err != nil || n < 60 {
		t.Errorf("%d columns, %v", n, err)
	}
}
