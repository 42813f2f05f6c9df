package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"frontierwatch/geo/report"
)

// inserter is a peer that keeps reports durably one by one.
type inserter interface {
	// empty removes what is there.
	empty(context.Context) error
	// client connects; what write has written is durable when it returns.
	client(context.Context) (write func(*report.Version) error, close func() error, err error)
}

// besideClients is how many write at once; there is a figure of ours for as many.
const besideClients = 32

// ingestBeside measures how fast single reports become durable in the peers.
func (b *bench) ingestBeside() error {
	for _, p := range b.peers {
		if into, ok := p.(inserter); ok {
			if err := b.singlesInto(p.name(), into); err != nil {
				return fmt.Errorf("%s: %w", p.name(), err)
			}
		}
	}
	return nil
}

// singlesInto is singles with a peer in place of ours.
func (b *bench) singlesInto(name string, into inserter) error {
	if err := into.empty(b.session); err != nil {
		return err
	}
	const most = 40_000 // reports a second; more than any takes
	reports := slices.Collect(b.placed(max(besideClients*10, int(most*b.Each.Seconds()))))
	share := len(reports) / besideClients
	stored, errs, begin := make([]int, besideClients), make([]error, besideClients), make(chan time.Time)
	var ready, all sync.WaitGroup
	for c := range besideClients {
		ready.Add(1)
		all.Go(func() {
			write, disconnect, err := into.client(b.session)
			if err == nil {
				err = write(&reports[c*share]) // the first is not measured
			}
			ready.Done()
			began := <-begin
			for i := 1; i < share && err == nil && time.Since(began) < b.Each; i++ {
				if err = write(&reports[c*share+i]); err == nil {
					stored[c]++
				}
			}
			if disconnect != nil {
				err = errors.Join(err, disconnect())
			}
			errs[c] = err
		})
	}
	ready.Wait() // connecting takes a while, and is not measured either
	began := time.Now()
	go func() {
		for range besideClients {
			begin <- began
		}
	}()
	all.Wait()
	took, n := time.Since(began).Seconds(), 0
	for _, s := range stored {
		n += s
	}
	const ours = "durable reports, 32 clients"
	b.add(figure{What: ours + ": " + name, Value: float64(n) / took, Unit: "1/s", Floor: ours}, bar{most: 0.5, ratio: true})
	return errors.Join(errs...)
}
