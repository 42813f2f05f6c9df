package hook

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	standard "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"go.uber.org/goleak"

	"frontierwatch/geo/log"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is everything around a deliverer, made by hand.
type world struct {
	*testing.T
	*Deliverer

	mu      sync.Mutex
	now     time.Time
	records map[string][]byte
	news    []Event
	found   map[string]Event
	revoked bool
	path    string
}

func (w *world) Records() (all []Record) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for id, body := range w.records {
		all = append(all, Record{id, body})
	}
	return all
}

func (w *world) SwapRecord(_ context.Context, _, id string, old, next []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if string(w.records[id]) != string(old) {
		return errors.New("something else stands there")
	}
	if w.records[id] = next; next == nil {
		delete(w.records, id)
	}
	return nil
}

func (w *world) Allowed(context.Context, *Subscription) (bool, error) { return !w.revoked, nil }

func (w *world) News(_ context.Context, _ *Subscription, after log.Seq) ([]Event, log.Seq, error) {
	return w.news[after:], log.Seq(len(w.news)), nil
}

func (w *world) Standing(context.Context, *Subscription) (map[string]Event, error) {
	return w.found, nil
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// after lets time pass, and steps until nothing is due.
func (w *world) after(d time.Duration) {
	w.mu.Lock()
	w.now = w.now.Add(d)
	w.mu.Unlock()
	for range 10 {
		w.Step(context.Background())
		w.calls.Wait()
	}
}

func newWorld(t *testing.T, set ...func(*Config)) *world {
	w := &world{T: t, now: time.Date(2017, 3, 3, 20, 0, 0, 0, time.UTC), records: map[string][]byte{}, found: map[string]Event{}, path: filepath.Join(t.TempDir(), "hooks")}
	w.open(set...)
	t.Cleanup(func() { w.Journal.Close() })
	return w
}

func (w *world) open(set ...func(*Config)) {
	w.Helper()
	j, err := OpenJournal(w.path)
	if err != nil {
		w.Fatal(err)
	}
	c := Config{Records: w, Journal: j, Now: w.clock, Seed: 7, Logger: slog.New(slog.DiscardHandler), Version: "1.2.3", Loopback: true}
	for _, f := range set {
		f(&c)
	}
	w.Deliverer = New(c)
	w.Watch(w)
}

func (w *world) subscribe(url string) Subscription {
	w.Helper()
	secret, err := NewSecret(rand.Reader)
	if err != nil {
		w.Fatal(err)
	}
	s := Subscription{ID: NewSubscriptionID(), Owner: "local", URL: url, Secret: secret, Collections: []string{"reports"}, Created: w.clock(), After: log.Seq(len(w.news))}
	w.put(nil, &s)
	w.after(0)
	return s
}

func (w *world) put(old, next *Subscription) {
	w.Helper()
	body := func(s *Subscription) []byte {
		if s == nil {
			return nil
		}
		return Append(nil, s)
	}
	if err := w.SwapRecord(context.Background(), "", next.ID, body(old), body(next)); err != nil {
		w.Fatal(err)
	}
}

// receiver answers calls as it is told to and keeps them.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	calls  []received
	status int
	header http.Header
}

type received struct {
	header http.Header
	body   []byte
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{status: 200, header: http.Header{}}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, _ := io.ReadAll(q.Body)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.calls = append(r.calls, received{q.Header, body})
		for name := range r.header {
			w.Header().Set(name, r.header.Get(name))
		}
		w.WriteHeader(r.status)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) got() []received {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.calls
}

// Every signature is accepted by the library of the standard's authors, those made
// while a secret is being changed by the old one and by the new.
func TestSignaturesAsTheStandardHasThem(t *testing.T) {
	w, r := newWorld(t), newReceiver(t)
	s := w.subscribe(r.URL)
	w.news = append(w.news, Event{Collection: "reports", ID: "a", Change: "new", Seq: 1, Path: "/collections/reports/items/a"})
	w.after(time.Second)
	other, _ := NewSecret(rand.Reader)
	next := s.Rotate(other, w.clock())
	w.put(&s, &next)
	w.news = append(w.news, Event{Collection: "reports", ID: "b", Change: "new", Seq: 2})
	w.after(time.Second)
	w.news = append(w.news, Event{Collection: "reports", ID: "c", Change: "new", Seq: 3})
	w.after(25 * time.Hour)
	calls := r.got()
	if len(calls) != 3 {
		t.Fatalf("%d calls", len(calls))
	}
	for i, accepted := range [][2]bool{{true, false}, {true, true}, {false, true}} {
		for j, secret := range []Secret{s.Secret, other} {
			check, err := standard.NewWebhook(string(secret))
			if err != nil {
				t.Fatal(err)
			}
			if err := check.VerifyIgnoringTimestamp(calls[i].body, calls[i].header); (err == nil) != accepted[j] {
				t.Errorf("call %d with secret %d: %v", i, j, err)
			}
			if err := check.VerifyIgnoringTimestamp(append(calls[i].body, ' '), calls[i].header); err == nil {
				t.Errorf("call %d was accepted though it was changed", i)
			}
		}
	}
	var body struct {
		Type      string
		Timestamp time.Time
		Data      Event
	}
	if err := json.Unmarshal(calls[0].body, &body); err != nil || body.Type != "report.new" || body.Data != w.news[0] || !body.Timestamp.Equal(s.Created.Add(time.Second)) {
		t.Errorf("%v %+v", err, body)
	}
	if m := w.Messages(s.ID); len(m) != 3 || m[0].State != Delivered || m[0].Attempts[0].Status != 200 {
		t.Errorf("%+v", m)
	}
}

func TestRetriesKeepTheIDAndTheSchedule(t *testing.T) {
	w, r := newWorld(t), newReceiver(t)
	r.status = 500
	s := w.subscribe(r.URL)
	w.news = append(w.news, Event{ID: "a"})
	w.after(0)
	for i, d := range delays()[1:] {
		if n := len(r.got()); n != i+1 {
			t.Fatalf("%d calls after %d attempts", n, i+1)
		}
		low := d - d/10 - time.Second
		w.after(low)
		if n := len(r.got()); n != i+1 {
			t.Fatalf("attempt %d came before its time", i+2)
		}
		w.after(d + d/10 + time.Second - low)
	}
	w.after(1000 * time.Hour)
	calls := r.got()
	if m := w.Messages(s.ID); len(calls) != 10 || m[0].State != Failed || len(m[0].Attempts) != 10 {
		t.Fatalf("%d calls, %+v", len(calls), m)
	}
	for _, c := range calls {
		if c.header.Get("webhook-id") != calls[0].header.Get("webhook-id") || string(c.body) != string(calls[0].body) {
			t.Error("a repeated call is another message")
		}
	}
	if calls[0].header.Get("webhook-timestamp") == calls[9].header.Get("webhook-timestamp") {
		t.Error("the time of the call is that of the first")
	}
	r.mu.Lock()
	r.status = 200
	r.mu.Unlock()
	if _, err := w.Redeliver(s.ID, "nothing"); !errors.Is(err, ErrNone) {
		t.Error(err)
	}
	if _, err := w.Redeliver(s.ID, calls[0].header.Get("webhook-id")); err != nil {
		t.Fatal(err)
	}
	w.after(0)
	if m := w.Messages(s.ID); len(r.got()) != 11 || m[0].State != Delivered {
		t.Errorf("sent again: %+v", m[0])
	}
}

func TestAnswersOfReceivers(t *testing.T) {
	for _, test := range []struct {
		name, header, value string
		status              int
		wait                time.Duration // until the second call; 0: none comes
		disabled            bool
	}{
		{"accepted", "", "", 202, 0, false},
		{"gone", "", "", 410, 0, true},
		{"too many, for a minute", "Retry-After", "60", 429, time.Minute, false},
		{"down until a date", "Retry-After", "Fri, 03 Mar 2017 21:00:00 GMT", 503, time.Hour, false},
		{"nonsense", "Retry-After", "60 apples", 503, 6 * time.Second, false},
		{"redirected", "Location", "http://127.0.0.1:1/", 302, 6 * time.Second, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			w, r := newWorld(t), newReceiver(t)
			r.status = test.status
			r.header.Set(test.header, test.value)
			s := w.subscribe(r.URL)
			w.news = append(w.news, Event{ID: "a"})
			w.after(0)
			if n := len(r.got()); n != 1 {
				t.Fatalf("%d calls", n)
			}
			if test.wait > 0 {
				w.after(test.wait - 2*time.Second)
			}
			if n := len(r.got()); n != 1 {
				t.Errorf("it was called again too soon")
			}
			w.after(2 * time.Second)
			if n := len(r.got()); n != 1+min(1, int(test.wait)) {
				t.Errorf("%d calls", n)
			}
			now, err := Decode(w.Records()[0].Body)
			if err != nil || (now.Disabled != "") != test.disabled {
				t.Errorf("disabled: %q %v", now.Disabled, err)
			}
			if w.news = append(w.news, Event{ID: "b"}); test.disabled {
				w.after(time.Hour)
				if n := len(r.got()); n != 1 {
					t.Error("a subscription that is gone is called")
				}
			}
			_ = s
		})
	}
}

func TestScheduleHoldsAlertsBack(t *testing.T) {
	w, r := newWorld(t), newReceiver(t) // Friday, 14:00 in Winnipeg
	s := w.subscribe(r.URL)
	next := s
	next.Schedule = &Schedule{"Mo-Fr 08:00-18:00", "America/Winnipeg"}
	w.put(&s, &next)
	w.after(5 * time.Hour) // 19:00
	w.found = map[string]Event{"flags/x": {Collection: "flags", ID: "x", Level: "high"}}
	w.after(24 * time.Hour) // Saturday
	w.found = map[string]Event{"flags/x": {Collection: "flags", ID: "x", Level: "critical"}}
	w.news = append(w.news, Event{Collection: "reports", ID: "a", Change: "new"})
	w.after(24 * time.Hour)
	if n := len(r.got()); n != 0 {
		t.Fatalf("%d calls on a weekend", n)
	}
	w.after(12*time.Hour + 59*time.Minute) // Monday, 07:59
	if n := len(r.got()); n != 0 {
		t.Fatalf("%d calls before the hours", n)
	}
	w.after(time.Minute)
	if n := len(r.got()); n != 2 { // once the report, once the flag as it stands now
		t.Errorf("%d calls when the hours begin", n)
	}
	w.found = nil
	w.after(time.Minute)
	if calls := r.got(); len(calls) != 3 || !strings.Contains(string(calls[2].body), `"flag.ended"`) {
		t.Errorf("the end of a flag: %d calls", len(calls))
	}
}

// Who may ask no more is told no more, and what is taken back is forgotten.
func TestRevokedAndRemoved(t *testing.T) {
	w, r := newWorld(t), newReceiver(t)
	s := w.subscribe(r.URL)
	w.revoked = true
	w.news = append(w.news, Event{ID: "a"})
	w.after(time.Hour)
	if n := len(r.got()); n != 0 {
		t.Errorf("%d calls", n)
	}
	if err := w.SwapRecord(context.Background(), "", s.ID, Append(nil, &s), nil); err != nil {
		t.Fatal(err)
	}
	w.after(0)
	if len(w.Journal.subscriptions()) != 0 {
		t.Error("its state is still there")
	}
}

// A name that leads to a private address is not called, whatever it led to before,
// and the address that was checked is the one that is called.
func TestPrivateAddressesAreNotCalled(t *testing.T) {
	r := newReceiver(t)
	_, port, _ := net.SplitHostPort(r.Listener.Addr().String())
	answers := [][]netip.Addr{}
	resolve := func(context.Context, string, string) ([]netip.Addr, error) {
		first := answers[0]
		answers = answers[1:]
		return first, nil
	}
	w := newWorld(t, func(c *Config) { c.Resolve = resolve })
	public, loop := netip.MustParseAddr("8.8.8.8"), netip.MustParseAddr("127.0.0.1")
	for _, private := range []string{"10.0.0.1", "169.254.169.254", "::ffff:10.1.2.3", "fd00::1", "100.64.0.1", "0.0.0.0", "64:ff9b::a00:1"} {
		answers = append(answers, []netip.Addr{public, netip.MustParseAddr(private)})
		s := w.subscribe("http://localhost:" + port)
		w.news = append(w.news, Event{ID: private})
		w.after(0)
		if m := w.Messages(s.ID); len(m) == 0 || m[0].Attempts[0].Error != ErrPrivate.Error() {
			t.Errorf("%s: %+v", private, m)
		}
		w.SwapRecord(context.Background(), "", s.ID, Append(nil, &s), nil)
		w.after(0)
	}
	if len(r.got()) != 0 {
		t.Error("it was called")
	}
	answers = append(answers, []netip.Addr{loop}) // asked once: there is no second answer to fall for
	w.subscribe("http://localhost:" + port)
	w.news = append(w.news, Event{ID: "b"})
	w.after(0)
	if len(r.got()) == 0 {
		t.Error("the control was not called")
	}
}
