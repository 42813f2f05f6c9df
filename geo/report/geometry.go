package report

import (
	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
)

// geometry is what the member of that name held.
type geometry uint8

const (
	noGeometry    geometry = iota // missing or null
	pointGeometry                 // the report has its point
	lineGeometry                  // what answers draw for a stretch
	badGeometry                   // there is a fault
)

// The members of a geometry object.
const (
	gotKind = 1 << iota
	gotCoordinates
	gotGeometryBBox
)

// readGeometry reads the geometry object. Its type may come behind its
// coordinates, which are gone back to then.
func (d *decoder) readGeometry() {
	if d.null() {
		return
	}
	d.geometry = badGeometry
	if d.kind() != kindObject {
		d.wrong(atGeometry, "must be a Point or null")
		return
	}
	var seen uint64
	var kind string
	coordinates := -1
	d.open('{')
	for i := 0; d.next('}', i); i++ {
		name := d.name()
		bit := geometryMember(name)
		d.once(&seen, bit, atGeometry, name)
		switch bit {
		case gotKind:
			if text, ok := d.string(atKind); ok {
				kind = string(text)
			}
		case gotCoordinates:
			d.peek()
			coordinates = d.at
			d.skip()
		case gotGeometryBBox:
			d.skip()
		default:
			d.unknown(atGeometry, name, "type, coordinates")
		}
	}
	if d.err == nil {
		d.shape(kind, coordinates)
	}
}

func geometryMember(name []byte) uint64 {
	switch string(name) {
	case "type":
		return gotKind
	case "coordinates":
		return gotCoordinates
	case "bbox":
		return gotGeometryBBox
	}
	return 0
}

// shape tells a point from the line of a stretch. coordinates is where they are,
// negative if there are none.
func (d *decoder) shape(kind string, coordinates int) {
	switch {
	case kind == "LineString" || kind == "MultiLineString":
		d.geometry = lineGeometry
		return
	case kind != "Point":
		d.refuse(atKind, "must be Point, or the geometry null with the property stretch")
		return
	case coordinates < 0:
		d.refuse(atCoordinates, "is missing; give [longitude, latitude]")
		return
	}
	back := d.at
	d.at = coordinates
	if p, ok := d.position(); ok {
		d.geometry, d.report.Point = pointGeometry, &p
	}
	d.at = back
}

// position reads [longitude, latitude] and passes over an altitude. The text was
// read before and is JSON.
func (d *decoder) position() (p orb.Point, ok bool) {
	if d.kind() != kindArray {
		d.refuse(atCoordinates, "must be [longitude, latitude]")
		return p, false
	}
	ok = true
	n := 0
	d.open('[')
	for ; d.next(']', n); n++ {
		if n >= len(p) {
			d.real(element(atCoordinates, n)) // the altitude
			continue
		}
		axis := axes[n]
		v, isNumber := d.real(axis.member)
		if ok = ok && isNumber; isNumber && !axis.holds(v) {
			d.refuse(axis.member, axis.detail())
		}
		p[n] = degrees(v)
	}
	if n < 2 || n > 3 {
		d.refuse(atCoordinates, "must be two numbers, longitude and latitude")
		return p, false
	}
	return p, ok
}

// place decides between the point and the stretch, when all was read.
func (d *decoder) place() {
	r := &d.report
	if d.seen&(gotFlatFrom|gotFlatTo) != 0 {
		d.flatStretch()
	}
	switch {
	case d.geometry == lineGeometry && r.Stretch == nil && !d.stretched():
		d.refuse(atKind, "must be Point, or the geometry null with the property stretch")
	case d.geometry == badGeometry:
		d.refuse(atGeometry, "must be a Point or null")
	}
}

// stretched says whether a stretch was meant to be given.
func (d *decoder) stretched() bool {
	return d.seen&(gotStretch|gotFlatFrom|gotFlatTo) != 0 || d.broken(atStretch)
}

// flatStretch takes the stretch from the properties themselves.
func (d *decoder) flatStretch() {
	if d.seen&gotStretch != 0 {
		if r := &d.report; r.Stretch != nil && *r.Stretch != d.flat {
			d.refuse(atStretch, "does not agree with part, km_from and km_to beside it; give one of them")
		}
		return
	}
	for _, needed := range [...]struct {
		bit    uint64
		member string
	}{{gotPart, atPart}, {gotFlatFrom, atFrom}, {gotFlatTo, atTo}} {
		if d.seen&needed.bit == 0 {
			d.refuse(needed.member, "is missing; a stretch needs part, km_from and km_to")
		}
	}
	if !d.broken(atFrom) && !d.broken(atTo) {
		s := d.flat
		d.report.Stretch = &s
	}
}

// The members of a stretch.
const (
	gotStretchPart = 1 << iota
	gotStretchFrom
	gotStretchTo
	gotAllOfStretch = gotStretchPart | gotStretchFrom | gotStretchTo
)

func stretchMember(name []byte) uint64 {
	switch string(name) {
	case "part":
		return gotStretchPart
	case "km_from":
		return gotStretchFrom
	case "km_to":
		return gotStretchTo
	}
	return 0
}

// readStretch reads {part, km_from, km_to}.
func (d *decoder) readStretch() {
	if d.kind() != kindObject {
		d.wrong(atStretch, `must be an object: {"part":"main","km_from":4270,"km_to":4290}`)
		return
	}
	var seen uint64
	var s frontier.Stretch
	from, to := false, false
	d.open('{')
	for i := 0; d.next('}', i); i++ {
		name := d.name()
		bit := stretchMember(name)
		d.once(&seen, bit, atStretch, name)
		switch bit {
		case gotStretchPart:
			parsed(&d.reader, atPart, &s.Part, parsePart)
		case gotStretchFrom:
			from = d.km(atFrom, &s.From)
		case gotStretchTo:
			to = d.km(atTo, &s.To)
		default:
			d.unknown(atStretch, name, "part, km_from, km_to")
		}
	}
	if d.err != nil {
		return
	}
	if seen != gotAllOfStretch {
		d.refuse(atStretch, "needs part, km_from and km_to")
	}
	if from && to { // with another fault there may still be one of its length
		d.report.Stretch = &s
	}
}

// km reads a measure in kilometres. That it is one is said even where the other
// end is none.
func (d *decoder) km(member string, to *frontier.Meters) bool {
	v, ok := d.real(member)
	if !ok {
		return false
	}
	if *to = measure(v); !measures(*to) {
		d.refuse(member, noMeasure)
	}
	return true
}
