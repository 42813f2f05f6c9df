package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"frontierwatch/data"
	"frontierwatch/geo/report"
)

// inserter keeps reports durably one by one: a peer, or ours.
type inserter interface {
	// empty removes what is there.
	empty(context.Context) error
	// client connects; what write has written is durable when it returns.
	client(context.Context) (write func(*report.Version) error, close func() error, err error)
	// worked is the processor time that all processes which take part have taken.
	worked(context.Context) (time.Duration, error)
}

const (
	besideClients = 32
	// besideRounds is how often each has its turn: the weather of a disk changes.
	besideRounds = 3
)

// ingestBeside measures how fast single reports become durable in ours and in the
// peers, in turn. Ours is written to in its own process and a peer over sockets, as
// each is in use.
func (b *bench) ingestBeside() error {
	for _, p := range b.peers {
		into, ok := p.(inserter)
		if !ok {
			continue
		}
		ours := &ownStore{bench: b, path: filepath.Join(b.dir, "beside.gpkg")}
		err := b.ingestInTurn(p.name(), ours, into)
		if err = errors.Join(err, ours.close()); err != nil {
			return fmt.Errorf("%s: %w", p.name(), err)
		}
	}
	return nil
}

func (b *bench) ingestInTurn(name string, ours, peer inserter) error {
	if err := errors.Join(ours.empty(b.session), peer.empty(b.session)); err != nil {
		return err
	}
	const most = 20_000 // reports a second; more than there is a need to prepare
	share := max(besideClients*10, int(most*b.Each.Seconds()))
	reports := slices.Collect(b.placed(besideRounds * share))
	var rates, costs [2][]float64
	for round := range besideRounds {
		for i, into := range []inserter{ours, peer} {
			rate, cost, err := b.singlesInto(into, reports[round*share:min((round+1)*share, len(reports))])
			if err != nil {
				return err
			}
			rates[i], costs[i] = append(rates[i], rate), append(costs[i], cost)
		}
	}
	const what = "durable reports, 32 clients"
	for _, row := range []struct {
		what, unit string
		values     [2][]float64
		reach      bar
	}{{what, "1/s", rates, bar{most: 0.5, ratio: true}}, {what + ", processor time", "µs/report", costs, bar{}}} {
		here := row.what + ", beside " + name
		for i := range row.values {
			slices.Sort(row.values[i])
		}
		b.add(figure{What: here, Value: quantile(row.values[0], 0.5), Unit: row.unit})
		b.add(figure{What: row.what + ": " + name, Value: quantile(row.values[1], 0.5), Unit: row.unit, Floor: here}, row.reach)
	}
	return nil
}

// singlesInto lets all clients write at once, and says how many reports a second
// were durable and how many µs of processor time each took.
func (b *bench) singlesInto(into inserter, reports []report.Version) (rate, cost float64, err error) {
	clients, share := make([]writing, besideClients), len(reports)/besideClients
	defer func() {
		for _, c := range clients {
			if c.close != nil {
				err = errors.Join(err, c.close())
			}
		}
	}()
	for i := range clients { // connecting, and the first report, take a while and are not measured
		c := &clients[i]
		if c.write, c.close, err = into.client(b.session); err != nil {
			return 0, 0, err
		}
		if err := c.write(&reports[i*share]); err != nil {
			return 0, 0, err
		}
	}
	before, err := into.worked(b.session)
	if err != nil {
		return 0, 0, err
	}
	begin := time.Now()
	var all sync.WaitGroup
	for i := range clients {
		all.Go(func() { clients[i].all(reports[i*share+1:(i+1)*share], begin.Add(b.Each)) })
	}
	all.Wait()
	took, n := time.Since(begin).Seconds(), 0.0
	after, err := into.worked(b.session)
	for _, c := range clients {
		n, err = n+float64(c.stored), errors.Join(err, c.err)
	}
	return n / took, float64((after - before).Microseconds()) / n, err
}

// writing is one client.
type writing struct {
	write  func(*report.Version) error
	close  func() error
	stored int
	err    error
}

func (w *writing) all(reports []report.Version, until time.Time) {
	for i := range reports {
		if i > 0 && time.Now().After(until) {
			return
		}
		if w.err = w.write(&reports[i]); w.err != nil {
			return
		}
		w.stored++
	}
}

// ownStore is ours, as a file of its own.
type ownStore struct {
	*bench
	path   string
	corpus *data.Corpus
}

func (o *ownStore) empty(context.Context) (err error) {
	o.corpus, err = o.open(o.path)
	return err
}

func (o *ownStore) client(ctx context.Context) (func(*report.Version) error, func() error, error) {
	return func(v *report.Version) error {
		added, err := o.corpus.Add(ctx, "bench", []report.Report{v.Report})
		if err != nil {
			return err
		}
		return added[0].Err
	}, func() error { return nil }, nil
}

func (o *ownStore) worked(context.Context) (time.Duration, error) { return processTime(), nil }

func (o *ownStore) close() error {
	if o.corpus == nil {
		return nil
	}
	return o.corpus.Close()
}
