package api

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"frontierwatch/api/codec"
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// anyVersion is a report that need not be valid: with text that tries to look
// like JSON.
func anyVersion(line *frontier.Frontier) *rapid.Generator[*report.Version] {
	return rapid.Custom(func(t *rapid.T) *report.Version {
		word := rapid.SampledFrom([]string{"", "a", `"km":1`, `\`, `x","id":"y`, "<&>", "ü\u2028", "}", ",", `"properties":{"unit":"claims"`, "persons"})
		lon := rapid.Float64Range(-122, -96).Draw(t, "lon")
		p := orb.Point{lon, 49.001}
		place, err := line.Locate(p, frontier.Limit)
		if err != nil {
			t.Fatal(err)
		}
		at := time.UnixMilli(rapid.Int64Range(0, 1<<41).Draw(t, "at")).UTC()
		v := &report.Version{Report: report.Report{
			ID: word.Draw(t, "id"), Point: &p, Start: at, End: at.Add(time.Hour), Count: report.Count{Best: rapid.Int64Range(0, 3).Draw(t, "best"), Max: 9},
			Unit: rapid.SampledFrom(report.Units()).Draw(t, "unit"), Direction: rapid.SampledFrom(report.Directions()).Draw(t, "direction"),
			Relation: rapid.SampledFrom(report.Relations()).Draw(t, "relation"), Source: word.Draw(t, "source"), SourceRef: word.Draw(t, "ref"),
			Status: rapid.SampledFrom(report.Statuses()).Draw(t, "status"), TLP: rapid.SampledFrom(report.TLPs()).Draw(t, "tlp"),
		}, FID: rapid.Int64Range(1, 3).Draw(t, "fid"), Seq: log.Seq(rapid.Uint64Range(1, 3).Draw(t, "seq")), Recorded: at, Revision: 1, Place: place}
		if rapid.Bool().Draw(t, "stretch") {
			v.Point, v.Stretch = nil, &frontier.Stretch{From: frontier.KM(100), To: frontier.KM(120)}
		}
		return v
	})
}

// What shownValue finds is what a reader of JSON finds.
func TestShownValueIsThatOfJSON(t *testing.T) {
	line := testLine()
	encoder := codec.NewEncoder(line)
	rapid.Check(t, func(t *rapid.T) {
		text := encoder.AppendReport(nil, anyVersion(line).Draw(t, "version"), []codec.Link{{Rel: "self", Href: "http://x/?km=1"}})
		var f struct {
			ID         json.RawMessage
			Properties map[string]json.RawMessage
		}
		if err := json.Unmarshal(text, &f); err != nil {
			t.Fatal(err)
		}
		f.Properties["id"] = f.ID
		for _, p := range append(codec.Scalars(codec.Reports), codec.Property{Name: "id"}) {
			if got, want := shownValue(text, p.Name), f.Properties[p.Name]; string(got) != string(want) {
				t.Fatalf("%s: %s, as JSON %s, in %s", p.Name, got, want, text)
			}
		}
		if got := shownValue(text, "nosuch"); got != nil {
			t.Fatalf("a property that is not there: %s", got)
		}
	})
}

// The quick comparison of a report and that by what is shown agree, on values that
// are there and on others.
func TestQuickComparisonAgreesWithWhatIsShown(t *testing.T) {
	line := testLine()
	encoder := codec.NewEncoder(line)
	properties := append(codec.Scalars(codec.Reports), codec.Property{Name: "id", Type: "string"})
	quick := map[string]bool{}
	rapid.Check(t, func(t *rapid.T) {
		v, other := anyVersion(line).Draw(t, "version"), anyVersion(line).Draw(t, "other")
		for _, p := range properties {
			token := shownValue(encoder.AppendReport(nil, other, nil), p.Name)
			text := string(token)
			if p.Type == "string" && text != "null" {
				if err := json.Unmarshal(token, &text); err != nil {
					t.Fatal(err)
				}
			}
			e, err := parseEqual(p, text)
			if err != nil {
				continue // null where a number or a word is wanted
			}
			fast := reportEqual(e)
			if ofKind := kindEqual(e); ofKind != nil {
				fast = func(v *report.Version) bool { return ofKind(v.Kind()) }
			}
			slow := shownMatcher([]equality{e}, encoder.AppendReport)
			if fast == nil {
				continue
			}
			quick[p.Name] = true
			if fast(v) != slow(v) || fast(other) != slow(other) {
				t.Fatalf("%s=%q: quickly %v and %v, as shown %v and %v", p.Name, text, fast(v), fast(other), slow(v), slow(other))
			}
		}
	})
	if len(quick) < 10 {
		t.Errorf("only %v are compared quickly", quick)
	}
}
