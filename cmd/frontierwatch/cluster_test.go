//go:build unix

package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"frontierwatch/data/postgis/server"
	"frontierwatch/geo/report"
)

// postgres starts a server with an empty database, or skips the test.
func postgres(t *testing.T) *server.Server {
	t.Helper()
	if _, err := server.Find(); err != nil {
		t.Skipf("skipped %s: %v", t.Name(), err)
	}
	dir, err := os.MkdirTemp("", "fw")
	if err == nil {
		err = os.Chmod(dir, 0o755) // the server runs as somebody else
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	pg, err := server.New(t.Context(), dir)
	if err == nil {
		err = pg.Start(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := pg.Remove(); err != nil {
			t.Error(err)
		}
	})
	return pg
}

// said runs a command to its end and returns what it printed.
func said(t *testing.T, args ...string) string {
	t.Helper()
	var out, fault bytes.Buffer
	now := func() time.Time { return morning }
	if code := run(context.Background(), args, stdio{strings.NewReader(""), &out, &fault}, now); code != exitDone {
		t.Fatalf("%v ended with %d: %s", args, code, &fault)
	}
	return out.String()
}

var hash = regexp.MustCompile(`\d+ entries, .*?([0-9a-f]{32})`)

func hashOf(t *testing.T, text string) string {
	t.Helper()
	m := hash.FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("no hash in %q", text)
	}
	return m[1]
}

// A store goes into a database, is served by three nodes that agree to the byte,
// and comes back.
func TestNodesOverOneDatabase(t *testing.T) {
	pg := postgres(t)
	file := filepath.Join(t.TempDir(), "frontier.gpkg")
	said(t, "demo", "--store", file, "--no-serve")
	dsn := pg.DSN("postgres")
	was := hashOf(t, said(t, "verify", "--store", file))
	if got := hashOf(t, said(t, "migrate", "--from", file, "--to", dsn)); got != was {
		t.Errorf("the hash in the database is %s, in the file %s", got, was)
	}
	if got := hashOf(t, said(t, "verify", "--store", dsn)); got != was {
		t.Errorf("verify says of the database %s, of the file %s", got, was)
	}
	var nodes []served
	for range 3 {
		nodes = append(nodes, start(t, morning, "serve", "--store", dsn, "--listen", "127.0.0.1:0"))
	}
	agree(t, nodes)
	listening, enough := context.WithCancel(t.Context())
	defer enough()
	told := events(t, listening, nodes)
	for i, n := range nodes {
		id := fmt.Sprint("from-node-", i)
		body := `{"type":"Feature","id":"` + id + `","geometry":{"type":"Point","coordinates":[-97.2372,49.0003]},"properties":{"observed_start":"2025-12-31T08:30:00Z","count_best":90}}`
		answer, err := http.Post(n.url+"/collections/reports/items", "application/geo+json", strings.NewReader(body))
		if err != nil || answer.StatusCode != http.StatusCreated {
			t.Fatalf("a report to node %d: %v, %v", i, answer, err)
		}
		answer.Body.Close()
		posted := time.Now()
		for _, other := range nodes {
			for code := 0; code != http.StatusOK; {
				code, _ = get(t, other.url+"/collections/reports/items/"+id)
			}
		}
		for k, lines := range told {
			for line := ""; !strings.Contains(line, id); {
				var open bool
				if line, open = <-lines; !open {
					t.Fatalf("the events of node %d ended before %s", k, id)
				}
			}
		}
		t.Logf("a report to node %d was at every node, and among its events, after %v", i, time.Since(posted).Round(time.Millisecond))
	}
	enough()
	agree(t, nodes)
	for _, n := range nodes {
		if code := n.stop(); code != exitDone {
			t.Errorf("a node ended with %d", code)
		}
	}
	back := filepath.Join(t.TempDir(), "back.gpkg")
	want := hashOf(t, said(t, "verify", "--store", dsn))
	if got := hashOf(t, said(t, "migrate", "--from", dsn, "--to", back)); got != want || got == was {
		t.Errorf("brought back the hash is %s, in the database %s, before %s", got, want, was)
	}
	if got := hashOf(t, said(t, "verify", "--store", back)); got != want {
		t.Errorf("verify says of the file that was brought back %s, want %s", got, want)
	}
	resumed(t, file, back)
}

// A log in which something was erased and something coarsened goes into a database
// and back: nothing of it comes back, and what is left is the same.
func TestMigrateWhatWasOverwritten(t *testing.T) {
	pg := postgres(t)
	dir := t.TempDir()
	file, back := filepath.Join(dir, "a.gpkg"), filepath.Join(dir, "b.gpkg")
	s := &session{context.Background(), stdio{strings.NewReader(""), io.Discard, io.Discard}, func() time.Time { return morning }}
	corpus, err := storeFlag{Store: file}.open(s, false)
	if err != nil {
		t.Fatal(err)
	}
	walk := func(id string, people int64) report.Report {
		return report.Report{ID: id, Point: &orb.Point{-97.2372, 49.0003}, Start: morning, End: morning, Count: report.Count{Best: people, Min: people, Max: people},
			Unit: report.Persons, Direction: report.Northbound, Relation: report.BetweenPorts, Source: "local", Status: report.Confirmed, TLP: report.Green}
	}
	coarse := func(v *report.Version) report.Report {
		r := v.Report
		if r.ID == "coarse" {
			r.Point = &orb.Point{-97, 49}
		}
		return r
	}
	_, err1 := corpus.Add(s, "x", []report.Report{walk("gone", 77771), walk("kept", 3), walk("coarse", 4)})
	_, err2 := corpus.Correct(s, "x", []report.Report{walk("gone", 77772), walk("coarse", 5)}, []int{2, 2})
	_, err3 := corpus.Rewrite(s, "officer", "too exact", coarse)
	_, err4 := corpus.Correct(s, "x", []report.Report{walk("coarse", 6)}, []int{4})
	err5 := corpus.Erase(s, "officer", "gone", "asked for")
	_, err6 := corpus.Add(s, "x", []report.Report{walk("after", 8)})
	if err := errors.Join(err1, err2, err3, err4, err5, err6, corpus.Close()); err != nil {
		t.Fatal(err)
	}
	said(t, "migrate", "--from", file, "--to", pg.DSN("postgres"))
	said(t, "verify", "--store", pg.DSN("postgres"))
	said(t, "migrate", "--from", pg.DSN("postgres"), "--to", back)
	said(t, "migrate", "--from", file, "--to", back) // there is nothing more to do
	said(t, "verify", "--store", back)
	for _, format := range []string{"csv", "geojson"} {
		want := said(t, "export", "--store", file, "--collection", "reports", "--format", format)
		for _, store := range []string{back, pg.DSN("postgres")} {
			if got := said(t, "export", "--store", store, "--collection", "reports", "--format", format); got != want || strings.Contains(got, "7777") {
				t.Errorf("exported from %s:\n%s\nwant\n%s", store, got, want)
			}
		}
	}
}

// events listens to the events of each node, line by line, until ctx ends.
func events(t *testing.T, ctx context.Context, nodes []served) (all []<-chan string) {
	t.Helper()
	for _, n := range nodes {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, n.url+"/events", nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := http.DefaultClient.Do(request)
		if err != nil || answer.StatusCode != http.StatusOK {
			t.Fatalf("events: %v, %v", answer, err)
		}
		lines := make(chan string, 1000)
		go func() {
			defer close(lines)
			defer answer.Body.Close()
			for text := bufio.NewScanner(answer.Body); text.Scan(); {
				lines <- text.Text()
			}
		}()
		all = append(all, lines)
	}
	return all
}

// agree compares the answers of the nodes, byte by byte.
func agree(t *testing.T, nodes []served) {
	t.Helper()
	for _, path := range []string{
		"/collections/reports/items?limit=1000",
		"/collections/reports/items?bbox=-98,48,-96,50&limit=1000",
		"/collections/reports/items?asOf=2017-03-25&limit=100",
		"/collections/reports/items/rcmp-2017-01-canada",
		"/collections/segments/items?limit=1000",
		"/collections/sources/items?limit=100",
		"/collections/segments/items/main-0428/series?datetime=2016-12-01/2017-06-01",
		"/collections/hotspots/items?limit=100",
		"/collections/flags/items?limit=100",
		"/collections/flags/items?asOf=2017-03-05",
		"/hotspots?bbox=-98,48,-96,50&asOf=2017-03-05",
		"/flags/main-0427-detections-20161220/receipt?asOf=2017-03-05",
		"/tiles/6/14/21.mvt",
		"/tiles.json",
	} {
		code, want := get(t, nodes[0].url+path)
		if code != http.StatusOK {
			t.Errorf("%s answers %d: %s", path, code, want)
		}
		want = strings.ReplaceAll(want, nodes[0].url, "")
		for i, n := range nodes[1:] {
			_, got := get(t, n.url+path)
			if got = strings.ReplaceAll(got, n.url, ""); got != want {
				at := 0
				for at < min(len(got), len(want)) && got[at] == want[at] {
					at++
				}
				t.Errorf("%s: node %d answers otherwise than the first from byte %d on: …%.200s", path, i+1, at, got[max(0, at-80):])
			}
		}
	}
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

// resumed goes on with a copy that has fallen behind, and refuses one that holds
// something else.
func resumed(t *testing.T, older, newer string) {
	t.Helper()
	want := hashOf(t, said(t, "verify", "--store", newer))
	if got := hashOf(t, said(t, "migrate", "--from", newer, "--to", older)); got != want {
		t.Errorf("a copy that was gone on with has the hash %s, want %s", got, want)
	}
	other := filepath.Join(t.TempDir(), "other.gpkg")
	said(t, "demo", "--store", other, "--no-serve", "--seed", "7")
	var out, fault bytes.Buffer
	code := run(context.Background(), []string{"migrate", "--from", newer, "--to", other}, stdio{strings.NewReader(""), &out, &fault}, time.Now)
	if code != exitFailed || !strings.Contains(fault.String(), "something else") {
		t.Errorf("a copy over another store ended with %d: %s", code, &fault)
	}
}
