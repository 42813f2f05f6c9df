package cql2

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
)

// folded is text without the difference of upper and lower case.
func (c *compiler) folded(n Node) (operand, error) {
	inside, err := c.operand(n.Args[0])
	if err != nil {
		return inside, err
	}
	if inside.kind != Texts {
		return inside, n.Args[0].at.fault("CASEI is for text")
	}
	if inside.fixed != nil {
		return fixed(Texts, Value{Text: fold(inside.fixed.Text)}), nil
	}
	return operand{kind: Texts, get: func(f Feature) Value {
		v := inside.get(f)
		v.Text = fold(v.Text)
		return v
	}}, nil
}

// fold is full case folding (Unicode, section 3.13).
func fold(text string) string {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return cases.Fold().String(text)
		}
	}
	return strings.ToLower(text)
}

func (c *compiler) like(n Node) (predicate, error) {
	parts, err := c.operands(n.Args)
	if err != nil {
		return nil, err
	}
	if parts[0].kind != Texts {
		return nil, n.Args[0].at.fault("LIKE is for text")
	}
	if parts[1].fixed == nil {
		return nil, n.Args[1].at.fault("a pattern must be text like 'main-%'")
	}
	p, ok := parsePattern(parts[1].fixed.Text)
	if !ok {
		return nil, n.Args[1].at.fault(`a pattern must not end in a single backslash, which takes the meaning from % and _; write \\`)
	}
	get := parts[0].get
	return func(f Feature) tri {
		v := get(f)
		if !v.Known {
			return unknown
		}
		return decided(p.matches([]rune(v.Text)))
	}, nil
}

// pattern is one of LIKE: % stands for any characters, _ for one, and \ takes the
// meaning of the character behind it.
type pattern []rune

const (
	many   = -1 // %
	single = -2 // _
)

func parsePattern(text string) (p pattern, ok bool) {
	escaped := false
	for _, r := range text {
		switch {
		case escaped:
			p, escaped = append(p, r), false
		case r == '\\':
			escaped = true
		case r == '%':
			p = append(p, many)
		case r == '_':
			p = append(p, single)
		default:
			p = append(p, r)
		}
	}
	return p, !escaped
}

// matches goes back to the last % only, where others would try all of them: what
// an earlier one holds back, the last can hold as well.
func (p pattern) matches(text []rune) bool {
	i, star, resume := 0, -1, 0
	for t := 0; t < len(text); {
		switch {
		case i < len(p) && p[i] == many:
			star, resume = i, t
			i++
		case i < len(p) && (p[i] == single || p[i] == text[t]):
			i++
			t++
		case star >= 0:
			resume++
			i, t = star+1, resume
		default:
			return false
		}
	}
	for i < len(p) && p[i] == many {
		i++
	}
	return i == len(p)
}
