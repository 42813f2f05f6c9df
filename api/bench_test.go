package api

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/paulmach/orb"

	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// sink is a writer that keeps nothing.
type sink struct {
	header http.Header
	bytes  int
}

func (s *sink) Header() http.Header         { return s.header }
func (s *sink) WriteHeader(int)             {}
func (s *sink) Write(b []byte) (int, error) { s.bytes += len(b); return len(b), nil }

// crowded is a corpus of n reports, a minute apart.
func crowded(b testing.TB, n int) *fake {
	b.Helper()
	f := newFake()
	versions := make([]*report.Version, n)
	for i := range versions {
		p := orb.Point{-96 - float64(i%2000)/1000, 49.001}
		place, err := f.line.Locate(p, 25000)
		if err != nil {
			b.Fatal(err)
		}
		at := noon().Add(-time.Duration(i) * time.Minute)
		versions[i] = &report.Version{
			Report: report.Report{ID: fmt.Sprintf("r%d", i), Point: &p, Start: at, End: at, Count: report.Count{Best: 1, Min: 1, Max: 1},
				Unit: report.Persons, Direction: report.Northbound, Relation: report.BetweenPorts, Source: "local", Status: report.Confirmed, TLP: report.Amber},
			FID: int64(i + 1), Seq: log.Seq(i + 1), Revision: 1, Recorded: noon(), Place: place,
		}
	}
	if err := f.index.Load(func() error { f.index.Add(versions...); return nil }); err != nil {
		b.Fatal(err)
	}
	f.head, f.recorded = log.Seq(n), noon()
	return f
}

func BenchmarkAnswers(b *testing.B) {
	f := crowded(b, 100_000)
	h := New(Config{Corpus: f, Now: noon, Version: "1"})
	hello := echo.New()
	hello.GET("/", func(c echo.Context) error { return c.String(200, "hello") })
	for _, x := range []struct {
		name, target, encoding string
		handler                http.Handler
	}{
		{"hello", "/", "", hello},
		{"items-80", "/collections/reports/items?bbox=-96.0015,48,-96.0005,50", "", h},
		{"items-1000", "/collections/reports/items?bbox=-97,48,-96,50&limit=1000", "", h},
		{"items-1000-gzip", "/collections/reports/items?bbox=-97,48,-96,50&limit=1000", "gzip", h},
		{"unit", "/collections/reports/items?unit=claims", "", h},
		{"flags", "/collections/flags/items", "gzip", h},
		{"hotspots", "/hotspots?bbox=-98,48,-95,50&level=high", "gzip", h},
		{"segments", "/collections/segments/items", "", h},
		{"one", "/collections/reports/items/r77", "", h},
		{"collections", "/collections", "", h},
	} {
		b.Run(x.name, func(b *testing.B) {
			r := httptest.NewRequest("GET", x.target, nil)
			r.Header.Set("Accept-Encoding", x.encoding)
			w := &sink{header: http.Header{}}
			b.ReportAllocs()
			for b.Loop() {
				clear(w.header)
				x.handler.ServeHTTP(w, r)
			}
			b.ReportMetric(float64(w.bytes)/float64(b.N), "bytes/op")
		})
	}
	b.Run("append-1000", func(b *testing.B) { // the floor: nothing but the features
		page, err := f.Reports(context.Background(), report.Query{Limit: 1000})
		if err != nil {
			b.Fatal(err)
		}
		encoder := newServer(Config{Corpus: f, Now: noon}).encoder
		var text []byte
		for b.Loop() {
			text = text[:0]
			for _, v := range page.Versions {
				text = encoder.AppendReport(text, v, nil)
			}
		}
	})
}
