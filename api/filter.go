package api

import (
	"errors"
	"slices"

	"github.com/paulmach/orb"

	"frontierwatch/api/codec"
	"frontierwatch/api/cql2"
)

const (
	cql2Text = "cql2-text"
	cql2JSON = "cql2-json"
)

// filtered is a filter over the features of one collection.
type filtered struct {
	*cql2.Filter
	columns    []int    // what each queryable is, by its place in codec.Properties
	properties []string // that it names
}

const (
	columnID = -1 - iota
	columnGeometry
)

// filterables are the properties that filters of a collection may name, and which
// columns they are: those that its queryables list.
func filterables(collection string) (all []cql2.Queryable, columns []int) {
	add := func(name string, kind cql2.Type, column int) {
		all, columns = append(all, cql2.Queryable{Name: name, Type: kind}), append(columns, column)
	}
	add("id", cql2.Texts, columnID)
	if codec.Geometry(collection) != "" {
		add("geometry", cql2.Shapes, columnGeometry)
	}
	for i, p := range codec.Properties(collection) {
		add(p.Name, filterType(p), i)
	}
	return all, columns
}

func filterType(p codec.Property) cql2.Type {
	switch {
	case p.Type == "array":
		return cql2.Lists
	case p.Type == "number" || p.Type == "integer":
		return cql2.Numbers
	case p.Type == "boolean":
		return cql2.Truths
	case p.Format == "date-time":
		return cql2.Timestamps
	case p.Format == "date":
		return cql2.Dates
	}
	return cql2.Texts
}

// paramsFilter are the parameters by which features of a collection are filtered.
// The language stands first, since what reads the filter must know it.
func paramsFilter(collection string) []parameter {
	return []parameter{
		{
			name:        "filter-lang",
			description: "The language of filter.",
			schema:      schema{"type": "string", "enum": []string{cql2Text, cql2JSON}, "default": cql2Text},
			read: func(a *asked, text string) (err error) {
				a.language, err = oneOf(text, []string{cql2Text, cql2JSON})
				return err
			},
		},
		{
			name:        "filter-crs",
			description: "The coordinates of filter: longitude and latitude, and no others.",
			schema:      schema{"type": "string", "format": "uri", "enum": []string{crs84}},
			read: func(_ *asked, text string) error {
				_, err := oneOf(text, []string{crs84})
				return err
			},
		},
		{
			name: "filter",
			description: "Only features for which this is true (CQL2), besides what the other parameters ask. The queryables of the collection list the properties. " +
				"A comparison with a property that is null is neither true nor false. Properties that are lists are compared as sets, by A_CONTAINS(agencies, ('RCMP')) and the like.",
			schema: schema{"type": "string", "maxLength": cql2.MaxLength, "example": "count_best > 3 AND S_INTERSECTS(geometry, BBOX(-98,48.5,-96,49.5))"},
			read: func(a *asked, text string) (err error) {
				a.filter, err = parseFilter(collection, a.language, text)
				return err
			},
		},
	}
}

func parseFilter(collection, language, text string) (*filtered, error) {
	parse := cql2.ParseText
	if language == cql2JSON {
		parse = cql2.ParseJSON
	}
	tree, err := parse(text)
	if err != nil {
		if text != "" && text[0] == '{' && language != cql2JSON {
			return nil, errors.New("looks like CQL2 JSON: send filter-lang=cql2-json with it")
		}
		return nil, err
	}
	queryables, columns := filterables(collection)
	filter, err := cql2.Compile(tree, queryables)
	if err != nil {
		return nil, err
	}
	return &filtered{filter, columns, propertiesOf(tree)}, nil
}

// row is a feature as a filter reads it.
type row[T any] struct {
	codec.Reader[T]
	columns []int
	of      *T
}

// Value implements cql2.Feature.
func (r *row[T]) Value(queryable int) cql2.Value {
	column := r.columns[queryable]
	if column == columnID {
		return cql2.Value{Known: true, Text: r.ID(r.of)}
	}
	return cql2.Value(r.Reader.Value(r.of, column))
}

// Shape implements cql2.Feature.
func (r *row[T]) Shape(int) orb.Geometry { return r.Reader.Shape(r.of) }

// List implements cql2.Feature.
func (r *row[T]) List(queryable int) []string { return r.Reader.List(r.of, r.columns[queryable]) }

// filterMatcher keeps features for which the filter is true; nil: there is none.
// It is for one goroutine.
func filterMatcher[T any](f *filtered, from codec.Reader[T]) func(*T) bool {
	if f == nil {
		return nil
	}
	r := &row[T]{Reader: from, columns: f.columns}
	return func(v *T) bool {
		r.of = v
		return f.Keeps(r)
	}
}

// both keeps what each of some functions keeps, those that are nil left out; nil: all.
func both[T any](keep ...func(*T) bool) func(*T) bool {
	keep = slices.DeleteFunc(keep, func(f func(*T) bool) bool { return f == nil })
	switch len(keep) {
	case 0:
		return nil
	case 1:
		return keep[0]
	}
	return func(v *T) bool {
		for _, f := range keep {
			if !f(v) {
				return false
			}
		}
		return true
	}
}
