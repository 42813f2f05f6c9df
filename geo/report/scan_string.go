package report

import (
	"unicode/utf16"
	"unicode/utf8"
)

// str reads a string, which must be next. What it returns is part of the text
// unless there are escapes, and may not be kept.
func (s *scanner) str() []byte {
	s.at++
	start := s.at
	ascii := byte(0)
	for s.at < len(s.text) {
		switch c := s.text[s.at]; {
		case c == '"':
			raw := s.text[start:s.at]
			if ascii >= utf8.RuneSelf && !s.valid(start, raw) {
				return nil
			}
			s.at++
			return raw
		case c == '\\':
			return s.escaped(start)
		case c < ' ':
			s.fail("a string holds a control character; write it as an escape")
			return nil
		default:
			ascii |= c
			s.at++
		}
	}
	s.fail("a string does not end")
	return nil
}

// valid says whether raw, which began at start, is UTF-8.
func (s *scanner) valid(start int, raw []byte) bool {
	if utf8.Valid(raw) {
		return true
	}
	for at := 0; ; {
		r, n := utf8.DecodeRune(raw[at:])
		if r == utf8.RuneError && n <= 1 {
			s.at = start + at
			s.fail("not UTF-8; save the text in that encoding")
			return false
		}
		at += n
	}
}

// escaped reads on from the first backslash of a string.
func (s *scanner) escaped(start int) []byte {
	out := append(make([]byte, 0, 64), s.text[start:s.at]...)
	run := s.at // where the stretch without escapes began
	for s.at < len(s.text) {
		switch c := s.text[s.at]; {
		case c == '"':
			if out = append(out, s.text[run:s.at]...); !s.valid(start, s.text[start:s.at]) {
				return nil
			}
			s.at++
			return out
		case c == '\\':
			out = append(out, s.text[run:s.at]...)
			if out = s.escape(out); s.err != nil {
				return nil
			}
			run = s.at
		case c < ' ':
			s.fail("a string holds a control character; write it as an escape")
			return nil
		default:
			s.at++
		}
	}
	s.fail("a string does not end")
	return nil
}

// escape reads one escape, from its backslash, and appends what it stands for.
func (s *scanner) escape(out []byte) []byte {
	if s.at+1 >= len(s.text) {
		s.at = len(s.text)
		s.fail("")
		return out
	}
	c := s.text[s.at+1]
	switch c {
	case '"', '\\', '/':
	case 'b':
		c = '\b'
	case 'f':
		c = '\f'
	case 'n':
		c = '\n'
	case 'r':
		c = '\r'
	case 't':
		c = '\t'
	case 'u':
		return utf8.AppendRune(out, s.unicode())
	default:
		s.fail("a string holds an unknown escape")
		return out
	}
	s.at += 2
	return append(out, c)
}

// unicode reads \uXXXX, or two of them that make one character.
func (s *scanner) unicode() rune {
	r := s.hex()
	if !utf16.IsSurrogate(r) {
		return r
	}
	if s.is('\\') {
		if both := utf16.DecodeRune(r, s.hex()); both != utf8.RuneError {
			return both
		}
	}
	s.fail("a string holds half a character (a lone surrogate)")
	return utf8.RuneError
}

// hex reads one \uXXXX; anything else fails, where it stops being one.
func (s *scanner) hex() rune {
	const length = len(`\u0000`)
	var r rune
	for i := 1; i < length; i++ {
		if s.at+i >= len(s.text) {
			s.at = len(s.text)
			s.fail("")
			return 0
		}
		digit, ok := nibble(s.text[s.at+i])
		if i == 1 {
			digit, ok = 0, s.text[s.at+1] == 'u'
		}
		if !ok {
			s.fail("a string holds an escape that is not \\u and four hexadecimal digits")
			return 0
		}
		r = r<<4 | digit
	}
	s.at += length
	return r
}

// nibble is the value of a hexadecimal digit.
func nibble(c byte) (rune, bool) {
	switch {
	case c >= '0' && c <= '9':
		return rune(c - '0'), true
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return rune(c|0x20-'a') + 10, true
	}
	return 0, false
}
