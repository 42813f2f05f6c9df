package cql2

import (
	"encoding/json"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ParseJSON reads a filter in CQL2 JSON. The error is an *Error.
func ParseJSON(text string) (Node, error) {
	if len(text) > MaxLength {
		return Node{}, &Error{Detail: "the filter is too long; the most are " + strconv.Itoa(MaxLength) + " bytes"}
	}
	var v any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	err := d.Decode(&v)
	_, more := d.Token()
	if err != nil || more != io.EOF || !utf8.ValidString(text) {
		return Node{}, &Error{Detail: "the filter is not JSON; for CQL2 text set filter-lang=cql2-text"}
	}
	return (&reader{}).filter(v, place{json: true})
}

// reader makes nodes of JSON.
type reader struct{ depth int }

// deeper counts how deep the reader is in the filter; leave ends it.
func (r *reader) deeper(at place) (leave func(), err error) {
	if r.depth++; r.depth > MaxDepth {
		return nil, at.fault("the filter is nested too deep; the most are " + strconv.Itoa(MaxDepth) + " levels")
	}
	return func() { r.depth-- }, nil
}

// in is the place of a member of what is at p, or of an element.
func (p place) in(name string) place {
	p.pointer += "/" + name
	return p
}

func (p place) nth(i int) place { return p.in(strconv.Itoa(i)) }

// filter reads what is true or false.
func (r *reader) filter(v any, at place) (Node, error) {
	leave, err := r.deeper(at)
	if err != nil {
		return Node{}, err
	}
	defer leave()
	if truth, ok := v.(bool); ok {
		return Node{Op: Truth, Truth: truth, at: at}, nil
	}
	op, args, err := operation(v, at)
	if err != nil {
		return Node{}, err
	}
	if function, is := among(slices.Concat(spatial(), temporal(), array()), string(op)); is {
		op = function
	}
	n := Node{Op: op, at: at}
	read, least, most := r.operands(op)
	if read == nil {
		return n, at.in("op").fault("there is no such operator; those there are: and, or, not, =, <>, <, <=, >, >=, like, between, in, isNull, " +
			names(spatial(), temporal(), array()))
	}
	if len(args) < least || len(args) > most {
		return n, at.in("args").fault(countText(least, most))
	}
	for i, arg := range args {
		child, err := read(arg, at.in("args").nth(i), i)
		if err != nil {
			return n, err
		}
		n.Args = append(n.Args, child)
	}
	return n, nil
}

func countText(least, most int) string {
	if least == most {
		return "this operator has " + strconv.Itoa(least) + " args"
	}
	return "this operator has at least " + strconv.Itoa(least) + " args"
}

// operands says what an operator takes, and how many; nil: it is none.
func (r *reader) operands(op Op) (read func(any, place, int) (Node, error), least, most int) {
	filter := func(v any, at place, _ int) (Node, error) { return r.filter(v, at) }
	value := func(v any, at place, _ int) (Node, error) { return r.value(v, at) }
	switch {
	case op == And || op == Or:
		return filter, 2, math.MaxInt
	case op == Not:
		return filter, 1, 1
	case op == IsNull:
		return value, 1, 1
	case op == Between:
		return value, 3, 3
	case op == In:
		return r.listed, 2, 2
	case op == Like || slices.Contains(comparisons(), op):
		return value, 2, 2
	case slices.Contains(spatial(), op):
		return func(v any, at place, _ int) (Node, error) { return r.shape(v, at) }, 2, 2
	case slices.Contains(temporal(), op):
		return func(v any, at place, _ int) (Node, error) { return r.time(v, at) }, 2, 2
	case slices.Contains(array(), op):
		return func(v any, at place, _ int) (Node, error) { return r.array(v, at) }, 2, 2
	}
	return nil, 0, 0
}

// operation is the members of {"op": …, "args": […]}.
func operation(v any, at place) (Op, []any, error) {
	o, ok := v.(map[string]any)
	op, named := o["op"].(string)
	args, listed := o["args"].([]any)
	if !ok || !named || !listed || len(o) != 2 {
		return "", nil, at.fault(`here should be {"op":…,"args":[…]}`)
	}
	return Op(op), args, nil
}

// value reads an operand.
func (r *reader) value(v any, at place) (Node, error) {
	n := Node{at: at}
	switch v := v.(type) {
	case string:
		n.Op, n.Text = Text, v
		return n, nil
	case bool:
		n.Op, n.Truth = Truth, v
		return n, nil
	case json.Number:
		number, err := v.Float64()
		if err != nil || math.IsInf(number, 0) {
			return n, at.fault("this number is too large")
		}
		n.Op, n.Number = Number, number
		return n, nil
	case map[string]any:
		return r.object(v, at)
	}
	return n, at.fault(`here should be {"property":…} or a value`)
}

func (r *reader) object(o map[string]any, at place) (Node, error) {
	n := Node{at: at}
	name, named := o["property"].(string)
	switch {
	case named && len(o) == 1:
		n.Op, n.Text = Property, name
		return n, nil
	case o["op"] != nil:
		return r.folded(o, at)
	case o["date"] != nil || o["timestamp"] != nil || o["interval"] != nil:
		return r.time(o, at)
	case o["bbox"] != nil || o["type"] != nil:
		return r.shape(o, at)
	}
	return n, at.fault(`here should be {"property":…} or a value`)
}

// folded reads CASEI, the only operator that makes a value.
func (r *reader) folded(o map[string]any, at place) (Node, error) {
	op, args, err := operation(o, at)
	if err != nil {
		return Node{}, err
	}
	if op != CaseI || len(args) != 1 {
		return Node{}, at.in("op").fault("the only operator for a value is casei, with one arg")
	}
	leave, err := r.deeper(at)
	if err != nil {
		return Node{}, err
	}
	defer leave()
	inside, err := r.value(args[0], at.in("args").nth(0))
	return Node{Op: CaseI, Args: []Node{inside}, at: at}, err
}

// listed reads the args of in: a value, and a list of values.
func (r *reader) listed(v any, at place, i int) (Node, error) {
	if i == 0 {
		return r.value(v, at)
	}
	list, ok := v.([]any)
	if !ok || len(list) == 0 {
		return Node{}, at.fault("here should be a list of at least one value")
	}
	n := Node{Op: List, at: at}
	for i, one := range list {
		value, err := r.value(one, at.nth(i))
		if err != nil {
			return n, err
		}
		n.Args = append(n.Args, value)
	}
	return n, nil
}

// time reads an argument of a temporal predicate.
func (r *reader) time(v any, at place) (Node, error) {
	o, _ := v.(map[string]any)
	if len(o) != 1 {
		return Node{}, at.fault(`here should be {"property":…}, {"date":…}, {"timestamp":…} or {"interval":[…,…]}`)
	}
	for _, op := range []Op{Date, Timestamp} {
		if text, ok := o[string(op)].(string); ok {
			n, err := moment(text, at)
			if err == nil && n.Op != op {
				err = at.fault(errMoment(op))
			}
			return n, err
		}
	}
	if name, ok := o["property"].(string); ok {
		return Node{Op: Property, Text: name, at: at}, nil
	}
	ends, ok := o["interval"].([]any)
	if !ok || len(ends) != 2 {
		return Node{}, at.fault(`here should be {"property":…}, {"date":…}, {"timestamp":…} or {"interval":[…,…]}`)
	}
	n := Node{Op: Interval, at: at}
	for i, v := range ends {
		limit, err := r.limit(v, at.in("interval").nth(i))
		if err != nil {
			return n, err
		}
		n.Args = append(n.Args, limit)
	}
	return n, ordered(n)
}

// limit reads an end of an interval.
func (r *reader) limit(v any, at place) (Node, error) {
	switch v := v.(type) {
	case string:
		if v == ".." {
			return Node{Op: Open, at: at}, nil
		}
		return moment(v, at)
	case map[string]any:
		if n, err := r.time(v, at); err == nil && n.Op != Interval {
			return n, nil
		}
	}
	return Node{}, at.fault(`an end of an interval must be a date, a timestamp, {"property":…}, or ".."`)
}
