package guard

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// HoursError says what cannot be read in opening hours, where, and what to write
// instead.
type HoursError struct {
	Column int    // of the first character that cannot be read, from 1
	Detail string // what is wrong and how to mend it
}

func (e *HoursError) Error() string {
	return fmt.Sprintf("opening hours, character %d: %s", e.Column, e.Detail)
}

// token is a number, a word, a comment in quotes, or one other character.
type token struct {
	kind byte // '0', 'a', '"', the character itself, or 0 at the end
	text string
	at   int // byte offset
}

// hoursScanner gives one token after the other. The first fault is kept in err and
// ends the text for all that follows.
type hoursScanner struct {
	text string
	token
	end int // where the token ends
	err *HoursError
}

func newHoursScanner(text string) *hoursScanner {
	s := &hoursScanner{text: text}
	s.next()
	return s
}

// next goes to the next token.
func (s *hoursScanner) next() {
	at := s.end
	for at < len(s.text) && (s.text[at] == ' ' || s.text[at] == '\t' || s.text[at] == '\n' || s.text[at] == '\r') {
		at++
	}
	s.token, s.end = token{at: at}, at
	if s.err != nil || at == len(s.text) {
		return
	}
	switch c := s.text[at]; {
	case '0' <= c && c <= '9':
		s.kind = '0'
		s.end = at + run(s.text[at:], func(c byte) bool { return '0' <= c && c <= '9' })
	case letter(c):
		s.kind = 'a'
		s.end = at + run(s.text[at:], letter)
	case c == '"':
		length := strings.IndexByte(s.text[at+1:], '"')
		if length < 0 {
			s.fail("the comment that begins here has no end; close it with a second quotation mark")
			return
		}
		s.kind, s.end = '"', at+length+2
	default:
		r, size := utf8.DecodeRuneInString(s.text[at:])
		s.kind, s.end = c, at+size
		if r >= utf8.RuneSelf || r < ' ' || r == 0x7f {
			s.fail("%s", strange(r))
			return
		}
	}
	s.token.text = s.text[at:s.end]
}

func strange(r rune) string {
	switch {
	case unicode.Is(unicode.Pd, r) || r == '−':
		return "write a plain hyphen (-)"
	case unicode.Is(unicode.Pi, r) || unicode.Is(unicode.Pf, r):
		return `write a plain quotation mark (")`
	}
	return "this character has no meaning here; take it out"
}

func letter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func run(s string, belongs func(byte) bool) int {
	n := 0
	for n < len(s) && belongs(s[n]) {
		n++
	}
	return n
}

// fail keeps the first fault, at the present token.
func (s *hoursScanner) fail(format string, args ...any) { s.failAt(s.at, format, args...) }

func (s *hoursScanner) failAt(at int, format string, args ...any) {
	if s.err == nil {
		s.err = &HoursError{Column: utf8.RuneCountInString(s.text[:at]) + 1, Detail: fmt.Sprintf(format, args...)}
	}
	s.token, s.end = token{at: len(s.text)}, len(s.text)
}

// ahead is the token behind the present one.
func (s *hoursScanner) ahead() token {
	look := *s
	look.next()
	return look.token
}

// took goes on if the present token is the one asked for.
func (s *hoursScanner) took(kind byte) bool {
	if s.kind != kind {
		return false
	}
	s.next()
	return true
}

// shown is the present token for people.
func (s *hoursScanner) shown() string {
	if s.kind == 0 {
		return "the end"
	}
	return fmt.Sprintf("%q", s.token.text)
}
