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

	"frontierwatch/api"
)

// graceful is how long answers under way may take after a signal to stop.
const graceful = 15 * time.Second

type serveCmd struct {
	storeFlag
	listenFlag
	backupFlag
}

// listenFlag says where to serve.
type listenFlag struct {
	Listen  string   `default:"127.0.0.1:8080" placeholder:"ADDR" help:"Address and port to listen on (${default}); port 0 takes a free one."`
	Host    []string `placeholder:"NAME" help:"Names, besides those of loopback, under which callers may ask (none)."`
	Origins []string `placeholder:"ORIGIN" help:"Web origins that may call the API (all)."`
}

func (serveCmd) Help() string {
	return `Examples:
  frontierwatch serve --store frontier.gpkg
  frontierwatch serve --store 'postgres://node@db1,db2/frontier?target_session_attrs=read-write'
  FRONTIERWATCH_LISTEN=127.0.0.1:9000 frontierwatch serve

Without keys the server listens on loopback only and treats every caller as its owner.
SIGINT and SIGTERM stop it after the answers that are under way.`
}

func (c *serveCmd) Run(s *session) error {
	if err := c.loopbackOnly(); err != nil {
		return err
	}
	if err := c.backupFlag.check(); err != nil {
		return err
	}
	corpus, err := c.open(s, false)
	if err != nil {
		return err
	}
	stop := c.backupFlag.start(s, c.storeFlag, slog.New(slog.NewTextHandler(s.err, nil)))
	err = c.serve(s, corpus)
	stop()
	return errors.Join(err, corpus.Close())
}

// loopbackOnly refuses to show the reports to a network before anybody can be
// told apart from anybody else.
func (c *listenFlag) loopbackOnly() error {
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return wrongUse{fmt.Errorf("--listen %q is not ADDRESS:PORT: %w", c.Listen, err)}
	}
	if ip, err := netip.ParseAddr(host); host == "localhost" || err == nil && ip.IsLoopback() {
		return nil
	}
	return wrongUse{fmt.Errorf("--listen %s would serve every report to the network without keys; listen on 127.0.0.1 and put a proxy that knows its callers in front", c.Listen)}
}

// serve answers until the context ends, then lets what is under way finish.
func (c *listenFlag) serve(s *session, corpus api.Corpus) error {
	logger := slog.New(slog.NewTextHandler(s.err, nil))
	handler := api.New(api.Config{Corpus: corpus, Logger: logger, Stopping: s.Done(), Now: s.now, Version: version(), Origins: c.Origins, Hosts: append([]string{"localhost"}, c.Host...)})
	if c, ok := corpus.(interface{ Stale() time.Time }); ok {
		handler = api.MarkStale(handler, c.Stale, s.now)
	}
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", c.Listen, err)
	}
	logger.Info("serving", "url", "http://"+listener.Addr().String()+"/")
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
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
