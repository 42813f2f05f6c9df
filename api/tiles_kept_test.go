package api

import (
	"bytes"
	"context"
	"testing"

	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// A tile of reports stays what it is, under its tag, until one in it comes, changes or
// goes; one that shows more does not, since anything may follow from a report.
func TestTilesStayUntilAReportInThemChanges(t *testing.T) {
	c := newClient(t)
	c.fill(3)
	_, here := tileAt(-95.55, 49.001, 8)
	_, there := tileAt(-105, 49.001, 8)
	all := here
	here, there = here+"?layers=reports", there+"?layers=reports"
	was, empty, full := c.get(here).is(200), c.get(there).is(204), c.get(all).is(200)
	tag := func(a *answered) string { return "If-None-Match: " + a.header.Get("ETag") }

	c.post(reportText("elsewhere", -115, "2017-01-01T00:00:00Z", 1)).is(201)
	c.get(here, tag(was)).is(304)
	c.get(there, tag(empty)).is(304)
	c.get(all, tag(full)).is(200)
	if again := c.get(here).is(200); again.header.Get("ETag") != was.header.Get("ETag") || !bytes.Equal(again.body, was.body) {
		t.Errorf("after a report elsewhere the tag is %s, and was %s", tag(again), tag(was))
	}

	changes := []func(){
		func() { c.post(reportText("new", -95.6, "2017-01-01T00:00:00Z", 1)).is(201) },
		func() { // to another place
			v, err := c.corpus.Report(context.Background(), "new", log.AsOf{})
			if err != nil {
				t.Fatal(err)
			}
			moved := v.Report
			at := *moved.Point
			at[0] = -105.001
			moved.Point = &at
			if added, err := c.corpus.Correct(context.Background(), "police", []report.Report{moved}, []int{2}); err != nil || added[0].Err != nil {
				t.Fatal(added, err)
			}
		},
		func() {
			if added, err := c.corpus.Retract(context.Background(), "police", "r000", 2); err != nil || added.Err != nil {
				t.Fatal(added, err)
			}
		},
	}
	for i, change := range changes {
		change()
		now := c.get(here, tag(was)).is(200)
		if bytes.Equal(now.body, was.body) {
			t.Errorf("after change %d the tile is the old one", i)
		}
		was = now
		c.get(here, tag(was)).is(304)
	}
	c.get(there, tag(empty)).is(200)
}
