package codec

import (
	"math"
	"strconv"
	"time"

	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/guard"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/report"
)

// Value is what a feature says of one property, as data: what is compared is what
// is shown. Which field holds it depends on the type of the property.
type Value struct {
	Known  bool // false: null
	Text   string
	Number float64 // rounded as it is shown
	Truth  bool
	Time   time.Time // UTC; a date as the beginning of its day
}

// Reader reads the features of one collection. It may be used by any number of
// goroutines.
type Reader[T any] struct {
	table *table[T]
	ground
	shape func(*T) orb.Geometry
}

// ID is the id of a feature.
func (r Reader[T]) ID(v *T) string { return r.table.id(v) }

// Properties are those of the collection, as the function of that name lists them.
func (r Reader[T]) Properties() []Property { return r.table.properties() }

// Value is that of a property by its place in Properties. Of a list it is never
// known.
func (r Reader[T]) Value(v *T, property int) Value {
	s, c := subject[T]{v, r.frontier}, &r.table.columns[property]
	switch {
	case c.text != nil:
		text := c.text(s)
		return Value{Known: text != "", Text: text}
	case c.whole != nil:
		n, ok := c.whole(s)
		return Value{Known: ok, Number: float64(n)}
	case c.real != nil:
		n := c.real(s)
		return Value{Known: finite(n), Number: c.shown(n)}
	case c.truth != nil:
		t := c.truth(s)
		return Value{Known: t != guard.Unknown, Truth: t == guard.Yes}
	case c.instant != nil:
		t := c.instant(s).UTC()
		known := writable(t)
		if c.Format == "date" {
			t = t.Truncate(24 * time.Hour)
		}
		return Value{Known: known, Time: t}
	}
	return Value{}
}

// List is what a feature says of a property that is a list; nil: null.
func (r Reader[T]) List(v *T, property int) (all []string) {
	s, c := subject[T]{v, r.frontier}, &r.table.columns[property]
	if c.count == nil {
		return nil
	}
	for i := range c.count(s) {
		all = append(all, c.element(s, i))
	}
	return all
}

// shown is a number as it is written.
func (c *column[T]) shown(v float64) float64 {
	if !finite(v) {
		return 0
	}
	if c.significant > 0 {
		var text [32]byte
		n, _ := strconv.ParseFloat(string(appendSignificant(text[:0], v, c.significant)), 64) // written by us
		return n
	}
	return fixed(v, c.decimals)
}

// fixed is a number as appendFixed writes it.
func fixed(v float64, decimals int) float64 {
	scaled := math.Round(v * scales[decimals])
	if !(math.Abs(scaled) < exact) {
		return v
	}
	return scaled / scales[decimals]
}

// Shape is the geometry of a feature; nil: it has none.
func (r Reader[T]) Shape(v *T) orb.Geometry {
	if r.shape == nil {
		return nil
	}
	return r.shape(v)
}

// ReadReports reads reports.
func (e *Encoder) ReadReports() Reader[report.Version] {
	return Reader[report.Version]{&reportTable, e.ground, func(v *report.Version) orb.Geometry {
		switch {
		case v.Point != nil:
			return at(*v.Point)
		case v.Stretch != nil:
			return e.along(*v.Stretch)
		}
		return nil
	}}
}

// ReadSegments reads segments.
func (e *Encoder) ReadSegments() Reader[hotspot.SegmentState] {
	return Reader[hotspot.SegmentState]{&segmentTable, e.ground, func(v *hotspot.SegmentState) orb.Geometry { return e.along(v.Stretch) }}
}

// ReadPorts reads ports.
func (e *Encoder) ReadPorts() Reader[guard.PortState] {
	return Reader[guard.PortState]{&portTable, e.ground, func(v *guard.PortState) orb.Geometry { return at(v.Point) }}
}

// ReadPosts reads posts.
func (e *Encoder) ReadPosts() Reader[guard.PostState] {
	return Reader[guard.PostState]{&postTable, e.ground, func(v *guard.PostState) orb.Geometry {
		if v.Point != nil {
			return at(*v.Point)
		}
		return e.along(v.Stretch)
	}}
}

// ReadSources reads sources, which have no geometry.
func (e *Encoder) ReadSources() Reader[report.SourceState] {
	return Reader[report.SourceState]{&sourceTable, e.ground, nil}
}

// ReadHotspots reads hot spots.
func (e *Encoder) ReadHotspots() Reader[hotspot.Hotspot] {
	return Reader[hotspot.Hotspot]{&hotspotTable, e.ground, func(v *hotspot.Hotspot) orb.Geometry { return e.along(v.Stretch) }}
}

// ReadFlags reads flags.
func (e *Encoder) ReadFlags() Reader[hotspot.Flag] {
	return Reader[hotspot.Flag]{&flagTable, e.ground, func(v *hotspot.Flag) orb.Geometry { return e.along(v.Stretch) }}
}

// at is a point as appendPoint writes it.
func at(p orb.Point) orb.Geometry {
	if !finite(p[0]) || !finite(p[1]) {
		return nil
	}
	return writtenPoint(p)
}

// along is the geometry of a stretch as appendStretch writes it.
func (e *Encoder) along(s frontier.Stretch) orb.Geometry {
	line := e.frontier.Slice(s)
	if len(line) < 2 {
		if e.frontier.Length(s.Part) == 0 {
			return nil
		}
		return at(e.frontier.At(s.Part, s.From))
	}
	written := make(orb.LineString, 0, len(line))
	for i, p := range line {
		if i > 0 && i < len(line)-1 && same(p, line[i-1]) {
			continue
		}
		written = append(written, writtenPoint(p))
	}
	return written
}

func writtenPoint(p orb.Point) orb.Point {
	return orb.Point{fixed(p[0], places), fixed(p[1], places)}
}
