package cql2

import (
	"time"

	"github.com/paulmach/orb"
)

// Type is what a property of features is. The zero value is Texts.
type Type uint8

const (
	Texts Type = iota
	Numbers
	Truths
	Timestamps
	Dates
	Shapes
	Lists // of text
)

// Queryable is a property that filters may name.
type Queryable struct {
	Name string
	Type Type
}

// Value is what a feature says of one property; which field holds it depends on
// the type of the property. The zero value is null.
type Value struct {
	Known  bool // false: null
	Text   string
	Number float64
	Truth  bool
	Time   time.Time
}

// Feature is what a filter is held against.
type Feature interface {
	// Value is that of a queryable, by its place among those the filter was
	// compiled with.
	Value(queryable int) Value
	// Shape is the geometry, longitude and latitude; nil: it has none.
	Shape(queryable int) orb.Geometry
	// List is what a queryable of type Lists holds; empty: null.
	List(queryable int) []string
}

// tri is true, false, or neither.
type tri uint8

const (
	unknown tri = iota
	no
	yes
)

func decided(truth bool) tri {
	if truth {
		return yes
	}
	return no
}

// Filter decides which features are kept. It is immutable and may be used by any
// number of goroutines.
type Filter struct{ holds predicate }

type predicate func(Feature) tri

// Keeps says whether the filter is true for a feature.
func (f *Filter) Keeps(v Feature) bool { return f.holds(v) == yes }

func all(parts []predicate) predicate {
	return func(f Feature) tri {
		result := yes
		for _, holds := range parts {
			switch holds(f) {
			case no:
				return no
			case unknown:
				result = unknown
			}
		}
		return result
	}
}

func some(parts []predicate) predicate {
	return func(f Feature) tri {
		result := no
		for _, holds := range parts {
			switch holds(f) {
			case yes:
				return yes
			case unknown:
				result = unknown
			}
		}
		return result
	}
}

func denied(holds predicate) predicate {
	return func(f Feature) tri {
		switch holds(f) {
		case yes:
			return no
		case no:
			return yes
		}
		return unknown
	}
}
