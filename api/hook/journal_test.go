package hook

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func open(t *testing.T, path string) *Journal {
	t.Helper()
	j, err := OpenJournal(path)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func message(id string, s State) Message {
	return Message{ID: id, Subscription: "s", Body: json.RawMessage(`{}`), State: s}
}

// Cut anywhere, as by a crash, a journal has all lines before the cut and takes more.
func TestJournalCutAnywhere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hooks")
	j := open(t, path)
	var ends []int
	for _, id := range []string{"a", "b", "c"} {
		if err := j.put(line{Subscription: "s", Cursor: &Cursor{Seq: 1}, Messages: []Message{message(id, Pending)}}); err != nil {
			t.Fatal(err)
		}
		ends = append(ends, int(j.size))
	}
	j.Close()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for cut := range len(whole) + 1 {
		for _, rest := range []string{"", "garbage"} {
			if cut%7 > 1 && rest != "" {
				continue
			}
			if err := os.WriteFile(path, append(append([]byte{}, whole[:cut]...), rest...), 0o600); err != nil {
				t.Fatal(err)
			}
			want := 0
			for _, end := range ends {
				if cut >= end {
					want++
				}
			}
			j := open(t, path)
			if got := len(j.Messages("s")); got != want {
				t.Fatalf("cut at %d of %d: %d messages, want %d", cut, len(whole), got, want)
			}
			if err := j.put(line{Messages: []Message{message("d", Pending)}}); err != nil {
				t.Fatal(err)
			}
			j.Close()
			j = open(t, path)
			if got := len(j.Messages("s")); got != want+1 {
				t.Fatalf("cut at %d, written and read again: %d messages, want %d", cut, got, want+1)
			}
			j.Close()
		}
	}
}

func TestJournalIsWrittenAnew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hooks")
	j := open(t, path)
	if err := j.put(line{Subscription: "s", Cursor: &Cursor{Seq: 42, Told: map[string]string{"flags/x": "high open"}}}); err != nil {
		t.Fatal(err)
	}
	j.compact = 20_000
	for i := range 400 {
		m := message("m"+time.Duration(i).String(), Delivered)
		if i%100 == 0 {
			m.State = Pending
		}
		if err := j.put(line{Messages: []Message{m}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.rewrite(); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenJournal(path); err == nil {
		t.Error("two have it open")
	}
	j.Close()
	j = open(t, path)
	defer j.Close()
	if n, _ := j.pending("s", time.Time{}); n != 4 {
		t.Errorf("%d are pending", n)
	}
	if n := len(j.Messages("s")); n != keptDone+4 {
		t.Errorf("%d messages", n)
	}
	if c, ok := j.cursor("s"); !ok || c.Seq != 42 || c.Told["flags/x"] != "high open" {
		t.Errorf("%+v", c)
	}
}

// What was made before a crash is sent after it, and nothing is made twice.
func TestDeliveryGoesOnAfterACrash(t *testing.T) {
	w, r := newWorld(t), newReceiver(t)
	r.status = 500
	s := w.subscribe(r.URL)
	w.news = append(w.news, Event{ID: "a"})
	w.after(0)
	w.Journal.Close() // nothing else is done: every line is durable
	w.open()
	r.mu.Lock()
	r.status = 200
	r.mu.Unlock()
	w.news = append(w.news, Event{ID: "b"})
	w.after(time.Minute)
	calls := r.got()
	if len(calls) != 3 || calls[0].header.Get("webhook-id") != calls[1].header.Get("webhook-id") || len(w.Messages(s.ID)) != 2 {
		t.Errorf("%d calls, %+v", len(calls), w.Messages(s.ID))
	}
}

func TestAddresses(t *testing.T) {
	for _, public := range []string{"8.8.8.8", "2606:4700::1", "::ffff:1.1.1.1"} {
		if !Public(netip.MustParseAddr(public)) {
			t.Errorf("%s is public", public)
		}
	}
	for _, private := range []string{
		"10.0.0.1", "172.16.0.1", "192.168.1.1", "127.0.0.1", "169.254.169.254", "0.0.0.0", "100.100.1.1", "224.0.0.1", "255.255.255.255", "192.0.2.1",
		"::1", "::", "fe80::1", "fc00::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "fec0::1",
	} {
		if Public(netip.MustParseAddr(private)) {
			t.Errorf("%s is not public", private)
		}
	}
	if Public(netip.Addr{}) {
		t.Error("no address is public")
	}
}

func TestCheck(t *testing.T) {
	for url, fine := range map[string]bool{
		"https://example.org/hook?x=1": true, "https://example.org:8443/": true,
		"http://example.org/": false, "https://10.0.0.1/": false, "https://[::1]/": false, "https://[::ffff:10.0.0.1]/": false, "ftp://example.org/": false,
		"example.org": false, "": false, "https://": false, "https://a:b@example.org/": false, "https://example.org/#x": false, "http://127.0.0.1/": false,
		"https://example.org/" + strings.Repeat("x", maxURL): false,
	} {
		s := Subscription{URL: url}
		if got := len(s.Check(false)) == 0; got != fine {
			t.Errorf("%.60s: %v", url, s.Check(false))
		}
	}
	s := Subscription{URL: "http://127.0.0.1:1/", Schedule: &Schedule{"sometimes", "Mars/Olympus"}}
	if faults := s.Check(true); len(faults) != 2 {
		t.Errorf("%+v", faults)
	}
	s.Schedule = &Schedule{"Mo-Fr 08:00-18:00", "Local"}
	if faults := s.Check(true); len(faults) != 1 {
		t.Errorf("the zone of the machine: %+v", faults)
	}
}

func FuzzDecode(f *testing.F) {
	secret, _ := NewSecret(rand.Reader)
	s := Subscription{ID: "sub_1", Owner: "key-1", URL: "https://example.org", Secret: secret, Collections: []string{"flags"}, Schedule: &Schedule{"24/7", "UTC"}}
	s = s.Rotate(secret, time.Unix(0, 0))
	f.Add(Append(nil, &s))
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		s, err := Decode(body)
		if err != nil {
			if !errors.Is(err, ErrRecord) {
				t.Error(err)
			}
			return
		}
		if again, err := Decode(Append(nil, &s)); err != nil || again.ID != s.ID {
			t.Errorf("%v %+v", err, again)
		}
	})
}

func FuzzLine(f *testing.F) {
	f.Add(encodeLine(line{Subscription: "s", Messages: []Message{message("a", Pending)}}))
	f.Fuzz(func(t *testing.T, text []byte) {
		if l, ok := decodeLine(text); ok {
			if _, ok := decodeLine(encodeLine(l)); !ok {
				t.Error("it cannot be read again")
			}
		}
	})
}
