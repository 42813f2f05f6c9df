package main

import (
	"context"
	"errors"
	"runtime/debug"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"frontierwatch/api"
	"frontierwatch/api/live"
	"frontierwatch/data"
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// metrics is what an operator is told in numbers. Labels are words of short lists:
// nothing that a caller sends becomes one.
type metrics struct {
	registry *prometheus.Registry
	ingested *prometheus.CounterVec
	refused  *prometheus.CounterVec
	commit   prometheus.Histogram
	detected prometheus.Histogram
	answered *prometheus.HistogramVec

	mu   sync.Mutex
	hubs []func() (live.State, bool)
}

var _ api.Observer = (*metrics)(nil)

func newMetrics(corpus *data.Corpus, version string) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		ingested: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "frontierwatch_reports_total", Help: "Reports that were sent to this node, by country of the source's agency, unit, and what became of them."}, []string{"country", "unit", "outcome"}),
		refused:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "frontierwatch_refused_total", Help: "Reports that were refused, by reason."}, []string{"reason"}),
		commit: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "frontierwatch_commit_duration_seconds", Help: "Time from the handing over of reports until they are durable and visible.",
			Buckets: prometheus.ExponentialBuckets(0.0005, 2, 15)}),
		detected: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "frontierwatch_detection_duration_seconds", Help: "Time that detection took, where something had changed since it was asked the last time.",
			Buckets: prometheus.ExponentialBuckets(0.001, 2, 15)}),
		answered: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "frontierwatch_http_request_duration_seconds", Help: "Time that answers took, by method, route and status; of event streams, how long they were open.",
			Buckets: []float64{0.001, 0.005, 0.02, 0.1, 0.5, 2, 10}}, []string{"method", "route", "status"}),
	}
	gauge := func(name, help string, value func() float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value)
	}
	head := func() log.Seq { head, _ := corpus.Head(); return head }
	m.registry.MustRegister(
		m.ingested, m.refused, m.commit, m.detected, m.answered, buildInfo(version),
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		gauge("frontierwatch_log_head", "Newest position in the log.", func() float64 { return float64(head()) }),
		gauge("frontierwatch_index_reports", "Reports in the index.", func() float64 { return float64(corpus.Size()) }),
		gauge("frontierwatch_ready", "Whether reports are accepted.", func() float64 { return truth(corpus.Ready() == nil) }),
		gauge("frontierwatch_event_streams", "Event streams that are open.", func() float64 { streams, _ := m.streams(); return float64(streams) }),
		gauge("frontierwatch_follower_lag_entries", "Entries of the log that are visible and not yet told to event streams, where it is the most.", func() float64 { _, lag := m.streams(); return float64(lag) }),
		sourceCollector{corpus},
	)
	return m
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

// sourceCollector says of each registered source when it was heard of, and whether
// it has been silent for longer than it is wont to.
type sourceCollector struct{ corpus *data.Corpus }

func sourceMetrics() (last, silent *prometheus.Desc) {
	return prometheus.NewDesc("frontierwatch_source_last_report_timestamp_seconds", "End of the newest interval that a source has reported.", []string{"source"}, nil),
		prometheus.NewDesc("frontierwatch_source_silent", "Whether a source has been silent for longer than its cadence lets expect.", []string{"source"}, nil)
}

// Describe implements prometheus.Collector.
func (sourceCollector) Describe(to chan<- *prometheus.Desc) {
	last, silent := sourceMetrics()
	to <- last
	to <- silent
}

// Collect implements prometheus.Collector.
func (c sourceCollector) Collect(to chan<- prometheus.Metric) {
	last, silent := sourceMetrics()
	sources, err := c.corpus.Sources(context.Background(), log.AsOf{})
	if err != nil {
		to <- prometheus.NewInvalidMetric(silent, err)
		return
	}
	for i := range sources {
		s := &sources[i]
		if !s.LastReport.IsZero() {
			to <- prometheus.MustNewConstMetric(last, prometheus.GaugeValue, float64(s.LastReport.Unix()), s.ID)
		}
		to <- prometheus.MustNewConstMetric(silent, prometheus.GaugeValue, truth(s.Silent), s.ID)
	}
}

// measured is a corpus that is measured as it is used.
type measured struct {
	*data.Corpus
	m *metrics

	mu   sync.Mutex
	head log.Seq // for which detection was asked the last time
	day  time.Time
}

// Add implements api.Corpus.
func (c *measured) Add(ctx context.Context, actor string, reports []report.Report) ([]report.Added, error) {
	begun := time.Now()
	added, err := c.Corpus.Add(ctx, actor, reports)
	c.written(begun, reports, added, err)
	return added, err
}

// Correct implements api.Corpus.
func (c *measured) Correct(ctx context.Context, actor string, reports []report.Report, revisions []int) ([]report.Added, error) {
	begun := time.Now()
	added, err := c.Corpus.Correct(ctx, actor, reports, revisions)
	c.written(begun, reports, added, err)
	return added, err
}

func (c *measured) written(begun time.Time, reports []report.Report, added []report.Added, err error) {
	if err != nil {
		c.m.refused.WithLabelValues(reasonOf(err)).Add(float64(len(reports)))
		return
	}
	countries := map[string]string{}
	if sources, err := c.Sources(context.Background(), log.AsOf{}); err == nil {
		for i := range sources {
			countries[sources[i].ID] = sources[i].Country
		}
	}
	stored := false
	for i := range added {
		outcome := "stored"
		switch {
		case added[i].Err != nil:
			outcome = "refused"
			c.m.refused.WithLabelValues(reasonOf(added[i].Err)).Inc()
		case added[i].Already:
			outcome = "already"
		default:
			stored = true
		}
		unit := "other" // a unit that was refused could be anything
		if _, err := report.ParseUnit(string(reports[i].Unit)); err == nil {
			unit = string(reports[i].Unit)
		}
		country := countries[reports[i].Source]
		if country == "" {
			country = "none"
		}
		c.m.ingested.WithLabelValues(country, unit, outcome).Inc()
	}
	if stored {
		c.m.commit.Observe(time.Since(begun).Seconds())
	}
}

// reasonOf is a word for why a report was refused.
func reasonOf(err error) string {
	var faults report.Faults
	var far *frontier.TooFarError
	switch {
	case errors.As(err, &faults):
		return "faults"
	case errors.As(err, &far):
		return "too_far"
	case errors.Is(err, report.ErrConflict):
		return "conflict"
	case errors.Is(err, report.ErrNotFound):
		return "not_found"
	case errors.Is(err, log.ErrFull):
		return "full"
	case errors.Is(err, log.ErrClosed):
		return "closed"
	case errors.Is(err, log.ErrUnknown):
		return "unknown"
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return "canceled"
	}
	return "other"
}

// Hotspots implements api.Corpus: what nothing has changed about is remembered and
// not measured.
func (c *measured) Hotspots(ctx context.Context, q hotspot.Query) ([]hotspot.Hotspot, error) {
	head, _ := c.Head()
	day := q.At.UTC().Truncate(24 * time.Hour)
	c.mu.Lock()
	fresh := q.AsOf.IsZero() && (head != c.head || !day.Equal(c.day))
	if fresh {
		c.head, c.day = head, day
	}
	c.mu.Unlock()
	begun := time.Now()
	spots, err := c.Corpus.Hotspots(ctx, q)
	if fresh && err == nil {
		c.m.detected.Observe(time.Since(begun).Seconds())
	}
	return spots, err
}
