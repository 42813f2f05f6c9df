package report

// scanner walks one JSON text (RFC 8259) from left to right, once.
//
// It is used like this, for an object (an array has no name):
//
//	s.open('{')
//	for i := 0; s.next('}', i); i++ {
//		name := s.name()
//		…read or skip one value…
//	}
//
// The first thing that is not JSON is kept in err and moves the scanner to the
// end of the text, where every loop stops; nobody needs to ask in between.
// encoding/json is no help here: it takes members twice and in any case.
type scanner struct {
	text  []byte
	at    int
	depth int
	err   *SyntaxError
}

// The kinds of value that kind tells apart.
const (
	kindNone   = byte(0) // the end of the text, or nothing that begins a value
	kindString = '"'
	kindNumber = '0'
	kindObject = '{'
	kindArray  = '['
	kindNull   = 'n'
	kindBool   = 't'
)

func (s *scanner) fail(detail string) {
	if s.err == nil {
		s.err = &SyntaxError{Offset: s.at, Detail: detail, Cut: s.at >= len(s.text)}
		if s.err.Cut {
			s.err.Detail = "the text ends too early"
		}
	}
	s.at = len(s.text)
}

// peek is the next byte that is not white space, 0 at the end.
func (s *scanner) peek() byte {
	for s.at < len(s.text) {
		c := s.text[s.at]
		if c > ' ' || c != ' ' && c != '\n' && c != '\r' && c != '\t' {
			return c
		}
		s.at++
	}
	return 0
}

// kind is that of the next value, which is not read.
func (s *scanner) kind() byte {
	switch c := s.peek(); c {
	case '"', '{', '[', 'n':
		return c
	case 't', 'f':
		return kindBool
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return kindNumber
	}
	return kindNone
}

// open goes into an object or array, which must be next.
func (s *scanner) open(c byte) {
	if s.peek() != c {
		s.fail("a " + string(c) + " is missing here")
		return
	}
	s.depth++
	if s.depth > maxDepth {
		s.fail("nested too deep; a report needs 4 levels")
		return
	}
	s.at++
}

// next says whether there is an i-th element, goes to it, or leaves at the end.
func (s *scanner) next(end byte, i int) bool {
	c := s.peek()
	switch {
	case s.err != nil:
		return false
	case c == end:
		s.at++
		s.depth--
		return false
	case i == 0 && c != 0:
		return true
	case c != ',':
		s.fail("a comma or " + string(end) + " is missing here")
		return false
	}
	s.at++
	return true
}

// name reads the name of a member and the colon behind it.
func (s *scanner) name() []byte {
	if s.peek() != '"' {
		s.fail("the name of a member is missing here")
		return nil
	}
	name := s.str()
	if s.peek() != ':' {
		s.fail("a colon is missing here")
		return nil
	}
	s.at++
	return name
}

// skip passes over any value.
func (s *scanner) skip() {
	switch s.kind() {
	case kindString:
		s.str()
	case kindNumber:
		s.number()
	case kindObject:
		s.open('{')
		for i := 0; s.next('}', i); i++ {
			s.name()
			s.skip()
		}
	case kindArray:
		s.open('[')
		for i := 0; s.next(']', i); i++ {
			s.skip()
		}
	default:
		s.literal()
	}
}

// literal reads null, true or false.
func (s *scanner) literal() {
	for _, word := range [...]string{"null", "true", "false"} {
		if rest := s.text[s.at:]; len(rest) >= len(word) && string(rest[:len(word)]) == word {
			s.at += len(word)
			return
		}
	}
	s.failLiteral()
}

// failLiteral tells a text that was cut within a word from one that is wrong.
func (s *scanner) failLiteral() {
	rest := string(s.text[s.at:])
	for _, word := range [...]string{"null", "true", "false"} {
		if len(rest) < len(word) && word[:len(rest)] == rest {
			s.at = len(s.text)
		}
	}
	s.fail("a value is missing here; JSON knows no NaN, Infinity or bare words")
}

// end makes sure that nothing follows.
func (s *scanner) end() {
	if s.peek(); s.at < len(s.text) {
		s.fail("something follows the end of the value")
	}
}

// number reads a number by the grammar and returns its text.
func (s *scanner) number() []byte {
	s.peek()
	start := s.at
	if s.is('-') {
		s.at++
	}
	if s.is('0') {
		s.at++
	} else {
		s.digits()
	}
	if s.is('.') {
		s.at++
		s.digits()
	}
	if s.is('e') || s.is('E') {
		s.at++
		if s.is('+') || s.is('-') {
			s.at++
		}
		s.digits()
	}
	return s.text[start:s.at]
}

func (s *scanner) is(c byte) bool { return s.at < len(s.text) && s.text[s.at] == c }

// digits reads at least one.
func (s *scanner) digits() {
	start := s.at
	for s.at < len(s.text) && s.text[s.at]-'0' <= 9 {
		s.at++
	}
	if s.at == start {
		s.fail("a digit is missing here")
	}
}
