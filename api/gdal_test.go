package api

import (
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
)

// GDAL as a client: its OAPIF driver must open the service, know the schema, page
// to the end, and push down what it can.
func TestGDALReadsTheService(t *testing.T) {
	ogrinfo, err := exec.LookPath("ogrinfo")
	if err != nil {
		t.Skip("skipped: ogrinfo (Debian gdal-bin) is not installed")
	}
	c := newClient(t)
	c.fill(250)
	c.post(`{"type":"Feature","id":"stretch","geometry":null,"properties":{"stretch":{"part":"main","km_from":150,"km_to":160},"observed_start":"2017-01-01T00:00:00Z","observed_end":"2017-02-28T00:00:00Z","count_best":143,"source":"rcmp","unit":"interceptions"}}`).is(201)
	var pushed atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("unit") == "interceptions" {
			pushed.Add(1)
		}
		c.ServeHTTP(w, r)
	}))
	defer server.Close()
	run := func(arguments ...string) string {
		t.Helper()
		out, err := exec.Command(ogrinfo, append([]string{"-ro", "--config", "GDAL_HTTP_TIMEOUT", "10"}, arguments...)...).CombinedOutput()
		if err != nil {
			t.Fatalf("ogrinfo %v: %v\n%s", arguments, err, out)
		}
		if strings.Contains(string(out), "ERROR") || strings.Contains(string(out), "Warning") {
			t.Errorf("ogrinfo %v complains:\n%.2000s", arguments, out)
		}
		return string(out)
	}
	service := "OAPIF:" + server.URL
	list := run(service)
	for _, of := range []string{"reports", "segments", "ports", "posts", "sources", "hotspots", "flags"} {
		if !strings.Contains(list, ": "+of) {
			t.Errorf("%s is not listed:\n%s", of, list)
		}
	}
	summary := run("-so", service, "reports")
	for _, want := range []string{"Feature Count: 251", "observed_start: DateTime", "count_best: Integer", "unit: String", "releasable_to:", "offset_m: Real", "fid: Integer"} {
		if !strings.Contains(summary, want) {
			t.Errorf("%q is not in the summary:\n%s", want, summary)
		}
	}
	all := run("-oo", "PAGE_SIZE=20", service, "reports")
	if n := strings.Count(all, "OGRFeature(reports)"); n != 251 {
		t.Errorf("%d features were read by pages of 20, want 251", n)
	}
	if !strings.Contains(all, "LINESTRING (") || !strings.Contains(all, "POINT (-95.5 49.001)") {
		t.Error("geometries are not read")
	}
	where := run("-where", "unit='interceptions'", service, "reports")
	if n := strings.Count(where, "OGRFeature(reports)"); n != 1 || pushed.Load() == 0 {
		t.Errorf("%d features with unit=interceptions, pushed down %d times", n, pushed.Load())
	}
	box := run("-spat", "-95.53", "48", "-95.4", "50", service, "reports")
	if n := strings.Count(box, "OGRFeature(reports)"); n != 1 {
		t.Errorf("%d features in the box, want 1", n)
	}
	for of, n := range map[string]string{"segments": "309", "ports": "2", "hotspots": "4", "flags": "1", "posts": "2", "sources": "2"} {
		if s := run("-so", service, of); !strings.Contains(s, "Feature Count: "+n) {
			t.Errorf("%s:\n%s", of, s)
		}
	}
}
