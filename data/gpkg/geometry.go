package gpkg

import (
	"encoding/binary"
	"errors"
	"math"
	"time"

	"github.com/ncruces/go-sqlite3"
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

// extent is the box around points. The zero value is around none.
type extent struct {
	box orb.Bound
	any bool
}

// with is the extent that holds p too.
func (e extent) with(p orb.Point) extent {
	if !e.any {
		return extent{orb.Bound{Min: p, Max: p}, true}
	}
	if !e.box.Contains(p) {
		e.box = e.box.Extend(p)
	}
	return e
}

// holds says whether o lies in e.
func (e extent) holds(o extent) bool {
	return !o.any || e.any && e.box.Contains(o.box.Min) && e.box.Contains(o.box.Max)
}

func readExtent(c *sqlite3.Conn, table string) (e extent, err error) {
	err = queryRow(c, `SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = ?`, func(st *sqlite3.Stmt) {
		e.any = st.ColumnType(0) != sqlite3.NULL
		e.box = orb.Bound{Min: orb.Point{st.ColumnFloat(0), st.ColumnFloat(1)}, Max: orb.Point{st.ColumnFloat(2), st.ColumnFloat(3)}}
	}, table)
	return e, err
}

func writeExtent(c *sqlite3.Conn, table string, e extent, now time.Time) error {
	st, _, err := c.Prepare(`UPDATE gpkg_contents SET min_x = ?, min_y = ?, max_x = ?, max_y = ?, last_change = ? WHERE table_name = ?`)
	if err != nil {
		return err
	}
	b := binder{st: st}
	for _, v := range [...]float64{e.box.Min[0], e.box.Min[1], e.box.Max[0], e.box.Max[1]} {
		b.real(v)
	}
	b.time(now)
	b.string(table)
	return first(b.exec(), st.Close())
}
