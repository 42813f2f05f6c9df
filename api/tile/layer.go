package tile

import (
	"encoding/binary"
	"math"
)

// Layer is a layer of a tile while it is made. Features are written one after the
// other: Feature, its properties, then its geometry, which ends it.
type Layer struct {
	name     string
	features []byte
	keys     dictionary
	values   dictionary

	id       uint64
	tags     []byte // of the feature that is being written
	geometry []byte
	scratch  []byte
}

// dictionary numbers texts in the order in which they first come.
type dictionary struct {
	number map[string]uint32
	texts  []string
}

func (d *dictionary) of(text []byte) uint32 {
	if n, ok := d.number[string(text)]; ok {
		return n
	}
	n := uint32(len(d.texts))
	d.texts = append(d.texts, string(text))
	d.number[d.texts[n]] = n
	return n
}

// NewLayer is a layer without features.
func NewLayer(name string) *Layer {
	return &Layer{name: name, keys: dictionary{number: map[string]uint32{}}, values: dictionary{number: map[string]uint32{}}}
}

// Empty says whether nothing was written.
func (l *Layer) Empty() bool { return len(l.features) == 0 }

// The numbers of the specification: fields of its messages with their wire types, and
// what geometry is.
const (
	tileLayer = 3<<3 | 2

	layerName, layerFeature, layerKey, layerValue, layerExtent, layerVersion = 1<<3 | 2, 2<<3 | 2, 3<<3 | 2, 4<<3 | 2, 5 << 3, 15 << 3

	featureID, featureTags, featureType, featureGeometry = 1 << 3, 2<<3 | 2, 3 << 3, 4<<3 | 2

	valueText, valueDouble, valueWhole, valueSigned, valueTruth = 1<<3 | 2, 3<<3 | 1, 5 << 3, 6 << 3, 7 << 3

	typePoint, typeLine = 1, 2

	moveTo, lineTo = 1, 2
)

// Feature begins a feature.
func (l *Layer) Feature(id uint64) {
	l.id, l.tags = id, l.tags[:0]
}

// Text says that a property is a text.
func (l *Layer) Text(key, value string) {
	l.scratch = appendText(l.scratch[:0], valueText, value)
	l.tag(key)
}

// Number says that a property is a number. Whole numbers are written as such; NaN
// and the infinities are left out.
func (l *Layer) Number(key string, value float64) {
	const exact = 1 << 53
	switch {
	case math.IsNaN(value) || math.IsInf(value, 0):
		return
	case value == math.Trunc(value) && value >= 0 && value < exact:
		l.scratch = binary.AppendUvarint(append(l.scratch[:0], valueWhole), uint64(value))
	case value == math.Trunc(value) && math.Abs(value) < exact:
		l.scratch = binary.AppendVarint(append(l.scratch[:0], valueSigned), int64(value))
	default:
		l.scratch = binary.LittleEndian.AppendUint64(append(l.scratch[:0], valueDouble), math.Float64bits(value))
	}
	l.tag(key)
}

// Truth says that a property is true or false.
func (l *Layer) Truth(key string, value bool) {
	l.scratch = append(l.scratch[:0], valueTruth, 0)
	if value {
		l.scratch[1] = 1
	}
	l.tag(key)
}

func (l *Layer) tag(key string) {
	value := l.values.of(l.scratch)
	l.scratch = append(l.scratch[:0], key...)
	l.tags = binary.AppendUvarint(l.tags, uint64(l.keys.of(l.scratch)))
	l.tags = binary.AppendUvarint(l.tags, uint64(value))
}

// Point ends a feature that is a point.
func (l *Layer) Point(p Point) {
	l.geometry = append(l.geometry[:0], moveTo|1<<3)
	l.geometry = appendStep(l.geometry, p, Point{})
	l.end(typePoint)
}

// Lines ends a feature that is one line or more, each of two points at least; without
// one there is no feature.
func (l *Layer) Lines(lines [][]Point) {
	if len(lines) == 0 {
		return
	}
	l.geometry = l.geometry[:0]
	at := Point{}
	for _, line := range lines {
		l.geometry = append(l.geometry, moveTo|1<<3)
		l.geometry = appendStep(l.geometry, line[0], at)
		l.geometry = binary.AppendUvarint(l.geometry, uint64(len(line)-1)<<3|lineTo)
		at = line[0]
		for _, p := range line[1:] {
			l.geometry = appendStep(l.geometry, p, at)
			at = p
		}
	}
	l.end(typeLine)
}

// appendStep appends the way from one point to another: signed numbers with the sign
// in the lowest bit, as Varint has them too.
func appendStep(dst []byte, to, from Point) []byte {
	dst = binary.AppendVarint(dst, int64(to.X-from.X))
	return binary.AppendVarint(dst, int64(to.Y-from.Y))
}

func (l *Layer) end(kind byte) {
	f := l.scratch[:0]
	if l.id != 0 {
		f = binary.AppendUvarint(append(f, featureID), l.id)
	}
	f = appendBytes(f, featureTags, l.tags)
	f = append(f, featureType, kind)
	f = appendBytes(f, featureGeometry, l.geometry)
	l.features = appendBytes(l.features, layerFeature, f)
	l.scratch = f
}

// Append appends the layer to a tile: layers one after the other are a tile. An
// empty one appends nothing.
func (l *Layer) Append(dst []byte) []byte {
	if l.Empty() {
		return dst
	}
	b := appendText(nil, layerName, l.name)
	b = append(b, l.features...)
	for _, key := range l.keys.texts {
		b = appendText(b, layerKey, key)
	}
	for _, value := range l.values.texts {
		b = appendText(b, layerValue, value)
	}
	b = binary.AppendUvarint(append(b, layerExtent), Extent)
	b = append(b, layerVersion, 2)
	return appendBytes(dst, tileLayer, b)
}

func appendBytes(dst []byte, field byte, b []byte) []byte {
	dst = binary.AppendUvarint(append(dst, field), uint64(len(b)))
	return append(dst, b...)
}

func appendText(dst []byte, field byte, text string) []byte {
	dst = binary.AppendUvarint(append(dst, field), uint64(len(text)))
	return append(dst, text...)
}
