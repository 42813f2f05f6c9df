package main

import (
	"context"
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"frontierwatch/data"
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/log"
	"frontierwatch/geo/reader"
	"frontierwatch/geo/report"
)

// Sent implements api.Observer.
func (m *metrics) Sent(reports []report.Report, added []report.Added, err error, took time.Duration) {
	if err != nil {
		m.refused.WithLabelValues(reasonOf(err)).Add(float64(len(reports)))
	}
	countries, stored := m.countries(), false
	for i := range reports {
		outcome := "stored"
		switch {
		case err != nil:
			outcome = "refused"
		case added[i].Err != nil:
			outcome = "refused"
			m.refused.WithLabelValues(reasonOf(added[i].Err)).Inc()
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
		m.ingested.WithLabelValues(country, unit, outcome).Inc()
	}
	if stored {
		m.commit.Observe(took.Seconds())
	}
}

// countries are those of the agencies of registered sources, by source.
func (m *metrics) countries() map[string]string {
	countries := map[string]string{}
	if m.corpus == nil {
		return countries
	}
	sources, _ := m.corpus.Sources(context.Background(), log.AsOf{}) // of what stands now there is no error
	for i := range sources {
		countries[sources[i].ID] = sources[i].Country
	}
	return countries
}

// reasonOf is a word for why a report was refused.
func reasonOf(err error) string {
	var faults report.Faults
	var far *frontier.TooFarError
	var syntax *report.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return "unreadable"
	case errors.As(err, &faults):
		return "faults"
	case errors.Is(err, reader.ErrForbidden):
		return "forbidden"
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
