package api

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"frontierwatch/api/codec"
	"frontierwatch/api/cql2"
)

// An order that is read is what was sent, in the words of the collection.
func FuzzSortby(f *testing.F) {
	for _, seed := range []string{"-km", "+fid,id", " fid,-id", "observed_start,-observed_start", "", ",", "-", "--km", "+-km", "geometry", "overlaps", "Km", "a,b,c,d,e,f,g,h,i"} {
		for i := range codec.Collections() {
			f.Add(uint8(i), seed)
		}
	}
	f.Fuzz(func(t *testing.T, of uint8, text string) {
		collection := codec.Collections()[int(of)%len(codec.Collections())]
		orders, err := parseSortby(collection, text)
		if err != nil {
			if len(orders) > 0 || strings.Contains(err.Error(), "secretvalue") {
				t.Fatalf("%q: %v with %v", text, orders, err)
			}
			return
		}
		known, _ := sortables(collection)
		var written []string
		for _, o := range orders {
			if !slices.ContainsFunc(known, func(q cql2.Queryable) bool { return q.Name == o.name && q.Type == o.kind }) {
				t.Fatalf("%q sorts by %q, which is no sortable", text, o.name)
			}
			sign := "+"
			if o.descending {
				sign = "-"
			}
			written = append(written, sign+o.name)
		}
		again, err := parseSortby(collection, strings.Join(written, ","))
		if err != nil || !reflect.DeepEqual(again, orders) || len(orders) == 0 || len(orders) > maxOrders {
			t.Fatalf("%q is read as %v, and that as %v (%v)", text, orders, again, err)
		}
	})
}

// A patch does the same twice as once; what it sets is there after it and what it
// takes away is not; what it does not name stays.
func FuzzMergePatch(f *testing.F) {
	for _, seed := range [][2]string{
		{`{"a":{"b":1,"c":[1,null]},"d":0.10}`, `{"a":{"b":null,"e":{"x":null}}}`}, {`{}`, `{"a":{"a":{"a":null}}}`}, {`[1]`, `{}`},
		{`{"a":1}`, `{"a":1}{}`}, {`{"a":1}`, `null`}, {`{"a":1e400}`, `{"a":-0}`}, {`{}`, "{\"\xff\":1}"}, {`{}`, `{"a":1,"a":2}`},
	} {
		f.Add([]byte(seed[0]), []byte(seed[1]))
	}
	f.Fuzz(func(t *testing.T, text, patch []byte) {
		whole, err := parseJSON(text)
		if err != nil {
			return
		}
		once, err := merged(text, patch)
		if err != nil {
			return
		}
		twice, err := merged(once, patch)
		if err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("%s with %s is %s, and again %s (%v)", text, patch, once, twice, err)
		}
		change, _ := parseJSON(patch)
		after, err := parseJSON(once)
		if err != nil {
			t.Fatal(err)
		}
		patched(t, whole, change, after)
	})
}

func patched(t *testing.T, before, change, after any) {
	t.Helper()
	changes, ok := change.(map[string]any)
	if !ok {
		if !reflect.DeepEqual(after, change) {
			t.Fatalf("%v became %v", change, after)
		}
		return
	}
	now, ok := after.(map[string]any)
	if !ok {
		t.Fatalf("an object became %v", after)
	}
	was, _ := before.(map[string]any)
	for name, v := range changes {
		if v == nil {
			if _, there := now[name]; there {
				t.Fatalf("%q was not taken away", name)
			}
			continue
		}
		patched(t, was[name], v, now[name])
	}
	for name, v := range was {
		if _, named := changes[name]; !named && !reflect.DeepEqual(now[name], v) {
			t.Fatalf("%q was %v and is %v", name, v, now[name])
		}
	}
	for name := range now {
		_, named := changes[name]
		if _, there := was[name]; !named && !there {
			t.Fatalf("%q came from nowhere", name)
		}
	}
}

// Every parameter of every operation reads whatever is sent: it takes it, as its
// schema would, or says what is wrong without repeating it.
func FuzzParameters(f *testing.F) {
	for _, seed := range []string{"", "1", "-1", "0", "true", "P7D", "P1W", "week", "reports,flags", "reports,,", "km,fid", "persons", "high", "cql2-json", crs84,
		"secretvalue", "2017-01-01/..", "1,2,3,4", "NaN", "٣", "1e5", "\x00", "9223372036854775808", "count_best > 3", "null", " "} {
		f.Add(seed)
	}
	s := newServer(Config{Corpus: newFake(), Now: noon})
	parameters := map[string]parameter{}
	for _, op := range s.operations() {
		for _, p := range append(op.parameters, paramFormat(op.formats)) {
			text, _ := json.Marshal(p.schema)
			parameters[p.name+" "+string(text)] = p
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, p := range parameters {
			err := p.read(&asked{}, text)
			if err != nil && (err.Error() == "" || len(text) > 3 && strings.Contains(err.Error(), "secretvalue")) {
				t.Fatalf("%s of %q: %v", p.name, text, err)
			}
			if err == nil && !fits(p.schema, text) {
				t.Fatalf("%s takes %q, which its schema does not: %v", p.name, text, p.schema)
			}
		}
	})
}

// fits says whether a text is what a schema of a parameter allows, as far as types
// and words go.
func fits(s schema, text string) bool {
	words, _ := s["enum"].([]string)
	if len(words) > 0 {
		return slices.Contains(words, text)
	}
	switch s["type"] {
	case "boolean":
		return text == "true" || text == "false"
	case "integer":
		n := 0.0
		return json.Unmarshal([]byte(strings.TrimLeft(text, "0")+"e0"), &n) == nil || json.Unmarshal([]byte(text), &n) == nil || strings.Trim(text, "0") == ""
	case "number":
		n := 0.0
		return json.Unmarshal([]byte(text), &n) == nil
	case "array":
		items, _ := s["items"].(schema)
		for part := range strings.SplitSeq(text, ",") {
			if !fits(items, part) {
				return false
			}
		}
	}
	return true
}
