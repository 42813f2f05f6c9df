package main

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"frontierwatch/data/postgis/beside"
)

// What answers as pg_featureserv does is asked in its parameters, and its GeoJSON,
// where the feature has a number for its id, is compared with ours.
func TestBesideFeatureserv(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skipf("skipped %s: the clocks of processes are read on Linux", t.Name())
	}
	b, oracle := benched(t), &oraclePeer{}
	if err := b.filled(oracle); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { serveFeatures(t, w, r, oracle) }))
	defer server.Close()
	b.peers = []peer{&featureservPeer{base: server.URL, pids: func() ([]int, error) { return []int{os.Getpid()}, nil }}}
	if err := b.beside(); err != nil {
		t.Fatal(err)
	}
	rows := rowsOf(t, b, "pg_featureserv")
	if len(rows) != 8 {
		t.Errorf("%d rows", len(rows))
	}
	for what, f := range rows {
		if f.Value <= 0 || strings.HasPrefix(f.Bar, "void") {
			t.Errorf("%s: %+v", what, f)
		}
	}
}

func serveFeatures(t *testing.T, w http.ResponseWriter, r *http.Request, oracle *oraclePeer) {
	if r.URL.Path == "/collections" {
		return
	}
	asked := r.URL.Query()
	q, err := questionOf(r.URL.String(), anyReports)
	want := anyReports
	if asked.Get("sortby") == "-observed_start" {
		want = newestReports
	}
	if during, ok := strings.CutPrefix(asked.Get("filter"), "observed_start BETWEEN '"); ok {
		from, to, _ := strings.Cut(strings.TrimSuffix(during, "'"), "' AND '")
		want = newestOfTime
		var errs [2]error
		q.From, errs[0] = time.Parse(time.RFC3339, from)
		q.To, errs[1] = time.Parse(time.RFC3339, to)
		err = errors.Join(err, errs[0], errs[1])
	}
	if err != nil || r.URL.Path != "/collections/frontierwatch_bench.reports/items.json" || asked.Get("limit") != strconv.Itoa(beside.Limit) {
		t.Errorf("%s: %v", r.URL, err)
	}
	found := oracle.answer(want, q)
	features := []any{}
	for i, id := range found.ids {
		said := found.said[i]
		properties := map[string]any{"id": id, "observed_start": time.UnixMicro(said.At).UTC().Format(time.RFC3339), "count_best": said.Best, "unit": said.Unit}
		if few := asked.Get("properties"); few == "" {
			properties["tlp"] = "CLEAR"
		} else if few != "id,"+fewProperties {
			t.Errorf("of a report %s is asked for", few)
		}
		features = append(features, map[string]any{"type": "Feature", "id": strconv.Itoa(i), "properties": properties,
			"geometry": map[string]any{"type": "Point", "coordinates": found.points[i]}})
	}
	json.NewEncoder(w).Encode(map[string]any{"type": "FeatureCollection", "features": features})
}

// It needs the database that it serves, and to be a pg_featureserv of this machine.
func TestWhichFeatureservIsRefused(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	b, wrong := benched(t), wrongUse{}
	if _, err := b.featureserv(server.URL); !errors.As(err, &wrong) {
		t.Errorf("without a database: %v", err)
	}
	b.peers = []peer{&postgisPeer{}}
	if _, err := b.featureserv("localhost"); !errors.As(err, &wrong) {
		t.Errorf("no URL: %v", err)
	}
	if _, err := b.featureserv(server.URL); err == nil || !strings.Contains(err.Error(), "processor time") {
		t.Errorf("another server: %v", err)
	}
	broken := &featureservPeer{base: server.URL}
	if _, err := broken.get(t.Context(), "/collections"); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("a server without collections: %v", err)
	}
	if u, err := url.Parse(server.URL); runtime.GOOS == "linux" {
		if pid, err2 := listening(u.Port()); err2 != nil || pid != os.Getpid() {
			t.Errorf("%d listens, %v %v; want %d", pid, err, err2, os.Getpid())
		}
	}
}
