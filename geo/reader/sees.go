package reader

import "frontierwatch/geo/report"

// Canonical is the same class without what does not matter to it, so that classes
// that see the same are equal: whoever sees everything is an Analyst, and the
// public has no agency.
func (c Class) Canonical() Class {
	switch c.Tier {
	case Public:
		return Class{}
	case Partner:
		return Class{Tier: Partner, Source: c.Source}
	case Agency:
		return c
	case Analyst, Admin:
		return Class{Tier: Analyst}
	}
	return Class{} // no tier there is
}

// All says whether nothing is withheld from the class.
func (c Class) All() bool { return c.Tier == Analyst || c.Tier == Admin }

// Sees says whether a report of a source is seen, as it is marked. The public sees
// no report by itself: for it, whether the report may be counted.
//
//	            CLEAR GREEN AMBER AMBER+STRICT   RED
//	public      yes
//	partner     yes   yes
//	agency      yes   yes   yes   its own agency
//	originator  yes   yes   yes   yes            yes   (of its own source)
//	analyst     yes   yes   yes   yes            yes
//
// A report that is releasable to some countries is seen by agencies of those, and
// by nobody who is of none. One without a marking has that of its source, and where
// that has none either, it counts as RED. The source's own key sees all it sent.
func (c Class) Sees(r *report.Report, s report.Source) bool {
	c = c.Canonical()
	switch {
	case c.All():
		return true
	case c.owns(r):
		return true
	case r.Releasable != 0 && (c.Tier != Agency || r.Releasable&c.Country == 0):
		return false
	case r.TLP == "":
		return c.cleared(s.TLP, s)
	}
	return c.cleared(r.TLP, s)
}

// SeesSource says whether a source is seen in the register: by its marking.
func (c Class) SeesSource(s report.Source) bool {
	c = c.Canonical()
	return c.All() || c.Tier != Public && (c.Source != "" && c.Source == s.ID || c.cleared(s.TLP, s))
}

// owns says whether a report is of the source whose key it is that asks.
func (c Class) owns(r *report.Report) bool {
	return c.Tier != Public && c.Source != "" && c.Source == r.Source
}

// colleague says whether a source is of the agency that asks.
func (c Class) colleague(s report.Source) bool {
	return c.Tier == Agency && c.Agency != "" && c.Agency == s.Agency
}

// cleared says whether a label lets the class see what a source says.
func (c Class) cleared(label report.TLP, s report.Source) bool {
	switch label {
	case report.Clear:
		return true
	case report.Green:
		return c.Tier >= Partner
	case report.Amber:
		return c.Tier >= Agency
	case report.AmberStrict:
		return c.colleague(s)
	}
	return false
}

// Collections lists what the class may ask for, in the order in which they are
// shown to people.
func (c Class) Collections() []string {
	switch c.Canonical().Tier {
	case Public:
		return []string{"segments", "hotspots"}
	case Partner:
		return []string{"reports", "segments", "ports", "sources", "hotspots", "flags"}
	}
	return []string{"reports", "segments", "ports", "posts", "sources", "hotspots", "flags"}
}

// Hourly says whether the class is told what is guarded at an hour; the others are
// told shares of days only.
func (c Class) Hourly() bool { return c.Canonical().Tier >= Agency }
