package report

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// now is when the reports of the tests came in.
var now = time.Date(2017, 2, 10, 12, 0, 0, 0, time.UTC)

// given is what the reports of the tests get that do not say it themselves.
var given = Defaults{Now: now, Source: "rcmp"}

// members are those of one JSON object in their order.
type members []struct{ name, text string }

// put writes a member `"name":value` in the place of the one of that name, or last.
// Written "-name" it takes the member out.
func (m members) put(text string) members {
	out := strings.HasPrefix(text, "-")
	name := strings.Trim(strings.SplitN(text, ":", 2)[0], `-"`)
	for i := range m {
		if m[i].name == name && out {
			return slices.Delete(m, i, i+1)
		} else if m[i].name == name {
			m[i].text = text
			return m
		}
	}
	return append(m, struct{ name, text string }{name, text})
}

func (m members) String() string {
	var s []string
	for _, member := range m {
		s = append(s, member.text)
	}
	return "{" + strings.Join(s, ",") + "}"
}

// feature is a valid report with changes: see put. Those of the feature itself
// have a slash before them, the others are properties.
func feature(changes ...string) string {
	top := members{{"type", `"type":"Feature"`}, {"id", `"id":"a1"`}}.
		put(`"geometry":{"type":"Point","coordinates":[-97.2372,49.0003]}`)
	properties := members{{"observed_start", `"observed_start":"2017-02-04T02:00:00Z"`}, {"count_best", `"count_best":4`}}
	for _, change := range changes {
		if change, isTop := strings.CutPrefix(change, "/"); isTop {
			top = top.put(change)
		} else {
			properties = properties.put(change)
		}
	}
	if slices.ContainsFunc(changes, func(c string) bool { return strings.HasPrefix(c, `/"properties"`) || c == "/-properties" }) {
		return top.String()
	}
	return top.put(`"properties":` + properties.String()).String()
}

// point is a geometry.
func point(coordinates string) string {
	return `/"geometry":{"type":"Point","coordinates":` + coordinates + `}`
}

// rough is a stretch in the place of the point.
func rough(stretch string) []string { return []string{`/"geometry":null`, `"stretch":` + stretch} }

// same compares reports by meaning: a list that is empty is one that is missing.
func same(want, got Report) string { return cmp.Diff(want, got, cmpopts.EquateEmpty()) }

func decoded(t *testing.T, text string) Report {
	t.Helper()
	r, err := Decode([]byte(text), given)
	if err != nil {
		t.Fatalf("%s\nis refused: %v", text, err)
	}
	return r
}

// wantFaults compares faults in any order.
func wantFaults(t *testing.T, err error, want ...string) {
	t.Helper()
	var faults Faults
	if !errors.As(err, &faults) {
		t.Fatalf("the error is %T (%v), not Faults", err, err)
	}
	var got []string
	for _, f := range faults {
		got = append(got, f.String())
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("faults are\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}
