package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"sync"
	"time"

	"frontierwatch/api"
	"frontierwatch/api/codec"
	"frontierwatch/data"
	"frontierwatch/data/demo"
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

// The floors that answers are compared with.
const (
	floorHello  = "floor: Echo answers one line"
	floorAppend = "floor: only writes 1,000 features"
)

// serve starts cold and asks the handler itself, without a network, one question
// at a time, so that what is measured is the server's own work.
func (b *bench) serve() error {
	before, begin := heap(), time.Now()
	corpus, err := b.open(b.store())
	if err != nil {
		return err
	}
	b.add(figure{What: "cold start", Value: time.Since(begin).Seconds(), Unit: "s"})
	b.add(figure{What: "memory", Value: (heap() - before) / float64(b.Reports), Unit: "B/report"})
	handler := api.New(api.Config{Corpus: corpus, Logger: slog.New(slog.DiscardHandler), Now: b.session.now})
	if err := b.floors(corpus); err != nil {
		return errors.Join(err, corpus.Close())
	}
	for _, q := range questions {
		if err := b.ask(q.what, q.floor, handler, q.target); err != nil {
			return errors.Join(err, corpus.Close())
		}
	}
	return errors.Join(b.askWhileReportsArrive(corpus, handler), corpus.Close())
}

// floors measures the least that answering can cost here.
func (b *bench) floors(corpus *data.Corpus) error {
	root := func(*frontier.Frontier, *rand.Rand) string { return "/" }
	if err := b.ask(floorHello, "", api.Floor(), root); err != nil {
		return err
	}
	page, err := corpus.Reports(b.session, report.Query{Limit: 1000})
	if err != nil {
		return err
	}
	enc := codec.NewEncoder(b.line)
	return b.ask(floorAppend, "", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		out := enc.Reports(w, codec.GeoJSON)
		for _, v := range page.Versions {
			out.Write(v)
		}
		out.Close(codec.End{Matched: -1})
	}), root)
}

// question is asked at random places, the same in every run.
type question struct {
	what, floor string
	target      func(*frontier.Frontier, *rand.Rand) string
}

var questions = [...]question{
	{"small box, about 80 hits", floorAppend, itemsIn(0.02, 0, "limit=1000")},
	{"medium box, newest 1,000", floorAppend, itemsIn(2, 0, "limit=1000")},
	{"large box, 30 days, newest 1,000", floorAppend, itemsIn(20, 30, "limit=1000")},
	{"hot spots in a box", floorHello, func(f *frontier.Frontier, r *rand.Rand) string {
		return "/hotspots?asOf=2017-12-31&bbox=" + box(f, r, 5)
	}},
	{"flags of the whole frontier", floorHello, func(*frontier.Frontier, *rand.Rand) string {
		return "/collections/flags/items?asOf=2017-12-31"
	}},
}

// itemsIn asks for reports in a box of so many degrees, in an interval of days if
// that is not 0.
func itemsIn(degrees float64, days int, rest string) func(*frontier.Frontier, *rand.Rand) string {
	return func(f *frontier.Frontier, r *rand.Rand) string {
		target := "/collections/reports/items?bbox=" + box(f, r, degrees) + "&" + rest
		if days > 0 {
			from := time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, r.IntN(1000))
			target += "&datetime=" + url.QueryEscape(from.Format(time.RFC3339)+"/"+from.AddDate(0, 0, days).Format(time.RFC3339))
		}
		return target
	}
}

// box is one round a place on the mainline.
func box(f *frontier.Frontier, r *rand.Rand, degrees float64) string {
	p := f.At(frontier.Main, frontier.Meters(r.Float64())*f.Length(frontier.Main))
	return fmt.Sprintf("%.4f,%.4f,%.4f,%.4f", p[0]-degrees/2, p[1]-degrees/2, p[0]+degrees/2, p[1]+degrees/2)
}

// ask asks one question for a while, after a tenth of that time to warm up.
func (b *bench) ask(what, floor string, handler http.Handler, target func(*frontier.Frontier, *rand.Rand) string) error {
	took, err := b.times(handler, target, b.Each/10)
	if err == nil {
		took, err = b.times(handler, target, b.Each)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	b.add(figure{What: what, Value: quantile(took, 0.5), P99: quantile(took, 0.99), Unit: "µs", Floor: floor})
	return nil
}

// times is how long each answer took in µs, ascending.
func (b *bench) times(handler http.Handler, target func(*frontier.Frontier, *rand.Rand) string, during time.Duration) ([]float64, error) {
	random := rand.New(rand.NewPCG(b.Seed, 3))
	var took []float64
	for end := time.Now().Add(during); time.Now().Before(end) && b.session.Err() == nil; {
		request := httptest.NewRequest(http.MethodGet, target(b.line, random), nil)
		answer := nowhere{header: http.Header{}}
		begin := time.Now()
		handler.ServeHTTP(&answer, request)
		took = append(took, float64(time.Since(begin).Nanoseconds())/1000)
		if answer.status >= 400 {
			return nil, fmt.Errorf("%s answers %d", request.URL, answer.status)
		}
	}
	slices.Sort(took)
	return took, b.session.Err()
}

// nowhere is an answer that is thrown away.
type nowhere struct {
	header http.Header
	status int
}

// Header is that of http.ResponseWriter.
func (n *nowhere) Header() http.Header { return n.header }

// WriteHeader is that of http.ResponseWriter.
func (n *nowhere) WriteHeader(status int) { n.status = status }

func (n *nowhere) Write(p []byte) (int, error) { return io.Discard.Write(p) }

// quantile of values that are sorted.
func quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}

// askWhileReportsArrive asks the medium question while 5,000 reports a second are
// stored, 50 every 10 ms.
func (b *bench) askWhileReportsArrive(corpus *data.Corpus, handler http.Handler) error {
	const what = "medium box, newest 1,000, while 5,000 reports/s arrive"
	stop := make(chan struct{})
	var writing sync.WaitGroup
	var failed error
	writing.Go(func() {
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		var batch []report.Report
		for r := range demo.Synthetic(b.line, b.Seed+1, 1_000_000) {
			r.ID = "more-" + r.ID
			if batch = append(batch, r); len(batch) < 50 {
				continue
			}
			select {
			case <-stop:
				return
			case <-tick.C:
			}
			if _, failed = corpus.Add(b.session, "bench", batch); failed != nil {
				return
			}
			batch = batch[:0]
		}
	})
	err := b.ask(what, questions[1].what, handler, questions[1].target)
	close(stop)
	writing.Wait()
	return errors.Join(err, failed)
}
