package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"frontierwatch/api"
	"frontierwatch/api/key"
	"frontierwatch/data"
	"frontierwatch/data/memlog"
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/guard"
	"frontierwatch/geo/reader"
	"frontierwatch/geo/report"
)

// readers are one of each tier, with the credential that each bears; the public has
// none.
func readers() map[string]key.Key {
	return map[string]key.Key{
		"public":     {},
		"partner":    {Tier: reader.Partner, Scopes: reader.Read},
		"agency":     {Tier: reader.Agency, Agency: "CBSA", Country: report.CAN, Scopes: reader.Read},
		"colleague":  {Tier: reader.Agency, Agency: "CBP", Country: report.USA, Scopes: reader.Read | reader.Curate},
		"originator": {Tier: reader.Agency, Agency: "RCMP", Country: report.CAN, Source: "rcmp", Scopes: reader.Read | reader.Send},
		"analyst":    {Tier: reader.Analyst, Scopes: reader.Read | reader.Send | reader.Curate},
		"admin":      {Tier: reader.Admin, Scopes: reader.Read | reader.Send | reader.Curate | reader.Supervise},
	}
}

func sources() []report.Source {
	return []report.Source{
		{ID: "rcmp", Agency: "RCMP", Country: "CAN", Unit: report.Persons, TLP: report.Amber, Cadence: 24 * time.Hour},
		{ID: "cbp", Agency: "CBP", Country: "USA", Unit: report.Persons, TLP: report.AmberStrict},
		{ID: "open", Agency: "Observers", Unit: report.Persons, TLP: report.Clear},
		{ID: "shared", Agency: "CBSA", Country: "CAN", Unit: report.Persons, TLP: report.Green},
	}
}

// marked are reports of every marking, by every source, before 2017-06-01.
func marked() (all []report.Report) {
	tlps := []report.TLP{report.Clear, report.Green, report.Amber, report.AmberStrict, report.Red}
	day := time.Date(2017, 2, 1, 6, 30, 0, 0, time.UTC)
	for i := range 120 {
		source := sources()[i%4]
		r := report.Report{
			ID: fmt.Sprintf("r%03d", i), Point: &orb.Point{-100.2 - float64(i%7)*0.9, 49.01}, Start: day, End: day,
			Count: report.Count{Best: 6, Min: 5, Max: 9}, Unit: report.Persons, Direction: report.Northbound, Relation: report.BetweenPorts,
			Source: source.ID, SourceRef: fmt.Sprintf("ref-%d", i), Status: report.Confirmed, TLP: tlps[i/4%5], Releasable: report.Countries(i / 20 % 4),
		}
		if i > 20 && i%5 == 0 {
			r.Overlaps = []string{fmt.Sprintf("r%03d", i-3), fmt.Sprintf("r%03d", i-20)}
		}
		all = append(all, r)
		day = day.Add(13 * time.Hour)
	}
	return append(all, risen()...)
}

// risen are reports of a quiet year, and of three places where there are many in the last
// days: of one everybody may know, of one agencies of Canada, of one its source alone.
func risen() (all []report.Report) {
	tlps := []report.TLP{report.Clear, report.Green, report.Amber, report.AmberStrict, report.Red}
	put := func(id, source string, tlp report.TLP, to report.Countries, lon float64, ago time.Duration) {
		at := evening.Add(-ago)
		all = append(all, report.Report{
			ID: id, Point: &orb.Point{lon, 49.01}, Start: at, End: at, Count: report.Count{Best: 3, Min: 3, Max: 3}, Unit: report.Persons,
			Direction: report.Northbound, Relation: report.BetweenPorts, Source: source, Status: report.Confirmed, TLP: tlp, Releasable: to,
		})
	}
	for i := range 400 {
		put(fmt.Sprintf("quiet%03d", i), sources()[i%4].ID, tlps[i%5], report.Countries(i/7%4), -100.05-float64(i*37%690)/100, time.Duration(i*17+5)*time.Hour)
	}
	for i := range 25 {
		ago := time.Duration(i%9*24+5) * time.Hour
		put(fmt.Sprintf("all%02d", i), "shared", report.Green, 0, -100.7, ago)
		put(fmt.Sprintf("canada%02d", i), "rcmp", report.Amber, report.CAN, -103.3, ago)
		put(fmt.Sprintf("secret%02d", i), "rcmp", report.Red, 0, -105.9, ago)
	}
	return all
}

// evening is when everything has been reported.
var evening = time.Date(2017, 6, 1, 12, 0, 0, 0, time.UTC)

// world is a server over a store that holds those reports that a test lets in.
type world struct {
	http.Handler
	corpus *data.Corpus
	door   *door
	clock  *atomic.Int64 // seconds
}

// tokenOf is the credential of a reader, and the key that it is.
func tokenOf(name string) (string, key.Key) {
	random := bytes.NewReader(append([]byte(name + "     ")[:5], bytes.Repeat([]byte{7}, 32)...))
	k := readers()[name]
	k.Created = time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC)
	made, token, err := key.Make(random, k)
	if err != nil {
		panic(err)
	}
	return token, made
}

// newWorld is a server over the reports that are kept, and the sources that are, or
// that those reports are of.
func newWorld(t *testing.T, keep func(r *report.Report, s report.Source) bool, keepSource func(report.Source) bool) *world {
	t.Helper()
	line, err := frontier.New([]frontier.Line{
		{Part: frontier.Main, Points: orb.LineString{{-100, 49}, {-107, 49}}, CanadaOnRight: true},
		{Part: frontier.Alaska, Points: orb.LineString{{-141, 62}, {-141, 60.3}}},
	}, frontier.KM(10))
	if err != nil {
		t.Fatal(err)
	}
	var clock atomic.Int64 // seconds: each report is recorded at its own time
	clock.Store(evening.AddDate(0, -1, 0).Unix())
	now := func() time.Time { return time.Unix(clock.Load(), 0).UTC() }
	station := line.At(frontier.Main, frontier.KM(100))
	corpus, err := data.Open(t.Context(), data.Config{
		Frontier: line, Log: memlog.New(), Now: now, Sources: []report.Source{localSource()},
		Ports: []guard.Port{{ID: "port-0", Name: "Port", Point: line.At(frontier.Main, frontier.KM(50)), Measure: frontier.KM(50), HoursCA: "24/7", HoursUS: "Mo-Su 08:00-20:00", ZoneCA: "America/Regina", ZoneUS: "America/Chicago"}},
		Posts: []guard.Post{{ID: "station-1", Kind: "station", Name: "Station", Agency: "RCMP", Point: &station}},
	})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{corpus: corpus, door: newDoor(corpus, nil, now), clock: &clock}
	t.Cleanup(func() { w.door.Close(); corpus.Close() })
	for _, name := range slices.Sorted(maps.Keys(readers())) {
		if _, k := tokenOf(name); k.Tier != reader.Public {
			if err := w.door.PutKey(t.Context(), "test", nil, &k); err != nil {
				t.Fatal(err)
			}
		}
	}
	bySource := map[string]report.Source{}
	for _, s := range sources() {
		bySource[s.ID] = s
		kept := keepSource(s) || slices.ContainsFunc(marked(), func(r report.Report) bool { return r.Source == s.ID && keep(&r, s) })
		if kept {
			if err := corpus.PutSource(t.Context(), "test", s); err != nil {
				t.Fatal(err)
			}
		}
	}
	for i, r := range marked() {
		clock.Add(20)
		if i == len(marked())-len(risen()) {
			clock.Store(evening.Add(-4 * time.Hour).Unix())
		}
		if !keep(&r, bySource[r.Source]) {
			continue
		}
		added, err := corpus.Add(t.Context(), "test", []report.Report{r})
		if err == nil {
			err = added[0].Err
		}
		if err != nil {
			t.Fatalf("report %d: %v", i, err)
		}
	}
	clock.Store(evening.Unix())
	stopping := make(chan struct{})
	close(stopping) // so that streams of events end
	w.serve(func(c *api.Config) { c.Stopping = stopping })
	return w
}

// everyReport and everySource keep everything.
func everyReport(*report.Report, report.Source) bool { return true }
func everySource(report.Source) bool                 { return true }

// serve puts a server over the world.
func (w *world) serve(set func(*api.Config)) {
	c := api.Config{Corpus: w.corpus, Access: w.door, Keys: w.door, Now: w.door.now, Version: "1.2.3", GeoPackage: writeGeoPackage}
	set(&c)
	w.Handler = api.New(c)
}

// answer is everything that can be told from an answer, but when it was made.
func (w *world) answer(method, target, token, body string, headers ...string) string {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Set(name, value)
	}
	recorder := httptest.NewRecorder()
	w.ServeHTTP(recorder, r)
	h := recorder.Header()
	h.Del("X-Request-Id")
	var text strings.Builder
	fmt.Fprintln(&text, recorder.Code)
	for _, name := range slices.Sorted(maps.Keys(h)) {
		fmt.Fprintln(&text, name, h[name])
	}
	text.WriteString(recorder.Body.String())
	return text.String()
}

func status(answer string) string { return answer[:3] }

// tagOf is the tag that an answer has; empty: none.
func tagOf(answer string) string {
	_, rest, _ := strings.Cut(answer, "\nEtag [")
	tag, _, _ := strings.Cut(rest, "]")
	return tag
}

// asking is one request.
type asking struct{ method, target string }

// everyQuestion is every operation of the document of an administrator, with ids that
// are there, that only some see, and that are nowhere.
func everyQuestion(t *testing.T, w *world) (all []asking) {
	t.Helper()
	admin, _ := tokenOf("admin")
	text := w.answer("GET", "/api", admin, "")
	var document struct{ Paths map[string]map[string]any }
	if err := json.Unmarshal([]byte(text[strings.Index(text, "\n{")+1:]), &document); err != nil {
		t.Fatal(err)
	}
	found := risenAt(w)
	if len(found) < 3 {
		t.Fatalf("there are hot spots %v: too few to be withheld", found)
	}
	for path, operations := range document.Paths {
		for method := range operations {
			for _, target := range targets(path, found) {
				all = append(all, asking{strings.ToUpper(method), target})
				if method == "get" {
					all = append(all, asking{"HEAD", target}, asking{"OPTIONS", target})
				}
			}
		}
	}
	for _, of := range []string{"reports", "segments", "hotspots", "flags", "sources", "posts"} {
		for _, query := range []string{"limit=3", "f=csv", "f=html&limit=5", "f=jsonfg", "f=geojsonseq", "f=gpkg", "f=gpkg&limit=3", "bbox=-103,48,-101,50&limit=2", "sortby=-count_best&limit=4", "filter=fid%3C9", "asOf=30", "asOf=2017-05-01T12:30:00Z", "datetime=2017-03-01T00:00:00Z/2017-04-01T00:00:00Z"} {
			all = append(all, asking{"GET", "/collections/" + of + "/items?" + query})
		}
	}
	for _, query := range []string{"/hotspots?guarded=false", "/hotspots?level=low", "/hotspots?f=gpkg", "/hotspots?f=html", "/coverage?at=2017-05-31T03:00:00Z", "/summary?by=agency", "/summary?by=week", "/changes?limit=7", "/changes?after=20", "/tiles/5/7/10.mvt", "/tiles/9/112/175.mvt?layers=reports",
		"/collections/segments/series?bin=P1W&datetime=2017-02-01/2017-06-01", "/collections/reports/items?source=cbp", "/collections/reports/items?tlp=RED",
		"/collections/reports/items?filter=A_CONTAINS(overlaps,('r017'))", "/collections/reports/items?filter=A_CONTAINS(releasable_to,('CAN'))", "/collections/reports/items?filter=overlaps%20IS%20NULL&limit=9",
		"/collections/flags/items?filter=A_OVERLAPS(agencies,('CBP','RCMP'))", "/hotspots?level=low&filter=A_OVERLAPS(agencies,('CBP','RCMP'))", "/nothing", "/collections/nothing/items"} {
		all = append(all, asking{"GET", query})
	}
	slices.SortFunc(all, func(a, b asking) int { return strings.Compare(a.target+a.method, b.target+b.method) })
	return all
}

// risenAt are the ids of all hot spots.
func risenAt(w *world) (ids []string) {
	admin, _ := tokenOf("admin")
	_, text, _ := strings.Cut(w.answer("GET", "/hotspots?f=csv&properties=fid", admin, ""), "\nid,")
	for _, line := range strings.Fields(text)[1:] {
		id, _, _ := strings.Cut(line, ",")
		ids = append(ids, id)
	}
	return ids
}

// targets are addresses of a path of the document.
func targets(path string, more []string) []string {
	path = strings.NewReplacer("{z}", "3", "{x}", "1", "{y}", "2").Replace(path)
	if !strings.Contains(path, "{id}") {
		return []string{path}
	}
	ids := []string{"nothing-there", "r000", "r001", "r002", "r005", "r017", "main-0003", "rcmp", "cbp", "open", "station-1", "port-0"}
	ids = append(ids, more...)
	var all []string
	for _, id := range ids {
		all = append(all, strings.Replace(path, "{id}", id, 1))
	}
	return all
}

// What a class of readers is answered about a store is what it would be answered about
// one that never held what it may not see: every route, method and tier, to the byte.
// That holds for the time it takes too, as far as it can be argued: the server of a
// class works on a corpus in which the withheld does not exist, so that there is
// nothing whose presence could cost anything; the one step before that, finding who
// asks, depends on the credential alone.
func TestWithheldIsAsIfItWereNot(t *testing.T) {
	everything := newWorld(t, everyReport, everySource)
	all := everyQuestion(t, everything)
	if len(all) < 300 {
		t.Fatalf("only %d questions", len(all))
	}
	answered := map[string]int{}
	for _, name := range []string{"public", "partner", "agency", "colleague", "originator"} {
		token, k := tokenOf(name)
		if name == "public" {
			token = ""
		}
		class := k.Reader().Class
		seen := newWorld(t, class.Sees, class.SeesSource)
		for _, q := range all {
			got, want := everything.answer(q.method, q.target, token, "{}"), seen.answer(q.method, q.target, token, "{}")
			if got != want {
				t.Errorf("%s: %s %s tells what is withheld:\n%s", name, q.method, q.target, difference(got, want))
			}
			answered[name+" "+status(got)]++
			if tag := tagOf(want); tag != "" && q.method == "GET" {
				got := everything.answer("GET", q.target, token, "", "If-None-Match: "+tag)
				if want := seen.answer("GET", q.target, token, "", "If-None-Match: "+tag); got != want {
					t.Errorf("%s: %s tells by its tag what is withheld:\n%s", name, q.target, difference(got, want))
				}
				answered[name+" "+status(got)]++
			}
			for _, of := range []string{"receipt", "gpkg", "/changes", "/summary", "/tiles/", "/coverage", "f=html"} {
				if strings.Contains(q.target, of) && status(got)[0] == '2' {
					answered[name+" "+of]++
				}
			}
		}
	}
	t.Log(answered)
	for _, wanted := range []string{"public 200", "public 404", "public 401", "public 304", "public gpkg", "public /tiles/", "partner 200", "partner 404", "partner 403", "partner 304",
		"partner receipt", "partner gpkg", "partner /changes", "partner /summary", "agency 200", "agency receipt", "agency /coverage", "agency f=html", "originator 422", "originator gpkg"} {
		if answered[wanted] == 0 {
			t.Errorf("nothing was answered as %s: %v", wanted, answered)
		}
	}
}

// difference is where two texts begin to differ.
func difference(a, b string) string {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	cut := func(s string) string { return s[max(0, i-80):min(len(s), i+160)] }
	return fmt.Sprintf("… %q\n… %q", cut(a), cut(b))
}

// The control: a door that shows everybody everything is found out.
func TestWhatIsShownIsFoundOut(t *testing.T) {
	everything := newWorld(t, everyReport, everySource)
	everything.Handler = api.New(api.Config{Corpus: everything.corpus, Access: openDoor{everything.door}, Version: "1.2.3", Now: everything.door.now})
	token, k := tokenOf("partner")
	class := k.Reader().Class
	seen := newWorld(t, class.Sees, class.SeesSource)
	found := 0
	for _, target := range []string{"/collections/reports/items", "/collections/reports/items/r016", "/summary", "/collections/sources/items", "/changes"} {
		if everything.answer("GET", target, token, "") != seen.answer("GET", target, token, "") {
			found++
		}
	}
	if found != 5 {
		t.Errorf("%d of 5 leaks were found", found)
	}
}

type openDoor struct{ *door }

func (d openDoor) View(context.Context, reader.Class) (api.Corpus, error) { return d.corpus, nil }

// Nobody but administrators finds the routes of keys, and each scope opens what it is for.
func TestScopes(t *testing.T) {
	w := newWorld(t, everyReport, everySource)
	feature := `{"type":"Feature","id":"r017","geometry":{"type":"Point","coordinates":[-101,49.01]},"properties":{"observed_start":"2017-05-20T00:00:00Z","count_best":1%s}}`
	mine, others := fmt.Sprintf(feature, ""), fmt.Sprintf(feature, `,"source":"cbp"`)
	station := `{"type":"Feature","id":"tower","geometry":null,"properties":{"kind":"tower","name":"T","agency":"CBP","part":"main","km_from":10,"km_to":20}}`
	for _, x := range []struct{ who, method, target, body, want string }{
		{"public", "POST", "/collections/reports/items", mine, "401"},
		{"public", "DELETE", "/collections/reports/items/r001", "", "401"},
		{"public", "GET", "/keys", "", "404"},
		{"partner", "POST", "/collections/reports/items", mine, "403"},
		{"partner", "POST", "/imports", mine, "403"},
		{"partner", "GET", "/collections/posts/items", "", "404"},
		{"partner", "GET", "/coverage", "", "404"},
		{"agency", "GET", "/coverage", "", "200"},
		{"agency", "GET", "/keys", "", "404"},
		{"agency", "POST", "/collections/posts/items", station, "403"},
		{"colleague", "POST", "/collections/posts/items", station, "201"},
		{"colleague", "POST", "/collections/posts/items", strings.ReplaceAll(strings.ReplaceAll(station, "CBP", "RCMP"), "tower", "t2"), "403"},
		{"originator", "POST", "/collections/reports/items", mine, "201"}, // though there is an r017 that it does not see
		{"originator", "POST", "/collections/reports/items", mine, "200"}, // the same again, kept as rcmp:r017
		{"originator", "POST", "/collections/reports/items", others, "422"},
		{"originator", "DELETE", "/collections/reports/items/r002", "", "403"},
		{"originator", "DELETE", "/collections/reports/items/rcmp:r017", "", "204"},
		{"originator", "POST", "/collections/reports/items", mine, "409"}, // it was retracted
		{"analyst", "POST", "/collections/reports/items", strings.Replace(others, "r017", "n1", 1), "201"},
		{"analyst", "GET", "/keys", "", "404"},
		{"admin", "GET", "/keys", "", "200"},
		{"admin", "DELETE", "/keys/nothing", "", "404"},
	} {
		token, _ := tokenOf(x.who)
		if x.who == "public" {
			token = ""
		}
		if got := w.answer(x.method, x.target, token, x.body); status(got) != x.want {
			t.Errorf("%s: %s %s answers %s, want %s", x.who, x.method, x.target, got, x.want)
		}
	}
}

// What is guarded at an instant is told to agencies and no others; what the public sees
// may be kept by anybody on the way, what others see by nobody.
func TestGuardAndCaching(t *testing.T) {
	w := newWorld(t, everyReport, everySource)
	for name, guard := range map[string]bool{"public": false, "partner": false, "agency": true, "analyst": true} {
		token, _ := tokenOf(name)
		if name == "public" {
			token = ""
		}
		for _, target := range []string{"/collections/segments/items/main-0003", "/collections/segments/items?limit=5"} {
			got := w.answer("GET", target, token, "")
			if told := !strings.Contains(got, `"guarded":null`); told != guard || !strings.Contains(got, `"guarded":`) {
				t.Errorf("%s: %s: guard is told: %v", name, target, told)
			}
			caching := "Cache-Control [private"
			if name == "public" {
				caching = "Cache-Control [public, max-age="
			}
			label := map[string]string{"public": "CLEAR", "partner": "GREEN", "agency": "AMBER+STRICT", "analyst": "RED"}[name]
			if !strings.Contains(got, "Marking [TLP:"+label+"]") {
				t.Errorf("%s: %s is not marked %s", name, target, label)
			}
			if !strings.Contains(got, caching) || !strings.Contains(got, "Authorization]") {
				t.Errorf("%s: %s may be kept by others, or by nobody: %.600s", name, target, got)
			}
		}
	}
	admin, _ := tokenOf("admin")
	if got := w.answer("GET", "/keys", admin, ""); !strings.Contains(got, "no-store") {
		t.Error("the list of keys may be kept")
	}
}

// The first key shuts the door for those who have none, and it stays shut: a store
// that had a key is not open to everybody when that key is over.
func TestTheFirstKeyShutsTheDoor(t *testing.T) {
	corpus, err := data.Open(t.Context(), data.Config{
		Frontier: newWorld(t, func(*report.Report, report.Source) bool { return false }, func(report.Source) bool { return false }).corpus.Frontier(),
		Log:      memlog.New(), Now: func() time.Time { return morning }, Sources: []report.Source{localSource()},
	})
	if err != nil {
		t.Fatal(err)
	}
	d := newDoor(corpus, nil, func() time.Time { return morning })
	w := &world{corpus: corpus, door: d, Handler: api.New(api.Config{Corpus: corpus, Access: d, Keys: d, Now: d.now})}
	defer corpus.Close()
	defer d.Close()
	const one, reports = `{"tier":"admin","scopes":["read","admin"],"expires":"2026-01-01T09:00:00Z"}`, "/collections/reports/items"
	if got := w.answer("GET", reports, "", ""); status(got) != "200" {
		t.Fatalf("without keys: %s", got)
	}
	made := w.answer("POST", "/keys", "", one)
	var said struct{ ID, Key string }
	if err := json.Unmarshal([]byte(made[strings.Index(made, "\n{")+1:]), &said); err != nil || status(made) != "201" {
		t.Fatalf("%v: %s", err, made)
	}
	if got := w.answer("GET", reports, "", ""); status(got) != "404" {
		t.Errorf("with a key, callers without one: %s", got)
	}
	if got := w.answer("GET", reports, said.Key, ""); status(got) != "200" {
		t.Errorf("with it: %s", got)
	}
	d.now = func() time.Time { return morning.Add(time.Hour) }
	if got := w.answer("GET", reports, said.Key, ""); status(got) != "401" {
		t.Errorf("when it is over: %s", got)
	}
	d.now = func() time.Time { return morning }
	if got := w.answer("DELETE", "/keys/"+said.ID, said.Key, ""); status(got) != "204" {
		t.Errorf("revoked: %s", got)
	}
	for _, token := range []string{said.Key, said.Key[:len(said.Key)-1] + "x", "fwk_", "x"} {
		if got := w.answer("GET", reports, token, ""); status(got) != "401" {
			t.Errorf("%.5s… after that: %s", token, got)
		}
	}
	if got := w.answer("GET", reports, "", ""); status(got) != "404" {
		t.Errorf("without a key after that: %s", got)
	}
}
