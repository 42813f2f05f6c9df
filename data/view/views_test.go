package view

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"frontierwatch/geo/log"
	"frontierwatch/geo/reader"
	"frontierwatch/geo/report"
)

func agency(name string) reader.Class {
	return reader.Class{Tier: reader.Agency, Agency: name, Country: report.CAN}
}

// isOpen says whether anything can still be waited for in a view.
func isOpen(v *View) bool {
	select {
	case <-v.ended:
		return false
	default:
		return true
	}
}

func TestFewViewsAreOpen(t *testing.T) {
	c := at(wednesday)
	master := openMaster(t, c.read)
	add(t, master, walk("a", "rcmp", report.Green, -98))
	views := openViews(t, master, func(cfg *Config) { cfg.Most, cfg.Idle = 2, time.Hour })
	public := viewOf(t, views, reader.Class{})
	first := viewOf(t, views, agency("A"))
	if viewOf(t, views, agency("A")) != first {
		t.Error("the same class has two views")
	}
	if viewOf(t, views, reader.Class{Tier: reader.Admin}).Corpus != master {
		t.Error("who sees everything has another corpus")
	}
	c.set(c.read().Add(time.Minute))
	second := viewOf(t, views, agency("B"))
	c.set(c.read().Add(time.Minute))
	third := viewOf(t, views, agency("C"))
	views.closing.Wait()
	if isOpen(first) || !isOpen(second) || !isOpen(third) || !isOpen(public) {
		t.Errorf("open: %v %v %v, the public's %v; want the two newest and the public's", isOpen(first), isOpen(second), isOpen(third), isOpen(public))
	}
	if got := ids(t, first); got != "1 at 1: a/1/1/1" {
		t.Errorf("a request that has a closed view reads %s", got)
	}
	if err := first.Follow(context.Background(), 1, func(log.Entry) error { return nil }); !errors.Is(err, log.ErrClosed) {
		t.Errorf("who follows a closed view hears %v", err)
	}
	c.set(c.read().Add(time.Hour + time.Second))
	if viewOf(t, views, agency("A")) == first {
		t.Error("a closed view is handed out")
	}
	views.closing.Wait()
	if isOpen(second) || isOpen(third) || !isOpen(public) {
		t.Error("views that nobody asks are not closed, or the public's is")
	}
	if err := views.Close(); err != nil {
		t.Error(err)
	}
	if _, err := views.Of(context.Background(), agency("A")); !errors.Is(err, log.ErrClosed) {
		t.Errorf("after closing: %v", err)
	}
}

// Many ask, some write, markings become stricter: everybody reads what he wrote and
// nobody reads what is withheld.
func TestViewsBesideWriters(t *testing.T) {
	ctx := context.Background()
	c := at(wednesday)
	master := openMaster(t, c.read)
	views := openViews(t, master, func(cfg *Config) { cfg.Most = 2 })
	var all sync.WaitGroup
	for n := range 4 {
		all.Go(func() {
			class := agency(fmt.Sprint("A", n%3))
			class.Source = []string{"rcmp", "cbp"}[n%2]
			for i := range 30 {
				v, err := views.Of(ctx, class)
				if err != nil {
					t.Error(err)
					return
				}
				r := walk(fmt.Sprint(n, "-", i), class.Source, report.Green, -98)
				added, err := v.Add(ctx, "x", []report.Report{r})
				if errors.Is(err, log.ErrUnknown) { // it was made anew meanwhile
					continue
				}
				if err != nil || added[0].Err != nil {
					t.Errorf("writer %d, report %d: %+v, %v", n, i, added, err)
					return
				}
				if _, err := v.Report(ctx, added[0].Version.ID, log.AsOf{}); err != nil {
					t.Errorf("writer %d does not read what it wrote: %v", n, err)
				}
			}
		})
	}
	all.Go(func() {
		r := walk("turns", "strict", report.Green, -98)
		add(t, master, r)
		for i := range 10 {
			r.TLP = []report.TLP{report.Red, report.Green}[i%2]
			if added, err := master.Correct(ctx, "x", []report.Report{r}, []int{i + 2}); err != nil || added[0].Err != nil {
				t.Error(added, err)
			}
			_, err := viewOf(t, views, reader.Class{Tier: reader.Partner}).Report(ctx, "turns", log.AsOf{})
			if (err == nil) != (r.TLP == report.Green) {
				t.Errorf("turn %d, marked %s: %v", i, r.TLP, err)
			}
		}
	})
	all.Wait()
}

// Erasing in the master takes a report out of every view, and out of the cells.
func TestWhatIsErasedIsInNoView(t *testing.T) {
	ctx := context.Background()
	c := at(wednesday.AddDate(0, 0, -7))
	master := openMaster(t, c.read)
	views := openViews(t, master)
	r := walk("a", "rcmp", report.Clear, -98)
	r.Start, r.Count = wednesday.AddDate(0, 0, -40), report.Count{Best: 20, Min: 20, Max: 20}
	r.End = r.Start
	add(t, master, r)
	c.set(wednesday)
	add(t, master, walk("b", "rcmp", report.Clear, -98))
	partner := viewOf(t, views, reader.Class{Tier: reader.Partner})
	public := viewOf(t, views, reader.Class{})
	if ids(t, partner) != "2 at 2: b/2/2/1 a/1/1/1" || ids(t, public)[:9] != "1 at 1: m" {
		t.Fatal(ids(t, partner), ids(t, public))
	}
	whole := viewOf(t, views, reader.Class{Tier: reader.Admin})
	if viewOf(t, views, reader.Class{Tier: reader.Analyst}) != whole {
		t.Error("those who see everything have two views")
	}
	edition := whole.Edition(2)
	if err := master.Erase(ctx, "x", "a", "y"); err != nil {
		t.Fatal(err)
	}
	if after := viewOf(t, views, reader.Class{Tier: reader.Admin}); after == whole || after.Edition(2) == edition {
		t.Error("answers of before can be taken for those of after")
	}
	if got := ids(t, viewOf(t, views, reader.Class{Tier: reader.Partner})); got != "1 at 1: b/1/1/1" {
		t.Errorf("partners see %s", got)
	}
	after := viewOf(t, views, reader.Class{})
	if got := ids(t, after); got != "0 at 0:" || after.Edition(1) == public.Edition(1) {
		t.Errorf("the public sees %s, edition %s", got, after.Edition(1))
	}
}
