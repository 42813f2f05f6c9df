package api

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"frontierwatch/geo/log"
)

func packed(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestAReportIsStoredOnce(t *testing.T) {
	c := newClient(t)
	text := reportText("emerson-1", -97.24, "2017-01-31T00:00:00Z", 3)
	a := c.post(text).is(201)
	if got := a.header.Get("Location"); got != "http://example.com/collections/reports/items/emerson-1" {
		t.Errorf("Location %q", got)
	}
	stored := c.get("/collections/reports/items/emerson-1").is(200)
	if !bytes.Equal(a.body, stored.body) || a.header.Get("ETag") != stored.header.Get("ETag") {
		t.Errorf("what was answered is not what is there:\n%s\n%s", a.body, stored.body)
	}
	if c.corpus.actor != "local" {
		t.Errorf("actor %q", c.corpus.actor)
	}
	again := c.post(text).is(200)
	if !bytes.Equal(again.body, a.body) || again.header.Get("Location") != a.header.Get("Location") {
		t.Error("sent again it is another")
	}
	// What was read can be sent back: members that answers add are passed over.
	c.post(string(stored.body)).is(200)
	p := c.post(reportText("emerson-1", -97.24, "2017-01-31T00:00:00Z", 4)).is(409).problem()
	if len(p.Errors) != 1 || p.Errors[0].Pointer != "/id" {
		t.Errorf("%+v", p.Errors)
	}
	if n := c.get("/collections/reports/items").json()["numberMatched"]; n != 1.0 {
		t.Errorf("%v reports are stored", n)
	}
}

func TestReportsWithoutIDGetOne(t *testing.T) {
	c := newClient(t)
	text := reportText("", -97.24, "2017-01-31T00:00:00Z", 3)
	a, b := c.post(text).is(201).json()["id"].(string), c.post(text).is(201).json()["id"].(string)
	if a == b || len(a) != 36 || a[14] != '7' {
		t.Errorf("ids %s and %s are not two UUIDv7", a, b)
	}
	for key, want := range map[string]string{
		"order-66":                             "order-66",
		`"order-77"`:                           "order-77",
		"8e03978e-40d5-43dd-bc93-6894a57f9324": "8e03978e-40d5-43dd-bc93-6894a57f9324",
		"a key with spaces and ünicode":        "key-",
		strings.Repeat("k", 100):               "key-",
	} {
		id := c.post(text, "Idempotency-Key: "+key).is(201).json()["id"].(string)
		if !strings.HasPrefix(id, want) || len(id) > 64 {
			t.Errorf("key %q makes id %q", key, id)
		}
		if again := c.post(text, "Idempotency-Key: "+key).is(200).json()["id"]; again != id {
			t.Errorf("key %q sent again makes id %q", key, again)
		}
	}
	c.post(strings.Replace(text, "3}", "4}", 1), "Idempotency-Key: order-66").is(409)
	if id := c.post(reportText("mine", -97, "2017-01-31T00:00:00Z", 1), "Idempotency-Key: order-88").is(201).json()["id"]; id != "mine" {
		t.Errorf("the id of the body lost: %v", id)
	}
	p := c.post(text, "Idempotency-Key: "+strings.Repeat("k", 256)).is(400).problem()
	if p.Errors[0].Header != "Idempotency-Key" {
		t.Errorf("%+v", p.Errors)
	}
}

func TestAllFaultsOfAReportAreInOneProblem(t *testing.T) {
	c := newClient(t)
	a := c.post(`{"type":"Feature","id":"x","geometry":{"type":"Point","coordinates":[-97,48.001]},"properties":{"observed_start":"gestern","count_best":3,"source":"nobody-knows","surname":"Doe"}}`).is(422)
	if strings.Contains(string(a.body), "Doe") || strings.Contains(string(a.body), "gestern") {
		t.Errorf("a value is repeated: %s", a.body)
	}
	seen := map[string]string{}
	for _, f := range a.problem().Errors {
		if seen[f.Pointer] != "" {
			t.Errorf("%s has two faults: %s; %s", f.Pointer, seen[f.Pointer], f.Detail)
		}
		seen[f.Pointer] = f.Detail
	}
	for _, pointer := range []string{"/properties/observed_start", "/properties/surname", "/properties/source", "/geometry"} {
		if seen[pointer] == "" {
			t.Errorf("%s has no fault: %v", pointer, seen)
		}
	}
	if len(seen) != 4 {
		t.Errorf("faults %v, want 4", seen)
	}
	if !strings.Contains(seen["/geometry"], "km") {
		t.Errorf("the distance is not said: %s", seen["/geometry"])
	}
	if n := c.get("/collections/reports/items").json()["numberMatched"]; n != 0.0 {
		t.Errorf("%v reports are stored", n)
	}
}

// A small body cannot make an answer that is many times as large.
func TestManyFaultsMakeNoLongAnswer(t *testing.T) {
	c := newClient(t)
	var b strings.Builder
	for i := range 80_000 {
		fmt.Fprintf(&b, `"m%d":1,`, i)
	}
	a := c.post(`{"type":"Feature",` + b.String() + `"geometry":null,"properties":{}}`).is(422)
	if n := len(a.problem().Errors); n > maxFaults || len(a.body) > 300_000 {
		t.Errorf("%d faults in %d bytes", n, len(a.body))
	}
}

func TestAPlaceTooFarIsToldItsDistance(t *testing.T) {
	c := newClient(t)
	kansas := strings.Replace(reportText("kansas", -97, "2017-01-31T00:00:00Z", 1), "49.001", "38.5", 1)
	p := c.post(kansas).is(422).problem()
	if len(p.Errors) != 1 || p.Errors[0].Pointer != "/geometry" || !strings.Contains(p.Errors[0].Detail, "116") { // 10.5 degrees are 1167 km
		t.Errorf("%+v", p)
	}
}

func TestBodiesThatAreNoReport(t *testing.T) {
	c := newClient(t)
	good := reportText("x", -97, "2017-01-31T00:00:00Z", 1)
	for name, x := range map[string]struct {
		status  int
		body    string
		headers []string
	}{
		"no JSON":              {400, "{", nil},
		"empty":                {400, "", nil},
		"two values":           {400, good + good, nil},
		"NaN":                  {400, strings.Replace(good, "-97", "NaN", 1), nil},
		"an array":             {422, "[" + good + "]", nil},
		"a collection":         {422, `{"type":"FeatureCollection","features":[]}`, nil},
		"no type of body":      {415, good, []string{"Content-Type: "}},
		"text":                 {415, good, []string{"Content-Type: text/plain"}},
		"a form":               {415, good, []string{"Content-Type: application/x-www-form-urlencoded"}},
		"UTF-16":               {415, good, []string{"Content-Type: application/json; charset=utf-16"}},
		"zstd":                 {415, good, []string{"Content-Encoding: zstd"}},
		"not packed":           {400, good, []string{"Content-Encoding: gzip"}},
		"cut":                  {400, packed(t, good)[:40], []string{"Content-Encoding: gzip"}},
		"other coordinates":    {400, good, []string{"Content-Crs: <http://www.opengis.net/def/crs/EPSG/0/4326>"}},
		"too large":            {413, good + strings.Repeat(" ", 1<<20), nil},
		"too large unpacked":   {413, packed(t, good+strings.Repeat(" ", 1<<20)), []string{"Content-Encoding: gzip"}},
		"packed":               {201, packed(t, good), []string{"Content-Encoding: gzip"}},
		"as JSON":              {200, good, []string{"Content-Type: application/json; charset=UTF-8"}},
		"named coordinates":    {200, good, []string{"Content-Crs: <http://www.opengis.net/def/crs/OGC/1.3/CRS84>"}},
		"asked for as CSV":     {406, good, []string{"Accept: text/csv"}},
		"just as large as may": {200, good + strings.Repeat(" ", 1<<20-len(good)), nil},
	} {
		headers := x.headers
		if len(headers) == 0 || !strings.HasPrefix(headers[0], "Content-Type") {
			headers = append([]string{"Content-Type: application/geo+json"}, headers...)
		}
		a := c.do("POST", "/collections/reports/items", x.body, headers...)
		if x.status < 300 && a.status < 300 {
			continue // stored, or stored already: the order is that of a map
		}
		if a.status != x.status {
			t.Errorf("%s: %d, want %d: %s", name, a.status, x.status, a.body)
		}
	}
	c.do("POST", "/collections/reports/items?limit=1", good, "Content-Type: application/geo+json").is(400)
}

func TestWhatTheStoreSays(t *testing.T) {
	c := newClient(t)
	for err, status := range map[error]int{
		log.ErrFull: 507, log.ErrClosed: 503, log.ErrUnknown: 503, fmt.Errorf("commit: %w", log.ErrFull): 507, errors.New("disk on fire at /secret/path"): 500,
	} {
		c.corpus.full = err
		a := c.post(reportText("x", -97, "2017-01-31T00:00:00Z", 1)).is(status)
		if strings.Contains(string(a.body), "secret") {
			t.Errorf("the inside is told: %s", a.body)
		}
		if (status != 500) != (a.header.Get("Retry-After") != "") {
			t.Errorf("%v: Retry-After %q", err, a.header.Get("Retry-After"))
		}
	}
	c.corpus.broken = errors.New("out of order")
	for _, target := range []string{"/collections/reports", "/collections/ports/items", "/hotspots", "/hotspots?guarded=true", "/collections", "/collections/sources/items/x"} {
		c.get(target).is(500)
	}
}

// A panic answers 500, is written to the log with its place, and the server goes on.
func TestPanicsAreProblems(t *testing.T) {
	var text bytes.Buffer
	c := newClient(t, func(c *Config) { c.Logger = slog.New(slog.NewTextHandler(&text, nil)) })
	c.corpus.spots = nil
	c.corpus.line = nil // the fake falls over
	c.get("/collections/segments/items").is(500)
	if !strings.Contains(text.String(), "fake_test.go") {
		t.Errorf("the log does not say where: %s", text.String())
	}
	c.get("/").is(200)
}

// The log has the route and never an id, a value or a body.
func TestTheLogHoldsNothingOfWhatWasAsked(t *testing.T) {
	var text bytes.Buffer
	c := newClient(t, func(c *Config) {
		c.Logger = slog.New(slog.NewTextHandler(&text, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	c.post(reportText("s3cret-id", -97, "2017-01-31T00:00:00Z", 1)).is(201)
	c.post(`{"surname":"s3cret"}`).is(422)
	c.get("/collections/reports/items/s3cret-id?f=json").is(200)
	c.get("/collections/reports/items?unit=s3cret").is(400)
	c.get("/s3cret").is(404)
	c.do("S3CRET", "/", "").is(405)
	if strings.Contains(strings.ToLower(text.String()), "s3cret") {
		t.Errorf("the log says too much:\n%s", text.String())
	}
	for _, want := range []string{"method=POST", "route=/collections/reports/items/:id", "status=200", "bytes=", "took=", "id="} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("%s is not in the log:\n%s", want, text.String())
		}
	}
}
