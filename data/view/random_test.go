package view

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"frontierwatch/data"
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/guard"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
	"frontierwatch/geo/reader"
	"frontierwatch/geo/report"
)

var (
	someIDs   = []string{"a", "b", "c", "d", "e", "f", "g", "h"}
	someTLPs  = []report.TLP{report.Clear, report.Green, report.Green, report.Amber, report.AmberStrict, report.Red}
	releasing = []report.Countries{0, 0, 0, report.CAN, report.USA, report.CAN | report.USA}
)

// drawReport is any report under one of a few ids.
func drawReport(t *rapid.T, now time.Time) report.Report {
	r := walk(rapid.SampledFrom(someIDs).Draw(t, "id"), rapid.SampledFrom([]string{"rcmp", "cbp", "strict", "red"}).Draw(t, "source"),
		rapid.SampledFrom(someTLPs).Draw(t, "tlp"), rapid.Float64Range(-99.9, -96.1).Draw(t, "lon"))
	r.Start = now.Add(-time.Duration(rapid.IntRange(1, 24*60).Draw(t, "ago")) * time.Hour)
	r.End = r.Start.Add(time.Duration(rapid.SampledFrom([]int{0, 0, 5, 50}).Draw(t, "hours")) * time.Minute)
	r.Releasable = rapid.SampledFrom(releasing).Draw(t, "releasable")
	n := rapid.Int64Range(0, 9).Draw(t, "count")
	r.Count = report.Count{Best: n, Min: n, Max: n}
	if rapid.IntRange(0, 3).Draw(t, "stretch") == 0 {
		from := frontier.KM(float64(rapid.IntRange(0, 200).Draw(t, "from")))
		r.Point, r.Stretch = nil, &frontier.Stretch{From: from, To: from + frontier.KM(float64(rapid.IntRange(1, 30).Draw(t, "length")))}
	}
	if rapid.Bool().Draw(t, "was published") {
		r.Published = r.End.Add(time.Hour)
	}
	for _, id := range someIDs {
		if id != r.ID && rapid.IntRange(0, 4).Draw(t, "overlaps") == 0 {
			r.Overlaps = append(r.Overlaps, id)
		}
	}
	return r
}

// change does something to a master, anything.
func change(t *rapid.T, master *data.Corpus, c *clock) {
	ctx := context.Background()
	c.set(c.read().Add(time.Duration(rapid.IntRange(0, 100).Draw(t, "seconds")) * time.Second))
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	switch rapid.SampledFrom([]string{"report", "report", "report", "report", "report", "retract", "erase", "rewrite", "source", "post", "step", "key"}).Draw(t, "what") {
	case "report":
		r := drawReport(t, c.read())
		old, ok := master.Version(r.ID, log.AsOf{})
		if !ok { // or it was erased, which is a conflict
			_, err := master.Add(ctx, "secret", []report.Report{r})
			must(err)
			return
		}
		_, err := master.Correct(ctx, "secret", []report.Report{r}, []int{old.Revision + 1})
		must(err)
	case "retract":
		id := rapid.SampledFrom(someIDs).Draw(t, "id")
		if old, ok := master.Version(id, log.AsOf{}); ok {
			_, err := master.Retract(ctx, "secret", id, old.Revision+1)
			must(err)
		}
	case "erase":
		id := rapid.SampledFrom(someIDs).Draw(t, "id")
		if err := master.Erase(ctx, "secret", id, "x"); err != nil && !errors.Is(err, report.ErrNotFound) {
			t.Fatal(err)
		}
	case "rewrite":
		of := rapid.SampledFrom(someIDs).Draw(t, "id")
		_, err := master.Rewrite(ctx, "secret", "x", func(v *report.Version) report.Report {
			if v.ID == of {
				return reader.Coarse(master.Frontier(), v.Report)
			}
			return v.Report
		})
		must(err)
	case "source":
		s := report.Source{ID: rapid.SampledFrom([]string{"rcmp", "cbp", "strict", "new"}).Draw(t, "source"), Unit: report.Persons}
		s.Agency = rapid.SampledFrom([]string{"RCMP", "CBP"}).Draw(t, "agency")
		s.TLP = rapid.SampledFrom(someTLPs).Draw(t, "its tlp")
		s.Caveat = rapid.SampledFrom([]string{"", "x", "y"}).Draw(t, "caveat")
		must(master.PutSource(ctx, "secret", s))
	case "post":
		km := frontier.KM(float64(rapid.IntRange(0, 200).Draw(t, "km")))
		next := guard.Post{
			ID: rapid.SampledFrom([]string{"p", "q"}).Draw(t, "post"), Kind: guard.Patrol, Name: "beat", Agency: "RCMP", Stretch: frontier.Stretch{From: km, To: km + 10_000},
		}
		posts, err := master.Posts(ctx, log.AsOf{})
		must(err)
		var old *guard.Post
		if i := slices.IndexFunc(posts, func(p guard.PostState) bool { return p.ID == next.ID }); i >= 0 {
			old = &posts[i].Post
		}
		must(master.SwapPost(ctx, "secret", old, &next))
	case "step":
		must(master.PutStep(ctx, "secret", hotspot.Step{
			Flag: rapid.SampledFrom([]string{"f", "g"}).Draw(t, "flag"), State: hotspot.Closed, Reason: "explained", Unit: "persons", FirstSeen: "2017-02-01",
			TLP: rapid.SampledFrom(someTLPs).Draw(t, "marked"), Releasable: rapid.SampledFrom(releasing).Draw(t, "for"), Source: rapid.SampledFrom([]string{"", "red"}).Draw(t, "by"),
		}))
	case "key":
		must(master.SwapOwn(ctx, "secret", log.Key, fmt.Sprint("k", c.read().Unix(), rapid.Int().Draw(t, "key")), nil, []byte("secret")))
	}
}

// Whatever happens to a master, and whenever somebody looks, the view of each class is
// what a corpus would be that was only ever given what the class may see.
func TestViewsAreWhatAFreshCorpusIs(t *testing.T) {
	all := classesOf()
	names := []string{}
	for n := range all {
		names = append(names, n)
	}
	slices.Sort(names)
	rapid.Check(t, func(r *rapid.T) {
		c := at(wednesday)
		master := openMaster(t, c.read)
		defer master.Close()
		views := New(Config{Master: master})
		defer views.Close()
		for range rapid.IntRange(1, 30).Draw(r, "changes") {
			change(r, master, c)
			if rapid.IntRange(0, 2).Draw(r, "look") == 0 {
				viewOf(t, views, all[rapid.SampledFrom(names).Draw(r, "early class")])
			}
		}
		n := rapid.SampledFrom(names).Draw(r, "class")
		fresh := newSlow(t, master, all[n]).open(settings(t, c.read))
		defer fresh.Close()
		sameAnswers(t, viewOf(t, views, all[n]), fresh, someIDs, []time.Time{c.read()}, false)
	})
}
