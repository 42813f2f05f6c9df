package main

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"os"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"
)

// encodeRESP is the other direction of readRESP, for what that can give.
func encodeRESP(v any) string {
	switch v := v.(type) {
	case nil:
		return "$-1\r\n"
	case int64:
		return fmt.Sprintf(":%d\r\n", v)
	case string:
		return fmt.Sprintf("$%d\r\n%s\r\n", len(v), v)
	case []any:
		text := fmt.Sprintf("*%d\r\n", len(v))
		for _, e := range v {
			text += encodeRESP(e)
		}
		return text
	}
	panic(fmt.Sprintf("%T", v))
}

func decodeRESP(text string) (any, error) { return readRESP(bufio.NewReader(strings.NewReader(text))) }

func TestRESP(t *testing.T) {
	for text, want := range map[string]any{
		"+OK\r\n": "OK", ":-7\r\n": int64(-7), "$-1\r\n": nil, "*-1\r\n": nil, "$0\r\n\r\n": "", "*0\r\n": []any{},
		"$4\r\na\r\nb\r\n": "a\r\nb", "*2\r\n:1\r\n*1\r\n+x\r\n": []any{int64(1), []any{"x"}},
	} {
		if got, err := decodeRESP(text); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %#v %v, want %#v", text, got, err, want)
		}
	}
	if _, err := decodeRESP("*2\r\n+a\r\n-ERR no\r\n"); err != respError("ERR no") {
		t.Errorf("an error within: %v", err)
	}
	for _, bad := range []string{"", "+", "\r\n", "+OK\n", "$3\r\nab\r\n", "$2\r\nabc\r\n", "$-2\r\n", "*1\r\n", "*1x\r\n", "?1\r\n",
		"$99999999999\r\n", "$60000000\r\nx", strings.Repeat("*1\r\n", 20) + ":1\r\n"} {
		if got, err := decodeRESP(bad); err == nil {
			t.Errorf("%q is %#v", bad, got)
		}
	}
}

// What is read is the same when it is written and read again, and nothing panics.
func FuzzRESP(f *testing.F) {
	for _, seed := range []string{"+OK\r\n", "*2\r\n:0\r\n*1\r\n*2\r\n$1\r\na\r\n*2\r\n$2\r\n49\r\n$3\r\n-97\r\n", "-ERR\r\n", "$-1\r\n", "*-1\r\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := decodeRESP(text)
		if err != nil {
			return
		}
		tile38Points(v)
		again, err := decodeRESP(encodeRESP(v))
		if err != nil || !reflect.DeepEqual(v, again) {
			t.Errorf("%#v became %#v, %v", v, again, err)
		}
	})
}

// fakeTile38 answers as Tile38 does to what the bench says, and must be told in
// its language.
func fakeTile38(t *testing.T, kept bool) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go serveTile38(conn, kept)
		}
	}()
	return listener.Addr().String()
}

func serveTile38(conn net.Conn, kept bool) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	var all []tile38Point
	for {
		said, err := readRESP(in)
		if err != nil {
			return
		}
		var words []string
		for _, w := range said.([]any) {
			words = append(words, w.(string))
		}
		var out bytes.Buffer
		switch words[0] {
		case "SERVER":
			out.WriteString(encodeRESP([]any{"id", "x", "pid", strconv.Itoa(os.Getpid()), "version", "9.9"}))
		case "STATS":
			out.WriteString(encodeRESP([]any{map[bool]any{true: []any{}, false: nil}[kept]}))
		case "SET": // SET key id FIELD start t FIELD count n POINT lat lon
			start, _ := strconv.ParseInt(words[5], 10, 64)
			all = append(all, tile38Point{words[2], orb.Point{number(words[11]), number(words[10])}, start})
			out.WriteString("+OK\r\n")
		case "INTERSECTS":
			out.WriteString(encodeRESP([]any{int64(0), intersecting(all, words[2:])}))
		case "DROP":
			out.WriteString(":1\r\n")
		default:
			out.WriteString("-ERR unknown command\r\n")
		}
		conn.Write(out.Bytes())
	}
}

func number(text string) float64 {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		panic(err)
	}
	return n
}

func intersecting(all []tile38Point, words []string) []any {
	limit, from, to := int(number(words[1])), -1e18, 1e18
	if words = words[2:]; words[0] == "WHERE" {
		from, to, words = number(words[2]), number(words[3]), words[4:]
	}
	if words[0] != "POINTS" || words[1] != "BOUNDS" {
		panic(words)
	}
	box := orb.Bound{Min: orb.Point{number(words[3]), number(words[2])}, Max: orb.Point{number(words[5]), number(words[4])}}
	found := []any{}
	for _, p := range all {
		if box.Contains(p.at) && float64(p.start) >= from && float64(p.start) <= to && len(found) < limit {
			found = append(found, []any{p.id, []any{degrees(p.at[1]), degrees(p.at[0])}, []any{"count", "1", "start", strconv.FormatInt(p.start, 10)}})
		}
	}
	return found
}

// What speaks as Tile38 does is asked what Tile38 can be asked, and its answers are
// taken for what they are.
func TestBesideTile38(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skipf("skipped %s: the clocks of processes are read on Linux", t.Name())
	}
	b := benched(t)
	p, err := dialTile38(b.session, fakeTile38(t, false))
	if err != nil {
		t.Fatal(err)
	}
	b.peers = []peer{p}
	if err := b.beside(); err != nil {
		t.Fatal(err)
	}
	rows := rowsOf(t, b, "Tile38")
	for what, f := range rowsOf(t, b, "Tile38, sorted by the client") {
		rows[what] = f
	}
	if len(rows) != 6 {
		t.Errorf("%d rows: %v", len(rows), rows)
	}
	for what, f := range rows {
		if f.Value <= 0 || strings.HasPrefix(f.Bar, "void") {
			t.Errorf("%s: %+v", what, f)
		}
	}
	if f, _ := b.noted("load into Tile38"); f.How != "Tile38 9.9" {
		t.Errorf("%+v", f)
	}
	if err := b.part(); err != nil {
		t.Error(err)
	}
}

// A server that is none, one of another name and one that is in use are refused.
func TestWhichTile38IsRefused(t *testing.T) {
	if _, err := benched(t).tile38(fakeTile38(t, false)); err == nil || !strings.Contains(err.Error(), "not") {
		t.Errorf("this test passes for a Tile38: %v", err)
	}
	if _, err := benched(t).tile38(fakeTile38(t, true)); err == nil || !strings.Contains(err.Error(), "DROP") {
		t.Errorf("one in use: %v", err)
	}
	mute, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		conn, err := mute.Accept()
		if err == nil {
			conn.Write([]byte("HTTP/1.1 400 Bad Request\r\n"))
			conn.Close()
		}
	}()
	defer mute.Close()
	if _, err := benched(t).tile38(mute.Addr().String()); err == nil {
		t.Error("a web server passes for a Tile38")
	}
}

func TestTile38Points(t *testing.T) {
	for _, bad := range []any{nil, "x", []any{}, []any{int64(0), "x"}, []any{int64(0), []any{"x"}}, []any{int64(0), []any{[]any{"id", []any{"49"}}}},
		[]any{int64(0), []any{[]any{"id", []any{"x", "y"}}}}, []any{int64(0), []any{[]any{"id", []any{"1", "2"}, []any{"start", "now"}}}}} {
		if found, err := tile38Points(bad); err == nil {
			t.Errorf("%v: %v", bad, found)
		}
	}
}
