package api

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	standard "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"frontierwatch/api/hook"
	"frontierwatch/geo/reader"
	"frontierwatch/geo/report"
)

// subscribed keeps subscriptions in memory.
type subscribed struct {
	mu  sync.Mutex
	all []hook.Record
}

func (r *subscribed) Records() []hook.Record {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]hook.Record(nil), r.all...)
}

func (r *subscribed) SwapRecord(_ context.Context, _, id string, old, next []byte) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.all {
		if r.all[i].ID == id {
			if string(r.all[i].Body) != string(old) {
				return report.ErrConflict
			}
			if r.all[i].Body = next; next == nil {
				r.all = append(r.all[:i], r.all[i+1:]...)
			}
			return nil
		}
	}
	r.all = append(r.all, hook.Record{ID: id, Body: next})
	return nil
}

// named is an access where the credential is the id of the reader.
type named struct{ corpus Corpus }

func (n named) Identify(_ context.Context, who string) (reader.Reader, error) {
	r := Owner()
	if r.ID = who; who != "key-chief" {
		r.Tier, r.Scopes = reader.Analyst, reader.Read|reader.Send
	}
	return r, nil
}

func (n named) View(context.Context, reader.Class) (Corpus, error) { return n.corpus, nil }

func newHooks(t *testing.T, set ...func(*Config)) (*client, *hook.Deliverer, *hand) {
	t.Helper()
	journal, err := hook.OpenJournal(filepath.Join(t.TempDir(), "hooks"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { journal.Close() })
	all, clock := &subscribed{}, newHand()
	d := hook.New(hook.Config{Records: all, Journal: journal, Now: clock.now, Logger: slog.New(slog.DiscardHandler), Loopback: true,
		Ticks: func(time.Duration) (<-chan time.Time, func()) { return clock.ticks, func() {} }})
	c := newClient(t, append([]func(*Config){clock.set, func(c *Config) { c.Subscriptions, c.Deliverer = all, d }}, set...)...)
	c.document, c.router = describedBy(c.Handler)
	return c, d, clock
}

func (c *client) subscribe(body string, headers ...string) *answered {
	c.Helper()
	return c.do("POST", "/subscriptions", body, append([]string{"Content-Type: application/json"}, headers...)...)
}

func TestSubscriptionsFromEndToEnd(t *testing.T) {
	c, d, clock := newHooks(t)
	calls := make(chan *http.Request, 10)
	target := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		calls <- r
	}))
	defer target.Close()
	c.fill(2) // which nobody is told of
	made := c.subscribe(`{"url":"` + target.URL + `","collections":["reports"],"filter":"count_best > 3"}`).is(201).json()
	id, secret := made["id"].(string), made["secret"].(string)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { d.Run(ctx); close(done) }()
	c.post(reportText("few", -97, "2017-01-01T00:00:00Z", 1)).is(201)
	c.post(reportText("many", -97, "2017-01-01T00:00:00Z", 9)).is(201)
	clock.move(time.Second)
	call := <-calls
	body, _ := io.ReadAll(call.Body)
	check, err := standard.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	if err := check.VerifyIgnoringTimestamp(body, call.Header); err != nil {
		t.Error(err)
	}
	var told struct {
		Type string
		Data hook.Event
	}
	if json.Unmarshal(body, &told) != nil || told.Type != "report.new" || told.Data.ID != "many" || told.Data.Seq != 4 {
		t.Errorf("%s", body)
	}
	if strings.Contains(string(body), "count") {
		t.Errorf("the body is not thin: %s", body)
	}
	c.get(told.Data.Path).is(200)
	stop() // waits for the call, and what is written of it
	<-done
	sent := c.get("/subscriptions/" + id + "/deliveries").is(200).json()["deliveries"].([]any)
	message := sent[0].(map[string]any)
	if len(sent) != 1 || message["state"] != "delivered" {
		t.Errorf("%v", sent)
	}
	c.do("POST", "/subscriptions/"+id+"/deliveries/"+message["id"].(string)+"/redeliver", "").is(202)
	c.do("POST", "/subscriptions/"+id+"/deliveries/msg_x/redeliver", "").is(404)
	if text := string(c.get("/subscriptions/" + id).is(200).body); strings.Contains(text, "whsec_") {
		t.Errorf("the secret is shown again: %s", text)
	}
	if again := c.do("POST", "/subscriptions/"+id+"/rotate", "").is(200).json(); again["secret"] == secret || again["secret"] == nil {
		t.Errorf("%v", again)
	}
	c.do("DELETE", "/subscriptions/"+id, "").is(204)
	c.get("/subscriptions/" + id).is(404)
	if all := c.get("/subscriptions").is(200).json()["subscriptions"].([]any); len(all) != 0 {
		t.Errorf("%v", all)
	}
}

// Findings: a level is the least, and their end is told too.
func TestSubscriptionsToFindings(t *testing.T) {
	c, d, clock := newHooks(t)
	calls := make(chan string, 10)
	target := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		calls <- string(body)
	}))
	defer target.Close()
	spots := c.corpus.spots
	c.corpus.spots = spots[1:]
	c.subscribe(`{"url":"` + target.URL + `","collections":["hotspots"],"level":"high"}`).is(201)
	d.Step(t.Context())
	find := func(n int) {
		c.corpus.mu.Lock()
		c.corpus.spots = spots[n:]
		c.corpus.mu.Unlock()
		c.post(reportText(fmt.Sprint("r", n), -97, "2017-01-01T00:00:00Z", 1)).is(201)
		clock.mu.Lock()
		clock.t = clock.t.Add(time.Hour)
		clock.mu.Unlock()
	}
	next := func() string {
		for {
			d.Step(t.Context())
			select {
			case got := <-calls:
				return got
			default:
				runtime.Gosched()
			}
		}
	}
	find(0)
	if got := next(); !strings.Contains(got, `"hotspot.new"`) || !strings.Contains(got, spots[0].ID) || !strings.Contains(got, `"critical"`) {
		t.Error(got)
	}
	find(3) // both that were high enough are gone, and one that nobody asked for
	for range 2 {
		if got := next(); !strings.Contains(got, `"hotspot.ended"`) || strings.Contains(got, spots[2].ID) {
			t.Error(got)
		}
	}
	ended, stop := context.WithCancel(t.Context())
	stop()
	d.Run(ended) // waits for the call that is under way
}

func TestSubscriptionFaults(t *testing.T) {
	c, _, _ := newHooks(t)
	for body, pointer := range map[string]string{
		`{"url":"http://example.org/"}`:                                                             "/url",
		`{"url":"https://10.0.0.1/"}`:                                                               "/url",
		`{"url":"https://example.org/","collections":["ports"]}`:                                    "/collections/0",
		`{"url":"https://example.org/","filter":"count_best > 3"}`:                                  "/filter", // hot spots have none
		`{"url":"https://example.org/","filter":"count_best >"}`:                                    "/filter",
		`{"url":"https://example.org/","filter_lang":"sql"}`:                                        "/filter_lang",
		`{"url":"https://example.org/","level":"huge"}`:                                             "/level",
		`{"url":"https://example.org/","schedule":{"hours":"Mo-Fr 8 to 6","zone":"UTC"}}`:           "/schedule/hours",
		`{"url":"https://example.org/","schedule":{"hours":"Mo-Fr 08:00-18:00","zone":"Winnipeg"}}`: "/schedule/zone",
	} {
		if p := c.subscribe(body).is(422).problem(); len(p.Errors) != 1 || p.Errors[0].Pointer != pointer {
			t.Errorf("%s: %+v", body, p.Errors)
		}
	}
	c.subscribe(`{"url":"https://example.org/","secret":"x"}`).is(422)
	c.subscribe(`{`).is(400)
	c.do("POST", "/subscriptions", `{"url":"https://example.org/"}`, "Content-Type: text/plain").is(415)
}

// Everybody sees their own subscriptions, and who supervises all of them.
func TestSubscriptionsOfOthers(t *testing.T) {
	c, _, _ := newHooks(t, func(c *Config) { c.Access = named{c.Corpus} })
	id := c.subscribe(`{"url":"https://example.org/"}`, "Authorization: Bearer key-one").is(201).json()["id"].(string)
	for who, status := range map[string]int{"key-one": 200, "key-two": 404, "key-chief": 200} {
		c.get("/subscriptions/"+id, "Authorization: Bearer "+who).is(status)
		c.get("/subscriptions/"+id+"/deliveries", "Authorization: Bearer "+who).is(status)
	}
	c.do("DELETE", "/subscriptions/"+id, "", "Authorization: Bearer key-two").is(404)
	c.do("POST", "/subscriptions/"+id+"/rotate", "", "Authorization: Bearer key-two").is(404)
	c.subscribe(`{"url":"https://example.org/"}`, "Authorization: Bearer token-of-somebody").is(403)
}
