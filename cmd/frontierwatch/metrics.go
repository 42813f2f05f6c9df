package main

import (
	"context"
	"runtime/debug"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"frontierwatch/api"
	"frontierwatch/api/hook"
	"frontierwatch/api/live"
	"frontierwatch/data"
	"frontierwatch/geo/log"
)

// metrics is what an operator is told in numbers. Labels are words of short lists:
// nothing that a caller sends becomes one.
type metrics struct {
	registry *prometheus.Registry
	ingested *prometheus.CounterVec
	refused  *prometheus.CounterVec
	commit   prometheus.Histogram
	stages   *prometheus.HistogramVec
	detected prometheus.Histogram
	answered *prometheus.HistogramVec
	attempts *prometheus.CounterVec

	corpus *data.Corpus // nil: it is not open yet
	mu     sync.Mutex
	hubs   []func() (live.State, bool)
}

var _ api.Observer = (*metrics)(nil)

// newMetrics counts; what can be asked of the corpus comes with it, by over.
func newMetrics(version string) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		ingested: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "frontierwatch_reports_total", Help: "Reports that were sent to this node, by country of the source's agency, unit, and what became of them."}, []string{"country", "unit", "outcome"}),
		refused:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "frontierwatch_refused_total", Help: "Reports that were refused, by reason."}, []string{"reason"}),
		commit: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "frontierwatch_commit_duration_seconds", Help: "Time from the handing over of reports until they are durable and visible to who sent them.",
			Buckets: prometheus.ExponentialBuckets(0.0005, 2, 15)}),
		stages: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "frontierwatch_write_stage_duration_seconds", Help: "Time that a write was in a stage: wait (for the writes before it), commit (until durable), apply (until visible).",
			Buckets: prometheus.ExponentialBuckets(0.0001, 4, 10)}, []string{"stage"}),
		detected: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "frontierwatch_detection_duration_seconds", Help: "Time that detection took, where nobody had asked the same before.",
			Buckets: prometheus.ExponentialBuckets(0.001, 2, 15)}),
		answered: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "frontierwatch_http_request_duration_seconds", Help: "Time that answers took, by method, route and status; of event streams, how long they were open.",
			Buckets: []float64{0.001, 0.005, 0.02, 0.1, 0.5, 2, 10}}, []string{"method", "route", "status"}),
		attempts: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "frontierwatch_webhook_attempts_total", Help: "Calls to who has subscribed, by how they ended: delivered, refused (answered otherwise), unanswered."}, []string{"outcome"}),
	}
	m.registry.MustRegister(
		m.ingested, m.refused, m.commit, m.stages, m.detected, m.answered, m.attempts, buildInfo(version),
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return m
}

// over adds what can be asked of a corpus, and of the journal of calls to who has
// subscribed, where this node makes them (nil: it does not).
func (m *metrics) over(corpus *data.Corpus, journal *hook.Journal, now func() time.Time) {
	m.corpus = corpus
	gauge := func(name, help string, value func() float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value)
	}
	head := func() log.Seq { head, _ := corpus.Head(); return head }
	m.registry.MustRegister(
		gauge("frontierwatch_log_head", "Newest position in the log.", func() float64 { return float64(head()) }),
		gauge("frontierwatch_index_reports", "Reports in the index.", func() float64 { return float64(corpus.Size()) }),
		gauge("frontierwatch_ready", "Whether reports are accepted.", func() float64 { return truth(corpus.Ready() == nil) }),
		gauge("frontierwatch_event_streams", "Event streams that are open.", func() float64 { streams, _ := m.streams(); return float64(streams) }),
		gauge("frontierwatch_follower_lag_entries", "Entries of the log that are visible and not yet told to event streams, where it is the most.", func() float64 { _, lag := m.streams(); return float64(lag) }),
		gauge("frontierwatch_stale_seconds", "Since when a database that several nodes share cannot be read; 0: it can.", func() float64 { return since(corpus.Stale(), now) }),
		sourceCollector{corpus},
	)
	if journal != nil {
		m.registry.MustRegister(
			gauge("frontierwatch_webhooks_pending", "Messages that have not been delivered yet and have not been given up.", func() float64 { n, _ := journal.Waiting(); return float64(n) }),
			gauge("frontierwatch_webhooks_oldest_pending_seconds", "Age of the oldest of them; 0: there is none.", func() float64 { _, oldest := journal.Waiting(); return since(oldest, now) }),
		)
	}
}

// since is for how long something has been; 0: it is not.
func since(begun time.Time, now func() time.Time) float64 {
	if begun.IsZero() {
		return 0
	}
	return max(0, now().Sub(begun).Seconds())
}

// stage implements data.Observe.
func (m *metrics) stage(ctx context.Context, stage data.Stage, _ int) (context.Context, func(error)) {
	begun := time.Now()
	return ctx, func(error) {
		took := time.Since(begun).Seconds()
		switch stage {
		case data.StageWait:
			m.stages.WithLabelValues("wait").Observe(took)
		case data.StageCommit:
			m.stages.WithLabelValues("commit").Observe(took)
		case data.StageApply:
			m.stages.WithLabelValues("apply").Observe(took)
		case data.StageDetect:
			m.detected.Observe(took)
		}
	}
}

// delivery counts a call to who has subscribed.
func (m *metrics) delivery(int) func(hook.Attempt) {
	return func(a hook.Attempt) {
		outcome := "refused"
		switch {
		case a.Status == 0:
			outcome = "unanswered"
		case a.Status >= 200 && a.Status < 300:
			outcome = "delivered"
		}
		m.attempts.WithLabelValues(outcome).Inc()
	}
}

func truth(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// buildInfo is what the build knows of itself.
func buildInfo(version string) prometheus.Collector {
	labels := prometheus.Labels{"version": version, "go": "unknown", "revision": "unknown"}
	if info, ok := debug.ReadBuildInfo(); ok {
		labels["go"] = info.GoVersion
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				labels["revision"] = s.Value
			}
		}
	}
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "frontierwatch_build_info", Help: "What this program was built from; always 1.", ConstLabels: labels}, func() float64 { return 1 })
}

// Answered implements api.Observer.
func (m *metrics) Answered(method, route string, status int, took time.Duration) {
	m.answered.WithLabelValues(method, route, strconv.Itoa(status)).Observe(took.Seconds())
}

// Streams implements api.Observer.
func (m *metrics) Streams(state func() (live.State, bool)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.hubs = append(m.hubs, state)
}

// streams are the streams of all hubs, and the longest lag of one.
func (m *metrics) streams() (streams int, lag log.Seq) {
	m.mu.Lock()
	defer m.mu.Unlock()
	kept := m.hubs[:0]
	for _, state := range m.hubs {
		if s, ok := state(); ok {
			kept = append(kept, state)
			streams, lag = streams+s.Streams, max(lag, s.Lag)
		}
	}
	clear(m.hubs[len(kept):])
	m.hubs = kept
	return streams, lag
}
