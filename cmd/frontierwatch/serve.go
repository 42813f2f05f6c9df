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

	"github.com/alecthomas/kong"
	"golang.org/x/net/netutil"

	"frontierwatch/api"
	"frontierwatch/data"
)

// graceful is how long answers under way may take after a signal to stop.
const graceful = 15 * time.Second

type serveCmd struct {
	storeFlag
	listenFlag
	backupFlag
	retainFlag
	PrintConfig bool `help:"Print every setting and where it comes from, and end."`
}

// listenFlag says where to serve, and to whom.
type listenFlag struct {
	Listen  string   `default:"127.0.0.1:8080" placeholder:"ADDR" help:"Address and port to listen on (${default}); port 0 takes a free one."`
	Host    []string `placeholder:"NAME" help:"Names, besides those of loopback, under which callers may ask (none; with keys: all)."`
	Origins []string `placeholder:"ORIGIN" help:"Web origins that may call the API (all may read)."`
	Proxy   []string `placeholder:"NETWORK" help:"Networks of proxies whose X-Forwarded headers are believed, like 10.0.0.0/8 (none)."`
	tlsFlag
	oidcFlag
	auditFlag
	limitFlag
	hookFlag
	metricsFlag
}

// limitFlag bounds what callers may ask.
type limitFlag struct {
	Rate        float64 `default:"50" help:"Requests a second of one key, or of one address without a key, where there are keys (${default}); 0: not bounded."`
	Burst       int     `default:"1000" help:"Requests that may come at once before the rate counts (${default})."`
	Concurrent  int     `default:"256" help:"Requests that are answered at the same time (${default})."`
	Exports     int     `default:"16" help:"Large answers that are made at the same time (${default})."`
	Connections int     `default:"5000" help:"Connections that are open at the same time (${default})."`
}

func (serveCmd) Help() string {
	return `Examples:
  frontierwatch serve --store frontier.gpkg
  frontierwatch serve --store 'postgres://node@db1,db2/frontier?target_session_attrs=read-write'
  FRONTIERWATCH_LISTEN=127.0.0.1:9000 frontierwatch serve
  frontierwatch serve --listen :443 --tls-cert cert.pem --tls-key key.pem --audit reads.jsonl
  frontierwatch serve --retain-every 24h --retain '*=90/365' --retain rcmp=30/90

Without keys the server listens on loopback only and treats every caller as its owner. With keys
(frontierwatch keys create) callers without one are the public. Certificates are read again when their
files change. SIGINT and SIGTERM stop it after the answers that are under way.

Traces are sent where the standard variables of OpenTelemetry say: OTEL_EXPORTER_OTLP_ENDPOINT (or
OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) switches them on, OTEL_TRACES_EXPORTER=none or
OTEL_SDK_DISABLED=true off. The protocol is http/protobuf.`
}

func (c *serveCmd) Run(s *session, k *kong.Context) error {
	if c.PrintConfig {
		printConfig(s.out, k)
		return nil
	}
	if err := c.listenFlag.check(); err != nil {
		return err
	}
	c.hookFlag.beside(c.storeFlag)
	if err := errors.Join(c.backupFlag.check(), c.retainFlag.check()); err != nil {
		return err
	}
	w, flush, err := c.watch(s)
	if err != nil {
		return err
	}
	defer flush()
	corpus, err := c.openWatched(s, false, w)
	if err != nil {
		return err
	}
	stops := []func(){c.backupFlag.start(s, c.storeFlag, w.logger), c.retainFlag.start(s, corpus, s.now, w)}
	err = c.serve(s, corpus, w)
	for _, stop := range stops {
		stop()
	}
	return errors.Join(err, corpus.Close())
}

// check finds what is wrong with the flags before a store is opened.
func (c *listenFlag) check() error {
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		return wrongUse{fmt.Errorf("--listen %q is not ADDRESS:PORT: %w", c.Listen, err)}
	}
	if _, err := c.proxies(); err != nil {
		return wrongUse{err}
	}
	if err := c.metricsFlag.check(); err != nil {
		return wrongUse{err}
	}
	return errors.Join(c.tlsFlag.check(), c.oidcFlag.check())
}

func (c *listenFlag) loopback() bool {
	host, _, _ := net.SplitHostPort(c.Listen) // check has
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

func (c *listenFlag) proxies() (all []netip.Prefix, err error) {
	for _, text := range c.Proxy {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fmt.Errorf("--proxy %q is no network like 10.0.0.0/8", text)
		}
		all = append(all, p)
	}
	return all, nil
}

// serve answers until the context ends, then lets what is under way finish.
func (c *listenFlag) serve(s *session, corpus *data.Corpus, w *watch) error {
	logger := w.logger
	door := newDoor(corpus, c.oidcFlag.bearers(s.now), s.now)
	defer door.Close()
	if !c.loopback() && !door.guarded() {
		// The reports are not shown to a network before anybody can be told apart from
		// anybody else.
		return wrongUse{fmt.Errorf("--listen %s would show every report to the network, since there are no keys: make one with frontierwatch keys create, or listen on 127.0.0.1", c.Listen)}
	}
	reads, err := c.auditFlag.open(s.now)
	if err != nil {
		return err
	}
	defer reads.Close()
	hooks, err := c.hookFlag.open(s, corpus, logger)
	if err != nil {
		return err
	}
	config := w.into(hooks.into(c.config(s, door, reads, logger)), corpus, hooks)
	stop, err := c.metricsFlag.start(w.metrics, logger)
	if err != nil {
		return err
	}
	defer stop()
	handler := api.MarkStale(api.New(config), corpus.Stale, s.now)
	defer hooks.start(s)()
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
	if server.TLSConfig, err = c.tlsFlag.config(logger); err != nil {
		return err
	}
	return c.run(s, server, logger)
}

// config is how the API is made: without keys it bounds nobody's rate, since there is
// one person on one machine.
func (c *listenFlag) config(s *session, door *door, reads *auditFile, logger *slog.Logger) api.Config {
	proxies, _ := c.proxies() // check has
	hosts := append([]string{"localhost"}, c.Host...)
	limits := api.Limits{Rate: c.Rate, Burst: c.Burst, Concurrent: c.Concurrent, Exports: c.Exports, Patience: 30 * time.Second, Slowest: 4 << 10}
	if door.guarded() && len(c.Host) == 0 {
		hosts = nil
	}
	if !door.guarded() {
		limits.Rate = 0
	}
	return api.Config{
		Corpus: door.corpus, Access: door, Keys: door, Limits: limits, Audit: reads.record(),
		Logger: logger, Stopping: s.Done(), Now: s.now, Version: version(), Origins: c.Origins, Hosts: hosts, Proxies: proxies, GeoPackage: writeGeoPackage,
	}
}

// run listens, and serves until the context ends.
func (c *listenFlag) run(s *session, server *http.Server, logger *slog.Logger) error {
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", c.Listen, err)
	}
	if c.Connections > 0 {
		listener = netutil.LimitListener(listener, c.Connections)
	}
	scheme, serve := "http", server.Serve
	if server.TLSConfig != nil {
		scheme, serve = "https", func(l net.Listener) error { return server.ServeTLS(l, "", "") }
	}
	logger.Info("serving", "url", scheme+"://"+listener.Addr().String()+"/")
	done := make(chan error, 1)
	go func() { done <- serve(listener) }()
	select {
	case err := <-done:
		return err
	case <-s.Done():
	}
	logger.Info("stopping", "grace", graceful.String())
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.Context), graceful)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("answers were cut off: %w", err), server.Close())
	}
	return nil
}
