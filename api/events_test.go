package api

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/reader"
)

// hand is a clock that is moved by hand.
type hand struct {
	mu    sync.Mutex
	t     time.Time
	ticks chan time.Time
}

func newHand() *hand { return &hand{t: noon(), ticks: make(chan time.Time)} }

func (h *hand) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.t
}

func (h *hand) move(d time.Duration) {
	h.mu.Lock()
	h.t = h.t.Add(d)
	h.mu.Unlock()
	h.ticks <- h.now()
}

func (h *hand) set(c *Config) {
	c.Now = h.now
	c.Ticks = func(time.Duration) (<-chan time.Time, func()) { return h.ticks, func() {} }
}

// told is one event as a browser has it, by the rules of the HTML standard.
type told struct {
	event, id string
	data      map[string]any
}

func (e told) String() string {
	if e.event == "reset" {
		return fmt.Sprint("reset ", e.data["collections"])
	}
	return fmt.Sprint(e.event, " ", e.data["id"], " ", e.data["change"])
}

// listening is a stream that is open.
type listening struct {
	*testing.T
	answer *http.Response
	lines  *bufio.Reader
	last   string // id
	close  func()
}

// listen opens a stream. Headers come as "Name: value".
func listen(t *testing.T, server *httptest.Server, target string, headers ...string) *listening {
	t.Helper()
	ctx, leave := context.WithCancel(t.Context())
	r, _ := http.NewRequestWithContext(ctx, "GET", server.URL+target, nil)
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	answer, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	l := &listening{T: t, answer: answer, lines: bufio.NewReader(answer.Body)}
	l.close = func() { leave(); answer.Body.Close() }
	t.Cleanup(l.close)
	return l
}

// next is the next event; io.EOF: the server has ended the stream.
func (l *listening) next() (e told, err error) {
	for {
		line, err := l.lines.ReadString('\n')
		if err != nil {
			return e, io.EOF
		}
		line = strings.TrimSuffix(line, "\n")
		field, value, _ := strings.Cut(line, ": ")
		switch {
		case line == "" && e.data != nil:
			e.id = l.last
			return e, nil
		case field == "id":
			l.last = value
		case field == "event":
			e.event = value
		case field == "data":
			if err := json.Unmarshal([]byte(value), &e.data); err != nil {
				l.Fatalf("%v in %s", err, value)
			}
		}
	}
}

// hears are the next events, which must be these.
func (l *listening) hears(want ...string) {
	l.Helper()
	for _, w := range want {
		e, err := l.next()
		if err != nil || e.String() != w {
			l.Fatalf("heard %q (%v), want %q", e, err, w)
		}
	}
}

// opened reads up to the first id.
func (l *listening) opened() *listening {
	l.Helper()
	if l.answer.StatusCode != 200 {
		l.Fatalf("status %d", l.answer.StatusCode)
	}
	for l.last == "" {
		line, err := l.lines.ReadString('\n')
		if err != nil {
			l.Fatal(err)
		}
		if id, ok := strings.CutPrefix(strings.TrimSpace(line), "id: "); ok {
			l.last = id
		}
	}
	return l
}

func newEvents(t *testing.T, set ...func(*Config)) (*client, *hand, *httptest.Server) {
	t.Helper()
	h := newHand()
	c := newClient(t, append([]func(*Config){h.set}, set...)...)
	server := httptest.NewServer(c)
	t.Cleanup(func() {
		server.Client().CloseIdleConnections()
		server.Close()
	})
	return c, h, server
}

func TestEventsTellReportsAndFindings(t *testing.T) {
	c, clock, server := newEvents(t)
	c.fill(2)
	l := listen(t, server, "/events").opened()
	if h := l.answer.Header; h.Get("Content-Type") != "text/event-stream" || h.Get("Cache-Control") != "no-store" || h.Get("Content-Encoding") != "" {
		t.Errorf("%v", h)
	}
	c.post(reportText("a", -97, "2017-01-01T00:00:00Z", 1)).is(201)
	e, _ := l.next()
	feature := c.get("/collections/reports/items/a").json()
	if e.String() != "report a new" || e.id != "3" || e.data["type"] != "Feature" ||
		fmt.Sprint(e.data["properties"], e.data["geometry"]) != fmt.Sprint(feature["properties"], feature["geometry"]) {
		t.Errorf("%+v\n%v", e, feature)
	}
	c.do("PUT", "/collections/reports/items/a", reportText("a", -97.5, "2017-01-01T00:00:00Z", 2), "Content-Type: application/geo+json", "If-Match: *").is(200)
	c.do("DELETE", "/collections/reports/items/a", "").is(204)
	l.hears("report a changed")
	if e, _ = l.next(); e.String() != "report a ended" || e.data["geometry"] != nil || e.data["properties"].(map[string]any)["deleted"] != true {
		t.Errorf("a tombstone: %+v", e)
	}
	c.corpus.mu.Lock()
	spots := append([]hotspot.Hotspot(nil), c.corpus.spots[1:]...)
	spots[0].Observed++
	c.corpus.spots = spots
	c.corpus.mu.Unlock()
	clock.move(time.Minute)
	l.hears("hotspot "+spots[0].ID+" changed", "hotspot main-0015-persons-20170101 ended", "flag main-0015-persons-20170101 ended")
	if !strings.HasPrefix(l.last, "5.") {
		t.Errorf("id %s", l.last)
	}
}

func TestEventsAreFiltered(t *testing.T) {
	c, _, server := newEvents(t)
	east := listen(t, server, "/events?bbox=-98,48,-96,50").opened()
	many := listen(t, server, "/events?collections=reports&filter=count_best%20%3E%203").opened()
	c.post(reportText("a", -97, "2017-01-01T00:00:00Z", 1)).is(201)
	c.post(reportText("b", -110, "2017-01-01T00:00:00Z", 9)).is(201)
	change := func(id string, lon float64, count int) {
		c.do("PUT", "/collections/reports/items/"+id, reportText(id, lon, "2017-01-01T00:00:00Z", count), "Content-Type: application/geo+json", "If-Match: *").is(200)
	}
	change("a", -110, 5) // leaves the box, comes to answer the filter
	change("b", -97, 2)
	east.hears("report a new", "report a ended", "report b new")
	many.hears("report b new", "report a new", "report b ended")
	c.get("/events?filter=count_best%20%3E%203").is(400) // hot spots have no such property
	c.get("/events?collections=ports").is(400)
	c.get("/events?lastEventId=x").is(400)
	c.get("/events", "Accept: text/html").is(406)
}

// Streams that are cut and opened again while reports arrive hear each of them once.
func TestEventsResumeWhileReportsArrive(t *testing.T) {
	c, _, server := newEvents(t)
	const writers, each = 3, 150
	var writing, reading sync.WaitGroup
	for w := range writers {
		writing.Go(func() {
			for i := range each {
				r := httptest.NewRequest("POST", "/collections/reports/items", strings.NewReader(reportText(fmt.Sprintf("w%d-%d", w, i), -97, "2017-01-01T00:00:00Z", 1)))
				r.Header.Set("Content-Type", "application/geo+json")
				c.ServeHTTP(httptest.NewRecorder(), r)
			}
		})
	}
	for n := range 4 {
		reading.Go(func() {
			heard := map[string]int{}
			last := "0"
			for cut := 1; len(heard) < writers*each; cut++ {
				target, header := "/events?collections=reports", "Last-Event-ID: "+last
				if n%2 == 0 {
					target, header = target+"&lastEventId="+last, "X-Nothing: 1"
				}
				l := listen(t, server, target, header)
				for range cut * (n + 3) {
					e, err := l.next()
					if err != nil || e.event != "report" {
						t.Errorf("%v %v", e, err)
						return
					}
					heard[e.data["id"].(string)]++
					if last = e.id; len(heard) == writers*each {
						break
					}
				}
				l.close()
			}
			for id, times := range heard {
				if times != 1 {
					t.Errorf("%s was heard %d times", id, times)
				}
			}
		})
	}
	writing.Wait()
	reading.Wait()
}

func TestEventsReset(t *testing.T) {
	c, _, server := newEvents(t)
	c.fill(3)
	for _, last := range []string{"4", "no position"} {
		l := listen(t, server, "/events", "Last-Event-ID: "+last)
		l.hears("reset [flags hotspots reports]")
		if !strings.HasPrefix(l.last, "3.") {
			t.Errorf("after a reset from %s the position is %s", last, l.last)
		}
	}
	// Reports go on from the log; what was found meanwhile nobody knows.
	listen(t, server, "/events", "Last-Event-ID: 1").hears("reset [flags hotspots]", "report r001 new", "report r002 new")
	listen(t, server, "/events?collections=reports", "Last-Event-ID: 1").hears("report r001 new", "report r002 new")
	c.corpus.mu.Lock()
	c.corpus.head += 20_000
	c.corpus.mu.Unlock()
	listen(t, server, "/events?collections=reports", "Last-Event-ID: 1").hears("reset [reports]")
}

func TestEventsStopAndLimit(t *testing.T) {
	stopping := make(chan struct{})
	c, clock, server := newEvents(t, func(c *Config) { c.Streams, c.Stopping = 1, stopping })
	l := listen(t, server, "/events").opened()
	if a := c.get("/events").is(503); a.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	clock.move(20 * time.Second)
	if line, _ := l.lines.ReadString('\n'); strings.TrimSpace(line) == "" {
		line, _ = l.lines.ReadString('\n')
		if !strings.HasPrefix(line, ":") {
			t.Errorf("the beat is %q", line)
		}
	}
	close(stopping)
	if e, err := l.next(); err != io.EOF {
		t.Errorf("a stream of a server that stops goes on with %v", e)
	}
	c.get("/events").is(503)
	if a := c.do("HEAD", "/events", "").is(200); a.header.Get("Content-Type") != "text/event-stream" {
		t.Errorf("HEAD: %v", a.header)
	}
}

// stuck is a connection that takes nothing and ends when its deadline is set.
type stuck struct{ *httptest.ResponseRecorder }

func (s *stuck) Write([]byte) (int, error)        { return 0, context.DeadlineExceeded }
func (s *stuck) SetWriteDeadline(time.Time) error { return nil }

// A listener that takes nothing is cut, and its place is free again.
func TestEventsCutWhoTakesNothing(t *testing.T) {
	c, _, _ := newEvents(t, func(c *Config) { c.Streams = 1 })
	for range 3 {
		c.ServeHTTP(&stuck{httptest.NewRecorder()}, httptest.NewRequest("GET", "/events", nil))
	}
}

// What an idle stream costs: no goroutine besides those of its connection, and
// little memory.
func TestManyIdleStreams(t *testing.T) {
	const streams = 2000
	c, _, server := newEvents(t)
	listen(t, server, "/events").opened() // what the first needs is there
	before, goroutines := used(), runtime.NumGoroutine()
	address := strings.TrimPrefix(server.URL, "http://")
	var conns []net.Conn
	for range streams {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Skipf("skipped: %v after %d connections", err, len(conns))
		}
		defer conn.Close()
		conns = append(conns, conn)
		fmt.Fprintf(conn, "GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
	}
	ready := func(conn net.Conn, want string) {
		var all []byte
		for buf := make([]byte, 4096); !strings.Contains(string(all), want); {
			n, err := conn.Read(buf)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, buf[:n]...)
		}
	}
	for _, conn := range conns {
		ready(conn, "\nid: ")
	}
	each, more := (used()-before)/streams, runtime.NumGoroutine()-goroutines
	t.Logf("%d streams: %d bytes and %.2f goroutines each", streams, each, float64(more)/streams)
	if each > 64<<10 || more > 2*streams+10 { // net/http has two for a connection
		t.Errorf("%d bytes each, %d goroutines", each, more)
	}
	c.post(reportText("a", -97, "2017-01-01T00:00:00Z", 1)).is(201)
	for _, conn := range conns {
		ready(conn, `"id":"a"`)
	}
}

// used is the memory in use, stacks included.
func used() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapInuse + m.StackInuse)
}

// revocable is the access of one key that can be revoked.
type revocable struct {
	corpus  Corpus
	mu      sync.Mutex
	revoked bool
}

func (r *revocable) Identify(context.Context, string) (reader.Reader, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.revoked {
		return reader.Reader{}, ErrCredential
	}
	return Owner(), nil
}

func (r *revocable) View(context.Context, reader.Class) (Corpus, error) { return r.corpus, nil }

// Whose key was revoked hears nothing any more, by the next beat at the latest.
func TestEventsEndWhenAKeyIsRevoked(t *testing.T) {
	keys := &revocable{}
	_, clock, server := newEvents(t, func(c *Config) {
		keys.corpus = c.Corpus
		c.Access = keys
	})
	l := listen(t, server, "/events", "Authorization: Bearer x").opened()
	was := l.last
	l.last = ""
	clock.move(20 * time.Second)
	l.opened()
	if l.last != was {
		t.Errorf("the beat has id %s after %s", l.last, was)
	}
	keys.mu.Lock()
	keys.revoked = true
	keys.mu.Unlock()
	clock.move(20 * time.Second)
	if e, err := l.next(); err != io.EOF {
		t.Errorf("it goes on with %v", e)
	}
}
