package gpkg

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// secret is a report at a place that no other text of a file has, with a reference.
func secret(people int64) log.Entry {
	r := walk(7)
	r.ID, r.Point, r.SourceRef = "gone", &orb.Point{-101.2345678, 49.7654321}, "REF-SECRET"
	r.Count = report.Count{Best: people, Min: people, Max: people}
	return created(r)
}

// revised is an entry as a revision of its record.
func revised(e log.Entry, op log.Operation, revision int) log.Entry {
	e.Op, e.Revision = op, revision
	if op == log.Retract || op == log.Redact {
		e.Body = nil
	}
	return e
}

// erasing overwrites everything of a record of so many entries.
func erasing(e log.Entry, entries int) log.Entry {
	e = revised(e, log.Redact, entries+1)
	e.Past, e.Reason = make([][]byte, entries), "court order"
	return e
}

// traces are the texts and bytes by which the secret would be known.
func traces(t *testing.T) [][]byte {
	t.Helper()
	e := secret(1)
	r, err := report.DecodeBody(e.Body)
	if err != nil {
		t.Fatal(err)
	}
	return [][]byte{[]byte("101.2345678"), []byte("49.7654321"), []byte("REF-SECRET"), appendPoint(nil, *r.Point)[8:]}
}

func inFiles(t *testing.T, path string) (found []string) {
	t.Helper()
	for _, end := range []string{"", "-wal"} {
		text, err := os.ReadFile(path + end)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		for _, trace := range traces(t) {
			if bytes.Contains(text, trace) {
				found = append(found, end+" "+string(trace))
			}
		}
	}
	return found
}

func TestErasedBytesAreNowhereInTheFile(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "a.gpkg")
	s := open(t, path)
	add(t, s, walks(0, 5)...)
	add(t, s, secret(1), revised(secret(2), log.Correct, 2), revised(secret(2), log.Retract, 3), revised(secret(3), log.Correct, 4))
	add(t, s, walks(20, 2)...)
	if len(inFiles(t, path)) == 0 {
		t.Fatal("the control: the secret is not to be found before it is erased")
	}
	_, before, err := s.Chain(ctx)
	if err != nil {
		t.Fatal(err)
	}
	sums := rows(t, path, `SELECT hex(chain) FROM report_events ORDER BY seq`)
	add(t, s, erasing(secret(1), 4))
	if found := inFiles(t, path); len(found) > 0 {
		t.Errorf("while the file is open: %q", found)
	}
	if err := s.Check(ctx); err != nil {
		t.Errorf("check: %v", err)
	}
	add(t, s, walks(30, 2)...)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if found := inFiles(t, path); len(found) > 0 {
		t.Errorf("after closing: %q", found)
	}
	if diff := cmp.Diff(sums, rows(t, path, `SELECT hex(chain) FROM report_events WHERE seq <= 11 ORDER BY seq`)); diff != "" || !strings.HasSuffix(strings.ToLower(sums[10]), before[len(before)-32:]) {
		t.Errorf("the chain of what was there has changed:\n%s", diff)
	}
	if got := rows(t, path, `SELECT id, geom, source_ref, tlp, revision, seq, deleted FROM reports WHERE id = 'gone'`); got[0] != "gone|NULL|NULL|NULL|5|12|1" {
		t.Errorf("the row is %s", got[0])
	}
	s = open(t, path)
	if err := s.Check(ctx); err != nil {
		t.Errorf("opened again: %v", err)
	}
	var ops []string
	err = s.Scan(ctx, 5, func(e log.Entry) error {
		if e.ID == "gone" {
			ops = append(ops, string(e.Op)+" "+string(e.Body)+e.Reason)
		}
		return nil
	})
	if diff := cmp.Diff([]string{"create ", "correct ", "retract ", "correct ", "redact court order"}, ops); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
	results, err := s.Append(ctx, []log.Entry{secret(1), revised(secret(9), log.Correct, 6), revised(secret(9), log.Retract, 6), erasing(secret(1), 4)})
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range results {
		want := log.Conflict
		if i == 3 {
			want = log.Already
		}
		if r.Outcome != want {
			t.Errorf("entry %d after erasing: %s", i, r.Outcome)
		}
	}
}

// Whoever changes what is left after a redaction is found out, and so is who overwrites
// without one.
func TestRedactionsKeepTheChain(t *testing.T) {
	ctx := context.Background()
	made := func(t *testing.T) string {
		path := filepath.Join(t.TempDir(), "a.gpkg")
		s := open(t, path)
		add(t, s, walks(0, 2)...)
		add(t, s, secret(1), revised(secret(2), log.Correct, 2))
		coarse := revised(secret(1), log.Redact, 3)
		for _, people := range []int64{1, 2} {
			r := walk(7)
			r.ID, r.Count = "gone", report.Count{Best: people, Min: people, Max: people}
			coarse.Past = append(coarse.Past, created(r).Body)
		}
		add(t, s, coarse)
		again := erasing(secret(1), 3)
		again.Past[1] = coarse.Past[1] // the first version only
		add(t, s, again)
		add(t, s, walks(9, 2)...)
		if err := s.Check(ctx); err != nil {
			t.Fatal(err)
		}
		s.Close()
		if found := inFiles(t, path); len(found) > 0 {
			t.Fatalf("left: %q", found)
		}
		return path
	}
	for what, statement := range map[string]string{
		"a body that was left":           `UPDATE report_events SET body = replace(body, '"count_best":2', '"count_best":3') WHERE seq = 4`,
		"one that was erased":            `UPDATE report_events SET body = (SELECT body FROM report_events WHERE seq = 4) WHERE seq = 3`,
		"another field":                  `UPDATE report_events SET actor = 'x' WHERE seq = 3`,
		"an entry before":                `UPDATE report_events SET actor = 'x' WHERE seq = 2`,
		"one erased without saying so":   `UPDATE report_events SET body = '' WHERE seq = 1`,
		"what a redaction says":          `UPDATE report_events SET body = '{"seals":[]}' WHERE seq = 5`,
		"what a redaction says, garbled": `UPDATE report_events SET body = '{' WHERE seq = 6`,
	} {
		t.Run(what, func(t *testing.T) {
			path := made(t)
			forced(t, path, statement)
			if err := checkFile(path); err == nil {
				t.Error("is not found out")
			}
			s := open(t, path)
			if err := s.Scan(ctx, 0, func(log.Entry) error { return nil }); err == nil {
				t.Error("is not found out by reading")
			}
		})
	}
}

func TestOnlyReportsAreOverwritten(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "a.gpkg"))
	add(t, s, mixed()...)
	for _, kind := range []log.Kind{log.Post, log.Source, log.Flag} {
		if _, err := s.Append(context.Background(), []log.Entry{{Kind: kind, ID: "x0", Op: log.Redact, Revision: 2, Recorded: noon(), Past: [][]byte{nil}}}); err == nil {
			t.Errorf("a %s is overwritten", kind)
		}
	}
	results, err := s.Append(context.Background(), []log.Entry{erasing(secret(1), 1), {Kind: log.Report, ID: walk(0).ID, Op: log.Redact, Revision: 4, Recorded: noon(), Past: [][]byte{nil}}})
	if err != nil || results[0].Outcome != log.Missing || results[1].Outcome != log.Conflict {
		t.Errorf("%v, %v", results, err)
	}
	if err := s.Check(context.Background()); err != nil {
		t.Error(err)
	}
}

// A file of the schema before is brought up to date by opening it, and its chain holds.
func TestAFileOfTheSchemaBefore(t *testing.T) {
	ctx := context.Background()
	old, err := os.ReadFile("testdata/schema-1.gpkg")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "a.gpkg")
	if err := os.WriteFile(path, old, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenReadOnly(path, Options{}); err == nil || !strings.Contains(err.Error(), "older schema 1") {
		t.Errorf("for reading only: %v", err)
	}
	s := open(t, path)
	head, sum, err := s.Chain(ctx)
	if err != nil || head != 5 || s.Check(ctx) != nil {
		t.Fatalf("head %d, %v, %v", head, err, s.Check(ctx))
	}
	e := walks(1, 1)[0]
	add(t, s, erasing(e, 2))
	if err := s.Check(ctx); err != nil {
		t.Error(err)
	}
	if _, after, err := s.Chain(ctx); err != nil || after == sum {
		t.Errorf("the chain goes on: %s, %v", after, err)
	}
	if err := s.Scrub(); err != nil {
		t.Error(err)
	}
	if err := s.Check(ctx); err != nil {
		t.Errorf("scrubbed: %v", err)
	}
}
