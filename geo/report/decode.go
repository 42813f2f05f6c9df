package report

import (
	"strings"
	"time"

	"frontierwatch/geo/frontier"
)

// Defaults is what a report gets that does not say it itself.
type Defaults struct {
	Now    time.Time // when it came in; zero: nothing is in the future
	ID     string    // empty: the id stays empty, which is then no fault
	Source string    // the one the sender reports for
}

// Decode reads a report from a GeoJSON Feature (RFC 7946) and checks it.
//
// Member names are exact, no member may come twice, and one that a report does
// not have is a fault, whatever it holds. What answers add (fid, seq, recorded,
// part, km, offset_m, side, segment, revision, replaces, deleted; links and bbox
// of the feature) is passed over, so that what was read can be sent back; with a
// stretch so is the line or multi-line that answers draw for it. An optional
// member that is null is one that is missing. km_from and km_to may also stand
// beside part in the properties.
//
// A whole number may be written 3, 3.0 or 3e0. Coordinates are rounded to seven
// decimals; a third one, the altitude, is passed over. Missing bounds of a count
// are its best value, a missing observed_end is observed_start, a missing unit is
// persons, direction and relation unknown, status unverified. A missing tlp stays
// empty: it is that of the source.
//
// The error is a *SyntaxError if the text is no JSON, else Faults with every
// fault there is, up to MaxFaults and one a member. The report holds what could be
// read in either case.
func Decode(feature []byte, d Defaults) (Report, error) {
	dec := decode(feature)
	r := &dec.report
	if dec.err != nil {
		return *r, dec.err
	}
	if r.Source == "" && !dec.broken(atSource) {
		r.Source = d.Source
	}
	free := false
	if r.ID == "" && !dec.broken(atID) {
		r.ID, free = d.ID, d.ID == ""
	}
	check := checker{report: r, now: d.Now, faults: dec.faults, free: free, lent: (gotMin | gotMax | gotEnd) &^ dec.seen}
	check.all()
	if len(check.faults) == 0 {
		return *r, nil
	}
	if dec.came&gotStretch == 0 {
		flatten(check.faults)
	}
	return *r, check.faults
}

// flatten names the members of a stretch that stand in the properties themselves.
func flatten(faults Faults) {
	for i := range faults {
		member := &faults[i].Member
		if *member == atStretch {
			*member = atFrom
		}
		*member = strings.Replace(*member, atStretch+"/", atProperties+"/", 1)
	}
}

// decoder fills one report.
type decoder struct {
	reader
	report Report
	came   uint64 // properties, a bit each
	seen   uint64 // those of them that are not null

	flat     frontier.Stretch // part, km_from, km_to of the properties
	geometry geometry
}

// The members of the feature itself.
const (
	gotType = 1 << iota
	gotID
	gotGeometry
	gotProperties
	gotLinks
	gotBBox
)

func decode(text []byte) decoder {
	d := decoder{reader: reader{scanner: scanner{text: text}}}
	d.report.Unit, d.report.Status = Persons, Unverified
	d.report.Direction, d.report.Relation = DirectionUnknown, RelationUnknown
	if d.kind() != kindObject {
		d.skip()
		d.end()
		d.refuse("", `must be a GeoJSON Feature: {"type":"Feature","geometry":…,"properties":{…}}`)
		return d
	}
	d.feature()
	d.end()
	return d
}

// feature reads the object itself, which is next.
func (d *decoder) feature() {
	var seen uint64
	d.open('{')
	for i := 0; d.next('}', i); i++ {
		name := d.name()
		bit := featureMember(name)
		d.once(&seen, bit, "", name)
		switch bit {
		case gotType:
			if text, ok := d.string(atType); !ok || string(text) != "Feature" {
				d.refuse(atType, `must be "Feature"`)
			}
		case gotID:
			if !d.null() {
				d.named(atID, &d.report.ID)
			}
		case gotGeometry:
			d.readGeometry()
		case gotProperties:
			d.readProperties()
		case gotLinks, gotBBox:
			d.skip()
		default:
			d.unknown("", name, "type, id, geometry, properties")
		}
	}
	if seen&gotType == 0 {
		d.refuse(atType, `is missing; it must be "Feature"`)
	}
	if d.err == nil {
		d.complete()
		d.place()
	}
}
