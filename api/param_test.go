package api

import (
	"math"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"frontierwatch/geo/log"
)

func TestDatetimesAreRead(t *testing.T) {
	at := func(text string) time.Time {
		if text == "" {
			return time.Time{}
		}
		v, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for text, want := range map[string][2]string{
		"2017-01-31T18:05:00Z":                         {"2017-01-31T18:05:00Z", "2017-01-31T18:05:00Z"},
		"2017-01-31t18:05:00z":                         {"2017-01-31T18:05:00Z", "2017-01-31T18:05:00Z"},
		"2017-01-31T18:05:00.25+01:00":                 {"2017-01-31T17:05:00.25Z", "2017-01-31T17:05:00.25Z"},
		"2017-01-31T18:05:00 01:00":                    {"2017-01-31T17:05:00Z", "2017-01-31T17:05:00Z"},
		"2016-12-31T23:59:60Z":                         {"2016-12-31T23:59:59.999Z", "2016-12-31T23:59:59.999Z"},
		"2017-01-31":                                   {"2017-01-31T00:00:00Z", "2017-01-31T23:59:59.999Z"},
		"2017-01-01T00:00:00Z/2017-02-01T00:00:00Z":    {"2017-01-01T00:00:00Z", "2017-02-01T00:00:00Z"},
		"2017-01-01/2017-02-01":                        {"2017-01-01T00:00:00Z", "2017-02-01T23:59:59.999Z"},
		"2017-01-01T00:00:00Z/..":                      {"2017-01-01T00:00:00Z", ""},
		"2017-01-01T00:00:00Z/":                        {"2017-01-01T00:00:00Z", ""},
		"../2017-01-01T00:00:00Z":                      {"", "2017-01-01T00:00:00Z"},
		"/2017-01-01T00:00:00Z":                        {"", "2017-01-01T00:00:00Z"},
		"0000-01-01T00:00:00Z/9999-12-31T23:59:59Z":    {"0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z"},
		"0001-01-01T00:00:00Z":                         {"0000-12-31T23:59:59.999Z", "0000-12-31T23:59:59.999Z"},
		"../0001-01-01T00:00:00Z":                      {"", "0000-12-31T23:59:59.999Z"},
		"2016-02-29":                                   {"2016-02-29T00:00:00Z", "2016-02-29T23:59:59.999Z"},
		"2017-01-01T00:00:00Z/2017-01-01T00:00:00.00Z": {"2017-01-01T00:00:00Z", "2017-01-01T00:00:00Z"},
	} {
		got, err := parseDatetime(text)
		if err != nil || !got.from.Equal(at(want[0])) || !got.to.Equal(at(want[1])) {
			t.Errorf("%s: %v to %v, want %v (%v)", text, got.from, got.to, want, err)
		}
	}
	for _, text := range []string{
		"", "/", "..", "../..", "../", "/..", "//", "a", "2017", "2017-01", "2017-1-1", "2017-02-29", "2017-13-01", "2017-01-31T18:05Z", "2017-01-31T18:05:00",
		"2017-01-31 18:05:00Z", "2017-01-31T25:00:00Z", "2017-01-31T12:00:60Z", "2017-01-31T18:05:00+24:00", "10000-01-01T00:00:00Z", "-0001-01-01T00:00:00Z",
		"2017-02-01T00:00:00Z/2017-01-01T00:00:00Z", "2017-01-01/2017-02-01/2017-03-01", "2017-01-01T00:00:00Z/...", "now", "2017-01-31T18:05:00ZZ", "20170131T180500Z",
	} {
		if got, err := parseDatetime(text); err == nil {
			t.Errorf("%q was taken as %v", text, got)
		}
	}
}

// Whatever Go's own reader takes is read as the same instant.
func FuzzDatetime(f *testing.F) {
	for _, seed := range []string{"2017-01-31T18:05:00Z", "2017-01-31", "../2017-01-01T00:00:00Z", "2016-12-31T23:59:60Z", "0000-01-01T00:00:00Z/..", "2017-01-31t18:05:00.123456789+23:59"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := parseDatetime(text)
		if want, e := time.Parse(time.RFC3339, text); e == nil && !strings.Contains(text, ",") {
			if want = want.Truncate(time.Millisecond); err != nil || !got.from.Equal(bounded(want.UTC())) {
				t.Fatalf("%q: %v (%v), want %v", text, got.from, err, want)
			}
		}
		if err == nil && got.from.IsZero() && got.to.IsZero() {
			t.Fatalf("%q bounds nothing", text)
		}
		if err == nil && !got.from.IsZero() && !got.to.IsZero() && got.to.Before(got.from) {
			t.Fatalf("%q ends before it begins", text)
		}
	})
}

func TestLimitsAreRead(t *testing.T) {
	for text, want := range map[string]int{"1": 1, "10": 10, "007": 7, "10000": 10000, "10001": 10000, "99999999999999999999999": 10000} {
		if got, err := parseLimit(text); got != want || err != nil {
			t.Errorf("%s: %d %v", text, got, err)
		}
	}
	for _, text := range []string{"", "0", "00", "-1", "1.0", "1e3", "+1", " 1", "ten", "0x10", "1_0"} {
		if got, err := parseLimit(text); err == nil {
			t.Errorf("%q was taken as %d", text, got)
		}
	}
}

func TestAsOfIsRead(t *testing.T) {
	day := time.Date(2017, 3, 5, 0, 0, 0, 0, time.UTC)
	for text, want := range map[string]log.AsOf{
		"1": {Seq: 1}, "9223372036854775807": {Seq: math.MaxInt64},
		"2017-03-05": {Known: day}, "2017-03-05T06:00:00+06:00": {Known: day},
	} {
		if got, err := parseAsOf(text); got.Seq != want.Seq || !got.Known.Equal(want.Known) || err != nil {
			t.Errorf("%s: %+v %v", text, got, err)
		}
	}
	for _, text := range []string{"", "0", "-1", "9223372036854775808", "1.5", "yesterday", "2017-03-05/..", "2017-02-30"} {
		if got, err := parseAsOf(text); err == nil {
			t.Errorf("%q was taken as %+v", text, got)
		}
	}
}

func FuzzAsOf(f *testing.F) {
	for _, seed := range []string{"1", "0", "2017-03-05", "2017-03-05T00:00:00Z", "99999999999999999999"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if got, err := parseAsOf(text); err == nil && got.IsZero() {
			t.Fatalf("%q bounds nothing", text)
		}
	})
}

func TestCursorsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		moment := rapid.Custom(func(t *rapid.T) time.Time {
			if rapid.Bool().Draw(t, "zero") {
				return time.Time{}
			}
			return time.UnixMilli(rapid.Int64Range(-62135596800000+1, 253402300799999).Draw(t, "ms")).UTC()
		})
		want := &cursor{
			sum: rapid.Uint32().Draw(t, "sum"), head: log.Seq(rapid.Uint64().Draw(t, "head")),
			matched: rapid.IntRange(0, math.MaxInt).Draw(t, "matched"), fid: rapid.Int64Range(0, math.MaxInt64).Draw(t, "fid"),
			recorded: moment.Draw(t, "recorded"), at: moment.Draw(t, "at"), start: moment.Draw(t, "start"),
		}
		text := want.text()
		got, err := parseCursor(text)
		if err != nil || *got != *want {
			t.Fatalf("%+v came back as %+v (%v)", want, got, err)
		}
		if url.QueryEscape(text) != text || len(text) > 128 {
			t.Fatalf("%s cannot stand in an address as it is, or is too long", text)
		}
		at := rapid.IntRange(0, len(text)-1).Draw(t, "at")
		changed := text[:at] + string("AbC-_9"[at%6]) + text[at+1:]
		if other, err := parseCursor(changed); err == nil && changed != text {
			t.Fatalf("a changed cursor was taken as %+v", other)
		}
	})
}

func FuzzCursor(f *testing.F) {
	f.Add((&cursor{sum: 1, head: 2, matched: 3, fid: 4, start: noon()}).text())
	f.Add("")
	f.Add("AQAAAAAA")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := parseCursor(text)
		if err != nil {
			return
		}
		if back, err := parseCursor(c.text()); err != nil || *back != *c {
			t.Fatalf("%+v came back as %+v (%v)", c, back, err)
		}
	})
}

// Reading a query never fails otherwise than by faults, and no fault repeats what
// was sent as a value.
func FuzzQuery(f *testing.F) {
	for _, seed := range []string{"bbox=1,2,3,4&limit=5", "unit=secretvalue", "bbox=secretvalue&datetime=secretvalue&limit=secretvalue&next=secretvalue&asOf=secretvalue&f=secretvalue",
		"%zz", "a;b", "limit=1&limit=2", "count_best=secretvalue", "window=P9D&level=x&guarded=maybe", "=secretvalue", "observed_start=secretvalue", "deleted=secretvalue"} {
		f.Add(seed)
	}
	parameters := append(collections()[0].itemsParameters(), paramFormat([]format{asGeoJSON, asCSV}), paramWindow(""), paramGuarded(), paramLevel(), paramDryRun())
	f.Fuzz(func(t *testing.T, query string) {
		a, faults := ask("/x", query, parameters)
		if len(faults) == 0 && (a.limit < 1 || a.limit > maxLimit) {
			t.Fatalf("%q: limit %d", query, a.limit)
		}
		for _, fault := range faults {
			if len(fault.Parameter) > 80 || fault.Detail == "" || strings.Contains(fault.Detail, "secretvalue") {
				t.Fatalf("%q: fault %+v", query, fault)
			}
		}
	})
}

// Every fault of a query is named, at once, without its value.
func TestAllFaultsOfAQueryAreInOneProblem(t *testing.T) {
	c := newClient(t)
	a := c.get("/collections/reports/items?bbox=s3cret&datetime=s3cret&limit=s3cret&next=s3cret&asOf=s3cret&f=s3cret&unit=s3cret&count_best=s3cret&deleted=s3cret&observed_start=s3cret&nosuch=s3cret&other=1&status=confirmed&status=rejected").is(400)
	if strings.Contains(string(a.body), "s3cret") {
		t.Errorf("a value is repeated: %s", a.body)
	}
	var got []string
	for _, f := range a.problem().Errors {
		got = append(got, f.Parameter)
	}
	want := "asOf bbox count_best datetime deleted f limit next nosuch observed_start other status unit"
	seen := map[string]bool{}
	for _, name := range got {
		seen[name] = true
	}
	for _, name := range strings.Fields(want) {
		if !seen[name] {
			t.Errorf("%s has no fault", name)
		}
	}
	if len(got) != len(strings.Fields(want)) {
		t.Errorf("faults %v, want those of %s", got, want)
	}
}

func TestUnknownParametersAreRefusedEverywhere(t *testing.T) {
	c := newClient(t)
	c.fill(1)
	for path, item := range c.document.Paths.Map() {
		if item.Get == nil {
			continue
		}
		p := c.get(strings.Replace(path, "{id}", "r000", 1) + "?nosuch=1&BBOX=1,2,3,4").is(400).problem()
		if len(p.Errors) != 2 || p.Errors[1].Parameter != "nosuch" || p.Errors[1].Detail == "" {
			t.Errorf("%s: %+v", path, p.Errors)
		}
	}
	c.get("/collections/reports/items?limit=1;bbox=1").is(400)
	c.get("/collections/reports/items?a=%zz").is(400)
	if n := len(c.get("/?" + strings.Repeat("&a", 3) + strings.Join(strings.Split("bcdeghijklmnopqrstuvw", ""), "=&") + "=").is(400).problem().Errors); n != maxUnknown {
		t.Errorf("%d unknown parameters are named, want %d", n, maxUnknown)
	}
	long := strings.Repeat("x", 3000)
	if a := c.get("/?" + long + "=1").is(400); len(a.body) > 500 {
		t.Errorf("a long name makes a long answer: %d bytes", len(a.body))
	}
}

func box(west, south, east, north float64) orb.Bound {
	return orb.Bound{Min: orb.Point{west, south}, Max: orb.Point{east, north}}
}
