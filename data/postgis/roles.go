package postgis

import (
	"strings"

	"github.com/jackc/pgx/v5"
)

// Roles is the SQL that lets one role do what a node does, and another what an
// analyst does, and both no more. Who owns the tables runs it, after the first
// start or migration has made them; it may be run again. It sets no passwords.
//
// A node adds to the log and keeps what is shown of it up to date: it can remove
// nothing that was written, change only bodies, together with an entry that says so,
// and make no tables. An analyst reads what is
// shown, not the log with who asked and why.
func Roles(node, analyst string) string {
	quoted := func(name string) string { return pgx.Identifier{name}.Sanitize() }
	literal := func(name string) string { return "'" + strings.ReplaceAll(name, "'", "''") + "'" }
	return strings.NewReplacer("$NODE", quoted(node), "$ANALYST", quoted(analyst), "$BOTH", literal(node)+", "+literal(analyst)).Replace(roles)
}

const roles = `DO $$
DECLARE who text;
BEGIN
  FOREACH who IN ARRAY ARRAY[$BOTH] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = who) THEN
      EXECUTE format('CREATE ROLE %I LOGIN', who);
    END IF;
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), who);
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), who);
  END LOOP;
END $$;
REVOKE ALL ON meta, migrations, report_events, feed_head, feed_kinds, reports, posts, sources, records,
  standing_reports, standing_posts, weekly_counts, source_activity FROM PUBLIC, $NODE, $ANALYST;
GRANT SELECT ON meta, migrations, records TO $NODE;
GRANT SELECT, INSERT, UPDATE (body) ON report_events TO $NODE; -- a trigger asks for the entry that says so
GRANT SELECT, UPDATE ON feed_head TO $NODE;
GRANT SELECT, INSERT, UPDATE ON feed_kinds, reports, posts, sources TO $NODE;
GRANT SELECT ON reports, posts, sources, standing_reports, standing_posts, weekly_counts, source_activity TO $ANALYST;
ALTER ROLE $ANALYST SET default_transaction_read_only = on;
ALTER ROLE $ANALYST SET statement_timeout = '60s';
`
