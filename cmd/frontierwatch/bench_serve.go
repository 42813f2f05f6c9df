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
	"runtime"
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
	floorFew    = floorAppend + withFew
	floorHTTP   = "floor: Echo answers one line, over HTTP"
)

// serve starts cold and asks the handler itself, without a network, one question
// at a time, so that what is measured is the server's own work; then again while
// reports arrive.
func (b *bench) serve() error {
	corpus, err := b.coldStart()
	if err != nil {
		return err
	}
	handler := benchHandler(corpus)
	err = b.floors(corpus)
	questions := b.questions(corpus)
	for _, q := range questions {
		if err == nil {
			err = b.ask(q, handler)
		}
	}
	if err == nil { // 40 % of the requests that Echo answers with one line
		err = errors.Join(b.overHTTP(floorHTTP, api.Floor(), "/", "", bar{}),
			b.overHTTP("flags of the whole frontier, over HTTP", handler, flagsTarget, floorHTTP, bar{most: 2.5, ratio: true}))
	}
	if err == nil {
		err = b.arriving(corpus, handler, questions)
	}
	return errors.Join(err, corpus.Close())
}

// benchHandler is the server that is measured, at the time of a bench.
func benchHandler(corpus *data.Corpus) http.Handler {
	return api.New(api.Config{Corpus: corpus, Logger: slog.New(slog.DiscardHandler), Now: benchNow})
}

// arriving asks again while reports arrive, and then once more in quiet: what came
// made hot spots where there were none, and answers longer, so that only the answers
// of after tell what the arriving itself cost.
func (b *bench) arriving(corpus *data.Corpus, handler http.Handler, questions []question) error {
	first := len(b.figures)
	err := b.whileReportsArrive(corpus, func() error {
		for _, q := range questions {
			q.what, q.floor, q.reach = q.what+", 5,000 reports/s arriving", "", bar{}
			if err := b.ask(q, handler); err != nil {
				return err
			}
		}
		return nil
	})
	for i, q := range questions {
		if err == nil {
			q.what, q.floor, q.reach = q.what+", after they came", "", bar{}
			err = b.ask(q, handler)
		}
		if err == nil {
			b.figures[first+i].against(b.figures[len(b.figures)-1])
		}
	}
	return err
}

// against holds the slowest answers while reports arrive against those in quiet.
func (f *figure) against(quiet figure) {
	f.Floor = quiet.What
	if quiet.Value > 0 && quiet.P99 > 0 {
		f.Ratio = f.Value / quiet.Value
		ratio := f.P99 / quiet.P99
		f.Bar, f.Missed = fmt.Sprintf("p99 %.3g × ≤ 3 ×", ratio), ratio > 3
	}
}

// overHTTP asks through a socket, on one connection that is kept: the processor time
// is that of client and server together. The client asks for what is not packed, as
// programs do that measure servers: unpacking would be work of the client's own.
func (b *bench) overHTTP(what string, handler http.Handler, target, floor string, reach bar) error {
	server := httptest.NewServer(handler)
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	defer client.CloseIdleConnections()
	n, cpu, begin := 0, processTime(), time.Now()
	for ; time.Since(begin) < b.Each && b.session.Err() == nil; n++ {
		answer, err := client.Get(server.URL + target)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, answer.Body)
		if err = errors.Join(err, answer.Body.Close()); err != nil || answer.StatusCode != http.StatusOK {
			return errors.Join(fmt.Errorf("%s: %s", target, answer.Status), err)
		}
	}
	took := float64((processTime() - cpu).Microseconds()) / float64(n)
	b.add(figure{What: what, Value: took, Wall: float64(time.Since(begin).Microseconds()) / float64(n), Unit: "µs", Floor: floor}, reach)
	return nil
}

// floors measures the least that answering can cost here.
func (b *bench) floors(corpus *data.Corpus) error {
	root := func(*frontier.Frontier, *rand.Rand) string { return "/" }
	if err := b.ask(question{what: floorHello, target: root}, api.Floor()); err != nil {
		return err
	}
	page, err := corpus.Reports(b.session, report.Query{Limit: 1000})
	if err != nil {
		return err
	}
	enc := codec.NewEncoder(b.line)
	b.writing = map[string]http.Handler{}
	for _, f := range []struct {
		name string
		only codec.Selection
	}{{floorAppend, codec.Selection{}}, {floorFew, onlyFew()}} {
		b.writing[f.name] = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			out := enc.Reports(w, codec.GeoJSON)
			out.Select(f.only)
			for _, v := range page.Versions {
				out.Write(v)
			}
			out.Close(codec.End{Matched: -1})
		})
		var written nowhere
		b.writing[f.name].ServeHTTP(&written, nil)
		if err := b.ask(question{what: f.name, target: root}, b.writing[f.name]); err != nil {
			return err
		}
		b.figures[len(b.figures)-1].How = fmt.Sprintf("%d bytes a feature", written.bytes/len(page.Versions))
	}
	return nil
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

// ask asks one question for a while, after a tenth of that time to warm up. What is
// compared with writing 1,000 features is asked in turn with that: the pace of a
// machine changes within seconds.
func (b *bench) ask(q question, handler http.Handler) error {
	beside := b.writing[q.floor]
	_, err := b.times(handler, q.target, beside, b.Each/10)
	var took timings
	if err == nil {
		took, err = b.times(handler, q.target, beside, b.Each)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", q.what, err)
	}
	f := figure{
		What: q.what, Value: quantile(took.cpu, 0.5), P99: quantile(took.cpu, 0.99), Wall: quantile(took.wall, 0.5), WallP99: quantile(took.wall, 0.99),
		Unit: "µs", Floor: q.floor, How: howAsked(took.last),
	}
	if beside != nil {
		f.Ratio = f.Value / quantile(took.floor, 0.5)
	}
	b.add(f, q.reach)
	return nil
}

// timings are how long answers took in µs, ascending: of the thread, by the clock, and
// of the thread for the floor beside.
type timings struct {
	cpu, wall, floor []float64
	last             string // what was asked in the end
}

// turn is how many answers of one are timed before it is the turn of the other, a
// floor or a peer: so many that each finds the processor as it left it, so few that
// both share the weather of the machine.
const turn = 10

func (b *bench) times(handler http.Handler, target func(*frontier.Frontier, *rand.Rand) string, beside http.Handler, during time.Duration) (t timings, err error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	random := rand.New(rand.NewPCG(b.Seed, 3))
	for end := time.Now().Add(during); len(t.cpu) < 5 || time.Now().Before(end) && b.session.Err() == nil; {
		for range turn {
			t.last = target(b.line, random)
			cpu, wall, err := timed(handler, t.last)
			if err != nil {
				return t, err
			}
			t.cpu, t.wall = append(t.cpu, cpu), append(t.wall, wall)
		}
		for range turn {
			if beside == nil {
				break
			}
			cpu, _, err := timed(beside, "/")
			if err != nil {
				return t, err
			}
			t.floor = append(t.floor, cpu)
		}
	}
	slices.Sort(t.cpu)
	slices.Sort(t.wall)
	slices.Sort(t.floor)
	return t, b.session.Err()
}

// timed is how long one answer took in µs: of the thread that answers, and by the clock.
func timed(handler http.Handler, target string) (cpu, wall float64, err error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	request, answer := httptest.NewRequest(http.MethodGet, target, nil), nowhere{header: http.Header{}}
	begin, thread := time.Now(), threadTime()
	handler.ServeHTTP(&answer, request)
	cpu = float64((threadTime() - thread).Nanoseconds()) / 1000
	wall = float64(time.Since(begin).Nanoseconds()) / 1000
	if answer.status >= 400 {
		return 0, 0, fmt.Errorf("%s answers %d", target, answer.status)
	}
	return cpu, wall, nil
}

// nowhere is an answer that is thrown away.
type nowhere struct {
	header http.Header
	status int
	bytes  int
}

// Header is that of http.ResponseWriter.
func (n *nowhere) Header() http.Header { return n.header }

// WriteHeader is that of http.ResponseWriter.
func (n *nowhere) WriteHeader(status int) { n.status = status }

func (n *nowhere) Write(p []byte) (int, error) {
	n.bytes += len(p)
	return len(p), nil
}

// quantile of values that are sorted.
func quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}

// whileReportsArrive does something while 5,000 reports a second are stored, 50
// every 10 ms, of the last three days as nearly all are that arrive.
func (b *bench) whileReportsArrive(corpus *data.Corpus, do func() error) error {
	stop := make(chan struct{})
	var writing sync.WaitGroup
	var failed error
	stored, begin := 0, time.Now()
	writing.Go(func() {
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		var batch []report.Report
		random := rand.New(rand.NewPCG(b.Seed, 4))
		for r := range demo.Synthetic(b.line, b.Seed+1, 10_000_000) {
			r.ID = "more-" + r.ID
			r.Start = lately(random)
			r.End = r.Start
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
			stored += len(batch)
			batch = batch[:0]
		}
	})
	err := do()
	close(stop)
	writing.Wait()
	b.add(figure{What: "reports that arrived meanwhile", Value: float64(stored) / time.Since(begin).Seconds(), Unit: "1/s"})
	return errors.Join(err, failed)
}
