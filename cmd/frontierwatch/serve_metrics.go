package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"frontierwatch/api"
	"frontierwatch/data/view"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/reader"
	"frontierwatch/geo/report"
)

// metricsFlag says where the numbers for operators are. They tell of all readers, so
// that they have a listener of their own, which is not for those.
type metricsFlag struct {
	MetricsListen string `placeholder:"ADDR" help:"Serve /metrics for Prometheus on this address (off); give one that only operators reach, like 127.0.0.1:9090."`
}

func (f *metricsFlag) check() error {
	if f.MetricsListen == "" {
		return nil
	}
	host, _, err := net.SplitHostPort(f.MetricsListen)
	if err != nil {
		return fmt.Errorf("--metrics-listen %q is not ADDRESS:PORT: %w", f.MetricsListen, err)
	}
	if ip, err := netip.ParseAddr(host); host != "localhost" && (err != nil || ip.IsUnspecified() || !ip.IsLoopback() && !ip.IsPrivate()) {
		return fmt.Errorf("--metrics-listen %q could be reached by everybody; give an address of loopback or of a private network", f.MetricsListen)
	}
	return nil
}

// measure makes the API be measured.
func (m *metrics) measure(c api.Config, door *door) api.Config {
	whole := &measured{Corpus: door.corpus, m: m}
	c.Corpus, c.Access, c.Observer = whole, measuredAccess{door, whole}, m
	return c
}

// measuredAccess is a door behind which the whole corpus is measured.
type measuredAccess struct {
	*door
	whole *measured
}

// View implements api.Access.
func (a measuredAccess) View(ctx context.Context, class reader.Class) (api.Corpus, error) {
	all, err := a.door.views.Of(ctx, class)
	if err != nil {
		return nil, err
	}
	if all.Corpus == a.whole.Corpus {
		return measuredView{all, a.whole}, nil
	}
	return all, nil
}

// measuredView is the view of those who see everything, measured as it is used.
type measuredView struct {
	*view.View
	whole *measured
}

// Add implements api.Corpus.
func (v measuredView) Add(ctx context.Context, actor string, reports []report.Report) ([]report.Added, error) {
	begun := time.Now()
	added, err := v.View.Add(ctx, actor, reports)
	v.whole.written(begun, reports, added, err)
	return added, err
}

// Correct implements api.Corpus.
func (v measuredView) Correct(ctx context.Context, actor string, reports []report.Report, revisions []int) ([]report.Added, error) {
	begun := time.Now()
	added, err := v.View.Correct(ctx, actor, reports, revisions)
	v.whole.written(begun, reports, added, err)
	return added, err
}

// Hotspots implements api.Corpus.
func (v measuredView) Hotspots(ctx context.Context, q hotspot.Query) ([]hotspot.Hotspot, error) {
	return v.whole.Hotspots(ctx, q)
}

// start serves the numbers until stop is called. Where no address was given it does
// nothing.
func (f *metricsFlag) start(m *metrics, logger *slog.Logger) (stop func(), err error) {
	if f.MetricsListen == "" {
		return func() {}, nil
	}
	listener, err := net.Listen("tcp", f.MetricsListen)
	if err != nil {
		return nil, fmt.Errorf("listen for metrics on %s: %w", f.MetricsListen, err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, Timeout: 10 * time.Second}))
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, WriteTimeout: 30 * time.Second, MaxHeaderBytes: 16 << 10}
	logger.Info("metrics", "url", "http://"+listener.Addr().String()+"/metrics")
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			logger.Error("metrics", "error", err)
		}
	}()
	return func() {
		server.Close()
		<-done
	}, nil
}
