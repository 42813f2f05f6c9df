package cql2

import "slices"

// The array predicates compare sets: neither order nor repetition counts (OGC
// 21-065r2, requirement array-functions/array-predicates). Arrays that are read may
// hold values of any kind, and arrays too; those that are compared hold text, since
// the lists of features do.

const needArray = "must be a property that is a list, or values in parentheses, like ('a', 'b')"

// array reads an argument of an array predicate.
func (p *parser) array() (Node, error) {
	n := Node{Op: List, at: p.here()}
	if p.tok.kind == mark && p.tok.text == "(" {
		_, err := p.parentheses(func() (Node, error) {
			if p.tok.kind == mark && p.tok.text == ")" {
				return n, nil
			}
			return n, p.elements(&n, p.element)
		})
		return n, err
	}
	n, err := p.operand()
	if err == nil && n.Op != Property {
		err = n.at.fault(needArray)
	}
	return n, err
}

// element reads a value in an array, or an array in it.
func (p *parser) element() (Node, error) {
	if p.tok.kind == mark && p.tok.text == "(" {
		return p.array()
	}
	return p.operand()
}

// array reads an argument of an array predicate.
func (r *reader) array(v any, at place) (Node, error) {
	list, ok := v.([]any)
	if !ok {
		n, err := r.value(v, at)
		if err != nil || n.Op != Property {
			return n, at.fault(`here should be {"property":…} or a list of values`)
		}
		return n, nil
	}
	leave, err := r.deeper(at)
	if err != nil {
		return Node{}, err
	}
	defer leave()
	n := Node{Op: List, at: at}
	for i, one := range list {
		read := r.value
		if _, nested := one.([]any); nested {
			read = r.array
		}
		element, err := read(one, at.nth(i))
		if err != nil {
			return n, err
		}
		n.Args = append(n.Args, element)
	}
	return n, nil
}

// set is what an argument holds. It is null where something in it is.
func (c *compiler) set(n Node) (argument[[]string], error) {
	if n.Op == Property {
		i, err := c.find(n)
		if err != nil {
			return nil, err
		}
		if c.queryables[i].Type != Lists {
			return nil, n.at.fault("this property is no list")
		}
		return func(f Feature) ([]string, bool) {
			all := f.List(i)
			return all, len(all) > 0
		}, nil
	}
	parts := make([]operand, len(n.Args))
	for i, a := range n.Args {
		if a.Op == List {
			return nil, a.at.fault(needText)
		}
		var err error
		if parts[i], err = c.operand(a); err != nil {
			return nil, err
		}
		if parts[i].kind != Texts {
			return nil, a.at.fault(needText)
		}
	}
	values := func(f Feature) ([]string, bool) {
		all := make([]string, len(parts))
		for i, p := range parts {
			v := p.get(f)
			if !v.Known {
				return nil, false
			}
			all[i] = v.Text
		}
		return all, true
	}
	if slices.ContainsFunc(parts, func(p operand) bool { return p.fixed == nil }) {
		return values, nil
	}
	same, _ := values(nil)
	return func(Feature) ([]string, bool) { return same, true }, nil
}

const needText = "the lists here hold text, and what they are compared with must be text like 'a' too"

// relationOfSets is what a predicate asks of two sets.
func relationOfSets(op Op) func(a, b []string) bool {
	switch op {
	case "a_equals":
		return func(a, b []string) bool { return holdsAll(a, b) && holdsAll(b, a) }
	case "a_contains":
		return holdsAll
	case "a_containedBy":
		return func(a, b []string) bool { return holdsAll(b, a) }
	}
	return func(a, b []string) bool { // a_overlaps
		return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
	}
}

// holdsAll says whether a is a superset of b.
func holdsAll(a, b []string) bool {
	return !slices.ContainsFunc(b, func(s string) bool { return !slices.Contains(a, s) })
}
