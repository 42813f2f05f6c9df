package data_test

import (
	"context"
	"errors"
	"testing"

	"frontierwatch/data"
	"frontierwatch/data/memlog"
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/guard"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

func beat(id, name string) *guard.Post {
	return &guard.Post{ID: id, Kind: guard.Patrol, Name: name, Agency: "RCMP", Stretch: frontier.Stretch{From: frontier.KM(100), To: frontier.KM(120)}}
}

func TestPostsAreSwapped(t *testing.T) {
	ctx := context.Background()
	l := memlog.New()
	house := func(cfg *data.Config) { cfg.Posts = []guard.Post{*beat("house", "H"), *beat("other", "O")} }
	c := open(t, l, house)
	names := func(c *data.Corpus, at log.AsOf) (all string) {
		posts, err := c.Posts(ctx, at)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range posts {
			all += p.ID + "=" + p.Name + " "
		}
		return all
	}
	invalid := *beat("a", "")
	for i, x := range []struct {
		old, next *guard.Post
		err       error
		want      string
	}{
		{nil, beat("a", "A"), nil, "house=H other=O a=A "},
		{nil, beat("a", "A"), nil, "house=H other=O a=A "},                                   // the same again
		{nil, beat("a", "B"), report.ErrConflict, "house=H other=O a=A "},                    // taken
		{nil, beat("house", "X"), report.ErrConflict, "house=H other=O a=A "},                // taken by the house
		{beat("a", "B"), beat("a", "C"), report.ErrConflict, "house=H other=O a=A "},         // not what is there
		{beat("never", "B"), beat("never", "C"), report.ErrNotFound, "house=H other=O a=A "}, //
		{beat("a", "A"), beat("a", "C"), nil, "house=H other=O a=C "},                        //
		{beat("a", "C"), beat("a", "C"), nil, "house=H other=O a=C "},                        // nothing changes
		{beat("house", "H"), beat("house", "I"), nil, "house=I other=O a=C "},                // the first time in the log
		{beat("house", "I"), nil, nil, "other=O a=C "},                                       //
		{beat("other", "O"), nil, nil, "a=C "},                                               // retracted, and never in the log before
		{beat("other", "O"), nil, report.ErrNotFound, "a=C "},                                //
		{nil, beat("other", "O"), report.ErrConflict, "a=C "},                                // its id is not used again
		{beat("a", "A"), nil, report.ErrConflict, "a=C "},                                    //
	} {
		if err := c.SwapPost(ctx, "tester", x.old, x.next); !errors.Is(err, x.err) {
			t.Errorf("step %d: %v, want %v", i, err, x.err)
		}
		if got := names(c, log.AsOf{}); got != x.want {
			t.Errorf("step %d: %s, want %s", i, got, x.want)
		}
	}
	var faults report.Faults
	if err := c.SwapPost(ctx, "tester", beat("a", "C"), &invalid); !errors.As(err, &faults) {
		t.Errorf("a post without name: %v", err)
	}
	if head, _ := c.Head(); head != 6 {
		t.Errorf("%d entries, want 6", head)
	}
	if got := names(c, log.AsOf{Seq: 1}); got != "house=H other=O a=A " {
		t.Errorf("at 1: %s", got)
	}
	again := open(t, replayed(t, l), house)
	for seq := log.Seq(1); seq <= 6; seq++ {
		if live, read := names(c, log.AsOf{Seq: seq}), names(again, log.AsOf{Seq: seq}); live != read {
			t.Errorf("at %d: %s, read anew %s", seq, live, read)
		}
	}
}

func TestSourcesAreSwapped(t *testing.T) {
	ctx := context.Background()
	c := open(t, memlog.New())
	county := report.Source{ID: "county", Agency: "County", Unit: report.Persons, TLP: report.Green}
	renamed := county
	renamed.Agency = "The County"
	steps := []struct {
		old, next *report.Source
		err       error
	}{
		{nil, &county, nil},
		{&renamed, &county, report.ErrConflict},
		{&county, &renamed, nil},
		{&renamed, nil, nil},
		{&renamed, nil, report.ErrNotFound},
	}
	for i, x := range steps {
		if err := c.SwapSource(ctx, "tester", x.old, x.next); !errors.Is(err, x.err) {
			t.Errorf("step %d: %v, want %v", i, err, x.err)
		}
	}
	if got := add(t, c, walk("a", -100, 3))[0]; got.Err != nil {
		t.Fatal(got.Err)
	}
	if err := c.SwapSource(ctx, "tester", &police, nil); !errors.Is(err, report.ErrConflict) {
		t.Errorf("a source with reports is retracted: %v", err)
	}
	var faults report.Faults
	if err := c.SwapSource(ctx, "tester", nil, &report.Source{ID: "x"}); !errors.As(err, &faults) {
		t.Errorf("a source without agency: %v", err)
	}
}
