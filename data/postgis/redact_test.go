//go:build unix

package postgis

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"testing"

	"frontierwatch/data"
	"frontierwatch/data/gpkg"
	"frontierwatch/data/logtest"
	"frontierwatch/data/memlog"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// Random batches with redactions in them end as in memory and as in a file, with the
// same chain, and the tables follow.
func TestRedactionsAreAsElsewhere(t *testing.T) {
	ours := opened(t, database(t))
	file, err := gpkg.Open(filepath.Join(t.TempDir(), "a.gpkg"), gpkg.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	slow := memlog.New()
	r := rand.New(rand.NewPCG(12, 0))
	revisions := map[string][]log.Operation{}
	redactions := 0
	for b := range 60 {
		batch := make([]log.Entry, 1+r.IntN(4))
		for i := range batch {
			batch[i] = randomEntry(r, revisions)
			results, err := slow.Append(t.Context(), batch[i:i+1])
			if err != nil {
				t.Fatal(err)
			}
			if results[0].Outcome == log.Appended {
				revisions[batch[i].ID] = append(revisions[batch[i].ID], batch[i].Op)
				if batch[i].Op == log.Redact {
					redactions++
				}
			}
		}
		got, err := ours.Append(t.Context(), batch)
		want, err2 := file.Append(t.Context(), batch)
		if err = errors.Join(err, err2); err != nil {
			t.Fatal(err)
		}
		for i := range got {
			got[i].Recorded, want[i].Recorded = noon(), noon() // of a conflict any entry may be named
			if got[i] != want[i] {
				t.Fatalf("batch %d: %s of %s, revision %d, ends as %+v, in a file as %+v", b, batch[i].Op, batch[i].ID, batch[i].Revision, got[i], want[i])
			}
		}
	}
	if redactions < 10 {
		t.Errorf("only %d redactions were played", redactions)
	}
	if got, want := entriesOf(t, ours), entriesOf(t, slow); !reflect.DeepEqual(got, want) {
		t.Errorf("the log holds %v, in memory %v", got, want)
	}
	_, a, err1 := ours.Chain(t.Context())
	_, b, err2 := file.Chain(t.Context())
	if err := errors.Join(err1, err2, ours.Check(t.Context())); err != nil || a != b {
		t.Errorf("the chain is %s, in a file %s, %v", a, b, err)
	}
}

func randomEntry(r *rand.Rand, revisions map[string][]log.Operation) log.Entry {
	id := fmt.Sprint("r", r.IntN(6))
	e := entry(log.Report, id, r.IntN(5))
	n := len(revisions[id])
	if n == 0 || r.IntN(8) == 0 {
		return e
	}
	switch e.Revision = n + 1; r.IntN(4) {
	case 0:
		return revised(e, n+1, log.Retract)
	case 1:
		e.Op, e.Body = log.Redact, nil
		for _, op := range revisions[id] {
			body := logtest.Body(log.Report, id, 100+r.IntN(9))
			if r.IntN(3) == 0 || op == log.Retract || op == log.Redact {
				body = nil
			}
			e.Past = append(e.Past, body)
		}
		return e
	}
	return revised(e, n+1, log.Correct)
}

func entriesOf(t *testing.T, l data.Log) (all []string) {
	t.Helper()
	err := l.Scan(t.Context(), 0, func(e log.Entry) error {
		all = append(all, fmt.Sprintf("%d %d %s %d %s %q", e.Seq, e.FID, e.ID, e.Revision, e.Op, bytes.Clone(e.Body)))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// What one node erases is gone from the database, and from the memory of the other.
func TestEraseReachesEveryNode(t *testing.T) {
	dsn := database(t)
	var nodes []*data.Corpus
	for range 2 {
		c, err := nodeCorpus(t.Context(), opened(t, dsn))
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		nodes = append(nodes, c)
	}
	secret := walk("secret", 77777)
	if _, err := nodes[0].Add(t.Context(), "tester", []report.Report{secret, walk("other", 1)}); err != nil {
		t.Fatal(err)
	}
	if err := nodes[1].CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := nodes[0].Erase(t.Context(), "officer", "secret", "asked for"); err != nil {
		t.Fatal(err)
	}
	for i, c := range nodes {
		if err := c.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, at := range []log.AsOf{{}, {Seq: 1}} {
			if v, err := c.Report(t.Context(), "secret", at); err == nil {
				t.Errorf("node %d still shows %+v at %+v", i, v, at)
			}
		}
	}
	sameState(t, nodes...)
	for _, table := range []string{"report_events", "reports"} {
		var n int
		if err := oneOver(dsn, `SELECT count(*) FROM `+table+` t WHERE t::text LIKE '%77777%'`, &n); err != nil || n != 0 {
			t.Errorf("%d rows of %s still say what was erased, %v", n, table, err)
		}
	}
	s := opened(t, dsn)
	if err := s.Check(context.Background()); err != nil {
		t.Error(err)
	}
	change(t, dsn, `UPDATE report_events SET body = '{}' WHERE seq = 1`)
	if err := fresh(t, dsn); err == nil {
		t.Error("an overwritten entry that was changed once more was not noticed")
	}
}
