package codec

import "unicode/utf8"

const hex = "0123456789abcdef"

// plain says whether a JSON string holds a byte as it is: ASCII but for control
// characters, quote and backslash.
func plain(b byte) bool { return b >= ' ' && b < utf8.RuneSelf && b != '"' && b != '\\' }

// plain8 is plain for eight bytes at once. A byte that is less than another, or
// equal to it, shows in its highest bit after subtraction; what is borrowed from
// the next byte only adds to bits that are set anyway.
func plain8(s string) bool {
	const ones, highest = 0x0101010101010101, 0x8080808080808080
	w := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
	return (w|(w-' '*ones)|((w^'"'*ones)-ones)|((w^'\\'*ones)-ones))&highest == 0
}

// textOrNull appends s as a JSON string, or null if it is empty.
func textOrNull(dst []byte, s string) []byte {
	if s == "" {
		return append(dst, "null"...)
	}
	return appendText(dst, s)
}

// appendText appends s as a JSON string. What is not UTF-8 becomes U+FFFD.
func appendText(dst []byte, s string) []byte {
	i := 0
	for i+8 <= len(s) && plain8(s[i:i+8]) {
		i += 8
	}
	for i < len(s) && plain(s[i]) {
		i++
	}
	dst = append(append(dst, '"'), s[:i]...)
	if i < len(s) {
		dst = appendUnplain(dst, s[i:])
	}
	return append(dst, '"')
}

// appendUnplain appends the inside of a string that may need escapes.
func appendUnplain(dst []byte, s string) []byte {
	start := 0 // of what is not yet appended
	for i := 0; i < len(s); {
		if b := s[i]; b < utf8.RuneSelf {
			if !plain(b) {
				dst = appendEscaped(append(dst, s[start:i]...), b)
				start = i + 1
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			dst = append(append(dst, s[start:i]...), `\ufffd`...)
			start = i + size
		case r == '\u2028' || r == '\u2029': // line ends in JavaScript before 2019
			dst = append(append(dst, s[start:i]...), `\u202`...)
			dst = append(dst, hex[r&0xf])
			start = i + size
		}
		i += size
	}
	return append(dst, s[start:]...)
}

func appendEscaped(dst []byte, b byte) []byte {
	switch b {
	case '"', '\\':
		return append(dst, '\\', b)
	case '\b':
		return append(dst, '\\', 'b')
	case '\f':
		return append(dst, '\\', 'f')
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	return append(dst, '\\', 'u', '0', '0', hex[b>>4], hex[b&0xf])
}
