package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
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

// start serves the numbers until stop is called. Where there are none it does nothing.
func (f *metricsFlag) start(m *metrics, logger *slog.Logger) (stop func(), err error) {
	if m == nil {
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
