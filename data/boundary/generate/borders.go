package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/paulmach/orb"
)

// printed is a point as the source prints it. Two countries share a point if
// they print it alike; no rounding is involved.
type printed [2]json.Number

func (p printed) point() (orb.Point, error) {
	lon, err := p[0].Float64()
	if err != nil {
		return orb.Point{}, err
	}
	lat, err := p[1].Float64()
	return orb.Point{lon, lat}, err
}

// country is the rings of a country. Outer rings run counterclockwise, so the
// country is to the left of every edge.
type country [][]printed

// readCountries reads the borders of the countries named (ISO 3166-1 alpha-3).
func readCountries(data []byte, names ...string) (map[string]country, error) {
	var file struct {
		Features []struct {
			Properties struct{ IsoA3 string }
			Geometry   json.RawMessage
		}
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, err
	}
	found := map[string]country{}
	for _, feature := range file.Features {
		name := feature.Properties.IsoA3
		if !slices.Contains(names, name) {
			continue
		}
		var err error
		if found[name], err = readRings(feature.Geometry); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	for _, name := range names {
		if len(found[name]) == 0 {
			return nil, fmt.Errorf("country %s is missing", name)
		}
	}
	return found, nil
}

func readRings(geometry []byte) (country, error) {
	var collection struct {
		Geometries []struct {
			Type        string
			Coordinates [][][]printed
		}
	}
	if err := json.Unmarshal(geometry, &collection); err != nil {
		return nil, err
	}
	var rings country
	for _, g := range collection.Geometries {
		if g.Type != "MultiPolygon" {
			return nil, fmt.Errorf("geometry is a %s, not a MultiPolygon", g.Type)
		}
		for _, polygon := range g.Coordinates {
			if len(polygon) != 1 {
				return nil, errors.New("a polygon has holes, for which orientation is not checked")
			}
			if err := counterclockwise(polygon[0]); err != nil {
				return nil, err
			}
			rings = append(rings, polygon[0])
		}
	}
	return rings, nil
}

func counterclockwise(ring []printed) error {
	r := make(orb.Ring, len(ring))
	for i, p := range ring {
		var err error
		if r[i], err = p.point(); err != nil {
			return err
		}
	}
	if !r.Closed() || r.Orientation() != orb.CCW {
		return fmt.Errorf("the ring at %v is not closed or not counterclockwise", r[0])
	}
	return nil
}

// edges calls yield for every edge of every ring, in the ring's direction.
func (c country) edges(yield func(from, to printed) bool) {
	for _, ring := range c {
		for i := 1; i < len(ring); i++ {
			if ring[i-1] != ring[i] && !yield(ring[i-1], ring[i]) {
				return
			}
		}
	}
}

// sharedChains joins the edges that both countries have, each to the longest
// line, longest first. They run as in the rings of a, so a is to their left.
//
// The two countries lie on different sides of their boundary and so run along it
// in opposite directions. Where both claim the same land, their rings share edges in
// the same direction (Machias Seal Island); those are no boundary and are left out.
func sharedChains(a, b country) ([][]printed, error) {
	opposite := map[[2]printed]bool{}
	for from, to := range b.edges {
		opposite[[2]printed{to, from}] = true
	}
	next := map[printed]printed{}
	reached := map[printed]bool{}
	for from, to := range a.edges {
		if !opposite[[2]printed{from, to}] {
			continue
		}
		if _, twice := next[from]; twice || reached[to] {
			return nil, fmt.Errorf("the boundary branches at %v", from)
		}
		next[from], reached[to] = to, true
	}
	var chains [][]printed
	for start := range next {
		if reached[start] {
			continue
		}
		chain := []printed{start}
		for p, more := next[start]; more; p, more = next[p] {
			chain = append(chain, p)
		}
		chains = append(chains, chain)
	}
	slices.SortFunc(chains, func(a, b []printed) int { return len(b) - len(a) })
	return chains, nil
}

// follow finds the points of a ring of c from one point to another, both printed
// as "lon lat", in the direction of the ring.
func (c country) follow(from, to string) ([]printed, error) {
	is := func(name string) func(printed) bool {
		return func(p printed) bool { return strings.Join([]string{p[0].String(), p[1].String()}, " ") == name }
	}
	for _, ring := range c {
		i, j := slices.IndexFunc(ring, is(from)), slices.IndexFunc(ring, is(to))
		if i >= 0 && j > i {
			return ring[i : j+1], nil
		}
	}
	return nil, fmt.Errorf("no ring leads from %s to %s", from, to)
}
