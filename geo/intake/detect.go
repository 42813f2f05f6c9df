package intake

// separator stands before each record of a GeoJSON text sequence.
const separator = 0x1e

// detect finds out the format by what comes first, and reads nothing but lines with
// nothing on them. A text that begins with a brace is GeoJSON, unless its first line is an
// object of its own and no FeatureCollection: then it is NDJSON. Where the first
// line is longer than a row may be, it is GeoJSON.
func (s *source) detect() Format {
	c, ok := s.firstSolid()
	switch {
	case !ok:
		return NDJSON // there is nothing, in which nothing can be wrong
	case c == separator:
		return GeoJSONSeq
	case c == '{' && s.lines():
		return NDJSON
	case c == '{', c == '[':
		return GeoJSON
	}
	return CSV
}

// firstSolid is the first byte that is not white space, and comes to the beginning
// of its line: blanks before it may be part of a cell.
func (s *source) firstSolid() (byte, bool) {
	for i := 0; ; i++ {
		c, ok := s.ahead(i)
		if !ok || !white(c) {
			return c, ok
		}
		if c == '\n' {
			s.at, s.line = s.at+i+1, s.line+1
			s.begin()
			i = -1
		}
	}
}

// lines says whether an object that begins here ends on its line and has no member
// features.
func (s *source) lines() bool {
	depth := 0
	for i := 0; ; i++ {
		c, ok := s.ahead(i)
		switch {
		case !ok, c == '\n':
			return false
		case c == '{', c == '[':
			depth++
		case c == '}', c == ']':
			depth--
			if depth == 0 {
				return true
			}
		case c == '"':
			end := s.stringEnd(i)
			if depth == 1 && s.isName(end) && string(s.buf[s.at+i+1:s.at+end]) == "features" {
				return false
			}
			i = end
		}
	}
}

// ahead is the byte that comes after i others.
func (s *source) ahead(i int) (byte, bool) {
	for s.at+i >= len(s.buf) {
		if !s.fill() {
			return 0, false
		}
	}
	return s.buf[s.at+i], true
}

// stringEnd is where the string that begins at i has its last quote, or where
// there is no more.
func (s *source) stringEnd(i int) int {
	for i++; ; i++ {
		switch c, ok := s.ahead(i); {
		case !ok, c == '"':
			return i
		case c == '\\':
			i++
		}
	}
}

// isName says whether a colon comes behind the string that ends at i.
func (s *source) isName(i int) bool {
	for i++; ; i++ {
		if c, ok := s.ahead(i); !ok || !white(c) {
			return ok && c == ':'
		}
	}
}
