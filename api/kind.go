package api

import (
	"maps"
	"slices"

	"frontierwatch/api/cql2"
	"frontierwatch/geo/report"
)

// ofKind are the properties that reports of one kind have in common: a question
// that names no others is decided once for each kind, not for each report.
var ofKind = [...]string{"unit", "direction", "relation", "status", "tlp", "source"}

// kindEqual compares a property of a kind; nil: it is none.
func kindEqual(e equality) func(report.Kind) bool {
	switch text := e.text; e.property.Name {
	case "unit":
		return func(k report.Kind) bool { return string(k.Unit) == text }
	case "direction":
		return func(k report.Kind) bool { return string(k.Direction) == text }
	case "relation":
		return func(k report.Kind) bool { return string(k.Relation) == text }
	case "status":
		return func(k report.Kind) bool { return string(k.Status) == text }
	case "tlp":
		return func(k report.Kind) bool { return string(k.TLP) == text }
	case "source":
		return func(k report.Kind) bool { return k.Source == text && text != "" }
	}
	return nil
}

// narrow makes a question one of kinds as far as it can, and asks the rest of each
// report.
func (c *call) narrow(q *report.Query) {
	var kinds []func(report.Kind) bool
	var rest []equality
	for _, e := range c.asked.equal {
		if is := kindEqual(e); is != nil {
			kinds = append(kinds, is)
		} else {
			rest = append(rest, e)
		}
	}
	filter := filterMatcher(c.asked.filter, c.encoder.ReadReports())
	if filter != nil && c.asked.filter.names(ofKind[:]) {
		kinds, filter = append(kinds, keptKinds(filter)), nil
	}
	q.Match = both(reportMatcher(rest, c.encoder.AppendReport), filter)
	if len(kinds) > 0 {
		q.Kind = func(k report.Kind) bool {
			return !slices.ContainsFunc(kinds, func(keeps func(report.Kind) bool) bool { return !keeps(k) })
		}
	}
}

// keptKinds asks a filter about a report of which nothing is known but its kind.
func keptKinds(filter func(*report.Version) bool) func(report.Kind) bool {
	return func(k report.Kind) bool {
		var v report.Version
		k.Make(&v.Report)
		return filter(&v)
	}
}

// names says whether a filter names no other properties than these.
func (f *filtered) names(properties []string) bool {
	return !slices.ContainsFunc(f.properties, func(name string) bool { return !slices.Contains(properties, name) })
}

// propertiesOf are the properties that a filter names.
func propertiesOf(n cql2.Node) (names []string) {
	if n.Op == cql2.Property {
		names = append(names, n.Text)
	}
	for _, a := range n.Args {
		names = append(names, propertiesOf(a)...)
	}
	return names
}

// sortQuestion is what an order of reports answers: the corpus of those who ask, the
// position of the log, and the address without what changes from page to page.
type sortQuestion struct {
	corpus  Corpus
	state   state
	address string
}

// sortedReports are the ids of all reports that answer, in the order asked for. It
// is found out once, not once for each page.
func (c *call) sortedReports(s state, q report.Query) ([]string, error) {
	query := maps.Clone(c.QueryParams())
	for _, name := range [...]string{"next", "limit", "f", "properties", "skipGeometry"} {
		delete(query, name)
	}
	return c.pools.orders.get(sortQuestion{c.corpus, s, c.Request().URL.Path + encoded(query)}, func() ([]string, error) {
		q.Limit, q.Count = maxSorted+1, false
		found, err := c.corpus.Reports(c.Request().Context(), q)
		if err != nil {
			return nil, err
		}
		if len(found.Versions) > maxSorted {
			return nil, badRequest([]fault{{Parameter: "sortby", Detail: tooManySorted()}})
		}
		ids := make([]string, len(found.Versions))
		for i, v := range sorted(found.Versions, c.asked.orders, c.encoder.ReadReports()) {
			ids[i] = v.ID
		}
		return ids, nil
	})
}
