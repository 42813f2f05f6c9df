package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"frontierwatch/api"
	"frontierwatch/data/view"
	"frontierwatch/geo/guard"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
	"frontierwatch/geo/reader"
	"frontierwatch/geo/report"
)

// followed is a door behind which every question to a corpus is written down.
type followed struct {
	*door
	mu    sync.Mutex
	asked []string
	known map[*view.View]*noting
}

func (f *followed) View(ctx context.Context, class reader.Class) (api.Corpus, error) {
	v, err := f.views.Of(ctx, class)
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.known[v] == nil {
		f.known[v] = &noting{v, f}
	}
	return f.known[v], nil
}

func (f *followed) note(question string, about ...any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, question+" "+fmt.Sprintf("%+v", about))
}

// noting is a view that notes what it is asked.
type noting struct {
	*view.View
	to *followed
}

func (n *noting) Head() (log.Seq, time.Time) { n.to.note("head"); return n.View.Head() }
func (n *noting) Report(ctx context.Context, id string, at log.AsOf) (*report.Version, error) {
	n.to.note("report", id, at)
	return n.View.Report(ctx, id, at)
}
func (n *noting) Reports(ctx context.Context, q report.Query) (report.Page, error) {
	n.to.note("reports", q.Limit)
	return n.View.Reports(ctx, q)
}
func (n *noting) Entries(ctx context.Context, after log.Seq, yield func(log.Entry) error) error {
	n.to.note("entries", after)
	return n.View.Entries(ctx, after, yield)
}
func (n *noting) Sources(ctx context.Context, at log.AsOf) ([]report.SourceState, error) {
	n.to.note("sources", at)
	return n.View.Sources(ctx, at)
}
func (n *noting) Posts(ctx context.Context, at log.AsOf) ([]guard.PostState, error) {
	n.to.note("posts", at)
	return n.View.Posts(ctx, at)
}
func (n *noting) Hotspots(ctx context.Context, q hotspot.Query) ([]hotspot.Hotspot, error) {
	n.to.note("hotspots", q)
	return n.View.Hotspots(ctx, q)
}
func (n *noting) Flags(ctx context.Context, q hotspot.Query) ([]hotspot.Flag, error) {
	n.to.note("flags", q)
	return n.View.Flags(ctx, q)
}
func (n *noting) Flag(ctx context.Context, id string, q hotspot.Query) (hotspot.Flag, []hotspot.Taken, error) {
	n.to.note("flag", id, q)
	return n.View.Flag(ctx, id, q)
}
func (n *noting) Receipt(ctx context.Context, id string, q hotspot.Query) (hotspot.Receipt, error) {
	n.to.note("receipt", id, q)
	return n.View.Receipt(ctx, id, q)
}

// follow asks and returns the answer and the way it took, about an id that is written
// as ID.
func (f *followed) follow(w *world, method, target, token, id string) (answer, way string) {
	f.asked = nil
	answer = w.answer(method, strings.ReplaceAll(target, "ID", id), token, "{}", `If-Match: "x"`)
	return strings.ReplaceAll(answer, id, "ID"), strings.ReplaceAll(strings.Join(f.asked, "\n"), id, "ID")
}

// An id that is withheld is looked for as one that is nowhere: the same questions are put
// to the same corpus, in which it is not, and the answer is the same with all its headers.
// So there is nothing by which the time that it takes could differ.
func TestWhatIsWithheldIsLookedForLikeWhatIsNowhere(t *testing.T) {
	w := newWorld(t, everyReport, everySource)
	hot := risenAt(w)
	f := &followed{door: w.door, known: map[*view.View]*noting{}}
	w.serve(func(c *api.Config) { c.Access = f })
	withheld := map[string][]string{"reports": {"secret00", "r016"}, "sources": {"cbp"}, "flags": hot, "hotspots": hot, "posts": {"station-1"}}
	same, told, n := map[string]int{}, 0, 0
	for _, name := range []string{"public", "partner", "agency", "colleague", "originator", "analyst"} {
		token, _ := tokenOf(name)
		if name == "public" {
			token = ""
		}
		for of, ids := range withheld {
			for _, id := range ids {
				seen := false
				for _, of := range []string{of, "hotspots", "flags"} {
					seen = seen || status(w.answer("GET", "/collections/"+of+"/items/"+id, token, "")) == "200"
				}
				if seen {
					told++
					continue
				}
				for _, q := range []asking{
					{"GET", "/collections/" + of + "/items/ID"}, {"HEAD", "/collections/" + of + "/items/ID"}, {"GET", "/collections/" + of + "/items/ID?f=html"},
					{"PUT", "/collections/" + of + "/items/ID"}, {"PATCH", "/collections/" + of + "/items/ID"}, {"DELETE", "/collections/" + of + "/items/ID"},
					{"GET", "/flags/ID/receipt"}, {"GET", "/flags/ID/state"}, {"GET", "/collections/" + of + "/items?id=ID"},
				} {
					answer, way := f.follow(w, q.method, q.target, token, id)
					n++ // another each time: some answers are kept
					nowhere := fmt.Sprintf("x%0*s", len(id)-1, strconv.FormatInt(int64(n), 36))
					other, otherWay := f.follow(w, q.method, q.target, token, nowhere)
					if answer != other || way != otherWay {
						t.Errorf("%s: %s %s of %s is another answer or another way than of nothing:\n%s\n%s\n%s", name, q.method, q.target, id, difference(answer, other), way, otherWay)
					}
					same[status(answer)]++
				}
			}
		}
	}
	if told < 15 || same["404"] < 50 {
		t.Errorf("%d were seen; answers of the others: %v", told, same)
	}
	token, _ := tokenOf("analyst") // the controls
	_, way := f.follow(w, "GET", "/collections/reports/items/ID", token, "secret00")
	if _, other := f.follow(w, "GET", "/changes", token, "x"); way == other || !strings.Contains(way, "report [ID") {
		t.Errorf("the ways are not written down: %q, %q", way, other)
	}
}
