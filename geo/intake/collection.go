package intake

import (
	"encoding/json"
	"strings"
)

// collection is how far the walk through a FeatureCollection has come.
type collection struct {
	state   state
	kind    string // value of the member type; empty: it did not come yet
	members int    // of the object that were begun
}

type state uint8

const (
	before state = iota // the features
	first               // feature, if there is any, comes next
	among               // the features; a comma or the end comes next
	behind              // everything: nothing may follow
)

// feature reads the next row of GeoJSON. The members of a collection may come in
// any order, and other members than type and features are passed over.
func (r *Reader) feature() (Row, error) {
	c := &r.within
	if c.state == before {
		if row, whole, err := r.top(); whole || err != nil {
			return row, err
		}
	}
	if c.state == behind {
		return Row{}, r.nothing()
	}
	r.source.begin()
	b, ok := r.source.peekSolid()
	if ok && b == ']' {
		r.source.next()
		return Row{}, r.rest()
	}
	if c.state == among {
		if ok && b != ',' {
			return Row{}, r.broken("a comma or ] is missing before it")
		}
		r.source.next()
		r.source.begin()
		r.source.peekSolid()
	}
	c.state = among
	line := r.source.line
	if err := r.value(); err != nil {
		return Row{}, err
	}
	return r.decode(r.source.row(), line), nil
}

// top reads the object itself up to its features. If it ends without any it is
// one Feature, or is told that it should be.
func (r *Reader) top() (row Row, whole bool, err error) {
	s := &r.source
	s.begin()
	s.peekSolid()
	line := s.line
	b, ok := s.next()
	if !ok {
		return row, false, r.stopped()
	}
	if b != '{' {
		return row, false, r.broken(`the file must be a GeoJSON FeatureCollection, {"type":"FeatureCollection","features":[…]}, or one Feature`)
	}
	for {
		name, err := r.member()
		if err != nil {
			return row, false, err
		}
		if name == "" {
			r.within.state = behind
			row = r.decode(s.row(), line)
			return row, true, nil
		}
		if b, _ := s.peek(); name == "features" && b == '[' {
			s.next()
			r.within.state = first
			return row, false, r.collected(false)
		}
		if err := r.other(name); err != nil {
			return row, false, err
		}
	}
}

// rest reads what stands behind the features.
func (r *Reader) rest() error {
	s := &r.source
	for {
		s.begin()
		name, err := r.member()
		if err != nil {
			return err
		}
		switch name {
		case "":
			r.within.state = behind
			if err := r.collected(true); err != nil {
				return err
			}
			return r.nothing()
		case "features":
			return r.broken("the member features comes twice")
		}
		if err := r.other(name); err != nil {
			return err
		}
	}
}

// collected makes sure that the object around the features is a collection. Before
// its end the type may be still to come.
func (r *Reader) collected(whole bool) error {
	if k := r.within.kind; k == `"FeatureCollection"` || k == "" && !whole {
		return nil
	}
	return r.broken(`the object around the features must have the member "type":"FeatureCollection"`)
}

// nothing makes sure that nothing follows.
func (r *Reader) nothing() error {
	r.source.begin()
	if _, ok := r.source.peekSolid(); ok {
		return r.broken("something follows the end of the GeoJSON; if each line is a Feature of its own, the format is NDJSON")
	}
	return r.ended()
}

// member reads the name of the next member of the object and the colon. At the end
// of the object it is empty; an empty name comes back as a blank.
func (r *Reader) member() (string, error) {
	s := &r.source
	b, ok := s.solid()
	if ok && b == '}' {
		return "", nil
	}
	if r.within.members++; r.within.members > 1 {
		if ok && b != ',' {
			return "", r.broken("a comma or } is missing in the object around the features")
		}
		b, ok = s.solid()
	}
	if !ok {
		return "", r.stopped()
	}
	if b != '"' {
		return "", r.broken("the name of a member is missing in the object around the features")
	}
	length, err := r.text()
	if err != nil {
		return "", err
	}
	name := " "
	if length > 0 {
		name = string(s.buf[s.at-1-length : s.at-1])
	}
	if b, ok = s.solid(); ok && b != ':' {
		return "", r.broken("a colon is missing in the object around the features")
	}
	if !ok {
		return "", r.stopped()
	}
	s.peekSolid()
	return name, nil
}

// other reads the value of a member of the collection that is not its features.
func (r *Reader) other(name string) error {
	from := r.source.at - r.source.mark
	if err := r.value(); err != nil {
		return err
	}
	text := r.source.row()[from:]
	switch name {
	case "type":
		r.within.kind = string(text)
	case "crs":
		if !degrees(text) {
			return r.broken("coordinates must be longitude and latitude (CRS84); the member crs names another system")
		}
	}
	return nil
}

// degrees says whether the member crs, which older GeoJSON has, names the system
// that GeoJSON now always has.
func degrees(crs []byte) bool {
	var named *struct {
		Properties struct{ Name string }
	}
	if err := json.Unmarshal(crs, &named); err != nil {
		return false
	}
	if named == nil {
		return true
	}
	name := strings.ToUpper(named.Properties.Name)
	return strings.HasSuffix(name, "CRS84") || strings.Contains(name, "EPSG:") && strings.HasSuffix(name, ":4326")
}
