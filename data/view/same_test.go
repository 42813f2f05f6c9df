package view

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/paulmach/orb"

	"frontierwatch/data"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
	"frontierwatch/geo/series"
)

// asked is what may be asked of a corpus and of a view.
type asked interface {
	Head() (log.Seq, time.Time)
	Entries(context.Context, log.Seq, func(log.Entry) error) error
	Reports(context.Context, report.Query) (report.Page, error)
	Report(context.Context, string, log.AsOf) (*report.Version, error)
	Places(context.Context, report.Query, report.Places) error
	Sources(context.Context, log.AsOf) ([]report.SourceState, error)
	Segments(context.Context, hotspot.Query) ([]hotspot.SegmentState, error)
	Series(context.Context, hotspot.Query) (hotspot.Series, error)
	Hotspots(context.Context, hotspot.Query) ([]hotspot.Hotspot, error)
	Flags(context.Context, hotspot.Query) ([]hotspot.Flag, error)
	Flag(context.Context, string, hotspot.Query) (hotspot.Flag, []hotspot.Taken, error)
	Receipt(context.Context, string, hotspot.Query) (hotspot.Receipt, error)
	Replay(context.Context, time.Time, time.Time, report.Unit, func(data.Replayed) error) error
}

// answers is everything that c answers to a list of questions.
func answers(c asked, ids []string, positions []log.AsOf, days []time.Time, detect bool) map[string]any {
	ctx := context.Background()
	all := map[string]any{}
	note := func(question string, answer any, err error) {
		switch {
		case errors.Is(err, report.ErrNotFound), errors.Is(err, hotspot.ErrNotFound):
			answer = err.Error()
		case err != nil:
			answer = err
		}
		all[question] = answer
	}
	head, recorded := c.Head()
	note("head", fmt.Sprint(head, recorded), nil)
	for _, at := range positions {
		q := report.Query{Limit: 7, Count: true, AsOf: at}
		for n := 0; ; n++ {
			page, err := c.Reports(ctx, q)
			note(fmt.Sprintf("reports %+v page %d", at, n), page, err)
			if page.Next == nil {
				break
			}
			q.After = page.Next
		}
		for _, id := range ids {
			v, err := c.Report(ctx, id, at)
			note(fmt.Sprintf("report %s %+v", id, at), v, err)
		}
		sources, err := c.Sources(ctx, at)
		note(fmt.Sprintf("sources %+v", at), sources, err)
		var places placesOf
		err = c.Places(ctx, report.Query{AsOf: at, Boxes: []orb.Bound{{Min: orb.Point{-99, 48}, Max: orb.Point{-97, 50}}}}, &places)
		slices.Sort(places)
		note(fmt.Sprintf("places %+v", at), places, err)
	}
	for _, day := range days {
		for _, at := range positions {
			q := hotspot.Query{At: day, AsOf: at}
			s, err := c.Series(ctx, q)
			note(fmt.Sprintf("series %+v", q), cells(s), err)
			if !detect {
				continue
			}
			segments, err := c.Segments(ctx, q)
			note(fmt.Sprintf("segments %+v", q), segments, err)
			spots, err := c.Hotspots(ctx, q)
			note(fmt.Sprintf("hotspots %+v", q), spots, err)
			flags, err := c.Flags(ctx, q)
			note(fmt.Sprintf("flags %+v", q), flags, err)
			for _, spot := range spots {
				receipt, err := c.Receipt(ctx, spot.ID, q)
				note(fmt.Sprintf("receipt %s %+v", spot.ID, q), receipt, err)
				flag, taken, err := c.Flag(ctx, spot.ID, q)
				note(fmt.Sprintf("flag %s %+v", spot.ID, q), []any{flag, taken}, err)
			}
		}
	}
	if detect {
		var replayed []data.Replayed
		err := c.Replay(ctx, days[0], days[0].AddDate(0, 0, 2), "", func(r data.Replayed) error { replayed = append(replayed, r); return nil })
		note("replay", replayed, err)
	}
	return all
}

// cells are all counts of a series.
func cells(s hotspot.Series) (all []string) {
	for _, unit := range s.Units {
		first, last, ok := s.Counts.Span(unit)
		if !ok {
			continue
		}
		s.Counts.Each(unit, first, last, func(k *series.Kind, segment int, d series.Day, c series.Cell) {
			all = append(all, fmt.Sprint(*k, segment, d, c))
		})
	}
	slices.Sort(all)
	return all
}

// sameAnswers compares a view with a corpus that was only given what it may hold.
func sameAnswers(t testing.TB, v *View, fresh *data.Corpus, ids []string, days []time.Time, detect bool) {
	t.Helper()
	want, got := everything(t, fresh, 0), everything(t, v, 0)
	if diff := cmp.Diff(texts(want), texts(got)); diff != "" {
		t.Fatalf("the log (-want +got):\n%s", diff)
	}
	head, recorded := fresh.Head()
	positions := []log.AsOf{{}, {Seq: head/2 + 1}, {Known: recorded.Add(-time.Minute)}, {Seq: head, Known: recorded}}
	a, b := answers(fresh, ids, positions, days, detect), answers(v, ids, positions, days, detect)
	unhourly := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Guarded" && !v.class.Hourly() }, cmp.Ignore())
	if diff := cmp.Diff(a, b, unhourly, cmpopts.EquateNaNs(), cmpopts.EquateErrors()); diff != "" {
		t.Fatalf("answers (-want +got):\n%s", diff[:min(len(diff), 4000)])
	}
	if err := v.Verify(); err != nil {
		t.Fatal(err)
	}
	for _, after := range []log.Seq{1, head / 2, head} {
		if want, got := texts(everything(t, fresh, after)), texts(everything(t, v, after)); !slices.Equal(want, got) {
			t.Fatalf("the log after %d: %v, want %v", after, got, want)
		}
	}
}

func texts(entries []log.Entry) (all []string) {
	for _, e := range entries {
		all = append(all, fmt.Sprintf("%d %d %s %s %d %s %s %q %q %s", e.Seq, e.FID, e.Kind, e.ID, e.Revision, e.Op, e.Recorded.Format(time.RFC3339Nano), e.Actor, e.Reason, e.Body))
	}
	return all
}

// placesOf lists where reports are.
type placesOf []string

func (p *placesOf) At(lon, lat int32)                       { *p = append(*p, fmt.Sprint(lon, lat)) }
func (p *placesOf) Other(v *report.Version)                 { *p = append(*p, v.ID) }
func (p *placesOf) Within(orb.Point, orb.Point) (int, bool) { return 0, false }
func (p *placesOf) Together(number, n int, lon, lat int64)  {}
