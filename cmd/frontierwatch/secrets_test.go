package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontierwatch/api"
	"frontierwatch/geo/report"
)

const canary = "canary7f3a"

// What callers send is in no line of the log, and in no problem: neither bodies nor
// parameters, ids or credentials. Routes and the names of members are.
func TestNothingSentIsLogged(t *testing.T) {
	w := newWorld(t, func(*report.Report, report.Source) bool { return true }, func(report.Source) bool { return true })
	var logged bytes.Buffer
	reads := &auditFile{path: filepath.Join(t.TempDir(), "reads.jsonl"), most: 1 << 30, keep: 1, now: w.door.now}
	if err := reads.begin(); err != nil {
		t.Fatal(err)
	}
	defer reads.Close()
	stopping := make(chan struct{})
	close(stopping)
	w.Handler = api.New(api.Config{Corpus: w.corpus, Access: w.door, Keys: w.door, Now: w.door.now, Stopping: stopping, Audit: reads.write,
		Logger: slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	bodies := []string{
		`{"type":"Feature","geometry":null,"properties":{"name":"` + canary + `","note":{"x":"` + canary + `"}}}`,
		`{"tier":"` + canary + `","scopes":["` + canary + `"]}`, canary, `"` + canary,
	}
	for _, who := range []string{"public", "originator", "admin"} {
		token, _ := tokenOf(who)
		if who == "public" {
			token = ""
		}
		for _, q := range everyQuestion(t, w) {
			target := strings.ReplaceAll(q.target, "nothing", canary)
			for i, body := range bodies {
				if q.method != "POST" && q.method != "PUT" && q.method != "PATCH" {
					body = ""
				}
				answer := w.answer(q.method, target, token, body)
				_, said, _ := strings.Cut(answer, "\n{")
				if strings.Contains(said, canary) && strings.Contains(said, `"status":`) && strings.Contains(answer, "problem+json") {
					t.Errorf("%s: %s %s: %s", who, q.method, target, said)
				}
				if i > 0 && body == "" {
					break
				}
			}
		}
		for _, query := range []string{"bbox=", "filter=name%3D'", "datetime=", "asOf=", "source=", "sortby=", "unit=", "next=", "limit="} {
			answer := w.answer("GET", "/collections/reports/items?"+query+canary, token, "")
			if strings.Contains(answer, "problem+json") && strings.Contains(answer, canary) {
				t.Errorf("%s: %s is repeated: %s", who, query, answer)
			}
		}
		w.answer("GET", "/", canary, "")
		if token != "" && strings.Contains(logged.String(), token[13:]) {
			t.Errorf("the log holds the key of %s", who)
		}
	}
	if strings.Contains(logged.String(), canary) {
		i := strings.Index(logged.String(), canary)
		t.Errorf("the log holds what was sent: …%s…", logged.String()[max(0, i-300):i+50])
	}
	if n := strings.Count(logged.String(), "msg=request"); n < 1000 {
		t.Errorf("only %d lines were looked at", n)
	}
	text, err := os.ReadFile(reads.path)
	if err != nil {
		t.Fatal(err)
	}
	if token, _ := tokenOf("admin"); strings.Contains(string(text), token[13:]) {
		t.Error("the record of reads holds a key")
	}
}

// Reads of what is not public are recorded before they are answered: who, what, when.
// Those of the public are not, and what cannot be recorded is not answered.
func TestReadsAreRecorded(t *testing.T) {
	w := newWorld(t, func(*report.Report, report.Source) bool { return true }, func(report.Source) bool { return true })
	a := &auditFile{path: filepath.Join(t.TempDir(), "reads.jsonl"), most: 4000, keep: 2, now: w.door.now}
	if err := a.begin(); err != nil {
		t.Fatal(err)
	}
	w.Handler = api.New(api.Config{Corpus: w.corpus, Access: w.door, Now: w.door.now, Audit: a.write})
	partner, k := tokenOf("partner")
	w.answer("GET", "/collections/reports/items?bbox=-103,48,-101,50&filter=fid%3D3", partner, "")
	w.answer("HEAD", "/collections/reports/items/r000", partner, "")
	w.answer("GET", "/tiles/3/1/2.mvt", partner, "")
	w.answer("GET", "/conformance", partner, "")
	w.answer("GET", "/collections/segments/items", "", "")
	text, err := os.ReadFile(a.path)
	if err != nil {
		t.Fatal(err)
	}
	var lines []auditLine
	for line := range strings.Lines(string(text)) {
		var l auditLine
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if l.Time != "2017-06-01T12:00:00Z" || l.Key != k.ID || l.Tier != "partner" || l.Request == "" || strings.Contains(line, "fid") {
			t.Errorf("%s", line)
		}
		lines = append(lines, l)
	}
	if len(lines) != 3 || lines[0].BBox != "-103,48,-101,50" || lines[1].ID != "r000" || lines[2].ID != "3/1/2.mvt" || lines[0].Route != "/collections/reports/items" {
		t.Errorf("%s", text)
	}

	// The file is put aside when it is full, and the oldest is forgotten.
	for range 100 {
		if got := w.answer("GET", "/collections/reports/items/r000", partner, ""); status(got) != "200" {
			t.Fatal(got)
		}
	}
	files, _ := filepath.Glob(a.path + "*")
	if len(files) != 3 {
		t.Errorf("there are %v", files)
	}
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil || info.Size() > 4000 || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", file, info, err)
		}
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if got := w.answer("GET", "/collections/reports/items/r000", partner, ""); status(got) != "503" || strings.Contains(got, "r000") {
		t.Errorf("what cannot be recorded is answered: %s", got)
	}
	if got := w.answer("GET", "/collections/segments/items?limit=1", "", ""); status(got) != "200" {
		t.Errorf("what the public reads need not be recorded: %s", got)
	}
}

func TestAuditGoesOnInAnOldFile(t *testing.T) {
	f := auditFlag{Audit: filepath.Join(t.TempDir(), "reads.jsonl"), AuditSize: 1, AuditKeep: 1}
	for i := range 2 {
		a, err := f.open(func() time.Time { return morning })
		if err != nil {
			t.Fatal(err)
		}
		if err := a.write(api.Reading{Key: fmt.Sprint(i)}); err != nil {
			t.Fatal(err)
		}
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
	}
	text, _ := os.ReadFile(f.Audit)
	if strings.Count(string(text), "\n") != 2 {
		t.Errorf("%s", text)
	}
	if a, err := (&auditFlag{}).open(nil); a != nil || err != nil || a.record() != nil || a.Close() != nil {
		t.Error("without a file, reads are recorded")
	}
	if _, err := (&auditFlag{Audit: t.TempDir()}).open(nil); err == nil {
		t.Error("a folder is taken for a file")
	}
}
