package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"frontierwatch/api"
	"frontierwatch/data"
	"frontierwatch/data/memlog"
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

// rush is a server to which a thousand reports come at once, by a watch that stands.
type rush struct {
	*testing.T
	http.Handler
	corpus  *data.Corpus
	elapsed atomic.Int64
	n       int
}

// along49 is a frontier of 7° of longitude along the 49th parallel, in segments of 10 km.
func along49(t *testing.T) *frontier.Frontier {
	t.Helper()
	line, err := frontier.New([]frontier.Line{{Part: frontier.Main, Points: orb.LineString{{-100, 49}, {-107, 49}}, CanadaOnRight: true}}, frontier.KM(10))
	if err != nil {
		t.Fatal(err)
	}
	return line
}

func newRush(t *testing.T) *rush {
	line := along49(t)
	r := &rush{T: t}
	var err error
	r.elapsed.Store(int64(time.Hour))
	r.corpus, err = data.Open(t.Context(), data.Config{
		Frontier: line, Log: memlog.New(), Sources: append(sources(), localSource()), Now: func() time.Time { return evening },
		Elapsed: func() time.Duration { return time.Duration(r.elapsed.Load()) },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.corpus.Close() })
	r.Handler = api.New(api.Config{Corpus: r.corpus, Now: func() time.Time { return evening }, Version: "1.2.3"})
	r.add(risen())
	r.elapsed.Add(int64(time.Minute))
	return r
}

func (r *rush) add(reports []report.Report) {
	r.Helper()
	added, err := r.corpus.Add(r.Context(), "test", reports)
	for i := range added {
		if err == nil {
			err = added[i].Err
		}
	}
	if err != nil {
		r.Fatal(err)
	}
}

// come stores so many reports of today and the days before.
func (r *rush) come(n int) {
	r.Helper()
	var reports []report.Report
	for range n {
		r.n++
		one := risen()[0]
		one.ID, one.Start, one.Point = fmt.Sprint("come", r.n), evening.Add(-time.Duration(r.n%60)*time.Hour), &orb.Point{-100.2 - float64(r.n%5), 49.01}
		one.End = one.Start
		reports = append(reports, one)
	}
	r.add(reports)
}

func (r *rush) ask(method, target, body string) *httptest.ResponseRecorder {
	r.Helper()
	request := httptest.NewRequest(method, target, strings.NewReader(body))
	request.Header.Set("Content-Type", "application/x-ndjson")
	w := httptest.NewRecorder()
	r.ServeHTTP(w, request)
	if w.Code != http.StatusOK {
		r.Fatalf("%s %s: %d %s", method, target, w.Code, w.Body)
	}
	return w
}

// features are the bytes of the features of an answer, and its time.
func (r *rush) features(target string) (text, at string) {
	r.Helper()
	var answer struct {
		Features json.RawMessage `json:"features"`
		At       string          `json:"timeStamp"`
	}
	if err := json.Unmarshal(r.ask("GET", target, "").Body.Bytes(), &answer); err != nil {
		r.Fatal(err)
	}
	return string(answer.Features), answer.At
}

// While much arrives an answer is the same to the byte as that to the same question as of
// the position that it is of, also when it is asked for later; so is the receipt, which
// says that position.
func TestWhatIsToldWhileMuchArrivesCanBeAskedForAgain(t *testing.T) {
	r := newRush(t)
	r.come(1200)
	targets := []string{"/collections/hotspots/items", "/collections/flags/items", "/collections/segments/items", "/hotspots?guarded=false"}
	told := map[string]string{}
	r.features(targets[0])
	at, recorded := r.corpus.Found(t.Context(), evening)
	r.come(300)
	for _, target := range targets {
		var when string
		if told[target], when = r.features(target); strings.HasPrefix(target, "/collections/flags") && when != recorded.Format(time.RFC3339) {
			t.Errorf("%s is of %s, not of %s", target, when, recorded)
		}
	}
	var flags []struct{ ID string }
	if err := json.Unmarshal([]byte(told[targets[1]]), &flags); err != nil || len(flags) == 0 {
		t.Fatal("there are no flags", err)
	}
	receipt := r.ask("GET", "/flags/"+flags[0].ID+"/receipt", "").Body.String()
	if want := fmt.Sprintf(`"log":{"seq":%d,`, at); !strings.Contains(receipt, want) {
		t.Errorf("the receipt is not of position %d: %s", at, receipt)
	}
	if head, _ := r.corpus.Head(); head == at {
		t.Fatal("nothing is behind")
	}
	r.elapsed.Add(int64(2 * time.Second))
	r.come(100) // it is quiet again
	for _, target := range targets {
		sign := map[bool]string{true: "&", false: "?"}[strings.Contains(target, "?")]
		if again, _ := r.features(fmt.Sprint(target, sign, "asOf=", at)); again != told[target] {
			t.Errorf("%s as of %d:\n%s\nit was told\n%s", target, at, again, told[target])
		}
		if now, _ := r.features(target); now == told[target] { // the control
			t.Errorf("%s: 400 reports more, and the same is told", target)
		}
	}
	if again := r.ask("GET", fmt.Sprint("/flags/", flags[0].ID, "/receipt?asOf=", at), "").Body.String(); again != receipt {
		t.Errorf("the receipt as of %d:\n%s\nit was\n%s", at, again, receipt)
	}
	sent, err := readReceipt(strings.NewReader(receipt), "-")
	if err != nil {
		t.Fatal(err)
	}
	if differences, err := r.corpus.VerifyReceipt(t.Context(), sent); err != nil || len(differences) > 0 {
		t.Error(differences, err)
	}
}

// Who imports a file and asks sees all of it, however much arrives beside.
func TestWhoImportsAndAsksSeesIt(t *testing.T) {
	r := newRush(t)
	r.come(1200)
	before, _ := r.features("/collections/hotspots/items")
	r.come(40)
	if same, _ := r.features("/collections/hotspots/items"); same != before {
		t.Fatal("it is not behind, so that nothing is tested")
	}
	var file strings.Builder
	for i := range 50 {
		fmt.Fprintf(&file, `{"type":"Feature","id":"file-%d","geometry":{"type":"Point","coordinates":[-104.5,49.01]},"properties":{"observed_start":%q,"count_best":3}}`+"\n", i, evening.Add(-time.Duration(i)*time.Hour).Format(time.RFC3339))
	}
	r.ask("POST", "/imports", file.String())
	head, _ := r.corpus.Head()
	if at, _ := r.corpus.Found(t.Context(), evening); at != head {
		t.Errorf("found at %d of %d", at, head)
	}
	if after, _ := r.features("/collections/hotspots/items"); after == before {
		t.Error("150 people more, and nothing is found otherwise")
	}
	r.come(1)
	if at, _ := r.corpus.Found(t.Context(), evening); at != head { // the control
		t.Errorf("found at %d after %d", at, head)
	}
}
