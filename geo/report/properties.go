package report

import "time"

// The members of the properties, for decoder.came.
const (
	gotStretch = 1 << iota
	gotStart
	gotEnd
	gotBest
	gotMin
	gotMax
	gotUnit
	gotDirection
	gotRelation
	gotPublished
	gotSource
	gotRef
	gotStatus
	gotUncertainty
	gotOverlaps
	gotTLP
	gotReleasable
	gotPart
	gotFlatFrom
	gotFlatTo
	gotAnswered // the first of those that only answers have
)

// answered lists what answers add beside part: it is passed over.
var answered = [...]string{"fid", "seq", "recorded", "km", "offset_m", "side", "segment", "revision", "replaces", "deleted"}

// members lists what else there may be, in the order of the constants.
var members = [...]string{
	"stretch", "observed_start", "observed_end", "count_best", "count_min", "count_max", "unit", "direction",
	"relation", "published", "source", "source_ref", "status", "uncertainty_m", "overlaps", "tlp", "releasable_to",
	"part", "km_from", "km_to",
}

const knownProperties = "stretch, observed_start, observed_end, count_best, count_min, count_max, unit, direction, relation, " +
	"published, source, source_ref, status, uncertainty_m, overlaps, tlp, releasable_to"

func propertyMember(name []byte) uint64 {
	for i, known := range members {
		if string(name) == known {
			return 1 << i
		}
	}
	for i, known := range answered {
		if string(name) == known {
			return gotAnswered << i
		}
	}
	return 0
}

func featureMember(name []byte) uint64 {
	switch string(name) {
	case "type":
		return gotType
	case "id":
		return gotID
	case "geometry":
		return gotGeometry
	case "properties":
		return gotProperties
	case "links":
		return gotLinks
	case "bbox":
		return gotBBox
	}
	return 0
}

// readProperties reads the properties object.
func (d *decoder) readProperties() {
	if d.kind() != kindObject {
		d.wrong(atProperties, "must be an object with at least observed_start and count_best")
		return
	}
	d.open('{')
	for i := 0; d.next('}', i); i++ {
		name := d.name()
		bit := propertyMember(name)
		d.once(&d.came, bit, atProperties, name)
		switch {
		case bit == 0:
			d.unknown(atProperties, name, knownProperties)
		case bit >= gotAnswered:
			d.skip()
		case !d.null():
			d.seen |= bit
			d.property(bit)
		}
	}
}

// property reads one known property that is not null.
func (d *decoder) property(bit uint64) {
	r := &d.report
	switch bit {
	case gotStretch:
		d.readStretch()
	case gotStart:
		d.time(atStart, &r.Start)
	case gotEnd:
		d.time(atEnd, &r.End)
	case gotPublished:
		d.time(atPublished, &r.Published)
	case gotBest:
		d.count(atBest, &r.Count.Best)
	case gotMin:
		d.count(atMin, &r.Count.Min)
	case gotMax:
		d.count(atMax, &r.Count.Max)
	case gotUncertainty:
		if v, ok := d.real(atUncertainty); ok {
			m := centimeters(v)
			r.Uncertainty = &m
		}
	case gotPart:
		parsed(&d.reader, atPart, &d.flat.Part, parsePart)
	case gotFlatFrom:
		d.km(atFrom, &d.flat.From)
	case gotFlatTo:
		d.km(atTo, &d.flat.To)
	default:
		d.words(bit)
	}
}

// words reads a property that is text or texts.
func (d *decoder) words(bit uint64) {
	r := &d.report
	switch bit {
	case gotUnit:
		oneOf(&d.reader, atUnit, &r.Unit, units[:])
	case gotDirection:
		oneOf(&d.reader, atDirection, &r.Direction, directions[:])
	case gotRelation:
		oneOf(&d.reader, atRelation, &r.Relation, relations[:])
	case gotStatus:
		oneOf(&d.reader, atStatus, &r.Status, statuses[:])
	case gotTLP:
		parsed(&d.reader, atTLP, &r.TLP, ParseTLP)
	case gotSource:
		d.named(atSource, &r.Source)
	case gotRef:
		if text, ok := d.string(atRef); ok {
			r.SourceRef = string(text)
		}
	case gotOverlaps:
		d.list(atOverlaps, MaxOverlaps, func(_ int, id string) { r.Overlaps = append(r.Overlaps, id) })
	case gotReleasable:
		d.releasable()
	}
}

// releasable reads the countries a report may be shown to. None would read as no
// country and be kept as every country, and so is refused.
func (d *decoder) releasable() {
	d.list(atReleasable, 2, func(i int, name string) {
		c, err := ParseCountry(name)
		if err != nil {
			d.refuse(element(atReleasable, i), err.Error())
		}
		d.report.Releasable |= c
	})
	if d.report.Releasable == 0 && d.err == nil {
		d.refuse(atReleasable, "must name CAN, USA or both; leave it out where it is not restricted")
	}
}

// named reads an id, which is not empty.
func (d *decoder) named(member string, to *string) {
	text, ok := d.string(member)
	if *to = string(text); ok && *to == "" {
		d.refuse(member, identifier)
	}
}

// time reads a time. The zero time.Time stands for none, so that it is found out
// here that it is too early.
func (d *decoder) time(member string, to *time.Time) {
	text, ok := d.string(member)
	if !ok {
		return
	}
	t, err := instant(text)
	switch {
	case err != nil:
		d.refuse(member, err.Error())
	case t.IsZero():
		d.refuse(member, early)
	default:
		*to = t
	}
}

func (d *decoder) count(member string, to *int64) {
	if n, ok := d.integer(member); ok {
		*to = n
	}
}

// complete fills what was left out with what it then is, and notes what must not be.
func (d *decoder) complete() {
	r := &d.report
	if d.seen&gotBest == 0 {
		d.refuse(atBest, "is missing; give a whole number, 0 for a reported zero")
	}
	if d.seen&gotMin == 0 {
		r.Count.Min = r.Count.Best
	}
	if d.seen&gotMax == 0 {
		r.Count.Max = r.Count.Best
	}
	if d.seen&gotEnd == 0 {
		r.End = r.Start
	}
}
