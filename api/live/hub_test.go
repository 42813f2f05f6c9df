package live

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"frontierwatch/geo/log"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// made is a log whose every entry is a report, but for each tenth, and what
// detection finds.
type made struct {
	mu     sync.Mutex
	head   log.Seq
	passed chan struct{}
	found  map[string]string
	asked  int
	broken error
}

func newMade() *made { return &made{passed: make(chan struct{}), found: map[string]string{}} }

func (m *made) add(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.head += log.Seq(n)
	close(m.passed)
	m.passed = make(chan struct{})
}

func (m *made) find(id, text string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.found[id] = text; text == "" {
		delete(m.found, id)
	}
}

func (m *made) Head() log.Seq {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.head
}

func (m *made) Wait(ctx context.Context, after log.Seq) error {
	for {
		m.mu.Lock()
		head, passed := m.head, m.passed
		m.mu.Unlock()
		if head > after {
			return nil
		}
		select {
		case <-passed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (m *made) Entries(_ context.Context, after log.Seq, yield func(log.Seq, *Event) error) error {
	m.mu.Lock()
	head, broken := m.head, m.broken
	m.mu.Unlock()
	for seq := after + 1; seq <= head && broken == nil; seq++ {
		e := &Event{Kind: Report, ID: fmt.Sprint(seq)}
		if seq%10 == 0 {
			e = nil
		}
		if err := yield(seq, e); err != nil {
			return err
		}
	}
	return broken
}

func (m *made) Findings(context.Context) (all []Event, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asked++
	for id, text := range m.found {
		all = append(all, Event{Kind: Hotspot, ID: id, New: text, Data: []byte(text)})
	}
	return all, nil
}

func (m *made) Tombstone(e *Event) []byte { return []byte("gone " + e.ID) }

// clock is one that stands until it is moved.
type clock struct {
	mu    sync.Mutex
	t     time.Time
	ticks chan time.Time
}

func newClock() *clock {
	return &clock{t: time.Date(2017, 3, 5, 12, 0, 0, 0, time.UTC), ticks: make(chan time.Time)}
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

// move goes on by d and lets the hub notice.
func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	c.t = c.t.Add(d)
	now := c.t
	c.mu.Unlock()
	c.ticks <- now
}

func newHub(m *made, c *clock, set ...func(*Config)) *Hub {
	cfg := Config{Source: m, Now: c.now, Ticks: func(time.Duration) (<-chan time.Time, func()) { return c.ticks, func() {} }, Most: 10}
	for _, f := range set {
		f(&cfg)
	}
	return New(cfg)
}

func join(t *testing.T, h *Hub) *Stream {
	t.Helper()
	s, err := h.Join(t.Context(), true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Leave)
	return s
}

// texts are the next n events, as text.
func texts(t *testing.T, s *Stream, n int) (all []string) {
	t.Helper()
	for len(all) < n {
		events, err := s.Next(t.Context())
		if err != nil {
			t.Fatalf("after %v: %v", all, err)
		}
		for _, e := range events {
			all = append(all, fmt.Sprint(e.Kind, " ", e.ID, " ", e.Change))
		}
	}
	return all
}

func same(t *testing.T, got []string, want ...string) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestEntriesAndFindingsInOrder(t *testing.T) {
	m, c := newMade(), newClock()
	m.add(8)
	m.find("a", "1")
	m.find("b", "1")
	h := newHub(m, c)
	s := join(t, h)
	m.add(3) // 9, 10 (nothing to tell), 11
	same(t, texts(t, s, 2), "report 9 ", "report 11 ")
	m.find("a", "2")
	m.find("b", "")
	m.find("c", "1")
	c.move(time.Minute)
	found := map[string]bool{}
	for _, text := range texts(t, s, 3) {
		found[text] = true
	}
	if !found["hotspot a changed"] || !found["hotspot b ended"] || !found["hotspot c new"] {
		t.Errorf("found %v", found)
	}
	c.move(Beat)
	if events, err := s.Next(t.Context()); err != nil || len(events) != 0 {
		t.Errorf("the beat: %v %v", events, err)
	}
	if s.At.Seq != 11 || s.At != h.position() {
		t.Errorf("told up to %v of %v", s.At, h.position())
	}
}

// Detection is left alone while nothing has happened, and for a while after it was
// asked.
func TestDetectionIsAskedOnceAChange(t *testing.T) {
	m, c := newMade(), newClock()
	h := newHub(m, c)
	join(t, h)
	for range 5 {
		c.move(3 * time.Second)
	}
	m.add(1)
	c.move(pause)
	c.move(time.Millisecond)
	m.add(1)
	c.move(time.Millisecond)
	c.move(0)
	m.mu.Lock()
	asked := m.asked
	m.mu.Unlock()
	if asked != 2 {
		t.Errorf("detection was asked %d times", asked)
	}
	c.move(24 * time.Hour) // another day is another question
	c.move(0)
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.asked != 3 {
		t.Errorf("detection was asked %d times by the next day", m.asked)
	}
}

func TestResume(t *testing.T) {
	for name, again := range map[string]struct {
		from func(began, found Position) Position
		way  Way
		want []string
	}{
		"from the beginning":                {func(began, _ Position) Position { return began }, Exactly, []string{"report 2 ", "hotspot a new", "report 3 "}},
		"after an entry":                    {func(_, _ Position) Position { return Position{Seq: 2} }, Exactly, []string{"hotspot a new", "report 3 "}},
		"after a finding":                   {func(_, found Position) Position { return found }, Exactly, []string{"report 3 "}},
		"after one of another process":      {func(_, _ Position) Position { return Position{2, 17} }, Exactly, []string{"hotspot a new", "report 3 "}},
		"where another process may know it": {func(_, _ Position) Position { return Position{Seq: 1} }, FromLog, nil},
		"of another log":                    {func(_, _ Position) Position { return Position{Seq: 4} }, Lost, nil},
	} {
		t.Run(name, func(t *testing.T) {
			m, c := newMade(), newClock()
			m.add(1)
			h := newHub(m, c)
			s := join(t, h)
			began := s.At
			m.add(1)
			same(t, texts(t, s, 1), "report 2 ")
			m.find("a", "1")
			c.move(3 * time.Second)
			same(t, texts(t, s, 1), "hotspot a new")
			found := s.At
			m.add(1)
			same(t, texts(t, s, 1), "report 3 ")

			s = join(t, h)
			if way := s.Resume(again.from(began, found)); way != again.way {
				t.Errorf("way %d, want %d", way, again.way)
			}
			m.add(1)
			want := append(again.want, "report 4 ")
			same(t, texts(t, s, len(want)), want...)
		})
	}
}

// A hub that nobody listened to for a while remembers where it was.
func TestResumeAfterEverybodyLeft(t *testing.T) {
	m, c := newMade(), newClock()
	h := newHub(m, c)
	s := join(t, h)
	at := s.At
	s.Leave()
	m.add(2)
	m.find("a", "1")
	s = join(t, h)
	if way := s.Resume(at); way != Exactly {
		t.Fatalf("way %d", way)
	}
	c.move(time.Hour)
	same(t, texts(t, s, 3), "report 1 ", "report 2 ", "hotspot a new")
}

func TestSlowStreamFallsOut(t *testing.T) {
	m, c := newMade(), newClock()
	h := newHub(m, c)
	slow, quick := join(t, h), join(t, h)
	m.add(kept / 2)
	texts(t, quick, kept/2*9/10)
	for range 12 {
		m.add(kept / 2)
		texts(t, quick, kept/2*9/10)
	}
	if _, err := slow.Next(t.Context()); !errors.Is(err, ErrBehind) {
		t.Fatalf("a stream that is far behind: %v", err)
	}
	at := slow.At
	if way := slow.Resume(at); way != Lost || slow.At.Seq != m.Head() {
		t.Errorf("way %d, at %v of %d", way, slow.At, m.Head())
	}
	if way := slow.Resume(Position{Seq: m.Head() - MaxBehind}); way != FromLog {
		t.Errorf("way %d for who missed as much as one may", way)
	}
	if n := len(h.ring); n > 2*kept {
		t.Errorf("%d events in the ring", n)
	}
}

// More entries at once than the ring can hold: streams are told to go to the log.
func TestBurst(t *testing.T) {
	m, c := newMade(), newClock()
	h := newHub(m, c)
	s := join(t, h)
	at := s.At
	m.add(3 * kept)
	if _, err := s.Next(t.Context()); !errors.Is(err, ErrBehind) {
		t.Fatalf("after a burst: %v", err)
	}
	if way := s.Resume(at); way != FromLog || s.At.Seq != m.Head() {
		t.Errorf("way %d, at %v", way, s.At)
	}
}

func TestLimitAndStop(t *testing.T) {
	done := make(chan struct{})
	m, c := newMade(), newClock()
	h := newHub(m, c, func(c *Config) { c.Most, c.Done = 2, done })
	s := join(t, h)
	join(t, h)
	if _, err := h.Join(t.Context(), true); !errors.Is(err, ErrFull) {
		t.Errorf("the third of two: %v", err)
	}
	if got := h.State(); got.Streams != 2 {
		t.Errorf("%+v", got)
	}
	close(done)
	if _, err := s.Next(t.Context()); !errors.Is(err, ErrStopped) {
		t.Errorf("stopped: %v", err)
	}
	if _, err := h.Join(t.Context(), true); !errors.Is(err, ErrStopped) {
		t.Errorf("joined a server that stops: %v", err)
	}
}

// A log that cannot be read ends the streams, and is tried again with the next.
func TestBrokenLog(t *testing.T) {
	m, c := newMade(), newClock()
	why := errors.New("broken")
	failed := 0
	h := newHub(m, c, func(c *Config) { c.Failed = func(error) { failed++ } })
	s := join(t, h)
	m.mu.Lock()
	m.broken = why
	m.mu.Unlock()
	m.add(1)
	if _, err := s.Next(t.Context()); !errors.Is(err, why) {
		t.Errorf("got %v", err)
	}
	s.Leave()
	if _, err := h.Join(t.Context(), true); !errors.Is(err, why) {
		t.Errorf("joined: %v", err)
	}
	m.mu.Lock()
	m.broken = nil
	m.mu.Unlock()
	s = join(t, h)
	m.add(1)
	same(t, texts(t, s, 1), "report 2 ")
	if failed != 1 {
		t.Errorf("told of %d failures", failed)
	}
}

func TestPosition(t *testing.T) {
	for text, want := range map[string]Position{"0": {}, "12": {Seq: 12}, "12.7": {12, 7}} {
		got, ok := ParsePosition(text)
		if !ok || got != want || got.String() != text {
			t.Errorf("%s: %v %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "x", "-1", "1.", ".1", "1.2.3", " 1", "1e3", "9999999999999999999999"} {
		if got, ok := ParsePosition(text); ok {
			t.Errorf("%q was read as %v", text, got)
		}
	}
}

func FuzzParsePosition(f *testing.F) {
	f.Add("12.7")
	f.Fuzz(func(t *testing.T, text string) {
		if p, ok := ParsePosition(text); ok {
			if again, ok := ParsePosition(p.String()); !ok || again != p {
				t.Errorf("%q is %v and then %v", text, p, again)
			}
		}
	})
}
