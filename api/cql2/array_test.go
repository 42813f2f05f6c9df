package cql2

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestArrayPredicates(t *testing.T) {
	f := row{"name": "ice", "tags": []string{"rcmp", "cbsa", "rcmp"}, "others": []string{"cbsa", "rcmp"}}
	for filter, want := range map[string]tri{
		`A_EQUALS(tags, ('cbsa', 'rcmp'))`:            yes, // neither order nor repetition
		`A_EQUALS(tags, ('rcmp', 'rcmp', 'cbsa'))`:    yes,
		`A_EQUALS(tags, ('rcmp'))`:                    no,
		`A_EQUALS(tags, ('rcmp', 'cbsa', 'uscbp'))`:   no,
		`A_EQUALS(tags, ())`:                          no,
		`A_EQUALS(tags, others)`:                      yes,
		`A_EQUALS(('cbsa', 'rcmp'), tags)`:            yes,
		`A_CONTAINS(tags, ('rcmp'))`:                  yes,
		`A_CONTAINS(tags, ('RCMP'))`:                  no,
		`A_CONTAINS(tags, (CASEI('RCMP')))`:           yes,
		`A_CONTAINS(tags, ())`:                        yes,
		`A_CONTAINS(tags, ('rcmp', 'uscbp'))`:         no,
		`A_CONTAINS(('rcmp', 'cbsa', 'uscbp'), tags)`: yes,
		`A_CONTAINS(('rcmp'), tags)`:                  no,
		`A_CONTAINEDBY(tags, ('a', 'cbsa', 'rcmp'))`:  yes,
		`A_CONTAINEDBY(tags, ('rcmp'))`:               no,
		`A_CONTAINEDBY((), tags)`:                     yes,
		`A_OVERLAPS(tags, ('uscbp', 'cbsa'))`:         yes,
		`A_OVERLAPS(tags, (name, other))`:             unknown, // other is null
		`A_OVERLAPS(tags, (name))`:                    no,
		`A_OVERLAPS(tags, ())`:                        no,
		`NOT A_OVERLAPS(tags, ('uscbp'))`:             yes,
		`tags IS NULL`:                                no,
		`tags IS NOT NULL`:                            yes,
	} {
		if got := holds(t, filter, f); got != want {
			t.Errorf("%s is %d, want %d", filter, got, want)
		}
	}
	for filter, want := range map[string]tri{
		`A_EQUALS(tags, ())`:                 unknown, // nothing is null, and no empty set
		`A_CONTAINS(('a'), tags)`:            unknown,
		`NOT A_OVERLAPS(tags, ('a'))`:        unknown,
		`tags IS NULL`:                       yes,
		`A_CONTAINS(('a', name), ('a'))`:     unknown,
		`A_CONTAINS(('a', 'b'), ('b'))`:      yes,
		`A_EQUALS((CASEI('A')), ('a'))`:      yes,
		`A_OVERLAPS(tags, ('a')) OR 'a'='a'`: yes,
	} {
		if got := holds(t, filter, row{}); got != want {
			t.Errorf("%s of a feature that says nothing is %d, want %d", filter, got, want)
		}
	}
}

// The predicates are those of sets, as the slow way with maps has them.
func TestArrayPredicatesAreThoseOfSets(t *testing.T) {
	some := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "d"}), 1, 5)
	set := func(all []string) map[string]bool {
		m := map[string]bool{}
		for _, s := range all {
			m[s] = true
		}
		return m
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := some.Draw(t, "a"), some.Draw(t, "b")
		common := 0
		for s := range set(a) {
			if set(b)[s] {
				common++
			}
		}
		want := map[Op]bool{
			"a_equals":      common == len(set(a)) && common == len(set(b)),
			"a_contains":    common == len(set(b)),
			"a_containedBy": common == len(set(a)),
			"a_overlaps":    common > 0,
		}
		for _, op := range array() {
			n := Node{Op: op, Args: []Node{{Op: Property, Text: "tags"}, {Op: List}}}
			for _, s := range b {
				n.Args[1].Args = append(n.Args[1].Args, Node{Op: Text, Text: s})
			}
			f, err := Compile(n, queryables)
			if err != nil {
				t.Fatal(err)
			}
			if got := f.Keeps(row{"tags": a}); got != want[op] {
				t.Errorf("%s of %q and %q: %v, want %v", op, a, b, got, want[op])
			}
		}
	})
}

// What drafts wrote in small letters is read, and written as the standard has it.
func TestOperatorsAreWrittenAsTheStandardHasThem(t *testing.T) {
	for _, op := range slices.Concat(spatial(), temporal(), array()) {
		args := `[{"property":"a"},{"property":"b"}]`
		n, err := ParseJSON(`{"op":"` + strings.ToLower(string(op)) + `","args":` + args + `}`)
		if err != nil || n.Op != op {
			t.Errorf("%s in small letters is %s: %v", op, n.Op, err)
		}
		text, err := n.MarshalJSON()
		if err != nil || !strings.Contains(string(text), `"op":"`+string(op)+`"`) {
			t.Errorf("%s is written as %s: %v", op, text, err)
		}
		if n, err = ParseText(n.String()); err != nil || n.Op != op {
			t.Errorf("%s as text is %s: %v", op, n.Op, err)
		}
	}
}
