package api

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"frontierwatch/geo/log"
)

const csvHead = "id,lon,lat,observed_start,count_best,unit\r\n"

func (c *client) load(media, body string, headers ...string) *answered {
	c.Helper()
	return c.do("POST", "/imports", body, append([]string{"Content-Type: " + media}, headers...)...)
}

// counts are what an answer says became of the rows.
func (a *answered) counts() string {
	a.Helper()
	v := a.json()
	return fmt.Sprintf("rows %v accepted %v already %v refused %v", v["rows"], v["accepted"], v["already"], v["refused"])
}

func TestFilesOfEachFormat(t *testing.T) {
	c := newClient(t)
	one, two := reportText("a", -97, "2017-01-31T00:00:00Z", 1), reportText("b", -98, "2017-01-31T00:00:00Z", 2)
	for name, x := range map[string]struct{ media, body string }{
		"CSV":        {"text/csv; charset=utf-8", csvHead + "a,-97,49.001,2017-01-31T00:00:00Z,1,persons\r\nb,-98,49.001,2017-01-31T00:00:00Z,2,persons\r\n"},
		"collection": {"application/geo+json", `{"type":"FeatureCollection","features":[` + one + "," + two + "]}"},
		"as JSON":    {"application/json", `{"features":[` + one + "," + two + `],"type":"FeatureCollection"}`},
		"sequence":   {"application/geo+json-seq", "\x1e" + one + "\n\x1e" + two + "\n"},
		"NDJSON":     {"application/x-ndjson", one + "\n" + two + "\n"},
		"JSONL":      {"application/jsonl", one + "\n" + two},
	} {
		c.corpus = newFake()
		c.Handler = New(Config{Corpus: c.corpus, Now: noon})
		for _, dry := range []string{"?dryRun=true", "?dryRun=false", ""} {
			want := "rows 2 accepted 2 already 0 refused 0"
			if dry == "" {
				want = "rows 2 accepted 0 already 2 refused 0" // sent again
			}
			a := c.send("POST", "/imports"+dry, strings.NewReader(x.body), "Content-Type: "+x.media).is(200)
			if got := a.counts(); got != want {
				t.Errorf("%s%s: %s, want %s: %s", name, dry, got, want, a.body)
			}
			if a.json()["dryRun"] != (dry == "?dryRun=true") {
				t.Errorf("%s%s: dryRun %v", name, dry, a.json()["dryRun"])
			}
			if dry == "?dryRun=true" && c.corpus.head != 0 {
				t.Errorf("%s: a dry run stored something", name)
			}
		}
		if ids := fmt.Sprint(c.get("/collections/reports/items?sum=").is(400).status, c.get("/collections/reports/items").ids()); ids != "400 [b a]" {
			t.Errorf("%s stored %s", name, ids)
		}
		c.load(x.media, packed(t, x.body), "Content-Encoding: gzip").is(200)
	}
}

func TestEachRowStandsForItself(t *testing.T) {
	c := newClient(t)
	body := csvHead +
		"a,-97,49.001,2017-01-31T00:00:00Z,1,persons\r\n" + // row 1
		"b,-97,49.001,yesterday,1,people\r\n" + // two faults
		"c,-97,38.5,2017-01-31T00:00:00Z,1,persons\r\n" + // Kansas
		"a,-97,49.001,2017-01-31T00:00:00Z,2,persons\r\n" // another a
	a := c.load("text/csv", body).is(200)
	if got := a.counts(); got != "rows 4 accepted 1 already 0 refused 3" {
		t.Errorf("%s: %s", got, a.body)
	}
	rows := map[float64]int{}
	for _, f := range a.json()["errors"].([]any) {
		rows[f.(map[string]any)["row"].(float64)]++
	}
	if len(rows) != 3 {
		t.Errorf("faults by row: %v in %s", rows, a.body)
	}
	if strings.Contains(string(a.body), "yesterday") || strings.Contains(string(a.body), "people\"") {
		t.Errorf("a value is repeated: %s", a.body)
	}
	dry := newClient(t).do("POST", "/imports?dryRun=true", body, "Content-Type: text/csv").is(200)
	if got := dry.counts(); got != "rows 4 accepted 1 already 0 refused 3" {
		t.Errorf("dry run: %s: %s", got, dry.body)
	}

	p := c.load("text/csv", csvHead+"x,-97,38.5,2017-01-31T00:00:00Z,1,persons\r\n").is(422).problem()
	if p.Rows != 1 || p.Refused != 1 || len(p.Errors) != 1 || p.Errors[0].Row == 0 {
		t.Errorf("every row refused: %+v %+v", p, p.imported)
	}
	c.load("text/csv", csvHead).is(200)
	c.load("application/geo+json", `{"type":"FeatureCollection","features":[]}`).is(200)
}

func TestRowsWithoutIDAreTheSameWhenSentAgain(t *testing.T) {
	c := newClient(t)
	row := reportText("", -97, "2017-01-31T00:00:00Z", 1) + "\n"
	other := reportText("", -97, "2017-01-31T00:00:00Z", 2) + "\n"
	for _, want := range []string{"rows 3 accepted 3 already 0 refused 0", "rows 3 accepted 0 already 3 refused 0"} {
		if got := c.load("application/x-ndjson", row+other+row).is(200).counts(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestBrokenFilesSayWhereAndWhatWasStored(t *testing.T) {
	c := newClient(t)
	good := reportText("a", -97, "2017-01-31T00:00:00Z", 1)
	a := c.load("application/geo+json", `{"type":"FeatureCollection","features":[`+good+`,{"type":"Fea`).is(400)
	if p := a.problem(); p.Accepted != 1 || p.Rows != 1 || p.Detail == "" {
		t.Errorf("%s", a.body)
	}
	c.get("/collections/reports/items/a").is(200)
	text := packed(t, strings.Repeat(good+"\n", 50_000))
	a = c.load("application/x-ndjson", text[:len(text)-20], "Content-Encoding: gzip").is(400)
	if p := a.problem(); p.Already == 0 {
		t.Errorf("%s", a.body)
	}
	for _, headers := range [][]string{{"Content-Type: application/zip"}, {"Content-Type: text/csv", "Content-Encoding: br"}, {}} {
		c.do("POST", "/imports", csvHead, headers...).is(415)
	}
	c.do("POST", "/imports?dryRun=1", csvHead, "Content-Type: text/csv").is(400)
	c.corpus.full = log.ErrFull
	if p := c.load("application/x-ndjson", reportText("z", -97, "2017-01-31T00:00:00Z", 1)).is(507).problem(); p.Rows != 1 || p.Accepted != 0 {
		t.Errorf("%+v", p)
	}
}

func TestFaultsAreListedUpToABound(t *testing.T) {
	c := newClient(t)
	var b strings.Builder
	for range maxFaults + 500 {
		b.WriteString("{}\n")
	}
	p := c.load("application/x-ndjson", b.String()).is(422).problem()
	if p.Refused != maxFaults+500 || len(p.Errors) != maxFaults || p.Omitted < 500 {
		t.Errorf("%d refused, %d listed, %d omitted", p.Refused, len(p.Errors), p.Omitted)
	}
}

// endless gives the same row over and over, then fails.
type endless struct {
	row  []byte
	left int
}

func (e *endless) Read(b []byte) (int, error) {
	if e.left == 0 {
		return 0, errors.New("cable cut")
	}
	e.left--
	return copy(b, e.row), nil
}

func TestImportsAreBoundedInBytesAndAtOnce(t *testing.T) {
	c := newClient(t)
	row := reportText("a", -97, "2017-01-31T00:00:00Z", 1) + "\n"
	a := c.send("POST", "/imports", &endless{[]byte(row), 3000}, "Content-Type: application/x-ndjson").is(400)
	if p := a.problem(); p.Accepted != 1 || p.Already != 2999 || strings.Contains(string(a.body), "cable") {
		t.Errorf("%s", a.body)
	}
	r := httptest.NewRequest("POST", "/imports", strings.NewReader(row))
	r.Header.Set("Content-Type", "application/x-ndjson")
	r.ContentLength = maxImport + 1
	w := httptest.NewRecorder()
	c.ServeHTTP(w, r)
	if w.Code != 413 {
		t.Errorf("a file too large: %d", w.Code)
	}
	// A small body that unpacks to something larger than may be.
	l := &limited{from: bytes.NewReader(make([]byte, 100)), left: 50, max: 50}
	if n, err := io.Copy(io.Discard, l); n != 50 || err == nil {
		t.Errorf("%d bytes of 50 (%v)", n, err)
	}

	var blocked []*io.PipeWriter
	done := make(chan int)
	for range maxImports {
		from, to := io.Pipe()
		blocked = append(blocked, to)
		go func() {
			r := httptest.NewRequest("POST", "/imports", from)
			r.Header.Set("Content-Type", "application/x-ndjson")
			w := httptest.NewRecorder()
			c.ServeHTTP(w, r)
			done <- w.Code
		}()
		if _, err := io.WriteString(to, row); err != nil { // it is being read
			t.Fatal(err)
		}
	}
	if got := c.load("application/x-ndjson", row).is(503).header.Get("Retry-After"); got == "" {
		t.Error("no Retry-After")
	}
	for _, to := range blocked {
		to.Close()
		if code := <-done; code != 200 {
			t.Errorf("import answers %d", code)
		}
	}
	c.load("application/x-ndjson", row).is(200)
}
