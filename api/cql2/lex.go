package cql2

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// kind of a token.
type kind uint8

const (
	end     kind = iota
	word         // a keyword or a name
	quoted       // a name in double quotes
	literal      // text in single quotes
	number       // with its sign
	mark         // ( ) , and the comparisons
)

// token is a piece of a text. Of words in quotes, text is what is between them.
type token struct {
	kind  kind
	text  string
	start int // in bytes
}

// lexer cuts a text into tokens.
type lexer struct {
	text string
	next int
}

// place is where a byte of the text is.
func (l *lexer) place(offset int) place {
	return place{character: utf8.RuneCountInString(l.text[:offset]) + 1}
}

// token is the next one.
func (l *lexer) token() (token, error) {
	for l.next < len(l.text) && strings.IndexByte(" \t\r\n", l.text[l.next]) >= 0 {
		l.next++
	}
	start := l.next
	if start == len(l.text) {
		return token{end, "", start}, nil
	}
	switch c := l.text[start]; {
	case c == '\'':
		return l.literal()
	case c == '"':
		return l.quoted()
	case c >= '0' && c <= '9', c == '.', c == '-', c == '+':
		return l.number()
	case strings.IndexByte("(),=<>", c) >= 0:
		l.next++
		if two := l.text[start:min(start+2, len(l.text))]; two == "<=" || two == ">=" || two == "<>" {
			l.next++
		}
		return token{mark, l.text[start:l.next], start}, nil
	}
	for l.next < len(l.text) {
		r, size := utf8.DecodeRuneInString(l.text[l.next:])
		if !nameRune(r, l.next == start) {
			break
		}
		l.next += size
	}
	if l.next == start {
		return token{}, l.place(start).fault("this character has no meaning here; text stands between single quotes, and names with such characters between double quotes")
	}
	return token{word, l.text[start:l.next], start}, nil
}

// nameRune says whether a name may hold a character without quotes.
func nameRune(r rune, first bool) bool {
	if r == '_' || r == ':' || unicode.IsLetter(r) {
		return true
	}
	return !first && (r == '.' || unicode.IsDigit(r) || unicode.Is(unicode.M, r))
}

// literal reads text in single quotes; in it, ” and \' are one quote.
func (l *lexer) literal() (token, error) {
	start := l.next
	var b strings.Builder
	for i := start + 1; i < len(l.text); i++ {
		c := l.text[i]
		follows := i+1 < len(l.text) && l.text[i+1] == '\''
		switch {
		case c == '\'' && follows, c == '\\' && follows:
			b.WriteByte('\'')
			i++
		case c == '\'':
			l.next = i + 1
			return token{literal, b.String(), start}, nil
		default:
			b.WriteByte(c)
		}
	}
	return token{}, l.place(start).fault("this text has no end: close it with a single quote; a quote within it is written twice")
}

func (l *lexer) quoted() (token, error) {
	start := l.next
	length := strings.IndexByte(l.text[start+1:], '"')
	if length < 0 {
		return token{}, l.place(start).fault("this name has no end: close it with a double quote")
	}
	l.next = start + length + 2
	return token{quoted, l.text[start+1 : l.next-1], start}, nil
}

func (l *lexer) number() (token, error) {
	start := l.next
	i := start
	if l.text[i] == '-' || l.text[i] == '+' {
		i++
	}
	integer := l.digits(&i)
	fraction := 0
	if i < len(l.text) && l.text[i] == '.' {
		i++
		fraction = l.digits(&i)
	}
	broken := integer+fraction == 0
	if i < len(l.text) && l.text[i]|0x20 == 'e' {
		i++
		if i < len(l.text) && (l.text[i] == '-' || l.text[i] == '+') {
			i++
		}
		broken = broken || l.digits(&i) == 0
	}
	if broken {
		return token{}, l.place(start).fault("must be a number like 3, -97.5 or 1e6; there is no arithmetic")
	}
	l.next = i
	return token{number, l.text[start:i], start}, nil
}

func (l *lexer) digits(i *int) (n int) {
	for *i < len(l.text) && l.text[*i]-'0' <= 9 {
		*i++
		n++
	}
	return n
}
