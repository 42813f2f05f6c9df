package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"frontierwatch/api"
	"frontierwatch/api/hook"
	"frontierwatch/data"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
	"frontierwatch/geo/reader"
	"frontierwatch/geo/report"
)

// happening is something that is written while somebody listens.
type happening struct {
	about  report.Report // whose marking it has
	hidden bool          // it is done only where the listener may not know of it
	do     func(context.Context, *data.Corpus) error
}

// happenings are of every marking, by every source, and of every kind.
func happenings() (all []happening) {
	of := map[string]report.Report{}
	for _, r := range marked() {
		of[r.ID] = r
	}
	correct := func(r report.Report, revision int) func(context.Context, *data.Corpus) error {
		return func(ctx context.Context, c *data.Corpus) error {
			added, err := c.Correct(ctx, "test", []report.Report{r}, []int{revision})
			if err == nil {
				err = added[0].Err
			}
			return err
		}
	}
	for i := range 20 {
		r := of[fmt.Sprintf("r%03d", i*4+i/5)]
		r.ID, r.Overlaps, r.Start, r.Point = fmt.Sprintf("new%02d", i), nil, evening.Add(-time.Hour), &orb.Point{[]float64{-100.7, -105.9}[i%2], 49.01}
		r.End, r.TLP, r.Releasable = r.Start, []report.TLP{report.Clear, report.Green, report.Amber, report.AmberStrict, report.Red}[i%5], report.Countries(i/5%4)
		all = append(all, happening{about: r, do: func(ctx context.Context, c *data.Corpus) error {
			added, err := c.Add(ctx, "test", []report.Report{r})
			if err == nil {
				err = added[0].Err
			}
			return err
		}})
	}
	for _, id := range []string{"all00", "secret00", "canada00", "r003"} {
		r := of[id]
		r.Count = report.Count{Best: 7, Min: 7, Max: 7}
		all = append(all, happening{about: r, do: correct(r, 2)})
	}
	for _, id := range []string{"secret01", "all01", "canada01"} {
		all = append(all, happening{about: of[id], do: func(ctx context.Context, c *data.Corpus) error {
			_, err := c.Retract(ctx, "test", id, 2)
			return err
		}})
	}
	hidden := func(r report.Report, do func(context.Context, *data.Corpus) error) {
		all = append(all, happening{about: r, hidden: true, do: do})
	}
	for _, id := range []string{"secret02", "canada02", "r013"} {
		hidden(of[id], func(ctx context.Context, c *data.Corpus) error { return c.Erase(ctx, "test", id, "test") })
	}
	hidden(of["secret03"], func(ctx context.Context, c *data.Corpus) error {
		_, err := c.Rewrite(ctx, "test", "test", func(v *report.Version) report.Report {
			if v.ID == "secret03" {
				return reader.Coarse(c.Frontier(), v.Report)
			}
			return v.Report
		})
		return err
	})
	hidden(of["secret03"], func(ctx context.Context, c *data.Corpus) error {
		flags, err := c.Flags(ctx, hotspot.Query{})
		for _, f := range flags {
			if f.Marking.TLP == report.Red && err == nil {
				err = c.PutFlag(ctx, "test", f.ID, hotspot.Acknowledged, "under_review", hotspot.Query{})
			}
		}
		return err
	})
	hidden(report.Report{Source: "nobody", TLP: report.Red}, func(ctx context.Context, c *data.Corpus) error {
		return c.SwapOwn(ctx, "test", log.Subscription, "sub_other", nil, []byte("{}"))
	})
	return all
}

// happens does it, unless it is not to be done in a world: that of everything, or that
// of a class. withheld: it was done, and the class may not know of it.
func (h *happening) happens(t *testing.T, w *world, class reader.Class, everything bool) (withheld bool) {
	t.Helper()
	var source report.Source
	for _, s := range sources() {
		if s.ID == h.about.Source {
			source = s
		}
	}
	seen := class.Sees(&h.about, source)
	if h.hidden && seen || !everything && !seen {
		return false
	}
	if err := h.do(t.Context(), w.corpus); err != nil {
		t.Fatalf("%s: %v", h.about.ID, err)
	}
	return !seen
}

// heard is a stream of events as its listener hears it.
type heard struct {
	mu     sync.Mutex
	more   *sync.Cond
	text   strings.Builder
	header http.Header
	status int
	leave  context.CancelFunc
}

func (h *heard) Header() http.Header    { return h.header }
func (h *heard) WriteHeader(status int) { h.status = status }
func (h *heard) Flush()                 {}
func (h *heard) Write(b []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.more.Broadcast()
	return h.text.Write(b)
}

// upTo waits until a text was heard so often, and is all that was heard until then.
func (h *heard) upTo(text string, times int) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	for strings.Count(h.text.String(), text) < times {
		h.more.Wait()
	}
	return h.text.String()
}

// listen opens a stream of events, and returns when it stands.
func (w *world) listen(t *testing.T, target, token, lastID string) *heard {
	ctx, leave := context.WithCancel(t.Context())
	h := &heard{header: http.Header{}, leave: leave}
	h.more = sync.NewCond(&h.mu)
	r := httptest.NewRequestWithContext(ctx, "GET", target, nil)
	r.Header.Set("Authorization", "Bearer "+token)
	if lastID != "" {
		r.Header.Set("Last-Event-ID", lastID)
	}
	go w.ServeHTTP(h, r)
	t.Cleanup(leave)
	h.upTo("retry: ", 1)
	return h
}

const beat = ": still here\nid: "

// overheard is everything that a class is told by streams while things happen: by one
// that is open all the time, by one with a filter, and by those that go on from somewhere.
// A beat comes every 15 seconds, so that it stands where it stood in time.
func overheard(t *testing.T, w *world, token string, class reader.Class, everything bool) (text string, withheld int) {
	ticks := make(chan time.Time)
	w.serve(func(c *api.Config) {
		c.Ticks = func(time.Duration) (<-chan time.Time, func()) { return ticks, func() {} }
	})
	whole, some := w.listen(t, "/events", token, ""), w.listen(t, "/events?collections=reports&bbox=-101,48,-100.5,50", token, "")
	tick := func() {
		ticks <- w.door.now()
		ticks <- w.door.now() // taken when the first was done with
	}
	tick()
	beats := 0
	pass := func(meanwhile func()) { // 15 seconds
		w.clock.Add(7)
		meanwhile()
		if _, err := w.door.View(t.Context(), class); err != nil { // it has caught up
			t.Fatal(err)
		}
		tick()
		w.clock.Add(8)
		tick()
		beats++
		whole.upTo(beat, beats)
		some.upTo(beat, beats)
	}
	for _, h := range happenings() {
		pass(func() {
			if h.happens(t, w, class, everything) {
				withheld++
			}
		})
	}
	all := []string{whole.upTo(beat, beats), some.upTo(beat, beats)}
	ids := regexp.MustCompile(`id: ([0-9.]+)`).FindAllStringSubmatch(all[0], -1)
	from := []string{"0", "3", "99999999", "nonsense"}
	for i := 0; i < len(ids); i += max(1, len(ids)/6) {
		from = append(from, ids[i][1])
	}
	for _, id := range from {
		again := w.listen(t, "/events", token, id)
		pass(func() {})
		all = append(all, "from "+id+"\n"+again.upTo(beat, 1))
		again.leave()
	}
	whole.leave()
	some.leave()
	return strings.Join(all, "\n\n"), withheld
}

// What a class is told while things happen is what it would be told if nothing happened
// but what it may see: every event, every id, every beat, and whatever is asked for again.
func TestStreamsTellNothingOfWhatIsWithheld(t *testing.T) {
	for _, name := range []string{"partner", "agency", "colleague", "originator"} {
		t.Run(name, func(t *testing.T) {
			token, k := tokenOf(name)
			class := k.Reader().Class
			got, withheld := overheard(t, newWorld(t, everyReport, everySource), token, class, true)
			want, none := overheard(t, newWorld(t, class.Sees, class.SeesSource), token, class, false)
			if got != want {
				t.Errorf("it is heard what is withheld:\n%s", difference(got, want))
			}
			for _, event := range []string{"event: report", "event: hotspot", "event: flag", "event: reset", `"change":"new"`, `"change":"changed"`, `"deleted":true`} {
				if !strings.Contains(want, event) {
					t.Errorf("nothing was heard of %s", event)
				}
			}
			if withheld < 5 || none > 0 {
				t.Errorf("%d things were withheld, and %d of the other world", withheld, none)
			}
		})
	}
}

// The control: who is told more than it may see is found out.
func TestStreamsThatTellMoreAreFoundOut(t *testing.T) {
	token, k := tokenOf("partner")
	class := k.Reader().Class
	want, _ := overheard(t, newWorld(t, everyReport, everySource), token, class, false)
	token, k = tokenOf("analyst")
	if more, _ := overheard(t, newWorld(t, everyReport, everySource), token, k.Reader().Class, true); more == want || len(more) < len(want) {
		t.Error("an analyst is told nothing more")
	}
}

// called is everything that a hook of a class is sent while things happen.
func called(t *testing.T, w *world, name string, class reader.Class, everything bool) (sent []string) {
	calls := make(chan string, 100)
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		calls <- fmt.Sprint(r.Method, " ", r.Header.Get("Content-Type"), " ", r.Header.Get("User-Agent"), "\n", string(body))
	}))
	defer receiver.Close()
	journal, err := hook.OpenJournal(filepath.Join(t.TempDir(), "hooks"))
	if err != nil {
		t.Fatal(err)
	}
	defer journal.Close()
	deliverer := hook.New(hook.Config{
		Records: hookRecords{w.corpus}, Journal: journal, Now: w.door.now, Logger: slog.New(slog.DiscardHandler), Version: "1.2.3", Loopback: true,
		Ticks: func(time.Duration) (<-chan time.Time, func()) { return nil, func() {} }, // steps are taken by hand
	})
	w.serve(func(c *api.Config) { c.Subscriptions, c.Deliverer = hookRecords{w.corpus}, deliverer })
	token, _ := tokenOf(name)
	made := w.answer("POST", "/subscriptions", token, `{"url":"`+receiver.URL+`","collections":["reports","hotspots","flags"]}`)
	if status(made) != "201" {
		t.Fatal(made)
	}
	_, id, _ := strings.Cut(made, `"id":"`)
	id, _, _ = strings.Cut(id, `"`)
	ended, end := context.WithCancel(t.Context())
	end()
	for _, h := range happenings() {
		w.clock.Add(10)
		h.happens(t, w, class, everything)
		for more := true; more; more = len(sent) < len(deliverer.Messages(id)) { // one call at a time
			deliverer.Step(t.Context())
			deliverer.Run(ended) // waits for the call that is under way
			for len(calls) > 0 {
				sent = append(sent, <-calls)
			}
		}
	}
	return sent
}

// A hook is sent what its owner may see, and nothing tells that there was more.
func TestHooksTellNothingOfWhatIsWithheld(t *testing.T) {
	for _, name := range []string{"partner", "agency", "colleague", "originator"} {
		_, k := tokenOf(name)
		class := k.Reader().Class
		got := called(t, newWorld(t, everyReport, everySource), name, class, true)
		want := called(t, newWorld(t, class.Sees, class.SeesSource), name, class, false)
		a, b := strings.Join(got, "\n"), strings.Join(want, "\n")
		if a != b {
			t.Errorf("%s: a hook is told what is withheld:\n%s", name, difference(a, b))
		}
		if len(want) < 5 || !strings.Contains(b, `"type":"report.new"`) {
			t.Errorf("%s: only %d calls: %s", name, len(want), b)
		}
		t.Logf("%s: %d calls", name, len(want))
	}
	_, k := tokenOf("analyst")
	if everything := called(t, newWorld(t, everyReport, everySource), "analyst", k.Reader().Class, true); len(everything) < 20 { // the control
		t.Errorf("an analyst is called %d times", len(everything))
	}
}
