package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"frontierwatch/api"
	"frontierwatch/api/hook"
	"frontierwatch/data"
	"frontierwatch/geo/log"
)

// hookFlag says whether this node calls those who have subscribed. Of several nodes
// over one database one must: each would tell everybody everything once more.
type hookFlag struct {
	Deliver         string `placeholder:"FILE" help:"Call those who have subscribed, and keep in FILE what became of it (GeoPackage: STORE.hooks; database: one node must be told; off: never)."`
	DeliverLoopback bool   `hidden:"" help:"Allow calls by http to loopback, for tests."`
}

// beside is the flag where nothing was said: for a store that one process writes,
// next to it.
func (f *hookFlag) beside(store storeFlag) {
	if f.Deliver == "" && !store.isDatabase() {
		f.Deliver = store.Store + ".hooks"
	}
}

// hooks is what the flag came to.
type hooks struct {
	records   hookRecords
	deliverer *hook.Deliverer // nil: this node does not call
	journal   *hook.Journal
}

func (f *hookFlag) open(s *session, corpus *data.Corpus, logger *slog.Logger) (*hooks, error) {
	h := &hooks{records: hookRecords{corpus}}
	if f.Deliver == "" || f.Deliver == "off" {
		return h, nil
	}
	journal, err := hook.OpenJournal(f.Deliver)
	if err != nil {
		return nil, fmt.Errorf("--deliver: %w", err)
	}
	h.journal = journal
	h.deliverer = hook.New(hook.Config{
		Records: h.records, Journal: journal, Now: s.now, Seed: uint64(s.now().UnixNano()), Logger: logger, Version: version(), Loopback: f.DeliverLoopback,
		Ticks: func(every time.Duration) (<-chan time.Time, func()) {
			t := time.NewTicker(every)
			return t.C, t.Stop
		},
	})
	return h, nil
}

// into tells the API of it.
func (h *hooks) into(c api.Config) api.Config {
	c.Subscriptions, c.Deliverer = h.records, h.deliverer
	return c
}

// start delivers until stop is called, which waits for the calls that are under way.
func (h *hooks) start(ctx context.Context) (stop func()) {
	if h.deliverer == nil {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		h.deliverer.Run(ctx)
	}()
	return func() {
		cancel()
		<-done
		h.journal.Close()
	}
}

// hookRecords are the subscriptions in the log of a corpus.
type hookRecords struct{ corpus *data.Corpus }

// Records implements hook.Records.
func (r hookRecords) Records() (all []hook.Record) {
	for _, o := range r.corpus.Own(log.Subscription) {
		all = append(all, hook.Record{ID: o.ID, Body: o.Body})
	}
	return all
}

// SwapRecord implements hook.Records.
func (r hookRecords) SwapRecord(ctx context.Context, actor, id string, old, next []byte) error {
	return r.corpus.SwapOwn(ctx, actor, log.Subscription, id, old, next)
}
