package api

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
)

// hostile is a caller that means no good. It is given a connection, does its worst,
// and returns the status that it was answered, 0 where the connection was cut.
type hostile struct {
	name  string
	count int
	act   func(t *testing.T, conn net.Conn) int
	may   []int // what it may be answered
}

// answerOf reads an answer to its end.
func answerOf(conn net.Conn) int {
	r, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return 0
	}
	io.Copy(io.Discard, r.Body) // it may be cut off
	r.Body.Close()
	return r.StatusCode
}

// sends is a caller that sends a text and waits for the answer.
func sends(text string) func(*testing.T, net.Conn) int {
	return func(_ *testing.T, conn net.Conn) int {
		go io.WriteString(conn, text) // the server may answer before it has read all
		return answerOf(conn)
	}
}

func request(method, target, body string, headers ...string) string {
	return fmt.Sprintf("%s %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer a\r\nContent-Length: %d\r\n%s\r\n%s",
		method, target, len(body), strings.Join(append(headers, ""), "\r\n"), body)
}

func bomb() string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	zeros := bytes.Repeat([]byte(" "), 1<<20)
	for range 300 {
		z.Write(zeros) // into memory, which does not fail
	}
	z.Close()
	return b.String()
}

func hostiles() []hostile {
	const reports, geo = "/collections/reports/items", "Content-Type: application/geo+json"
	deep, packed := strings.Repeat(`{"a":[`, 1<<17), bomb()
	all := []hostile{
		{"headers that do not end", 100, sends("GET / HTTP/1.1\r\nHost: localhost\r\nX-A: "), []int{0}},
		{"headers that are huge", 20, sends("GET / HTTP/1.1\r\nHost: localhost\r\nX-A: " + strings.Repeat("a", 100<<10) + "\r\n\r\n"), []int{431}},
		{"a body that does not come", 50, sends(strings.TrimSuffix(request("POST", reports, "12345678", geo), "678")), []int{408, 0}},
		{"a body that nobody reads and that does not come", 20, sends(strings.TrimSuffix(request("POST", "/nothing", "12345678", geo), "678")), []int{404, 0}},
		{"an import that stops", 20, sends(strings.TrimSuffix(request("POST", "/imports", "id,lon\n123", "Content-Type: text/csv"), "3")), []int{408, 503, 422, 400, 0}},
		{"a body that is huge", 20, sends(request("POST", reports, strings.Repeat("a", 2<<20), geo)), []int{413, 0}},
		{"a bomb", 20, sends(request("POST", reports, packed, geo, "Content-Encoding: gzip")), []int{413}},
		{"a bomb of a file", 20, sends(request("POST", "/imports", packed, "Content-Type: application/x-ndjson", "Content-Encoding: gzip")), []int{413, 400, 422, 503, 200}},
		{"nobody's request", 50, func(_ *testing.T, conn net.Conn) int { return 0 }, []int{0}},
		{"half a connection", 50, func(t *testing.T, conn net.Conn) int {
			io.WriteString(conn, request("GET", reports, ""))
			conn.(*net.TCPConn).CloseWrite()
			return answerOf(conn)
		}, []int{200, 503, 0}},
		{"answers that are not taken", 10, func(t *testing.T, conn net.Conn) int {
			go io.WriteString(conn, strings.Repeat(request("GET", reports+"?limit=10000", ""), 200))
			return 0 // the connection is kept open until the end
		}, []int{0}},
	}
	for _, x := range []struct{ method, target, media string }{
		{"POST", reports, geo}, {"POST", "/collections/posts/items", geo}, {"POST", "/collections/sources/items", geo}, {"POST", "/imports", geo},
		{"POST", "/imports", "Content-Type: application/x-ndjson"}, {"POST", "/flags/x/state", "Content-Type: application/json"}, {"PATCH", reports + "/x", "Content-Type: " + mediaMergePatch},
	} {
		body := deep
		all = append(all, hostile{"a deep body for " + x.method + " " + x.target, 5, sends(request(x.method, x.target, body, x.media, "If-Match: *")), []int{400, 408, 412, 413, 422, 503, 0}})
	}
	return all
}

// While hundreds of callers mean no good, those who do are answered, memory stays
// bounded, and when the hostile have gone nothing of them is left (TestMain looks for
// goroutines).
func TestHostileCallers(t *testing.T) {
	corpus := newFake()
	c := &client{T: t, corpus: corpus, Handler: New(Config{Corpus: corpus, Now: noon})}
	c.document, c.router = described()
	c.fill(300)
	limits := Limits{Concurrent: 64, Exports: 4, Patience: 300 * time.Millisecond, Slowest: 64 << 20}
	server := httptest.NewUnstartedServer(New(Config{Corpus: corpus, Access: doorOfTwo{corpus}, Now: noon, Limits: limits}))
	server.Config.ReadHeaderTimeout = 300 * time.Millisecond
	server.Config.MaxHeaderBytes = 32 << 10
	server.Start()
	defer server.Close()

	before := memory()
	var open []net.Conn
	var mu sync.Mutex
	var wait sync.WaitGroup
	for _, h := range hostiles() {
		for range h.count {
			conn, err := net.Dial("tcp", server.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			mu.Lock()
			open = append(open, conn)
			mu.Unlock()
			wait.Go(func() {
				got := h.act(t, conn)
				// A busy server may turn anybody away, and on a busy machine everybody is slow.
				// There its connection is cut too, as slow as it looks.
				for _, may := range append([]int{0, 408, 503}, h.may...) {
					if got == may {
						return
					}
				}
				t.Errorf("%s is answered %d, not one of %v", h.name, got, h.may)
			})
		}
	}
	peak, answered := before, 0
	var done atomic.Bool
	go func() { wait.Wait(); done.Store(true) }()
	for answered < 50 || !done.Load() {
		switch code := askAt(t, server, "/collections/reports/items?limit=10"); code {
		case 200:
			answered++
		case 503, 0: // all places are taken: it says when to come again; or cut, on a busy machine
		default:
			t.Fatalf("a caller who means well is answered %d", code)
		}
		peak = max(peak, memory())
	}
	for _, conn := range open {
		conn.Close()
	}
	if grown := int64(peak) - int64(before); grown > 512<<20 {
		t.Errorf("memory grew by %d MB", grown>>20)
	}
	t.Logf("%d hostile callers; %d others answered; memory grew by %d MB", len(open), answered, (int64(peak)-int64(before))>>20)
	for { // at last there are places for all
		if askAt(t, server, "/conformance") == 200 {
			break
		}
	}
}

// memory is what the process holds of the system's memory, bytes.
func memory() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapSys - m.HeapReleased + m.StackSys
}

// askAt is the status that a caller who means well is answered, 0 where it was cut.
func askAt(t *testing.T, server *httptest.Server, target string) int {
	t.Helper()
	r, err := http.NewRequest("GET", server.URL+target, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer p")
	a, err := server.Client().Do(r)
	if err != nil {
		return 0
	}
	defer a.Body.Close()
	io.Copy(io.Discard, a.Body) // whole or not, it is answered
	return a.StatusCode
}

// The control: without a pace, a caller that sends nothing is waited for.
func TestWithoutAPaceCallersAreWaitedFor(t *testing.T) {
	corpus := newFake()
	server := httptest.NewServer(New(Config{Corpus: corpus, Access: doorOfTwo{corpus}, Now: noon}))
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	io.WriteString(conn, strings.TrimSuffix(request("POST", "/collections/reports/items", "12345678", "Content-Type: application/geo+json"), "678"))
	conn.SetReadDeadline(time.Now().Add(time.Second))
	if code := answerOf(conn); code != 0 {
		t.Errorf("it is answered %d", code)
	}
}
