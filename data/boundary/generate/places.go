package main

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/paulmach/orb"
)

// place is an inhabited place of GeoNames.
type place struct {
	name, country, kind string
	population          uint64
	point               orb.Point
}

var errTruncated = errors.New("the file ends within a field")

// message takes protocol buffer fields from the front of a buffer.
type message []byte

// readPlaces decodes cities.pbf: places one after another, each a varint of its
// length and its fields. Longitude and latitude are differences from the place before, in
// 1e-5 degrees.
func readPlaces(data []byte) ([]place, error) {
	var all []place
	var lon, lat int64
	for m := message(data); len(m) > 0; {
		body, err := m.bytes()
		if err != nil {
			return nil, fmt.Errorf("place %d: %w", len(all)+1, err)
		}
		p, dLon, dLat, err := readPlace(body)
		if err != nil {
			return nil, fmt.Errorf("place %d: %w", len(all)+1, err)
		}
		lon, lat = lon+dLon, lat+dLat
		p.point = orb.Point{float64(lon) / 1e5, float64(lat) / 1e5}
		all = append(all, p)
	}
	return all, nil
}

func readPlace(m message) (p place, dLon, dLat int64, err error) {
	for len(m) > 0 {
		key, err := m.varint()
		if err != nil {
			return p, 0, 0, err
		}
		var number uint64
		var text []byte
		switch key & 7 {
		case 0:
			number, err = m.varint()
		case 2:
			text, err = m.bytes()
		default:
			err = fmt.Errorf("field of wire type %d, which the format does not have", key&7)
		}
		if err != nil {
			return p, 0, 0, err
		}
		switch key >> 3 {
		case 2:
			p.name = string(text)
		case 3:
			p.country = string(text)
		case 7:
			p.kind = string(text)
		case 9:
			p.population = number
		case 10:
			dLon = zigzag(number)
		case 11:
			dLat = zigzag(number)
		}
	}
	return p, dLon, dLat, nil
}

func (m *message) varint() (uint64, error) {
	v, n := binary.Uvarint(*m)
	if n <= 0 {
		return 0, errTruncated
	}
	*m = (*m)[n:]
	return v, nil
}

func (m *message) bytes() (message, error) {
	n, err := m.varint()
	if err != nil {
		return nil, err
	}
	if n > uint64(len(*m)) {
		return nil, errTruncated
	}
	b := (*m)[:n]
	*m = (*m)[n:]
	return b, nil
}

// zigzag undoes the encoding that keeps small negative numbers short.
func zigzag(v uint64) int64 { return int64(v>>1) ^ -int64(v&1) }
