package gpkg

import (
	"encoding/binary"
	"errors"
	"math"

	"github.com/paulmach/orb"
)

// pointSize is that of a GeoPackage POINT without envelope: the header "GP",
// version, flags, SRS, then WKB.
const pointSize = 8 + 1 + 4 + 16

var errGeometry = errors.New("is no GeoPackage point in EPSG:4326")

// appendPoint writes a GeoPackage POINT: version 0 (of the format, not of the
// standard), flags 1 (little endian, no envelope, not empty), SRS 4326, WKB.
func appendPoint(dst []byte, p orb.Point) []byte {
	dst = append(dst, 'G', 'P', 0, 1)
	dst = binary.LittleEndian.AppendUint32(dst, 4326)
	dst = append(dst, 1)
	dst = binary.LittleEndian.AppendUint32(dst, 1)
	dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(p[0]))
	return binary.LittleEndian.AppendUint64(dst, math.Float64bits(p[1]))
}

// parsePoint reads what appendPoint wrote, and nothing else.
func parsePoint(b []byte) (p orb.Point, err error) {
	if len(b) != pointSize || string(b[:pointSize-16]) != "GP\x00\x01\xe6\x10\x00\x00\x01\x01\x00\x00\x00" {
		return p, errGeometry
	}
	p[0] = math.Float64frombits(binary.LittleEndian.Uint64(b[pointSize-16:]))
	p[1] = math.Float64frombits(binary.LittleEndian.Uint64(b[pointSize-8:]))
	return p, nil
}
