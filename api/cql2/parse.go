package cql2

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// parser reads CQL2 text by recursive descent, with one token of lookahead.
type parser struct {
	lexer
	tok   token
	depth int
}

// ParseText reads a filter in CQL2 text. The error is an *Error.
func ParseText(text string) (Node, error) {
	if len(text) > MaxLength {
		return Node{}, &Error{Character: MaxLength, Detail: "the filter is too long; the most are " + strconv.Itoa(MaxLength) + " bytes"}
	}
	if !utf8.ValidString(text) {
		return Node{}, &Error{Character: 1, Detail: "the filter must be UTF-8"}
	}
	p := &parser{lexer: lexer{text: text}}
	if err := p.step(); err != nil {
		return Node{}, err
	}
	n, err := p.either()
	if err != nil {
		return Node{}, err
	}
	if p.tok.kind != end {
		return Node{}, p.fault("the filter should end here, or go on with AND or OR")
	}
	return n, nil
}

func (p *parser) step() (err error) {
	p.tok, err = p.token()
	return err
}

func (p *parser) fault(detail string) error { return p.here().fault(detail) }
func (p *parser) here() place               { return p.place(p.tok.start) }

// is says whether the token is a keyword; CQL2 does not care for its case.
func (p *parser) is(keyword string) bool {
	return p.tok.kind == word && strings.EqualFold(p.tok.text, keyword)
}

// take steps over a keyword if it is the token.
func (p *parser) take(keyword string) (bool, error) {
	if !p.is(keyword) {
		return false, nil
	}
	return true, p.step()
}

// want steps over a mark, which must be the token.
func (p *parser) want(text string) error {
	if p.tok.kind != mark || p.tok.text != text {
		return p.fault("here should be " + text)
	}
	return p.step()
}

// deeper counts how deep the parser is in the filter.
func (p *parser) deeper() error {
	if p.depth++; p.depth > MaxDepth {
		return p.fault("the filter is nested too deep; the most are " + strconv.Itoa(MaxDepth) + " levels")
	}
	return nil
}

// either reads what is joined by OR, and both what is joined by AND.
func (p *parser) either() (Node, error) { return p.chain(Or, "OR", p.both) }
func (p *parser) both() (Node, error)   { return p.chain(And, "AND", p.denied) }

func (p *parser) chain(op Op, keyword string, part func() (Node, error)) (Node, error) {
	first, err := part()
	if err != nil || !p.is(keyword) {
		return first, err
	}
	n := Node{Op: op, Args: []Node{first}, at: first.at}
	for {
		if more, err := p.take(keyword); err != nil || !more {
			return n, err
		}
		next, err := part()
		if err != nil {
			return n, err
		}
		n.Args = append(n.Args, next)
	}
}

func (p *parser) denied() (Node, error) {
	at := p.here()
	if no, err := p.take("NOT"); err != nil || !no {
		if err != nil {
			return Node{}, err
		}
		return p.predicate()
	}
	if err := p.deeper(); err != nil {
		return Node{}, err
	}
	n, err := p.denied()
	p.depth--
	return Node{Op: Not, Args: []Node{n}, at: at}, err
}

// predicate reads what is true or false in itself.
func (p *parser) predicate() (Node, error) {
	if p.tok.kind == mark && p.tok.text == "(" {
		return p.parentheses(p.either)
	}
	if p.tok.kind == word {
		if op, is := among(spatial(), p.tok.text); is {
			return p.call(op, p.shape)
		}
		if op, is := among(temporal(), p.tok.text); is {
			return p.call(op, p.time)
		}
		if op, is := among(array(), p.tok.text); is {
			return p.call(op, p.array)
		}
	}
	left, err := p.operand()
	if err != nil {
		return left, err
	}
	return p.comparison(left)
}

// parentheses reads what stands in them.
func (p *parser) parentheses(inside func() (Node, error)) (Node, error) {
	if err := p.deeper(); err != nil {
		return Node{}, err
	}
	if err := p.want("("); err != nil {
		return Node{}, err
	}
	n, err := inside()
	if err != nil {
		return n, err
	}
	p.depth--
	return n, p.want(")")
}

// call reads a predicate with two arguments in parentheses.
func (p *parser) call(op Op, argument func() (Node, error)) (Node, error) {
	n := Node{Op: op, at: p.here()}
	if err := p.step(); err != nil {
		return n, err
	}
	_, err := p.parentheses(func() (Node, error) {
		return n, p.pair(&n, argument)
	})
	return n, err
}

// pair reads two arguments with a comma between.
func (p *parser) pair(n *Node, argument func() (Node, error)) error {
	for i := range 2 {
		if i > 0 {
			if err := p.want(","); err != nil {
				return err
			}
		}
		a, err := argument()
		if err != nil {
			return err
		}
		n.Args = append(n.Args, a)
	}
	return nil
}

// comparison reads what is said of an operand. A truth value says enough alone.
func (p *parser) comparison(left Node) (Node, error) {
	if p.tok.kind == mark && slices.Contains(comparisons(), Op(p.tok.text)) {
		n := Node{Op: Op(p.tok.text), Args: []Node{left}, at: left.at}
		if err := p.step(); err != nil {
			return n, err
		}
		right, err := p.operand()
		n.Args = append(n.Args, right)
		return n, err
	}
	if is, err := p.take("IS"); err != nil || is {
		if err != nil {
			return left, err
		}
		return p.null(left)
	}
	no, err := p.take("NOT")
	if err != nil {
		return left, err
	}
	n, err := p.wordy(left)
	if err != nil {
		return n, err
	}
	switch {
	case n.Op == "" && (no || left.Op != Truth):
		return n, p.fault("here should be a comparison: =, <>, <, <=, >, >=, LIKE, BETWEEN, IN or IS NULL")
	case n.Op == "":
		return left, nil
	case no:
		return Node{Op: Not, Args: []Node{n}, at: left.at}, nil
	}
	return n, nil
}

func (p *parser) null(left Node) (Node, error) {
	no, err := p.take("NOT")
	if err != nil {
		return left, err
	}
	if null, err := p.take("NULL"); err != nil || !null {
		if err == nil {
			err = p.fault("here should be NULL")
		}
		return left, err
	}
	n := Node{Op: IsNull, Args: []Node{left}, at: left.at}
	if no {
		n = Node{Op: Not, Args: []Node{n}, at: left.at}
	}
	return n, nil
}

// wordy reads LIKE, BETWEEN and IN; a node without operator: it is none of them.
func (p *parser) wordy(left Node) (Node, error) {
	for keyword, read := range map[string]func(*Node) error{"LIKE": p.like, "BETWEEN": p.between, "IN": p.in} {
		if !p.is(keyword) {
			continue
		}
		if err := p.step(); err != nil {
			return Node{}, err
		}
		n := Node{Op: Op(strings.ToLower(keyword)), Args: []Node{left}, at: left.at}
		return n, read(&n)
	}
	return Node{}, nil
}

func (p *parser) like(n *Node) error {
	pattern, err := p.operand()
	n.Args = append(n.Args, pattern)
	return err
}

func (p *parser) between(n *Node) error {
	low, err := p.operand()
	if err != nil {
		return err
	}
	if and, err := p.take("AND"); err != nil || !and {
		if err == nil {
			err = p.fault("here should be AND, and then the upper bound")
		}
		return err
	}
	high, err := p.operand()
	n.Args = append(n.Args, low, high)
	return err
}

func (p *parser) in(n *Node) error {
	list := Node{Op: List, at: p.here()}
	_, err := p.parentheses(func() (Node, error) { return list, p.elements(&list, p.operand) })
	n.Args = append(n.Args, list)
	return err
}

// elements reads what a list holds.
func (p *parser) elements(list *Node, one func() (Node, error)) error {
	return p.list(func() error {
		n, err := one()
		list.Args = append(list.Args, n)
		return err
	})
}

// float is the token as a number.
func (p *parser) float() (float64, error) {
	if p.tok.kind != number {
		return 0, p.fault("here should be a number")
	}
	v, err := strconv.ParseFloat(p.tok.text, 64)
	if err != nil || math.IsInf(v, 0) {
		return 0, p.fault("this number is too large")
	}
	return v, p.step()
}
