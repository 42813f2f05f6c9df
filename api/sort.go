package api

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"frontierwatch/api/codec"
	"frontierwatch/api/cql2"
)

// maxSorted is how many reports are sorted for one answer. The order in which
// reports are kept, newest first, has no such bound.
const maxSorted = 100_000

// order is one property to sort by.
type order struct {
	name       string
	column     int // as in filtered
	kind       cql2.Type
	descending bool
}

const maxOrders = 8

func paramSortby(of *collection) parameter {
	text := "The order of the features: names of sortables with commas between, each with + (or nothing) before it to begin with the least, or - to begin with the greatest. " +
		"What is null comes last; what is equal keeps the order that it has without sortby."
	if of.id == codec.Reports {
		text += fmt.Sprintf(" At most %d reports are sorted, but for -observed_start, the order they have anyway, which has no bound.", maxSorted)
	}
	return parameter{
		name: "sortby", description: text,
		schema: schema{"type": "array", "minItems": 1, "maxItems": maxOrders, "items": schema{"type": "string", "pattern": "^[+-]?[a-z_]+$"}, "example": []string{"-km"}},
		read: func(a *asked, text string) (err error) {
			a.orders, err = parseSortby(of.id, text)
			return err
		},
	}
}

// parseSortby reads +a,-b,c. A plus sign that was not escaped arrives as a space.
func parseSortby(collection, text string) (all []order, err error) {
	known, columns := sortables(collection)
	for name := range strings.SplitSeq(text, ",") {
		o := order{}
		if o.name, o.descending = strings.CutPrefix(name, "-"); !o.descending {
			o.name = strings.TrimPrefix(strings.Replace(name, " ", "+", 1), "+")
		}
		i := slices.IndexFunc(known, func(q cql2.Queryable) bool { return q.Name == o.name })
		switch {
		case i < 0:
			return nil, errors.New("must be made of sortables; those are " + joinedNames(known))
		case slices.ContainsFunc(all, func(other order) bool { return other.name == o.name }):
			return nil, errors.New("must not name a property twice")
		case len(all) == maxOrders:
			return nil, fmt.Errorf("must name at most %d properties", maxOrders)
		}
		o.column, o.kind = columns[i], known[i].Type
		all = append(all, o)
	}
	return all, nil
}

// sortables are the properties that features can be sorted by: those that they
// can be filtered by, but for the geometry and the lists.
func sortables(collection string) (all []cql2.Queryable, columns []int) {
	known, places := filterables(collection)
	for i := range known {
		if known[i].Type != cql2.Shapes && known[i].Type != cql2.Lists {
			all, columns = append(all, known[i]), append(columns, places[i])
		}
	}
	return all, columns
}

func joinedNames(known []cql2.Queryable) string {
	names := make([]string, len(known))
	for i := range known {
		names[i] = known[i].Name
	}
	return strings.Join(names, ", ")
}

// newestFirst says whether an order is the one that reports are kept in.
func newestFirst(orders []order) bool {
	native := [...]string{"observed_start", "fid"}
	for i, o := range orders {
		if i >= len(native) || o.name != native[i] || !o.descending {
			return false
		}
	}
	return true
}

// sorted sorts features; those that are equal keep their order.
func sorted[T any](all []*T, orders []order, from codec.Reader[T]) []*T {
	if len(orders) == 0 {
		return all
	}
	type entry struct {
		of     *T
		values []codec.Value
	}
	entries := make([]entry, len(all))
	for i, v := range all {
		values := make([]codec.Value, len(orders))
		for k, o := range orders {
			if o.column == columnID {
				values[k] = codec.Value{Known: true, Text: from.ID(v)}
			} else {
				values[k] = from.Value(v, o.column)
			}
		}
		entries[i] = entry{v, values}
	}
	slices.SortStableFunc(entries, func(a, b entry) int {
		for k := range orders {
			if d := orders[k].compare(a.values[k], b.values[k]); d != 0 {
				return d
			}
		}
		return 0
	})
	result := make([]*T, len(entries))
	for i := range entries {
		result[i] = entries[i].of
	}
	return result
}

func (o *order) compare(a, b codec.Value) int {
	if !a.Known || !b.Known {
		return number(b.Known) - number(a.Known)
	}
	d := 0
	switch o.kind {
	case cql2.Numbers:
		d = cmp.Compare(a.Number, b.Number)
	case cql2.Truths:
		d = number(a.Truth) - number(b.Truth)
	case cql2.Timestamps, cql2.Dates:
		d = a.Time.Compare(b.Time)
	default:
		d = strings.Compare(a.Text, b.Text)
	}
	if o.descending {
		return -d
	}
	return d
}

func number(truth bool) int {
	if truth {
		return 1
	}
	return 0
}
