package report

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// agree compares Decode with slowDecode on one text.
func agree(t interface{ Fatalf(string, ...any) }, text []byte) (valid bool) {
	want, ok := Report{}, false
	got, err := Decode(text, defaults())
	if _, unreadable := errors.AsType[*SyntaxError](err); unreadable {
		return false // FuzzScan says when
	}
	if want, ok = slowDecode(text, defaults()); ok != (err == nil) {
		t.Fatalf("%s: %v, valid for the other: %t", text, err, ok)
	}
	if diff := cmp.Diff(want, got); ok && diff != "" {
		t.Fatalf("%s (-slow +fast):\n%s", text, diff)
	}
	return ok
}

func FuzzDecodeAgrees(f *testing.F) {
	f.Add([]byte(emerson))
	f.Add([]byte(stretched(`"part":"main","km_from":0.1,"km_to":4290.250000001,"stretch":null`)))
	for _, bad := range badFeatures() {
		f.Add([]byte(bad.text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) < 4000 { // math/big takes its time
			agree(t, text)
		}
	})
}

// values are what members may be, right and wrong; the first two are right.
var values = map[string][]string{
	"type":           {`"Feature"`, `"Fe\u0061ture"`, `"feature"`, `null`, `{}`},
	"id":             {`"a-1"`, `null`, `""`, `"a b"`, `5`, `"a\u002d1"`},
	"geometry":       {`{"type":"Point","coordinates":[-97.24,49]}`, `null`, `{"coordinates":[-97.123456789,49.000000049,1],"type":"Point","bbox":[]}`, `{"type":"LineString","coordinates":[[1,2]]}`, `{"type":"Point","coordinates":[49,-97.24]}`, `{"type":"Point","coordinates":[180,-90]}`, `{"type":"Point","coordinates":["x",-90]}`, `{"type":"Point"}`, `{}`, `[1,2]`},
	"links":          {`[]`, `{"a":[null]}`},
	"observed_start": {`"2017-01-31T18:05:00Z"`, `"2017-01-31T18:05:00.1239999+05:30"`, `"2016-12-31T23:59:60Z"`, `"2017-02-01T12:05:00Z"`, `"2017-02-01T12:05:01Z"`, `"yesterday"`, `0`, `null`},
	"observed_end":   {`"2017-01-31T19:05:00Z"`, `null`, `"2017-01-31T18:04:59Z"`, `"2018-01-01T00:00:00Z"`, `""`, `[]`},
	"published":      {`"2017-02-01T00:00:00Z"`, `null`, `"0001-01-01T00:00:00Z"`, `"2017-02-03T00:00:00Z"`},
	"count_best":     {`3`, `0`, `3.0`, `0.03e2`, `-1`, `2.5`, `1e400`, `9007199254740991`, `9007199254740992`, `"3"`, `null`},
	"count_min":      {`3`, `0`, `null`, `4`, `-0.0`, `1e-500`},
	"count_max":      {`3`, `null`, `2`, `5e10`, `true`},
	"unit":           {`"persons"`, `"signs"`, `null`, `"people"`, `7`},
	"direction":      {`"northbound"`, `null`, `"north"`},
	"relation":       {`"between_ports"`, `null`, `"sea"`},
	"status":         {`"rejected"`, `null`, `"new"`},
	"source":         {`"cbsa"`, `null`, `""`, `"c/b"`},
	"source_ref":     {`"2017/0131 \u00e9"`, `""`, `null`, `"a\u0000"`, `3`},
	"uncertainty_m":  {`500.005`, `0`, `null`, `-0.001`, `40075001`, `"5"`},
	"overlaps":       {`["b","c"]`, `[]`, `null`, `["a-1"]`, `["b","b"]`, `["b",null]`, `"b"`},
	"tlp":            {`"TLP:AMBER+STRICT"`, `"RED"`, `null`, `""`, `"TLP:TLP:RED"`},
	"releasable_to":  {`["CAN"]`, `["USA","CAN"]`, `null`, `[]`, `["CAN","CAN","USA"]`, `["MEX"]`},
	"stretch":        {`{"part":"main","km_from":1,"km_to":2.000004}`, `null`, `{"part":"alaska","km_from":2,"km_to":2}`, `{"part":"main","km_from":1}`, `{"part":"main","km_from":1,"km_to":50000}`, `{"part":"x","km_from":1,"km_to":2}`, `{"part":"main","km_from":1,"km_to":2,"km":1}`},
	"part":           {`"main"`, `null`, `"hawaii"`, `1`},
	"km_from":        {`1`, `null`, `-1`},
	"km_to":          {`2.000004`, `null`, `1`, `"2"`},
	"segment":        {`"main-0001"`, `{"x":[]}`},
	"name":           {`"Jane Roe"`},
}

// Features made of right and wrong members in any number and order.
func TestDecodeAgreesWithTheSlowOne(t *testing.T) {
	valid := 0
	rapid.Check(t, func(t *rapid.T) {
		right := rapid.Bool().Draw(t, "mostly right")
		draw := func(name string, needed bool) []string {
			if n := rapid.IntRange(0, 9).Draw(t, name+" is there"); n == 0 && !right || n < 5 && !needed {
				return nil
			}
			choices := values[name]
			if right {
				choices = choices[:min(2, len(choices))]
			}
			return []string{strconv.Quote(name) + ":" + rapid.SampledFrom(choices).Draw(t, name)}
		}
		var properties []string
		for _, name := range append(slices.Clone(members[:]), "segment") {
			if len(values[name]) > 0 {
				properties = append(properties, draw(name, strings.HasPrefix(name, "observed_s") || name == "count_best")...)
			}
		}
		if !right {
			properties = append(properties, draw("name", false)...)
		}
		feature := slices.Concat(draw("type", true), draw("id", false), draw("geometry", true), draw("links", false),
			[]string{`"properties":` + object(rapid.Permutation(properties).Draw(t, "properties"))})
		if agree(t, []byte(object(rapid.Permutation(feature).Draw(t, "feature")))) {
			valid++
		}
	})
	// The control: both kinds have been seen.
	if valid < 5 {
		t.Errorf("only %d of the features were valid", valid)
	}
}

func object(members []string) string { return "{" + strings.Join(members, ",\n ") + "}" }

// One fault for each of these members, and they have nothing to do with each other.
var apart = map[string]string{
	`"unit":"people"`:        atUnit,
	`"direction":"north"`:    atDirection,
	`"relation":7`:           atRelation,
	`"status":"x"`:           atStatus,
	`"tlp":"WHITE"`:          atTLP,
	`"source":"a b"`:         atSource,
	`"source_ref":"a\n"`:     atRef,
	`"uncertainty_m":-1`:     atUncertainty,
	`"releasable_to":["X"]`:  atReleasable + "/0",
	`"overlaps":["b","b"]`:   atOverlaps + "/1",
	`"count_min":4`:          atMin,
	`"count_max":2.5`:        atMax,
	`"published":"x"`:        atPublished,
	`"observed_end":"2018"`:  atEnd,
	`"passport":"X1"`:        atProperties + "/passport",
	`"part":"yukon"`:         atProperties + "/part",
	`"age":31`:               atProperties + "/age",
	`"unit\u0000":"persons"`: atProperties + `/unit\u0000`,
}

// Whichever of them come together, each is said, once, and nothing else is.
func TestEveryFaultIsSaidAtOnce(t *testing.T) {
	all := make([]string, 0, len(apart))
	for member := range apart {
		all = append(all, member)
	}
	slices.Sort(all)
	rapid.Check(t, func(t *rapid.T) {
		chosen := rapid.Permutation(all).Draw(t, "order")[:rapid.IntRange(1, len(all)).Draw(t, "how many")]
		_, err := Decode([]byte(having(strings.Join(chosen, ","))), defaults())
		faults, _ := errors.AsType[Faults](err)
		var got, want []string
		for _, f := range faults {
			got = append(got, f.Member)
		}
		for _, member := range chosen {
			want = append(want, apart[member])
		}
		slices.Sort(got)
		slices.Sort(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s: %v (-want +got):\n%s", chosen, err, diff)
		}
	})
}

// A fault names something that is there, by a pointer of RFC 6901, or what is
// missing from something that is.
func TestPointersPoint(t *testing.T) {
	for name, bad := range badFeatures() {
		_, err := Decode([]byte(bad.text), defaults())
		for _, f := range err.(Faults) {
			if strings.Contains(f.Member, `\u`) || strings.Contains(f.Member, "…") || f.Member == "" {
				continue // a name that is not written as it stands
			}
			parent := f.Member[:strings.LastIndexByte(f.Member, '/')]
			there := points(tree([]byte(bad.text)), f.Member)
			missing := strings.Contains(f.Detail, "missing") || strings.HasPrefix(f.Detail, "must be Point") // its type
			if !there && !(missing && (parent == "" || points(tree([]byte(bad.text)), parent) || name == "empty")) {
				t.Errorf("%s: %s points to nothing in %s", name, f.Member, bad.text)
			}
		}
	}
}

// points says whether there is something at a pointer.
func points(v any, pointer string) bool {
	for _, step := range strings.Split(pointer, "/")[1:] {
		step = strings.ReplaceAll(strings.ReplaceAll(step, "~1", "/"), "~0", "~")
		switch in := v.(type) {
		case *node:
			i := slices.Index(in.names, step)
			if i < 0 {
				return false
			}
			v = in.values[i]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(in) {
				return false
			}
			v = in[i]
		default:
			return false
		}
	}
	return true
}

// The control: a pointer to nothing is found out.
func TestPointersToNothing(t *testing.T) {
	doc := tree([]byte(emerson))
	for pointer, want := range map[string]bool{"": true, "/id": true, "/geometry/coordinates/1": true, "/geometry/coordinates/2": false, "/ID": false, "/id/0": false, "/properties/x": false} {
		if points(doc, pointer) != want {
			t.Errorf("%s: %t", fmt.Sprintf("%q", pointer), !want)
		}
	}
}
