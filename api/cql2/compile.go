package cql2

import (
	"cmp"
	"slices"
	"strings"
)

// Compile makes a filter for features that have these properties. The error is an
// *Error: a property is unknown, or things are compared that are not alike.
func Compile(n Node, queryables []Queryable) (*Filter, error) {
	holds, err := (&compiler{queryables}).predicate(n)
	if err != nil {
		return nil, err
	}
	return &Filter{holds}, nil
}

type compiler struct{ queryables []Queryable }

// operand is a value of a feature, or the same for all.
type operand struct {
	kind  Type
	get   func(Feature) Value
	fixed *Value // nil: it depends on the feature
}

func (c *compiler) predicate(n Node) (predicate, error) {
	switch {
	case n.Op == And, n.Op == Or, n.Op == Not:
		return c.logic(n)
	case n.Op == Truth:
		result := decided(n.Truth)
		return func(Feature) tri { return result }, nil
	case slices.Contains(comparisons(), n.Op):
		return c.comparison(n)
	case n.Op == Between:
		return c.between(n)
	case n.Op == In:
		return c.in(n)
	case n.Op == Like:
		return c.like(n)
	case n.Op == IsNull:
		return c.null(n)
	case slices.Contains(spatial(), n.Op):
		return related(n, c.where, relation2D(n.Op))
	case slices.Contains(temporal(), n.Op):
		return related(n, c.when, temporalRelation(n.Op))
	case slices.Contains(array(), n.Op):
		return related(n, c.set, relationOfSets(n.Op))
	}
	return nil, n.at.fault("here should be something that is true or false")
}

// argument is what an argument of a predicate is of a feature; false: it is null.
type argument[T any] func(Feature) (T, bool)

// related makes a predicate of two arguments that are alike.
func related[T any](n Node, read func(Node) (argument[T], error), is func(a, b T) bool) (predicate, error) {
	left, err := read(n.Args[0])
	if err != nil {
		return nil, err
	}
	right, err := read(n.Args[1])
	if err != nil {
		return nil, err
	}
	return func(f Feature) tri {
		a, known := left(f)
		b, both := right(f)
		if !known || !both {
			return unknown
		}
		return decided(is(a, b))
	}, nil
}

func (c *compiler) logic(n Node) (predicate, error) {
	parts := make([]predicate, len(n.Args))
	for i, a := range n.Args {
		var err error
		if parts[i], err = c.predicate(a); err != nil {
			return nil, err
		}
	}
	switch n.Op {
	case And:
		return all(parts), nil
	case Or:
		return some(parts), nil
	}
	return denied(parts[0]), nil
}

// find is a queryable by its name.
func (c *compiler) find(n Node) (int, error) {
	i := slices.IndexFunc(c.queryables, func(q Queryable) bool { return q.Name == n.Text })
	if i >= 0 {
		return i, nil
	}
	known := make([]string, len(c.queryables))
	for i, q := range c.queryables {
		known[i] = q.Name
	}
	detail := "there is no such property; those there are: " + strings.Join(known, ", ")
	if n.at.character > 0 { // the grammar has double quotes for names alone
		detail += "; text stands between single quotes"
	}
	return 0, n.at.fault(detail)
}

func (c *compiler) operand(n Node) (operand, error) {
	switch n.Op {
	case Property:
		i, err := c.find(n)
		if err != nil {
			return operand{}, err
		}
		return operand{kind: c.queryables[i].Type, get: func(f Feature) Value { return f.Value(i) }}, nil
	case CaseI:
		return c.folded(n)
	case Text:
		return fixed(Texts, Value{Text: n.Text}), nil
	case Number:
		return fixed(Numbers, Value{Number: n.Number}), nil
	case Truth:
		return fixed(Truths, Value{Truth: n.Truth}), nil
	case Date:
		return fixed(Dates, Value{Time: n.Time}), nil
	case Timestamp:
		return fixed(Timestamps, Value{Time: n.Time}), nil
	}
	return operand{}, n.at.fault("this cannot be compared: geometries need S_INTERSECTS, and intervals T_INTERSECTS or one of its kind")
}

func fixed(kind Type, v Value) operand {
	v.Known = true
	return operand{kind: kind, get: func(Feature) Value { return v }, fixed: &v}
}

// operands are those of a comparison, which must be alike.
func (c *compiler) operands(nodes []Node) ([]operand, error) {
	parts := make([]operand, len(nodes))
	for i, n := range nodes {
		var err error
		if parts[i], err = c.operand(n); err != nil {
			return nil, err
		}
		if parts[i].kind == Shapes {
			return nil, n.at.fault("a geometry cannot be compared: use S_INTERSECTS")
		}
		if parts[i].kind == Lists {
			return nil, n.at.fault("a list cannot be compared: use A_CONTAINS or A_OVERLAPS with values in parentheses, like ('a', 'b')")
		}
		if parts[i].kind != parts[0].kind {
			return nil, n.at.fault("this is compared with a " + parts[0].kind.text() + " and must be one too")
		}
	}
	return parts, nil
}

func (t Type) text() string {
	return [...]string{
		Texts: "text like 'a'", Numbers: "number like 3", Truths: "truth value, TRUE or FALSE",
		Timestamps: "timestamp like TIMESTAMP('2017-01-31T18:05:00Z')", Dates: "date like DATE('2017-01-31')", Shapes: "geometry", Lists: "list",
	}[t]
}

func (c *compiler) comparison(n Node) (predicate, error) {
	parts, err := c.operands(n.Args)
	if err != nil {
		return nil, err
	}
	if parts[0].kind == Truths && n.Op != Equal && n.Op != Unequal {
		return nil, n.at.fault("truth values are only equal or not: use = or <>")
	}
	left, right, kind, is := parts[0].get, parts[1].get, parts[0].kind, relation(n.Op)
	return func(f Feature) tri {
		a, b := left(f), right(f)
		if !a.Known || !b.Known {
			return unknown
		}
		return decided(is(compare(kind, a, b)))
	}, nil
}

// relation is a comparison by the sign of a difference.
func relation(op Op) func(int) bool {
	switch op {
	case Equal:
		return func(sign int) bool { return sign == 0 }
	case Unequal:
		return func(sign int) bool { return sign != 0 }
	case Less:
		return func(sign int) bool { return sign < 0 }
	case Most:
		return func(sign int) bool { return sign <= 0 }
	case Greater:
		return func(sign int) bool { return sign > 0 }
	}
	return func(sign int) bool { return sign >= 0 }
}

// compare orders values of one type; of truth values it only tells whether they
// are the same. Text goes by code points.
func compare(kind Type, a, b Value) int {
	switch kind {
	case Numbers:
		return cmp.Compare(a.Number, b.Number)
	case Truths:
		if a.Truth == b.Truth {
			return 0
		}
		return 1
	case Timestamps, Dates:
		return a.Time.Compare(b.Time)
	}
	return strings.Compare(a.Text, b.Text)
}

func (c *compiler) between(n Node) (predicate, error) {
	parts, err := c.operands(n.Args)
	if err != nil {
		return nil, err
	}
	kind := parts[0].kind
	if kind == Texts || kind == Truths {
		return nil, n.Args[0].at.fault("BETWEEN is for numbers and times")
	}
	bound := func(sign, limit int) predicate {
		return func(f Feature) tri {
			v, b := parts[0].get(f), parts[limit].get(f)
			if !v.Known || !b.Known {
				return unknown
			}
			return decided(sign*compare(kind, v, b) >= 0)
		}
	}
	return all([]predicate{bound(1, 1), bound(-1, 2)}), nil
}

func (c *compiler) in(n Node) (predicate, error) {
	parts, err := c.operands(slices.Concat(n.Args[:1], n.Args[1].Args))
	if err != nil {
		return nil, err
	}
	left, kind := parts[0].get, parts[0].kind
	return func(f Feature) tri {
		v, result := left(f), no
		for _, p := range parts[1:] {
			switch other := p.get(f); {
			case !v.Known || !other.Known:
				result = unknown
			case compare(kind, v, other) == 0:
				return yes
			}
		}
		return result
	}, nil
}

func (c *compiler) null(n Node) (predicate, error) {
	if n.Args[0].Op != Property {
		return nil, n.Args[0].at.fault("IS NULL asks about a property")
	}
	i, err := c.find(n.Args[0])
	if err != nil {
		return nil, err
	}
	switch c.queryables[i].Type {
	case Shapes:
		return func(f Feature) tri { return decided(f.Shape(i) == nil) }, nil
	case Lists:
		return func(f Feature) tri { return decided(len(f.List(i)) == 0) }, nil
	}
	return func(f Feature) tri { return decided(!f.Value(i).Known) }, nil
}
