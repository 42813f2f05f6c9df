//go:build unix

package postgis

import (
	"fmt"
	"strings"
	"testing"

	"frontierwatch/geo/log"
)

// Each role may do what it is for and nothing else, whatever its name.
func TestRoles(t *testing.T) {
	dsn := database(t)
	filled(t, opened(t, dsn))
	for range 2 { // it may be run again
		if err := sqlOver(dsn, Roles(`a "node"`, `ana'lyst`)); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		err := sqlOver(dsn, `DROP OWNED BY "a ""node"""`, `DROP OWNED BY "ana'lyst"`, `DROP ROLE "a ""node"""`, `DROP ROLE "ana'lyst"`)
		if err != nil {
			t.Error(err)
		}
	})
	as := func(user string) string { return strings.Replace(dsn, "frontierwatch@", user+"@", 1) }
	node, analyst := as("a%20%22node%22"), as("ana%27lyst")

	s := opened(t, node)
	put(t, s, entry(log.Report, "by-node", 1), revised(entry(log.Report, "by-node", 2), 2, log.Correct))
	if err := s.Check(t.Context()); err != nil {
		t.Errorf("a node checks: %v", err)
	}
	for _, sql := range []string{`SELECT geom FROM standing_reports`, `SELECT * FROM weekly_counts`, `SELECT * FROM sources`, `SELECT count(*) FROM reports WHERE geom && ST_MakeEnvelope(-98, 48, -97, 50, 4326)`} {
		if err := sqlOver(analyst, sql); err != nil {
			t.Errorf("an analyst: %v", err)
		}
	}
	writable := strings.Replace(analyst, "?", "?default_transaction_read_only=off&", 1) // a setting that a user can change is no fence
	for dsn, statements := range map[string][]string{
		node: {`UPDATE report_events SET actor = 'x'`, `UPDATE report_events SET body = ''`, `DELETE FROM report_events`, `TRUNCATE reports`, `DELETE FROM reports`, `CREATE TABLE x (y int)`,
			`UPDATE meta SET value = 'x'`, `INSERT INTO feed_head VALUES (2, 0, NULL, '')`, `ALTER TABLE report_events DISABLE TRIGGER ALL`},
		writable: {`SELECT * FROM report_events`, `SELECT * FROM feed_head`, `INSERT INTO sources SELECT * FROM sources`, `UPDATE reports SET tlp = 'CLEAR'`,
			`DELETE FROM standing_reports`, `CREATE TABLE x (y int)`},
		analyst: {`CREATE TEMP TABLE x (y int)`},
	} {
		for _, sql := range statements {
			if err := sqlOver(dsn, sql); codeOf(err) != "42501" && codeOf(err) != "25006" && !strings.Contains(fmt.Sprint(err), "append-only") {
				t.Errorf("%s was not refused: %v", sql, err)
			}
		}
	}
}
