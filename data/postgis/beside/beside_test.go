//go:build unix

package beside

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"frontierwatch/data/boundary"
	"frontierwatch/data/postgis/server"
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

const day = 24 * time.Hour

// started is a table in a server of its own; without a server the test is skipped.
func started(t *testing.T) *Table {
	t.Helper()
	if _, err := server.Find(); err != nil {
		t.Skipf("skipped %s: %v", t.Name(), err)
	}
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "fw") // short: the name of a socket must be
	if err == nil {
		t.Cleanup(func() { os.RemoveAll(dir) })
		err = os.Chmod(dir, 0o755) // the server runs as somebody else
	}
	if err != nil {
		t.Fatal(err)
	}
	s, err := server.New(ctx, dir)
	if err == nil {
		err = s.Start(ctx, Settings(2000, 0)...)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Remove() })
	table, err := Open(ctx, s.DSN("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { table.disconnect(ctx) })
	return table
}

// some makes reports all along the frontier, one an hour, each with another count.
func some(t *testing.T, line *frontier.Frontier, n int) (all []report.Version) {
	t.Helper()
	for i := range n {
		p := line.At(frontier.Main, line.Length(frontier.Main)*frontier.Meters(i*37%n)/frontier.Meters(n))
		place, err := line.Locate(p, 1000)
		if err != nil {
			t.Fatal(err)
		}
		at := time.Date(2017, 1, 1, i, 0, 0, 0, time.UTC)
		count := int64(i)
		v := report.Version{Seq: log.Seq(i + 1), Place: place, Report: report.Report{
			ID: "r-" + strings.Repeat("x", i%3) + at.Format("20060102T15"), Point: &p, Start: at, End: at, Count: report.Count{Best: count, Min: count, Max: count},
			Unit: report.Persons, Direction: report.DirectionUnknown, Relation: report.BetweenPorts, Source: "s", Status: report.Probable, TLP: report.Clear,
		}}
		if i%2 == 0 { // what may be left out is there in every second
			u := frontier.Meters(10)
			v.Published, v.Uncertainty = at.Add(day), &u
		}
		all = append(all, v)
	}
	return all
}

// Every form answers what going through all reports does.
func TestFormsAnswerWhatTheOracleDoes(t *testing.T) {
	line, err := boundary.Frontier()
	if err != nil {
		t.Fatal(err)
	}
	table, ctx := started(t), context.Background()
	all := some(t, line, 2000)
	var steps []int
	table.Step = func(done, of int) { steps = append(steps, of-done) }
	if err := table.Fill(ctx, line, slices.Values(all)); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(steps, []int{8, 7, 6, 5, 4, 3, 2, 1, 0}) {
		t.Errorf("steps to go: %v", steps)
	}
	says := map[string]Said{}
	for _, v := range all {
		says[v.ID] = Said{v.Start.UnixMicro(), v.Count.Best, string(v.Unit)}
	}
	from := all[500].Start
	questions := []Question{
		{Box: orb.Bound{Min: orb.Point{-98, 48.5}, Max: orb.Point{-96, 49.5}}, From: from, To: from.Add(30 * day)},
		{Box: orb.Bound{Min: orb.Point{-130, 40}, Max: orb.Point{-60, 60}}, From: from, To: from.Add(30 * day)}, // more than the limit
		{Box: orb.Bound{Min: orb.Point{0, 0}, Max: orb.Point{1, 1}}, From: from, To: from.Add(30 * day)},
	}
	for _, q := range questions {
		for _, w := range allWanted() {
			want := oracle(all, q, w)
			for _, form := range table.Forms(w) {
				got, err := form.Ask(ctx, q)
				if err != nil {
					t.Fatalf("%v %s: %v", w, form.How, err)
				}
				found, said := answered(t, got, w)
				agree(t, found, want, w, form.How)
				for i, id := range found {
					if said[i] != says[id] {
						t.Errorf("%+v %s: %s: %+v, want %+v", w, form.How, id, said[i], says[id])
					}
				}
				if w.Counted && got.All != len(want) || !w.Counted && got.All != 0 {
					t.Errorf("%+v %s: %d counted of %d", w, form.How, got.All, len(want))
				}
			}
		}
		for _, form := range table.SumForms(14) {
			q.To = all[len(all)-1].Start
			got, err := form.Ask(ctx, q)
			if err != nil {
				t.Fatal(err)
			}
			if want := sumOracle(line, all, q, 14); !maps.Equal(got.Sums, want) {
				t.Errorf("sums %s: %v, want %v", form.How, got.Sums, want)
			}
		}
	}
	version, err := table.Version(ctx)
	if err != nil || !strings.Contains(version, "PostGIS") || len(table.PIDs()) != 2 {
		t.Error(version, err, table.PIDs())
	}
}

// The buffers grow with the reports, up to a quarter of the memory.
func TestSettings(t *testing.T) {
	const gigabyte = 1 << 30
	for _, c := range []struct {
		reports int
		memory  uint64
		want    string
	}{{1000, 64 * gigabyte, "1GB"}, {4_000_000, 64 * gigabyte, "4GB"}, {10_000_000, 24 * gigabyte, "6GB"}, {10_000_000, 0, "1GB"}} {
		if got := Settings(c.reports, c.memory)[0]; got != "shared_buffers="+c.want {
			t.Errorf("%d reports, %d bytes: %s, want %s", c.reports, c.memory, got, c.want)
		}
	}
}

// oracle are the ids of all that are meant, newest first, whatever the limit.
func oracle(all []report.Version, q Question, w Wanted) (ids []string) {
	for _, v := range slices.Backward(all) {
		if q.Box.Contains(*v.Point) && (!w.During || !v.Start.Before(q.From) && !v.Start.After(q.To)) {
			ids = append(ids, v.ID)
		}
	}
	return ids
}

// allWanted is whatever can be wanted.
func allWanted() (all []Wanted) {
	for _, w := range []Wanted{{}, {Newest: true}, {During: true}, {Newest: true, During: true}} {
		for _, few := range []bool{false, true} {
			w.Few = few
			asJSON, counted := w, w
			asJSON.JSON, counted.Counted = true, true
			all = append(all, w, asJSON, counted)
		}
	}
	return all
}

// answered is what is in an answer. GeoJSON has a point and the properties that were
// wanted, no more.
func answered(t *testing.T, f Found, w Wanted) (ids []string, said []Said) {
	t.Helper()
	if !w.JSON {
		return f.IDs, f.Said
	}
	var c struct {
		Features []struct {
			Geometry   struct{ Coordinates orb.Point }
			Properties map[string]any
		}
	}
	if err := json.Unmarshal(f.Text, &c); err != nil {
		t.Fatal(err)
	}
	properties := map[bool]int{true: 4, false: 19}[w.Few]
	for _, f := range c.Features {
		id, _ := f.Properties["id"].(string)
		start, _ := f.Properties["observed_start"].(string)
		best, _ := f.Properties["count_best"].(float64)
		unit, _ := f.Properties["unit"].(string)
		at, err := time.Parse(time.RFC3339, start)
		if err != nil || len(f.Properties) != properties || f.Geometry.Coordinates == (orb.Point{}) {
			t.Fatalf("%+v: %+v %v", w, f, err)
		}
		ids, said = append(ids, id), append(said, Said{at.UnixMicro(), int64(best), unit})
	}
	return ids, said
}

func agree(t *testing.T, got, want []string, w Wanted, how string) {
	t.Helper()
	if len(got) != min(len(want), Limit) {
		t.Fatalf("%+v %s: %d reports, want %d of %d", w, how, len(got), Limit, len(want))
	}
	if w.Newest {
		if !slices.Equal(got, want[:len(got)]) {
			t.Errorf("%+v %s: others than the newest", w, how)
		}
		return
	}
	for _, id := range got {
		if !slices.Contains(want, id) {
			t.Errorf("%+v %s: %s was not meant", w, how, id)
		}
	}
}

func sumOracle(line *frontier.Frontier, all []report.Version, q Question, days int) map[string]Sums {
	var sums map[string]Sums
	for _, s := range line.Segments() {
		if !line.Meets(s.Stretch, q.Box) {
			continue
		}
		var sum Sums
		for _, v := range all {
			switch age := q.To.Sub(v.Start); {
			case v.Place.Segment != s.Index || age <= 0:
			case age <= time.Duration(days)*day:
				sum.Now += v.Count.Best
			case age <= 2*time.Duration(days)*day:
				sum.Before += v.Count.Best
			}
		}
		if sums == nil {
			sums = map[string]Sums{}
		}
		sums[s.ID] = sum
	}
	return sums
}

// What is inserted one by one is there once, and the table goes when it is closed.
func TestWriterAndClose(t *testing.T) {
	line, err := boundary.Frontier()
	if err != nil {
		t.Fatal(err)
	}
	table, ctx := started(t), context.Background()
	all := some(t, line, 20)
	if err := table.Fill(ctx, line, slices.Values(all)); err != nil {
		t.Fatal(err)
	}
	if err := table.Empty(ctx); err != nil {
		t.Fatal(err)
	}
	w, err := table.Writer(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for i := range all[:10] {
		for range 2 {
			if err := w.Write(ctx, line, &all[i]); err != nil {
				t.Fatal(err)
			}
		}
	}
	everywhere := Question{Box: orb.Bound{Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}}}
	got, err := table.Forms(Wanted{Newest: true})[0].Ask(ctx, everywhere)
	want := oracle(all[:10], everywhere, Wanted{})
	if err != nil || len(got.IDs) != 10 || !slices.Equal(got.IDs, want) {
		t.Errorf("%v %v, want %v", got.IDs, err, want)
	}
	dsn := table.config.ConnString()
	other, err := pgx.Connect(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	if pids, err := table.Others(ctx); err != nil || !slices.Equal(pids, []int{int(other.PgConn().PID())}) {
		t.Errorf("others: %v %v, want %d", pids, err, other.PgConn().PID())
	}
	if pids, err := table.Processes(ctx); err != nil || len(pids) <= 3 || !slices.Contains(pids, table.PIDs()[0]) {
		t.Errorf("all processes: %v %v", pids, err)
	}
	other.Close(ctx)
	if _, err := Open(ctx, dsn); err == nil || !strings.Contains(err.Error(), "DROP SCHEMA") {
		t.Errorf("a second table in the same database: %v", err)
	}
	if err := errors.Join(w.Close(ctx), table.Close(ctx)); err != nil {
		t.Fatal(err)
	}
	again, err := Open(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Close(ctx); err != nil {
		t.Fatal(err)
	}
}
