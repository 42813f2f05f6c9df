// Package beside keeps reports in PostGIS as an expert would who has no
// frontierwatch: in one plain, well indexed table, asked in SQL. It is there to
// be measured beside frontierwatch, and for nothing else.
package beside

import (
	"context"
	_ "embed" // the statements that make the table
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"frontierwatch/geo/frontier"
)

// Schema is the schema that the tables are made in and that Close drops.
const Schema = "frontierwatch_bench"

const application = "frontierwatch bench"

//go:embed table.sql
var tableSQL string

//go:embed index.sql
var indexSQL string

//go:embed index_more.sql
var indexMoreSQL string

// Settings are for a server that does nothing else but hold so many reports: table
// and indexes fit into its buffers, unless that is more than the quarter of the
// memory (bytes; 0: not known) which PostgreSQL advises, and it does not stop to
// write them out. All else is as PostgreSQL comes, and durable.
func Settings(reports int, memory uint64) []string {
	const gigabyte = 1 << 30
	buffers := max(1, min(uint64(reports)/1_000_000, memory/4/gigabyte))
	return []string{fmt.Sprintf("shared_buffers=%dGB", buffers), "max_wal_size=4GB"}
}

// session are the settings of every connection. Queries run in one process, so
// that its processor time is all that they cost, and are not compiled, which
// costs more than queries as short as these.
func session(config *pgx.ConnConfig, more map[string]string) *pgx.ConnConfig {
	config = config.Copy()
	for name, value := range map[string]string{
		"search_path": Schema + ",public", "application_name": application, "timezone": "UTC",
		"max_parallel_workers_per_gather": "0", "jit": "off", "random_page_cost": "1.1",
		"effective_cache_size": "4GB", "work_mem": "64MB", "maintenance_work_mem": "512MB",
	} {
		config.RuntimeParams[name] = value
	}
	for name, value := range more {
		config.RuntimeParams[name] = value
	}
	return config
}

// Table is the reports, over one connection that plans every question anew and
// one that plans a question once.
type Table struct {
	// Step is told, while Fill makes the indexes, how many of its steps are done.
	Step func(done, of int)

	config *pgx.ConnConfig
	plans  []plan
}

// plan is a connection with its way to plan.
type plan struct {
	*pgx.Conn
	how string
}

// Open makes the tables, empty. It fails where they are already.
func Open(ctx context.Context, dsn string) (_ *Table, err error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, err
	}
	t := &Table{Step: func(int, int) {}, config: config}
	defer func() {
		if err != nil {
			err = errors.Join(err, t.disconnect(ctx))
		}
	}()
	for _, mode := range []string{"force_custom_plan", "force_generic_plan"} {
		c, err := pgx.ConnectConfig(ctx, session(config, map[string]string{"plan_cache_mode": mode}))
		if err != nil {
			return nil, err
		}
		t.plans = append(t.plans, plan{c, map[string]string{"force_custom_plan": "planned each time", "force_generic_plan": "planned once"}[mode]})
	}
	var there bool
	if err := t.plans[0].QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1)`, Schema).Scan(&there); err != nil {
		return nil, err
	}
	if there {
		return nil, fmt.Errorf("the database has a schema %s already, left by a bench that was killed or is running: DROP SCHEMA %[1]s CASCADE removes it", Schema)
	}
	return t, t.exec(ctx, tableSQL)
}

func (t *Table) exec(ctx context.Context, sql string) error {
	_, err := t.plans[0].Exec(ctx, sql)
	return err
}

// Version names the server and its PostGIS.
func (t *Table) Version(ctx context.Context) (version string, err error) {
	err = t.plans[0].QueryRow(ctx, `SELECT 'PostgreSQL ' || current_setting('server_version') || ', PostGIS ' || postgis_lib_version()
		|| ', shared_buffers ' || current_setting('shared_buffers')`).Scan(&version)
	return version, err
}

// PIDs are the processes that answer.
func (t *Table) PIDs() (pids []int) {
	for _, p := range t.plans {
		pids = append(pids, int(p.PgConn().PID()))
	}
	return pids
}

// Others are the processes that answer whoever else is connected to the database.
func (t *Table) Others(ctx context.Context) (pids []int, err error) {
	return t.pids(ctx, `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'
		AND application_name <> $1`, application)
}

// Processes are all of the server that last: those that answer, and those that
// write the log and the tables.
func (t *Table) Processes(ctx context.Context) ([]int, error) {
	return t.pids(ctx, `SELECT pid FROM pg_stat_activity WHERE backend_type NOT IN ('autovacuum worker', 'parallel worker')`)
}

func (t *Table) pids(ctx context.Context, sql string, args ...any) ([]int, error) {
	rows, err := t.plans[0].Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[int])
}

// Close drops the tables and disconnects.
func (t *Table) Close(ctx context.Context) error {
	return errors.Join(t.exec(ctx, `DROP SCHEMA `+Schema+` CASCADE`), t.disconnect(ctx))
}

func (t *Table) disconnect(ctx context.Context) (err error) {
	for _, p := range t.plans {
		err = errors.Join(err, p.Conn.Close(ctx))
	}
	return err
}

// segmentID names the segment of a place.
func segmentID(line *frontier.Frontier, at frontier.Place) string {
	return line.Segments()[at.Segment].ID
}
