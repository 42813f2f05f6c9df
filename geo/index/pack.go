package index

import (
	"encoding/binary"
	"math"
	"time"

	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// A version takes some 440 bytes, not counting what it points to; packed it takes
// about 65. It is packed when it is added and unpacked whenever it is handed out,
// and comes back as it was, but that times are whole milliseconds of UTC, as
// records keep them, and that the place has no Nearest.
//
// The form is for memory alone and is never stored. Whole numbers are varints,
// what is seldom there is announced by a flag, and what many versions have in
// common (their kind) is a number. The head comes first: it is asked for by itself.
const (
	hasPoint       = 1 << iota
	hasFinePoint   // of more than seven decimals, as two floats
	hasStretch     //
	hasEnd         // another than the start
	hasBounds      // of the count, others than the best
	hasPublished   //
	hasRef         //
	hasUncertainty //
	hasOverlaps    //
	hasOffset      // of the place
	hasRevision    // another than 1, or one that replaces another
	hasBefore      // a version of the same report is in the book before this one
	isDeleted      //
)

// around is what the packed form of a version leaves to its surroundings.
type around struct {
	number   uint32 // of the version itself
	before   uint32 // of the one before it of the same report, if chained
	chained  bool
	kind     uint32
	recorded int64 // milliseconds, near which the version was recorded
	at       spot
}

// head is what a packed version begins with. Times are in milliseconds.
type head struct {
	flags     uint64
	before    uint32 // if hasBefore
	fid       int64
	seq       log.Seq
	recorded  int64
	start     int64
	published int64 // if hasPublished
}

// known is when the version was known, as report.Version has it.
func (h *head) known() int64 {
	if h.flags&(hasPublished|isDeleted) == hasPublished {
		return h.published
	}
	return h.recorded
}

func flagsOf(v *report.Version, c *around) (f uint64) {
	set := func(flag uint64, is bool) {
		if is {
			f |= flag
		}
	}
	set(hasPoint, c.at.coarse)
	set(hasFinePoint, v.Point != nil && !c.at.coarse)
	set(hasStretch, v.Stretch != nil)
	set(hasEnd, v.End.UnixMilli() != v.Start.UnixMilli())
	set(hasBounds, v.Count.Min != v.Count.Best || v.Count.Max != v.Count.Best)
	set(hasPublished, !v.Published.IsZero())
	set(hasRef, v.SourceRef != "")
	set(hasUncertainty, v.Uncertainty != nil)
	set(hasOverlaps, len(v.Overlaps) > 0)
	set(hasOffset, v.Place.Offset != 0)
	set(hasRevision, v.Revision != 1 || v.Replaces != 0)
	set(hasBefore, c.chained)
	set(isDeleted, v.Deleted)
	return f
}

// appendVersion packs v.
func appendVersion(dst []byte, v *report.Version, c around) []byte {
	flags := flagsOf(v, &c)
	dst = binary.AppendUvarint(dst, flags)
	if c.chained {
		dst = binary.AppendUvarint(dst, uint64(c.number-c.before))
	}
	dst = binary.AppendVarint(dst, v.FID)
	dst = binary.AppendVarint(dst, int64(v.Seq)-v.FID)
	dst = binary.AppendVarint(dst, v.Recorded.UnixMilli()-c.recorded)
	start := v.Start.UnixMilli()
	dst = binary.AppendVarint(dst, start)
	if flags&hasPublished != 0 {
		dst = binary.AppendVarint(dst, v.Published.UnixMilli()-start)
	}
	dst = appendText(dst, v.ID)
	dst = binary.AppendUvarint(dst, uint64(c.kind))
	dst = binary.AppendVarint(dst, v.Count.Best)
	if flags&hasBounds != 0 {
		dst = binary.AppendVarint(dst, v.Count.Min)
		dst = binary.AppendVarint(dst, v.Count.Max)
	}
	if flags&hasEnd != 0 {
		dst = binary.AppendVarint(dst, v.End.UnixMilli()-start)
	}
	if flags&hasRevision != 0 {
		dst = binary.AppendVarint(dst, int64(v.Revision))
		dst = binary.AppendUvarint(dst, uint64(v.Replaces))
	}
	return appendSeldom(appendWhere(dst, v, c.at.cell, flags), v, flags)
}

func appendWhere(dst []byte, v *report.Version, c cell, flags uint64) []byte {
	if flags&hasPoint != 0 {
		dst = binary.LittleEndian.AppendUint32(dst, uint32(c.lon))
		dst = binary.LittleEndian.AppendUint32(dst, uint32(c.lat))
	}
	if flags&hasFinePoint != 0 {
		dst = appendReal(appendReal(dst, v.Point[0]), v.Point[1])
	}
	if s := v.Stretch; s != nil {
		dst = appendReal(appendReal(append(dst, byte(s.Part)), float64(s.From)), float64(s.To))
	}
	dst = append(dst, byte(v.Place.Part), byte(v.Place.Side))
	dst = binary.AppendVarint(dst, int64(v.Place.Segment))
	dst = appendReal(dst, float64(v.Place.Measure))
	if flags&hasOffset != 0 {
		dst = appendReal(dst, float64(v.Place.Offset))
	}
	return dst
}

func appendSeldom(dst []byte, v *report.Version, flags uint64) []byte {
	if flags&hasRef != 0 {
		dst = appendText(dst, v.SourceRef)
	}
	if u := v.Uncertainty; u != nil {
		dst = appendCentimeters(dst, float64(*u))
	}
	if flags&hasOverlaps != 0 {
		dst = binary.AppendUvarint(dst, uint64(len(v.Overlaps)))
		for _, id := range v.Overlaps {
			dst = appendText(dst, id)
		}
	}
	return dst
}

func appendText(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

func appendReal(dst []byte, v float64) []byte {
	return binary.LittleEndian.AppendUint64(dst, math.Float64bits(v))
}

// appendCentimeters packs metres, most of which are whole centimetres.
func appendCentimeters(dst []byte, m float64) []byte {
	if n := math.Round(m * 100); n >= 0 && n < 1<<40 && n/100 == m {
		return binary.AppendUvarint(dst, uint64(n)<<1)
	}
	return appendReal(append(dst, 1), m)
}

// packed reads what appendVersion wrote.
type packed struct {
	bytes []byte
	at    int
}

func (p *packed) unsigned() uint64 {
	if b := p.bytes[p.at]; b < 0x80 { // most are
		p.at++
		return uint64(b)
	}
	v, n := binary.Uvarint(p.bytes[p.at:])
	p.at += n
	return v
}

func (p *packed) signed() int64 {
	v := p.unsigned()
	return int64(v>>1) ^ -int64(v&1)
}

func (p *packed) byte() byte {
	p.at++
	return p.bytes[p.at-1]
}

func (p *packed) real() float64 {
	p.at += 8
	return math.Float64frombits(binary.LittleEndian.Uint64(p.bytes[p.at-8:]))
}

func (p *packed) cell() cell {
	p.at += 8
	return cell{int32(binary.LittleEndian.Uint32(p.bytes[p.at-8:])), int32(binary.LittleEndian.Uint32(p.bytes[p.at-4:]))}
}

func (p *packed) text() string {
	n := int(p.unsigned())
	p.at += n
	return frozen(p.bytes[p.at-n : p.at])
}

func (p *packed) centimeters() frontier.Meters {
	n := p.unsigned()
	if n&1 == 1 {
		return frontier.Meters(p.real())
	}
	return frontier.Meters(float64(n>>1) / 100)
}

// head reads what the version numbered so begins with, recorded near that time.
func (p *packed) head(number uint32, recorded int64) (h head) {
	h.flags = p.unsigned()
	if h.flags&hasBefore != 0 {
		h.before = number - uint32(p.unsigned())
	}
	h.fid = p.signed()
	h.seq = log.Seq(h.fid + p.signed())
	h.recorded = recorded + p.signed()
	h.start = p.signed()
	if h.flags&hasPublished != 0 {
		h.published = h.start + p.signed()
	}
	return h
}

// unpacked is a version with room for what it points to.
type unpacked struct {
	version     report.Version
	point       orb.Point
	stretch     frontier.Stretch
	uncertainty frontier.Meters
}

// unpack reads a version, of a kind that is told by its number.
func (p *packed) unpack(u *unpacked, number uint32, recorded int64, kinds []report.Kind) {
	h := p.head(number, recorded)
	v := &u.version
	*v = report.Version{FID: h.fid, Seq: h.seq, Revision: 1, Recorded: moment(h.recorded), Deleted: h.flags&isDeleted != 0}
	v.ID = p.text()
	kinds[p.unsigned()].Make(&v.Report)
	best := p.signed()
	v.Count = report.Count{Best: best, Min: best, Max: best}
	if h.flags&hasBounds != 0 {
		v.Count.Min, v.Count.Max = p.signed(), p.signed()
	}
	v.Start = moment(h.start)
	v.End = v.Start
	if h.flags&hasEnd != 0 {
		v.End = moment(h.start + p.signed())
	}
	if h.flags&hasPublished != 0 {
		v.Published = moment(h.published)
	}
	if h.flags&hasRevision != 0 {
		v.Revision, v.Replaces = int(p.signed()), log.Seq(p.unsigned())
	}
	p.where(u, h.flags)
	p.seldom(u, h.flags)
}

func (p *packed) where(u *unpacked, flags uint64) {
	v := &u.version
	switch {
	case flags&hasPoint != 0:
		u.point = p.cell().point()
		v.Point = &u.point
	case flags&hasFinePoint != 0:
		u.point = orb.Point{p.real(), p.real()}
		v.Point = &u.point
	}
	if flags&hasStretch != 0 {
		u.stretch = frontier.Stretch{Part: frontier.Part(p.byte()), From: frontier.Meters(p.real()), To: frontier.Meters(p.real())}
		v.Stretch = &u.stretch
	}
	v.Place.Part, v.Place.Side = frontier.Part(p.byte()), frontier.Side(p.byte())
	v.Place.Segment = int(p.signed())
	v.Place.Measure = frontier.Meters(p.real())
	if flags&hasOffset != 0 {
		v.Place.Offset = frontier.Meters(p.real())
	}
}

func (p *packed) seldom(u *unpacked, flags uint64) {
	v := &u.version
	if flags&hasRef != 0 {
		v.SourceRef = p.text()
	}
	if flags&hasUncertainty != 0 {
		u.uncertainty = p.centimeters()
		v.Uncertainty = &u.uncertainty
	}
	if flags&hasOverlaps != 0 {
		v.Overlaps = make([]string, p.unsigned())
		for i := range v.Overlaps {
			v.Overlaps[i] = p.text()
		}
	}
}

func moment(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
