package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// served is the program while it serves.
type served struct {
	url     string
	metrics string     // where the numbers are, if anywhere
	stop    func() int // ends it as SIGTERM does, and says how it exited
}

// lines hands what is written to it on, in whole lines.
type lines struct {
	part string
	to   chan<- string
}

func (l *lines) Write(p []byte) (int, error) {
	text := l.part + string(p)
	for {
		line, rest, ok := strings.Cut(text, "\n")
		if !ok {
			l.part = text
			return len(p), nil
		}
		select {
		case l.to <- line:
		default: // nobody listens any more
		}
		text = rest
	}
}

var servingAt = regexp.MustCompile(`msg=(serving|metrics) url=(http://[0-9.:]+/\S*)`)

// start runs a command that serves, with the clock at a time, until it listens.
func start(t *testing.T, now time.Time, args ...string) served {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	exited, said := make(chan int, 1), make(chan string, 1000)
	out := &lines{to: said}
	go func() {
		exited <- run(ctx, args, stdio{strings.NewReader(""), out, out}, func() time.Time { return now })
	}()
	stop := func() int { cancel(); return <-exited }
	metrics := ""
	for {
		select {
		case code := <-exited:
			t.Fatalf("%v ended with %d before it served", args, code)
		case line := <-said:
			switch m := servingAt.FindStringSubmatch(line); {
			case m == nil:
			case m[1] == "metrics":
				metrics = m[2]
			default:
				return served{strings.TrimSuffix(m[2], "/"), metrics, stop}
			}
		}
	}
}

var morning = time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC)

// Told to stop, the server finishes what is under way, and what it acknowledged is
// there when it starts again.
func TestStopFinishesWhatIsUnderWay(t *testing.T) {
	store := filepath.Join(t.TempDir(), "frontier.gpkg")
	s := start(t, morning, "serve", "--store", store, "--listen", "127.0.0.1:0")
	body, send := io.Pipe()
	answered := make(chan *http.Response, 1)
	client := &http.Client{Transport: &http.Transport{ExpectContinueTimeout: time.Hour}}
	go func() {
		ask, _ := http.NewRequest(http.MethodPost, s.url+"/imports", body)
		ask.Header.Set("Content-Type", "text/csv")
		ask.Header.Set("Expect", "100-continue") // nothing of the body is sent before the server reads it
		answer, err := client.Do(ask)
		if err != nil {
			t.Error(err)
		}
		answered <- answer
	}()
	fmt.Fprint(send, "id,lon,lat,observed_start,count_best\na,-97.2,49,2017-02-04T02:00:00Z,1\n")
	stopped := make(chan int)
	go func() { stopped <- s.stop() }()
	for { // until nobody new is let in
		conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
		if err != nil {
			break
		}
		conn.Close()
	}
	fmt.Fprint(send, "b,-97.2,49,2017-02-04T02:00:00Z,1\n")
	send.Close()
	answer := <-answered
	if answer == nil {
		t.FailNow()
	}
	said, _ := io.ReadAll(answer.Body)
	answer.Body.Close()
	client.CloseIdleConnections()
	if answer.StatusCode != http.StatusOK || !strings.Contains(string(said), `"accepted":2`) {
		t.Errorf("an import under way: %d %s", answer.StatusCode, said)
	}
	if code := <-stopped; code != exitDone {
		t.Errorf("stopped with %d", code)
	}
	s = start(t, morning, "serve", "--store", store, "--listen", "127.0.0.1:0")
	defer s.stop()
	for _, id := range []string{"a", "b"} {
		answer, err := http.Get(s.url + "/collections/reports/items/" + id)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			t.Errorf("report %s after the restart: %d", id, answer.StatusCode)
		}
	}
}

// Every package of the house is on the README's map, and nothing else.
func TestReadmeMap(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for pkg := range houseImports(t) {
		if name := filepath.Base(pkg); !strings.Contains(string(text), name+"/") && !strings.Contains(string(text), pkg) && name != "generate" {
			t.Errorf("package %s is not on the map of the README", pkg)
		}
	}
}
