package codec

import (
	"math"
	"slices"
	"time"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/guard"
	"frontierwatch/geo/report"
)

// Property is one property of the features of a collection.
type Property struct {
	Name        string
	Type        string // of JSON: string, number, integer, boolean, or array, which is always one of strings
	Format      string // of JSON Schema: date-time, date, duration, or empty
	Description string
	Enum        []string // what it may be; nil: anything of its type
	Role        string   // x-ogc-role of OGC API – Features Part 5 (draft), may be empty
}

// subject is what a property is read from.
type subject[T any] struct {
	of   *T
	line *frontier.Frontier
}

// column is a property and how it is read: exactly one of the functions is set.
// They say that there is nothing by the zero text, NaN, false as second result,
// Unknown, the zero time, or the number 0 of elements.
type column[T any] struct {
	Property
	key string // `"name":`

	text    func(subject[T]) string
	whole   func(subject[T]) (int64, bool)
	real    func(subject[T]) float64
	truth   func(subject[T]) guard.Tri
	instant func(subject[T]) time.Time
	count   func(subject[T]) int // of a list, with element
	element func(subject[T], int) string

	decimals    int // of real
	significant int // digits of real, instead of decimals; 0: not used
}

// table is what there is to say of a collection. Tables are never changed.
type table[T any] struct {
	collection string
	geometry   string // format of the geometry in a schema; empty: it has none
	columns    []column[T]

	id     func(*T) string
	shape  func(dst []byte, g ground, v *T) []byte               // the geometry; nil: null
	lonlat place[T]                                              // the columns of CSV; nil: there are none
	write  func(dst []byte, g ground, v *T, links []Link) []byte // a Feature, written out; nil: by the columns

	marking func(*T) report.Marking // nil: its features bear none
}

func newColumn[T any](p Property) column[T] { return column[T]{Property: p, key: `"` + p.Name + `":`} }

func text[T any](name, description string, get func(subject[T]) string) column[T] {
	c := newColumn[T](Property{Name: name, Type: "string", Description: description})
	c.text = get
	return c
}

// word is text that is one of a vocabulary.
func word[T any](name string, enum []string, description string, get func(subject[T]) string) column[T] {
	c := text(name, description, get)
	c.Enum = enum
	return c
}

func whole[T any](name, description string, get func(subject[T]) (int64, bool)) column[T] {
	c := newColumn[T](Property{Name: name, Type: "integer", Description: description})
	c.whole = get
	return c
}

func number[T any](name string, decimals int, description string, get func(subject[T]) float64) column[T] {
	c := newColumn[T](Property{Name: name, Type: "number", Description: description})
	c.real, c.decimals = get, decimals
	return c
}

// small is a number that may be very small and still say something.
func small[T any](name, description string, get func(subject[T]) float64) column[T] {
	c := number(name, 0, description, get)
	c.significant = 4
	return c
}

func truth[T any](name, description string, get func(subject[T]) guard.Tri) column[T] {
	c := newColumn[T](Property{Name: name, Type: "boolean", Description: description})
	c.truth = get
	return c
}

func instant[T any](name, description string, get func(subject[T]) time.Time) column[T] {
	c := newColumn[T](Property{Name: name, Type: "string", Format: "date-time", Description: description})
	c.instant = get
	return c
}

func day[T any](name, description string, get func(subject[T]) time.Time) column[T] {
	c := instant(name, description, get)
	c.Format = "date"
	return c
}

func list[T any](name, description string, count func(subject[T]) int, element func(subject[T], int) string) column[T] {
	c := newColumn[T](Property{Name: name, Type: "array", Description: description})
	c.count, c.element = count, element
	return c
}

func (c column[T]) role(role string) column[T] {
	c.Role = role
	return c
}

// always is for whole numbers that are never missing.
func always[T any](get func(subject[T]) int64) func(subject[T]) (int64, bool) {
	return func(s subject[T]) (int64, bool) { return get(s), true }
}

func tri(yes bool) guard.Tri {
	if yes {
		return guard.Yes
	}
	return guard.No
}

// given is v where it is known, else nothing.
func given(known bool, v float64) float64 {
	if known {
		return v
	}
	return math.NaN()
}

func words[T ~string](all []T) []string {
	s := make([]string, len(all))
	for i := range all {
		s[i] = string(all[i])
	}
	return s
}

// Properties lists the properties of a collection in the order of output; nil
// for a name that is no collection. The slice is the caller's own.
func Properties(collection string) []Property {
	switch collection {
	case Reports:
		return reportTable.properties()
	case Segments:
		return segmentTable.properties()
	case Ports:
		return portTable.properties()
	case Posts:
		return postTable.properties()
	case Sources:
		return sourceTable.properties()
	case Hotspots:
		return hotspotTable.properties()
	case Flags:
		return flagTable.properties()
	}
	return nil
}

func (t *table[T]) properties() []Property {
	all := make([]Property, len(t.columns))
	for i := range t.columns {
		all[i] = t.columns[i].Property
		all[i].Enum = slices.Clone(all[i].Enum)
	}
	return all
}
