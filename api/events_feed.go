package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"frontierwatch/api/codec"
	"frontierwatch/api/live"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// feed is the corpus of a server as a hub follows it.
type feed struct{ *server }

// newHub makes what all streams of a server share.
func (s *server) newHub(c Config) *live.Hub {
	if c.Streams == 0 {
		c.Streams = defaultStreams
	}
	if c.Ticks == nil {
		c.Ticks = func(every time.Duration) (<-chan time.Time, func()) {
			t := time.NewTicker(every)
			return t.C, t.Stop
		}
	}
	return live.New(live.Config{
		Source: feed{s}, Now: s.now, Ticks: c.Ticks, Most: c.Streams, Done: c.Stopping,
		Failed: func(err error) { s.logger.Error("following the log ended", "error", err) },
	})
}

// Head implements live.Source.
func (f feed) Head() log.Seq {
	head, _ := f.corpus.Head()
	return head
}

// Wait implements live.Source.
func (f feed) Wait(ctx context.Context, after log.Seq) error { return f.corpus.Wait(ctx, after) }

// Entries implements live.Source: of entries, only those about reports are told.
func (f feed) Entries(ctx context.Context, after log.Seq, yield func(log.Seq, *live.Event) error) error {
	return f.corpus.Entries(ctx, after, func(e log.Entry) error {
		if e.Kind != log.Report {
			return yield(e.Seq, nil)
		}
		event, err := f.reported(ctx, &e)
		if err != nil {
			return fmt.Errorf("entry %d of the log: %w", e.Seq, err)
		}
		return yield(e.Seq, event)
	})
}

// reported is the event of an entry about a report: nil where there was and is none.
func (f feed) reported(ctx context.Context, e *log.Entry) (*live.Event, error) {
	event := &live.Event{Kind: live.Report, ID: e.ID}
	if e.Revision > 1 && e.Seq > 1 {
		old, err := f.corpus.Report(ctx, e.ID, log.AsOf{Seq: e.Seq - 1})
		if err != nil && !errors.Is(err, report.ErrNotFound) {
			return nil, err
		}
		if err == nil {
			event.Old = old
			event.Gone = tombstone(e.ID, fmt.Sprintf(`"fid":%d,"seq":%d,"revision":%d,"deleted":%t`, e.FID, e.Seq, e.Revision, e.Op == log.Retract))
		}
	}
	if e.Op != log.Retract {
		v, err := f.corpus.Report(ctx, e.ID, log.AsOf{Seq: e.Seq})
		if errors.Is(err, report.ErrNotFound) { // it was erased since, and is not brought back
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		event.New, event.Data = v, f.encoder.AppendReport(nil, v, nil)
	}
	return event, nil
}

// Findings implements live.Source.
func (f feed) Findings(ctx context.Context) (all []live.Event, err error) {
	q := hotspot.Query{At: f.now().UTC().Truncate(24 * time.Hour)}
	spots, err := f.corpus.Hotspots(ctx, q)
	if err != nil {
		return nil, err
	}
	for i := range spots {
		all = append(all, live.Event{Kind: live.Hotspot, ID: spots[i].ID, New: &spots[i], Data: f.encoder.AppendHotspot(nil, &spots[i], nil)})
	}
	flags, err := f.corpus.Flags(ctx, q)
	if err != nil {
		return nil, err
	}
	for i := range flags {
		all = append(all, live.Event{Kind: live.Flag, ID: flags[i].ID, New: &flags[i], Data: f.encoder.AppendFlag(nil, &flags[i], nil)})
	}
	return all, nil
}

// Tombstone implements live.Source.
func (f feed) Tombstone(e *live.Event) []byte {
	return tombstone(e.ID, fmt.Sprintf(`"fid":%d,"deleted":true`, codec.NumericID(e.ID)))
}

// tombstone is a feature that is there no more.
func tombstone(id, properties string) []byte {
	name, _ := json.Marshal(id) // text has always a form
	return fmt.Appendf(nil, `{"type":"Feature","id":%s,"geometry":null,"properties":{%s}}`, name, properties)
}
