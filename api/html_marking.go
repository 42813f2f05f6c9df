package api

import (
	"encoding/json"
	"slices"
	"strings"

	"frontierwatch/geo/report"
)

// Pages bear the marking of what is on them above and below, so that prints do.

// shownMarking is a marking as JSON has it.
type shownMarking struct {
	TLP        report.TLP `json:"tlp"`
	Releasable []string   `json:"releasable_to"`
}

// text is the marking as it stands on a page; where there is no label, with the one that is
// given.
func (m shownMarking) text(unmarked report.TLP) string {
	all := report.Marking{TLP: m.TLP}
	if all.TLP == "" {
		all.TLP = unmarked
	}
	for _, name := range m.Releasable {
		c, _ := report.ParseCountry(name) // we wrote it
		all.Releasable |= c
	}
	return all.String()
}

// markingOf is that of an answer that is written as JSON: what a receipt says of its result,
// else the strictest that its reader may be shown; none where it is about the server and
// not about what is in it.
func (c *call) markingOf(text []byte) string {
	kind, _, _ := strings.Cut(c.operation.id, ".")
	if c.operation.tag == metaTag || slices.Contains([]string{"describe", "queryables", "sortables", "schema"}, kind) {
		return ""
	}
	var of struct{ Result shownMarking }
	if c.operation.id == "receipt" && json.Unmarshal(text, &of) != nil {
		return shownMarking{}.text(c.class.Strictest())
	}
	return of.Result.text(c.class.Strictest())
}
