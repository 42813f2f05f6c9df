package data

import (
	"context"
	"fmt"
	"time"

	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/guard"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// Reports answers a query at one position of the log, which the page names.
func (c *Corpus) Reports(ctx context.Context, q report.Query) (report.Page, error) {
	return c.state.Load().reports.Query(ctx, q)
}

// Places tells where the reports are that answer a query.
func (c *Corpus) Places(ctx context.Context, q report.Query, to report.Places) error {
	return c.state.Load().reports.Places(ctx, q, to)
}

// Touched says whether a report in a box has come, was changed or has gone since a
// position, or might have.
func (c *Corpus) Touched(after log.Seq, box orb.Bound) bool {
	s := c.state.Load()
	return s.redacted > after || s.reports.Touched(after, box)
}

// Report is one report as it stood, or report.ErrNotFound.
func (c *Corpus) Report(_ context.Context, id string, at log.AsOf) (*report.Version, error) {
	v, ok := c.state.Load().reports.Get(id, at)
	if !ok || v.Deleted {
		return nil, fmt.Errorf("report %q: %w", id, report.ErrNotFound)
	}
	return v, nil
}

// Version is the newest version of a report at a position, retractions with them
// (Deleted); false: there is none.
func (c *Corpus) Version(id string, at log.AsOf) (*report.Version, bool) {
	return c.state.Load().reports.Get(id, at)
}

// Sources lists who reports, with what each last reported. Only the position
// bounds the register: who a source is was known before it was written down.
func (c *Corpus) Sources(_ context.Context, at log.AsOf) ([]report.SourceState, error) {
	s := c.state.Load()
	last, paces := s.latest, s.paces
	if !at.IsZero() && (at.Seq == 0 || at.Seq < s.head || !at.Known.IsZero()) {
		last = latest(s.reports, at)
		paces = pacesOf(s.reports, at)
	}
	now := c.now()
	if !at.Known.IsZero() {
		now = at.Known
	}
	var states []report.SourceState
	s.sources.each(log.AsOf{Seq: at.Seq}, func(fid int64, source report.Source) {
		states = append(states, report.SourceState{
			Source: source, FID: fid, LastReport: last[source.ID],
			Silent: silent(source, last[source.ID], now, paces[source.ID]),
		})
	})
	return states, nil
}

// Ports lists the ports of entry, open or not at an instant.
func (c *Corpus) Ports(_ context.Context, at time.Time) ([]guard.PortState, error) {
	if at.IsZero() {
		at = c.now()
	}
	return c.state.Load().guard.PortsAt(at), nil
}

// Posts lists the other guarding presences.
func (c *Corpus) Posts(_ context.Context, at log.AsOf) ([]guard.PostState, error) {
	var states []guard.PostState
	c.state.Load().posts.each(at, func(fid int64, p guard.Post) {
		states = append(states, guard.PostState{Post: p, FID: fid})
	})
	return states, nil
}

func kmText(m frontier.Meters) string { return fmt.Sprintf("%.2f km", m.KM()) }
