package cql2

import (
	"slices"
	"strings"
	"time"
)

// operand reads a value: a property, text, a number, a truth value, a time, a
// geometry, or one of these in CASEI.
func (p *parser) operand() (Node, error) {
	n := Node{at: p.here()}
	switch p.tok.kind {
	case literal:
		n.Op, n.Text = Text, p.tok.text
		return n, p.step()
	case number:
		v, err := p.float()
		n.Op, n.Number = Number, v
		return n, err
	case quoted:
		n.Op, n.Text = Property, p.tok.text
		return n, p.step()
	case word:
		return p.named(n)
	}
	return n, p.fault("here should be a property or a value: text stands between single quotes")
}

// named reads an operand that begins with a word.
func (p *parser) named(n Node) (Node, error) {
	keyword := strings.ToUpper(p.tok.text)
	switch keyword {
	case "TRUE", "FALSE":
		n.Op, n.Truth = Truth, keyword == "TRUE"
		return n, p.step()
	case "DATE", "TIMESTAMP":
		return p.instant()
	case "INTERVAL":
		return p.interval()
	case "CASEI":
		n.Op = CaseI
		if err := p.step(); err != nil {
			return n, err
		}
		inside, err := p.parentheses(p.operand)
		n.Args = []Node{inside}
		return n, err
	case "AND", "OR", "NOT", "IS", "NULL", "LIKE", "BETWEEN", "IN":
		return n, p.fault("here should be a property or a value and not a keyword; a property of that name stands between double quotes")
	}
	if keyword == "BBOX" || slices.Contains(shapes(), keyword) {
		return p.shape()
	}
	n.Op, n.Text = Property, p.tok.text
	if err := p.step(); err != nil {
		return n, err
	}
	if p.tok.kind == mark && p.tok.text == "(" {
		return n, n.at.fault("there is no such function; those there are: CASEI, " + strings.ToUpper(names(spatial(), temporal(), array())))
	}
	return n, nil
}

func names(ops ...[]Op) string {
	var all []string
	for _, op := range slices.Concat(ops...) {
		all = append(all, string(op))
	}
	return strings.Join(all, ", ")
}

// time reads an argument of a temporal predicate.
func (p *parser) time() (Node, error) {
	n, err := p.operand()
	if err == nil && !timely(n.Op) {
		err = n.at.fault(needTime)
	}
	return n, err
}

const needTime = "must be a property that is a time, DATE('2017-01-31'), TIMESTAMP('2017-01-31T18:05:00Z') or INTERVAL('2017-01-01','2017-01-31')"

func timely(op Op) bool {
	return op == Property || op == Date || op == Timestamp || op == Interval
}

// instant reads DATE('…') or TIMESTAMP('…').
func (p *parser) instant() (Node, error) {
	op := Op(strings.ToLower(p.tok.text))
	if err := p.step(); err != nil {
		return Node{}, err
	}
	return p.parentheses(func() (Node, error) {
		n, err := p.moment()
		if err == nil && n.Op != op {
			err = n.at.fault(errMoment(op))
		}
		return n, err
	})
}

// interval reads INTERVAL(a, b).
func (p *parser) interval() (Node, error) {
	n := Node{Op: Interval, at: p.here()}
	if err := p.step(); err != nil {
		return n, err
	}
	_, err := p.parentheses(func() (Node, error) { return n, p.pair(&n, p.limit) })
	if err == nil {
		err = ordered(n)
	}
	return n, err
}

// limit reads an end of an interval.
func (p *parser) limit() (Node, error) {
	if p.tok.kind == literal {
		if p.tok.text == ".." {
			return Node{Op: Open, at: p.here()}, p.step()
		}
		return p.moment()
	}
	n, err := p.operand()
	if err == nil && n.Op != Property && n.Op != Date && n.Op != Timestamp {
		err = n.at.fault("an end of an interval must be a date, a timestamp, a property that is one, or '..'")
	}
	return n, err
}

// moment reads a date or a timestamp between quotes.
func (p *parser) moment() (Node, error) {
	if p.tok.kind != literal {
		return Node{}, p.fault("here should be a date or a timestamp between single quotes")
	}
	n, err := moment(p.tok.text, p.here())
	if err != nil {
		return n, err
	}
	return n, p.step()
}

// moment reads a date or a timestamp in UTC (RFC 3339).
func moment(text string, at place) (Node, error) {
	n := Node{Op: Date, at: at}
	var err error
	if len(text) == len(time.DateOnly) {
		n.Time, err = time.Parse(time.DateOnly, text)
	} else {
		n.Op = Timestamp
		n.Time, err = time.Parse(time.RFC3339Nano, text)
		if strings.ContainsRune(text, ',') || !strings.HasSuffix(text, "Z") {
			return n, at.fault(errMoment(Timestamp))
		}
	}
	if err != nil {
		return n, at.fault(errMoment(n.Op))
	}
	n.Time = n.Time.UTC()
	return n, nil
}

func errMoment(op Op) string {
	if op == Date {
		return "must be a date like '2017-01-31'"
	}
	return "must be a date like '2017-01-31' or a timestamp in UTC like '2017-01-31T18:05:00Z'"
}

// ordered refuses an interval whose end is known to lie before its beginning.
func ordered(n Node) error {
	from, to := span(n.Args[0]), span(n.Args[1])
	if n.Args[0].Op != Property && n.Args[1].Op != Property && to.to.Before(from.from) {
		return n.at.fault("the interval must not end before it begins")
	}
	return nil
}
