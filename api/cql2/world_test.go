package cql2

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"
)

var queryables = []Queryable{
	{"name", Texts}, {"other", Texts}, {"km", Numbers}, {"n", Numbers}, {"guarded", Truths},
	{"start", Timestamps}, {"end", Timestamps}, {"day", Dates}, {"geometry", Shapes}, {"tags", Lists}, {"others", Lists},
}

// row is a feature as a test has it; what is missing is null.
type row map[string]any

func (r row) Value(i int) Value {
	switch v := r[queryables[i].Name].(type) {
	case string:
		return Value{Known: true, Text: v}
	case float64:
		return Value{Known: true, Number: v}
	case int:
		return Value{Known: true, Number: float64(v)}
	case bool:
		return Value{Known: true, Truth: v}
	case time.Time:
		return Value{Known: true, Time: v}
	}
	return Value{}
}

func (r row) Shape(i int) orb.Geometry {
	shape, _ := r[queryables[i].Name].(orb.Geometry)
	return shape
}

func (r row) List(i int) []string {
	list, _ := r[queryables[i].Name].([]string)
	return list
}

func at(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t, err = time.Parse(time.DateOnly, text)
	}
	if err != nil {
		panic(err)
	}
	return t
}

// holds is what a filter says of a feature, before null becomes no.
func holds(t testing.TB, text string, f Feature) tri {
	t.Helper()
	n, err := ParseText(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	filter, err := Compile(n, queryables)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	result := filter.holds(f)
	if filter.Keeps(f) != (result == yes) {
		t.Fatalf("%s: kept although it is not true", text)
	}
	return result
}

func shape(text string) orb.Geometry {
	g, err := wkt.Unmarshal(text)
	if err != nil {
		panic(fmt.Sprint(text, ": ", err))
	}
	return g
}

func TestPredicates(t *testing.T) {
	emerson := row{
		"name": "Emerson's Straße", "other": "x", "km": 1234.5, "n": 3, "guarded": true,
		"start": at("2017-01-31T18:05:00Z"), "end": at("2017-02-28T00:00:00Z"), "day": at("2017-01-31"),
		"geometry": orb.Point{-97.24, 49},
	}
	check := func(want tri, f row, filters string) {
		for filter := range strings.SplitSeq(strings.TrimSpace(filters), "\n") {
			filter = strings.TrimSpace(filter)
			if got := holds(t, filter, f); got != want {
				t.Errorf("%s is %d, want %d", filter, got, want)
			}
		}
	}
	check(yes, emerson, `
		name = 'Emerson''s Straße'
		name <> 'emerson''s Straße'
		name > 'Emerson'
		'F' > name
		name = "name"
		km = 1234.5
		km >= 1234.5
		km <= 1234.5
		km < 1235
		guarded = TRUE
		guarded <> FALSE
		start = TIMESTAMP('2017-01-31T18:05:00.000Z')
		start < "end"
		day = DATE('2017-01-31')
		day > DATE('2017-01-30')
		km BETWEEN 1234.5 AND 1234.5
		km NOT BETWEEN 1 AND 2
		start BETWEEN TIMESTAMP('2017-01-01T00:00:00Z') AND "end"
		n IN (1, 2, 3)
		n NOT IN (1, 2)
		name IN ('a', name)
		name IS NOT NULL
		geometry IS NOT NULL
		name LIKE 'Emerson%'
		name LIKE '%'
		name LIKE '%Straße'
		name LIKE '_merson''s Stra_e'
		name LIKE 'E%s%e%'
		name NOT LIKE 'E\%%'
		name NOT LIKE 'emerson%'
		CASEI(name) LIKE CASEI('EMERSON%STRASSE')
		CASEI(name) = CASEI('EMERSON''S STRASSE')
		CASEI(name) IN (CASEI('a'), CASEI('eMERSON''S sTRASSE'))
		n = 4 OR guarded = TRUE
		NOT (n = 4 AND guarded = TRUE)
		TRUE
		NOT FALSE
	`)
	check(no, emerson, `
		name = 'emerson'
		km <> 1234.5
		km BETWEEN 2 AND 1
		n IN (1, 2)
		name LIKE 'Emerson'
		name LIKE ''
		name LIKE '_'
		name IS NULL
		geometry IS NULL
		n = 3 AND guarded = FALSE
		FALSE
	`)
	// A value that is not there decides nothing, unless the rest does.
	check(unknown, row{"n": 3}, `
		name = 'a'
		name <> 'a'
		NOT name = 'a'
		name LIKE '%'
		NOT name LIKE '%'
		CASEI(name) = CASEI('a')
		km BETWEEN 1 AND 2
		km IN (1, 2)
		n IN (1, km)
		n NOT IN (1, km)
		n = 3 AND km = 1
		n = 4 OR km = 1
		T_AFTER(start, DATE('2017-01-01'))
		T_DURING(INTERVAL(start,"end"), INTERVAL('..','..'))
		S_INTERSECTS(geometry, BBOX(-180,-90,180,90))
		NOT S_INTERSECTS(geometry, BBOX(-180,-90,180,90))
		S_DISJOINT(geometry, POINT(0 0))
	`)
	check(yes, row{"n": 3}, `
		name IS NULL
		geometry IS NULL
		n = 3 OR km = 1
		NOT (n = 4 AND km = 1)
		n IN (km, 3)
		n BETWEEN 1 AND 4
	`)
	check(no, row{"n": 3}, `
		n = 4 AND km = 1
		n BETWEEN 4 AND km
		name IS NOT NULL
	`)
}

func TestWhatCannotBeCompared(t *testing.T) {
	for text, says := range map[string]string{
		`nom = 'a'`:                         "at character 1: there is no such property; those there are: name, other",
		`n = 1 AND "no" = 2`:                "at character 11: there is no such property",
		`name = 3`:                          "at character 8: this is compared with a text",
		`km = '3'`:                          "number like 3",
		`start > '2017-01-01'`:              "TIMESTAMP('",
		`start > DATE('2017-01-01')`:        "TIMESTAMP('",
		`day = 'Monday'`:                    "DATE('",
		`guarded > FALSE`:                   "= or <>",
		`geometry = 'a'`:                    "S_INTERSECTS",
		`'a' = POINT(1 2)`:                  "S_INTERSECTS",
		`start = INTERVAL('..','..')`:       "T_INTERSECTS",
		`name BETWEEN 'a' AND 'b'`:          "numbers and times",
		`km LIKE 'a'`:                       "must be one too",
		`km LIKE 3`:                         "LIKE is for text",
		`name LIKE other`:                   "pattern",
		`name LIKE 'a\'`:                    "close it",
		`CASEI(km) = 'a'`:                   "CASEI is for text",
		`n IN (1, 'a')`:                     "at character 10",
		`'a' IS NULL`:                       "about a property",
		`T_AFTER(name, DATE('2017-01-01'))`: "no time",
		`tags = 'a'`:                        "A_CONTAINS",
		`'a' IN (name, tags)`:               "at character 15: a list cannot be compared",
		`tags LIKE 'a'`:                     "A_CONTAINS",
		`CASEI(tags) = 'a'`:                 "CASEI is for text",
		`A_EQUALS(name, ('a'))`:             "at character 10: this property is no list",
		`A_EQUALS(nowhere, ('a'))`:          "no such property",
		`A_EQUALS(tags, ('a', nowhere))`:    "at character 22: there is no such property",
		`A_CONTAINEDBY(tags, ("a", "b"))`:   "at character 22: there is no such property; those there are: name, other",
		`name = "a"`:                        "tags, others; text stands between single quotes",
		`A_EQUALS(tags, ('a', 3))`:          "at character 22: the lists here hold text",
		`A_EQUALS(tags, (('a')))`:           "at character 17: the lists here hold text",
		`A_EQUALS(tags, (tags))`:            "at character 17: the lists here hold text",
		`A_EQUALS(tags, (POINT(1 2)))`:      "at character 17",
		`S_INTERSECTS(name, POINT(1 2))`:    "no geometry",
		`S_INTERSECTS(nowhere, POINT(1 2))`: "no such property",
	} {
		n, err := ParseText(text)
		if err == nil {
			_, err = Compile(n, queryables)
		}
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v; want %q", text, err, says)
		}
	}
	n, err := ParseJSON(`{"op":"like","args":[{"property":"name"},"a\\"]}`)
	if err == nil {
		_, err = Compile(n, queryables)
	}
	if err == nil || !strings.Contains(err.Error(), "backslash") {
		t.Errorf("a pattern that ends in a backslash: %v", err)
	}
}

// All thirteen relations of two intervals, and which predicates hold of each.
func TestTemporalPredicates(t *testing.T) {
	for _, x := range []struct{ from, to, holds string }{
		{"2017-01-01T00:00:00Z", "2017-01-05T00:00:00Z", "before disjoint"},
		{"2017-01-01T00:00:00Z", "2017-01-10T00:00:00Z", "meets intersects"},
		{"2017-01-01T00:00:00Z", "2017-01-15T00:00:00Z", "overlaps intersects"},
		{"2017-01-01T00:00:00Z", "2017-01-20T00:00:00Z", "finishedby intersects"},
		{"2017-01-01T00:00:00Z", "2017-01-25T00:00:00Z", "contains intersects"},
		{"2017-01-10T00:00:00Z", "2017-01-15T00:00:00Z", "starts intersects"},
		{"2017-01-10T00:00:00Z", "2017-01-20T00:00:00Z", "equals intersects"},
		{"2017-01-10T00:00:00Z", "2017-01-25T00:00:00Z", "startedby intersects"},
		{"2017-01-12T00:00:00Z", "2017-01-15T00:00:00Z", "during intersects"},
		{"2017-01-15T00:00:00Z", "2017-01-20T00:00:00Z", "finishes intersects"},
		{"2017-01-15T00:00:00Z", "2017-01-25T00:00:00Z", "overlappedby intersects"},
		{"2017-01-20T00:00:00Z", "2017-01-25T00:00:00Z", "metby intersects"},
		{"2017-01-21T00:00:00Z", "2017-01-25T00:00:00Z", "after disjoint"},
	} {
		f := row{"start": at(x.from), "end": at(x.to)}
		for _, op := range temporal() {
			name := strings.ToLower(strings.TrimPrefix(string(op), "t_"))
			filter := fmt.Sprintf("%s(INTERVAL(start, \"end\"), INTERVAL('2017-01-10T00:00:00Z', '2017-01-20T00:00:00Z'))", op)
			want := strings.Contains(" "+x.holds+" ", " "+name+" ")
			if got := holds(t, filter, f) == yes; got != want {
				t.Errorf("%s to %s, %s: %v, want %v", x.from, x.to, name, got, want)
			}
		}
	}
}

func TestDatesLastAllDayAndOpenEndsForEver(t *testing.T) {
	f := row{"start": at("2017-01-31T23:59:59Z"), "day": at("2017-01-31")}
	for filter, want := range map[string]bool{
		`T_INTERSECTS(start, DATE('2017-01-31'))`:                                          true,
		`T_AFTER(start, DATE('2017-01-31'))`:                                               false,
		`T_AFTER(start, DATE('2017-01-30'))`:                                               true,
		`T_BEFORE(start, DATE('2017-02-01'))`:                                              true,
		`T_EQUALS(day, DATE('2017-01-31'))`:                                                true,
		`T_EQUALS(start, TIMESTAMP('2017-01-31T23:59:59Z'))`:                               true,
		`T_EQUALS(start, DATE('2017-01-31'))`:                                              false,
		`T_CONTAINS(day, start)`:                                                           true,
		`T_DURING(start, INTERVAL('2017-01-31','2017-01-31'))`:                             true,
		`T_DURING(start, INTERVAL('..','2017-01-31'))`:                                     true,
		`T_DURING(start, INTERVAL('2017-02-01','..'))`:                                     false,
		`T_INTERSECTS(day, INTERVAL('..','..'))`:                                           true,
		`T_BEFORE(INTERVAL('..','2017-01-01'), day)`:                                       true,
		`T_AFTER(start, INTERVAL('2017-01-01','2017-01-31'))`:                              false,
		`T_DISJOINT(day, INTERVAL(start,'..'))`:                                            false,
		`T_DURING(start, INTERVAL(DATE('2017-01-31'), TIMESTAMP('2017-02-01T00:00:00Z')))`: true,
	} {
		if got := holds(t, filter, f) == yes; got != want {
			t.Errorf("%s: %v, want %v", filter, got, want)
		}
	}
}
