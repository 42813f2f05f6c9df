package api

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/paulmach/orb/encoding/mvt"

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

// beside is a client of a server whose work beside those who ask waits for run.
type beside struct {
	*client
	waiting []func()
}

func newBeside(t *testing.T) *beside {
	c := newClient(t)
	b := &beside{client: c}
	g := newGate(Config{Corpus: c.corpus, Now: noon, Version: "1.2.3"})
	s := g.server(class{Owner().Class, c.corpus})
	s.beside = func(do func()) { b.waiting = append(b.waiting, do) }
	h := routed(s)
	c.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { g.hand(h, w, r, admission{reader: Owner()}, noon()) })
	return b
}

// run does what waits, and says how much it was.
func (b *beside) run() int {
	n := len(b.waiting)
	for _, do := range b.waiting {
		do()
	}
	b.waiting = nil
	return n
}

// busy says by how many entries a kept tile may be behind: given, and not made anew.
func (b *beside) busy(given, fresh log.Seq) { b.corpus.late = [2]log.Seq{given, fresh} }

// come stores a report in the tile of the tests, seconds after the one before.
func (b *beside) come(lon float64) {
	b.Helper()
	b.corpus.head += 5000
	b.post(reportText(fmt.Sprint("n", b.corpus.head), lon, "2017-01-01T00:00:00Z", 1)).is(201)
}

// reports is how many the tile stands for.
func (a *answered) reports() (n int) {
	a.Helper()
	layers, err := mvt.Unmarshal(a.body)
	if err != nil {
		a.Fatal(err)
	}
	for _, l := range layers {
		for _, f := range l.Features {
			if l.Name == "reports" {
				n += int(f.Properties["reports"].(float64))
			}
		}
	}
	return n
}

// same says whether two answers are one tile, as of one position.
func same(a, b *answered) bool {
	return a.header.Get("ETag") == b.header.Get("ETag") && a.header.Get("Last-Modified") == b.header.Get("Last-Modified") && bytes.Equal(a.body, b.body)
}

// While much arrives a kept tile is given for the position that it is of, and is drawn
// anew beside those who ask; in quiet it is of now.
func TestKeptTilesAreGivenWhileMuchArrives(t *testing.T) {
	for _, zoom := range []int{6, 8} { // gathered, and one by one
		b := newBeside(t)
		b.fill(3)
		_, address := tileAt(-95.55, 49.001, zoom)
		address += "?layers=reports"
		first := b.get(address).is(200)
		tag := "If-None-Match: " + first.header.Get("ETag")

		b.busy(10_000, 10_000)
		b.come(-95.6)
		if now := b.get(address).is(200); !same(now, first) || b.run() != 0 {
			t.Errorf("zoom %d: a fresh tile was drawn anew", zoom)
		}
		b.get(address, tag).is(304)
		b.get(address + "&unit=persons").is(200) // another, of which there is none: it is of now
		if n := b.get(address + "&unit=persons").is(200).reports(); n != 4 {
			t.Errorf("zoom %d: a tile that was not kept has %d reports", zoom, n)
		}

		b.busy(10_000, 0)
		for range 3 {
			if now := b.get(address).is(200); !same(now, first) {
				t.Errorf("zoom %d: who asks waited for what is drawn beside", zoom)
			}
		}
		if n := b.run(); n != 1 {
			t.Errorf("zoom %d: drawn %d times beside", zoom, n)
		}
		second := b.get(address, tag).is(200)
		if same(second, first) || second.header.Get("Last-Modified") == first.header.Get("Last-Modified") || second.reports() != 4 || b.run() != 0 {
			t.Errorf("zoom %d: what was drawn beside has %d reports, of %s", zoom, second.reports(), second.header.Get("Last-Modified"))
		}

		b.come(-115) // elsewhere
		b.get(address).is(200)
		if n := b.run(); n != 1 {
			t.Errorf("zoom %d: looked at %d times", zoom, n)
		}
		if now := b.get(address).is(200); !same(now, second) || b.run() != 0 {
			t.Errorf("zoom %d: a report elsewhere changed the tile, or it is looked at again", zoom)
		}

		b.come(-95.4)
		b.busy(4000, 4000) // what came is 5000 entries ago: too old, or changed since
		third := b.get(address).is(200)
		if third.reports() != 5 || b.run() != 0 {
			t.Errorf("zoom %d: a tile was given that is too old", zoom)
		}
		b.busy(10_000, 10_000)
		b.come(-95.3)
		b.busy(0, 0) // the control: the same in quiet
		if now := b.get(address).is(200); now.reports() != 6 || same(now, third) || b.run() != 0 {
			t.Errorf("zoom %d: in quiet a tile lacks a report", zoom)
		}
	}
}

// A tile that was drawn beside does not take the place of one that is newer.
func TestAnOlderTileTakesNoPlace(t *testing.T) {
	k := newKept(4, 1000)
	older, newer := &encodedPage{key: "a"}, &encodedPage{key: "a"}
	older.upTo.Store(1)
	newer.upTo.Store(2)
	k.put(newer)
	if k.put(older); k.get("a") != newer {
		t.Error("it was kept")
	}
	newest := &encodedPage{key: "a"} // the control
	newest.upTo.Store(2)
	if k.put(newest); k.get("a") != newest {
		t.Error("one of the same position was not kept")
	}
}

// What else tiles show follows from what is found, and names no position of reports.
func TestOtherTilesKeepToWhatIsFound(t *testing.T) {
	b := newBeside(t)
	b.fill(3)
	_, address := tileAt(-95.55, 49.001, 6)
	first := b.get(address).is(200)
	b.busy(10_000, 0)
	b.come(-95.6)
	if now := b.get(address).is(200); same(now, first) || now.reports() != 4 || b.run() != 0 {
		t.Errorf("it has %d reports", now.reports())
	}
	b.get(address + "?asOf=1").is(400) // tiles are of now
}
