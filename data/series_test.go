package data_test

import (
	"context"
	"testing"
	"time"

	"frontierwatch/data/memlog"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
	"frontierwatch/geo/series"
)

func TestSeriesCountsWhatStands(t *testing.T) {
	c := open(t, memlog.New())
	signs := walk("signs", -100, 2)
	signs.Unit = report.Signs
	tied := walk("b", -100, 5)
	tied.Overlaps = []string{"a"}
	add(t, c, walk("a", -100, 3), tied, signs)
	v, err := c.Report(context.Background(), "a", log.AsOf{})
	if err != nil {
		t.Fatal(err)
	}
	segment := v.Place.Segment
	today := series.DayOf(now)
	for _, x := range []struct {
		q         hotspot.Query
		unit      report.Unit
		once, all float64
	}{
		{hotspot.Query{}, report.Persons, 5, 8},
		{hotspot.Query{Unit: report.Signs}, report.Signs, 2, 2},
		{hotspot.Query{AsOf: log.AsOf{Seq: 1}}, report.Persons, 3, 3},
		{hotspot.Query{AsOf: log.AsOf{Known: now.Add(-24 * time.Hour)}}, "", 0, 0},
		{hotspot.Query{Unit: report.Claims}, report.Claims, 0, 0},
	} {
		s, err := c.Series(context.Background(), x.q)
		if err != nil {
			t.Fatal(err)
		}
		got := s.Counts.Days(s.Unit, segment, today, today)[0]
		if s.Unit != x.unit || got.Once != x.once || got.All != x.all {
			t.Errorf("%+v: %s %+v, want %s from %v to %v", x.q, s.Unit, got, x.unit, x.once, x.all)
		}
		if _, known := s.Baseline.Rate(segment); known {
			t.Errorf("%+v: a rate is known after a day", x.q)
		}
	}
}

// Without anything in the last weeks, the unit is that of the years before.
func TestUnitOfASeriesIsTheBusiest(t *testing.T) {
	c := open(t, memlog.New())
	long := walk("long-ago", -100, 9)
	long.Start, long.End = now.AddDate(0, -6, 0), now.AddDate(0, -6, 0)
	claims := walk("claims", -100, 1)
	claims.Unit, claims.Start, claims.End = report.Claims, long.Start, long.End
	add(t, c, claims, long)
	if s, _ := c.Series(context.Background(), hotspot.Query{}); s.Unit != report.Persons {
		t.Errorf("%s", s.Unit)
	}
	claims.ID, claims.Start, claims.End = "lately", now, now
	add(t, c, claims)
	if s, _ := c.Series(context.Background(), hotspot.Query{}); s.Unit != report.Claims {
		t.Errorf("%s", s.Unit)
	}
}
