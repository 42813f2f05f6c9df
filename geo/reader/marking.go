package reader

import "frontierwatch/geo/report"

// Strictest is the strictest label that the class may be shown: that of an answer of
// which nothing more is known.
func (c Class) Strictest() report.TLP {
	c = c.Canonical()
	switch {
	case c.Tier == Public:
		return report.Clear
	case c.Source != "" || c.All():
		return report.Red
	case c.Tier == Agency:
		return report.AmberStrict
	}
	return report.Green
}

// Unmarked is the label of records of a collection that bear none: of what everybody is
// shown who is told of single records it is GREEN, of what agencies are shown AMBER; what
// is made from reports is as strict as any of them may be.
func (c Class) Unmarked(collection string) report.TLP {
	strictest := c.Strictest()
	switch {
	case strictest == report.Clear:
		return report.Clear
	case collection == "ports":
		return report.Green
	case collection == "posts" && c.Tier >= Agency:
		return report.Amber
	}
	return strictest
}
