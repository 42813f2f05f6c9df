package data_test

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"frontierwatch/data"
	"frontierwatch/data/memlog"
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/guard"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// One port with hours on one side only, on a thousand kilometres.
func TestCoverage(t *testing.T) {
	port := guard.Port{
		ID: "gate", Name: "Gate", Point: orb.Point{-100, 49}, Part: frontier.Main, Measure: frontier.KM(500),
		HoursUS: "08:00-16:00", ZoneCA: "America/Winnipeg", ZoneUS: "America/Chicago",
	}
	c := open(t, memlog.New(), func(cfg *data.Config) { cfg.Ports = []guard.Port{port} })
	length := c.Frontier().Length(frontier.Main).KM()
	noon := time.Date(2017, 3, 1, 18, 0, 0, 0, time.UTC) // in Chicago
	got := c.Coverage(noon, report.Southbound)
	is := func(what string, got guard.Total, guarded, unguarded, unknown float64) {
		t.Helper()
		if math.Abs(got.Guarded.KM()-guarded)+math.Abs(got.Unguarded.KM()-unguarded)+math.Abs(got.Unknown.KM()-unknown) > 0.001 {
			t.Errorf("%s: %+v, want %g, %g and %g km", what, got, guarded, unguarded, unknown)
		}
	}
	is("southbound, at noon", got.Now, 6, length-6, 0)
	is("southbound, at noon, by the hours of the day", got.Hours[18], 6, length-6, 0)
	is("southbound, at night", got.Hours[6], 0, length, 0)
	is("southbound, at some time", got.Some, 6, length-6, 0)
	north := c.Coverage(noon, report.Northbound)
	is("northbound, hours not known", north.Now, 0, length-6, 6)
	is("northbound, at some time", north.Some, 0, length-6, 6)
	if zero := c.Coverage(time.Time{}, report.Southbound); !zero.At.Equal(now) {
		t.Errorf("no time is %s and not now", zero.At)
	}
}

// A post guards from when it is registered, where its point lies.
func TestAPostGuards(t *testing.T) {
	ctx := context.Background()
	c := open(t, memlog.New())
	if err := c.SwapPost(ctx, "tester", nil, &guard.Post{ID: "no spaces", Kind: "tower"}); err == nil {
		t.Error("a post that is none was taken")
	}
	tower := guard.Post{ID: "tower-1", Kind: "tower", Name: "Tower 1", Agency: "police", Point: &orb.Point{-100, 49.001}}
	for range 2 { // the second time nothing changes
		if err := c.SwapPost(ctx, "tester", nil, &tower); err != nil {
			t.Fatal(err)
		}
	}
	if head, _ := c.Head(); head != 1 {
		t.Errorf("the head is at %d after the same post twice", head)
	}
	posts, err := c.Posts(ctx, log.AsOf{})
	if err != nil || len(posts) != 1 || posts[0].Stretch.From.KM() < 700 || posts[0].Offset < 100 {
		t.Errorf("%+v, %v", posts, err)
	}
	if got := c.Coverage(now, report.Northbound).Now.Guarded.KM(); math.Abs(got-6) > 0.001 {
		t.Errorf("one tower guards %g km, want 6", got)
	}
	if earlier, err := c.Posts(ctx, log.AsOf{Known: now.AddDate(0, 0, -1)}); err != nil || len(earlier) != 0 {
		t.Errorf("the day before: %+v, %v", earlier, err)
	}
}
