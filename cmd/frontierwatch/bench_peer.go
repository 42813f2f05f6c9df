package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"strings"
	"time"

	"frontierwatch/data/demo"
	"frontierwatch/data/postgis/beside"
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// peer is another server that holds the same reports and is asked the same.
type peer interface {
	// name is how rows call it; version says which it is and how it is set.
	name() string
	version() string
	// fill loads reports, which are points.
	fill(ctx context.Context, line *frontier.Frontier, reports iter.Seq[report.Version]) error
	// ways are the ways to ask for something; none: it cannot be asked that. few: of a
	// report no more is wanted than its id, its place and fewProperties.
	ways(w wanted, few bool) []way
	// spent is the processor time that all processes which answer have taken so far.
	spent() (time.Duration, error)
	close() error
}

// wanted is what a question wants of the reports in a box.
type wanted int

const (
	anyReports wanted = iota
	newestReports
	newestOfTime // the newest of some days
	segmentSums  // the people of segments, in four weeks and in the four before
)

// way is one kind of answer that a peer can give, in one or several forms of which
// the cheapest counts.
type way struct {
	name  string // how the row calls it
	forms []form
}

// form is how a question is put to a peer. The answer has been read to its end.
type form struct {
	how string
	ask func(context.Context, beside.Question) (answer, error)
}

// comparison is a question that peers are asked too.
type comparison struct {
	what   string
	wanted wanted
	few    bool
	target func(*frontier.Frontier, *rand.Rand) string // of ours
	reach  map[string]float64                          // by the name of a way: how many times as much it should cost
}

func (b *bench) comparisons() []comparison {
	small := smallBox(b.Reports)
	newest := map[string]float64{"PostGIS rows": 20, "PostGIS rows, counted": 20, "pg_featureserv": 100}
	boxes := []comparison{
		{"small box, about 80 hits", anyReports, false, itemsIn(small, 0, "limit=1000"), map[string]float64{"PostGIS JSON": 3, "Tile38": 2}},
		{"medium box, any 1,000", anyReports, false, itemsIn(2, 0, "limit=1000"), map[string]float64{"Tile38": 15, "pg_featureserv": 100}},
		{"medium box, newest 1,000", newestReports, false, itemsIn(2, 0, "limit=1000"), newest},
		{"large box, 30 days, newest 1,000", newestOfTime, false, itemsIn(20, 30, "limit=1000"), newest},
	}
	all := boxes
	for _, c := range boxes {
		c.what, c.few, c.target = c.what+withFew, true, fewOf(c.target)
		all = append(all, c)
	}
	return append(all, comparison{"hot spots in a box", segmentSums, false, hotspotsInBox, map[string]float64{"PostGIS": 50}})
}

// besideUse says what --beside takes.
const besideUse = `--beside %q: it is postgis, postgis=DSN, tile38=HOST:PORT or featureserv=URL`

// meet starts the peers or connects to them, before anything takes long.
func (b *bench) meet() (err error) {
	for _, text := range b.Beside {
		var p peer
		switch kind, address, _ := strings.Cut(text, "="); kind {
		case "postgis":
			p, err = b.postgis(address)
		case "tile38":
			p, err = b.tile38(address)
		case "featureserv":
			p, err = b.featureserv(address)
		default:
			err = wrongUse{fmt.Errorf(besideUse, text)}
		}
		if err != nil {
			return err
		}
		b.peers = append(b.peers, p)
	}
	return nil
}

// beside asks the peers what ours is asked, once all are loaded.
func (b *bench) beside() (err error) {
	if len(b.peers) == 0 {
		return nil
	}
	for _, p := range b.peers {
		if err := b.filled(p); err != nil {
			return fmt.Errorf("%s: %w", p.name(), err)
		}
	}
	corpus, err := b.open(b.store())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, corpus.Close()) }()
	handler := benchHandler(corpus)
	for _, p := range b.peers {
		for _, c := range b.comparisons() {
			if err := b.compare(p, handler, c); err != nil {
				return fmt.Errorf("%s: %s: %w", p.name(), c.what, err)
			}
		}
	}
	return nil
}

// part leaves the peers as they were found.
func (b *bench) part() (err error) {
	for _, p := range b.peers {
		err = errors.Join(err, p.close())
	}
	return err
}

// filled loads a peer with the reports that ours has.
func (b *bench) filled(p peer) error {
	before, err := p.spent()
	if err != nil {
		return err
	}
	begin, what, n := time.Now(), "load into "+p.name(), float64(b.Reports)
	if err := p.fill(b.session, b.line, b.placed(b.Reports)); err != nil {
		return err
	}
	after, err := p.spent()
	if err != nil {
		return err
	}
	b.add(figure{What: what, Value: n / time.Since(begin).Seconds(), Unit: "reports/s", How: p.version()})
	b.add(figure{What: what + ", processor time", Value: (after - before).Seconds() * 1e6 / n, Unit: "µs/report"})
	return nil
}

// placed are n seeded reports with their places on the frontier, as ours keeps them.
func (b *bench) placed(n int) iter.Seq[report.Version] {
	return func(yield func(report.Version) bool) {
		progress, seq := newProgress(b.session, "loading the peer"), log.Seq(0)
		for r := range demo.Synthetic(b.line, b.Seed, n) {
			seq++
			progress.of(seq, log.Seq(n))
			place, err := b.line.Locate(*r.Point, frontier.KM(25))
			if err != nil {
				continue // ours has refused it too
			}
			if !yield(report.Version{Report: r, Seq: seq, Place: place}) {
				return
			}
		}
	}
}
