package hook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"frontierwatch/geo/log"
)

// Record is a subscription as it stands in the log.
type Record struct {
	ID   string
	Body []byte
}

// Records are the subscriptions. SwapRecord puts next in the place of old, which
// must be what stands: without old it is new, without next it is taken back.
type Records interface {
	Records() []Record
	SwapRecord(ctx context.Context, actor, id string, old, next []byte) error
}

// Event is what a subscription is told of.
type Event struct {
	Collection string  `json:"collection"`
	ID         string  `json:"id"`
	Change     string  `json:"change"` // new, changed or ended
	Seq        log.Seq `json:"seq,omitempty"`
	Level      string  `json:"level,omitempty"`
	State      string  `json:"state,omitempty"` // of a flag
	Path       string  `json:"path"`            // where the feature is, below the address of the server
}

// Watcher finds what a subscription is to be told, of what its owner may see.
type Watcher interface {
	// Allowed says whether the owner may still be told anything.
	Allowed(ctx context.Context, s *Subscription) (bool, error)
	// News are the reports after a position that a subscription wants, and the position
	// up to which was looked.
	News(ctx context.Context, s *Subscription, after log.Seq) ([]Event, log.Seq, error)
	// Standing are the hot spots and flags that it wants, by collection and id, as they
	// would be told as new.
	Standing(ctx context.Context, s *Subscription) (map[string]Event, error)
}

// Config is what a deliverer is made with.
type Config struct {
	Records  Records
	Journal  *Journal
	Now      func() time.Time
	Seed     uint64
	Logger   *slog.Logger
	Version  string
	Loopback bool     // http, and addresses of loopback, are allowed: for tests
	Resolve  resolver // nil: that of the machine
	Ticks    func(time.Duration) (ticks <-chan time.Time, stop func())
	Observe  func(tries int) (ended func(Attempt)) // is told of every attempt; nil: nobody is
}

// Deliverer finds what there is to tell and tells it.
type Deliverer struct {
	Config
	client  *http.Client
	watcher Watcher

	mu      sync.Mutex
	flying  map[string]bool // subscriptions that are being called
	calls   sync.WaitGroup
	places  chan struct{}
	changed chan struct{} // somebody asked for something
}

const (
	maxPending = 1000 // messages of one subscription; until some are gone no more are made
	maxCalls   = 8
	maxAnswer  = 4 << 10 // bytes that are read of an answer
)

// New makes a deliverer; Run runs it, once Watch has told what it watches.
func New(c Config) *Deliverer {
	if c.Resolve == nil {
		c.Resolve = net.DefaultResolver.LookupNetIP
	}
	return &Deliverer{
		Config: c, client: caller(c.Resolve, c.Loopback), flying: map[string]bool{}, places: make(chan struct{}, maxCalls), changed: make(chan struct{}, 1),
	}
}

// Watch tells the deliverer what it watches.
func (d *Deliverer) Watch(w Watcher) { d.watcher = w }

// Run delivers until ctx ends, and returns when no call is under way any more.
func (d *Deliverer) Run(ctx context.Context) {
	ticks, stop := d.Ticks(time.Second)
	defer stop()
	defer d.calls.Wait()
	for {
		d.Step(ctx)
		select {
		case <-ctx.Done():
			return
		case <-ticks:
		case <-d.changed:
		}
	}
}

// Step looks once for what there is to tell, and begins the calls that are due.
func (d *Deliverer) Step(ctx context.Context) {
	standing := map[string]bool{}
	for _, r := range d.Records.Records() {
		s, err := Decode(r.Body)
		if err != nil {
			d.Logger.Error("subscription", "id", r.ID, "error", err)
			continue
		}
		standing[s.ID] = true
		if s.Disabled != "" || ctx.Err() != nil {
			continue
		}
		if err := d.subscription(ctx, &s, r.Body); err != nil && ctx.Err() == nil {
			d.Logger.Error("subscription", "id", s.ID, "error", err)
		}
	}
	for _, id := range d.Journal.subscriptions() {
		if !standing[id] {
			if err := d.Journal.put(line{Subscription: id, Drop: true}); err != nil {
				d.Logger.Error("subscription", "id", id, "error", err)
			}
		}
	}
}

func (d *Deliverer) subscription(ctx context.Context, s *Subscription, body []byte) error {
	allowed, err := d.watcher.Allowed(ctx, s)
	if err != nil || !allowed {
		return err
	}
	waiting, due := d.Journal.pending(s.ID, d.Now())
	if waiting < maxPending && s.Schedule.On(d.Now()) {
		if err := d.look(ctx, s); err != nil {
			return err
		}
		_, due = d.Journal.pending(s.ID, d.Now())
	}
	if due != nil {
		d.begin(ctx, s, body, due)
	}
	return nil
}

// look makes messages of what happened since the last time, and writes down with
// them that it did.
func (d *Deliverer) look(ctx context.Context, s *Subscription) error {
	cursor, known := d.Journal.cursor(s.ID)
	if !known {
		cursor.Seq = s.After
	}
	events, seq, err := d.watcher.News(ctx, s, cursor.Seq)
	if err != nil {
		return err
	}
	found, err := d.watcher.Standing(ctx, s)
	if err != nil {
		return err
	}
	told := make(map[string]string, len(found))
	for key, e := range found {
		told[key] = e.Level + " " + e.State
	}
	if known {
		events = append(events, changes(cursor.Told, told, found)...)
	}
	if known && len(events) == 0 && maps.Equal(cursor.Told, told) && seq < cursor.Seq+1000 {
		return nil // a position alone is not worth a write
	}
	l := line{Subscription: s.ID, Cursor: &Cursor{seq, told}}
	for _, e := range events {
		l.Messages = append(l.Messages, d.message(s, e))
	}
	return d.Journal.put(l)
}

// changes are the differences between what was told and what stands.
func changes(before, now map[string]string, found map[string]Event) (events []Event) {
	for _, key := range slices.Sorted(maps.Keys(now)) {
		was, known := before[key]
		if e := found[key]; !known || was != now[key] {
			if e.Change = "new"; known {
				e.Change = "changed"
			}
			events = append(events, e)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(before)) {
		if _, stands := now[key]; !stands {
			collection, id, _ := strings.Cut(key, "/")
			events = append(events, Event{Collection: collection, ID: id, Change: "ended", Path: "/collections/" + collection + "/items/" + id})
		}
	}
	return events
}

// message is the thin body that Standard Webhooks recommends: what happened to
// which feature, and where to ask for it. What it says depends on who asks there.
func (d *Deliverer) message(s *Subscription, e Event) Message {
	now := d.Now().UTC().Truncate(time.Millisecond)
	kind := strings.TrimSuffix(e.Collection, "s") + "." + e.Change
	body, err := json.Marshal(struct {
		Type      string    `json:"type"`
		Timestamp time.Time `json:"timestamp"`
		Data      Event     `json:"data"`
	}{kind, now, e})
	if err != nil {
		panic(err) // texts and numbers always have a form
	}
	return Message{ID: newID("msg_"), Subscription: s.ID, Type: kind, Created: now, Body: body, State: Pending, Next: now}
}

// begin calls, if there is a place for another call and this subscription is not
// being called.
func (d *Deliverer) begin(ctx context.Context, s *Subscription, body []byte, m *Message) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.flying[s.ID] {
		return
	}
	select {
	case d.places <- struct{}{}:
	default:
		return
	}
	d.flying[s.ID] = true
	ctx = context.WithoutCancel(ctx) // a call that has begun is brought to its end
	d.calls.Go(func() {
		err := d.call(ctx, s, body, m)
		<-d.places
		d.mu.Lock()
		delete(d.flying, s.ID)
		d.mu.Unlock()
		d.poke()
		if err != nil {
			d.Logger.Error("subscription", "id", s.ID, "message", m.ID, "error", err)
		}
	})
}

// poke lets Run look again at once.
func (d *Deliverer) poke() {
	select {
	case d.changed <- struct{}{}:
	default:
	}
}

// call makes one attempt and writes down how it ended.
func (d *Deliverer) call(ctx context.Context, s *Subscription, body []byte, m *Message) error {
	begun := d.Now()
	a := Attempt{At: begun.UTC().Truncate(time.Millisecond)}
	var after time.Duration
	ended := func(Attempt) {}
	if d.Observe != nil {
		ended = d.Observe(m.Tries)
	}
	a.Status, after, a.Error = d.send(ctx, s, m)
	a.MS = d.Now().Sub(begun).Milliseconds()
	ended(a)
	m.Attempts = append(slices.Clone(m.Attempts), a)
	m.Attempts = m.Attempts[max(0, len(m.Attempts)-maxAttempts):]
	m.Tries++
	switch {
	case a.Status >= 200 && a.Status < 300:
		m.State, m.Next = Delivered, time.Time{}
	case a.Status == http.StatusGone, m.Tries >= len(delays()):
		m.State, m.Next = Failed, time.Time{}
	default:
		m.Next = d.Now().Add(max(d.wait(m), min(after, 24*time.Hour))).UTC().Truncate(time.Millisecond)
	}
	err := d.Journal.put(line{Messages: []Message{*m}})
	if a.Status == http.StatusGone {
		disabled := *s
		disabled.Disabled = "the receiver answered 410 Gone"
		err = errors.Join(err, d.Records.SwapRecord(ctx, s.Owner, s.ID, body, Append(nil, &disabled)))
	}
	return err
}

// delays are how long after an attempt the next is made; the first is made at once.
func delays() []time.Duration {
	return []time.Duration{
		0, 5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
	}
}

// wait is how long to wait for the next attempt: up to a tenth more or less than
// the rule, so that messages that failed together do not come back together.
func (d *Deliverer) wait(m *Message) time.Duration {
	h := fnv.New64a()
	fmt.Fprint(h, m.ID, m.Tries)
	share := rand.New(rand.NewPCG(d.Seed, h.Sum64())).Float64()*0.2 + 0.9
	return time.Duration(float64(delays()[m.Tries]) * share)
}

// send calls once: the status, how long the receiver wants to be left alone, and what
// went wrong, without anything that the receiver said.
func (d *Deliverer) send(ctx context.Context, s *Subscription, m *Message) (status int, after time.Duration, fault string) {
	now := d.Now()
	signature, err := Sign(m.ID, now, m.Body, s.secrets(now)...)
	if err != nil {
		return 0, 0, err.Error()
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL, strings.NewReader(string(m.Body)))
	if err != nil {
		return 0, 0, "the address cannot be called"
	}
	for name, value := range map[string]string{
		"Content-Type": "application/json", "User-Agent": "frontierwatch/" + strings.Fields(d.Version + " x")[0],
		"webhook-id": m.ID, "webhook-timestamp": fmt.Sprint(now.Unix()), "webhook-signature": signature,
	} {
		r.Header.Set(name, value)
	}
	answer, err := d.client.Do(r)
	switch {
	case errors.Is(err, ErrPrivate):
		return 0, 0, ErrPrivate.Error()
	case err != nil:
		return 0, 0, faultOf(err)
	}
	defer answer.Body.Close()
	io.CopyN(io.Discard, answer.Body, maxAnswer) // more than that is nobody's concern
	if answer.StatusCode >= 300 {
		fault = http.StatusText(answer.StatusCode)
	}
	return answer.StatusCode, retryAfter(answer.Header.Get("Retry-After"), now), fault
}

// faultOf says what went wrong with a call, without addresses.
func faultOf(err error) string {
	var dns *net.DNSError
	var timeout net.Error
	switch {
	case errors.As(err, &dns):
		return "the name was not found"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "there was no answer in time"
	}
	return "the connection failed"
}

// retryAfter reads the header of that name: seconds, or a date.
func retryAfter(text string, now time.Time) time.Duration {
	var seconds int
	if _, err := fmt.Sscanf(text, "%d", &seconds); err == nil && fmt.Sprint(seconds) == text && seconds >= 0 && seconds < 1<<30 {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}
