package report

import (
	"fmt"
	"slices"
	"time"
	"unicode"
	"unicode/utf8"

	"frontierwatch/geo/frontier"
)

// Validate says everything that is wrong with a report in itself; nil means
// nothing is. now is when it came in; if it is zero, nothing is in the future.
// Whether its source is registered and its place is near the line is for others.
// It is checked as it would be kept: see Rounded.
func Validate(r Report, now time.Time) Faults {
	r = Rounded(r)
	return ValidateRounded(&r, now)
}

// ValidateRounded is Validate for who has the report as it would be kept already.
func ValidateRounded(r *Report, now time.Time) Faults {
	c := checker{report: r, now: now}
	c.all()
	return c.faults
}

// checker collects the faults of one report. A member that already has one, from
// being read, gets no second.
type checker struct {
	report *Report
	now    time.Time
	faults Faults
	free   bool   // the id may be empty, because one will be given
	lent   uint64 // members that were not given and have the value of another, as in decoder.seen
}

func (c *checker) all() {
	c.identity()
	c.place()
	c.times()
	c.counts()
	c.vocabulary()
	c.rest()
}

// fault notes what is wrong with a member unless something already is.
func (c *checker) fault(member, detail string) { c.faults = c.faults.with(member, detail) }

const identifier = "must be 1 to 64 of the characters A-Z a-z 0-9 . _ : -"

// named says whether s can be an id.
func named(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '.', c == '_', c == ':', c == '-':
		default:
			return false
		}
	}
	return len(s) >= 1 && len(s) <= MaxID
}

func (c *checker) identity() {
	r := c.report
	if !named(r.ID) && !(c.free && r.ID == "") {
		c.fault(atID, identifier)
	}
	if r.Source == "" {
		c.fault(atSource, "is missing; give the id of the source that reports this")
	} else if !named(r.Source) {
		c.fault(atSource, identifier)
	}
}

func (c *checker) place() {
	r := c.report
	switch {
	case r.Point == nil && r.Stretch == nil:
		if !c.faults.in(atGeometry) && !c.faults.in(atStretch) {
			c.fault(atGeometry, "is missing; give a Point, or null and the property stretch")
		}
	case r.Point != nil && r.Stretch != nil:
		c.fault(atStretch, "stands beside a Point; give one of them")
	}
	if r.Point != nil {
		for i, axis := range axes {
			if !axis.holds(r.Point[i]) {
				c.fault(axis.member, axis.detail())
			}
		}
	}
	if r.Stretch != nil {
		c.stretch()
	}
}

// axis is one of the two coordinates of a point.
type axis struct {
	member, name string
	most         float64 // degrees, either way
}

var axes = [...]axis{{atLon, "longitude", 180}, {atLat, "latitude", 90}}

// holds says whether v is one of its values; what is not a number is none.
func (a axis) holds(v float64) bool { return v >= -a.most && v <= a.most }

func (a axis) detail() string {
	return fmt.Sprintf("%s must be from -%g to %g; longitude comes first", a.name, a.most, a.most)
}

// longest is beyond the end of any part: the Earth is 40,075 km around.
const longest = 40_075_000

const noMeasure = "must be a number of kilometres from 0 on"

// measures says whether m can be a measure; what is not a number is none.
func measures(m frontier.Meters) bool { return m >= 0 && m <= longest }

func (c *checker) stretch() {
	s := c.report.Stretch
	if !measures(s.From) {
		c.fault(atFrom, noMeasure)
	}
	if !measures(s.To) {
		c.fault(atTo, noMeasure)
	}
	if s.From >= s.To {
		c.fault(atTo, "must be greater than km_from")
	}
	if _, err := parsePart(s.Part.String()); err != nil {
		c.fault(atPart, errPart.Error())
	}
}

func (c *checker) times() {
	r := c.report
	switch {
	case r.Start.IsZero():
		c.fault(atStart, "is missing; give when it was observed, like 2017-01-31T18:05:00Z")
	case r.Start.Year() < FirstYear:
		c.fault(atStart, early)
	}
	if r.End.Before(r.Start) {
		c.fault(atEnd, "must not be before observed_start")
	}
	c.past(atStart, r.Start)
	if c.lent&gotEnd == 0 {
		c.past(atEnd, r.End)
	}
	if !r.Published.IsZero() {
		if r.Published.Year() < FirstYear {
			c.fault(atPublished, early)
		}
		c.past(atPublished, r.Published)
	}
}

// early is said of times before FirstYear.
const early = "must not be before the year 1900"

func (c *checker) past(member string, t time.Time) {
	if !c.now.IsZero() && t.After(c.now.Add(Ahead)) {
		c.fault(member, "must not be in the future by more than 5 minutes; it is now "+c.now.UTC().Format(time.RFC3339))
	}
}

func (c *checker) counts() {
	n := c.report.Count
	for _, count := range [...]struct {
		bit    uint64
		member string
		value  int64
	}{{gotBest, atBest, n.Best}, {gotMin, atMin, n.Min}, {gotMax, atMax, n.Max}} {
		if c.lent&count.bit == 0 && (count.value < 0 || count.value > MaxCount) {
			c.fault(count.member, fmt.Sprintf("must be a whole number from 0 to %d", MaxCount))
		}
	}
	if c.faults.in(atBest) {
		return
	}
	if n.Min > n.Best {
		c.fault(atMin, "must not be more than count_best")
	}
	if n.Max < n.Best {
		c.fault(atMax, "must not be less than count_best")
	}
}

func (c *checker) vocabulary() {
	r := c.report
	among(c, atUnit, r.Unit, units[:])
	among(c, atDirection, r.Direction, directions[:])
	among(c, atRelation, r.Relation, relations[:])
	among(c, atStatus, r.Status, statuses[:])
	if r.TLP != "" { // empty: that of the source
		among(c, atTLP, r.TLP, tlps[:])
	}
	if r.Releasable&^(CAN|USA) != 0 {
		c.fault(atReleasable, "must be a list of CAN, USA")
	}
}

// among notes where w is no word of a vocabulary.
func among[T ~string](c *checker, member string, w T, all []T) {
	if !slices.Contains(all, w) {
		_, err := word(string(w), all)
		c.fault(member, err.Error())
	}
}

func (c *checker) rest() {
	r := c.report
	if !printable(r.SourceRef, MaxRef) {
		c.fault(atRef, fmt.Sprintf("must be at most %d printable characters", MaxRef))
	}
	if u := r.Uncertainty; u != nil && !measures(*u) {
		c.fault(atUncertainty, "must be a number of metres from 0 on")
	}
	if len(r.Overlaps) > MaxOverlaps {
		c.fault(atOverlaps, fmt.Sprintf("must name at most %d reports", MaxOverlaps))
		return
	}
	for i, id := range r.Overlaps {
		switch {
		case !named(id):
			c.fault(element(atOverlaps, i), identifier)
		case id == r.ID:
			c.fault(element(atOverlaps, i), "names this report itself")
		case slices.Contains(r.Overlaps[:i], id):
			c.fault(element(atOverlaps, i), "names a report for the second time")
		}
	}
}

// printable says whether s is UTF-8 of at most so many characters, without
// control characters.
func printable(s string, most int) bool {
	if !utf8.ValidString(s) || utf8.RuneCountInString(s) > most {
		return false
	}
	for _, r := range s {
		if !unicode.IsPrint(r) {
			return false
		}
	}
	return true
}
